"""Levers that move a part of a quantity elsewhere: another activity type instead, or electricity supplied otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import ONE, Cell
from accounting.scenarios.levers import BadLever, Extent, Reach, known, known_unit
from accounting.scope2.coverage import ENERGY_UNIT, LOADS, Covered
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import Attribute, EnergyCarrier, Instrument, Kind, LoadKind
from emission_factors import decimals, regions
from emission_factors.activity_types import activity_type
from emission_factors.units import unit

_ALL: Final = Fraction(1)
_NOBODY: Final = UUID(int=0)
"""The tenant of a supposed instrument, which is never matched."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """One activity type instead of another: `ratio` units `to_unit` of `to` for each `from_unit` given up.

    What is put in is bought from `supplier`, and no instrument covers it. Raises `BadLever`.
    """

    reach: Reach
    extent: Extent
    to: str
    ratio: Fraction
    from_unit: str
    to_unit: str
    supplier: str = ""

    def __post_init__(self) -> None:
        if not self.reach.activity_types:
            raise BadLever("activityTypes", "a substitution names the activity types it replaces")
        if self.reach.has_type(known(self.to, "to")):
            raise BadLever("to", f"{self.to} is replaced by itself; accepted is an activity type outside the reach")
        if self.ratio <= 0:
            raise BadLever("ratio", f"the ratio is {self.ratio}; accepted is above 0")
        known_unit(self.from_unit, "fromUnit")
        accepted = activity_type(self.to).dimensions
        if known_unit(self.to_unit, "toUnit").dimension not in accepted:
            raise BadLever("toUnit", f"{self.to} is not counted in {self.to_unit}; accepted is {' or '.join(accepted)}")

    def takes(self, cell: Cell) -> bool:
        """Whether the lever moves a part of such a cell; raises `BadLever` where it is counted in another dimension."""
        if not self.reach.has_type(cell.activity_type):
            return False
        if known_unit(self.from_unit, "fromUnit").base != cell.base_unit:
            message = f"the ratio is per {self.from_unit}, cells of {cell.activity_type} are in {cell.base_unit}"
            raise BadLever("fromUnit", f"{message}; give a ratio per {cell.base_unit}")
        return True

    def moved(self, cell: Cell, _basis: Basis) -> tuple[Cell, Fraction]:
        """Return what one base unit of a cell becomes, and how many base units of it."""
        source, target = unit(self.from_unit), unit(self.to_unit)
        made = replace(
            cell, activity_type=self.to, base_unit=target.base, supplier=self.supplier, covered=(), quality=""
        )
        return made, self.ratio * target.to_base / source.to_base


@dataclass(frozen=True, slots=True)
class Supply:
    """Grid electricity supplied otherwise, at `rate` kg CO2e/MWh by an instrument of a `kind`, all its proofs supposed.

    Own generation becomes `electricity.own_generation`, a line of its own `electricity.direct_line`, certificates and
    contracts cover the purchase where it is. The regime decides whether the kind counts, and whether at zero (see
    `instrument_rules`); where the certificates of own generation or of a line are sold (`is_sold`), nothing covers it.
    What instruments cover already is not reached. Raises `BadLever`.
    """

    reach: Reach
    extent: Extent
    kind: Kind
    rate: Decimal = Decimal(0)
    is_sold: bool = False

    def __post_init__(self) -> None:
        if wrong := sorted(code for code in self.reach.activity_types if not _is_grid(code)):
            message = f"{wrong[0]} is no electricity from the grid; accepted are {', '.join(_GRID)}"
            raise BadLever("activityTypes", message)
        if not self.rate.is_finite() or self.rate < 0:
            raise BadLever("rate", f"the rate is {self.rate} kg CO2e/MWh; accepted is 0 or more")
        if self.is_sold and self.kind not in _BECOMES:
            raise BadLever("isSold", f"{self.kind} with its certificates sold supplies nothing green; leave it out")

    @property
    def to(self) -> str:
        """The activity type that what is supplied becomes; empty where it stays a purchase from the grid."""
        return _BECOMES.get(self.kind, "")

    def takes(self, cell: Cell) -> bool:
        """Whether the lever moves a part of such a cell."""
        is_open = cell.base_unit == ENERGY_UNIT and not cell.covered
        return is_open and _is_grid(cell.activity_type) and self.reach.has_type(cell.activity_type)

    def moved(self, cell: Cell, basis: Basis) -> tuple[Cell, Fraction]:
        """Return what one MJ of a cell becomes under a regime, and how many MJ of it."""
        made = replace(cell, activity_type=self.to, supplier="") if self.to else cell
        rules = RULES[basis.regime.code]
        counts = (
            self.kind in rules.admitted
            and EnergyCarrier.ELECTRICITY in rules.carriers
            and Attribute.NON_FOSSIL in rules.attributes
        )
        if self.is_sold or not counts:
            return made, _ALL
        rate = Decimal(0) if rules.is_zero else self.rate
        covered = Covered(self._instrument(cell), ONE, rate, f"supposed by the scenario; {rules.source}")
        return replace(made, covered=(covered,)), _ALL

    def _instrument(self, cell: Cell) -> Instrument:
        return Instrument(
            id=f"scenario {self.kind} {decimals.plain(self.rate)}",
            kind=self.kind,
            carrier=EnergyCarrier.ELECTRICITY,
            attribute=Attribute.NON_FOSSIL,
            market=regions.country(cell.region),
            first_month=cell.day.replace(day=1),
            last_month=cell.day.replace(day=1),
            quantity=ONE,
            rate=self.rate,
            tenant=_NOBODY,
            site=None,
            claimed_from=cell.day.replace(day=1),
            claimed_to=cell.day.replace(day=1),
        )


MovingLever = Substitution | Supply

_GRID: Final = tuple(
    code for code, (carrier, kind) in LOADS.items() if (carrier, kind) == (EnergyCarrier.ELECTRICITY, LoadKind.GRID)
)
_BECOMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.SELF_USE: "electricity.own_generation", Kind.DIRECT_SUPPLY: "electricity.direct_line"}
)
"""Kind of instrument -> activity type of what it supplies, where that is no purchase from the grid any more."""


def heat_pump(
    reach: Reach,
    extent: Extent,
    boiler_efficiency: Decimal,
    performance: Decimal,
    calorific_value: Decimal = ONE,
    from_unit: str = ENERGY_UNIT,
) -> Substitution:
    """Return the lever that makes heat with electricity instead of fuel: fuel `- Q / boiler`, electricity `+ Q / COP`.

    `boiler_efficiency` is a fraction of the net calorific value, in MJ per `from_unit`; `performance` is the
    coefficient of performance, about 1 for an electric boiler. The electricity comes from the grid. Raises `BadLever`.
    """
    if not 0 < boiler_efficiency <= 1:
        message = f"the boiler's efficiency is {decimals.plain(boiler_efficiency)}; accepted is above 0, up to 1"
        raise BadLever("boilerEfficiency", message)
    for field, value in (("performance", performance), ("calorificValue", calorific_value)):
        if value <= 0:
            raise BadLever(field, f"the {field} is {decimals.plain(value)}; accepted is above 0")
    ratio = Fraction(calorific_value) * Fraction(boiler_efficiency) / Fraction(performance)
    return Substitution(reach, extent, "electricity.grid", ratio, from_unit, ENERGY_UNIT)


def _is_grid(code: str) -> bool:
    return code in _GRID
