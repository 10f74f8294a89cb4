"""Footprints kept apart by quality: their sums are the totals, with instruments and as known on an earlier day."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounting.amounts import added
from accounting.basis import Basis
from accounting.footprints import Footprint
from accounting.grouping import Dimension, grouped, totals
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.gases import GwpSet
from ledger.activities.corrections import NewContent, correct
from ledger.activities.rows import Quality
from ledger.footprints.footprints import Boundary, footprint
from ledger.footprints.uncertainties import lines_apart
from ledger.setup import Databases
from tests.ledger.footprints.test_instruments import CERTIFICATE, JANUARY, hold
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
SPAN = {"period_start": "2023-01-01T00:00:00+08:00", "period_end": "2023-02-01T00:00:00+08:00"}


def basis(here: World, known_at: datetime | None = None) -> Basis:
    return Basis(REGIMES[RegimeCode.GHG_PROTOCOL], GwpSet.AR6, here.catalogue, ("GB",), known_at=known_at)


async def asked(here: World, *by: Dimension, known_at: datetime | None = None) -> Footprint:
    async with here.database.snapshot() as connection:
        return await footprint(connection, basis(here, known_at), Boundary((here.tenant,)), JANUARY, JANUARY, by)


async def load(here: World) -> None:
    await here.post(
        row("a", "5000", "MWh", quality=Quality.MEASURED, **SPAN),
        row("b", "3000.000001", "MWh", quality=Quality.BILLED, **SPAN),
        row("c", "7", "t", activity_type="stationary.diesel", quality=Quality.ESTIMATED, **SPAN),
    )


async def test_qualities_add_up_to_the_total_with_instruments(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        plain = await asked(here)
        await hold(here, "c", CERTIFICATE)
        covered = await asked(here)
        assert totals(covered.lines).scope_2_market.co2e < totals(plain.lines).scope_2_market.co2e
        apart = await asked(here, Dimension.QUALITY)
        assert totals(apart.lines) == totals(covered.lines)
        assert {line.quality for line in covered.lines} == {""}
        groups = {group.key[Dimension.QUALITY]: group.totals for group in grouped(apart.lines, [Dimension.QUALITY])}
        assert set(groups) == {"MEASURED", "BILLED", "ESTIMATED"}
        assert added(found.scope_2_market for found in groups.values()) == totals(covered.lines).scope_2_market


async def test_lines_apart_have_their_site_and_its_tenant(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        async with here.database.snapshot() as connection:
            boundary = Boundary((here.tenant,))
            found = await lines_apart(connection, basis(here), boundary, JANUARY, JANUARY)
            months = await lines_apart(connection, basis(here), boundary, JANUARY, JANUARY, keeps_months=True)
        assert found.operators == {here.site: here.tenant}
        assert {(line.site, line.month) for line in found.lines} == {(here.site, None)}
        assert {line.month for line in months.lines} == {date(2023, 1, 1)}
        assert totals(found.lines) == totals(months.lines) == totals((await asked(here)).lines)


async def test_a_quality_is_as_it_was_known(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10", "MWh", quality=Quality.ESTIMATED, **SPAN)))[0].activity_id
        assert first is not None
        async with here.database.snapshot() as connection:
            newest = "SELECT max(recorded_at) FROM recordings WHERE tenant_id = %s"
            cursor = await connection.execute(newest, (here.tenant,))
            (then,) = await cursor.fetchone() or (None,)
        changed = NewContent(quality=Quality.MEASURED)
        await correct(here.database, here.catalogue, here.tenant, first, changed, "the meter was read", NOW)
        assert {line.quality for line in (await asked(here, Dimension.QUALITY)).lines} == {"MEASURED"}
        assert {line.quality for line in (await asked(here, Dimension.QUALITY, known_at=then)).lines} == {"ESTIMATED"}
        assert await here.mismatches() == []
        assert sum(quantity for quantity, _ in (await here.cells()).values()) == Decimal(36000)
