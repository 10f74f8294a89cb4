"""Content codings: the bytes of a spool file unpacked piece by piece, within limits.

Both gzip and zstd may hold several members one after another (RFC 1952 2.2, RFC 8878 3); each must be whole. A zstd
window is at most 8 MiB, as RFC 9659 has it for content codings, so that a frame cannot ask for gigabytes of memory.
"""

import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, TypeVar

import zstandard

from api.ingest.formats.faults import MIB, FileFault, Limits, UnreadableFile, sized

PIECE: Final = MIB
_READ: Final = 1 << 16
_ZSTD_FEED: Final = 1 << 10
"""Bytes given to zstd at once: its densest block makes 128 KiB of 4 bytes, so this much makes 32 MiB at most."""
_ZSTD_WINDOW: Final = 8 * MIB


class ContentCoding(StrEnum):
    """How a body is packed, as `Content-Encoding` names it."""

    IDENTITY = "identity"
    GZIP = "gzip"
    ZSTD = "zstd"


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


U = TypeVar("U", bound=_Unpacker)


def pieces(path: Path, coding: ContentCoding, limits: Limits) -> Iterator[bytes]:
    """Return the unpacked bytes of a file in pieces of at most 1 MiB; raises `UnreadableFile` as it goes."""
    received = path.stat().st_size
    unpacked = 0
    for piece in _UNPACKED[coding](path):
        unpacked += len(piece)
        check_size(unpacked, received, limits)
        for start in range(0, len(piece), PIECE):
            yield piece[start : start + PIECE]


def check_size(unpacked: int, received: int, limits: Limits) -> None:
    """Raise `UnreadableFile` where a file unpacks to more than is accepted."""
    if unpacked > limits.decoded_bytes:
        message = f"the file has more than {sized(limits.decoded_bytes)} when unpacked, the most accepted; send parts"
        raise UnreadableFile(FileFault.TOO_LARGE, message)
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(received, 1):
        message = (
            f"the file unpacks to more than {limits.ratio} times the {received:,} bytes received, the most accepted; "
            "send it less packed, or in parts"
        )
        raise UnreadableFile(FileFault.TOO_LARGE, message)


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(PIECE):
            yield data


def _gzip(path: Path) -> Iterator[bytes]:
    def unpack(member: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
        while data and not member.eof:
            yield member.decompress(data, PIECE)
            data = member.unconsumed_tail

    return _members(path, "gzip", _READ, lambda: zlib.decompressobj(wbits=31), unpack, zlib.error)


def _zstd(path: Path) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)

    def unpack(frame: "zstandard.ZstdDecompressionObj", data: bytes) -> Iterator[bytes]:
        yield frame.decompress(data)

    return _members(path, "zstd", _ZSTD_FEED, unpacker.decompressobj, unpack, zstandard.ZstdError)


def _members(
    path: Path,
    name: str,
    feed: int,
    fresh: Callable[[], U],
    unpack: Callable[[U, bytes], Iterator[bytes]],
    error: type[Exception],
) -> Iterator[bytes]:
    """Unpack member after member; raises `UnreadableFile` for one that is damaged or ends early."""
    member, is_begun = fresh(), False
    with path.open("rb") as file:
        while data := file.read(feed):
            while data:
                is_begun = True
                try:
                    yield from unpack(member, data)
                except error as found:
                    raise _damaged(name, file.tell(), found) from None
                data = member.unused_data
                if member.eof:
                    member, is_begun = fresh(), False
                else:
                    data = b""
    if is_begun:
        size = path.stat().st_size
        raise UnreadableFile(FileFault.COMPRESSION, f"the {name} data end early, after {size:,} bytes; send it whole")


def _damaged(name: str, place: int, error: Exception) -> UnreadableFile:
    message = f"the body is no {name}, or damaged before byte {place:,}: {str(error)[:120]}"
    return UnreadableFile(FileFault.COMPRESSION, message)


_UNPACKED: Final[dict[ContentCoding, Callable[[Path], Iterator[bytes]]]] = {
    ContentCoding.IDENTITY: _plain,
    ContentCoding.GZIP: _gzip,
    ContentCoding.ZSTD: _zstd,
}
