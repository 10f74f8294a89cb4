"""Totals of a footprint: by scope, and by any of its dimensions. Every total is the exact sum of its lines.

Claims (avoided emissions, removals, offsets) are no emissions and in none of them; see `outside`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.amounts import ZERO, Amounts, added
from accounting.footprints import FootprintLine
from accounting.outside import is_claim
from emission_factors.activity_types import Method, Scope


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
    QUALITY = "QUALITY"
    """How the quantities came about: measured, billed or estimated."""


UNSPLIT: Final = "UNSPLIT"


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


def totals(lines: Iterable[FootprintLine]) -> Totals:
    """Return the sums by scope over lines."""
    parts: dict[tuple[Scope, Method | None], list[Amounts]] = {}
    for line in _emissions(lines):
        parts.setdefault((line.line.scope, line.line.method), []).append(line.amounts)
    return _totals(parts)


def grouped(lines: Iterable[FootprintLine], by: Sequence[Dimension]) -> list[Group]:
    """Return totals for each combination of the dimensions, in the order of these; see `in_order`.

    Grouping by gas splits each line; the parts of a line add up to it.
    """
    groups: dict[tuple[object, ...], dict[tuple[Scope, Method | None], list[Amounts]]] = {}
    for line in _emissions(lines):
        for gas, amounts in _by_gas(line.amounts) if Dimension.GAS in by else ((None, line.amounts),):
            key = tuple(gas if dimension is Dimension.GAS else _VALUES[dimension](line) for dimension in by)
            groups.setdefault(key, {}).setdefault((line.line.scope, line.line.method), []).append(amounts)
    return [Group(MappingProxyType(dict(zip(by, key, strict=True))), _totals(groups[key])) for key in in_order(groups)]


def in_order(keys: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return combinations of values by the first dimension, then the next: what has no value first, scopes as they are
    numbered, months in time, tenants and sites as they were registered, everything else by its text, categories of
    scope 3 by their number.
    """
    return sorted(keys, key=lambda key: tuple(map(_place, key)))


def _place(value: object) -> tuple[int, int, str]:
    if value is None:
        return (0, 0, "")
    if isinstance(value, Scope):
        return (1, _SCOPES.index(value), "")
    text = str(value)  # of a month, and of an id that counts up in time, it is in their order
    return (1, int(text), "") if text.isdecimal() else (2, 0, text)


_SCOPES: Final = tuple(Scope)


def _emissions(lines: Iterable[FootprintLine]) -> Iterator[FootprintLine]:
    return (line for line in lines if not is_claim(line.line))


def members(lines: Iterable[FootprintLine], by: Sequence[Dimension]) -> dict[tuple[object, ...], list[FootprintLine]]:
    """Return the lines of each group by its values of the dimensions, in order; by gas, what of a line is that gas."""
    found: dict[tuple[object, ...], list[FootprintLine]] = {}
    for line in lines:
        for gas, amounts in _by_gas(line.amounts) if Dimension.GAS in by else ((None, line.amounts),):
            key = tuple(gas if dimension is Dimension.GAS else _VALUES[dimension](line) for dimension in by)
            found.setdefault(key, []).append(line if gas is None else replace(line, amounts=amounts))
    return found


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
        Dimension.QUALITY: lambda line: line.quality,
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
