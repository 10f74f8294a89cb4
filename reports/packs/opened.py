"""A pack as it was handed over, a ZIP or the folder that it was unpacked into, read a piece at a time. Nothing of it is
believed: `reports.packs.verifying` compares it with what is signed.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zipfile import BadZipFile, ZipFile
from zlib import error as zlib_error

_PIECE: Final = 1 << 20


class BadPack(ValueError):
    """What was given is no pack, or a file of it is not there or cannot be read; the message says which, and why."""


class OpenedPack:
    """A pack. `names` are the paths of its files, in order. Raises `BadPack`."""

    def __init__(self, path: Path) -> None:
        self._folder, self._zip = path, None if path.is_dir() else _zip(path)
        if self._zip is None:
            found = [one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()]
        else:
            found = [one.filename for one in self._zip.infolist() if not one.is_dir()]
        for name in found:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise BadPack(f"{name!r} lies outside of the pack")
        if len(set(found)) < len(found):
            raise BadPack("a file is there twice")
        self.names = tuple(sorted(found))

    def open(self, name: str) -> IO[bytes]:
        """Open a file; reading it may raise `UNREADABLE`."""
        if name not in self.names:
            raise BadPack(f"{name} is not there")
        try:
            return self._zip.open(name) if self._zip else (self._folder / name).open("rb")
        except UNREADABLE as error:
            raise BadPack(f"{name} cannot be read: {error}") from None

    def read(self, name: str, most: int) -> bytes:
        """Return a file of `most` bytes at most."""
        return b"".join(self.pieces(name, most))

    def measured(self, name: str, most: int) -> tuple[str, int]:
        """Return the SHA-256 and the size of a file of `most` bytes at most."""
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(name, most):
            digest.update(piece)
            size += len(piece)
        return digest.hexdigest(), size

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Yield a file a piece at a time; raises `BadPack` where it has more than `most` bytes."""
        size = 0
        with self.open(name) as file:
            try:
                while piece := file.read(_PIECE):
                    size += len(piece)
                    if size > most:
                        raise BadPack(f"{name} has more than the {most} bytes that are accepted")
                    yield piece
            except UNREADABLE as error:
                raise BadPack(f"{name} cannot be read: {error}") from None


UNREADABLE: Final = (OSError, BadZipFile, zlib_error, EOFError, NotImplementedError, RuntimeError)
"""What reading a damaged, encrypted or oddly packed file raises."""


def _zip(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except UNREADABLE as error:
        raise BadPack(f"{path.name} is no ZIP that can be read, and no folder: {error}") from None
