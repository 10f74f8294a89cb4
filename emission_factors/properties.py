"""Physical properties of substances, and conversion across dimensions with them: litres to tonnes to gigajoules.

A property is a published figure with a region and a year, as a factor is. It is used only where the site's region, a
wider one or a region the basis names as proxy has it; otherwise the conversion is refused.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Final

from emission_factors.units import Unit, unit

CONVERTING: Final = frozenset({"NCV", "GCV", "DENSITY"})
"""Properties that turn a quantity of a fuel into another dimension. Coal-equivalent coefficients do not: they are
conventions of energy statistics (GB/T 2589), used for tce alone."""
_MOST_STEPS: Final = 2


@dataclass(frozen=True, slots=True)
class Property:
    """One published property: `value` (to `value_high` where a range is printed) in `unit`, such as 42.652 GJ/t."""

    property_id: str
    dataset_id: str
    substance: str
    name: str
    name_en: str
    region: str
    data_year: int
    value: Decimal
    value_high: Decimal | None
    unit: str
    locator: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a conversion: multiply by `ratio` to get from `source` to `target`; `via` names the property used."""

    source: str
    target: str
    ratio: Fraction
    via: Property | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """The steps from a quantity's unit to a factor's unit, and their product: `ratio` is the units of the factor in one
    unit of the quantity.
    """

    steps: tuple[Step, ...]
    ratio: Fraction = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Multiply once: thousands of lines share a conversion."""
        object.__setattr__(self, "ratio", prod((step.ratio for step in self.steps), start=Fraction(1)))

    @property
    def properties_used(self) -> int:
        """How many properties the conversion leans on; fewer is better."""
        return sum(step.via is not None for step in self.steps)


class NotConvertible(ValueError):
    """No property connects the two units; the message names what is missing."""


def read_properties(dataset_id: str, lines: Iterable[str]) -> Iterator[Property]:
    """Read a data set's properties file."""
    for row in csv.DictReader(lines):
        yield Property(
            f"{dataset_id}:{row['record']}",
            dataset_id,
            row["substance"],
            row["property"],
            row["name_en"],
            row["region"],
            int(row["data_year"]),
            Decimal(row["value"]),
            Decimal(row["value_high"]) if row["value_high"] else None,
            row["unit"],
            row["locator"],
            row["note"],
        )


def convert(source: Unit, target: Unit, known: Sequence[Property], substance: str) -> Conversion:
    """Return the conversion from one unit to another, by the unit alone or over at most two properties.

    `known` are the substance's properties that may be used, best first. Raises `NotConvertible`.
    """
    if source.powers == target.powers:
        return Conversion((Step(source.code, target.code, source.ratio_to(target)),))
    path = _path(source, target, [item for item in known if item.name in CONVERTING], _MOST_STEPS)
    if path is None:
        raise NotConvertible(
            f"from {source.code} ({source.measures}) to {target.code} ({target.measures}) needs "
            f"{_needed(source, substance)}, and none is known for the region"
        )
    return Conversion(tuple(path))


def _needed(source: Unit, substance: str) -> str:
    if source.dimension == "money":
        return "a price index"
    return f"a density or calorific value of {substance or 'the substance'}"


def _path(source: Unit, target: Unit, known: Sequence[Property], steps_left: int) -> list[Step] | None:
    """Find the first way, in the order of `known`, that reaches the target's dimension in the fewest properties."""
    for limit in range(1, steps_left + 1):
        found = _walk(source, target, known, limit)
        if found is not None:
            return found
    return None


def _walk(source: Unit, target: Unit, known: Sequence[Property], limit: int) -> list[Step] | None:
    if source.powers == target.powers:
        return [Step(source.code, target.code, source.ratio_to(target))] if source.code != target.code else []
    if limit == 0:
        return None
    for item in known:
        step = _apply(item, source)
        if step is not None:
            rest = _walk(unit(step.target), target, known, limit - 1)
            if rest is not None:
                return [step, *rest]
    return None


def _apply(item: Property, source: Unit) -> Step | None:
    """Multiply by GJ/t where the quantity is a mass; divide where it is energy."""
    over, _, under = item.unit.partition("/")
    top, bottom = unit(over), unit(under)
    if source.powers == bottom.powers:
        return Step(source.code, top.code, source.ratio_to(bottom) * Fraction(item.value), item)
    if source.powers == top.powers:
        return Step(source.code, bottom.code, source.ratio_to(top) / Fraction(item.value), item)
    return None
