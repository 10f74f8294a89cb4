"""Posting: each row its own outcome, every fact once, the cells equal to the rows."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from ledger.activities.batches import Outcome
from ledger.activities.posting import IdempotencyKeyReused
from ledger.setup import Databases
from tests.world import row, world

pytestmark = pytest.mark.anyio
MARCH = date(2025, 3, 1)


async def test_a_good_row_lands_once_with_its_cell(databases: Databases) -> None:
    async with world(databases) as here:
        outcomes = await here.post(row("a", "1.5", "MWh"))
        assert [outcome.outcome for outcome in outcomes] == [Outcome.ACCEPTED]
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("5400"), 1)}
        assert await here.row_count() == 1


async def test_a_repeat_is_a_duplicate_and_adds_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        first = await here.post(row("a", "1.50"))
        again = await here.post(row("a", "1.5"))
        assert again[0].outcome is Outcome.DUPLICATE
        assert again[0].activity_id == first[0].activity_id
        assert await here.row_count() == 1
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("5.40"), 1)}


async def test_other_content_is_a_conflict_that_names_the_fields(databases: Databases) -> None:
    async with world(databases) as here:
        first = await here.post(row("a", "1"))
        other = await here.post(row("a", "2", document="INV-2"))
        assert other[0].outcome is Outcome.CONFLICT
        assert other[0].conflicting_fields == ("quantity", "document")
        assert other[0].activity_id == first[0].activity_id
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("3.6"), 1)}


async def test_the_same_external_id_of_another_source_is_another_fact(databases: Databases) -> None:
    async with world(databases) as here:
        outcomes = await here.post(row("a"), row("a", source="m2"))
        assert [outcome.outcome for outcome in outcomes] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("7.2"), 2)}


async def test_the_natural_key_is_unique_whatever_the_period(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a"))
        moved = row("a", period_start="2024-01-01T00:00:00+08:00", period_end="2024-02-01T00:00:00+08:00")
        outcomes = await here.post(moved)
        assert outcomes[0].outcome is Outcome.CONFLICT
        assert outcomes[0].conflicting_fields == ("periodStart", "periodEnd")


async def test_repeats_inside_one_batch(databases: Databases) -> None:
    async with world(databases) as here:
        outcomes = await here.post(row("a", "1"), row("a", "1"), row("a", "2"))
        assert [outcome.outcome for outcome in outcomes] == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.CONFLICT]
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("3.6"), 1)}


BAD = {
    "unit": (row("x", unit="ton"), "UNKNOWN_UNIT", "unit", "'ton'"),
    "dimension": (row("x", unit="kg"), "UNIT_NOT_ACCEPTED", "unit", "kg measures mass"),
    "type": (row("x", activity_type="electricity.gird"), "UNKNOWN_ACTIVITY_TYPE", "activityType", "electricity.gird"),
    "qualifier": (
        row("x", "1", "kg", activity_type="refrigerant.leaked/R-9999"),
        "UNKNOWN_ACTIVITY_TYPE",
        "activityType",
        "R-9999",
    ),
    "negative": (row("x", "-1"), "NEGATIVE_QUANTITY", "quantity", "-1"),
    "naive": (row("x", period_start="2025-03-01T00:00:00"), "BAD_TIME", "periodStart", "2025-03-01T00:00:00"),
    "date only": (row("x", period_start="2025-03-01"), "BAD_TIME", "periodStart", "2025-03-01"),
    "no such day": (row("x", period_start="2025-02-30T00:00:00Z"), "BAD_TIME", "periodStart", "2025-02-30"),
    "backwards": (
        row("x", period_end="2025-02-01T00:00:00+08:00"),
        "PERIOD_ENDS_BEFORE_START",
        "periodEnd",
        "2025-02-01T00:00:00+08:00",
    ),
    "future": (row("x", period_end="2027-01-01T00:00:00+08:00"), "PERIOD_IN_FUTURE", "periodEnd", "2027-01-01"),
    "NaN": (row("x", "NaN"), "NOT_A_NUMBER", "quantity", "NaN"),
    "float NaN": (row("x", float("nan")), "NOT_A_NUMBER", "quantity", "nan"),
    "float": (row("x", 1.5), "NOT_A_NUMBER", "quantity", "1.5"),
    "exponent": (row("x", "1e3"), "NOT_A_NUMBER", "quantity", "1e3"),
    "null": (row("x", None), "NOT_A_NUMBER", "quantity", "None"),
    "40 digits": (row("x", "1" * 40), "NOT_A_NUMBER", "quantity", "40 digits"),
    "source": (row("x", source="m9"), "UNKNOWN_SOURCE", "source", "m9"),
    "no id": (row(" "), "MISSING_EXTERNAL_ID", "externalId", "id"),
    "NUL": (row("x\x00y"), "TEXT_NOT_ACCEPTED", "externalId", "NUL"),
    "price year": (
        row("x", "1", "USD", activity_type="goods.spend_us/325414"),
        "PRICE_YEAR_MISSING",
        "unit",
        "USD_2024",
    ),
}


async def test_a_thousand_rows_with_every_fault_among_them(databases: Databases) -> None:
    """Each row gets its own clear outcome, good rows land, and the cells equal the sum of the rows, exactly."""
    async with world(databases) as here:
        await here.post(row("old", "7"))
        bad = [case[0] for case in BAD.values()]
        repeats = [row("good-0", "0.1"), row("good-1", "99"), row("old", "7"), row("old", "8")]
        good = [row(f"good-{number}", f"{number}.1") for number in range(1000 - len(bad) - len(repeats))]
        outcomes = await here.post(*good, *bad, *repeats)
        assert len(outcomes) == 1000
        assert {outcome.outcome for outcome in outcomes[: len(good)]} == {Outcome.ACCEPTED}
        for outcome, (_, code, field, text) in zip(outcomes[len(good) :], BAD.values(), strict=False):
            assert (outcome.outcome, outcome.code, outcome.field) == (Outcome.REJECTED, code, field)
            assert text in outcome.message
        assert [outcome.outcome for outcome in outcomes[-4:]] == [
            Outcome.DUPLICATE,
            Outcome.CONFLICT,
            Outcome.DUPLICATE,
            Outcome.CONFLICT,
        ]
        total = sum((Decimal(f"{number}.1") for number in range(len(good))), Decimal(7)) * Decimal("3.6")
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (total, len(good) + 1)}
        assert await here.mismatches() == []


async def test_the_same_key_answers_the_same_and_adds_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        key = uuid4()
        rows = [row("a"), row("b", "-1")]
        first = await here.post(*rows, key=key)
        again = await here.post(*rows, key=key)
        assert again == first
        assert await here.row_count() == 1


async def test_the_same_key_with_other_rows_is_refused_and_writes_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        key = uuid4()
        await here.post(row("a"), key=key)
        with pytest.raises(IdempotencyKeyReused, match=str(key)):
            await here.post(row("b"), key=key)
        assert await here.row_count() == 1


async def test_a_bill_over_months_is_split_by_days_to_the_last_digit(databases: Databases) -> None:
    async with world(databases) as here:
        spans = {"period_start": "2025-01-16T00:00:00+08:00", "period_end": "2025-03-16T00:00:00+08:00"}
        await here.post(row("a", "100.01", **spans))
        cells = await here.cells()
        parts = {key[3]: value[0] for key, value in cells.items()}
        whole = Decimal("100.01") * Decimal("3.6")
        assert sum(parts.values()) == whole
        days = {date(2025, 1, 1): 16, date(2025, 2, 1): 28, date(2025, 3, 1): 15}
        assert {month: round(part, 6) for month, part in parts.items()} == {
            month: round(whole * count / 59, 6) for month, count in days.items()
        }
        assert await here.mismatches() == []


async def test_months_are_those_of_the_sites_clock(databases: Databases) -> None:
    async with world(databases) as here:
        utc = {"period_start": "2025-02-28T16:00:00Z", "period_end": "2025-03-31T16:00:00Z"}
        await here.post(row("a", **utc))
        assert [key[3] for key in await here.cells()] == [MARCH]


@pytest.mark.parametrize(
    ("start", "end", "month"),
    [
        ("2025-03-01T00:00:00+01:00", "2025-04-01T00:00:00+02:00", MARCH),
        ("2025-10-26T02:00:00+02:00", "2025-10-26T02:30:00+01:00", date(2025, 10, 1)),
        ("2025-03-30T01:00:00+01:00", "2025-03-30T03:00:00+02:00", MARCH),
    ],
)
async def test_days_of_23_and_25_hours(databases: Databases, start: str, end: str, month: date) -> None:
    async with world(databases, "Europe/Berlin") as here:
        outcomes = await here.post(row("a", period_start=start, period_end=end))
        assert outcomes[0].outcome is Outcome.ACCEPTED
        assert [key[3] for key in await here.cells()] == [month]


async def test_suppliers_and_types_have_cells_of_their_own(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(
            row("a", supplier="Grid A"),
            row("b"),
            row("c", "2", "t", activity_type="stationary.diesel"),
            row("d", "3", "L", activity_type="stationary.diesel"),
        )
        assert {key[:3]: value for key, value in (await here.cells()).items()} == {
            ("electricity.grid", "Grid A", "MJ"): (Decimal("3.6"), 1),
            ("electricity.grid", "", "MJ"): (Decimal("3.6"), 1),
            ("stationary.diesel", "", "kg"): (Decimal("2000"), 1),
            ("stationary.diesel", "", "m3"): (Decimal("0.003"), 1),
        }


async def test_rows_and_keys_cannot_be_changed_by_the_service_or_by_the_owner(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a"))
        for table in ("activities", "activity_versions", "postings"):
            for statement in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    async with here.database.write(here.tenant) as connection:
                        await connection.execute(statement.encode())
                with psycopg.connect(databases.owner_url) as owner:
                    owner.execute("SET session_replication_role = replica")
                    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                        owner.execute(statement.encode())
        assert await here.row_count() == 1


async def test_partitions_refuse_truncation_too(databases: Databases) -> None:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'activities'::regclass"
    with psycopg.connect(databases.owner_url) as owner:
        partitions = [name for (name,) in owner.execute(query).fetchall()]
    assert len(partitions) >= 13
    for name in partitions:
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute("SET session_replication_role = replica")
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                owner.execute(f"TRUNCATE {name}".encode())


async def test_another_tenant_cannot_be_written_to(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        await here.post(row("a"))
        insert = """
        INSERT INTO quantity_cells SELECT %s, site_id, activity_type, supplier, base_unit, month, 1, 1, quality
        FROM quantity_cells WHERE tenant_id = %s ON CONFLICT DO NOTHING
        """
        async with here.database.write(other.tenant) as connection:
            cursor = await connection.execute(insert, (here.tenant, here.tenant))
            assert cursor.rowcount == 0, "the other tenant's cells are not even seen"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            async with here.database.write(other.tenant) as connection:
                await connection.execute(
                    "INSERT INTO sites VALUES (%s, %s, 'x', 'x', 'x', 'CN', 'UTC')", (here.tenant, uuid4())
                )


async def test_nothing_is_seen_without_a_tenant(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a"))
        async with here.database.write(UUID(int=0)) as connection:
            for table in (
                "tenants",
                "sites",
                "sources",
                "activities",
                "activity_versions",
                "quantity_cells",
                "postings",
            ):
                count = await (await connection.execute(f"SELECT count(*) FROM {table}".encode())).fetchone()
                assert count == (0,), table
