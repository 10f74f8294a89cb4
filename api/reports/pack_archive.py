"""A ZIP whose bytes depend on what is put in and nothing else: fixed times, owners and level, files in their order.

It is written to a file without a name, so that nothing of it stays when its process ends, and a piece at a time, so
that nothing large is held in memory. The list of its files and their hashes comes last.
"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from api.faults import Fault, Refused
from reports.packs.manifests import MANIFEST, SUMS, PackedFile, checksums, manifest

PIECE: Final = 1 << 20
"""Bytes that are read and written at a time."""
_RESERVE: Final = 256 * PIECE
"""Bytes of the disk that are left free: a database on a full disk stops."""
_UNIX: Final = 3
_READABLE: Final = 0o100444 << 16
_DENSE: Final = ("pdf", "xlsx", "png", "jpg", "zip")
"""Endings of files that are packed in themselves."""


class Entry:
    """A file of the archive while it is written."""

    def __init__(self, out: IO[bytes], folder: Path) -> None:
        self._out, self._folder = out, folder
        self._hash, self._size = sha256(), 0

    def write(self, data: bytes) -> None:
        """Append bytes; raises `Refused` where the disk is as good as full."""
        with _told_of_room():
            if shutil.disk_usage(self._folder).free < _RESERVE + len(data):
                raise OSError(errno.ENOSPC, "the disk is as good as full")
            self._out.write(data)
        self._hash.update(data)
        self._size += len(data)

    @property
    def packed(self) -> PackedFile:
        """What was written so far."""
        return PackedFile(self._hash.hexdigest(), self._size)


class Beside:
    """A file of the archive that is written beside another one, and goes into it after that: only one is open."""

    def __init__(self, out: IO[bytes], folder: Path, heading: bytes) -> None:
        self.is_empty = True
        self._entry, self._heading = Entry(out, folder), heading

    def write(self, data: bytes) -> None:
        """Append bytes, after the heading where they are the first; raises `Refused` as `Entry.write` does."""
        if data:
            self._entry.write(self._heading + data if self.is_empty else data)
            self.is_empty = False


class Archive:
    """An archive that is being written into a folder's file system. Belongs in a thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  whoever is given it closes it
        self._zip = ZipFile(self._file, "w")
        self._files: dict[str, PackedFile] = {}

    @contextmanager
    def entry(self, path: str) -> Iterator[Entry]:
        """Begin a file; it ends with the block."""
        info = ZipInfo(path)
        info.create_system, info.external_attr = _UNIX, _READABLE
        info.compress_type = ZIP_STORED if path.endswith(_DENSE) else ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as out:
            entry = Entry(out, self._folder)
            yield entry
        self._files[path] = entry.packed

    @contextmanager
    def beside(self, path: str, heading: bytes) -> Iterator[Beside]:
        """Begin a file that is added when the block ends, if anything was written."""
        with tempfile.TemporaryFile(dir=self._folder) as out:
            found = Beside(out, self._folder, heading)
            yield found
            if not found.is_empty:
                out.seek(0)
                with self.entry(path) as entry:
                    while piece := out.read(PIECE):
                        entry.write(piece)

    def add(self, path: str, data: bytes) -> None:
        """Add a file."""
        with self.entry(path) as entry:
            entry.write(data)

    def finished(self, report: str, left_out: list[str], partial: list[str]) -> IO[bytes]:
        """Add what names all files, of a report by the SHA-256 of its document, and return the archive's file."""
        self.add(SUMS, checksums(self._files))
        self.add(MANIFEST, manifest(report, self._files, left_out, partial))
        with _told_of_room():
            self._zip.close()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of an archive that is not finished."""
        with suppress(OSError):
            self._zip.close()
        with suppress(OSError):
            self._file.close()


@contextmanager
def _told_of_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refused(Fault.DISK_FULL, "the service has no room for the pack now; try again later") from None
