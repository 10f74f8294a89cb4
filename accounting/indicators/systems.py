"""Indicator systems as data: what an indicator divides by what, its threshold by size of park, and where it stands.

The national system is `national`; a province's own is given in the same form (`documents`). What
is computed from one, for a park and a year, is in `indicators`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from emission_factors import decimals

_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,59}", re.ASCII)


class BadIndicatorSystem(ValueError):
    """An indicator system contradicts itself or is not in its form; `field` names the place at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Role(StrEnum):
    """What an indicator decides."""

    CORE = "CORE"
    """Must be met before a park can apply for acceptance; never waived."""
    GUIDING = "GUIDING"
    """To be met, or waived for a stated objective reason."""
    INFORMATIVE = "INFORMATIVE"
    """Shown beside the others; decides nothing."""


class Direction(StrEnum):
    """On which side of the threshold an indicator is met; the threshold itself meets it."""

    AT_MOST = "AT_MOST"
    """Less is better."""
    AT_LEAST = "AT_LEAST"
    """More is better."""


class Form(StrEnum):
    """How the value of an indicator is found."""

    RATIO = "RATIO"
    """Numerator over denominator, each a sum of inputs or of their products."""
    PRODUCT_QUOTAS = "PRODUCT_QUOTAS"
    """The highest ratio of energy per product to its quota over the park's products; 1 is the quota."""


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """An amount that indicators ask for, in one unit.

    It is at most the input it is `part_of`, where one is named. `is_signed` lets it be below zero, as net amounts can.
    Raises `BadIndicatorSystem`.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    part_of: str = ""
    is_signed: bool = False

    def __post_init__(self) -> None:
        _check_code("inputs.code", self.code)
        _check_texts(f"inputs.{self.code}", name_zh=self.name_zh, name_en=self.name_en, unit=self.unit)


@dataclass(frozen=True, slots=True)
class Term:
    """The product of inputs, named by their codes, which is added or subtracted."""

    inputs: tuple[str, ...]
    is_subtracted: bool = False

    def value(self, amounts: Mapping[str, Fraction]) -> Fraction:
        """Return the product of amounts, which hold all inputs of the term."""
        found = Fraction(-1 if self.is_subtracted else 1)
        for code in self.inputs:
            found *= amounts[code]
        return found


@dataclass(frozen=True, slots=True)
class Band:
    """A threshold for parks from `least` to below `below` of the input that bands an indicator; None is no bound."""

    threshold: Fraction
    least: Fraction | None = None
    below: Fraction | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether it holds for some sizes only."""
        return self.least is not None or self.below is not None

    def holds(self, size: Fraction) -> bool:
        """Whether a size lies in the band."""
        return (self.least is None or size >= self.least) and (self.below is None or size < self.below)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `banded_by` is the input whose amount chooses the band; a size in no band has no threshold.

    `definition` says in words what is divided by what; `is_own_definition` marks one that is ours because the document
    names the indicator and does not define it. Raises `BadIndicatorSystem`.
    """

    code: str
    name_zh: str
    name_en: str
    definition: str
    form: Form
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    unit: str
    direction: Direction
    bands: tuple[Band, ...]
    banded_by: str
    role: Role
    is_waivable: bool
    source: str
    is_own_definition: bool

    def __post_init__(self) -> None:
        _check_code("indicators.code", self.code)
        texts = {"name_zh": self.name_zh, "name_en": self.name_en, "unit": self.unit}
        _check_texts(f"indicators.{self.code}", **texts, definition=self.definition, source=self.source)
        _check_form(self)
        _check_bands(self)
        if self.is_waivable and self.role is not Role.GUIDING:
            message = f"{self.code} is {self.role} and waivable; accepted is a waiver of a GUIDING indicator"
            raise BadIndicatorSystem(f"indicators.{self.code}.is_waivable", message)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes of the inputs it asks for, each once, in order."""
        named = [code for term in (*self.numerator, *self.denominator) for code in term.inputs]
        return tuple(dict.fromkeys((*named, self.banded_by) if self.banded_by else named))

    def threshold_at(self, size: Fraction | None) -> Fraction | None:
        """Return the threshold for a size in `banded_by`, None where there is none; a size is idle without bands."""
        for band in self.bands:
            if not band.is_bounded or (size is not None and band.holds(size)):
                return band.threshold
        return None

    def meets(self, value: Fraction, threshold: Fraction) -> bool:
        """Whether a value meets a threshold; equality does."""
        return value <= threshold if self.direction is Direction.AT_MOST else value >= threshold


@dataclass(frozen=True, slots=True)
class IndicatorSystem:
    """A system of indicators with the inputs they ask for, in the order of its document.

    Raises `BadIndicatorSystem` where a code comes twice, or an indicator or input names an input that is not there.
    """

    code: str
    name_zh: str
    name_en: str
    source: str
    inputs: tuple[InputDefinition, ...]
    indicators: tuple[Indicator, ...]

    def __post_init__(self) -> None:
        _check_code("code", self.code)
        _check_texts("", name_zh=self.name_zh, name_en=self.name_en, source=self.source)
        if not self.indicators:
            raise BadIndicatorSystem("indicators", f"{self.code} has no indicator; accepted is at least one")
        _check_once("inputs", (one.code for one in self.inputs))
        _check_once("indicators", (one.code for one in self.indicators))
        self._check_references()

    def _check_references(self) -> None:
        known = {one.code: one for one in self.inputs}
        for indicator in self.indicators:
            for code in indicator.inputs:
                _check_known(f"indicators.{indicator.code}", code, known)
        for one in self.inputs:
            if not one.part_of:
                continue
            _check_known(f"inputs.{one.code}.part_of", one.part_of, known)
            if (whole := known[one.part_of]).unit != one.unit:
                message = f"{one.code} in {one.unit} is part of {whole.code} in {whole.unit}; accepted is one unit"
                raise BadIndicatorSystem(f"inputs.{one.code}.part_of", message)

        for one in self.inputs:
            if one in list(self.wholes(one)):
                raise BadIndicatorSystem(f"inputs.{one.code}.part_of", f"{one.code} is, in the end, part of itself")

    def wholes(self, part: InputDefinition) -> Iterator[InputDefinition]:
        """Yield what an input is part of, what that is part of, and so on."""
        seen: set[str] = set()
        while (whole := self.definition(part.part_of)) is not None and whole.code not in seen:
            seen.add(whole.code)
            yield whole
            part = whole

    def definition(self, code: str) -> InputDefinition | None:
        """Return the definition of an input, None for a code the system does not have."""
        return next((one for one in self.inputs if one.code == code), None)

    def indicator(self, code: str) -> Indicator | None:
        """Return an indicator, None for a code the system does not have."""
        return next((one for one in self.indicators if one.code == code), None)


def _check_code(field: str, code: str) -> None:
    if not _CODE.fullmatch(code):
        message = f"{code[:60]!r} is no code; accepted are capitals, digits and underscores, such as PARK_EMISSIONS"
        raise BadIndicatorSystem(field, message)


def _check_texts(field: str, **texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            place = f"{field}.{name}" if field else name
            raise BadIndicatorSystem(place, f"{place} is empty; accepted is a text")


def _check_once(field: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise BadIndicatorSystem(field, f"{code} comes twice in {field}; accepted is each code once")
        seen.add(code)


def _check_known(field: str, code: str, known: Mapping[str, InputDefinition]) -> None:
    if code not in known:
        message = f"{field} names {code[:60]!r}, which is no input; accepted are {', '.join(known) or 'none'}"
        raise BadIndicatorSystem(field, message)


def _check_form(one: Indicator) -> None:
    field = f"indicators.{one.code}.form"
    if one.form is Form.RATIO and not (one.numerator and one.denominator):
        raise BadIndicatorSystem(field, f"{one.code} is a ratio; accepted is a numerator and a denominator")
    if one.form is Form.PRODUCT_QUOTAS and (one.numerator or one.denominator):
        raise BadIndicatorSystem(field, f"{one.code} is found from products; accepted is no numerator or denominator")
    if one.form is Form.PRODUCT_QUOTAS and one.direction is not Direction.AT_MOST:
        raise BadIndicatorSystem(field, f"{one.code} compares energy with quotas; accepted is AT_MOST")


def _check_bands(one: Indicator) -> None:
    field = f"indicators.{one.code}.bands"
    if bool(one.banded_by) != any(band.is_bounded for band in one.bands):
        raise BadIndicatorSystem(field, f"{one.code} has bounded bands exactly where banded_by names an input")
    for band in one.bands:
        if band.least is not None and band.below is not None and band.below <= band.least:
            raise BadIndicatorSystem(field, f"a band of {one.code} ends at {_plain(band.below)}, before it begins")
    for first, second in pairwise(one.bands):
        if first.below is None or second.least is None or second.least < first.below:
            message = f"bands of {one.code} overlap or are not in ascending order; accepted is each size in one band"
            raise BadIndicatorSystem(field, message)


def _plain(value: Fraction) -> str:
    return decimals.plain(decimals.exact(value))
