"""From an activity's place, time and unit to the inventory lines it yields, each with its factor and explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from accounting.basis import Basis
from accounting.consolidation import NoStake
from accounting.effective import EffectiveFactor, Flag, combined, effective
from emission_factors.activity_types import Absence, ActivityType, Line
from emission_factors.factors import Factor, GasBasis, Status
from emission_factors.selection import NoFactor, Selection, SelectionError, Wanted, select
from emission_factors.units import Unit

NON_CO2: Final = ("CH4", "N2O")
"""Gases a complement supplies where the chosen factor gives CO2 only (IPCC 2006 Guidelines vol. 2 ch. 2)."""

OwnFactors = Mapping[tuple[str, str], Sequence[Factor]]
"""(activity type code, line code) -> a tenant's supplier and custom factors."""


class NoSupply(ValueError):
    """What a party of the park supplies has no factor in a month; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where, when and from whom: what a factor depends on besides the line. `year` holds most days of the period."""

    region: str
    day: date
    year: int
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """One inventory line with its factor, per base unit of the quantity."""

    line: Line
    selection: Selection
    complement: Selection | None
    factor: EffectiveFactor
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class Gap:
    """A line that should be in the total and is not: no factor is admissible, or nobody said whose it is on a day.

    A gap is reported, never taken for zero.
    """

    line: Line
    error: SelectionError | NoStake | NoSupply


def resolve(
    basis: Basis, activity: ActivityType, place: Place, unit: Unit, own: OwnFactors
) -> tuple[list[ResolvedLine], list[Gap]]:
    """Return the lines one unit of an activity yields under the basis, and those whose factor is missing.

    A line that need not arise (a bio part, an optional upstream line) leaves no gap; a conflict always does.
    """
    resolved: list[ResolvedLine] = []
    gaps: list[Gap] = []
    for line in activity.lines:
        if not basis.regime.reports(line):
            continue
        try:
            resolved.append(_resolve_line(basis, activity, line, place, unit, own))
        except SelectionError as error:
            if line.absence is Absence.GAP or not isinstance(error, NoFactor):
                gaps.append(Gap(line, error))
    return resolved, gaps


def with_factor(basis: Basis, line: Line, selection: Selection) -> ResolvedLine:
    """Return a line whose factor the caller named; nothing is looked for, nothing complements it."""
    return _resolved(basis, line, selection, None, frozenset())


def _resolve_line(
    basis: Basis, activity: ActivityType, line: Line, place: Place, unit: Unit, own: OwnFactors
) -> ResolvedLine:
    wanted = Wanted(
        kind=line.kind,
        region=place.region,
        day=place.day,
        year=place.year,
        unit=unit,
        substance=activity.substance,
        supplier=place.supplier,
        purpose=basis.regime.purpose,
        calibres=basis.regime.calibres(line.method),
        proxies=basis.proxies,
        published_by=basis.published_by,
    )
    selection, flags = _first_of(basis, wanted, own.get((activity.code, line.code), ()))
    return _resolved(basis, line, selection, _complement(basis, line, wanted, selection), flags)


def _first_of(basis: Basis, wanted: Wanted, own: Sequence[Factor]) -> tuple[Selection, frozenset[Flag]]:
    """Try the kinds of `residual mix>grid average` in order; a later one is flagged, the last one's refusal stands."""
    kinds = wanted.kind.split(">")
    for kind in kinds[:-1]:
        try:
            return select(basis.catalogue, replace(wanted, kind=kind), own), frozenset()
        except NoFactor:
            continue
    last = select(basis.catalogue, replace(wanted, kind=kinds[-1]), own)
    return last, frozenset({Flag.NO_RESIDUAL_MIX}) if len(kinds) > 1 else frozenset()


def _complement(basis: Basis, line: Line, wanted: Wanted, main: Selection) -> Selection | None:
    """Find what gives CH4 and N2O where the winner gives CO2 only and the regime counts them."""
    wants_them = bool(basis.regime.kyoto_groups & set(NON_CO2))
    if not line.complement or main.factor.basis is not GasBasis.CO2_ONLY or not wants_them:
        return None
    try:
        return select(basis.catalogue, replace(wanted, kind=line.complement, only_gases=NON_CO2))
    except NoFactor:
        return None


def _resolved(
    basis: Basis, line: Line, selection: Selection, complement: Selection | None, flags: frozenset[Flag]
) -> ResolvedLine:
    factor = _effective(basis, selection)
    if complement is not None:
        factor = combined(factor, _effective(basis, complement, NON_CO2))
    found = flags | factor.flags | _flags_of(selection)
    if complement is not None or not basis.regime.kyoto_groups - {"CO2"}:
        found -= {Flag.CO2_ONLY}
    if factor.outside and not (factor.masses or factor.co2e_unsplit or factor.biogenic):
        found |= {Flag.GAS_NOT_COUNTED}
    return ResolvedLine(line, selection, complement, factor, found)


def _effective(basis: Basis, selection: Selection, only: tuple[str, ...] = ()) -> EffectiveFactor:
    per_base_unit = selection.conversion.ratio / selection.wanted.unit.to_base
    return effective(selection.factor, per_base_unit, basis.gwp_set, basis.regime.kyoto_groups, only)


def _flags_of(selection: Selection) -> frozenset[Flag]:
    factor = selection.factor
    raised = {
        Flag.CO2_ONLY: factor.basis is GasBasis.CO2_ONLY,
        Flag.PROXY_REGION: selection.is_proxy,
        Flag.NEAREST_EARLIER_YEAR: factor.dataset.carry_years is not None and factor.data_year < selection.wanted.year,
        Flag.CONFLICTING_SOURCE: factor.status is Status.CONFLICTING,
    }
    return frozenset(flag for flag, is_raised in raised.items() if is_raised)
