"""The figures of a product by what they do: the quantity, what multiplies it, and what gives a mass of gas."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from api.cases.matching import aligned
from api.cases.measures import Measure, is_countable, measure
from api.cases.plans import NotSupported, Term
from api.cases.products import Product, Turned
from api.cases.reading import Figure
from emission_factors.units import multiplied, unit

LABEL_GASES: Final = {"CO2": "CO2", "CH4": "CH4", "N2O": "N2O", "CO2e": "CO2E", "CO2eq": "CO2E"}
ELEMENTS: Final = {"C": "CO2", "CO2-C": "CO2", "CH4-C": "CH4", "N": "N2O", "N2O-N": "N2O"}
EMISSIONS: Final = frozenset({*LABEL_GASES, *ELEMENTS})
CO2E_LABELS: Final = frozenset({"CO2e", "CO2eq"})
COAL_UNITS: Final = frozenset({"tce", "kgce", "10^4 tce", "10^4tce"})
_KILOGRAM: Final = unit("kg").powers


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer asks for: its unit, and the name that a case gives it."""

    unit: Measure
    name: str = ""

    @property
    def is_biogenic(self) -> bool:
        """Whether the answer is what stands outside the scopes."""
        return "biogenic" in self.name or "outside" in self.name

    @property
    def over(self) -> Measure:
        """The unit over the line: the answer in kgCO2e/km is kilograms."""
        return measure(self.unit.over) if self.unit.under else self.unit

    @property
    def label(self) -> str:
        """The substance the answer is a mass of, if it is one."""
        return self.over.substance


@dataclass(frozen=True, slots=True)
class Roles:
    """The figures of a product by what they do: the quantity, and what is multiplied into it."""

    quantity: Figure
    rest: tuple[Figure, ...]


def emitting(product: Product, wanted: Wanted) -> list[Figure]:
    """Return the figures that give a mass of gas or carbon per unit.

    Where none names its gas and the answer is an emission, a factor in plain mass does: `t/t`, `lb/MWh`.
    """
    rates = [(figure, measure(figure.unit)) for figure in product.figures if measure(figure.unit).under]
    named = [figure for figure, found in rates if found.substance in EMISSIONS]
    if named or wanted.label not in EMISSIONS or product.turned is not Turned.NOTHING or product.gas:
        return named
    plain = [figure for figure, found in rates if is_mass(measure(found.over))]
    given = [figure for figure in plain if not figure.is_input] or plain
    if wanted.unit.under and not given:
        given = [figure for figure in product.figures if measure(figure.unit).substance in LABEL_GASES]
    return given[:1]


def is_mass(found: Measure) -> bool:
    """Whether a unit measures mass."""
    return found.powers == _KILOGRAM


def terms(figures: Sequence[Figure]) -> tuple[Term, ...]:
    """Return figures as terms of the API."""
    return tuple(Term(figure.name, figure.value, measure(figure.unit).text) for figure in figures)


def roles_of(figures: Sequence[Figure], wanted: Wanted) -> Roles:
    """Tell the quantity from what multiplies it. An answer per unit is asked for one of that unit."""
    if wanted.unit.under:
        return Roles(Figure("one", Decimal(1), wanted.unit.under), tuple(figures))
    ranked = sorted((figure for figure in figures if measure(figure.unit).powers), key=_unlikeness)
    if not ranked:
        raise NotSupported("no figure of the formula is a quantity")
    rest = list(figures)
    rest.remove(ranked[0])
    return Roles(ranked[0], tuple(rest))


def _unlikeness(figure: Figure) -> tuple[bool, bool]:
    found = measure(figure.unit)
    return bool(found.under), not figure.is_input


def in_unit_of(roles: Roles, factor_unit: str) -> Figure:
    """Spell the quantity's unit as the factor's publisher means it, unless multipliers change its dimension."""
    if any(measure(figure.unit).powers for figure in roles.rest):
        return roles.quantity
    return replace(roles.quantity, unit=aligned(roles.quantity.unit, factor_unit))


def priced(figure: Figure, quantity: Figure) -> Figure:
    """State a factor per pound of the quantity's price year where it is given per pound alone."""
    found, counted = measure(figure.unit), measure(quantity.unit)
    if not found.under or not any(name.startswith("money ") for name, _ in found.powers):
        return figure
    is_year_missing = found.under == counted.text[:3] and len(counted.powers) == 1
    return replace(figure, unit=f"{found.over}/{counted.text}") if is_year_missing else figure


def split(roles: Roles, wanted: Wanted) -> tuple[list[Figure], list[Figure]]:
    """Tell multipliers of the quantity from further terms of the factor.

    Shares and inputs go with the quantity, as long as what results is something an activity is counted in.
    """
    if wanted.unit.under:
        return [], list(roles.rest)
    shares = [figure for figure in roles.rest if not measure(figure.unit).powers]
    others = [figure for figure in roles.rest if measure(figure.unit).powers]
    inputs = [figure for figure in others if figure.is_input]
    powers = multiplied(measure(roles.quantity.unit).powers, *(measure(figure.unit).powers for figure in inputs))
    if is_countable(powers):
        return [*shares, *inputs], [figure for figure in others if not figure.is_input]
    return shares, others
