"""Why a number is what it is, step by step: quantity, conversions, factor and its source, GWPs, the rule that chose.

The steps follow the arithmetic: multiplying the values of the QUANTITY, CONVERSION and FACTOR steps by the GWP steps
gives the result. Ratios are exact; a value that has no finite decimal is shown to 50 digits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from accounting.effective import Flag
from accounting.lines import NON_CO2, ResolvedLine
from emission_factors import decimals, gases
from emission_factors.activity_types import ActivityType
from emission_factors.factors import Citation, Factor, GasBasis
from emission_factors.gases import Gwp, GwpSet
from emission_factors.properties import Step as ConversionStep
from emission_factors.selection import Selection
from emission_factors.units import Unit, unit


class StepKind(StrEnum):
    """What a step of an explanation does."""

    QUANTITY = "QUANTITY"
    """The quantity accounted for."""
    CONVERSION = "CONVERSION"
    """A conversion between units of one dimension."""
    PROPERTY = "PROPERTY"
    """A conversion over a physical property, such as a density or calorific value."""
    FACTOR = "FACTOR"
    """The factor chosen, as published."""
    TERM = "TERM"
    """A term of the product the factor was derived by."""
    GWP = "GWP"
    """A global warming potential applied."""
    COMPLEMENT = "COMPLEMENT"
    """A factor that supplies gases the chosen one lacks."""
    RULE = "RULE"
    """The rule that chose the factor."""
    NOTE = "NOTE"
    """Something a reader must know about the number."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `value` is in `unit`; a step without arithmetic has neither."""

    kind: StepKind
    text: str
    value: Decimal | None = None
    unit: str = ""
    citation: Citation | None = None


FLAG_NOTES = {
    Flag.CO2_ONLY: "the factor gives carbon dioxide only; other gases are missing from the CO2e",
    Flag.GWP_SET_AS_PUBLISHED: "the publisher gives one CO2e total, which stays under the publisher's GWP set",
    Flag.PROXY_REGION: "the factor is published for a region that the basis names as proxy",
    Flag.NEAREST_EARLIER_YEAR: "the factor's data year is before the year of the activity",
    Flag.NO_RESIDUAL_MIX: "no residual mix is published here; the grid average stands in, the hierarchy's last rung",
    Flag.GWP_MISSING: "the GWP set has no value for a gas of this line; its mass is shown and its CO2e is missing",
    Flag.CONFLICTING_SOURCE: "copies of the published figure disagree; see the factor's note",
}
"""Flag -> what it tells the reader."""


def in_usual_unit(activity: ActivityType, quantity: Decimal, base: Unit) -> tuple[Decimal, Unit]:
    """Return a quantity of base units in the activity type's usual unit, where it is of that dimension and exact."""
    usual = unit(activity.default_unit)
    if usual.powers == base.powers:
        shown = Fraction(quantity) / usual.to_base
        exact = decimals.exact(shown)
        if Fraction(exact) == shown:
            return exact, usual
    return quantity, base


def explained(resolved: ResolvedLine, quantity: Decimal, counted_in: Unit, gwp_set: GwpSet) -> list[Step]:
    """Return the steps from a quantity (in `counted_in`) to the emissions of a line, and what chose its factor."""
    steps = [Step(StepKind.QUANTITY, "quantity accounted for", quantity, counted_in.code)]
    steps += _used(resolved.selection, counted_in, StepKind.FACTOR, ())
    steps += _gwps(resolved.selection.factor, gwp_set)
    if resolved.complement is not None:
        steps += _used(resolved.complement, counted_in, StepKind.COMPLEMENT, NON_CO2)
        steps += _gwps(resolved.complement.factor, gwp_set, NON_CO2)
    steps += [Step(StepKind.NOTE, FLAG_NOTES[flag]) for flag in sorted(resolved.flags)]
    if resolved.line.sign < 0:
        steps.append(Step(StepKind.NOTE, "the quantity reduces a balance, so the line is negative"))
    return steps


def _used(selection: Selection, counted_in: Unit, kind: StepKind, only: tuple[str, ...]) -> Iterator[Step]:
    for step in _conversions(selection, counted_in):
        yield _conversion(step)
    factor = selection.factor
    for name, value, per in _printed(factor, only):
        yield Step(kind, f"{factor.factor_id}: {factor.name_en}, {name}", value, per, factor.citation)
    for gas, terms in factor.terms:
        for term in terms:
            yield Step(
                StepKind.TERM, f"{gas}: {term.name}{f' ({term.source})' if term.source else ''}", term.value, term.unit
            )
    yield Step(StepKind.RULE, selection.rule)


def _conversions(selection: Selection, counted_in: Unit) -> Iterator[ConversionStep]:
    """Yield the steps from the unit the quantity is shown in, instead of the one it was posted in."""
    posted, steps = selection.wanted.unit, selection.conversion.steps
    first = ConversionStep(counted_in.code, posted.code, counted_in.to_base / posted.to_base)
    if steps and steps[0].via is None:
        first = ConversionStep(first.source, steps[0].target, first.ratio * steps[0].ratio)
        steps = steps[1:]
    yield from (step for step in (first, *steps) if step.source != step.target)


def _conversion(step: ConversionStep) -> Step:
    ratio = decimals.rounded(step.ratio)
    if step.via is None:
        return Step(StepKind.CONVERSION, f"1 {step.source} in {step.target}", ratio, step.target)
    found = step.via
    figure = f"{found.name} {decimals.plain(found.value)} {found.unit}"
    text = f"1 {step.source} in {step.target}, by {figure} ({found.property_id})"
    return Step(StepKind.PROPERTY, text, ratio, step.target)


def _printed(factor: Factor, only: tuple[str, ...]) -> Iterator[tuple[str, Decimal, str]]:
    """Yield what the publisher prints: the total where there is one, then each gas."""
    if factor.co2e is not None and not only:
        yield "CO2e", decimals.rounded(factor.co2e), f"kg CO2e/{factor.unit}"
    measure = "kg CO2e of" if factor.basis is GasBasis.CO2E_BY_GAS else "kg"
    for name, value in factor.gases:
        if not only or name.split("_")[0] in only:
            yield name, decimals.rounded(value), f"{measure} {name}/{factor.unit}"
    if factor.co2_biogenic is not None and not only:
        yield "biogenic CO2", decimals.rounded(factor.co2_biogenic), f"kg CO2/{factor.unit}"


def _gwps(factor: Factor, gwp_set: GwpSet, only: tuple[str, ...] = ()) -> Iterator[Step]:
    printed_with = factor.gwp_set if factor.basis is GasBasis.CO2E_BY_GAS else None
    for name, _ in factor.gases:
        if name == gases.CO2 or (only and name.split("_")[0] not in only) or printed_with is gwp_set:
            continue
        try:
            found = gases.gwp(name, gwp_set)
        except gases.UnknownGwp:
            continue
        if printed_with is None:
            yield Step(StepKind.GWP, f"{name}, {gwp_set}: {found.table}", found.value, "kg CO2e/kg")
        else:
            yield _restated(name, found, gases.gwp(name, printed_with))


def _restated(name: str, now: Gwp, printed: Gwp) -> Step:
    """Return the step from CO2e as printed to CO2e under the GWP set asked for: over one GWP, times the other."""
    ratio = decimals.rounded(Fraction(now.value) / Fraction(printed.value))
    text = f"{name}, printed with {printed.gwp_set} {printed.value}, restated by {now.gwp_set} {now.value}: {now.table}"
    return Step(StepKind.GWP, text, ratio, "kg CO2e/kg CO2e")
