"""What leads from one footprint to another: which of their lines compare, and what a missing one means.

A line of the bridge is one gas of one inventory line: of a tenant, a site, an activity type, a supplier, a unit, and a
year counted from the first of the period, so that each year meets its own counterpart. Where several factors apply
within it (certificates for a part, a supplier's new figure in July) it stands at their mean: METHOD where the kinds of
factors differ, FACTOR where their figures or their parts moved.

What only one footprint has is, by the first rule that fits:

1. a gas of a line both have      METHOD where the regime does not count it or the factor is of another kind, GWP where
                                  the GWP set lacks it, otherwise FACTOR
2. the operation is there, and    BOUNDARY: a lease moved the line to another scope, or out of the totals
   leased otherwise
3. the operation is there         METHOD: the line is not reported, has no factor, or counts in another unit
4. another tenant reports it      BOUNDARY: a share changed hands within the question
5. nothing of it is there         ACTIVITY, but BOUNDARY where both footprints count the same activities

A tenant or site that comes into the boundary is ACTIVITY: a footprint does not tell whether it was built or bought. Two
bases on the same activities never differ by ACTIVITY.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from accounting.amounts import ZERO
from accounting.change.bridge import BadBridge, BridgeLine, Effect, LineBridge, bridge
from accounting.change.bridge_lines import Entry, Place, Reading, Side, Source, bridge_lines, wholes
from accounting.grouping import UNSPLIT, Dimension, in_order
from emission_factors import decimals, gases
from emission_factors.activity_types import ActivityType, Line, Method
from emission_factors.units import Unit

_NOT_COUNTED: Final = "not counted"
"""Method of what a footprint has no line for; no line has it."""


@dataclass(frozen=True, slots=True)
class BridgedLine:
    """One gas of one inventory line in both footprints, None where one does not have it, and its effects in kg CO2e.

    `year` counts from the first calendar year of the period; `line` stands where a lease puts it.
    """

    place: Place
    activity: ActivityType
    line: Line
    unit: Unit
    gas: str
    before: BridgeLine | None
    after: BridgeLine | None
    bridged: LineBridge

    @property
    def difference(self) -> Decimal:
        """After less before, kg CO2e."""
        return decimals.EXACT.subtract(self.bridged.after, self.bridged.before)


@dataclass(frozen=True, slots=True)
class FootprintBridge:
    """Two footprints and what leads from one to the other, kg CO2e: `before + sum of effects = after`, exactly, in
    total and line by line.
    """

    before: Decimal
    after: Decimal
    effects: Mapping[Effect, Decimal]
    lines: tuple[BridgedLine, ...]


@dataclass(frozen=True, slots=True)
class BridgeGroup:
    """What of a bridge belongs to one combination of dimensions; it sums exactly too."""

    key: Mapping[Dimension, object]
    before: Decimal
    after: Decimal
    effects: Mapping[Effect, Decimal]


def footprint_bridge(
    before: Side, after: Side, scope_2: Method | None, has_same_activities: bool = False
) -> FootprintBridge:
    """Return what leads from one footprint to another, with scope 2 counted once, by location or by market; None has
    the lines of both, whose sums are then of nothing.

    `has_same_activities` says that months and knowledge are the same, so that only the basis makes a difference.
    """
    first, second = Reading(before, scope_2), Reading(after, scope_2)
    pool = [first, second] if has_same_activities else []
    start, end = bridge_lines(first, wholes(pool or [first])), bridge_lines(second, wholes(pool or [second]))
    found = bridge(
        [*start.values(), *_counterparts(end, start, second, first, has_same_activities)],
        [*end.values(), *_counterparts(start, end, first, second, has_same_activities)],
    )
    sources = {line.key: source for lines in (start, end) for source, line in lines.items()}
    lines = [_line(sources[one.key], one, start, end, first, second) for one in found.lines]
    return FootprintBridge(found.before, found.after, found.effects, tuple(lines))


def grouped(lines: Iterable[BridgedLine], by: Sequence[Dimension]) -> list[BridgeGroup]:
    """Return the bridge of each combination of dimensions, in the order of `accounting.grouping.in_order`.

    Raises `BadBridge` for what both footprints cannot share, such as months.
    """
    if unknown := [dimension.value for dimension in by if dimension not in _VALUES]:
        raise BadBridge(f"a bridge has no groups by {', '.join(unknown)}; accepted are {', '.join(_VALUES)}")
    found: dict[tuple[object, ...], list[BridgedLine]] = {}
    for line in lines:
        found.setdefault(tuple(_VALUES[dimension](line) for dimension in by), []).append(line)
    return [_group(dict(zip(by, key, strict=True)), found[key]) for key in in_order(found)]


def effects_of(lines: Iterable[BridgedLine]) -> Mapping[Effect, Decimal]:
    """Return the exact sum of each effect over lines."""
    members = list(lines)
    return {effect: decimals.total(line.bridged.effects[effect] for line in members) for effect in Effect}


_VALUES: Final[Mapping[Dimension, Callable[[BridgedLine], object]]] = MappingProxyType(
    {
        Dimension.SCOPE: lambda line: line.line.scope,
        Dimension.CATEGORY: lambda line: line.line.category,
        Dimension.TENANT: lambda line: line.place.tenant,
        Dimension.SITE: lambda line: line.place.site,
        Dimension.ACTIVITY_TYPE: lambda line: line.activity.code,
        Dimension.GAS: lambda line: line.gas,
    }
)
"""Dimension -> a line's value of it."""


def _group(key: dict[Dimension, object], members: Sequence[BridgedLine]) -> BridgeGroup:
    return BridgeGroup(
        MappingProxyType(key),
        decimals.total(line.bridged.before for line in members),
        decimals.total(line.bridged.after for line in members),
        effects_of(members),
    )


def _line(
    source: Source,
    found: LineBridge,
    start: Mapping[Source, BridgeLine],
    end: Mapping[Source, BridgeLine],
    first: Reading,
    second: Reading,
) -> BridgedLine:
    entry = second.entries.get(source.position) or first.entries[source.position]
    of = entry.lines[0]
    place = source.position.place
    return BridgedLine(place, of.activity, of.line, of.unit, source.gas, start.get(source), end.get(source), found)


def _counterparts(
    given: Mapping[Source, BridgeLine],
    known: Mapping[Source, BridgeLine],
    here: Reading,
    there: Reading,
    has_same_activities: bool,
) -> Iterator[BridgeLine]:
    """Yield what stands `there` for each line given `here` that is not known there, so that its effect comes out."""
    for source, line in given.items():
        if source not in known:
            found = _counterpart(source, line, here, there, has_same_activities)
            if found is not None:
                yield found


def _counterpart(
    source: Source, line: BridgeLine, here: Reading, there: Reading, has_same_activities: bool
) -> BridgeLine | None:
    """Return a line without emissions whose zero, or whose method, is the reason; None where it is activity."""
    position = source.position
    entry = there.entries.get(position)
    if entry is not None:
        return _without_gas(source.gas, line, entry, there)
    if position.place in there.leases:
        is_moved = here.leases[position.place] != there.leases[position.place]
        return _outside(line) if is_moved else replace(line, method=_NOT_COUNTED, emission=ZERO)
    if has_same_activities or position.place.of_anyone in there.anyones:
        return _outside(line)
    return None


def _outside(line: BridgeLine) -> BridgeLine:
    return replace(line, share=ZERO, emission=ZERO)


def _without_gas(gas: str, line: BridgeLine, entry: Entry, there: Reading) -> BridgeLine:
    """Return a line of a gas that an entry has no CO2e of."""
    found = replace(line, quantity=entry.quantity, share=entry.share, method=entry.method, emission=ZERO)
    if gas == UNSPLIT:
        return replace(found, factor=ZERO)
    if gases.gas(gas).kyoto_group not in there.basis.regime.kyoto_groups:
        return replace(found, method=_NOT_COUNTED)
    if any(gas in one.amounts.gases for one in entry.lines):
        return replace(found, factor=entry.factor(gas), gwp=ZERO)
    return replace(found, factor=ZERO)
