from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.consolidation import Approach
from accounting.regimes import REGIMES, SEVEN_GROUPS, RegimeCode
from emission_factors import gases
from emission_factors.activity_types import Line, Method, Scope, all_activity_types
from emission_factors.factors import Purpose
from tests.build import line, shipped


def of(scope: Scope, method: Method | None = None) -> Line:
    return line(scope=scope, method=method)


@pytest.mark.parametrize(
    ("code", "groups", "scope_3", "market", "purpose", "reference", "location"),
    [
        ("GHG_PROTOCOL", 7, True, True, "CORPORATE", "0", "provincial_average"),
        ("ISO_14064_1", 7, True, True, "CORPORATE", "0", "provincial_average"),
        ("GBT_32150_2025", 7, False, False, "CORPORATE", "0", "national_average"),
        ("NDRC_OTHER_2015", 2, False, False, "CORPORATE", "83.74", "regional_average"),
        ("MEE_332_2023", 2, False, False, "CORPORATE", "0", "reporting_factor"),
        ("NDRC_910_2025", 1, False, False, "PARK", "83.74", "park_method"),
    ],
)
def test_what_each_regime_counts_and_takes(
    code: str, groups: int, scope_3: bool, market: bool, purpose: str, reference: str, location: str
) -> None:
    """The conflicts of standards.md 0.1: gases, grid factor, market-based total, enthalpy of steam."""
    regime = REGIMES[RegimeCode(code)]
    assert len(regime.kyoto_groups) == groups
    assert regime.reports(of(Scope.SCOPE_3)) is scope_3
    assert regime.reports(of(Scope.SCOPE_2, Method.MARKET)) is regime.has_market_based is market
    assert (regime.purpose, regime.steam_reference_enthalpy) == (Purpose(purpose), Decimal(reference))
    assert regime.calibres(Method.LOCATION)[0] == regime.calibres(None)[0] == location
    assert bool(regime.calibres(Method.MARKET)) is market


def test_a_boundary_is_drawn_by_operational_control_where_nobody_says_and_it_can_be_chosen() -> None:
    choosing = {RegimeCode.GHG_PROTOCOL, RegimeCode.ISO_14064_1}
    usual = {code: regime.default_approach for code, regime in REGIMES.items()}
    assert usual == {code: Approach.OPERATIONAL_CONTROL if code in choosing else None for code in RegimeCode}


@pytest.mark.parametrize("regime", REGIMES.values(), ids=lambda regime: regime.code)
def test_every_regime_reports_direct_energy_and_outside_lines_and_says_its_source(regime: object) -> None:
    found = REGIMES[RegimeCode(regime.code)]  # type: ignore[attr-defined]
    assert found.reports(of(Scope.SCOPE_1))
    assert found.reports(of(Scope.SCOPE_2, Method.LOCATION))
    assert found.reports(of(Scope.OUTSIDE))
    assert all((found.name_en, found.name_zh, found.source))
    assert found.kyoto_groups <= SEVEN_GROUPS


def test_every_code_has_a_regime_and_no_other() -> None:
    assert set(REGIMES) == set(RegimeCode)
    assert all(code is regime.code for code, regime in REGIMES.items())


def test_the_seven_groups_are_those_of_the_gases() -> None:
    assert {found.kyoto_group for found in gases.all_gases() if found.is_kyoto} == SEVEN_GROUPS


def test_the_averages_regimes_ask_for_are_published() -> None:
    """A regime that asks for an average nobody publishes would find no electricity factor at all."""
    published = {found.calibre for found in shipped().factors.values() if found.kinds}
    for regime in REGIMES.values():
        assert published & set(regime.location_calibres), regime.code
    assert "national_average_excluding_market_traded_non_fossil" in published


def test_a_line_of_some_regimes_arises_under_no_other() -> None:
    export = replace(of(Scope.SCOPE_2, Method.LOCATION), regimes=("GBT_32150_2025",))
    assert REGIMES[RegimeCode.GBT_32150_2025].reports(export)
    assert not REGIMES[RegimeCode.GHG_PROTOCOL].reports(export)


def test_lines_name_regimes_that_exist() -> None:
    named = {code for found in all_activity_types() for one in found.lines for code in one.regimes}
    assert named <= set(RegimeCode)
    assert len(named) > 3
