"""Activity types: what can be posted, and the inventory lines one unit of it yields.

One litre of diesel yields a scope 1 line, a scope 3 category 3 line and, for the bio part, a line outside the
scopes. A type may carry a qualifier after a slash, `refrigerant.leaked/R-410A`; the qualifier names a substance, a
material or an industry of the factor that the lines ask for.
"""

import csv
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from emission_factors.resources import open_data


class Scope(StrEnum):
    """Where an inventory line is reported (GHG Protocol Corporate Standard ch. 4)."""

    SCOPE_1 = "SCOPE_1"
    """Direct emissions of what the organisation owns or controls."""
    SCOPE_2 = "SCOPE_2"
    """Purchased electricity, steam, heat, cooling and compressed air."""
    SCOPE_3 = "SCOPE_3"
    """Other indirect emissions of the value chain."""
    OUTSIDE = "OUTSIDE"
    """Outside the scopes: biogenic CO2, gases outside the Kyoto groups, memo lines."""


class Method(StrEnum):
    """Which of the two scope 2 totals a line belongs to (GHG Protocol Scope 2 Guidance ch. 6)."""

    LOCATION = "LOCATION"
    """By the grid the consumption is on."""
    MARKET = "MARKET"
    """By what was contracted."""


class Absence(StrEnum):
    """What it means when no factor is found for a line."""

    GAP = "GAP"
    """The line is missing from the total, and is reported as missing."""
    NONE = "NONE"
    """The line does not arise: a fuel without bio part, an optional upstream line."""


class UnknownActivityType(ValueError):
    """A text names no activity type, or lacks the qualifier the type needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One inventory line of an activity type.

    `kind` is what the factor must be for; `complement` the kind that supplies CH4 and N2O where the chosen factor gives
    CO2 only; `sign` is -1 where the quantity reduces a balance; `regimes` the codes of those under which alone the line
    arises, all where it is empty.
    """

    code: str
    scope: Scope
    method: Method | None
    category: str
    iso_category: str
    kind: str
    complement: str
    sign: int
    absence: Absence
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityType:
    """One entry of the catalogue. `dimensions` are those a quantity may be posted in; `code` carries the qualifier."""

    code: str
    type_id: str
    qualifier: str
    name_en: str
    name_zh: str
    group: str
    substance: str
    dimensions: tuple[str, ...]
    default_unit: str
    qualifier_kind: str
    source_type: str
    description: str
    lines: tuple[Line, ...]


def activity_type(code: str) -> ActivityType:
    """Return the type of a code, its lines filled in with the qualifier; raises `UnknownActivityType`."""
    return _qualified(code)


def all_activity_types() -> tuple[ActivityType, ...]:
    """Return every type of the catalogue, unqualified, in its order."""
    return tuple(_table().values())


@lru_cache(maxsize=8192)
def _qualified(code: str) -> ActivityType:
    type_id, _, qualifier = code.partition("/")
    found = _table().get(type_id)
    if found is None:
        raise UnknownActivityType(f"{code!r} is not an activity type of the catalogue; search activityTypes for one")
    if bool(found.qualifier_kind) != bool(qualifier):
        raise UnknownActivityType(_qualifier_message(found, qualifier))
    if not qualifier:
        return found
    return _with_qualifier(found, code, qualifier)


def _qualifier_message(found: ActivityType, qualifier: str) -> str:
    if qualifier:
        return f"{found.type_id} takes no qualifier, {qualifier!r} was given"
    return f"{found.type_id} needs a qualifier ({found.qualifier_kind}): write {found.type_id}/<{found.qualifier_kind}>"


def _with_qualifier(found: ActivityType, code: str, qualifier: str) -> ActivityType:
    lines = tuple(replace(line, kind=line.kind.replace("{q}", qualifier)) for line in found.lines)
    return replace(found, code=code, qualifier=qualifier, lines=lines)


@lru_cache(maxsize=1)
def _table() -> dict[str, ActivityType]:
    lines = _lines()
    with open_data("activity_types.csv") as rows:
        return {row["id"]: _type(row, lines.get(row["id"], ())) for row in csv.DictReader(rows)}


def _lines() -> dict[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = {}
    with open_data("inventory_lines.csv") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["activity_type"], []).append(_line(row))
    return {type_id: tuple(lines) for type_id, lines in found.items()}


def _line(row: dict[str, str]) -> Line:
    scope = {"1": Scope.SCOPE_1, "2": Scope.SCOPE_2, "3": Scope.SCOPE_3, "outside": Scope.OUTSIDE}[row["scope"]]
    return Line(
        row["line"],
        scope,
        Method(row["method"]) if row["method"] else None,
        row["category"],
        row["iso_category"],
        row["kind"],
        row["complement"],
        int(row["sign"]),
        Absence(row["absence"]),
        tuple(row["regimes"].split()),
    )


def _type(row: dict[str, str], lines: tuple[Line, ...]) -> ActivityType:
    return ActivityType(
        row["id"],
        row["id"],
        "",
        row["name_en"],
        row["name_zh"],
        row["group"],
        row["substance"],
        tuple(row["dimensions"].split()),
        row["default_unit"],
        row["qualifier"],
        row["source_type"],
        row["description"],
        lines,
    )
