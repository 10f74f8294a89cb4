"""How far a tenant or park is on the way to its target: base, path, what the ledger says, and what is missing of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from accounting.footprints import FootprintGap
from accounting.scenarios.declared_targets import DeclaredTarget
from accounting.scenarios.targets import BadTarget, Target, annual_cut, total_after
from emission_factors import decimals
from emission_factors.activity_types import Line, Scope


class Judgement(StrEnum):
    """Whether emissions are where the way to the target wants them."""

    ON_TRACK = "ON_TRACK"
    """At or below the value of the year, with nothing missing."""
    OFF_TRACK = "OFF_TRACK"
    """Above the value of the year; what is missing could only add to it."""
    INCOMPLETE = "INCOMPLETE"
    """Something is missing that could change the answer; it is named."""


@dataclass(frozen=True, slots=True)
class YearFigure:
    """A calendar year of a target's scopes: t CO2e, None where nothing was posted; `size` of the denominator, None
    without one or where months of it are missing; and in words what is missing of either.
    """

    year: int
    tonnes: Decimal | None
    size: Decimal | None
    missing: tuple[str, ...]

    def value(self, of: DeclaredTarget) -> Decimal | None:
        """Return the figure in the target's unit, an intensity rounded to `decimals.FACTOR_DIGITS` digits."""
        if self.tonnes is None or of.per is None:
            return self.tonnes
        return decimals.rounded(Fraction(self.tonnes) / Fraction(self.size)) if self.size else None


@dataclass(frozen=True, slots=True)
class Restatement:
    """The base year as it was first reported and as a recalculation left it, t CO2e of the target's scopes."""

    first: Decimal
    restated: Decimal


@dataclass(frozen=True, slots=True)
class DualControl:
    """A cut of an intensity over a plan: what it is a year, and the total after output has grown, None where growth or
    the total of the base year is not known.
    """

    annual_cut: Decimal
    base_total: Decimal | None
    growth: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """A target and where emissions are. Values are in the target's unit; None where something they need is missing.

    `base_value` is as stated or as the ledger says, `restated_base` the one that counts after a recalculation of the
    base year; `gap` is the value less that of the path, above 0 where too much is emitted, `gap_tonnes` the same in
    t CO2e.
    """

    declared: DeclaredTarget
    base_value: Decimal | None
    restated_base: Decimal | None
    target: Target | None
    path_value: Decimal | None
    actual: YearFigure
    value: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    gap_tonnes: Decimal | None
    judgement: Judgement
    missing: tuple[str, ...]
    dual_control: DualControl | None


def progress_of(
    declared: DeclaredTarget, base: YearFigure | None, restatement: Restatement | None, actual: YearFigure
) -> TargetProgress:
    """Return the progress of a year; `base` is the ledger's figure of the base year, None where its value is stated.

    A recalculated base year multiplies the base value by restated over first reported (GHG Protocol Corporate Standard,
    chapter 5; SBTi asks for the same).
    """
    base_value = declared.base_value if base is None else base.value(declared)
    restated = _restated(base_value, restatement)
    target, faults = _target(declared, base_value if restated is None else restated)
    value = actual.value(declared)
    path_value = target.value_in(actual.year) if target else None
    gap = decimals.EXACT.subtract(value, path_value) if value is not None and path_value is not None else None
    missing = (*(base.missing if base else ()), *faults, *actual.missing)
    return TargetProgress(
        declared=declared,
        base_value=base_value,
        restated_base=restated,
        target=target,
        path_value=path_value,
        actual=actual,
        value=value,
        progress=target.progress(value) if target and value is not None else None,
        gap=gap,
        gap_tonnes=_in_tonnes(declared, gap, actual),
        judgement=_judged(declared, gap, missing),
        missing=missing,
        dual_control=_dual_control(declared, base),
    )


def takes(declared: DeclaredTarget, line: Line) -> bool:
    """Whether an inventory line is within the target."""
    if line.scope not in declared.scopes:
        return False
    return line.scope is not Scope.SCOPE_2 or line.method is declared.scope_2_method


def gaps_in(declared: DeclaredTarget, gaps: Iterable[FootprintGap]) -> tuple[str, ...]:
    """Return what has no factor of the lines that a target takes, in words, each activity type once."""
    codes = dict.fromkeys(gap.activity.code for gap in gaps if takes(declared, gap.gap.line))
    return tuple(f"{code} has lines without a factor" for code in codes)


def _restated(base_value: Decimal | None, restatement: Restatement | None) -> Decimal | None:
    if base_value is None or restatement is None or not restatement.first:
        return None
    if restatement.first == restatement.restated:
        return None
    ratio = Fraction(restatement.restated) / Fraction(restatement.first)
    return decimals.rounded(Fraction(base_value) * ratio)


def _target(declared: DeclaredTarget, base_value: Decimal | None) -> tuple[Target | None, tuple[str, ...]]:
    if base_value is None:
        return None, ("the base year has no value",)
    try:
        return declared.target(base_value), ()
    except BadTarget as error:
        return None, (str(error),)


def _in_tonnes(declared: DeclaredTarget, gap: Decimal | None, actual: YearFigure) -> Decimal | None:
    if gap is None or declared.per is None:
        return gap
    return decimals.rounded(Fraction(gap) * Fraction(actual.size)) if actual.size is not None else None


def _judged(declared: DeclaredTarget, gap: Decimal | None, missing: tuple[str, ...]) -> Judgement:
    """Judge; emissions that are too high already stay so whatever is missing, an intensity may still move."""
    if gap is None or (missing and (gap <= 0 or declared.per is not None)):
        return Judgement.INCOMPLETE
    return Judgement.OFF_TRACK if gap > 0 else Judgement.ON_TRACK


def _dual_control(declared: DeclaredTarget, base: YearFigure | None) -> DualControl | None:
    cut = declared.method.intensity_cut
    if cut is None:
        return None
    years = declared.target_year - declared.base_year
    total = cut.base_total if cut.base_total is not None else (base.tonnes if base else None)
    after = None
    if total is not None and cut.growth is not None:
        after = total_after(total, cut.cut, cut.growth, years)
    return DualControl(annual_cut(cut.cut, years), total, cut.growth, after)
