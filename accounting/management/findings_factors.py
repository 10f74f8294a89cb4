"""Findings in the factors of a footprint: those that are years old, and those that are missing."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.footprints import FootprintGap, FootprintLine
from accounting.lines import NoSupply
from accounting.management.findings import Actor, Evidence, Finding, FindingKind, Severity, Subject, amount
from accounting.management.validity import last_day
from emission_factors.activity_types import Scope
from emission_factors.factors import Factor, Origin

MOST_YEARS: Final = 3
"""Years that a factor may be older than the activity. A supplier's product footprint is valid for three (PACT
Methodology, validity period); a yearly publication such as China's grid averages appears two years after its year."""
_OWN: Final = (Origin.SUPPLIER, Origin.CUSTOM)
_ALWAYS: Final = (Scope.SCOPE_1, Scope.SCOPE_2)
"""Scopes that every report has."""


def stale(lines: Iterable[FootprintLine]) -> Iterator[Finding]:
    """Yield a finding for every factor that ages and is more than three years older than what it is applied to.

    What a tenant or its supplier states ages, and so does what is published by the year; a fuel's carbon content does
    not. `lines` keep tenants apart.
    """
    oldest: dict[tuple[UUID, str, str], list[FootprintLine]] = {}
    for line in lines:
        factor, year = line.resolved.selection.factor, line.resolved.selection.wanted.year
        if line.tenant is not None and _ages(factor) and year - factor.data_year > MOST_YEARS:
            oldest.setdefault((line.tenant, line.activity.code, factor.factor_id), []).append(line)
    for (tenant, _, _), found in oldest.items():
        yield _stale(tenant, found)


def missing(gaps: Iterable[FootprintGap]) -> Iterator[Finding]:
    """Yield a finding for every activity type and supplier of a tenant that lacks a factor, for all its lines together.

    It is severe in scopes 1 and 2, which every report has, and a notice in scope 3. `gaps` keep tenants apart.
    """
    found: dict[tuple[UUID, str, str], list[FootprintGap]] = {}
    for gap in gaps:
        if gap.tenant is not None:
            found.setdefault((gap.tenant, gap.activity.code, gap.supplier), []).append(gap)
    for (tenant, _, _), together in found.items():
        yield _missing(tenant, together)


def _ages(factor: Factor) -> bool:
    is_computed = factor.dataset.dataset_id == "park"
    is_stated = factor.origin in _OWN and not is_computed
    return is_stated or (factor.origin is Origin.CATALOGUE and factor.dataset.carry_years is not None)


def _stale(tenant: UUID, lines: list[FootprintLine]) -> Finding:
    line = lines[0]
    selection = line.resolved.selection
    factor, is_own = selection.factor, selection.factor.origin in _OWN
    first, last = min(one.first_month for one in lines), max(one.last_month for one in lines)
    year = max(one.resolved.selection.wanted.year for one in lines)
    act = "Ask the supplier for its newest figure and register it." if is_own else "Move to a newer factor release."
    return Finding(
        kind=FindingKind.STALE_FACTOR,
        severity=Severity.WARNING,
        subject=Subject(tenant, activity_types=(line.activity.code,), supplier=line.supplier, factor=factor.factor_id),
        message=f"{line.activity.code} of {year} is taken at {factor.name_en}, a factor of {factor.data_year}.",
        evidence=(
            Evidence("years between", Decimal(year - factor.data_year)),
            Evidence("years accepted", Decimal(MOST_YEARS)),
            amount("quantity", line.activity.code, line.quantity, line.unit.code),
            Evidence("why it was chosen", text=selection.rule),
        ),
        since=first,
        actor=Actor.TENANT_ADMINISTRATOR if is_own else Actor.PARK_OPERATOR,
        action=act,
        first=first,
        last=last_day(last),
    )


def _missing(tenant: UUID, gaps: list[FootprintGap]) -> Finding:
    gap = min(gaps, key=lambda one: (one.gap.line.scope not in _ALWAYS, one.gap.line.scope, -one.quantity))
    first, last = min(one.first_month for one in gaps), max(one.last_month for one in gaps)
    is_supply = isinstance(gap.gap.error, NoSupply)
    act = (
        "The supplier has to post its fuel and purchases of the months, and give them factors."
        if is_supply
        else "Register the supplier's factor, or post it as an activity type that has one."
    )
    lines = ", ".join(sorted({one.gap.line.code for one in gaps}))
    return Finding(
        kind=FindingKind.MISSING_FACTOR,
        severity=Severity.SEVERE if gap.gap.line.scope in _ALWAYS else Severity.NOTICE,
        subject=Subject(tenant, activity_types=(gap.activity.code,), supplier=gap.supplier),
        message=f"{gap.activity.code} in {gap.region} is missing from {_scope(gap)}: {gap.gap.error}",
        evidence=(
            amount("quantity", gap.activity.code, gap.quantity, gap.unit.code),
            Evidence("inventory lines without a factor", text=lines),
        ),
        since=first,
        actor=Actor.PARK_OPERATOR if is_supply else Actor.TENANT_ADMINISTRATOR,
        action=act,
        first=first,
        last=last_day(last),
    )


def _scope(gap: FootprintGap) -> str:
    return gap.gap.line.scope.value.replace("_", " ").lower()
