"""The bytes of a COPY, compared with those psycopg writes row by row."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
from hypothesis import given
from hypothesis import strategies as st
from psycopg._copy_base import BinaryFormatter
from psycopg.adapt import Transformer

from ledger.identifiers import new_ids
from ledger.periods import Period, period
from ledger.rows import CheckedRow, SourcePlace
from ledger.staging import TYPES, columns, copied

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
NUMBERS = st.decimals(0, allow_nan=False, allow_infinity=False, places=6) | st.sampled_from(
    [Decimal(0), Decimal("0.000"), Decimal("1E+3"), Decimal(10**37), Decimal("9" * 38), Decimal("1E-18")]
)
PLACES = [SourcePlace(uuid4(), uuid4(), zone) for zone in ("Asia/Shanghai", "Europe/London", "UTC")]
PERIODS = st.builds(
    lambda hours, zone: period(
        (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).isoformat(),
        (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours + 1, seconds=0.25)).isoformat(),
        zone,
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
    st.integers(0, 9000),
    st.sampled_from(["Asia/Shanghai", "Europe/London", "America/St_Johns"]),
)
ROWS = st.builds(
    CheckedRow,
    place=st.sampled_from(PLACES),
    external_id=TEXTS,
    activity_type=st.sampled_from(["electricity.grid", "refrigerant.leaked/R-410A"]),
    supplier=TEXTS,
    quantity=NUMBERS,
    unit=st.sampled_from(["kWh", "10^4 kWh", "万m3"]),
    base_quantity=NUMBERS,
    base_unit=st.sampled_from(["MJ", "kg"]),
    period=PERIODS,
    quality=st.sampled_from(["MEASURED", "BILLED"]),
    document=TEXTS,
)


@given(st.lists(ROWS, max_size=8))
def test_the_bytes_are_those_of_psycopg(rows: list[CheckedRow]) -> None:
    repeated = rows + rows[:3]
    staged = list(zip(new_ids(len(repeated)), repeated, strict=True))
    assert copied(staged) == by_psycopg(staged)


def by_psycopg(staged: list[tuple[UUID, CheckedRow]]) -> bytes:
    transformer = Transformer()
    transformer.set_dumper_types([psycopg.adapters.types[name].oid for name in TYPES], psycopg.pq.Format.BINARY)
    formatter = BinaryFormatter(transformer)
    written = b"".join(bytes(formatter.write_row(columns(found, row))) for found, row in staged)
    return written + bytes(formatter.end())


def test_rows_that_are_equal_in_part_keep_what_differs() -> None:
    same = {"place": PLACES[0], "activity_type": "electricity.grid", "unit": "kWh", "base_unit": "MJ"}
    when = Period(*(datetime(2024, 1, day, tzinfo=UTC if day < 3 else None) for day in (1, 2, 3, 4)))
    later = Period(*(datetime(2024, 2, day, tzinfo=UTC if day < 3 else None) for day in (1, 2, 3, 4)))
    rows = [
        CheckedRow(
            external_id=name,
            quantity=Decimal(1),
            base_quantity=Decimal(1),
            period=found,
            quality=quality,
            supplier=supplier,
            document="",
            **same,  # type: ignore[arg-type]
        )
        for name in ("a", "b")
        for found in (when, later)
        for quality in ("BILLED", "MEASURED")
        for supplier in ("", "x")
    ]
    staged = list(zip(new_ids(len(rows)), rows, strict=True))
    assert copied(staged) == by_psycopg(staged)
    assert len({copied([(staged[0][0], row)]) for row in rows}) == len(rows)
