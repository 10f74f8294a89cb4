"""What a zero-carbon park emits by the accounting method, as the sum of lines of fuel, conversion, energy and process.

`E_park = E_fuel + E_conversion + E_indirect + E_process`, t CO2 of a calendar year, CO2 only (发改环资〔2025〕910号,
annex 4). A part about which nothing is said is missing, not zero; that a park has none of it is said by no lines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from accounting.indicators.park_lines import BadParkLine, ElectricityKind, ParkLine, Part, Side


@dataclass(frozen=True, slots=True)
class ParkEmissions:
    """What a park emits, t CO2, with the lines it is the sum of and the names of what is missing.

    A sum in which something is missing is None.
    """

    lines: tuple[ParkLine, ...]
    unstated: frozenset[Part]

    def of(self, *parts: Part) -> Fraction | None:
        """Return the sum of parts."""
        if self.unstated & set(parts):
            return None
        return _sum(line.emissions for line in self.lines if line.part in parts)

    @property
    def indirect(self) -> Fraction | None:
        """`E_indirect = E_el + E_heat`."""
        return self.of(Part.ELECTRICITY, Part.HEAT)

    @property
    def energy(self) -> Fraction | None:
        """`E_energy = E_fuel + E_conversion + E_indirect`."""
        return self.of(Part.FUEL, Part.CONVERSION, Part.ELECTRICITY, Part.HEAT)

    @property
    def park(self) -> Fraction | None:
        """`E_park = E_energy + E_process`."""
        return self.of(*Part)

    @property
    def bunkers(self) -> Fraction | None:
        """International bunkers: in the total, listed apart."""
        if Part.FUEL in self.unstated:
            return None
        return _sum(line.emissions for line in self.lines if line.is_bunker)

    def net_mwh(self, *kinds: ElectricityKind) -> Fraction | None:
        """Return MWh received less sent out of the kinds; None where a quantity, or the part, is missing."""
        if Part.ELECTRICITY in self.unstated:
            return None
        flows = [line for line in self.lines if line.kind in kinds]
        return _sum(line.quantity if line.side is Side.IN else _minus(line.quantity) for line in flows)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, by name: parts nothing is said of, and quantities and factors of lines."""
        parts = [f"{part} is not stated" for part in Part if part in self.unstated]
        return (*parts, *(name for line in self.lines for name in line.missing))

    @property
    def activities(self) -> tuple[str, ...]:
        """Keys of all activities behind the lines, each once."""
        return tuple(dict.fromkeys(key for line in self.lines for key in line.activities))


def park_emissions(stated: Mapping[Part, Sequence[ParkLine]]) -> ParkEmissions:
    """Return what a park emits by the lines of its parts; a part it has nothing of is stated with no lines.

    Raises `BadParkLine` where a line stands under another part, or two lines of a part have one name, kind and side.
    """
    lines = tuple(_checked(stated))
    return ParkEmissions(lines, frozenset(part for part in Part if part not in stated))


def _checked(stated: Mapping[Part, Sequence[ParkLine]]) -> Iterator[ParkLine]:
    seen: set[tuple[object, ...]] = set()
    for part in Part:
        for line in stated.get(part, ()):
            if line.part is not part:
                raise BadParkLine("part", f"{line.name} is of {line.part} and stands under {part}")
            key = (part, line.name, line.kind, line.side)
            if key in seen:
                message = f"{line.name} of {part} is stated twice as {line.kind or part} {line.side}; add it up"
                raise BadParkLine("name", message)
            seen.add(key)
            yield line


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    found = Fraction(0)
    for value in values:
        if value is None:
            return None
        found += value
    return found


def _minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value
