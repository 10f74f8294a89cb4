"""A footprint: quantity cells times factors, folded into inventory lines. Linear in quantity, additive over its parts.

Cells arrive summed to the grain that the factor depends on. What is not asked apart (tenant, site, month) is added up
before it is multiplied, so the work does not grow with the park.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.amounts import ZERO, Amounts, added, emitted
from accounting.basis import Basis
from accounting.lines import Gap, OwnFactors, Place, ResolvedLine, resolve
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
    quantities: dict[tuple[object, ...], _Sum] = {}
    missing: dict[tuple[object, ...], _Sum] = {}
    for cell in cells:
        resolved, gaps = _resolved(basis, cell, own)
        month = cell.day if keeps_months else None
        where = (cell.tenant, cell.site, cell.activity_type, cell.region, cell.supplier, cell.base_unit)
        for line in resolved:
            complement = line.complement.factor.factor_id if line.complement else ""
            key = (*where, month, line.line.code, line.selection.factor.factor_id, complement)
            quantities.setdefault(key, _Sum(cell, line)).add(cell)
        for gap in gaps:
            missing.setdefault((*where, gap.line.code), _Sum(cell, gap)).add(cell)
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
            key = tuple(gas if dimension is Dimension.GAS else _value(line, dimension) for dimension in by)
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


def _resolved(
    basis: Basis, cell: Cell, own: Mapping[UUID, OwnFactors]
) -> tuple[tuple[ResolvedLine, ...], tuple[Gap, ...]]:
    own_factors = own.get(cell.own_tenant, {}) if cell.own_tenant else {}
    if any(code == cell.activity_type for code, _ in own_factors):
        place = Place(cell.region, cell.day, cell.day.year, cell.supplier)
        resolved, gaps = resolve(basis, activity_type(cell.activity_type), place, unit(cell.base_unit), own_factors)
        return tuple(resolved), tuple(gaps)
    day = cell.day.replace(month=1, day=1) if basis.catalogue.is_yearly else cell.day
    return _published(basis, cell.activity_type, cell.region, day, cell.base_unit)


@lru_cache(maxsize=65536)
def _published(
    basis: Basis, code: str, region: str, day: date, base_unit: str
) -> tuple[tuple[ResolvedLine, ...], tuple[Gap, ...]]:
    """Resolve with published factors alone; they do not depend on who consumed or who supplied."""
    resolved, gaps = resolve(basis, activity_type(code), Place(region, day, day.year), unit(base_unit), {})
    return tuple(resolved), tuple(gaps)


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


def _value(line: FootprintLine, dimension: Dimension) -> object:
    values: dict[Dimension, object] = {
        Dimension.SCOPE: line.line.scope,
        Dimension.CATEGORY: line.line.category,
        Dimension.TENANT: line.tenant,
        Dimension.SITE: line.site,
        Dimension.ACTIVITY_TYPE: line.activity.code,
        Dimension.MONTH: line.month,
    }
    return values[dimension]


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
    return Amounts(co2e=co2e, gases=_only(amounts.gases, name), co2e_by_gas={name: co2e})


def _only(values: Mapping[str, Decimal], name: str) -> dict[str, Decimal]:
    return {name: values[name]} if name in values else {}
