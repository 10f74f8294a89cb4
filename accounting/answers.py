"""What an activity type resolves to at a place and time, asked for once: cells by the thousand share a few answers.

Without factors of the tenant's own an answer depends on region and year alone, and serves every tenant. With them it
also depends on the tenant, the supplier, and the days on which the validity of one of them begins or ends.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from accounting.basis import Basis
from accounting.lines import Gap, OwnFactors, Place, ResolvedLine, resolve
from emission_factors.activity_types import activity_type
from emission_factors.factors import Factor
from emission_factors.units import unit


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines, each with its identity, and gaps.

    Quantities of one activity type, place and unit whose lines have the same identity may be added and multiplied once.
    """

    lines: tuple[tuple[str, ResolvedLine], ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is asked for; `day` is the first of the month that decides the factor, `own_tenant` the tenant
    whose own factors apply, if it has any.
    """

    activity_type: str
    region: str
    day: date
    supplier: str
    base_unit: str
    own_tenant: UUID | None


class OwnOfType:
    """A tenant's own factors for one activity type, by inventory line, and the days on which the validity of one of
    them begins or has ended; equal where the factors are.
    """

    __slots__ = ("_days", "_hash", "by_line")

    def __init__(self, by_line: tuple[tuple[str, tuple[Factor, ...]], ...]) -> None:
        factors = {factor for _, of_line in by_line for factor in of_line}
        ended = {factor.valid_to + timedelta(1) for factor in factors if factor.valid_to}
        self.by_line = by_line
        self._days = sorted({factor.valid_from for factor in factors} | ended)
        self._hash = hash(by_line)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnOfType) and self.by_line == other.by_line

    def __hash__(self) -> int:
        return self._hash

    def changed(self, day: date) -> date:
        """Return the last day up to `day` on which what is valid changed; the first of all days where it never did."""
        place = bisect_right(self._days, day)
        return self._days[place - 1] if place else date.min


class Answers:
    """The answers under one basis, with tenants' own factors; each is worked out when it is first asked for."""

    def __init__(self, basis: Basis, own: Mapping[UUID, OwnFactors]) -> None:
        # Neither the boundary, the instants of knowledge nor who chose moves a factor; without them more questions
        # share an answer.
        self._basis = replace(basis, approach=None, known_at=None, told_at=None, adopted_by=None)
        self._own = _by_type(own)
        self._found: dict[tuple[object, ...], Answer] = {}

    def of(self, asked: Asked) -> Answer:
        """Return the answer to a question."""
        own = self._own.get((asked.own_tenant, asked.activity_type))
        day = _deciding_day(asked.day, own) if self._basis.catalogue.is_yearly else asked.day
        # Published factors do not depend on who supplied, so that without own ones all suppliers share an answer.
        whose = (asked.own_tenant, asked.supplier) if own else (None, "")
        key = (asked.activity_type, asked.region, day, asked.base_unit, *whose)
        found = self._found.get(key)
        if found is None:
            place = Place(asked.region, day, day.year, whose[1])
            found = self._found[key] = _answer(self._basis, asked.activity_type, place, asked.base_unit, own)
        return found


def _by_type(own: Mapping[UUID, OwnFactors]) -> Mapping[tuple[UUID | None, str], OwnOfType]:
    found: dict[tuple[UUID | None, str], list[tuple[str, tuple[Factor, ...]]]] = {}
    for tenant, factors in own.items():
        for (code, line), of_line in factors.items():
            found.setdefault((tenant, code), []).append((line, tuple(of_line)))
    return {key: OwnOfType(tuple(by_line)) for key, by_line in found.items()}


def _deciding_day(day: date, own: OwnOfType | None) -> date:
    """Return the first day of the year, up to `day`, from which the same factors are valid as on `day`."""
    first = _first_of_year(day.year)
    return max(first, own.changed(day)) if own else first


@lru_cache(maxsize=256)
def _first_of_year(year: int) -> date:
    return date(year, 1, 1)


@lru_cache(maxsize=65536)
def _answer(basis: Basis, code: str, place: Place, base_unit: str, own: OwnOfType | None) -> Answer:
    """Resolve, once for all requests; what a tenant's factors say is part of the question."""
    by_line = {(code, line): factors for line, factors in own.by_line} if own else {}
    lines, gaps = resolve(basis, activity_type(code), place, unit(base_unit), by_line)
    return Answer(tuple((_identity(line), line) for line in lines), tuple(gaps))


def _identity(line: ResolvedLine) -> str:
    """Return what two months' lines must share to be one: the factors, what they are multiplied by, and the flags.

    A factor carried into a later year may convert by that year's density, and is flagged as carried.
    """
    selections = [found for found in (line.selection, line.complement) if found]
    used = [f"{found.factor.factor_id} {found.conversion.ratio}" for found in selections]
    return " ".join((line.line.code, *used, *sorted(line.flags)))
