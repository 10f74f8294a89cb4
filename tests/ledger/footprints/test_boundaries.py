"""A footprint by organisational boundary: shares, control, leases, several holders of one site."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from accounting.basis import Basis
from accounting.boundary import Holding, LeasedSite
from accounting.consolidation import Approach, FinancialControl, LeaseKind, Party
from accounting.footprints import Footprint
from accounting.grouping import Dimension, Totals, grouped, totals
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.decimals import plain, shown
from emission_factors.gases import GwpSet
from ledger import registry
from ledger.declarations import declare
from ledger.footprints.footprints import Boundary, footprint
from ledger.registry import NewTenant
from ledger.setup import Databases
from tests.world import World, row, world

pytestmark = pytest.mark.anyio
YEAR = (date(2025, 1, 1), date(2025, 12, 1))
MARCH_MWH = row("el", "1000", "MWh")
GAS = row("gas", "100", "10^4Nm3", activity_type="stationary.natural_gas")


async def asked(
    here: World, approach: Approach | None, *by: Dimension, tenants: tuple[UUID, ...] = (), site: UUID | None = None
) -> Footprint:
    basis = Basis(REGIMES[RegimeCode.GHG_PROTOCOL], GwpSet.AR6, here.catalogue, ("GB",), approach=approach)
    async with here.database.snapshot() as connection:
        return await footprint(connection, basis, Boundary(tenants or (here.tenant,), site), *YEAR, by)


async def partner_of(here: World) -> UUID:
    found = await registry.register_tenant(here.database, NewTenant(here.park, "partner", "Partner", "合资方"))
    return found.tenant_id


def holding(holder: UUID, equity: str, *, runs_it: bool, until: date | None = None) -> Holding:
    control = FinancialControl.SOLE if runs_it else FinancialControl.NONE
    return Holding(holder, None, Decimal(equity), control, runs_it, date(2025, 1, 1), until, "")


def tonnes(found: Footprint) -> tuple[str, str]:
    sums = totals(found.lines)
    return _t(sums.scope_1.co2e), _t(sums.scope_2_location.co2e)


def _t(kilograms: Decimal) -> str:
    return plain(shown(kilograms.scaleb(-3)))


async def test_a_joint_venture_is_reported_by_share_or_control(databases: Databases) -> None:
    """60 % of the equity and the authority to run it; the partner has 40 % (Corporate Standard ch. 3, table 1)."""
    async with world(databases) as here:
        partner = await partner_of(here)
        await here.post(MARCH_MWH)
        stakes = [holding(here.tenant, "60", runs_it=True), holding(partner, "40", runs_it=False)]
        await declare(here.database, here.tenant, stakes)
        # 1,000 MWh at 0.4419 t/MWh (MEE announcement 47 of 2025, Guangdong 2023)
        assert tonnes(await asked(here, Approach.OPERATIONAL_CONTROL))[1] == "441.9"
        assert tonnes(await asked(here, Approach.FINANCIAL_CONTROL))[1] == "441.9"
        assert tonnes(await asked(here, Approach.EQUITY_SHARE))[1] == "265.14"
        assert tonnes(await asked(here, Approach.EQUITY_SHARE, tenants=(partner,)))[1] == "176.76"
        assert tonnes(await asked(here, Approach.OPERATIONAL_CONTROL, tenants=(partner,)))[1] == "0"


async def test_the_holders_of_a_site_add_up_to_it_and_are_told_apart(databases: Databases) -> None:
    async with world(databases) as here:
        partner = await partner_of(here)
        await here.post(MARCH_MWH, GAS)
        whole = tonnes(await asked(here, None))
        stakes = [holding(here.tenant, "62.25", runs_it=True), holding(partner, "37.75", runs_it=False)]
        await declare(here.database, here.tenant, stakes)
        both = await asked(here, Approach.EQUITY_SHARE, Dimension.TENANT, tenants=(here.tenant, partner))
        assert tonnes(both) == whole
        by_tenant = {group.key[Dimension.TENANT]: group.totals for group in grouped(both.lines, [Dimension.TENANT])}
        assert _share(by_tenant, partner) / _share(by_tenant, here.tenant) == Decimal("37.75") / Decimal("62.25")


def _share(by_tenant: dict[object, Totals], tenant: UUID) -> Decimal:
    return by_tenant[tenant].scope_2_location.co2e


async def test_a_day_nobody_declared_is_a_gap_with_its_quantity(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(MARCH_MWH)
        await declare(here.database, here.tenant, [holding(here.tenant, "60", runs_it=True, until=date(2025, 3, 30))])
        found = await asked(here, Approach.EQUITY_SHARE)
        assert found.lines == ()
        assert {str(gap.gap.error) for gap in found.gaps} == {
            "no stake is stated for 2025-03-31; state one of 0 % where the operation is not the company's"
        }
        assert {gap.quantity for gap in found.gaps} == {Decimal(3_600_000)}
        # The regimes of legal entities do not ask whose it is.
        assert tonnes(await asked(here, None))[1] == "441.9"


async def test_a_leased_site_moves_to_category_8_under_financial_control(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(MARCH_MWH, GAS)
        own = tonnes(await asked(here, Approach.FINANCIAL_CONTROL))
        lease = LeasedSite(here.site, Party.LESSEE, LeaseKind.OPERATING, True, date(2025, 1, 1), None, "", "")
        await declare(here.database, here.tenant, [lease])
        assert tonnes(await asked(here, Approach.OPERATIONAL_CONTROL)) == own
        moved = await asked(here, Approach.FINANCIAL_CONTROL)
        assert tonnes(moved) == ("0", "0")
        eight = [line for line in moved.lines if line.line.category == "8"]
        assert _t(sum((line.amounts.co2e for line in eight), Decimal(0))) == _t(
            Decimal(own[0]).scaleb(3) + Decimal(own[1]).scaleb(3)
        )
        assert not [line for line in moved.lines if line.line.category == "3"]


async def test_a_site_and_its_months_add_up_under_any_approach(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(MARCH_MWH, row("q2", "500", "MWh", period_end="2025-07-01T00:00:00+08:00"))
        await declare(here.database, here.tenant, [holding(here.tenant, "33", runs_it=False)])
        whole = totals((await asked(here, Approach.EQUITY_SHARE)).lines).scope_2_market.co2e
        by_month = await asked(here, Approach.EQUITY_SHARE, Dimension.MONTH, Dimension.SITE)
        assert totals(by_month.lines).scope_2_market.co2e == whole
        of_site = await asked(here, Approach.EQUITY_SHARE, site=here.site)
        assert totals(of_site.lines).scope_2_market.co2e == whole
