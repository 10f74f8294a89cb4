"""The uncertainty of a footprint: every line is the product of a quantity and a factor, and lines share them.

A factor is one quantity of the world wherever it is used, so that all lines that use it move together. So do all lines
of a tenant's quantity of one activity type, quality and supplier at a site, whatever the month: what is wrong with a
meter is wrong with it all year. Conversions between units count as exact, or as part of what is declared of the two.
Lines that emit nothing have nothing to be uncertain of and are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.footprints import FootprintLine
from accounting.judgement.activity_uncertainty import DeclaredUncertainty, Spread, Uncertainties, published
from accounting.judgement.monte_carlo import Distribution, Fixed, Lognormal, Normal, SampledInput, SampledLine
from accounting.judgement.uncertainty import (
    CombinedUncertainty,
    UncertainInput,
    UncertainLine,
    UncertaintyForm,
    combined_gsd2,
    combined_percent,
    gsd2_of_product,
    percent_of_product,
)
from accounting.lines import NON_CO2
from emission_factors import decimals
from emission_factors.factors import Factor

_COMBINED: Final = {UncertaintyForm.PERCENT: combined_percent, UncertaintyForm.GSD2: combined_gsd2}
_OF_PRODUCT: Final = {UncertaintyForm.PERCENT: percent_of_product, UncertaintyForm.GSD2: gsd2_of_product}
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Input:
    """A quantity or a factor: its `code` is the same wherever it is the same; `spread` None where nobody declared it,
    `document` says who did.
    """

    code: str
    spread: Spread | None
    document: str
    declared: DeclaredUncertainty | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor makes of a line: `emission` in kg CO2e, negative for a removal."""

    line: FootprintLine
    factor: Factor
    emission: Decimal
    quantity: Input
    rate: Input

    @property
    def name(self) -> str:
        """The pair of quantity and factor; parts of one pair move as one."""
        return f"{self.quantity.code} x {self.rate.code}"

    @property
    def is_declared(self) -> bool:
        """Whether the uncertainty of both the quantity and the factor is known."""
        return self.quantity.spread is not None and self.rate.spread is not None

    def spread(self, form: UncertaintyForm) -> Decimal | None:
        """Return the uncertainty of the part (2006 IPCC, volume 1, equation 3.1); None where one is unknown."""
        found = [one.spread.in_form(form) for one in (self.quantity, self.rate) if one.spread is not None]
        return _OF_PRODUCT[form](found) if self.is_declared else None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Emissions that something is to be said of: what quantities and which factor they come from, how many lines, and
    whether the uncertainty of either is undeclared.
    """

    activity_type: str
    quality: str
    factor_id: str
    lacks_quantity: bool
    lacks_factor: bool
    emission: Decimal
    line_count: int


def parts_of(lines: Iterable[FootprintLine], known: Uncertainties, operators: Mapping[UUID, UUID]) -> tuple[Part, ...]:
    """Return the parts of lines that have their site and quality, largest first; `operators` are the tenants of sites.

    Who runs a site declares about its quantities, whoever reports a share of them. Where two tenants state different
    uncertainties of one factor the wider one holds for both: it is one factor.
    """
    found = [part for line in lines for part in _parts(line, known, operators)]
    widest: dict[str, Input] = {}
    for part in found:
        held = widest.setdefault(part.rate.code, part.rate)
        if _size(part.rate) > _size(held):
            widest[part.rate.code] = part.rate
    parts = (replace(part, rate=widest[part.rate.code]) for part in found)
    return tuple(sorted(parts, key=lambda part: -abs(part.emission)))


def uncertainty_of(parts: Sequence[Part], form: UncertaintyForm) -> CombinedUncertainty:
    """Return the uncertainty of the sum of parts; raises `BadUncertainty` for a removal combined as lognormal."""
    return _COMBINED[form]([_line(name, emission, part, form) for name, emission, part in _merged(parts)])


def sampled_lines(parts: Sequence[Part]) -> list[SampledLine]:
    """Return parts as lines to sample: a fixed emission times two inputs around 1, each distributed as it was declared.

    A percentage is a normal distribution, GSD² a lognormal one with the emission as its median.
    """
    return [
        SampledLine(
            name, (SampledInput(f"emission {name}", Fixed(emission)), *map(_sampled, (part.quantity, part.rate)))
        )
        for name, emission, part in _merged(parts)
    ]


def undeclared(parts: Sequence[Part]) -> list[Concerned]:
    """Return what has no uncertainty, by what would have to be declared, largest first."""
    return _concerned(part for part in parts if not part.is_declared)


def wide(parts: Sequence[Part], found: CombinedUncertainty) -> list[Concerned]:
    """Return what the uncertainty of the sum of parts names as too wide for a first-order formula, largest first."""
    names = frozenset(found.wide)
    return _concerned(part for part in parts if part.name in names)


def _parts(line: FootprintLine, known: Uncertainties, operators: Mapping[UUID, UUID]) -> Iterator[Part]:
    if line.site is None or not line.quality:
        raise ValueError("a line whose site or quality was added up has no uncertainty of its own; keep them apart")
    operator = operators[line.site]
    quantity = _quantity(line, known.of_quantity(operator, line.site, line.activity.code, line.quality))
    for factor, emission in _by_factor(line):
        if emission:
            yield Part(line, factor, emission, quantity, _rate(factor, known.of_factor(operator, factor.factor_id)))


def _by_factor(line: FootprintLine) -> Iterator[tuple[Factor, Decimal]]:
    """Yield the factors of a line and what each emits: a complement gives CH4 and N2O, the chosen factor the rest."""
    complement = line.resolved.complement
    by_gas = line.amounts.co2e_by_gas
    completed = [co2e for gas, co2e in by_gas.items() if complement and gas.split("_")[0] in NON_CO2]
    of_complement = decimals.total(completed)
    yield line.resolved.selection.factor, decimals.EXACT.subtract(line.amounts.co2e, of_complement)
    if complement:
        yield complement.factor, of_complement


def _quantity(line: FootprintLine, declared: DeclaredUncertainty | None) -> Input:
    which = " ".join(text for text in (line.activity.code, line.quality, line.supplier, f"site {line.site}") if text)
    return _input(f"activity:{which}", declared)


def _rate(factor: Factor, declared: DeclaredUncertainty | None) -> Input:
    code = f"factor:{factor.factor_id}"
    printed = published(factor)
    if declared is not None or printed is None:
        return _input(code, declared)
    return Input(code, printed, f"{factor.citation.document}, {factor.citation.locator}")


def _input(code: str, declared: DeclaredUncertainty | None) -> Input:
    if declared is None:
        # A code of its own: what one tenant leaves open says nothing of the same factor where another declared it.
        return Input(f"{code} undeclared", None, "")
    return Input(code, declared.spread, declared.document, declared)


def _size(one: Input) -> Decimal:
    return one.spread.in_form(UncertaintyForm.PERCENT) if one.spread else Decimal(0)


def _merged(parts: Sequence[Part]) -> Iterator[tuple[str, Decimal, Part]]:
    """Yield the name, the emission and a part of each pair of a quantity and a factor."""
    sums: dict[str, Decimal] = {}
    firsts: dict[str, Part] = {}
    for part in parts:
        name = part.name
        sums[name] = decimals.EXACT.add(sums.get(name, Decimal(0)), part.emission)
        firsts.setdefault(name, part)
    for name, emission in sums.items():
        yield name, emission, firsts[name]


def _line(name: str, emission: Decimal, part: Part, form: UncertaintyForm) -> UncertainLine:
    inputs = (
        UncertainInput(one.code, one.spread.in_form(form) if one.spread else None) for one in (part.quantity, part.rate)
    )
    return UncertainLine(name, emission, tuple(inputs))


def _sampled(one: Input) -> SampledInput:
    return SampledInput(one.code, _distribution(one.spread) if one.spread else None)


def _distribution(spread: Spread) -> Distribution:
    if spread.form is UncertaintyForm.PERCENT:
        return Normal(_ONE, spread.value)
    return Lognormal(_ONE, spread.value)


def _concerned(parts: Iterable[Part]) -> list[Concerned]:
    sums: dict[tuple[str, str, str, bool, bool], tuple[Decimal, int]] = {}
    for part in parts:
        lacks = (part.quantity.spread is None, part.rate.spread is None)
        key = (part.line.activity.code, part.line.quality, part.factor.factor_id, *lacks)
        emission, count = sums.get(key, (Decimal(0), 0))
        sums[key] = decimals.EXACT.add(emission, part.emission), count + 1
    found = [Concerned(*key, emission, count) for key, (emission, count) in sums.items()]
    return sorted(found, key=lambda one: -abs(one.emission))
