"""A footprint: quantity cells times factors, folded into inventory lines. Linear in quantity, additive over its parts.

Cells arrive summed to the grain that the factor depends on. What is not asked apart (tenant, site, month) is added up
before it is multiplied, so the work does not grow with the park.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.amounts import ZERO, Amounts, added, emitted
from accounting.answers import Answers, Asked
from accounting.basis import Basis
from accounting.lines import Gap, OwnFactors, ResolvedLine
from emission_factors import decimals
from emission_factors.activity_types import ActivityType, Line, Method, Scope, activity_type
from emission_factors.units import Unit, unit


class Dimension(StrEnum):
    """What a footprint can be grouped by."""

    SCOPE = "SCOPE"
    """Scope 1, 2, 3 or outside the scopes."""
    CATEGORY = "CATEGORY"
    """Category within the scope: stationary, electricity, the fifteen of scope 3."""
    TENANT = "TENANT"
    """Tenant."""
    SITE = "SITE"
    """Site."""
    ACTIVITY_TYPE = "ACTIVITY_TYPE"
    """Activity type, qualifier included."""
    GAS = "GAS"
    """Greenhouse gas; what the publisher does not split stands under UNSPLIT."""
    MONTH = "MONTH"
    """Month of happening."""


UNSPLIT: Final = "UNSPLIT"


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum of quantity cells. `tenant`, `site` and `month` are None where they were added up; `own_tenant` is the
    tenant whose own factors apply, if it has any; `day` is the first of the month that decides the factor.
    """

    activity_type: str
    base_unit: str
    supplier: str
    region: str
    day: date
    tenant: UUID | None
    site: UUID | None
    own_tenant: UUID | None
    quantity: Decimal
    row_count: int


@dataclass(frozen=True, slots=True)
class FootprintLine:
    """One inventory line of a footprint: a quantity, its factor, and what it emits."""

    tenant: UUID | None
    site: UUID | None
    month: date | None
    first_month: date
    last_month: date
    activity: ActivityType
    region: str
    supplier: str
    unit: Unit
    quantity: Decimal
    row_count: int
    resolved: ResolvedLine
    amounts: Amounts

    @property
    def line(self) -> Line:
        """The inventory line of the activity type."""
        return self.resolved.line


@dataclass(frozen=True, slots=True)
class FootprintGap:
    """A line that is missing from the totals: what quantity, where and when, and why no factor was found."""

    tenant: UUID | None
    site: UUID | None
    first_month: date
    last_month: date
    activity: ActivityType
    region: str
    supplier: str
    unit: Unit
    quantity: Decimal
    gap: Gap


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums by scope. Scope 2 stands twice, by location and by market; they are never added to each other."""

    scope_1: Amounts
    scope_2_location: Amounts
    scope_2_market: Amounts
    scope_3: Amounts
    outside: Amounts


@dataclass(frozen=True, slots=True)
class Group:
    """The totals of one combination of the dimensions asked for."""

    key: Mapping[Dimension, object]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Footprint:
    """Lines and gaps; everything else is a sum over the lines."""

    lines: tuple[FootprintLine, ...]
    gaps: tuple[FootprintGap, ...]


def fold(basis: Basis, cells: Iterable[Cell], own: Mapping[UUID, OwnFactors], keeps_months: bool) -> Footprint:
    """Return the footprint of cells; `own` holds tenants' factors, `keeps_months` keeps months apart."""
    answers = Answers(basis, own)
    quantities: dict[tuple[object, ...], _Sum] = {}
    missing: dict[tuple[object, ...], _Sum] = {}
    for cell in cells:
        answer = answers.of(_asked(cell))
        month = cell.day if keeps_months else None
        where = (cell.tenant, cell.site, cell.activity_type, cell.region, cell.supplier, cell.base_unit)
        for identity, line in answer.lines:
            _gathered(quantities, (*where, month, identity), cell, line)
        for gap in answer.gaps:
            _gathered(missing, (*where, gap.line.code, type(gap.error)), cell, gap)
    return Footprint(
        tuple(_line(found, keeps_months) for found in quantities.values()),
        tuple(_gap(found) for found in missing.values()),
    )


def totals(lines: Iterable[FootprintLine]) -> Totals:
    """Return the sums by scope over lines."""
    parts: dict[tuple[Scope, Method | None], list[Amounts]] = {}
    for line in lines:
        parts.setdefault((line.line.scope, line.line.method), []).append(line.amounts)
    return _totals(parts)


def grouped(lines: Iterable[FootprintLine], by: Sequence[Dimension]) -> list[Group]:
    """Return totals for each combination of the dimensions, in the order of their first line.

    Grouping by gas splits each line; the parts of a line add up to it.
    """
    groups: dict[tuple[object, ...], dict[tuple[Scope, Method | None], list[Amounts]]] = {}
    for line in lines:
        for gas, amounts in _by_gas(line.amounts) if Dimension.GAS in by else ((None, line.amounts),):
            key = tuple(gas if dimension is Dimension.GAS else _VALUES[dimension](line) for dimension in by)
            groups.setdefault(key, {}).setdefault((line.line.scope, line.line.method), []).append(amounts)
    return [Group(MappingProxyType(dict(zip(by, key, strict=True))), _totals(parts)) for key, parts in groups.items()]


class _Sum:
    """Quantity gathered for one line or gap."""

    __slots__ = ("cell", "first", "last", "quantity", "rows", "what")

    def __init__(self, cell: Cell, what: ResolvedLine | Gap) -> None:
        self.cell = cell
        self.what = what
        self.quantity = ZERO
        self.rows = 0
        self.first = self.last = cell.day

    def add(self, cell: Cell) -> None:
        self.quantity = decimals.EXACT.add(self.quantity, cell.quantity)
        self.rows += cell.row_count
        self.first = min(self.first, cell.day)
        self.last = max(self.last, cell.day)


def _asked(cell: Cell) -> Asked:
    return Asked(cell.activity_type, cell.region, cell.day, cell.supplier, cell.base_unit, cell.own_tenant)


def _gathered(
    sums: dict[tuple[object, ...], _Sum], key: tuple[object, ...], cell: Cell, what: ResolvedLine | Gap
) -> None:
    found = sums.get(key)
    if found is None:
        found = sums[key] = _Sum(cell, what)
    found.add(cell)


def _line(found: _Sum, keeps_months: bool) -> FootprintLine:
    cell, resolved = found.cell, found.what
    assert isinstance(resolved, ResolvedLine)  # noqa: S101  lines and gaps are gathered apart
    return FootprintLine(
        tenant=cell.tenant,
        site=cell.site,
        month=found.first if keeps_months else None,
        first_month=found.first,
        last_month=found.last,
        activity=activity_type(cell.activity_type),
        region=cell.region,
        supplier=cell.supplier,
        unit=unit(cell.base_unit),
        quantity=found.quantity,
        row_count=found.rows,
        resolved=resolved,
        amounts=emitted(found.quantity, resolved.factor, resolved.line.sign),
    )


def _gap(found: _Sum) -> FootprintGap:
    cell, gap = found.cell, found.what
    assert isinstance(gap, Gap)  # noqa: S101  lines and gaps are gathered apart
    return FootprintGap(
        cell.tenant,
        cell.site,
        found.first,
        found.last,
        activity_type(cell.activity_type),
        cell.region,
        cell.supplier,
        unit(cell.base_unit),
        found.quantity,
        gap,
    )


def _totals(parts: Mapping[tuple[Scope, Method | None], Sequence[Amounts]]) -> Totals:
    return Totals(
        added(parts.get((Scope.SCOPE_1, None), ())),
        added(parts.get((Scope.SCOPE_2, Method.LOCATION), ())),
        added(parts.get((Scope.SCOPE_2, Method.MARKET), ())),
        added(parts.get((Scope.SCOPE_3, None), ())),
        added(parts.get((Scope.OUTSIDE, None), ())),
    )


_VALUES: Final[Mapping[Dimension, Callable[[FootprintLine], object]]] = MappingProxyType(
    {
        Dimension.SCOPE: lambda line: line.line.scope,
        Dimension.CATEGORY: lambda line: line.line.category,
        Dimension.TENANT: lambda line: line.tenant,
        Dimension.SITE: lambda line: line.site,
        Dimension.ACTIVITY_TYPE: lambda line: line.activity.code,
        Dimension.MONTH: lambda line: line.month,
    }
)
"""Dimension -> a line's value of it; a line has many gases, see `_by_gas`."""


def _by_gas(amounts: Amounts) -> list[tuple[str, Amounts]]:
    """Split a line by gas. Biogenic CO2 and gases outside the groups go with the part named after them."""
    names = dict.fromkeys((*amounts.gases, *amounts.co2e_by_gas))
    parts = [(name, _of_gas(amounts, name)) for name in names]
    parts += [
        (name, Amounts(outside={name: mass}, outside_co2e=_only(amounts.outside_co2e, name)))
        for name, mass in amounts.outside.items()
    ]
    if amounts.co2e_unsplit:
        parts.append((UNSPLIT, Amounts(co2e=amounts.co2e_unsplit, co2e_unsplit=amounts.co2e_unsplit)))
    if amounts.biogenic:
        parts.append(("CO2_BIOGENIC", Amounts(biogenic=amounts.biogenic)))
    return parts


def _of_gas(amounts: Amounts, name: str) -> Amounts:
    co2e = amounts.co2e_by_gas.get(name, ZERO)
    return Amounts(co2e=co2e, gases=_only(amounts.gases, name), co2e_by_gas=_only(amounts.co2e_by_gas, name))


def _only(values: Mapping[str, Decimal], name: str) -> dict[str, Decimal]:
    return {name: values[name]} if name in values else {}
