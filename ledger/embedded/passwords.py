"""The passwords of the two roles: random, each in a file that only the server's account reads."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.folders import Folders, Owner, make_folder, write_private


@dataclass(frozen=True, slots=True)
class Passwords:
    """The password of the owner's role and of the service's role."""

    owner: str = field(repr=False)
    service: str = field(repr=False)


def owner_file(folders: Folders) -> Path:
    """Return the file with the owner's password, from which initdb reads it too."""
    return folders.secrets / "owner"


def service_file(folders: Folders) -> Path:
    """Return the file with the service's password."""
    return folders.secrets / "service"


def create(folders: Folders, owner: Owner) -> None:
    """Make the passwords before the cluster is made; those of an interrupted first start are used again."""
    make_folder(folders.secrets, owner)
    for file in (owner_file(folders), service_file(folders)):
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32), owner)


def read(folders: Folders) -> Passwords:
    """Read both passwords.

    Raises EmbeddedServerError when a file is missing: a new password would not be the one the cluster knows.
    """
    return Passwords(owner=_read(owner_file(folders)), service=_read(service_file(folders)))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise EmbeddedServerError(
            f"The database is there, its password file {file} is not. Restore the file from a backup."
        ) from None
