"""The bytes of rows made of texts are those that PostgreSQL sends, column by column, as the sealer hashes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from ledger.connections import Connection
from ledger.history.sealed_activities import ACTIVITY_COLUMNS
from ledger.history.sealed_rows import ADJUSTMENT_COLUMNS, READING_COLUMNS
from ledger.setup import Databases
from proofs.errors import BadRow
from proofs.row_forms import ACTIVITIES, ADJUSTMENTS, READINGS, TABLES, Kind, RowForm

CASES: list[tuple[Kind, str, Any]] = [
    *[
        (Kind.NUMERIC, text, Decimal(text))
        for text in (
            "0", "0.000", "1", "12.50", "0.0001", "0.00010", "10000", "100000000.0", "123456789.987654321", "-7.5",
            "99999999999999999999999999999999999999.00001", "0.00000000000000000000000000000000000012",
        )
    ],
    (Kind.TEXT, "柴油\n\"L\", ", "柴油\n\"L\", "),
    (Kind.TEXT, "", ""),
    (Kind.INTEGER, "2147483647", 2147483647),
    (Kind.UUID, "0197c1f0-0000-7000-8000-00000000abcd", UUID("0197c1f0-0000-7000-8000-00000000abcd")),
    (Kind.INSTANT, "1990-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
    (Kind.INSTANT, "2024-03-31T15:59:59.000001Z", datetime(2024, 3, 31, 15, 59, 59, 1, tzinfo=UTC)),
    (Kind.LOCAL, "2024-03-31T23:59:59.500000", datetime(2024, 3, 31, 23, 59, 59, 500000)),
    (Kind.DAYS, "1999-12-01 2024-03-01", [date(1999, 12, 1), date(2024, 3, 1)]),
]  # fmt: skip
NAMES = {
    Kind.NUMERIC: "numeric", Kind.TEXT: "text", Kind.INTEGER: "integer", Kind.UUID: "uuid", Kind.INSTANT: "timestamptz",
    Kind.LOCAL: "timestamp", Kind.DAYS: "date[]",
}  # fmt: skip


def test_the_columns_are_those_that_the_sealer_hashes() -> None:
    hashed = {ACTIVITIES: ACTIVITY_COLUMNS, READINGS: READING_COLUMNS, ADJUSTMENTS: ADJUSTMENT_COLUMNS}
    assert {name: ", ".join(form.columns) for name, form in TABLES.items()} == hashed


@pytest.mark.anyio
async def test_every_kind_of_column_is_sent_as_the_database_sends_it(databases: Databases) -> None:
    async with await Connection.connect(databases.owner_url) as connection:
        for kind, text, value in CASES:
            query = f"SELECT record_send(ROW(%s::{NAMES[kind]}, NULL::{NAMES[kind]}))".encode()
            row = await (await connection.execute(query, (value,))).fetchone()
            form = RowForm({"given": kind, "none": kind}, ())
            assert row == (form.record(form.sent({"given": text, "none": None})),), (kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.NUMERIC, "01"), (Kind.NUMERIC, "1e3"), (Kind.NUMERIC, "-0"), (Kind.NUMERIC, ".5"), (Kind.NUMERIC, "１"),
        (Kind.NUMERIC, ""), (Kind.INTEGER, "+1"), (Kind.INTEGER, "2147483648"), (Kind.INTEGER, "-0"),
        (Kind.UUID, "0197C1F0-0000-7000-8000-00000000ABCD"), (Kind.UUID, "x"), (Kind.INSTANT, "2024-03-01T00:00:00"),
        (Kind.INSTANT, "2024-03-01T08:00:00+08:00"), (Kind.INSTANT, "2024-03-01 00:00:00Z"), (Kind.INSTANT, "today"),
        (Kind.LOCAL, "2024-03-01T00:00:00Z"), (Kind.LOCAL, "2024-03-01"), (Kind.DAYS, "2024-03"), (Kind.DAYS, ""),
        (Kind.DAYS, "2024-03-01  2024-04-01"), (Kind.TEXT, "\ud800"), (Kind.NUMERIC, f"0.{'1' * 70_000}"),
    ],
)  # fmt: skip
def test_another_text_of_a_value_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(BadRow, match="given is"):
        RowForm({"given": kind}, ()).sent({"given": text})
