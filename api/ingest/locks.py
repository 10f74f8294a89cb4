"""Files that one process works on: the kernel lets go of them when it dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.embedded.files import hold


@contextmanager
def held(path: Path) -> Iterator[int | None]:
    """Hold a file and yield its handle; None where another process holds it, or where it is not there."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return
    try:
        yield handle if hold(handle) else None
    finally:
        os.close(handle)


def is_at(handle: int, path: Path) -> bool:
    """Return whether a path still leads to an open file, and not to another that took its place."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
