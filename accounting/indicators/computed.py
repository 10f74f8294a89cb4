"""The inputs of indicators that the ledger itself answers: emissions, energy, electricity by kind, clean energy.

Everything else a park states (`statements`). An input of which a part is missing has no amount and names the part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from accounting.energy.columns import Sheet
from accounting.indicators.inputs import Stated
from accounting.indicators.own_power import OwnPower
from accounting.indicators.park_lines import ElectricityKind, HeatKind, ParkLine, Part, Side
from accounting.indicators.park_method import ParkEmissions

COMPUTED: Final = MappingProxyType(
    {
        "PARK_EMISSIONS": "tCO2",
        "TOTAL_ENERGY": "tce",
        "ELECTRICITY": "MWh",
        "NON_FOSSIL_ELECTRICITY": "MWh",
        "DIRECT_ELECTRICITY": "MWh",
        "NON_FOSSIL_HEAT": "tce",
        "BIOMASS_AND_HYDROGEN": "tce",
    }
)
"""Code -> unit of the inputs that are computed; a system that names one means this."""
COEFFICIENT: Final = "EQUIVALENT_COEFFICIENT"
"""The standard coal of electricity: of the basis, otherwise as the park states it for the year."""
COEFFICIENT_UNIT: Final = "kgce/kWh"
BIOMASS: Final = frozenset({"wood_pellets", "wood_chips", "biogas", "biodiesel", "bioethanol"})
"""Substances of the catalogue that are biomass; it has no hydrogen that is burnt."""
HEAT_TCE_PER_GJ: Final = Fraction("0.03412")
"""GB/T 2589-2020, annex A: heat at equal value, 0.03412 kgce/MJ."""

_METHOD: Final = "发改环资〔2025〕910号 annex 4, from the activities posted"
_ENERGY: Final = "energy balance of the park, VI total consumption, electricity at equivalent value; GB/T 2589-2020"
_GREEN: Final = tuple(kind for kind in ElectricityKind if kind.is_green)
_NOTHING: Final = ("nothing is posted for the year",)


@dataclass(frozen=True, slots=True)
class Biomass:
    """What was burnt of a fuel that is biomass: tce, None where it has no coefficient, with its name and keys."""

    name: str
    tce: Fraction | None
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger holds of a park's year: emissions, power made inside, the energy balance in tce (electricity at
    equivalent value) with the keys of what is behind it, biomass burnt.
    """

    emissions: ParkEmissions
    power: OwnPower
    energy: Sheet
    energy_activities: tuple[str, ...]
    biomass: Sequence[Biomass]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of the year."""
        return not self.emissions.lines and not self.power.activities and not self.biomass


def computed_inputs(found: Ledger) -> dict[str, Stated]:
    """Return every input of `COMPUTED`."""
    if found.is_empty:
        return {code: Stated(None, unit, lacking=_NOTHING) for code, unit in COMPUTED.items()}
    amounts = {
        "PARK_EMISSIONS": (found.emissions.park, found.emissions.missing, _METHOD, found.emissions.activities),
        "TOTAL_ENERGY": _total_energy(found),
        "ELECTRICITY": _electricity(found),
        "NON_FOSSIL_ELECTRICITY": _green(found, _GREEN),
        "DIRECT_ELECTRICITY": _green(found, (ElectricityKind.DIRECT_NON_FOSSIL,)),
        "NON_FOSSIL_HEAT": _non_fossil_heat(found.emissions),
        "BIOMASS_AND_HYDROGEN": _biomass(found.biomass),
    }
    return {
        code: Stated(None if lacking else amount, COMPUTED[code], keys, source, tuple(lacking))
        for code, (amount, lacking, source, keys) in amounts.items()
    }


def coefficient(kgce_per_kwh: Decimal | None, source: str) -> Stated:
    """Return the standard coal of electricity as an input; None is missing."""
    if kgce_per_kwh is None:
        return Stated(None, COEFFICIENT_UNIT)
    return Stated(Fraction(kgce_per_kwh), COEFFICIENT_UNIT, (), source)


_Amount = tuple[Fraction | None, Sequence[str], str, tuple[str, ...]]
"""An amount, what it lacks, where it is from, and the keys of its activities."""


def _total_energy(found: Ledger) -> _Amount:
    lacking = [f"coefficient of {carrier} at equivalent value" for carrier in found.energy.missing]
    total = found.energy.total
    return (None if total is None else total.consumption), lacking, _ENERGY, found.energy_activities


def _electricity(found: Ledger) -> _Amount:
    """Received less sent out, and made inside."""
    net = found.emissions.net_mwh(*ElectricityKind)
    lines = [line for line in found.emissions.lines if line.part is Part.ELECTRICITY]
    source = f"received and made in the park, less what was sent out; {_METHOD}"
    return (None if net is None else net + found.power.total), (), source, _keys(lines, found.power.activities)


def _green(found: Ledger, kinds: Sequence[ElectricityKind]) -> _Amount:
    lines = [line for line in found.emissions.lines if line.kind in kinds]
    return found.emissions.net_mwh(*kinds), found.power.lacking, _METHOD, _keys(lines)


def _non_fossil_heat(emissions: ParkEmissions) -> _Amount:
    lines = [line for line in emissions.lines if line.kind is HeatKind.NON_FOSSIL]
    net = Fraction(0)
    for line in lines:
        quantity = line.quantity or Fraction(0)
        net += quantity if line.side is Side.IN else -quantity
    source = "heat received at zero with proof; heat made of biomass counts by its fuel; GB/T 2589-2020 annex A"
    return max(net, Fraction(0)) * HEAT_TCE_PER_GJ, (), source, _keys(lines)


def _biomass(burnt: Sequence[Biomass]) -> _Amount:
    lacking = [f"standard coal coefficient of {one.name}" for one in burnt if one.tce is None]
    amount = sum((one.tce or Fraction(0) for one in burnt), Fraction(0))
    return amount, lacking, "biomass burnt; GB/T 2589-2020", _keys((), *(one.activities for one in burnt))


def _keys(lines: Iterable[ParkLine], *more: Iterable[str]) -> tuple[str, ...]:
    named = [*(key for line in lines for key in line.activities), *(key for keys in more for key in keys)]
    return tuple(dict.fromkeys(named))
