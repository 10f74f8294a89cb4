"""For random batches, corrections and voidings: quantity cells = sum over the current rows, to the digit."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emission_factors.decimals import EXACT
from ledger.activities.batches import Outcome
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.rows import PostedRow, Quality
from ledger.setup import Databases
from tests.world import NOW, World, row, world

QUANTITIES = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False, allow_infinity=False)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31))
SPANS = st.one_of(st.integers(1, 100).map(lambda days: timedelta(days=days)), st.just(timedelta(hours=1)))
UNITS = st.sampled_from(["kWh", "MWh", "GJ", "Btu", "tce", "kcal"])


@dataclass(frozen=True)
class Step:
    """One thing that happens to the fact with number `fact`."""

    kind: str
    fact: int
    quantity: Decimal
    unit: str
    start: datetime
    span: timedelta
    quality: Quality = Quality.BILLED


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["post", "post", "post", "correct", "void"]),
        st.integers(0, 9),
        QUANTITIES,
        UNITS,
        STARTS.map(lambda moment: moment.replace(minute=0, second=0, microsecond=0)),
        SPANS,
        st.sampled_from(Quality),
    ),
    min_size=1,
    max_size=40,
)


def written(moment: datetime) -> str:
    return f"{moment.isoformat()}+08:00"


async def play(here: World, steps: list[Step]) -> None:
    """Let the steps happen, posting in batches of whatever came between two other steps."""
    current: dict[int, UUID] = {}
    batch: list[Step] = []

    async def flush() -> None:
        if batch:
            rows = [posted(step) for step in batch]
            for step, outcome in zip(batch, await here.post(*rows), strict=True):
                if outcome.outcome is Outcome.ACCEPTED and outcome.activity_id:
                    current[step.fact] = outcome.activity_id
            batch.clear()

    for step in steps:
        if step.kind == "post":
            batch.append(step)
            continue
        await flush()
        if step.fact in current:
            await change(here, step, current)
    await flush()


def posted(step: Step) -> PostedRow:
    end = step.start + step.span
    spans = {"period_start": written(step.start), "period_end": written(end)}
    return row(f"fact-{step.fact}", format(step.quantity, "f"), step.unit, quality=step.quality, **spans)


async def change(here: World, step: Step, current: dict[int, UUID]) -> None:
    args = (here.database, here.catalogue, here.tenant, current.pop(step.fact))
    if step.kind == "void":
        await void(*args, "void", NOW)
        return
    content = NewContent(
        quantity=format(step.quantity, "f"),
        unit=step.unit,
        period_start=written(step.start),
        period_end=written(step.start + step.span),
        quality=step.quality,
    )
    current[step.fact] = await correct(*args, content, "correct", NOW)


async def independent_sums(here: World) -> dict[tuple[str, str, str], Decimal]:
    """Return (unit, quality, month) -> sum of the current rows, split in Python with fractions and none of the SQL.

    Exactly: a sum of Btu over years has more digits than a plain `+` of decimals keeps.
    """
    query = """
    SELECT base_unit, quality, base_quantity, local_start, local_end FROM activities AS activity
    WHERE tenant_id = %s AND kind <> 'VOID' AND NOT EXISTS (
        SELECT FROM activities AS later WHERE later.tenant_id = activity.tenant_id
            AND later.supersedes = activity.activity_id)
    """
    async with here.database.snapshot() as connection:
        rows = await (await connection.execute(query, (here.tenant,))).fetchall()
    sums: dict[tuple[str, str, str], Decimal] = {}
    for unit, quality, quantity, start, end in rows:
        for month, part in month_parts(start, end, quantity):
            key = (unit, quality, month)
            sums[key] = EXACT.add(sums.get(key, Decimal(0)), part)
    return sums


async def cells_by_quality(here: World) -> dict[tuple[str, str, str], Decimal]:
    query = "SELECT base_unit, quality, to_char(month, 'YYYY-MM'), quantity FROM quantity_cells WHERE tenant_id = %s"
    async with here.database.snapshot() as connection:
        rows = await (await connection.execute(query, (here.tenant,))).fetchall()
    return {(unit, quality, month): quantity for unit, quality, month, quantity in rows}


def microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def month_parts(start: datetime, end: datetime, quantity: Decimal) -> list[tuple[str, Decimal]]:
    """Split by wall-clock time, rounding running totals half up at 12 places or the quantity's own."""
    digits = max(-int(quantity.as_tuple().exponent), 12)
    scale, parts, before, month = 10**digits, [], 0, start.replace(day=1, hour=0)
    while month < end:
        following = (month + timedelta(days=32)).replace(day=1)
        share = Fraction(microseconds(min(end, following) - start), microseconds(end - start))
        after = (2 * Fraction(quantity) * scale * share + 1) // 2
        parts.append((f"{month:%Y-%m}", Decimal(after - before).scaleb(-digits, EXACT)))
        before, month = after, following
    return parts


MANY_DIGITS = [
    Step("post", 0, Decimal("27777777.777437"), "GJ", datetime(2024, 1, 31, 1), timedelta(days=100)),
    Step("post", 1, Decimal(1), "Btu", datetime(2024, 1, 1), timedelta(hours=1)),
]
"""A month whose sum has 29 digits, one more than Python's decimals keep unless told to."""


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=MANY_DIGITS)
def test_cells_equal_the_sum_over_the_current_rows(databases: Databases, steps: list[Step]) -> None:
    async def check() -> None:
        async with world(databases) as here:
            await play(here, steps)
            assert await here.mismatches() == []
            cells = await cells_by_quality(here)
            sums = await independent_sums(here)
            assert {key: value for key, value in cells.items() if value} == {k: v for k, v in sums.items() if v}

    asyncio.run(check())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, span=st.integers(1, 4 * 365 * 24 * 3600), quantity=QUANTITIES)
def test_parts_add_up_to_the_whole(databases: Databases, start: datetime, span: int, quantity: Decimal) -> None:
    end = start + timedelta(seconds=span)
    with psycopg.connect(databases.owner_url) as connection:
        query = "SELECT sum(part), count(*), count(DISTINCT month), min(part) FROM month_parts(%s, %s, %s)"
        found = connection.execute(query, (start, end, quantity)).fetchone()
    assert found is not None
    months = (end - timedelta(microseconds=1)).year * 12 + (end - timedelta(microseconds=1)).month
    assert found[0] == quantity
    assert found[1] == found[2] == months - (start.year * 12 + start.month) + 1
    assert found[3] >= 0


@pytest.mark.anyio
async def test_a_spoilt_cell_is_found_and_named(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a", "1"))
        with psycopg.connect(databases.owner_url) as owner:
            statement = "UPDATE quantity_cells SET quantity = quantity + 0.000001 WHERE tenant_id = %s"
            owner.execute(statement, (here.tenant,))
        found = await here.mismatches()
        assert [(item.activity_type, item.cell_quantity, item.row_sum) for item in found] == [
            ("electricity.grid", Decimal("3.600001"), Decimal("3.6"))
        ]
        with psycopg.connect(databases.owner_url) as owner:
            statement = "UPDATE quantity_cells SET quantity = quantity - 0.000001 WHERE tenant_id = %s"
            owner.execute(statement, (here.tenant,))
