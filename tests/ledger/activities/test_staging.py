"""Rows as one array, read back by the server as it reads each value that psycopg sends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import TupleRow

from ledger.activities.rows import CheckedRow, SourcePlace
from ledger.activities.staging import TYPES, columns, staged
from ledger.identifiers import new_ids
from ledger.periods import period
from ledger.setup import Databases

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


@pytest.fixture(scope="module")
def connection(databases: Databases) -> Iterator[psycopg.Connection[TupleRow]]:
    with psycopg.connect(databases.owner_url) as found:
        yield found


@given(rows=st.lists(ROWS, min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_server_reads_what_it_reads_from_psycopg(
    connection: psycopg.Connection[TupleRow], rows: list[CheckedRow]
) -> None:
    repeated = rows + rows[:3]
    given_rows = list(zip(new_ids(len(repeated)), repeated, strict=True))
    read = connection.execute("SELECT * FROM unnest(%s::staged_activity[])", (staged(given_rows),)).fetchall()
    assert read == by_psycopg(connection, given_rows)


def by_psycopg(
    connection: psycopg.Connection[TupleRow], given_rows: list[tuple[UUID, CheckedRow]]
) -> list[tuple[object, ...]]:
    """Return the rows as the server reads them one by one, each value sent by psycopg."""
    casts = ", ".join(f"%s::{name}" for name in TYPES)
    return [connection.execute(f"SELECT {casts}".encode(), columns(*one)).fetchall()[0] for one in given_rows]
