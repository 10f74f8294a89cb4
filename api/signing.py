"""The key that signs the history: from a file, or made once in the data folder."""

from pathlib import Path
from typing import Final

from api.settings import Settings
from ledger.embedded.folders import make_folder, write_private
from proofs.errors import BadKey
from proofs.keys import PrivateKey, make_key, read_private_key

_NAME: Final = "log-key.pem"


class _Ourselves:
    """The account of this process, which owns what it writes."""

    def own(self, path: Path) -> None:
        """Leave a file as it was written."""


class BadSigningKey(Exception):
    """There is no key that the history may be signed with; the message says what to do."""


def signing_key(settings: Settings, *, is_demo: bool = False) -> PrivateKey:
    """Return the key that settings give or keep; raises `BadSigningKey`.

    With the embedded database, and in a demonstration, one is made where none is given; with a server one must be.
    """
    if settings.signing_key_file is not None:
        return key_of(settings.signing_key_file, settings.log_name)
    if settings.database_url and not is_demo:
        raise BadSigningKey(
            "PARKLEDGER_SIGNING_KEY_FILE is not set. A service on a PostgreSQL server signs its history with a key of "
            "its own: make one with `openssl genpkey -algorithm ed25519 -out log-key.pem`, keep it outside of the "
            "database, and set it for every process of the service. `parkledger demo` makes one itself."
        )
    return _kept(settings.data, settings.log_name)


def key_of(file: Path, name: str) -> PrivateKey:
    """Return the key of a file; raises `BadSigningKey`."""
    try:
        return read_private_key(name, file.read_bytes())
    except OSError as error:
        raise BadSigningKey(f"the key of the history cannot be read: {error.strerror}: {file}") from None
    except BadKey as error:
        raise BadSigningKey(f"{file}: {error}") from None


def _kept(folder: Path, name: str) -> PrivateKey:
    """Return the key of a data folder, made once and readable by its owner alone."""
    file = folder / "identity" / _NAME  # not beside the passwords, which are another account's under root
    try:
        if not file.exists():
            make_folder(file.parent, _Ourselves())
            write_private(file, make_key(name).pem().decode(), _Ourselves())
    except OSError as error:
        raise BadSigningKey(f"the key of the history cannot be kept: {error.strerror}: {file}") from None
    return key_of(file, name)
