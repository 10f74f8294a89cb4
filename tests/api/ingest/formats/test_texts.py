"""Characters and lines: encodings named, marks dropped, line ends of all systems, lines of any length."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.management.ingest_profiles import FileEncoding, IngestProfile
from api.ingest.formats import FileFault, FileFormat, Limits, UnreadableFile
from api.ingest.formats.encodings import utf8
from api.ingest.formats.faults import MIB
from api.ingest.formats.lines import blocks
from tests.api.ingest.formats.files import HEADER, ROW, csv_text, fault_of, read, rows, saved

CHINESE = csv_text([("甲", "编号-1", *ROW[2:9], "电费通知单")] * 40)
SMALL = Limits(line_bytes=64, block_bytes=32)


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8-sig", FileEncoding.UTF_8),
        ("gb18030", FileEncoding.GB18030),
        ("gbk", FileEncoding.GB18030),
        ("utf-16", FileEncoding.UTF_16),
        ("big5hkscs", FileEncoding.BIG5),
    ],
)
def test_a_file_in_the_encoding_of_its_profile(tmp_path: Path, codec: str, encoding: FileEncoding) -> None:
    text = (
        CHINESE if encoding is not FileEncoding.BIG5 else CHINESE.replace("编号", "編號").replace("电费通知单", "電費")
    )
    profile = IngestProfile("p", encoding=encoding, time_zone="Asia/Shanghai")
    found = rows(read(saved(tmp_path, text.encode(codec)), FileFormat.CSV, profile))
    assert len(found) == 40
    assert found[0][0] == "甲"


@pytest.mark.parametrize("codec", ["gb18030", "gbk"])
def test_gbk_is_recognised_and_named(tmp_path: Path, codec: str) -> None:
    fault = fault_of(saved(tmp_path, CHINESE.encode(codec)), FileFormat.CSV)
    assert fault.fault is FileFault.ENCODING
    assert "line 2" in str(fault)
    assert "GB18030 (GBK): '甲编号电费通知单" in str(fault)


def test_other_encodings_are_named_too(tmp_path: Path) -> None:
    traditional = "來源,編號\n電力公司的電費單,這是一張用電量的帳單\n" * 3
    assert "reads as Big5" in str(fault_of(saved(tmp_path, traditional.encode("big5")), FileFormat.CSV))
    assert "as UTF-16 does" in str(fault_of(saved(tmp_path, CHINESE.encode("utf-16")), FileFormat.CSV))
    latin = csv_text([(*ROW[:9], "Zähler")]).encode("latin-1")
    assert "Accepted are UTF-8" in str(fault_of(saved(tmp_path, latin), FileFormat.CSV))


def test_a_wrong_byte_far_behind_is_found_before_a_row_is_handed_out(tmp_path: Path) -> None:
    text = csv_text([ROW] * 30_000).encode()
    fault = fault_of(saved(tmp_path, text + b"M1,\xff\n"), FileFormat.CSV)
    assert f"byte {len(text) + 3:,}, on line 30002, is 0xFF" in str(fault)


def test_a_character_that_is_cut_off() -> None:
    with pytest.raises(UnreadableFile, match="last character of the file, on line 2, is cut off"):
        list(utf8([b"a\n", "电".encode()[:2]], FileEncoding.UTF_8))
    with pytest.raises(UnreadableFile, match=r"byte 2, on line 2, is 0xE7"):
        list(utf8([b"a\n", "电".encode()[:2], b"a"], FileEncoding.UTF_8))


@given(st.lists(st.text(max_size=12), max_size=12), st.integers(1, 7))
def test_characters_survive_every_cut(parts: list[str], size: int) -> None:
    text = "".join(parts)
    for codec, encoding in (("utf-8", FileEncoding.UTF_8), ("gb18030", FileEncoding.GB18030)):
        data = text.encode(codec)
        cut = (data[place : place + size] for place in range(0, len(data), size))
        assert b"".join(utf8(cut, encoding)).decode() == text.removeprefix("\ufeff")


LINES = st.lists(st.text(st.sampled_from('ab"\n\r,'), max_size=10), max_size=30)


@given(LINES, st.integers(1, 5))
def test_blocks_are_the_text_with_line_feeds(parts: list[str], size: int) -> None:
    data = "".join(parts).encode()
    cut = [data[place : place + size] for place in range(0, len(data), size)]
    found = list(blocks(cut, Limits(line_bytes=1000, block_bytes=8), is_quoted=False))
    whole = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert b"".join(found) == (whole if whole.endswith(b"\n") or not whole else whole + b"\n")
    assert all(block.endswith(b"\n") for block in found)


@given(st.lists(st.text(st.sampled_from("ab\n,"), max_size=10), max_size=30))
def test_no_block_ends_within_quotes(cells: list[str]) -> None:
    data = "".join(f'x,"{cell}"\n' for cell in cells).encode()
    cut = [data[place : place + 3] for place in range(0, len(data), 3)]
    found = list(blocks(cut, Limits(line_bytes=1000, block_bytes=8), is_quoted=True))
    assert b"".join(found) == data
    assert all(block.count(b'"') % 2 == 0 for block in found)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems(tmp_path: Path, end: str) -> None:
    path = saved(tmp_path, csv_text([ROW] * 3, end=end))
    assert rows(read(path, FileFormat.CSV)) == [ROW] * 3


def test_a_line_of_a_gigabyte_is_refused_in_little_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b"a\nb\n"
        for _ in range(1024):
            yield b"x" * MIB
        raise AssertionError("the whole line was read")

    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="line 3 has more than 1 MiB") as found:
        list(blocks(utf8(endless(), FileEncoding.UTF_8), Limits(), is_quoted=False))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.value.fault is FileFault.LINE_TOO_LONG
    assert peak < 40 * MIB


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    text = csv_text([ROW] * 3) + ",".join(['"M1', *ROW[1:]]) + "\n" + csv_text([ROW] * 100, header=HEADER)
    fault = fault_of(saved(tmp_path, text), FileFormat.CSV, limits=Limits(line_bytes=2048))
    assert "a double quote from line 5 on is not closed" in str(fault)
    fault = fault_of(saved(tmp_path, text), FileFormat.CSV)
    assert "a double quote from line 5 on is not closed" in str(fault)
