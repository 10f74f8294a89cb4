"""One process, and one thread, at a time may start or stop the server of a data folder."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.files import hold
from ledger.embedded.folders import Folders, Owner

LOCK_SECONDS = 300.0  # longer than a start with crash recovery; only a hanging process holds it so long
POLL_SECONDS = 0.01


@contextmanager
def only_one(folders: Folders, owner: Owner) -> Iterator[None]:
    """Hold the data folder's lock; the kernel lets go when the process dies.

    Raises EmbeddedServerError when somebody else holds it for minutes.
    """
    path = folders.data / "lock"
    is_new = not path.exists()
    handle = _open(path)
    try:
        if is_new:
            owner.own(path)
        deadline = time.monotonic() + LOCK_SECONDS
        while not hold(handle):
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"Another process has been starting or stopping the server of {folders.data} for "
                    f"{LOCK_SECONDS:.0f} s. End it, then try again (the lock is {path})."
                )
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    """Open the lock. A folder made by two processes at once is the later one's, and the earlier one takes no file."""
    while True:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise
