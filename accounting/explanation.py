"""Why a number is what it is, step by step: quantity, conversions, factor and its source, GWPs, the rule that chose.

The steps are the whole arithmetic; whoever follows them comes to the same number, to the last digit:

1. Begin with QUANTITY. Multiply by SHARE and SIGN where they stand.
2. For each factor (`factor_id`; a complement begins anew) take its steps in their order. CONVERSION and PROPERTY lead
   to the factor's unit. FACTOR or COMPLEMENT gives the figure of a `subject`; a GWP step changes that of its own:
   CO2e as printed is divided by the printed GWP, which leaves the mass; the mass times the GWP asked for is the CO2e.
   CO2 has GWP 1 and needs no step. UNSPLIT is CO2e from the start.
3. Before the quantity is multiplied in, each figure per base unit of it (ROUNDING) is rounded to 50 digits.
4. The CO2e of all subjects without an OUTSIDE step add up to RESULT. What is shown is rounded to 12 decimal places of
   a kilogram, half to even.

A step without operation takes no part. The TERM steps of a subject multiply to its FACTOR. `value` has at most 50
digits; where the number has more, `fraction` is the number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import prod
from typing import Any, Final

from accounting.amounts import emitted
from accounting.effective import Flag
from accounting.grouping import UNSPLIT
from accounting.lines import NON_CO2, ResolvedLine
from accounting.own_factors import BIOGENIC_CO2
from emission_factors import chains, decimals, gases
from emission_factors.activity_types import ActivityType
from emission_factors.chains import Term
from emission_factors.factors import Citation, Factor, GasBasis
from emission_factors.gases import Gwp, GwpSet
from emission_factors.properties import Step as ConversionStep
from emission_factors.selection import Selection
from emission_factors.units import Unit, unit


class StepKind(StrEnum):
    """What a step of an explanation does."""

    QUANTITY = "QUANTITY"
    """The quantity accounted for."""
    SHARE = "SHARE"
    """The share of an operation that the organisational boundary takes in."""
    SIGN = "SIGN"
    """Minus one, where the quantity reduces a balance."""
    CONVERSION = "CONVERSION"
    """A conversion between units of one dimension."""
    PROPERTY = "PROPERTY"
    """A conversion over a physical property, such as a density or calorific value."""
    FACTOR = "FACTOR"
    """The factor chosen, as published."""
    TERM = "TERM"
    """A term of the product the factor was derived by; the terms of a subject multiply to its factor."""
    GWP = "GWP"
    """A global warming potential: divided by where the publisher's is taken out, multiplied by where it is applied."""
    COMPLEMENT = "COMPLEMENT"
    """A factor that supplies gases the chosen one lacks."""
    RULE = "RULE"
    """The rule that chose the factor."""
    OUTSIDE = "OUTSIDE"
    """A subject that is kept apart and not added to the total."""
    ROUNDING = "ROUNDING"
    """The base unit, per one of which each figure is rounded to 50 digits before the quantity is multiplied in."""
    NOTE = "NOTE"
    """Something a reader must know about the number."""
    RESULT = "RESULT"
    """CO2e in the total, as it is shown."""


class Operation(StrEnum):
    """What is done with the number of a step."""

    BEGIN = "BEGIN"
    """Begin with it."""
    MULTIPLY = "MULTIPLY"
    """Multiply by it."""
    DIVIDE = "DIVIDE"
    """Divide by it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `value` is in `unit`, `fraction` the number itself where `value` had to be rounded; a step without
    arithmetic has neither. `subject` is the gas it is about, `UNSPLIT` or `CO2_BIOGENIC`, empty where it is about all;
    `factor_id` the factor it belongs to, empty where it belongs to none.
    """

    kind: StepKind
    text: str
    value: Decimal | None = None
    unit: str = ""
    citation: Citation | None = None
    operation: Operation | None = None
    subject: str = ""
    factor_id: str = ""
    fraction: Fraction | None = None


FLAG_NOTES = {
    Flag.CO2_ONLY: "the factor gives carbon dioxide only; other gases are missing from the CO2e",
    Flag.GWP_SET_AS_PUBLISHED: "the publisher gives one CO2e total, which stays under the publisher's GWP set",
    Flag.PROXY_REGION: "the factor is published for a region that the basis names as proxy",
    Flag.NEAREST_EARLIER_YEAR: "the factor's data year is before the year of the activity",
    Flag.NO_RESIDUAL_MIX: "no residual mix is published here; the grid average stands in, the hierarchy's last rung",
    Flag.GWP_MISSING: "the GWP set has no value for a gas of this line; its mass is shown and its CO2e is missing",
    Flag.GAS_NOT_COUNTED: "the regime counts none of the gases of this line; their mass is shown outside the totals",
    Flag.CONFLICTING_SOURCE: "copies of the published figure disagree; see the factor's note",
}
"""Flag -> what it tells the reader."""

_WHOLE: Final = Decimal(1)
"""The share of an operation that is reported whole."""


def in_usual_unit(activity: ActivityType, quantity: Decimal, base: Unit) -> tuple[Decimal, Unit]:
    """Return a quantity of base units in the activity type's usual unit, where it is of that dimension and exact."""
    usual = unit(activity.default_unit)
    if usual.powers == base.powers:
        shown = Fraction(quantity) / usual.to_base
        exact = decimals.exact(shown)
        if Fraction(exact) == shown:
            return exact, usual
    return quantity, base


def explained(
    resolved: ResolvedLine, quantity: Decimal, counted_in: Unit, gwp_set: GwpSet, share: Decimal = _WHOLE
) -> list[Step]:
    """Return the steps from `share` of a quantity (in `counted_in`) to the emissions of a line, and what chose its
    factor.
    """
    steps = [*_accounted(resolved, quantity, counted_in, share)]
    steps += _used(resolved.selection, counted_in, StepKind.FACTOR, ())
    steps += _gwps(resolved.selection.factor, gwp_set)
    if resolved.complement is not None:
        steps += _used(resolved.complement, counted_in, StepKind.COMPLEMENT, NON_CO2)
        steps += _gwps(resolved.complement.factor, gwp_set, NON_CO2)
    steps += _outside(resolved)
    steps += [Step(StepKind.NOTE, FLAG_NOTES[flag]) for flag in sorted(resolved.flags)]
    return [*steps, _rounding(counted_in), _result(resolved, quantity, counted_in, share)]


def _accounted(resolved: ResolvedLine, quantity: Decimal, counted_in: Unit, share: Decimal) -> Iterator[Step]:
    yield Step(StepKind.QUANTITY, "quantity accounted for", quantity, counted_in.code, operation=Operation.BEGIN)
    if share != _WHOLE:
        text = "share of the operation inside the organisational boundary"
        yield Step(StepKind.SHARE, text, share, "fraction", operation=Operation.MULTIPLY)
    if resolved.line.sign < 0:
        text = "the quantity reduces a balance, so the line is negative"
        yield Step(StepKind.SIGN, text, Decimal(-1), operation=Operation.MULTIPLY)


def _used(selection: Selection, counted_in: Unit, kind: StepKind, only: tuple[str, ...]) -> Iterator[Step]:
    factor = selection.factor
    for step in _conversions(selection, counted_in):
        yield _conversion(step, factor.factor_id)
    yield from _printed(factor, kind, only)
    for gas, terms in factor.terms:
        if not only or gas.split("_")[0] in only:
            yield from _derivation(factor, _subject(gas), terms)
    yield Step(StepKind.RULE, selection.rule, factor_id=factor.factor_id)


def _conversions(selection: Selection, counted_in: Unit) -> Iterator[ConversionStep]:
    """Yield the steps from the unit the quantity is shown in, instead of the one it was posted in."""
    posted, steps = selection.wanted.unit, selection.conversion.steps
    first = ConversionStep(counted_in.code, posted.code, counted_in.to_base / posted.to_base)
    if steps and steps[0].via is None:
        first = ConversionStep(first.source, steps[0].target, first.ratio * steps[0].ratio)
        steps = steps[1:]
    yield from (step for step in (first, *steps) if step.source != step.target)


def _conversion(step: ConversionStep, factor_id: str) -> Step:
    kind, text = StepKind.CONVERSION, f"1 {step.source} in {step.target}"
    if step.via is not None:
        found = step.via
        figure = f"{found.name} {decimals.plain(found.value)} {found.unit}"
        kind, text = StepKind.PROPERTY, f"{text}, by {figure} ({found.property_id})"
    return _step(kind, text, step.ratio, step.target, operation=Operation.MULTIPLY, factor_id=factor_id)


def _printed(factor: Factor, kind: StepKind, only: tuple[str, ...]) -> Iterator[Step]:
    """Yield what the publisher prints: the total where there is one, then each gas, then what the gases leave of it."""
    of_gases = "kg CO2e of" if factor.basis is GasBasis.CO2E_BY_GAS else "kg"
    if not only and factor.co2e is not None:
        subject = "" if factor.basis is GasBasis.CO2E_BY_GAS else UNSPLIT
        yield _figure(factor, kind, "CO2e", factor.co2e, "kg CO2e", subject)
    for name, value in factor.gases:
        if not only or name.split("_")[0] in only:
            yield _figure(factor, kind, name, value, f"{of_gases} {name}", name)
    if not only and factor.co2e is not None and factor.basis is GasBasis.CO2E_BY_GAS:
        rest = factor.co2e - sum(value for _, value in factor.gases)
        if rest:
            yield _figure(factor, kind, "CO2e that the total holds beyond its gases", rest, "kg CO2e", UNSPLIT)
    if not only and factor.co2_biogenic is not None:
        yield _figure(factor, kind, "biogenic CO2", factor.co2_biogenic, "kg CO2", BIOGENIC_CO2)


def _figure(factor: Factor, kind: StepKind, name: str, value: Fraction, measure: str, subject: str) -> Step:
    """Return the step of one figure; a printed total whose parts follow has no subject and takes no part."""
    return _step(
        kind,
        f"{factor.factor_id}: {factor.name_en}, {name}",
        value,
        f"{measure}/{factor.unit}",
        citation=factor.citation,
        operation=Operation.MULTIPLY if subject else None,
        subject=subject,
        factor_id=factor.factor_id,
    )


def _derivation(factor: Factor, subject: str, terms: Sequence[Term]) -> Iterator[Step]:
    """Yield the terms of a chain, and what brings their product to kg of gas per unit: units, then molar masses."""
    about: dict[str, Any] = {"subject": subject, "factor_id": factor.factor_id}
    for term in terms:
        text = f"{subject}: {term.name}{f' ({term.source})' if term.source else ''}"
        yield Step(StepKind.TERM, text, term.value, term.unit, **about)
    scale = unit(factor.unit).to_base * prod(chains.labelled_unit(term.unit).to_base for term in terms)
    if scale != 1:
        text = f"{subject}: the terms' units in kg/{factor.unit}"
        yield _step(StepKind.TERM, text, scale, f"kg/{factor.unit}", **about)
    product = scale * prod(Fraction(term.value) for term in terms)
    molar = _value(factor, subject) / product if product else Fraction(1)
    if molar != 1:
        yield _step(StepKind.TERM, f"{subject}: gas per mass of its carbon or nitrogen", molar, "kg/kg", **about)


def _subject(gas: str) -> str:
    """Return what a chain's steps are about; a chain may name its gas by an alias."""
    if gas in (chains.CO2E, BIOGENIC_CO2):
        return UNSPLIT if gas == chains.CO2E else gas
    return gases.gas(gas).code


def _value(factor: Factor, subject: str) -> Fraction:
    figures = {**dict(factor.gases), UNSPLIT: factor.co2e, BIOGENIC_CO2: factor.co2_biogenic}
    return figures[subject] or Fraction(0)


def _gwps(factor: Factor, gwp_set: GwpSet, only: tuple[str, ...] = ()) -> Iterator[Step]:
    """Yield what takes CO2e as printed back to mass, and mass to the CO2e asked for."""
    printed_with = factor.gwp_set if factor.basis is GasBasis.CO2E_BY_GAS else None
    for name, _ in factor.gases:
        if name == gases.CO2 or (only and name.split("_")[0] not in only):
            continue
        if printed_with is not None:
            yield _gwp(factor, name, gases.gwp(name, printed_with), Operation.DIVIDE)
        try:
            yield _gwp(factor, name, gases.gwp(name, gwp_set), Operation.MULTIPLY)
        except gases.UnknownGwp:
            continue


def _gwp(factor: Factor, name: str, found: Gwp, operation: Operation) -> Step:
    printed = "as printed with " if operation is Operation.DIVIDE else ""
    return Step(
        StepKind.GWP,
        f"{name}, {printed}{found.gwp_set}: {found.table}",
        found.value,
        "kg CO2e/kg",
        operation=operation,
        subject=name,
        factor_id=factor.factor_id,
    )


def _outside(resolved: ResolvedLine) -> Iterator[Step]:
    for name in resolved.factor.outside:
        text = f"{name} is of none of the gas groups that the regime counts: it stands apart from the total"
        yield Step(StepKind.OUTSIDE, text, subject=name)
    if resolved.selection.factor.co2_biogenic is not None:
        text = "biogenic CO2 stands outside the scopes, apart from the total"
        yield Step(StepKind.OUTSIDE, text, subject=BIOGENIC_CO2)


def _rounding(counted_in: Unit) -> Step:
    text = f"each figure is rounded to {decimals.FACTOR_DIGITS} digits per {counted_in.base}; 1 {counted_in.code} is"
    return _step(StepKind.ROUNDING, text, counted_in.to_base, counted_in.base)


def _result(resolved: ResolvedLine, quantity: Decimal, counted_in: Unit, share: Decimal) -> Step:
    reported = decimals.product(counted_in.in_base(quantity), share)
    co2e = emitted(reported, resolved.factor, resolved.line.sign).co2e
    text = f"CO2e in the total, rounded to {decimals.SHOWN_PLACES} decimal places"
    return Step(StepKind.RESULT, text, decimals.shown(co2e), "kg CO2e")


def _step(kind: StepKind, text: str, number: Fraction, in_unit: str, **more: Any) -> Step:
    """Return a step with its number as a decimal, and as a fraction where that decimal is not the number."""
    value = decimals.rounded(number)
    return Step(kind, text, value, in_unit, fraction=None if Fraction(value) == number else number, **more)
