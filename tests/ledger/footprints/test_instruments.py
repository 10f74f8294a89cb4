"""Footprints of a tenant that holds instruments: matched by site and month, whatever the question keeps apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.footprints import Footprint
from accounting.grouping import Dimension, grouped, totals
from accounting.regimes import RegimeCode
from accounting.scope2.instrument_faults import Reason
from accounting.scope2.instruments import (
    Attribute,
    Check,
    Criteria,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Kind,
    Serials,
)
from emission_factors.decimals import shown, total
from ledger import registry
from ledger.footprints.footprints import Boundary, footprint
from ledger.instruments.content import InstrumentContent
from ledger.instruments.instruments import (
    NewCancellation,
    NewInstrument,
    cancel_instrument,
    record_instrument,
    sell_instrument,
)
from ledger.registry import NewTenant
from ledger.setup import Databases
from tests.build import basis
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
JANUARY, DECEMBER = date(2023, 1, 1), date(2023, 12, 1)
MET = Criteria(*[Check(True, ("audit",))] * 8)
CERTIFICATE = InstrumentContent(
    kind=Kind.GEC,
    carrier=EnergyCarrier.ELECTRICITY,
    attribute=Attribute.NON_FOSSIL,
    market="CN",
    first_month=JANUARY,
    last_month=JANUARY,
    quantity=Decimal(4000),
    rate=Decimal(0),
    site=None,
    claimed_from=JANUARY,
    claimed_to=DECEMBER,
    serials=Serials("GD-1", 1, 4000),
    evidence=(Evidence("statement", EvidenceKind.CERTIFICATE),),
    criteria=MET,
)
ROOF = replace(
    CERTIFICATE,
    kind=Kind.SELF_USE,
    quantity=Decimal(1000),
    serials=None,
    last_month=DECEMBER,
    evidence=(Evidence("meter", EvidenceKind.METER_RECORD),),
)


async def load(here: World) -> None:
    """9,000 MWh bought, a twelfth each month, and 1,000 MWh of the roof's own in January."""
    months = [(date(2023, month, 1), date(2023 + month // 12, month % 12 + 1, 1)) for month in range(1, 13)]
    spans = [
        {"period_start": f"{first}T00:00:00+08:00", "period_end": f"{last}T00:00:00+08:00"} for first, last in months
    ]
    grid = [row(f"e{number}", "750", "MWh", **span) for number, span in enumerate(spans)]
    roof = row("roof", "1000", "MWh", activity_type="electricity.own_generation", **spans[0])
    outcomes = await here.post(*grid, roof)
    assert {outcome.outcome.value for outcome in outcomes} == {"ACCEPTED"}


async def hold(here: World, code: str, content: InstrumentContent, **cancelled: Any) -> None:
    recorded = await record_instrument(here.database, NewInstrument(here.tenant, code, content))
    if content.kind is Kind.GEC:
        given = NewCancellation(**({"on": date(2023, 12, 20)} | cancelled))
        await cancel_instrument(here.database, here.tenant, recorded.instrument_id, given, NOW)


def market(found: Footprint) -> Decimal:
    """Tonnes of scope 2 by market."""
    return shown(totals(found.lines).scope_2_market.co2e) / 1000


async def test_certificates_and_the_roof_lower_the_market_total_alone(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        before = await here.footprint(JANUARY, DECEMBER)
        assert (market(before), before.matching) == (Decimal(6096), None)  # 10,000 MWh at 0.6096: nothing is proved
        await hold(here, "g", CERTIFICATE)
        await hold(here, "roof", ROOF)
        found = await here.footprint(JANUARY, DECEMBER)
        assert market(found) == Decimal("3048")  # 5,000 MWh
        location = [shown(totals(one.lines).scope_2_location.co2e) for one in (before, found)]
        assert location == [Decimal(3977100)] * 2
        assert found.matching is not None
        assert (found.matching.matched_mwh, found.matching.unmatched_mwh) == (Decimal(5000), Decimal(5000))
        assert found.matching.rejections == ()


async def test_sold_certificates_bring_the_roof_back(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        roof = await record_instrument(here.database, NewInstrument(here.tenant, "roof", ROOF))
        kept = await here.footprint(JANUARY, DECEMBER)
        await sell_instrument(here.database, here.tenant, roof.instrument_id)
        sold = await here.footprint(JANUARY, DECEMBER)
        assert market(sold) - market(kept) == Decimal("609.6")
        assert sold.matching is not None
        assert [one.reason for one in sold.matching.rejections] == [Reason.SOLD]


async def test_months_add_up_whatever_is_asked(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        await hold(here, "g", CERTIFICATE)
        whole = await here.footprint(JANUARY, DECEMBER)
        by_month = await here.footprint(JANUARY, DECEMBER, Dimension.MONTH, Dimension.TENANT, Dimension.SITE)
        groups = grouped(by_month.lines, [Dimension.MONTH])
        expected = totals(whole.lines).scope_2_market.co2e
        assert total(group.totals.scope_2_market.co2e for group in groups) == expected
        alone = [await here.footprint(date(2023, month, 1), date(2023, month, 1)) for month in range(1, 13)]
        assert total(totals(one.lines).scope_2_market.co2e for one in alone) == expected
        # Certificates cover the roof's January first, and then the earliest months of the grid's.
        assert [market(one) for one in alone[:6]] == [0, 0, 0, 0, Decimal("457.2"), Decimal("457.2")]
        assert alone[0].matching is not None
        assert alone[0].matching.matched_mwh == 1750


async def test_regimes_count_the_same_certificates_otherwise(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        await hold(here, "g", CERTIFICATE)
        found = {
            regime: shown(totals((await here.footprint(JANUARY, DECEMBER, regime=regime)).lines).scope_2_location.co2e)
            for regime in (RegimeCode.GHG_PROTOCOL, RegimeCode.GBT_32150_2025, RegimeCode.NDRC_910_2025)
        }
        assert found == {
            RegimeCode.GHG_PROTOCOL: Decimal(3977100),
            RegimeCode.GBT_32150_2025: Decimal(6000) * Decimal("530.6"),
            RegimeCode.NDRC_910_2025: Decimal(5000) * Decimal("832.5"),
        }


async def test_a_certificate_that_a_neighbour_cancelled_first_covers_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        other = await registry.register_tenant(here.database, NewTenant(here.park, "other", "Other", "邻居"))
        neighbour = replace(here, tenant=other.tenant_id)
        await hold(neighbour, "n", CERTIFICATE, on=date(2023, 11, 1))
        await hold(here, "g", CERTIFICATE)
        found = await here.footprint(JANUARY, DECEMBER)
        assert market(found) == Decimal(6096)
        assert found.matching is not None
        assert [one.reason for one in found.matching.rejections] == [Reason.DOUBLE_CANCELLATION]


async def test_a_site_sees_its_part_of_the_tenants_matching(databases: Databases) -> None:
    async with world(databases) as here:
        await load(here)
        await hold(here, "g", CERTIFICATE)
        of = basis(proxies=("GB",))
        async with here.database.snapshot() as connection:
            site = await footprint(connection, of, Boundary((here.tenant,), here.site), JANUARY, DECEMBER, ())
        assert market(site) == market(await here.footprint(JANUARY, DECEMBER))
