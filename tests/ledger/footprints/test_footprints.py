"""Footprints from the database: exact, additive, and answered anew on another basis without touching a row."""

from datetime import date
from decimal import Decimal
from typing import LiteralString

import pytest

from accounting.amounts import added
from accounting.grouping import Dimension, grouped, totals
from accounting.own_factors import OwnFactor, Part
from accounting.regimes import RegimeCode
from emission_factors.chains import Term
from emission_factors.decimals import plain, shown
from emission_factors.gases import GwpSet
from ledger.footprints.own_factors import NewOwnFactor, NotCurrent, add_own_factor
from ledger.setup import Databases
from tests.world import World, row, world

pytestmark = pytest.mark.anyio
YEAR = (date(2024, 1, 1), date(2024, 12, 1))
SPAN = {"period_start": "2024-01-01T00:00:00+08:00", "period_end": "2025-01-01T00:00:00+08:00"}


def kg(value: Decimal) -> str:
    """Return kilograms as they leave the service."""
    return plain(shown(value))


async def states(here: World) -> list[tuple[object, ...]]:
    """Where every row of the tenant lies on disk: it changes when a row is touched."""
    query: LiteralString = """
    SELECT tableoid, ctid::text, xmin::text FROM activities WHERE tenant_id = %(tenant)s UNION ALL
    SELECT tableoid, ctid::text, xmin::text FROM quantity_cells WHERE tenant_id = %(tenant)s ORDER BY 1, 2
    """
    async with here.database.snapshot() as connection:
        return [tuple(found) for found in await (await connection.execute(query, {"tenant": here.tenant})).fetchall()]


async def test_electricity_both_ways_and_gas_in_scope_1(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(
            row("e", "10000", "MWh", **SPAN),
            row("g", "120", "10^4 Nm3", activity_type="stationary.natural_gas", **SPAN),
        )
        found = totals((await here.footprint(*YEAR)).lines)
        # V13: 120 x 389.31 x 0.0153 x 0.99 x 44/12 t CO2; CH4 1 and N2O 0.1 kg/TJ (IPCC 2006 vol. 2 table 2.3).
        heat = Decimal(120) * Decimal("389.31")
        assert kg(found.scope_1.gases["CO2"]) == "2594626.5708"
        assert kg(found.scope_1.gases["CH4_FOSSIL"]) == plain(heat / 1000)
        assert kg(found.scope_1.gases["N2O"]) == plain(heat / 10000)
        assert kg(found.scope_2_location.co2e) == "4419000"
        assert kg(found.scope_2_market.co2e) == "6096000"


async def test_gwp_sets_and_releases_change_the_answer_and_touch_no_row(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(
            row("e", "1000", "MWh", **SPAN),
            row("r", "8", "kg", activity_type="refrigerant.leaked/R-410A", **SPAN),
            row("g", "1", "10^4 Nm3", activity_type="stationary.natural_gas", **SPAN),
        )
        before = await states(here)
        by_set = {
            name: totals((await here.footprint(*YEAR, gwp_set=name)).lines).scope_1.co2e
            for name in (GwpSet.AR5, GwpSet.AR6)
        }
        gas = Decimal("389.31")
        methane, laughing = gas / 1000, gas / 10000
        difference = (
            8 * (Decimal("2255.5") - Decimal("1923.5")) + methane * (Decimal("29.8") - 30) + laughing * (273 - 265)
        )
        assert kg(by_set[GwpSet.AR6] - by_set[GwpSet.AR5]) == plain(difference)
        by_release = {
            number: kg(totals((await here.footprint(*YEAR, release=number)).lines).scope_2_location.co2e)
            for number in (1, 2)
        }
        # Release 1 knows the factors of 2022 (0.4403), release 2 those of 2023 (0.4419).
        assert by_release == {1: "440300", 2: "441900"}
        assert await states(here) == before


async def test_regimes_take_other_electricity_averages(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("e", "1000", "MWh", **SPAN))
        answers = {
            regime: kg(totals((await here.footprint(*YEAR, regime=regime)).lines).scope_2_location.co2e)
            for regime in RegimeCode
        }
        assert answers == {
            RegimeCode.GHG_PROTOCOL: "441900",
            RegimeCode.ISO_14064_1: "441900",
            RegimeCode.GBT_32150_2025: "530600",
            RegimeCode.NDRC_OTHER_2015: "404200",
            RegimeCode.MEE_332_2023: "0",  # the factor that the notice named for 2023 is not held: a gap
            RegimeCode.NDRC_910_2025: "832500",
        }


async def test_months_add_up_to_the_year_to_the_last_digit(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(
            row("e", "12345.678901", "kWh", **SPAN),
            row("d", "77.7", "L", activity_type="stationary.diesel", **SPAN),
            row("r", "0.333", "kg", activity_type="refrigerant.leaked/R-404A", **SPAN),
        )
        whole = totals((await here.footprint(*YEAR)).lines)
        months = [date(2024, month, 1) for month in range(1, 13)]
        parts = [totals((await here.footprint(month, month)).lines) for month in months]
        for name in ("scope_1", "scope_2_location", "scope_2_market", "scope_3", "outside"):
            assert added(getattr(part, name) for part in parts) == getattr(whole, name), name
        kept = await here.footprint(*YEAR, Dimension.MONTH, Dimension.SITE, Dimension.TENANT)
        assert totals(kept.lines) == whole
        groups = grouped(kept.lines, [Dimension.MONTH])
        assert [group.key[Dimension.MONTH] for group in groups] == months


async def test_a_void_leaves_no_line(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("e", "0", "kWh", **SPAN))
        found = await here.footprint(*YEAR)
        assert [line.quantity for line in found.lines if line.line.code == "location"] == [Decimal(0)]
        empty = await here.footprint(date(2023, 1, 1), date(2023, 12, 1))
        assert empty.lines == ()
        assert empty.gaps == ()


async def test_what_has_no_factor_is_a_gap_with_its_quantity(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("c", "50", "GJ", activity_type="cooling.chilled_water", **SPAN))
        found = await here.footprint(*YEAR)
        assert found.lines == ()
        assert [(gap.gap.line.code, gap.quantity) for gap in found.gaps] == [
            ("location", Decimal("50000")),
            ("market", Decimal("50000")),
            ("upstream", Decimal("50000")),
        ]
        assert "cooling.purchased" in str(found.gaps[0].gap.error)


def rate(value: str, *, evidence: tuple[str, ...] = (), gas: str = "CO2") -> OwnFactor:
    return OwnFactor("rate", (Part(gas, (Term("rate", Decimal(value), "kg/GJ"),)),), "contract 7", None, evidence)


async def register(here: World, factor: OwnFactor, **more: object) -> object:
    fields: dict[str, object] = {
        "tenant_id": here.tenant,
        "supplier": "",
        "activity_type": "cooling.chilled_water",
        "lines": (),
        "unit": "GJ",
        "factor": factor,
        "valid_from": date(2024, 1, 1),
        "valid_to": None,
        "supersedes": None,
    }
    return await add_own_factor(here.database, here.catalogue, NewOwnFactor(**{**fields, **more}))  # type: ignore[arg-type]


async def test_supplier_goes_before_own_and_own_before_published(databases: Databases) -> None:
    async with world(databases) as here:
        steam = {"activity_type": "steam.purchased", **SPAN}
        await here.post(
            row("a", "10", "GJ", supplier="Park utility", **steam),
            row("b", "10", "GJ", supplier="Other", **steam),
        )
        published = totals((await here.footprint(*YEAR)).lines).scope_2_location.co2e
        assert published == Decimal("2200")
        await register(here, rate("60"), activity_type="steam.purchased", supplier="Park utility")
        assert totals((await here.footprint(*YEAR)).lines).scope_2_location.co2e == Decimal("600") + Decimal("1100")
        await register(here, rate("90"), activity_type="steam.purchased")
        assert totals((await here.footprint(*YEAR)).lines).scope_2_location.co2e == Decimal("600") + Decimal("900")


async def test_an_own_factor_applies_from_its_first_day_and_is_superseded_by_name(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("c", "366", "GJ", activity_type="cooling.chilled_water", **SPAN))
        first = await register(here, rate("10"), valid_from=date(2024, 7, 1))
        found = await here.footprint(*YEAR)
        july_on = [line for line in found.lines if line.line.code == "location"]
        assert [(line.first_month, line.last_month, line.quantity) for line in july_on] == [
            (date(2024, 7, 1), date(2024, 12, 1), Decimal("184000"))
        ]
        assert {(gap.first_month, gap.last_month) for gap in found.gaps if gap.gap.line.code == "location"} == {
            (date(2024, 1, 1), date(2024, 6, 1))
        }
        await register(here, rate("20"), valid_from=date(2024, 7, 1), supersedes=first.factor_id)  # type: ignore[attr-defined]
        assert totals((await here.footprint(*YEAR)).lines).scope_2_location.co2e == Decimal("3680")
        with pytest.raises(NotCurrent):
            await register(here, rate("30"), supersedes=first.factor_id)  # type: ignore[attr-defined]


async def test_two_equally_good_own_factors_are_a_conflict_that_names_both(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("c", "1", "GJ", activity_type="cooling.chilled_water", **SPAN))
        ids = [(await register(here, rate(value))).factor_id for value in ("10", "20")]  # type: ignore[attr-defined]
        found = await here.footprint(*YEAR)
        messages = [str(gap.gap.error) for gap in found.gaps if gap.gap.line.code == "location"]
        assert len(messages) == 1
        assert all(f"own:{key}" in messages[0] for key in ids)
        assert found.lines == ()


async def test_a_supplier_rate_of_electricity_never_enters_the_location_total(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("e", "1", "GJ", supplier="Green retailer", **SPAN))
        await register(
            here, rate("0", evidence=("GEC-2024-1",)), activity_type="electricity.grid", supplier="Green retailer"
        )
        found = totals((await here.footprint(*YEAR)).lines)
        assert found.scope_2_market.co2e == 0
        assert found.scope_2_location.co2e == pytest.approx(Decimal("122.75"))


async def test_own_factors_of_one_tenant_do_not_serve_another(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        for tenant in (here, other):
            await tenant.post(row("c", "1", "GJ", activity_type="cooling.chilled_water", **SPAN))
        await register(here, rate("10"))
        assert len((await here.footprint(*YEAR)).lines) == 2
        assert (await other.footprint(*YEAR)).lines == ()
