"""What the levers of a scenario make of one base unit of a quantity cell: parts with exact multipliers, year by year.

Cells that all levers treat alike are one strand, worked out once whatever their number. A moved part keeps the trail it
came by, so that a move is undone exactly, even one that took all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import Cell
from accounting.scenarios.levers import BadLever, Extent, ExtentKind, ScalingLever
from accounting.scenarios.moving_levers import MovingLever, Supply
from emission_factors import decimals

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)

Multipliers = tuple[Fraction, ...]
"""Base units of a part for one base unit of the strand, by year of the scenario."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a trail: by which step, from what, how many base units there are now for one of it."""

    step: str
    source: Cell
    ratio: Fraction
    is_supply: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a strand is now, as a cell of one base unit, and the moves that made it so."""

    cell: Cell
    trail: tuple[Move, ...] = ()


Parts = Mapping[Part, Multipliers]


@dataclass(frozen=True, slots=True)
class Strand:
    """Cells of the reference year that every lever treats alike: `cell` is one base unit of them without whose it is,
    its day the first in the year of months that are alike; `reached` says by step whether a lever reaches it.
    """

    cell: Cell
    reached: tuple[bool, ...]

    def months(self, years: Iterable[int]) -> list[date]:
        """Return the strand's month in each of the years."""
        return [date(year, self.cell.day.month, 1) for year in years]


@dataclass(frozen=True, slots=True)
class Whose:
    """What decides the factors of a cell besides what it is: the tenant whose own factors serve it (`own_tenant`) and
    what becomes of it (`operator`), its supplier and its day in the reference year.
    """

    own_tenant: UUID | None
    operator: UUID | None
    supplier: str
    day: date

    def of(self, part: Part) -> Cell:
        """Return a part as a cell that has its factors: what stayed an activity type also keeps its supplier."""
        passed = {move.source.activity_type for move in part.trail}
        if passed <= {part.cell.activity_type}:
            return replace(part.cell, own_tenant=self.own_tenant, supplier=self.supplier, day=self.day)
        return replace(part.cell, own_tenant=self.operator, day=self.day)


def scaled(parts: Parts, lever: ScalingLever, by: Multipliers) -> Parts:
    """Return the parts with those a lever reaches multiplied, year by year."""
    return {
        part: _product(found, by) if lever.reach.has_type(part.cell.activity_type) else found
        for part, found in parts.items()
    }


def reciprocal(by: Multipliers) -> Multipliers:
    """Return what undoes a multiplication; raises `BadLever` where nothing was left."""
    if not all(by):
        raise BadLever("undo", "a lever that took all of a quantity cannot be undone; nothing is left to scale back")
    return tuple(1 / value for value in by)


def takes(lever: MovingLever, part: Part) -> bool:
    """Whether a lever moves from a part. What one supply lever supplies, another does not, whether it counts or not."""
    if isinstance(lever, Supply) and any(move.is_supply for move in part.trail):
        return False
    return lever.takes(part.cell)


def taken(parts: Parts, lever: MovingLever, years: int) -> Multipliers:
    """Return how much of a strand a lever can move from, by year."""
    return _sum((found for part, found in parts.items() if takes(lever, part)), years)


def shares_of(parts: Parts, lever: MovingLever, months: Sequence[date]) -> Multipliers:
    """Return the share of what is left that a lever stated in shares moves, by year.

    Raises `BadLever` where shares of the whole overlap above 1.
    """
    wanted = tuple(lever.extent.ramp.at(month) for month in months)
    if lever.extent.kind is ExtentKind.SHARE_OF_REST:
        return wanted
    left = taken(parts, lever, len(months))
    gone = _sum((_moved_from(lever, part, found) for part, found in parts.items()), len(months))
    rows = zip(wanted, left, gone, months, strict=True)
    return tuple(_share_of_whole(share, rest, away, month.year) for share, rest, away, month in rows)


def share_of_quantity(extent: Extent, year: int, base_unit: str, there: Fraction) -> Fraction:
    """Return the share of all that is reached in a year which a lever stated as a quantity moves.

    Raises `BadLever` where it takes more than there is.
    """
    wanted = extent.base_quantity(year, base_unit)
    if wanted > there:
        message = f"the lever takes {_written(wanted)} {base_unit} in {year}, there are {_written(there)}"
        raise BadLever("ramp", f"{message}; accepted is up to that")
    return wanted / there if wanted else ZERO


def moved(parts: Parts, step: str, lever: MovingLever, shares: Multipliers, basis: Basis) -> Parts:
    """Return the parts after a share of each that the lever takes from was moved, by year."""
    found: dict[Part, Multipliers] = {}
    for part, there in parts.items():
        if not takes(lever, part):
            found[part] = there
            continue
        cell, ratio = lever.moved(part.cell, basis)
        move = Move(step, part.cell, ratio, isinstance(lever, Supply))
        found[part] = tuple(value * (1 - share) for value, share in zip(there, shares, strict=True))
        moved_there = tuple(value * share * ratio for value, share in zip(there, shares, strict=True))
        found[Part(cell, (*part.trail, move))] = moved_there
    return found


def moved_back(parts: Parts, step: str) -> Parts:
    """Return the parts with what a step moved back where it came from."""
    found: dict[Part, Multipliers] = {}
    for part, there in parts.items():
        source, value = part, there
        if part.trail and part.trail[-1].step == step:
            last = part.trail[-1]
            source, value = Part(last.source, part.trail[:-1]), tuple(one / last.ratio for one in there)
        found[source] = _sum((found[source], value), len(value)) if source in found else value
    return found


def _share_of_whole(share: Fraction, rest: Fraction, away: Fraction, year: int) -> Fraction:
    wanted = share * (rest + away)
    if wanted > rest:
        before = away / (rest + away)
        message = f"the lever takes {_written(share)} of the whole in {year}, of which earlier ones took"
        raise BadLever("ramp", f"{message} {_written(before)}: shares overlap; accepted is at most 1 together")
    return wanted / rest if wanted else ZERO


def _moved_from(lever: MovingLever, part: Part, there: Multipliers) -> Multipliers:
    """Return what of a part earlier levers moved away from where this one takes, in base units of there."""
    if takes(lever, part):
        return (ZERO,) * len(there)
    ratio = ONE
    for place in range(len(part.trail) - 1, -1, -1):
        move = part.trail[place]
        ratio *= move.ratio
        if takes(lever, Part(move.source, part.trail[:place])):
            return tuple(value / ratio for value in there)
    return (ZERO,) * len(there)


def _written(value: Fraction) -> str:
    return decimals.plain(decimals.shown(decimals.rounded(value)))


def _product(left: Multipliers, right: Multipliers) -> Multipliers:
    return tuple(one * other for one, other in zip(left, right, strict=True))


def _sum(rows: Iterable[Multipliers], years: int) -> Multipliers:
    return tuple(sum(column, ZERO) for column in zip((ZERO,) * years, *rows, strict=True))
