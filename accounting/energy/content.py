"""Energy content of an activity: joules and standard coal, by the coefficients of GB/T 2589-2020.

Electricity has two values in standard coal: the equal value (its own heat content) and the equivalent value (the coal
a thermal plant spends on it), which is a yearly figure and must be given. Missing is None, never zero.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from accounting.basis import Basis
from emission_factors import regions
from emission_factors.activity_types import ActivityType
from emission_factors.properties import NotConvertible, Property, convert
from emission_factors.selection import usable_properties
from emission_factors.units import Unit, unit

HEAT_CARRIERS: Final = frozenset({"steam", "hot_water"})
"""What is bought by its heat: GB/T 2589-2020 annex A counts that as heat (热力, 当量值), 0.03412 kgce/MJ."""


@dataclass(frozen=True, slots=True)
class EnergyContent:
    """`megajoules` on the net calorific basis; `tce` to `tce_high` (equal where one figure is published) by the equal
    value; `tce_equivalent` by the equivalent value. None where no published coefficient applies.
    """

    megajoules: Fraction | None
    tce: Fraction | None
    tce_high: Fraction | None
    tce_equivalent: Fraction | None
    sources: tuple[Property, ...]


def energy_content(
    basis: Basis, activity: ActivityType, quantity: Fraction, per: Unit, region: str, year: int
) -> EnergyContent | None:
    """Return the energy in `quantity` of unit `per`, or None for an activity that is no energy carrier.

    tce = quantity x coefficient (kgce per unit) / 1000, GB/T 2589-2020 annexes A and B.
    """
    if not activity.substance and per.dimension != "energy":
        return None
    ladder = (*regions.ladder(region), *basis.proxies)
    coefficient = _coefficient(basis, activity.substance, per, ladder)
    if coefficient is None and activity.substance in HEAT_CARRIERS:
        coefficient = _coefficient(basis, "heat", per, ladder)
    megajoules = _megajoules(basis, activity.substance, quantity, per, ladder, year)
    if coefficient is None:
        plain = megajoules / unit("tce").to_base if per.dimension == "energy" and megajoules is not None else None
        return EnergyContent(megajoules, plain, plain, plain, ())
    low, high = _tce(quantity, per, coefficient)
    equivalent = _equivalent(basis, activity.substance, quantity, per) if activity.substance == "electricity" else low
    return EnergyContent(megajoules, low, high, equivalent, (coefficient,))


def _coefficient(basis: Basis, substance: str, per: Unit, ladder: tuple[str, ...]) -> Property | None:
    """Find the standard-coal coefficient stated per the quantity's own dimension."""
    for item in basis.catalogue.properties.get(substance, ()):
        under = unit(item.unit.partition("/")[2]) if item.name == "TCE" else None
        if under is not None and under.powers == per.powers and item.region in ladder:
            return item
    return None


def _tce(quantity: Fraction, per: Unit, coefficient: Property) -> tuple[Fraction, Fraction]:
    over, _, under = coefficient.unit.partition("/")
    scale = per.ratio_to(unit(under)) * unit(over).ratio_to(unit("tce"))
    high = coefficient.value_high if coefficient.value_high is not None else coefficient.value
    return quantity * scale * Fraction(coefficient.value), quantity * scale * Fraction(high)


def _equivalent(basis: Basis, substance: str, quantity: Fraction, per: Unit) -> Fraction | None:
    if basis.electricity_kgce_per_kwh is None or substance != "electricity":
        return None
    return quantity * per.ratio_to(unit("kWh")) * Fraction(basis.electricity_kgce_per_kwh) / 1000


def _megajoules(
    basis: Basis, substance: str, quantity: Fraction, per: Unit, ladder: tuple[str, ...], year: int
) -> Fraction | None:
    known = usable_properties(basis.catalogue, substance, ladder, year, "")
    try:
        return quantity * convert(per, unit("MJ"), known, substance).ratio
    except NotConvertible:
        return None
