"""The layout of the data folder, and making files and folders in it that only one account may read."""

import os
import secrets
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.files import sync_folder

POSTGRES_MAJOR = "18"
UNSAFE_IN_A_PATH = '"$`\\\n' if sys.platform != "win32" else '"\n'  # pg_ctl puts paths into a shell line


class Owner(Protocol):
    """Whoever a new file is handed to (`account.Account`)."""

    def own(self, path: Path) -> None:
        """Hand over one file or folder."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where everything lies; `data` is absolute and without symbolic links."""

    data: Path

    @classmethod
    def below(cls, data_folder: Path) -> "Folders":
        """Lay out a data folder, which need not exist.

        Raises EmbeddedServerError when its name cannot be passed to the server, or a file is in its place.
        """
        data = data_folder.expanduser().resolve()
        if any(character in str(data) for character in UNSAFE_IN_A_PATH):
            raise EmbeddedServerError(
                f"The path of the data folder {str(data)!r} has one of the characters {UNSAFE_IN_A_PATH!r}. "
                "Choose another folder."
            )
        if data.exists() and not data.is_dir():
            raise EmbeddedServerError(f"{data} is a file. Choose a folder for the database, or a new name.")
        return cls(data)

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder (PGDATA): absent or complete."""
        return self.data / "postgres"

    @property
    def secrets(self) -> Path:
        """The passwords."""
        return self.data / "secrets"

    @property
    def log(self) -> Path:
        """The server's log files."""
        return self.data / "log"

    @property
    def start_log(self) -> Path:
        """What the server said before its log files opened, of the last start only."""
        return self.log / "start.log"

    def cluster_owner(self) -> int | None:
        """Return the uid of the cluster's owner, None when there is no cluster yet."""
        return self.cluster.stat().st_uid if self.cluster.exists() else None

    def has_cluster(self) -> bool:
        """Tell whether there is a cluster that our binaries can run.

        Raises EmbeddedServerError when there is one of another version, or something else in its place.
        """
        version = self.cluster / "PG_VERSION"
        if not self.cluster.exists() or not any(self.cluster.iterdir()):
            return False
        if not version.exists():
            raise EmbeddedServerError(
                f"{self.cluster} is neither empty nor a PostgreSQL cluster (no PG_VERSION). "
                "Choose another data folder, or restore this one from a backup."
            )
        found = version.read_text().strip()
        if found != POSTGRES_MAJOR:
            raise EmbeddedServerError(
                f"{self.cluster} was made by PostgreSQL {found}; this release brings {POSTGRES_MAJOR}. "
                f"Dump it with PostgreSQL {found} (pg_dumpall) and restore the dump to a new data folder."
            )
        return True


def make_folder(folder: Path, owner: Owner) -> None:
    """Make a folder of mode 0700 with its owner, all at once; leave alone what is there.

    Made under another name and renamed: killed in between we must not leave a folder that only looks like
    somebody else's, for those we never hand over.
    """
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        owner.own(draft)
        draft.rename(folder)
    except OSError:
        draft.rmdir()
        if not folder.is_dir():  # else another process was faster, which is as good
            raise


def write_private(path: Path, text: str, owner: Owner) -> None:
    """Write a file of mode 0600 with its owner: whole or not at all, also when the machine stops."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        owner.own(draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove(folder: Path) -> None:
    """Remove a draft as far as possible; a dying initdb may write there still, the next start removes that."""
    shutil.rmtree(folder, ignore_errors=True)
