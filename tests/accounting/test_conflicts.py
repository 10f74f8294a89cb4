"""The conflicts between regimes of standards: the same quantities, another regime, another right answer.

Each test is one row of the table of conflicts; how bought green power counts (the third) is a matter of instruments.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.effective import Flag
from accounting.estimates import Estimate, estimate
from accounting.footprints import fold
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import RegimeCode, TceConvention
from accounting.steam_heat import SteamConditions
from emission_factors.activity_types import Scope
from emission_factors.decimals import shown
from tests.build import basis, cell, request

GHGP, GBT, OTHER, MEE, PARK = (
    RegimeCode.GHG_PROTOCOL,
    RegimeCode.GBT_32150_2025,
    RegimeCode.NDRC_OTHER_2015,
    RegimeCode.MEE_332_2023,
    RegimeCode.NDRC_910_2025,
)


def found(regime: RegimeCode, code: str, quantity: str, unit: str, year: int = 2023, **fields: Any) -> Estimate:
    days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
    return estimate(basis(regime=regime), request(code, quantity, unit, **(days | fields)))


def tonnes(of: Estimate, line: str) -> Decimal:
    return next(item.amounts.co2e for item in of.lines if item.resolved.line.code == line) / 1000


@pytest.mark.parametrize(
    ("regime", "expected"),
    [(GHGP, "36.72"), (GBT, "36.72"), (OTHER, "0"), (MEE, "0"), (PARK, "0")],
)
def test_1_gases(regime: RegimeCode, expected: str) -> None:
    """24 kg of HFC-134a at AR6 1,530; the methods that count CO2 (and CH4, or PFCs) alone leave it out of the total."""
    of_regime = basis(regime=regime)
    (line,) = fold(of_regime, [cell("refrigerant.leaked/HFC-134a", "24", "kg")], {}, keeps_months=False).lines
    assert line.amounts.co2e / 1000 == Decimal(expected)
    assert line.amounts.outside.get("HFC-134a", Decimal(0)) == (0 if Decimal(expected) else 24)
    assert (Flag.GAS_NOT_COUNTED in line.resolved.flags) == (not Decimal(expected))
    if Decimal(expected):
        leaked = found(regime, "refrigerant.leaked/HFC-134a", "24", "kg")
        assert tonnes(leaked, "main") == Decimal(expected)
    else:
        with pytest.raises(Refused, match=r"emits HFC-134a") as error:
            found(regime, "refrigerant.leaked/HFC-134a", "24", "kg")
        assert (error.value.code, error.value.clause) == (RefusalCode.GAS_NOT_COUNTED, of_regime.regime.source)


@pytest.mark.parametrize(
    ("regime", "year", "expected"),
    [
        (GHGP, 2023, "4419"),
        (GBT, 2023, "5306"),
        (OTHER, 2023, "4042"),
        (PARK, 2023, "8325"),
        (GHGP, 2022, "4403"),
        (GBT, 2022, "5366"),
        (MEE, 2022, "5703"),
    ],
)
def test_2_grid_electricity(regime: RegimeCode, year: int, expected: str) -> None:
    """10,000 MWh in Guangdong."""
    assert tonnes(found(regime, "electricity.grid", "10000", "MWh", year), "location") == Decimal(expected)


def test_4_electricity_in_standard_coal() -> None:
    conventions = {code: basis(regime=code).regime.tce_convention for code in RegimeCode}
    assert [code for code, used in conventions.items() if used is TceConvention.EQUIVALENT] == [PARK]


@pytest.mark.parametrize(("regime", "expected"), [(OTHER, "296.2586"), (GBT, "305.47")])
def test_5_heat_of_steam(regime: RegimeCode, expected: str) -> None:
    """1,000 t of saturated steam at 1.0 MPa, with and without the reference enthalpy of 83.74 kJ/kg, at 0.11 t/GJ."""
    steam = SteamConditions(Decimal("1.0"), None)
    assert tonnes(found(regime, "steam.purchased", "1000", "t", steam=steam), "location") == Decimal(expected)


def test_6_energy_sold_on() -> None:
    """4,250 MWh bought and sold on: scope 3 category 3 (d) at 0.4419, and nothing where who uses it counts it."""
    (line,) = found(GHGP, "electricity.resold", "4250", "MWh").lines
    assert (line.resolved.line.scope, line.resolved.line.category) == (Scope.SCOPE_3, "3")
    assert line.amounts.co2e == Decimal("1878075")
    assert [found(regime, "electricity.resold", "4250", "MWh").lines for regime in (GBT, OTHER, PARK)] == [(), (), ()]


@pytest.mark.parametrize(
    ("regime", "code", "expected"),
    [
        (GHGP, "electricity.exported", None),
        (GBT, "electricity.exported", "-2122.4"),
        (PARK, "electricity.exported", "-3330"),
        (GHGP, "electricity.exported_non_fossil", None),
        (GBT, "electricity.exported_non_fossil", "-2122.4"),
        (PARK, "electricity.exported_non_fossil", None),
        (GHGP, "steam.exported", None),
    ],
)
def test_7_exports(regime: RegimeCode, code: str, expected: str | None) -> None:
    """4,000 MWh sent out: deducted, deducted but for the sun's, or reported gross."""
    exported = found(regime, code, "4000", "MWh")
    assert [shown(item.amounts.co2e) for item in exported.lines] == ([1000 * Decimal(expected)] if expected else [])
    assert exported.gaps == ()
