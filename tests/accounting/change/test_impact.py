"""Previews of another basis: by tenant, by either scope 2 method, with the lines that gain or lose a factor."""

from dataclasses import replace
from decimal import Decimal

from accounting.change.bridge import Effect
from accounting.change.impact import TenantYear, digest, impacts
from accounting.regimes import RegimeCode
from emission_factors.gases import GwpSet
from tests.accounting.change.test_footprint_bridge import GRID, ONE, SITE, TWO, co2, power, side
from tests.build import basis, cell, factor, made, number

OTHER_SITE = number(12)


def changed(one: TenantYear) -> dict[Effect, Decimal]:
    return {effect: value for effect, value in one.location.effects.items() if value}


def test_each_tenant_has_its_numbers_by_both_methods() -> None:
    cells = [power("10"), power("20", tenant=TWO, site=OTHER_SITE)]
    dearer = basis(
        made(
            co2("electricity.grid", "0.6", 2024, unit="MJ", calibre="national_average"),
            co2("electricity.market", "1", 2023, unit="MJ"),
        )
    )
    first, second = impacts(side(GRID, *cells), side(dearer, *cells))
    assert (first.tenant, first.year) == (ONE, 2024)
    assert [first.location.before, first.location.after] == [4, 6]
    assert changed(first) == {Effect.FACTOR: 2}
    assert second.market is not None
    assert [second.market.before, second.market.after, second.market.effects[Effect.FACTOR]] == [18, 20, 2]


def test_a_regime_without_market_based_total_has_no_market_numbers() -> None:
    cells = [power("10")]
    (found,) = impacts(side(GRID, *cells), side(basis(GRID.catalogue, RegimeCode.GBT_32150_2025), *cells))
    assert found.market is None
    assert [found.location.before, found.location.after] == [4, 4]
    assert changed(found) == {}


def test_lines_that_gain_and_lose_a_factor_are_named() -> None:
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    cells = [power("10"), diesel]
    grid, fuel = GRID, basis(made(co2("fuel.diesel.combustion", "3"), co2("fuel.diesel.wtt", "1")))
    (found,) = impacts(side(grid, *cells), side(fuel, *cells))
    assert [(line.activity_type, line.line) for line in found.gained] == [
        ("stationary.diesel", "combustion"),
        ("stationary.diesel", "upstream"),
    ]
    assert [(line.activity_type, line.line) for line in found.lost] == [
        ("electricity.grid", "location"),
        ("electricity.grid", "market"),
    ]
    assert (found.gaps_before, found.gaps_after) == (4, 4)
    assert changed(found) == {Effect.METHOD: 36}


def test_a_line_that_a_regime_does_not_report_has_not_gained_a_factor() -> None:
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    of = made(co2("fuel.diesel.combustion", "3"))
    (found,) = impacts(side(basis(of), diesel), side(basis(of, RegimeCode.GBT_32150_2025), diesel))
    assert (found.gaps_before, found.gaps_after, found.gained, found.lost) == (1, 0, (), ())


def test_a_digest_is_of_the_bases_and_of_every_number() -> None:
    gas = made(factor("gas", gases={"CO2": "2", "CH4": "1"}, kinds=("fuel.diesel.combustion",), data_year=2020))
    bases = [basis(gas, gwp_set=gwp_set) for gwp_set in (GwpSet.AR5, GwpSet.AR6)]
    cells = [cell("stationary.diesel", quantity, "kg", tenant=ONE, site=SITE) for quantity in ("10", "11")]
    rows = [impacts(side(bases[0], one), side(bases[1], one)) for one in cells]
    assert digest(bases[0], bases[1], rows[0]) == digest(bases[0], bases[1], list(rows[0]))
    others = [
        digest(bases[0], bases[1], rows[1]),
        digest(bases[1], bases[0], rows[0]),
        digest(bases[0], replace(bases[1], proxies=("GB",)), rows[0]),
        digest(bases[0], bases[1], []),
    ]
    assert len({digest(bases[0], bases[1], rows[0]), *others}) == 5
    assert all(len(text) == 64 for text in others)
