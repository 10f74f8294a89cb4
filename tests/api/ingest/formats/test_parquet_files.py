"""Parquet: every type as text or refused with the reason, row groups of any size, damaged files."""

import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounting.management.ingest_profiles import IngestProfile
from accounting.refusals import RefusalCode
from api.ingest.formats import ContentCoding, FileFault, FileFormat, Limits, UnreadableFile
from api.ingest.formats.parquet_footers import RowGroup, row_groups
from tests.api.ingest.formats.files import HEADER, ROW, fault_of, packed, read, refusals, rows, saved

PARQUET = FileFormat.PARQUET
AT = datetime(2026, 3, 1, tzinfo=UTC)


def made(folder: Path, *, count: int = 3, group: int | None = None, **columns: Any) -> Path:
    """Write a file with other columns in place of some texts."""
    texts = {name: [value] * count for name, value in zip(HEADER, ROW, strict=True)}
    frame = polars.DataFrame({**texts, **columns})
    path = folder / "file.parquet"
    frame.write_parquet(path, row_group_size=group)
    return path


def column(folder: Path, name: str, values: polars.Series, profile: IngestProfile | None = None) -> list[str]:
    path = made(folder, count=len(values), **dict[str, Any]({name: values}))
    place = HEADER.index(name)
    return [row[place] for row in rows(read(path, PARQUET, profile))]


@pytest.mark.parametrize("coding", list(ContentCoding))
def test_texts_come_as_they_stand(tmp_path: Path, coding: ContentCoding) -> None:
    path = saved(tmp_path, packed(made(tmp_path, count=5, group=2).read_bytes(), coding))
    found = read(path, PARQUET, coding=coding)
    assert rows(found) == [ROW] * 5
    assert [(block.first_row, block.frame.height) for block in found] == [(0, 2), (2, 2), (4, 1)]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "file.parquet"]


def test_types_that_say_exactly_what_a_text_says(tmp_path: Path) -> None:
    money = polars.Series([Decimal("0.10"), Decimal("12345678901234567890.123456"), None], dtype=polars.Decimal(38, 6))
    assert column(tmp_path, "quantity", money) == ["0.100000", "12345678901234567890.123456", ""]
    assert column(tmp_path, "quantity", polars.Series([7, -1, 2**62])) == ["7", "-1", str(2**62)]
    assert column(tmp_path, "externalId", polars.Series([7, 8], dtype=polars.UInt64)) == ["7", "8"]
    assert column(tmp_path, "unit", polars.Series(["t", "kg", "t"], dtype=polars.Categorical)) == ["t", "kg", "t"]
    assert column(tmp_path, "unit", polars.Series(["t", "kg"], dtype=polars.Enum(["kg", "t"]))) == ["t", "kg"]
    assert column(tmp_path, "document", polars.Series([None, None])) == ["", ""]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_with_and_without_zone(tmp_path: Path, unit: Any) -> None:
    with_zone = polars.Series([AT.replace(hour=16, microsecond=500_000)], dtype=polars.Datetime(unit, "Asia/Shanghai"))
    assert column(tmp_path, "periodStart", with_zone) == ["2026-03-01T16:00:00.500Z"]
    without = polars.Series([datetime(2026, 3, 1)], dtype=polars.Datetime(unit))
    assert column(tmp_path, "periodStart", without) == ["2026-03-01T00:00:00"]
    profile = IngestProfile("p", time_zone="Asia/Shanghai")
    assert column(tmp_path, "periodStart", without, profile) == ["2026-02-28T16:00:00Z"]
    assert column(tmp_path, "periodStart", polars.Series([date(2026, 3, 1)]), profile) == ["2026-02-28T16:00:00Z"]


def test_a_part_of_a_microsecond_is_refused(tmp_path: Path) -> None:
    path = made(
        tmp_path, count=2, periodStart=polars.Series([1000, 1001], dtype=polars.Int64).cast(polars.Datetime("ns"))
    )
    [one] = refusals(read(path, PARQUET))
    assert (one.row, one.code, one.field) == (1, RefusalCode.BAD_TIME, "periodStart")
    assert one.message.startswith("row 2, column 'periodStart': ")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("quantity", polars.Series([0.1]), "binary numbers are not exact: 0.1 is none. Write decimal128"),
        ("quantity", polars.Series([0.5], dtype=polars.Float32), "binary numbers are not exact"),
        ("quantity", polars.Series([True]), "has the type Boolean; accepted are decimals"),
        ("quantity", polars.Series([date(2026, 3, 1)]), "accepted are decimals, whole numbers and texts"),
        ("quantity", polars.Series([["1"]]), "has the type List(String)"),
        ("quantity", polars.Series([{"value": "1"}]), "has the type Struct"),
        ("quantity", polars.Series([b"1"]), "has the type Binary"),
        ("periodStart", polars.Series([20260301]), "accepted are timestamps, dates and texts"),
        ("externalId", polars.Series([1.5]), "has the type Float64"),
        ("externalId", polars.Series([Decimal("1.5")]), "accepted are texts and whole numbers"),
        ("externalId", polars.Series([AT]), "accepted are texts and whole numbers"),
    ],
)
def test_types_that_say_less_or_something_else(tmp_path: Path, name: str, values: polars.Series, message: str) -> None:
    found = fault_of(made(tmp_path, count=1, **dict[str, Any]({name: values})), PARQUET)
    assert found.fault is FileFault.TYPE
    assert f"the column '{name}' for {name}" in str(found)
    assert message in str(found)


def test_floats_where_the_profile_says_how_they_are_rounded(tmp_path: Path) -> None:
    profile = IngestProfile("p", float_digits=15, decimal_mark=",", time_zone="UTC")
    values = polars.Series([0.1 + 0.2, 1e-7, 123456.5, 1e30, float("nan"), None])
    found = read(made(tmp_path, count=6, quantity=values), PARQUET, profile)
    texts = [row[3] for row in rows(found)]
    assert texts[:4] == ["0.3", "0.0000001", "123456.5", "1" + "0" * 30]
    assert [(one.row, one.code) for one in refusals(found)] == [
        (4, RefusalCode.NOT_A_NUMBER),
        (5, RefusalCode.NOT_A_NUMBER),
    ]
    single = polars.Series([0.1], dtype=polars.Float32)
    assert column(tmp_path, "quantity", single, profile) == ["0.1"]


def test_decimals_in_a_profile_with_decimal_comma(tmp_path: Path) -> None:
    profile = IngestProfile("p", decimal_mark=",", thousands_mark=".", time_zone="UTC")
    values = polars.Series([Decimal("1.234")])
    assert column(tmp_path, "quantity", values, profile) == ["1.234"]


def test_row_groups_are_read_from_the_footer(tmp_path: Path) -> None:
    groups = row_groups(made(tmp_path, count=5, group=2))
    assert [group.rows for group in groups] == [2, 2, 1]
    assert all(group.unpacked > 0 for group in groups)
    assert row_groups(made(tmp_path, count=40, group=2))[19].rows == 2


def test_a_row_group_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = made(tmp_path, count=100)
    found = fault_of(path, PARQUET, limits=Limits(group_rows=99))
    assert found.fault is FileFault.TOO_LARGE
    assert "a row group has 100 rows" in str(found)
    assert fault_of(path, PARQUET, limits=Limits(group_bytes=100)).fault is FileFault.TOO_LARGE
    assert fault_of(path, PARQUET, limits=Limits(decoded_bytes=100)).fault is FileFault.TOO_LARGE


def test_a_file_without_rows(tmp_path: Path) -> None:
    assert fault_of(made(tmp_path, count=0), PARQUET).fault is FileFault.EMPTY


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    body = bytearray(made(tmp_path, count=20, group=10).read_bytes())
    kind = data.draw(st.sampled_from(["cut", "changed"]))
    place = data.draw(st.integers(0, len(body) - 1))
    if kind == "cut":
        body = body[:place]
    else:
        body[place] ^= 1 << data.draw(st.integers(0, 7))
    path = saved(tmp_path, bytes(body))
    try:
        found = read(path, PARQUET)
    except UnreadableFile:
        return
    assert kind == "changed"
    assert sum(block.frame.height for block in found) == 20


def test_a_page_that_says_an_impossible_length_ends_no_service(tmp_path: Path) -> None:
    body = bytearray(made(tmp_path, count=20, group=10).read_bytes())
    page = body.index(b'\x15\x00\x15\x10\x15",\x15')  # a data page: 8 bytes unpacked, 17 packed, then how many values
    body[page + 8] ^= 1  # a number below none, which the library takes for 2 exabytes
    found = fault_of(saved(tmp_path, bytes(body)), PARQUET)
    assert found.fault is FileFault.FORMAT
    assert "a page says a length that cannot be" in str(found)


@pytest.mark.parametrize(
    "footer", [b"", b"\x19\xfc" * 50, b"\x49\xff\xff\xff\xff\x0f", b"\x1c" * 200, b"\x18\xff\xff\xff\xff\x7f"]
)
def test_a_made_up_footer_is_refused(tmp_path: Path, footer: bytes) -> None:
    path = saved(tmp_path, b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1")
    assert fault_of(path, PARQUET).fault in (FileFault.FORMAT, FileFault.EMPTY)
    assert RowGroup(1, 2).rows == 1
