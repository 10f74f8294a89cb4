"""The carriers of a balance: one unit each, quantities turned into it exactly, and what one unit is in MJ and tce.

A quantity that no published property turns into its carrier's unit (litres of diesel without a density) stays in the
unit of what was posted, as a carrier of its own: `diesel/m3`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from accounting.basis import Basis
from accounting.energy.content import EnergyContent, energy_content
from accounting.energy.flows import EnergyCarrier
from accounting.energy.roles import HEAT, POWER, ROLES, SERVICES
from emission_factors import regions
from emission_factors.activity_types import ActivityType, activity_type
from emission_factors.properties import NotConvertible, Property, convert
from emission_factors.selection import usable_properties
from emission_factors.units import Unit, unit

_UNITS: Final = {
    POWER: "MWh",
    "chilled_water": "GJ",
    "compressed_air": "Nm3",
    **dict.fromkeys(HEAT, "GJ"),
}
"""Carriers that park supply knows -> unit."""
_SHOWN: Final = {"mass": "t", "normal_volume": "Nm3", "volume": "m3", "energy": "GJ", "gross_energy": "GJ_gross"}
"""Dimension -> the unit quantities of it are stated in."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A carrier as quantities of it were met: the catalogue's substance, the unit, and whether it is the usual one."""

    substance: str
    unit: str
    is_usual: bool = True

    @property
    def code(self) -> str:
        """What the balance calls it."""
        return self.substance if self.is_usual else f"{self.substance}/{self.unit}"


@dataclass(frozen=True, slots=True)
class Described:
    """A carrier with what its coefficients come from: published ones, else the net calorific value over 29,307.6 kJ."""

    carrier: EnergyCarrier
    sources: tuple[Property, ...]


class Converter:
    """Turns quantities into the unit of their carrier; each way is looked up once."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._known: dict[tuple[str, str, str, int], tuple[Kind, Fraction]] = {}

    def carrier(self, code: str, base_unit: str, region: str, year: int) -> tuple[Kind, Fraction]:
        """Return the carrier of an activity type posted in `base_unit`, and its units in one of these."""
        key = (ROLES[code].carrier, base_unit, region, year)
        if key not in self._known:
            self._known[key] = self._found(code, unit(base_unit), region, year)
        return self._known[key]

    def _found(self, code: str, base: Unit, region: str, year: int) -> tuple[Kind, Fraction]:
        substance = ROLES[code].carrier
        wanted = unit(_UNITS.get(substance) or _fuel_unit(activity_type(code)))
        known = usable_properties(self._basis.catalogue, substance, _ladder(self._basis, region), year, "")
        try:
            return Kind(substance, wanted.code), convert(base, wanted, known, substance).ratio
        except NotConvertible:
            shown = unit(_SHOWN[base.dimension])
            return Kind(substance, shown.code, is_usual=False), base.ratio_to(shown)


def described(basis: Basis, kind: Kind, places: Iterable[str], year: int, is_upper: bool | None = None) -> Described:
    """Return a carrier with its coefficients: those of GB/T 2589-2020, else its net calorific value over 29,307.6 kJ.

    Where a range is published (natural gas) `is_upper` says which end applies; without, the net calorific value
    decides, and without that the coefficient is missing. `places` are the regions it was posted in; a coefficient on
    which they disagree is missing too.
    """
    found = [_content(basis, kind, place, year) for place in sorted(set(places))]
    joules = _agreed(one.megajoules for one in found)
    equal = _agreed(_tce(one, is_upper) for one in found)
    equivalent = _agreed(one.tce_equivalent for one in found) if kind.substance == POWER else equal
    carrier = EnergyCarrier(kind.code, kind.unit, joules, equal, equivalent, kind.substance in SERVICES)
    return Described(carrier, tuple(dict.fromkeys(source for one in found for source in one.sources)))


def _content(basis: Basis, kind: Kind, place: str, year: int) -> EnergyContent:
    code = next(code for code, role in ROLES.items() if role.carrier == kind.substance)
    found = energy_content(basis, activity_type(code), Fraction(1), unit(kind.unit), place, year)
    known = usable_properties(basis.catalogue, kind.substance, _ladder(basis, place), year, "")
    calorific = [
        one for one in known if one.name == "NCV" and unit(one.unit.partition("/")[2]).powers == unit(kind.unit).powers
    ]
    if found is None:
        raise RuntimeError(f"{kind.substance} is a carrier without energy")
    return EnergyContent(
        found.megajoules, found.tce, found.tce_high, found.tce_equivalent, (*found.sources, *calorific[:1])
    )


def _tce(content: EnergyContent, is_upper: bool | None) -> Fraction | None:
    is_range = content.tce != content.tce_high
    if content.tce is not None and (not is_range or is_upper is not None):
        return content.tce_high if is_upper else content.tce
    return None if content.megajoules is None else content.megajoules / unit("tce").to_base


def _agreed(amounts: Iterable[Fraction | None]) -> Fraction | None:
    different = set(amounts)
    return different.pop() if len(different) == 1 else None


def _fuel_unit(fuel: ActivityType) -> str:
    """Return the unit of a fuel: normal cubic metres of a gas, tonnes of any other."""
    return "Nm3" if fuel.dimensions[0] == "normal_volume" else "t"


def _ladder(basis: Basis, region: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*regions.ladder(region), *basis.proxies)))
