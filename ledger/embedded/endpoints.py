"""Where a server listens: a Unix socket in a private folder, or on Windows a port of this machine only."""

import os
import socket
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ledger.embedded.account import Account
from ledger.embedded.folders import Folders, make_folder, write_private

SOCKET_PORT = 5432  # only names the socket file
# sockaddr_un.sun_path without its closing zero: 108 bytes on Linux, 104 on the BSDs and macOS.
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A socket folder, or a host name, and a port."""

    host: str
    port: int

    @property
    def is_socket(self) -> bool:
        """Tell whether `host` is a socket folder."""
        return self.host.startswith("/")

    @property
    def socket(self) -> Path:
        """The socket file itself."""
        return socket_file(Path(self.host), self.port)

    def url(self, user: str, password: str, database: str) -> str:
        """Return the connection URL, for psycopg and for SQLAlchemy."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        if self.is_socket:
            return f"postgresql://{login}@/{database}?host={quote(self.host, safe='')}&port={self.port}"
        return f"postgresql://{login}@{self.host}:{self.port}/{database}"


def socket_file(folder: Path, port: int = SOCKET_PORT) -> Path:
    """Return the path of the socket that PostgreSQL makes in a folder."""
    return folder / f".s.PGSQL.{port}"


def choose(folders: Folders, account: Account) -> Endpoint:
    """Choose where the next server will listen, and make the socket folder."""
    if sys.platform == "win32":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return Endpoint("127.0.0.1", int(probe.getsockname()[1]))
    folder = folders.data / "socket"
    if not _is_usable_path(folder):
        return Endpoint(str(_short_folder(folders, account)), SOCKET_PORT)
    make_folder(folder, account)
    return Endpoint(str(folder), SOCKET_PORT)


def _is_usable_path(folder: Path) -> bool:
    """Tell whether clients can name the socket: it is short, and has no comma, which would mean two hosts."""
    return len(os.fsencode(socket_file(folder))) <= LONGEST_SOCKET_PATH and "," not in str(folder)


def _short_folder(folders: Folders, account: Account) -> Path:
    """Return the short folder of the last start, or a new one; recorded, so that restarts leave no trail."""
    record = folders.data / "socket-folder"
    if record.exists() and _is_private(folder := Path(record.read_text(encoding="utf-8")), account):
        return folder
    bases = (Path(tempfile.gettempdir()).resolve(), Path("/tmp"))  # noqa: S108 - mkdtemp makes a private one there
    base = next((base for base in bases if _is_usable_path(base / "parkledger-12345678")), bases[-1])
    folder = Path(tempfile.mkdtemp(prefix="parkledger-", dir=base))
    account.own(folder)
    write_private(record, str(folder), account)
    return folder


def _is_private(folder: Path, account: Account) -> bool:
    """Tell whether a recorded folder is still ours: after a reboot anyone may have made one of that name."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    state = folder.lstat()
    return state.st_uid == account.uid and stat.S_IMODE(state.st_mode) == 0o700
