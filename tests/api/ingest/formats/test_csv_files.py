"""CSV: the columns parsed at once are those parsed one by one; what is irregular is said of its line."""

import csv
import io
import resource
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounting.management.ingest_profiles import ColumnOf, FixedValue, IngestProfile
from accounting.refusals import RefusalCode
from api.ingest.formats import ContentCoding, FileFault, FileFormat, opened
from api.ingest.formats.faults import MIB, Limits
from tests.api.ingest.formats.files import (
    HEADER,
    ROW,
    SMALL,
    csv_text,
    fault_of,
    packed,
    read,
    refusals,
    rows,
    saved,
)

CSV = FileFormat.CSV


@pytest.mark.parametrize("coding", list(ContentCoding))
def test_rows_come_as_they_stand(tmp_path: Path, coding: ContentCoding) -> None:
    given_rows = [(*ROW[:1], f"a-{number}", *ROW[2:]) for number in range(50)]
    path = saved(tmp_path, packed(csv_text(given_rows).encode(), coding))
    found = read(path, CSV, coding=coding, limits=SMALL)
    assert rows(found) == given_rows
    assert max(block.frame.height for block in found) == 7
    assert found[1].chunk.first_row == 7
    assert found[1].chunk.frame is found[1].frame
    assert not refusals(found)


@pytest.mark.parametrize("from_row", [0, 1, 6, 7, 8, 49, 50])
def test_reading_goes_on_from_a_row(tmp_path: Path, from_row: int) -> None:
    given_rows = [(*ROW[:1], f"a-{number}", *ROW[2:]) for number in range(50)]
    given_rows[13] = ("short",)  # type: ignore[assignment]
    path = saved(tmp_path, csv_text(given_rows))
    whole, rest = read(path, CSV, limits=SMALL), read(path, CSV, limits=SMALL, from_row=from_row)
    assert rows(rest) == rows(whole)[from_row:]
    assert not rest or rest[0].first_row == from_row
    assert [one.row for one in refusals(rest)] == [13][: from_row <= 13]


CELLS = st.lists(
    st.lists(st.text(st.sampled_from("ab ,;\"\n'\u00e9电\t#"), max_size=6), min_size=10, max_size=10), max_size=12
)


@given(CELLS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]), st.sampled_from("\n\r"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_writer_wrote_is_read(tmp_path: Path, cells: list[list[str]], quoting: int, end: str) -> None:
    made = io.StringIO()
    writer = csv.writer(made, quoting=quoting, lineterminator={"\n": "\n", "\r": "\r\n"}[end])  # type: ignore[arg-type]
    writer.writerows([HEADER, *cells])
    wanted = [tuple(row) for row in cells if any(row)]
    path = saved(tmp_path, made.getvalue())
    if not cells:
        assert fault_of(path, CSV).fault is FileFault.EMPTY
        return
    found = read(path, CSV, limits=SMALL)
    shown = [(*row[:8], "", row[9]) for row in rows(found)]
    for one, want in zip(shown, wanted, strict=True):
        assert one == ("",) * 10 or one == (*want[:8], "", want[9])
    assert {one.field for one in refusals(found)} <= {"quality"}


@given(st.lists(st.text(st.sampled_from('a,"\n\\;'), max_size=40), max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused(tmp_path: Path, parts: list[str]) -> None:
    """No line is lost: it is a row as wide as the header, it is refused by number, or the file is."""
    text = csv_text([ROW, *(part.split("|") for part in parts), ROW])
    try:
        found = read(saved(tmp_path, text), CSV)
    except ValueError:
        return
    if '"' not in text:
        lines = [part for part in "\n".join(parts).split("\n") if part.strip() and part.strip(",")]
        assert len(rows(found)) == 2 + len(lines)
        assert [one.row for one in refusals(found) if "header" in one.message] == [
            number for number, line in enumerate(lines, start=1) if line.count(",") != 9
        ]


def test_a_longer_line_does_not_hide_a_shorter(tmp_path: Path) -> None:
    path = saved(tmp_path, csv_text([ROW, (*ROW, "more"), ROW[:9], ROW]))
    found = read(path, CSV)
    assert rows(found) == [ROW, ("",) * 10, ("",) * 10, ROW]
    assert [(one.row, one.code, one.field) for one in refusals(found)] == [
        (1, RefusalCode.UNREADABLE_ROW, ""),
        (2, RefusalCode.UNREADABLE_ROW, ""),
    ]
    assert refusals(found)[0].message.startswith("line 3: 11 cells where the header has 10: 'M1,a-1,")


def test_mixed_separators_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path, csv_text([ROW]) + ";".join(ROW) + "\n")
    assert "line 3: 1 cells where the header has 10" in refusals(read(path, CSV))[0].message
    assert "separated by ';' and the header by ','" in refusals(read(path, CSV))[0].message


def test_quotes_that_are_not_regular(tmp_path: Path) -> None:
    bad = ['"M1" x', *ROW[1:]]
    path = saved(tmp_path, csv_text([ROW, bad, ROW]))
    found = read(path, CSV)
    assert rows(found) == [ROW, ("",) * 10, ROW]
    assert 'line 3: the double quotes are not regular: \'"M1" x,a-1' in refusals(found)[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, delimiter: str) -> None:
    assert rows(read(saved(tmp_path, csv_text([ROW], delimiter=delimiter)), CSV)) == [ROW]


def test_blank_lines_and_empty_rows_are_left_out_and_counted_as_lines(tmp_path: Path) -> None:
    text = csv_text([ROW]) + "\n" + "," * 9 + "\n" + csv_text([("M2",)], header=ROW) + "\n\n"
    found = read(saved(tmp_path, text), CSV)
    assert rows(found) == [ROW, ROW, ("",) * 10]
    assert [one.message[:6] for one in refusals(found)] == ["line 6"]
    plain = csv_text([ROW]) + "," * 9 + "\n" + csv_text([(*ROW[:8], "XX", "")], header=ROW)
    found = read(saved(tmp_path, plain), CSV)
    assert len(rows(found)) == 3
    assert [one.message[:6] for one in refusals(found)] == ["line 5"]


def test_headers_in_chinese_and_columns_left_aside(tmp_path: Path) -> None:
    header = ("序号", "表号", "单号", "活动类型", "用量（kWh）", "计量单位", "开始时间", "结束时间")
    path = saved(tmp_path, csv_text([("1", *ROW[:7])], header=header))
    assert rows(read(path, CSV)) == [(*ROW[:7], "", "BILLED", "")]


@pytest.mark.parametrize(
    ("text", "fault", "message"),
    [
        ("", FileFault.EMPTY, "the file is empty"),
        ("\ufeff", FileFault.EMPTY, "the file is empty"),
        ("\n\n", FileFault.EMPTY, "the file is empty"),
        (csv_text([]), FileFault.EMPTY, "a header and no row"),
        (",".join(HEADER), FileFault.EMPTY, "a header and no row"),
        (csv_text([(*ROW, "x")], (*HEADER, "Quantity")), FileFault.HEADER, "(the 4. from the left) and 'Quantity'"),
        (csv_text([ROW[1:]], HEADER[1:]), FileFault.HEADER, "no column holds source (such as 'source', '数据源')"),
        ("a,b\n1,2\n", FileFault.HEADER, "the header has 'a', 'b'"),
        ("\n" + csv_text([ROW]), FileFault.HEADER, "line 1 holds no header"),
        (csv_text([["x"] * 2000], ["c"] * 2000), FileFault.HEADER, "2000 columns; at most 1000"),
        ("\x1f\x8b\x08", FileFault.FORMAT, "is gzip; send Content-Encoding: gzip"),
        ("PK\x03\x04", FileFault.FORMAT, "a zip or workbook"),
        ("PAR1", FileFault.FORMAT, "Parquet"),
    ],
)  # fmt: skip
def test_files_that_are_refused_whole(tmp_path: Path, text: str, fault: FileFault, message: str) -> None:
    path = saved(tmp_path, text.encode("latin-1") if text.startswith("\x1f") else text)
    found = fault_of(path, CSV)
    assert found.fault is fault
    assert message in str(found)


def test_a_header_below_a_title(tmp_path: Path) -> None:
    text = '"Consumption\n2026",,\nprinted 1 April\n' + csv_text([ROW])
    assert rows(read(saved(tmp_path, text), CSV, IngestProfile("p", header_row=3, time_zone="UTC")))[0][0] == "M1"


def test_a_column_the_profile_names_must_be_there(tmp_path: Path) -> None:
    profile = IngestProfile("p", columns=(ColumnOf("Zähler", "source"),))
    found = fault_of(saved(tmp_path, csv_text([ROW])), CSV, profile)
    assert "the profile 'p' names a column 'Zähler'; the header has 'source'" in str(found)
    fixed = IngestProfile("p", columns=(ColumnOf("source", ""),), fixed=(FixedValue("source", "M9"),))
    assert rows(read(saved(tmp_path, csv_text([ROW])), CSV, fixed))[0][0] == "M9"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def grown(count: int) -> int:
        with path.open("w") as file:
            file.write(",".join(HEADER) + "\n")
            part = "".join(",".join(("M1", f"a-{number}", *ROW[2:])) + "\n" for number in range(10_000))
            for _ in range(count):
                file.write(part)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert sum(read_lengths(path)) == count * 10_000
        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024

    path = tmp_path / "long.csv"
    grown(10)
    assert grown(40) < 40  # MiB more than for the short file; the long one is 42 MiB, its columns 100


def read_lengths(path: Path) -> list[int]:
    with opened(path, CSV, limits=Limits(block_bytes=MIB)) as file:
        return [block.frame.height for block in file.blocks()]
