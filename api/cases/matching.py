"""Which factor of the service's catalogue a case means, and whether the service holds it with the case's value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.citations import Printed, cited
from api.cases.library import KnownFactor, Library
from api.cases.measures import Measure, UnknownMeasure, alike, measure
from api.cases.plans import Mismatch, Read, Reading, Term
from api.cases.reading import Figure
from emission_factors.units import all_units, unit

_GASES: Final = ("CO2", "CH4", "N2O")
_MOST_WORDS_MISSING: Final = 2
"""One word in this many may be missing from a factor's names: a case may say "average" where the publisher does not."""


@dataclass(frozen=True, slots=True)
class Match:
    """A factor, the figures of the case it stands for, and what of its result they ask for.

    `properties` are figures that the service's own physical properties stand for.
    """

    factor: KnownFactor
    covered: tuple[Figure, ...]
    reading: Reading
    properties: tuple[Term, ...] = ()


def matched(figures: Sequence[Figure], wants_biogenic: bool, library: Library) -> Match | None:
    """Return the catalogue factor that figures of a product cite, or None where they cite none that is held.

    Raises `Mismatch` where the record cited is held with another value.
    """
    citing = [(figure, cite) for figure in figures if isinstance(cite := cited(figure.source), Printed)]
    candidates = {figure.name: _candidates(cite, library, wants_biogenic) for figure, cite in citing}
    matches = [
        match
        for factor in {factor.factor_id: factor for found in candidates.values() for factor in found}.values()
        for match in [_by_terms(factor, figures), *(_by_value(factor, *pair, wants_biogenic) for pair in citing)]
        if match is not None
    ]
    if not matches:
        _refuse_other_values(citing, library, wants_biogenic)
        return None
    best = max(matches, key=lambda match: _fit(match, candidates))
    left = [figure for figure, _ in citing if figure not in best.covered and is_property(figure)]
    terms = tuple(Term(figure.name, figure.value, figure.unit) for figure in left)
    return Match(best.factor, (*best.covered, *left), best.reading, terms)


def is_property(figure: Figure) -> bool:
    """Whether a figure turns one measure of a fuel into another: a heat content or a density, no emission."""
    found = measure(figure.unit)
    labels = found.substance or found.per_substance
    return bool(found.under and found.powers) and not labels


def aligned(text: str, factor_unit: str) -> str:
    """Return a unit as the factor's publisher means it: of a fuel sold by gross heat, kWh are gross kWh.

    Case files write `kWh`, `m3` or `USD` where the factor is per gross kWh, normal m3 or USD of a year.
    """
    given, wanted = measure(text), unit(factor_unit)
    if given.powers == wanted.powers or alike(given.powers) != alike(wanted.powers):
        return given.text
    same = (found.code for found in all_units() if found.powers == wanted.powers and found.to_base == given.to_base)
    return next(same, factor_unit)


def _fit(match: Match, candidates: Mapping[str, Sequence[KnownFactor]]) -> tuple[int, int, bool]:
    """Rank a match: by how many of its figures cite this very factor, how many it covers, whether types ask for it."""
    citing = sum(match.factor in candidates.get(figure.name, ()) for figure in match.covered)
    return citing, len(match.covered), bool(match.factor.kinds)


def _candidates(cite: Printed, library: Library, wants_biogenic: bool) -> list[KnownFactor]:
    if cite.records:
        pairs = [(dataset, record) for dataset in cite.datasets for record in cite.records]
        found = next((held for dataset, record in pairs if (held := library.factors(dataset, record))), ())
        return [*found, *(other for pair in pairs[1:] for other in library.factors(*pair) if other not in found)]
    known = [factor for dataset in cite.datasets for factor in library.factors(dataset)]
    if cite.part_of:
        return [factor for factor in known if cite.part_of in factor.record.split("+")]
    if not cite.words:
        return [factor for factor in known if not wants_biogenic or factor.biogenic]
    return _named(cite.words, known)


def _named(words: Sequence[str], known: Iterable[KnownFactor]) -> list[KnownFactor]:
    """Keep factors whose names hold the words; a word that ends in a point starts their record."""
    start = words[0] if words[0].endswith(".") else ""
    rest = words[1:] if start else words
    found = [factor for factor in known if factor.record.startswith(start)]
    if not start:
        return [factor for factor in found if factor.name_zh == words[0] or factor.name_zh.startswith(f"{words[0]}（")]
    scored = [(_held(rest, factor), factor) for factor in found]
    scored = [(held, factor) for held, factor in scored if held * _MOST_WORDS_MISSING >= len(rest)]
    return [factor for _, factor in sorted(scored, key=lambda pair: (-pair[0], len(pair[1].names)))]


def _held(words: Sequence[str], factor: KnownFactor) -> int:
    names = f"{factor.names} {factor.record.replace('_', ' ').replace('.', ' ')}".lower()
    tokens = set("".join(char if char.isalnum() else " " for char in names).split())
    return sum(word in tokens for word in words)


def _by_terms(factor: KnownFactor, figures: Sequence[Figure]) -> Match | None:
    """Match a factor printed as a product: every term of it that is not 1 must be a figure of the case."""
    covered: list[Figure] = []
    for term in factor.terms:
        wanted = measure(term.unit)
        figure = next((item for item in figures if item not in covered and _is_term(item, term.value, wanted)), None)
        if figure is not None:
            covered.append(figure)
        elif wanted.powers or Fraction(term.value) * wanted.to_base != 1:
            return None
    return Match(factor, tuple(covered), Reading(Read.GAS_MASS, gas=factor.terms[0].gas)) if covered else None


def _is_term(figure: Figure, value: Decimal, wanted: Measure) -> bool:
    try:
        found = measure(figure.unit)
    except UnknownMeasure:
        return False
    is_same = Fraction(figure.value) * found.to_base == Fraction(value) * wanted.to_base
    return not figure.is_input and is_same and alike(found.powers) == alike(wanted.powers)


def _by_value(factor: KnownFactor, figure: Figure, cite: Printed, wants_biogenic: bool) -> Match | None:
    label = measure(figure.unit).substance
    for reading, value in _printed(factor, cite, wants_biogenic):
        is_other = label in _GASES and reading.gas.split("_")[0] not in ("", label)
        if not is_other and _is_same(figure, value, factor.unit):
            return Match(factor, (figure,), reading)
    return None


def _printed(factor: KnownFactor, cite: Printed, wants_biogenic: bool) -> list[tuple[Reading, Decimal]]:
    by_gas = Read.GAS_CO2E if factor.is_co2e_by_gas else Read.GAS_MASS
    of_gases = [(Reading(by_gas, gas=gas), value) for gas, value in factor.gases.items() if cite.gas in ("", gas)]
    total = [(Reading(Read.CO2E), factor.co2e)] if factor.co2e is not None and not cite.gas else []
    biogenic = [(Reading(Read.BIOGENIC), factor.biogenic)] if factor.biogenic is not None else []
    return [*biogenic, *total, *of_gases] if wants_biogenic else [*total, *of_gases, *biogenic]


def _is_same(figure: Figure, value: Decimal, factor_unit: str) -> bool:
    found, per = measure(figure.unit), unit(factor_unit)
    return _is_per(found, factor_unit) and Fraction(figure.value) * found.to_base * per.to_base == Fraction(value)


def _is_per(found: Measure, factor_unit: str) -> bool:
    return alike((*found.powers, *unit(factor_unit).powers)) == alike(unit("kg").powers)


def _refuse_other_values(citing: Sequence[tuple[Figure, Printed]], library: Library, wants_biogenic: bool) -> None:
    """Raise `Mismatch` where what a figure cites is held beyond doubt, with another value."""
    for figure, cite in citing:
        held = [item for item in _candidates(cite, library, wants_biogenic) if _is_beyond_doubt(cite, item, figure)]
        is_there = any(_is_term(figure, term.value, measure(term.unit)) for item in held for term in item.terms)
        if held and not is_there and not is_property(figure):
            values = "; ".join(f"{item.factor_id} {_shown(item)}" for item in held[:2])
            raise Mismatch(f"{figure.name} is {figure.value} {figure.unit} in the case; the service holds {values}")


def _is_beyond_doubt(cite: Printed, factor: KnownFactor, figure: Figure) -> bool:
    if cite.part_of and factor.terms and factor.biogenic is not None:
        return False  # made of several figures of which some stand in it derived
    if not cite.words or not cite.words[0].endswith("."):
        return cite.is_exact
    return _held(cite.words[1:], factor) == len(cite.words) - 1 and _is_per(measure(figure.unit), factor.unit)


def _shown(factor: KnownFactor) -> str:
    if factor.terms:
        return ", ".join(f"{term.name} {term.value} {term.unit}" for term in factor.terms)
    if factor.co2e is not None:
        return f"{factor.co2e} kg CO2e/{factor.unit}"
    return ", ".join(f"{value} kg {gas}" for gas, value in factor.gases.items()) + f" per {factor.unit}"
