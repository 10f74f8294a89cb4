"""Required totals: every line of the catalogue is in exactly one, sums are sums of their parts, gaps are counted."""

from decimal import Decimal
from typing import Any

import pytest

from accounting.footprints import Footprint, fold
from accounting.grouping import totals
from accounting.regimes import REGIMES, RegimeCode
from accounting.required_totals import DEFINITIONS, RequiredTotal, required_totals
from emission_factors import decimals
from emission_factors.activity_types import Line, Method, Scope, all_activity_types
from emission_factors.factors import Factor, GasBasis, Purpose
from tests.build import basis, cell, factor, made

LINES = [line for found in all_activity_types() for line in found.lines if line.scope is not Scope.OUTSIDE]
CHINESE = [code for code in RegimeCode if not REGIMES[code].has_market_based]
GUIDES = [RegimeCode.GBT_32150_2025, RegimeCode.NDRC_OTHER_2015, RegimeCode.MEE_332_2023]


def co2(kind: str, value: str, unit: str = "kg", biogenic: str | None = None) -> Factor:
    for_all: dict[str, Any] = {"purposes": frozenset(Purpose), "data_year": 2000, "basis": GasBasis.CO2_ONLY}
    return factor(kind, gases={"CO2": value}, kinds=(kind,), unit=unit, biogenic=biogenic, **for_all)


CATALOGUE = made(
    co2("fuel.diesel.combustion", "3", biogenic="0.5"),
    co2("carbonate/CaCO3", "0.4"),
    co2("gas/CO2", "1"),
    co2("incineration.clinical", "0.9"),
    co2("electricity.grid", "0.25", "MJ"),
    co2("electricity.market", "0.5", "MJ"),
    co2("steam.purchased", "0.125", "MJ"),
    co2("freight.hgv", "0.01", "kg.km"),
)
CELLS = [
    cell("stationary.diesel", "10", "kg"),
    cell("mobile.diesel", "7", "kg"),
    cell("process.carbonate/CaCO3", "5", "kg"),
    cell("fire_suppression.released/CO2", "2", "kg"),
    cell("incineration.clinical_waste", "3", "kg"),
    cell("electricity.grid", "100", "MJ"),
    cell("electricity.exported", "8", "MJ"),
    cell("steam.purchased", "40", "MJ"),
    cell("steam.exported", "16", "MJ"),
    cell("freight.hgv", "100", "kg.km"),
]


def footprint(code: RegimeCode) -> Footprint:
    return fold(basis(CATALOGUE, regime=code), CELLS, {}, keeps_months=False)


def required(code: RegimeCode) -> dict[str, RequiredTotal]:
    return {total.definition.code: total for total in required_totals(footprint(code), code)}


def kilograms(code: RegimeCode) -> dict[str, Decimal]:
    """Return total -> kg CO2e, or kg of biogenic CO2 for the total of it."""
    return {
        name: total.amounts.biogenic if total.definition.is_biogenic else total.amounts.co2e
        for name, total in required(code).items()
    }


@pytest.mark.parametrize("code", RegimeCode)
def test_every_line_a_regime_reports_is_in_exactly_one_total_of_lines(code: RegimeCode) -> None:
    def holders(line: Line) -> list[str]:
        return [total.code for total in DEFINITIONS[code] if total.lines and total.lines.take(line)]

    reported = [line for line in LINES if REGIMES[code].reports(line)]
    assert {line.kind: holders(line) for line in reported if len(holders(line)) != 1} == {}


@pytest.mark.parametrize("code", RegimeCode)
def test_totals_have_names_clauses_and_known_parts(code: RegimeCode) -> None:
    definitions = DEFINITIONS[code]
    codes = [total.code for total in definitions]
    assert len(set(codes)) == len(codes)
    for position, total in enumerate(definitions):
        assert total.name_en
        assert total.name_zh
        assert total.clause
        assert set(total.parts) <= set(codes[:position]), "a report prints parts before their sum"
        assert (total.lines is not None) + bool(total.parts) + total.is_biogenic == 1


@pytest.mark.parametrize("code", RegimeCode)
def test_a_sum_is_the_exact_sum_of_its_parts(code: RegimeCode) -> None:
    found = required(code)
    for total in found.values():
        if total.definition.parts:
            parts = [found[part] for part in total.definition.parts]
            assert total.amounts.co2e == decimals.total(part.amounts.co2e for part in parts)
            assert total.line_count == sum(part.line_count for part in parts)


@pytest.mark.parametrize("code", CHINESE)
def test_the_last_sum_is_scope_1_and_net_energy(code: RegimeCode) -> None:
    sums = totals(footprint(code).lines)
    last = kilograms(code)["E_PARK" if code is RegimeCode.NDRC_910_2025 else "ET"]
    assert last == sums.scope_1.co2e + sums.scope_2_location.co2e


@pytest.mark.parametrize("code", GUIDES)
def test_the_summary_of_an_enterprise_by_kind_of_source(code: RegimeCode) -> None:
    assert kilograms(code) == {
        "FUEL": Decimal(51),
        "PROCESS": Decimal(2),
        "WASTE": Decimal("2.7"),
        "FUGITIVE": Decimal(2),
        "ES": Decimal("57.7"),
        "POWER_IN": Decimal(25),
        "HEAT_IN": Decimal(5),
        "POWER_OUT": Decimal(-2),
        "HEAT_OUT": Decimal(-2),
        "EI": Decimal(26),
        "ET": Decimal("83.7"),
        "BIOGENIC": Decimal("8.5"),
    }


def test_the_park_method_by_activity() -> None:
    assert kilograms(RegimeCode.NDRC_910_2025) == {
        "E_FUEL": Decimal(51),
        "E_CONVERSION": Decimal(0),
        "E_ELECTRICITY": Decimal(23),
        "E_HEAT": Decimal(3),
        "E_INDIRECT": Decimal(26),
        "E_ENERGY": Decimal(77),
        "E_PROCESS": Decimal("6.7"),
        "E_PARK": Decimal("83.7"),
        "BIOGENIC": Decimal("8.5"),
    }
    assert required(RegimeCode.NDRC_910_2025)["E_CONVERSION"].line_count == 0


def test_the_scopes_of_the_ghg_protocol_with_biogenic_apart() -> None:
    found = required(RegimeCode.GHG_PROTOCOL)
    assert kilograms(RegimeCode.GHG_PROTOCOL) == {
        "SCOPE_1": Decimal("57.7"),
        "SCOPE_2_LOCATION": Decimal(30),
        "SCOPE_2_MARKET": Decimal(55),
        "SCOPE_3": Decimal(1),
        "BIOGENIC": Decimal("8.5"),
    }
    assert [total.amounts.biogenic for code, total in found.items() if code != "BIOGENIC"] == [0] * 4
    assert found["SCOPE_1"].amounts.gases == {"CO2": Decimal("57.7")}


def test_the_categories_of_iso_14064_are_the_total_by_location() -> None:
    found = kilograms(RegimeCode.ISO_14064_1)
    sums = totals(footprint(RegimeCode.ISO_14064_1).lines)
    first = [found[f"CATEGORY_{number}"] for number in (1, 2, 3)]
    assert first == [Decimal("57.7"), Decimal(30), Decimal(1)]
    assert found["CATEGORY_2_MARKET"] == 55
    whole = decimals.total((sums.scope_1.co2e, sums.scope_2_location.co2e, sums.scope_3.co2e))
    assert whole == sum(found[f"CATEGORY_{number}"] for number in range(1, 7))


def test_what_is_missing_is_counted_where_it_belongs() -> None:
    found = required(RegimeCode.ISO_14064_1)
    gaps = {code: total.gap_count for code, total in found.items() if total.gap_count}
    assert gaps == {"CATEGORY_4": len(footprint(RegimeCode.ISO_14064_1).gaps)}
    steamless = fold(basis(made(), regime=RegimeCode.GBT_32150_2025), CELLS[7:8], {}, keeps_months=False)
    totals_of = {total.definition.code: total for total in required_totals(steamless, RegimeCode.GBT_32150_2025)}
    assert {code for code, total in totals_of.items() if total.gap_count} == {"HEAT_IN", "EI", "ET"}
    assert all(total.line_count == 0 for total in totals_of.values())


def test_another_method_s_lines_are_never_taken() -> None:
    market = next(line for line in LINES if line.method is Method.MARKET)
    holders = [total.code for total in DEFINITIONS[RegimeCode.GHG_PROTOCOL] if total.lines and total.lines.take(market)]
    assert holders == ["SCOPE_2_MARKET"]


def test_biogenic_co2_of_purchased_energy_counts_once() -> None:
    mixed = made(co2("electricity.grid", "0.25", "MJ", biogenic="0.5"))
    found = fold(basis(mixed), [cell("electricity.grid", "100", "MJ")], {}, keeps_months=False)
    [biogenic] = [
        total for total in required_totals(found, RegimeCode.GHG_PROTOCOL) if total.definition.code == "BIOGENIC"
    ]
    assert (biogenic.amounts.biogenic, biogenic.line_count) == (Decimal(50), 1)
