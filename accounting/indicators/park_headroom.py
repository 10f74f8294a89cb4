"""The headrooms of a park's core indicator from what is known of its year: in amounts, and in shares of a plan.

The arithmetic is in `headroom`; here the amounts of a year meet it, or it is said what they lack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from accounting.basis import Basis
from accounting.energy.balance import Balance
from accounting.energy.content import energy_content
from accounting.energy.flows import EnergyValue
from accounting.indicators.computed import COEFFICIENT
from accounting.indicators.headroom import (
    BadHeadroom,
    Carrier,
    GreenShare,
    Headrooms,
    ParkEnergy,
    gas_share,
    green_share,
    grey_electricity,
    headrooms,
)
from accounting.indicators.inputs import Stated
from accounting.indicators.origins import origin_of
from accounting.indicators.park_lines import ElectricityKind, ParkLine, Part
from accounting.indicators.park_method import ParkEmissions
from accounting.indicators.systems import IndicatorSystem, Role
from accounting.lines import Place, resolve
from emission_factors.activity_types import Scope, activity_type
from emission_factors.units import unit

GAS: Final = "natural_gas"
"""The carrier of balances and the substance of the catalogue."""
GAS_BURNT: Final = "stationary.natural_gas"
GAS_UNIT: Final = "Nm3"
_ALL: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Gas:
    """Natural gas as a park burns it: what a unit emits and counts as, and how much of it was burnt."""

    carrier: Carrier
    burnt: Fraction


@dataclass(frozen=True, slots=True)
class ThresholdHeadroom:
    """The headrooms of a park for one threshold, and the shares for a park that is planned: how green the electricity
    of one with nothing else must be, and the most gas of one whose electricity is all green, both from 0 to 1.
    """

    found: Headrooms
    all_electric: GreenShare
    most_gas: Fraction | None


@dataclass(frozen=True, slots=True)
class ParkHeadroom:
    """One headroom, or one for every threshold where the park's size has none; none with the names of what lacks."""

    thresholds: tuple[ThresholdHeadroom, ...] = ()
    lacking: tuple[str, ...] = ()


def natural_gas(basis: Basis, region: str, year: int, lines: Sequence[ParkLine], balance: Balance) -> Gas | None:
    """Return the gas of a park: of what it burnt, or of the catalogue where it burns none; None without a factor.

    Emissions per Nm3 are those of its lines over the quantity of its balance, energy is by the coefficient there.
    """
    burning = [line for line in lines if line.part is Part.FUEL and _is_gas(line)]
    emitted = sum((line.emissions or Fraction(0) for line in burning), Fraction(0))
    carrier = balance.carriers.get(GAS)
    burnt = balance.column(GAS).gross_consumption if carrier else Fraction(0)
    if carrier is None or not burnt:
        found = _published(basis, region, year)
        return Gas(found, Fraction(0)) if found else None
    energy = carrier.coefficient(EnergyValue.EQUIVALENT)
    if energy is None or not emitted:
        return None
    source = "; ".join(dict.fromkeys(line.source for line in burning))
    return Gas(Carrier("natural gas", carrier.unit, emitted / burnt, energy, f"{source}; GB/T 2589-2020"), burnt)


def park_headroom(
    system: IndicatorSystem, inputs: Mapping[str, Stated], emissions: ParkEmissions, gas: Gas | None
) -> ParkHeadroom:
    """Return the headrooms for the core indicator of a system, of the amounts that its indicators rest on."""
    core = next((one for one in system.indicators if one.role is Role.CORE), None)
    amounts = {code: found.amount for code, found in inputs.items() if found.amount is not None}
    lacking = [code for code in ("PARK_EMISSIONS", "TOTAL_ENERGY", COEFFICIENT) if code not in amounts]
    grey, green = emissions.net_mwh(ElectricityKind.GRID), emissions.net_mwh(*_GREEN)
    if core is None or gas is None or lacking or grey is None or green is None:
        more = [] if gas else ["factor or standard coal coefficient of natural gas"]
        return ParkHeadroom(lacking=(*lacking, *more, *(() if core else (f"{system.code} has no core indicator",))))
    electricity = grey_electricity(amounts[COEFFICIENT], inputs[COEFFICIENT].source)
    total, energy = amounts["PARK_EMISSIONS"], amounts["TOTAL_ENERGY"]
    try:
        park = ParkEnergy(total, energy, electricity, grey, green, gas.carrier, gas.burnt)
        found = headrooms(core, park)
    except BadHeadroom as error:
        return ParkHeadroom(lacking=(str(error),))
    return ParkHeadroom(tuple(_for(one, electricity, gas.carrier) for one in found))


_GREEN: Final = tuple(kind for kind in ElectricityKind if kind.is_green)


def _for(found: Headrooms, electricity: Carrier, gas: Carrier) -> ThresholdHeadroom:
    most = gas_share(found.threshold, gas, electricity, _ALL)
    return ThresholdHeadroom(found, green_share(found.threshold, electricity), most.most if most else None)


def _is_gas(line: ParkLine) -> bool:
    return any(origin_of(key).activity_type == GAS_BURNT for key in line.activities)


def _published(basis: Basis, region: str, year: int) -> Carrier | None:
    """Return gas at the factor of the catalogue and its net calorific value over 29,307.6 kJ."""
    activity, per = activity_type(GAS_BURNT), unit(GAS_UNIT)
    lines, _ = resolve(basis, activity, Place(region, date(year, 1, 1), year), per, {})
    burnt = next((one for one in lines if one.line.scope is Scope.SCOPE_1), None)
    content = energy_content(basis, activity, _ALL, per, region, year)
    if burnt is None or content is None or content.megajoules is None:
        return None
    cited = burnt.selection.factor.citation
    source = f"{cited.document}, {cited.locator}; GB/T 2589-2020"
    tonnes = Fraction(burnt.factor.co2e_total) / 1000
    return Carrier("natural gas", GAS_UNIT, tonnes, content.megajoules / unit("tce").to_base, source)
