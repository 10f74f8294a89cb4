"""The lines of one footprint as a bridge compares them: gathered by place, unit and inventory line, gas by gas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from accounting.amounts import ZERO
from accounting.basis import Basis
from accounting.change.bridge import BridgeLine
from accounting.footprints import ONE, Footprint, FootprintGap, FootprintLine
from accounting.grouping import UNSPLIT
from accounting.lines import ResolvedLine
from emission_factors import decimals, gases
from emission_factors.activity_types import Method, Scope
from emission_factors.factors import Origin


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two footprints: kept apart by tenant and site, with no line over two calendar years; `first_year` is
    that of the first month of its period.
    """

    footprint: Footprint
    basis: Basis
    first_year: int


class Place(NamedTuple):
    """What is done where, and by whom reported. `year` counts from the first of the period."""

    tenant: UUID | None
    site: UUID | None
    activity_type: str
    region: str
    supplier: str
    year: int

    @property
    def of_anyone(self) -> "Place":
        """The same, whoever reports it; where sites are not kept apart, of the tenant still."""
        return self if self.site is None else self._replace(tenant=None)


class Position(NamedTuple):
    """An inventory line of a place, in one unit; `leased` is the category a lease puts it in, empty where none does."""

    place: Place
    unit: str
    line: str
    leased: str


class Source(NamedTuple):
    """One gas of a position: what one bridge line is about."""

    position: Position
    gas: str

    @property
    def key(self) -> tuple[str, ...]:
        """The key of its bridge line."""
        (tenant, site, activity_type, region, supplier, year), unit, line, leased = self.position
        names = (activity_type, line, region, supplier, unit, f"year {year}", leased, self.gas)
        return (str(tenant or ""), str(site or ""), *names)


@dataclass(slots=True)
class Entry:
    """The footprint's lines at one position: one for each factor and share. `quantity` is the whole operation's, in
    base units, of which `share` is reported.
    """

    lines: list[FootprintLine]
    quantity: Decimal = ZERO
    share: Decimal = ONE

    @property
    def method(self) -> str:
        """Return the kinds of factors used: where they differ, quantity and factor do not compare."""
        return ", ".join(sorted({_kind_of(line.resolved) for line in self.lines}))

    @property
    def reported(self) -> Decimal:
        """Return the quantity of which the emissions are."""
        return decimals.total(_reported(line) for line in self.lines)

    def gases(self) -> list[str]:
        """Return the gases of which it counts CO2e, and `UNSPLIT` where the publisher does not split it."""
        names = dict.fromkeys(gas for line in self.lines for gas in line.amounts.co2e_by_gas)
        return [*names, UNSPLIT] if any(line.amounts.co2e_unsplit for line in self.lines) else [*names]

    def factor(self, gas: str) -> Decimal:
        """Return kg of a gas per base unit, with the line's sign; the mean where lines differ, to 50 digits."""
        figures = {_figure(line, gas) for line in self.lines}
        if len(figures) == 1:
            return figures.pop()
        parts = (decimals.product(_reported(line), _figure(line, gas)) for line in self.lines)
        reported = self.reported
        return decimals.rounded(Fraction(decimals.total(parts)) / Fraction(reported)) if reported else max(figures)

    def co2e(self, gas: str) -> Decimal:
        """Return kg CO2e of a gas, as counted."""
        if gas == UNSPLIT:
            return decimals.total(line.amounts.co2e_unsplit for line in self.lines)
        return decimals.total(line.amounts.co2e_by_gas.get(gas, ZERO) for line in self.lines)


class Reading:
    """One side as read for a bridge, with scope 2 by one method, or by both where `scope_2` is None.

    `entries` are the lines that count; `leases` says of every place, in or out of the totals, which leases moved its
    lines; `anyones` are the places whoever reports them.
    """

    def __init__(self, side: Side, scope_2: Method | None) -> None:
        self.basis = side.basis
        self.entries: dict[Position, Entry] = {}
        self.leases: dict[Place, set[str]] = {}
        for line in side.footprint.lines:
            place, leased = _place(line, side.first_year), _leased(line)
            self.leases.setdefault(place, set()).update([leased] if leased else [])
            if _counts(line, scope_2):
                position = Position(place, line.unit.code, line.line.code, leased)
                self.entries.setdefault(position, Entry([])).lines.append(line)
        for gap in side.footprint.gaps:
            self.leases.setdefault(_place(gap, side.first_year), set())
        self.anyones = {place.of_anyone for place in self.leases}


def wholes(readings: Iterable[Reading]) -> Mapping[Position, Decimal]:
    """Return the whole quantity of each position of anyone, the larger one of several readings.

    Holders of one operation report shares of the same quantity, month by month: it is the operation's once.
    """
    found: dict[Position, Decimal] = {}
    for reading in readings:
        for position, quantity in _wholes(reading).items():
            found[position] = max(quantity, found.get(position, quantity))
    return found


def bridge_lines(reading: Reading, whole: Mapping[Position, Decimal]) -> dict[Source, BridgeLine]:
    """Return a side's bridge lines; sets the quantity and share of its entries."""
    found: dict[Source, BridgeLine] = {}
    for position, entry in reading.entries.items():
        entry.quantity = whole[_of_anyone(position)]
        entry.share = _ratio(entry.reported, entry.quantity)
        method = entry.method
        for gas in entry.gases():
            source = Source(position, gas)
            gwp = ONE if gas == UNSPLIT else gases.gwp(gas, reading.basis.gwp_set).value
            found[source] = BridgeLine(
                source.key, entry.quantity, entry.factor(gas), gwp, entry.share, method, entry.co2e(gas)
            )
    return found


def _wholes(reading: Reading) -> Mapping[Position, Decimal]:
    """Return the sum over months of the most that anyone reports from."""
    sums: dict[tuple[Position, object], dict[Position, Decimal]] = {}
    for position, entry in reading.entries.items():
        for line in entry.lines:
            of_month = sums.setdefault((_of_anyone(position), line.first_month), {})
            of_month[position] = decimals.EXACT.add(of_month.get(position, ZERO), line.quantity)
    found: dict[Position, Decimal] = {}
    for (position, _), by_holder in sums.items():
        found[position] = decimals.EXACT.add(found.get(position, ZERO), max(by_holder.values()))
    return found


def _of_anyone(position: Position) -> Position:
    return position._replace(place=position.place.of_anyone, leased="")


def _counts(line: FootprintLine, scope_2: Method | None) -> bool:
    return line.line.scope is not Scope.OUTSIDE and (scope_2 is None or line.line.method in (None, scope_2))


def _place(found: FootprintLine | FootprintGap, first_year: int) -> Place:
    year = found.first_month.year - first_year
    return Place(found.tenant, found.site, found.activity.code, found.region, found.supplier, year)


def _leased(line: FootprintLine) -> str:
    """Return the category that a lease puts a line in, which is another scope than the activity type's own."""
    own = next(one for one in line.activity.lines if one.code == line.line.code)
    return "" if own.scope is line.line.scope else line.line.category


def _reported(line: FootprintLine) -> Decimal:
    return line.quantity if line.share == ONE else decimals.product(line.quantity, line.share)


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    if part == whole or not whole:
        return ONE
    return decimals.rounded(Fraction(part) / Fraction(whole))


def _figure(line: FootprintLine, gas: str) -> Decimal:
    factor = line.resolved.factor
    value = factor.co2e_unsplit if gas == UNSPLIT else factor.masses.get(gas, ZERO)
    return value if line.line.sign > 0 else value.copy_negate()


@lru_cache(maxsize=4096)
def _named(origin: Origin, kind: str, calibre: str) -> str:
    return " ".join(part for part in (origin.value, kind, calibre) if part)


def _kind_of(resolved: ResolvedLine) -> str:
    """Return who gave the factor and, of a published one, what kind and calibre it is; another vintage is the same."""
    factor = resolved.selection.factor
    if factor.origin is not Origin.CATALOGUE:
        return factor.origin.value
    return _named(factor.origin, resolved.selection.wanted.kind, factor.calibre)
