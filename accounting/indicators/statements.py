"""What the operator of a park declares for its indicators: systems of an authority, and what it states for a year.

A park states what the ledger cannot know: waste heat, water reused, solid waste, products with quotas, waivers. What
the ledger computes is stated only as an override with a reason, and then both are shown.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Final

from accounting.declarations import DeclarationKind
from accounting.indicators.computed import COEFFICIENT, COEFFICIENT_UNIT, COMPUTED
from accounting.indicators.documents import indicator_system
from accounting.indicators.inputs import BadIndicatorInput, ParkYear, ProductEnergy, Stated, Waiver, check
from accounting.indicators.national import NATIONAL
from accounting.indicators.systems import BadIndicatorSystem, IndicatorSystem

LONGEST_DOCUMENT: Final = 200_000
"""Characters a system's document may have."""
LONGEST_TEXT: Final = 2_000
_YEARS: Final = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class DeclaredSystem:
    """An authority's own system of indicators, kept as the text of its document; see `documents` for the form.

    Raises `BadIndicatorSystem` for a document that is not in the form, one that takes the national system's code, or
    one that asks for an input the ledger computes in another unit.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.INDICATOR_SYSTEM

    code: str
    document: str

    def __post_init__(self) -> None:
        found = self.system()
        if self.code != found.code:
            raise BadIndicatorSystem("code", f"the document is of {found.code}, not of {self.code}")
        if found.code == NATIONAL.code:
            raise BadIndicatorSystem("code", f"{found.code} is the national system, which is there; name yours apart")
        for one in found.inputs:
            unit = {**COMPUTED, COEFFICIENT: COEFFICIENT_UNIT}.get(one.code, one.unit)
            if one.unit != unit:
                message = f"{one.code} is computed in {unit}, not in {one.unit}; give the input another code, or {unit}"
                raise BadIndicatorSystem(f"inputs.{one.code}.unit", message)

    @property
    def subject(self) -> str:
        """The code; the same system again is its next version."""
        return self.code

    def system(self) -> IndicatorSystem:
        """Return the system."""
        if len(self.document) > LONGEST_DOCUMENT:
            message = f"the document has {len(self.document)} characters; accepted are up to {LONGEST_DOCUMENT}"
            raise BadIndicatorSystem("document", message)
        return indicator_system(json.loads(self.document))

    @classmethod
    def of(cls, document: Mapping[str, object]) -> "DeclaredSystem":
        """Return the declaration of a document; raises `BadIndicatorSystem`."""
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return cls(indicator_system(document).code, text)


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount of one input; `source` is the document that states it. `override_reason` says why it stands in the
    place of what the ledger computes.
    """

    code: str
    amount: Decimal
    unit: str
    source: str
    override_reason: str = ""

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise BadIndicatorInput(self.code, f"{self.code} names no source; accepted is the document that states it")
        if self.code in COMPUTED and not self.override_reason.strip():
            message = f"{self.code} is computed from the ledger; accepted is an override that says why"
            raise BadIndicatorInput(self.code, message)
        if self.code not in COMPUTED and self.override_reason.strip():
            raise BadIndicatorInput(self.code, f"{self.code} is not computed, so that there is nothing to override")
        _check_texts(self.code, self.code, self.unit, self.source, self.override_reason)


@dataclass(frozen=True, slots=True)
class StatedProduct:
    """Energy per unit of a product and its grade 2 quota, both in `unit`; None is not known. See `ProductEnergy`."""

    product: str
    unit: str
    consumption: Decimal | None
    quota: Decimal | None
    standard: str

    def __post_init__(self) -> None:
        _check_texts("products", self.product, self.unit, self.standard)
        self.energy()

    def energy(self) -> ProductEnergy:
        """Return what it says; raises `BadIndicatorInput`."""
        used = None if self.consumption is None else Fraction(self.consumption)
        quota = None if self.quota is None else Fraction(self.quota)
        return ProductEnergy(self.product, self.unit, used, quota, self.standard)


@dataclass(frozen=True, slots=True)
class StatedWaiver:
    """Why an indicator need not be met."""

    indicator: str
    reason: str
    document: str = ""

    def __post_init__(self) -> None:
        _check_texts("waivers", self.indicator, self.reason, self.document)
        Waiver(self.reason, self.document)


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """What a park states for a calendar year; `products` None says nothing, none that no product has a quota.

    Raises `BadIndicatorInput` where a code comes twice, or the year is none.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.INDICATOR_YEAR

    year: int
    inputs: tuple[StatedAmount, ...] = ()
    products: tuple[StatedProduct, ...] | None = None
    waivers: tuple[StatedWaiver, ...] = ()

    def __post_init__(self) -> None:
        if self.year not in _YEARS:
            raise BadIndicatorInput("year", f"{self.year} is no year of a park; accepted are 1990 to 2100")
        _check_once("inputs", [one.code for one in self.inputs])
        _check_once("waivers", [one.indicator for one in self.waivers])
        _check_once("products", [one.product for one in self.products or ()])

    @property
    def subject(self) -> str:
        """The year; stating it again is its next version."""
        return str(self.year)

    def amount(self, code: str) -> StatedAmount | None:
        """Return what is stated for an input, None where nothing is."""
        return next((one for one in self.inputs if one.code == code), None)


def check_statement(found: IndicatorYear, systems: Sequence[IndicatorSystem]) -> None:
    """Raise `BadIndicatorInput` for a code that none of the systems has, or what contradicts one that has it."""
    for code in (one.code for one in found.inputs):
        if all(system.definition(code) is None for system in systems):
            named = ", ".join(system.code for system in systems)
            raise BadIndicatorInput(code, f"none of the systems {named} asks for {code[:60]!r}; see indicatorSystems")
    for code in (one.indicator for one in found.waivers):
        if all(system.indicator(code) is None for system in systems):
            raise BadIndicatorInput("waivers", f"{code[:60]!r} is no indicator; see indicatorSystems")
    for system in systems:
        check(system, park_year(system, {}, found).year)


@dataclass(frozen=True, slots=True)
class Override:
    """What a stated amount stands in the place of, and why."""

    computed: Stated | None
    reason: str


@dataclass(frozen=True, slots=True)
class StatedYear:
    """What the indicators of a system rest on: amounts computed and stated, and which of them are overrides."""

    year: ParkYear
    overrides: Mapping[str, Override]


def park_year(system: IndicatorSystem, computed: Mapping[str, Stated], stated: IndicatorYear) -> StatedYear:
    """Return the year of a park for a system: what is computed, with what is stated beside it and in its place."""
    own = {one.code: _amount(one) for one in stated.inputs if not _is_asked(one.code, computed)}
    chosen = {code: found for code, found in {**computed, **own}.items() if system.definition(code) is not None}
    overrides = {
        one.code: Override(computed.get(one.code), one.override_reason)
        for one in stated.inputs
        if one.code in COMPUTED and one.code in chosen
    }
    products = None if stated.products is None else tuple(one.energy() for one in stated.products)
    waivers = {
        one.indicator: Waiver(one.reason, one.document)
        for one in stated.waivers
        if system.indicator(one.indicator) is not None
    }
    return StatedYear(ParkYear(chosen, products, waivers), overrides)


def _is_asked(code: str, computed: Mapping[str, Stated]) -> bool:
    """Whether the question itself gave the standard coal of electricity: it goes before what the park states."""
    return code == COEFFICIENT and code in computed and computed[code].amount is not None


def _amount(one: StatedAmount) -> Stated:
    return Stated(Fraction(one.amount), one.unit, (), one.source)


def _check_once(field: str, codes: Sequence[str]) -> None:
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise BadIndicatorInput(field, f"{twice[:60]} comes twice in {field}; accepted is each once")


def _check_texts(field: str, *texts: str) -> None:
    for text in texts:
        if len(text) > LONGEST_TEXT or "\x00" in text:
            message = f"{text[:40]!r}... has {len(text)} characters; at most {LONGEST_TEXT}, without NUL"
            raise BadIndicatorInput(field, message)
