"""The folder where files posted in bulk wait, and where their results are kept.

    incoming/   bodies that are being received, under names of chance; held by their process as long as it lives
    waiting/    whole files by the id of their job, until every row has its outcome
    results/    the outcome of every row, by the id of the job; kept

No name in it comes from a client.
"""

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from api.faults import Fault, Refused
from api.ingest.formats.faults import MIB, sized
from api.ingest.locks import held, is_at
from ledger.embedded.files import hold, sync_folder

_PIECE: Final = MIB
_RESERVE: Final = 256 * MIB
"""Bytes of the disk that are left free: a database on a full disk stops."""


@dataclass(frozen=True, slots=True)
class Received:
    """A body that is whole and on the disk, not yet a job: its place, SHA-256 and length."""

    path: Path
    digest: bytes
    byte_count: int


class Spool:
    """The folder; it is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._incoming, self._waiting, self._results = (folder / name for name in ("incoming", "waiting", "results"))

    @property
    def is_used(self) -> bool:
        """Whether there is anything in the folder to be looked after."""
        return any(folder.is_dir() and any(folder.iterdir()) for folder in (self._incoming, self._waiting))

    def waiting(self, job: UUID) -> Path:
        """Return where the file of a job waits."""
        return self._waiting / str(job)

    def result(self, job: UUID) -> Path:
        """Return where the outcomes of a job are."""
        return self._results / f"{job}.ndjson"

    def waiting_jobs(self) -> list[UUID]:
        """Return the jobs whose files wait here, the oldest first."""
        if not self._waiting.is_dir():
            return []
        files = sorted(self._waiting.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [UUID(path.name) for path in files if _is_id(path.name)]

    def sweep(self) -> None:
        """Remove what processes that are gone were receiving, and what they had unpacked of files that wait."""
        sweep_folder(self._incoming)
        for path in self._waiting.iterdir() if self._waiting.is_dir() else ():
            if not _is_id(path.name):
                _remove_abandoned(path, self._waiting / path.name.partition(".")[0])

    @asynccontextmanager
    async def received(
        self, body: AsyncIterator[bytes], most: int, stated: Mapping[str, bytes]
    ) -> AsyncIterator[Received]:
        """Write a body to the disk as it comes, never more of it in memory than a piece, and yield it when it is whole.

        `stated` are digests by algorithm, as `Content-Digest` has them. Raises `Refused` for a body that is too long or
        not the one stated, or a disk that is full. What is not kept by the end is gone, whatever is raised.
        """
        for folder in (self._incoming, self._waiting, self._results):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        async with receiving(self._incoming, body, most, stated) as received:
            yield received

    def keep(self, received: Received, job: UUID) -> None:
        """Make a body the file of its job, durably."""
        received.path.replace(self.waiting(job))
        sync_folder(self._waiting)

    def finish(self, job: UUID, handle: int) -> None:
        """Remove the file of a job that was worked on by this handle, unless it was posted again meanwhile."""
        if is_at(handle, self.waiting(job)):
            self.waiting(job).unlink(missing_ok=True)


@asynccontextmanager
async def receiving(
    folder: Path, body: AsyncIterator[bytes], most: int, stated: Mapping[str, bytes]
) -> AsyncIterator[Received]:
    """Write a body into a folder as `Spool.received` does; raises as it does."""
    path = folder / f"{secrets.token_hex(16)}.part"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        hold(handle)
        yield await _written(handle, path, body, most, stated)
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def sweep_folder(folder: Path) -> None:
    """Remove what processes that are gone were receiving into a folder."""
    for path in folder.iterdir() if folder.is_dir() else ():
        _remove_abandoned(path, path)


class Result:
    """The result file of a job while it is written."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def append(self, lines: bytes) -> None:
        """Write lines durably."""
        left = memoryview(lines)
        while left:
            left = left[os.write(self._handle, left) :]
        os.fsync(self._handle)

    def back_to(self, length: int) -> None:
        """Drop what was written after a length."""
        os.ftruncate(self._handle, length)
        os.lseek(self._handle, length, os.SEEK_SET)


@contextmanager
def result_at(path: Path, length: int) -> Iterator[Result]:
    """Open a result file to go on after `length` bytes: what follows them was never committed.

    Raises `FileNotFoundError` where a file with so many bytes is not there any more.
    """
    flags = os.O_RDWR | (os.O_CREAT if length == 0 else 0)
    handle = os.open(path, flags, 0o600)
    try:
        if os.fstat(handle).st_size < length:
            raise FileNotFoundError(errno.ENOENT, f"fewer than {length} bytes are left", str(path))
        result = Result(handle)
        result.back_to(length)
        sync_folder(path.parent)
        yield result
    finally:
        os.close(handle)


async def _written(
    handle: int, path: Path, body: AsyncIterator[bytes], most: int, stated: Mapping[str, bytes]
) -> Received:
    hashes = {name: hashlib.new(name.replace("-", "")) for name in {"sha-256", *stated}}
    length = 0
    taking: list[asyncio.Task[None]] = []
    try:
        async for piece in _pieces(body):
            length += len(piece)
            if length > most:
                raise Refused(Fault.TOO_LARGE, f"the body has more than {sized(most)}, the most accepted; send parts")
            if taking:
                await taking.pop()
            # The next piece is received meanwhile.
            taking.append(asyncio.create_task(asyncio.to_thread(_take, handle, path, piece, hashes)))
        if taking:
            await taking.pop()
    finally:
        await asyncio.gather(*taking, return_exceptions=True)  # the file is closed next
    for name, digest in stated.items():
        if hashes[name].digest() != digest:
            message = f"the {name} of what arrived is {hashes[name].hexdigest()}, Content-Digest states {digest.hex()}"
            raise Refused(Fault.DIGEST_MISMATCH, message)
    await asyncio.to_thread(os.fsync, handle)
    return Received(path, hashes["sha-256"].digest(), length)


async def _pieces(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gather what the network delivers into pieces worth a write."""
    held_back = bytearray()
    async for data in body:
        held_back += data
        if len(held_back) >= _PIECE:
            yield bytes(held_back)
            held_back.clear()
    if held_back:
        yield bytes(held_back)


def _take(handle: int, path: Path, piece: bytes, hashes: Mapping[str, "hashlib._Hash"]) -> None:
    _put(handle, path, piece)
    for one in hashes.values():
        one.update(piece)


def _put(handle: int, path: Path, piece: bytes) -> None:
    try:
        if shutil.disk_usage(path.parent).free < _RESERVE + len(piece):
            raise OSError(errno.ENOSPC, "the disk is as good as full")
        left = memoryview(piece)
        while left:
            left = left[os.write(handle, left) :]
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refused(Fault.DISK_FULL, "the service has no room for the file now; try again later") from None


def _remove_abandoned(path: Path, worked_on: Path) -> None:
    with held(worked_on) as handle:
        if handle is not None or not worked_on.exists():
            path.unlink(missing_ok=True)


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
