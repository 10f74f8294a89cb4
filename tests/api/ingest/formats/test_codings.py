"""Packed bodies: gzip and zstd whole, cut off, damaged, of many members, and bombs."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from api.ingest.formats.codings import PIECE, ContentCoding, pieces
from api.ingest.formats.faults import MIB, FileFault, Limits, UnreadableFile
from tests.api.ingest.formats.files import packed, saved

BYTES = bytes(range(256)) * 20_000
PACKED = [ContentCoding.GZIP, ContentCoding.ZSTD]


def unpacked(path: Path, coding: ContentCoding, limits: Limits | None = None) -> bytes:
    found = list(pieces(path, coding, limits or Limits()))
    assert all(len(piece) <= PIECE for piece in found)
    return b"".join(found)


@pytest.mark.parametrize("coding", list(ContentCoding))
def test_what_was_packed_comes_out(tmp_path: Path, coding: ContentCoding) -> None:
    assert unpacked(saved(tmp_path, packed(BYTES, coding)), coding) == BYTES


@pytest.mark.parametrize("coding", PACKED)
def test_members_follow_each_other(tmp_path: Path, coding: ContentCoding) -> None:
    both = packed(BYTES, coding) + packed(b"", coding) + packed(b"end", coding)
    assert unpacked(saved(tmp_path, both), coding) == BYTES + b"end"


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("kept", [1, 5, -1, -9])
def test_a_body_that_is_cut_off_is_refused(tmp_path: Path, coding: ContentCoding, kept: int) -> None:
    with pytest.raises(UnreadableFile, match="end early") as found:
        unpacked(saved(tmp_path, packed(BYTES, coding)[:kept]), coding)
    assert found.value.fault is FileFault.COMPRESSION


@pytest.mark.parametrize("coding", PACKED)
def test_a_second_member_that_is_cut_off_is_refused(tmp_path: Path, coding: ContentCoding) -> None:
    with pytest.raises(UnreadableFile, match="end early"):
        unpacked(saved(tmp_path, packed(BYTES, coding) + packed(BYTES, coding)[:40]), coding)


@pytest.mark.parametrize("coding", PACKED)
def test_other_bytes_are_refused(tmp_path: Path, coding: ContentCoding) -> None:
    with pytest.raises(UnreadableFile, match=f"no {coding}, or damaged"):
        unpacked(saved(tmp_path, b"source,externalId\n"), coding)
    with pytest.raises(UnreadableFile, match=f"no {coding}, or damaged"):
        unpacked(saved(tmp_path, packed(BYTES, coding) + b"left over bytes"), coding)


def test_a_checksum_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    body = bytearray(gzip.compress(BYTES))
    body[-6] ^= 1
    with pytest.raises(UnreadableFile, match="damaged"):
        unpacked(saved(tmp_path, bytes(body)), ContentCoding.GZIP)
    body = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(BYTES))
    body[-2] ^= 1
    with pytest.raises(UnreadableFile, match="damaged"):
        unpacked(saved(tmp_path, bytes(body)), ContentCoding.ZSTD)


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_is_refused_in_little_memory(tmp_path: Path, coding: ContentCoding) -> None:
    bomb = packed(bytes(16 * MIB), coding) * 16
    path = saved(tmp_path, bomb)
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="more than 200 times") as found:
        for _ in pieces(path, coding, Limits()):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.value.fault is FileFault.TOO_LARGE
    assert peak < 80 * MIB


def test_more_bytes_than_accepted_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, bytes(3 * MIB))
    with pytest.raises(UnreadableFile, match="more than 2 MiB when unpacked"):
        unpacked(path, ContentCoding.IDENTITY, Limits(decoded_bytes=2 * MIB))


def test_a_frame_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    body = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    path = saved(tmp_path, body.compress(BYTES) + body.flush())
    with pytest.raises(UnreadableFile, match="no zstd, or damaged"):
        unpacked(path, ContentCoding.ZSTD)
