"""Numbers, dates, periods and values as profiles have them, and what is said of those that are not."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.management.ingest_profiles import (
    ColumnOf,
    DateOrder,
    FixedValue,
    IngestProfile,
    PeriodEnd,
    ValueOf,
)
from accounting.refusals import RefusalCode
from api.ingest.formats import FileFormat
from api.ingest.formats.moments import moments, spans
from api.ingest.formats.numerals import NotExact, exact_text, plain
from emission_factors.decimals import NotADecimal
from tests.api.ingest.formats.files import END, HEADER, ROW, START, csv_text, read, refusals, rows, saved

SHANGHAI = IngestProfile("p", time_zone="Asia/Shanghai")


def number(text: str, decimal: str, thousands: str) -> str | None:
    profile = IngestProfile("p", decimal_mark=decimal, thousands_mark=thousands)
    found: str | None = polars.DataFrame({"quantity": [text]}).select(plain("quantity", profile)).item()
    return found


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "read_as"),
    [
        ("12,5", ",", "", "12.5"),
        ("1.234,5", ",", ".", "1234.5"),
        ("1.234.567", ",", ".", "1234567"),
        ("1234,5", ",", ".", "1234.5"),
        ("1,234.5", ".", ",", "1234.5"),
        ("1 234 567,5", ",", " ", "1234567.5"),
        ("1\u00a0234,5", ",", " ", "1234.5"),
        ("1\u202f234", ",", " ", "1234"),
        ("1'234.5", ".", "'", "1234.5"),
        (" 12.5 ", ".", "", "12.5"),
        ("-3", ".", "", "-3"),
        ("12,5,3", ",", "", None),
        ("1.5", ",", ".", None),
        ("1.23", ",", ".", None),
        ("1234.567,8", ",", ".", None),
        ("1,5", ".", "", None),
        ("1,234", ".", "", None),
        ("12,34,567", ".", ",", None),
        ("1e3", ".", "", None),
        ("１２", ".", "", None),
        ("", ".", "", None),
        (".5", ".", "", None),
        ("5.", ".", "", None),
    ],
)
def test_numbers(text: str, decimal: str, thousands: str, read_as: str | None) -> None:
    assert number(text, decimal, thousands) == read_as


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from([(",", "."), (".", ","), (",", " ")])
)
def test_a_grouped_number_is_read_back(value: Decimal, marks: tuple[str, str]) -> None:
    decimal, thousands = marks
    written = f"{value:,.4f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    assert Decimal(number(written, decimal, thousands) or "nan") == value


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 12))
def test_fifteen_digits_survive_a_binary_number(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    for written in (repr(float(value)), f"{float(value):.17g}", f"{float(value):.16G}"):
        assert Decimal(exact_text(written, SHANGHAI)) == value


def test_binary_numbers_that_are_not_exact() -> None:
    with pytest.raises(NotExact, match="30000000000000004 is a calculated binary number"):
        exact_text("0.30000000000000004", SHANGHAI)
    rounding = IngestProfile("p", float_digits=3)
    assert [exact_text(text, rounding) for text in ("0.30000000000000004", "12345", "0.125", "1.5")] == [
        "0.3",
        "12300",
        "0.125",
        "1.5",
    ]
    assert [exact_text(text, IngestProfile("p", float_digits=2)) for text in ("0.125", "0.375")] == ["0.12", "0.38"]
    for text in ("nan", "inf", "x", "1e400", "1e99", ""):
        with pytest.raises(NotADecimal):
            exact_text(text, rounding)


def moment(text: str, profile: IngestProfile = SHANGHAI, *, is_end: bool = False) -> tuple[str | None, str | None]:
    found = moments(polars.Series([text]), profile, is_end=is_end)
    return found["moment"].item(), found["fault"].item()


@pytest.mark.parametrize(
    ("text", "order", "read_as"),
    [
        ("2026-03-31 08:00", DateOrder.YEAR_FIRST, "2026-03-31T00:00:00Z"),
        ("2026/3/1 8:05:09", DateOrder.YEAR_FIRST, "2026-03-01T00:05:09Z"),
        ("2026年3月1日 08:00", DateOrder.YEAR_FIRST, "2026-03-01T00:00:00Z"),
        ("2026.03.01", DateOrder.YEAR_FIRST, "2026-02-28T16:00:00Z"),
        ("20260301", DateOrder.YEAR_FIRST, "2026-02-28T16:00:00Z"),
        ("20260301 08:00", DateOrder.YEAR_FIRST, "2026-03-01T00:00:00Z"),
        ("2026-03-01T08:00:00.25", DateOrder.YEAR_FIRST, "2026-03-01T00:00:00.250Z"),
        ("2026-03-01T08:00:00+01:00", DateOrder.YEAR_FIRST, "2026-03-01T07:00:00Z"),
        ("2026-03-01T08:00:00-09:30", DateOrder.YEAR_FIRST, "2026-03-01T17:30:00Z"),
        ("2026-03-01T08:00Z", DateOrder.YEAR_FIRST, "2026-03-01T08:00:00Z"),
        ("2026-03-31 24:00", DateOrder.YEAR_FIRST, "2026-03-31T16:00:00Z"),
        ("02/03/2026 08:00", DateOrder.DAY_FIRST, "2026-03-02T00:00:00Z"),
        ("2.3.2026 08:00", DateOrder.DAY_FIRST, "2026-03-02T00:00:00Z"),
        ("02/03/2026 08:00", DateOrder.MONTH_FIRST, "2026-02-03T00:00:00Z"),
        ("2026-03-02 08:00", DateOrder.MONTH_FIRST, "2026-03-02T00:00:00Z"),
        ("02/03/2026", DateOrder.YEAR_FIRST, None),
        ("31/02/2026", DateOrder.DAY_FIRST, None),
        ("2026-13-01", DateOrder.YEAR_FIRST, None),
        ("2026-03-01 25:00", DateOrder.YEAR_FIRST, None),
        ("2026-03-31 24:01", DateOrder.YEAR_FIRST, None),
        ("2026-03-31 08:60", DateOrder.YEAR_FIRST, None),
        ("2026-3", DateOrder.YEAR_FIRST, None),
        ("26-03-01", DateOrder.YEAR_FIRST, None),
        ("２０２６-03-01", DateOrder.YEAR_FIRST, None),
        ("", DateOrder.YEAR_FIRST, None),
    ],
)
def test_dates(text: str, order: DateOrder, read_as: str | None) -> None:
    profile = IngestProfile("p", time_zone="Asia/Shanghai", date_order=order)
    found, fault = moment(text, profile)
    assert found == read_as
    assert (fault is None) == (read_as is not None)
    assert read_as or "is no date; accepted is a date such as" in str(fault)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_a_time_with_offset_is_that_instant(clock: datetime) -> None:
    found, _ = moment(clock.replace(tzinfo=UTC).isoformat())
    assert found is not None
    assert datetime.fromisoformat(found) == clock.replace(tzinfo=UTC)


def test_what_a_clock_does_not_say() -> None:
    york = IngestProfile("p", time_zone="America/New_York")
    for text in ("2026-03-08 02:30", "2026-11-01 01:30"):
        assert moment(text, york) == (
            None,
            "does not exist, or comes twice, on the clock of America/New_York; write the offset",
        )
    assert moment("2026-11-01T01:30-05:00", york)[0] == "2026-11-01T06:30:00Z"
    assert moment("2026-03-01 08:00", IngestProfile("p")) == (
        None,
        "has no offset, and no profile names the time zone it is in",
    )


def test_a_period_end_without_a_time() -> None:
    last = IngestProfile("p", time_zone="Asia/Shanghai", period_end=PeriodEnd.LAST_DAY)
    after = IngestProfile("p", time_zone="Asia/Shanghai", period_end=PeriodEnd.EXCLUSIVE)
    assert moment("2026-03-31", last, is_end=True)[0] == "2026-03-31T16:00:00Z"
    assert moment("2026-03-31", after, is_end=True)[0] == "2026-03-30T16:00:00Z"
    assert moment("2026-03-31 08:00", last, is_end=True)[0] == "2026-03-31T00:00:00Z"
    assert moment("2026-03-31", last, is_end=False)[0] == "2026-03-30T16:00:00Z"
    found, fault = moment("2026-03-31", SHANGHAI, is_end=True)
    assert found is None
    assert "name a profile with period_end" in str(fault)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z"),
        ("2026年3月", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z"),
        ("2026/3", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z"),
        ("202612", "2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"),
        ("2026", "2025-12-31T16:00:00Z", "2026-12-31T16:00:00Z"),
        ("2026年", "2025-12-31T16:00:00Z", "2026-12-31T16:00:00Z"),
        ("2024-02-29", "2024-02-28T16:00:00Z", "2024-02-29T16:00:00Z"),
        ("2026年3月1日", "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z"),
        ("2026-13", None, None),
        ("2023-02-29", None, None),
        ("March", None, None),
        ("20263", None, None),
        ("", None, None),
    ],
)
def test_spans(text: str, start: str | None, end: str | None) -> None:
    [row] = spans(polars.Series([text]), SHANGHAI).iter_rows()
    assert row[1:3] == (start, end)
    assert row[3] == (None if start else "is no month, day or year, such as 2026-03, 2026年3月 or 2026")


def test_a_bill_of_a_month(tmp_path: Path) -> None:
    """A file as a utility exports it: no id, no source, Chinese names, a month for each row."""
    text = '户号,能源,账期,用量(度),数据质量\n 0012 ,外购电,2026年3月,"1,234.5",实测\n0012,外购电,2026年4月,x,账单\n'
    profile = IngestProfile(
        "电费",
        thousands_mark=",",
        time_zone="Asia/Shanghai",
        columns=(ColumnOf("能源", "activityType"),),
        values=(ValueOf("activityType", "外购电", "electricity.grid"),),
        fixed=(FixedValue("source", "M1"), FixedValue("unit", "kWh")),
        id_columns=("户号", "账期"),
    )
    found = read(saved(tmp_path, text), FileFormat.CSV, profile)
    assert rows(found)[0] == (
        "M1",
        "0012/2026年3月",
        "electricity.grid",
        "1234.5",
        "kWh",
        "2026-02-28T16:00:00Z",
        "2026-03-31T16:00:00Z",
        "",
        "MEASURED",
        "",
    )
    [one] = refusals(found)
    assert (one.row, one.code, one.field) == (1, RefusalCode.NOT_A_NUMBER, "quantity")
    assert one.message == "line 3, column '用量(度)': 'x' is no number; accepted is a number such as 1,234.5 or 1234.5"
    assert found[0].located(0, "periodEnd", "why") == "line 2, column '账期': why"
    assert found[0].located(0, "source", "why") == "line 2: why"


def test_the_first_fault_of_a_row_is_told(tmp_path: Path) -> None:
    text = csv_text([(*ROW[:3], "x", "kWh", "y", "z", "", "guess", "")])
    [one] = refusals(read(saved(tmp_path, text), FileFormat.CSV, SHANGHAI))
    assert one.message.startswith("line 2, column 'quantity': 'x' is no number")


def test_without_a_profile_texts_are_the_ledgers_to_judge(tmp_path: Path) -> None:
    odd = (" M1 ", " a ", "外购电", "12,5", "度", "yesterday", "2026-03-31", " ", "Measured", " d ")
    found = read(saved(tmp_path, csv_text([odd]).replace("12,5", '"12,5"')), FileFormat.CSV)
    assert rows(found) == [(*odd[:8], "MEASURED", odd[9])]
    assert not refusals(found)


def test_a_month_without_a_profile_has_no_clock(tmp_path: Path) -> None:
    header = tuple(name for name in HEADER if name not in ("periodStart", "periodEnd"))
    row = tuple(cell for cell in ROW if cell not in (START, END))
    text = csv_text([(*row, "2026-03")], (*header, "月份"))
    [one] = refusals(read(saved(tmp_path, text), FileFormat.CSV))
    assert one.message == "line 2, column '月份': '2026-03' has no offset, and no profile names the time zone it is in"


def test_an_id_of_which_a_part_is_missing_is_none(tmp_path: Path) -> None:
    text = csv_text([("7", *ROW[2:]), ("", *ROW[2:])], ("n", *HEADER[2:])).replace("n,", "n,source,", 1)
    text = text.replace("7,", "7,M1,", 1).replace("\n,", "\n,M1,")
    profile = IngestProfile("p", time_zone="UTC", id_columns=("source", "n"))
    found = rows(read(saved(tmp_path, text), FileFormat.CSV, profile))
    assert [row[:2] for row in found] == [("M1", "M1/7"), ("M1", "")]
