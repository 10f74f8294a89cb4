"""An indicator system read from a mapping as JSON has it: texts, lists, true and false, and numbers as texts.

A document says: `code`, `name_zh`, `name_en`, `source`, `inputs` and `indicators`. A term of a numerator or denominator
is a text such as `"NON_FOSSIL_ELECTRICITY * EQUIVALENT_COEFFICIENT"`; one that begins with `-` is subtracted.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from accounting.indicators.systems import (
    BadIndicatorSystem,
    Band,
    Direction,
    Form,
    Indicator,
    IndicatorSystem,
    InputDefinition,
    Role,
    Term,
)
from emission_factors import decimals

_Member = TypeVar("_Member", bound=StrEnum)

_SYSTEM: Final = frozenset({"code", "name_zh", "name_en", "source", "inputs", "indicators"})
_INPUT: Final = frozenset({"code", "name_zh", "name_en", "unit", "part_of", "is_signed"})
_BAND: Final = frozenset({"threshold", "least", "below"})
_INDICATOR: Final = frozenset(
    {
        *("code", "name_zh", "name_en", "definition", "form", "numerator", "denominator", "unit", "direction"),
        *("bands", "banded_by", "role", "is_waivable", "source", "is_own_definition"),
    }
)


def indicator_system(document: Mapping[str, object]) -> IndicatorSystem:
    """Return the indicator system that a document describes.

    Left out, a text that may be empty is empty, a list has no items, and what may be true is false; `form` is RATIO.
    Raises `BadIndicatorSystem` for a name the form does not have, a value of another kind, or a system that contradicts
    itself.
    """
    found = _Reader(document, "", _SYSTEM)
    return IndicatorSystem(
        code=found.text("code"),
        name_zh=found.text("name_zh"),
        name_en=found.text("name_en"),
        source=found.text("source"),
        inputs=tuple(_input(one) for one in found.items("inputs", _INPUT)),
        indicators=tuple(_indicator(one) for one in found.items("indicators", _INDICATOR)),
    )


class _Reader:
    """One mapping of a document, with its place for messages."""

    def __init__(self, given: object, place: str, known: Collection[str]) -> None:
        if not isinstance(given, Mapping):
            raise BadIndicatorSystem(place or "document", f"{place or 'the document'} is no mapping of names to values")
        for name in given:
            if name not in known:
                message = f"{name!r} is not known in {place or 'the document'}; accepted are {', '.join(sorted(known))}"
                raise BadIndicatorSystem(place or "document", message)
        self._given = given
        self._place = place

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def text(self, name: str) -> str:
        """Return a text, empty where it is left out; what must not be empty is refused by the system."""
        found = self._given.get(name, "")
        if not isinstance(found, str):
            raise BadIndicatorSystem(self._at(name), f"{self._at(name)} is {found!r}; accepted is a text")
        return found

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is left out."""
        found = self._given.get(name, False)
        if not isinstance(found, bool):
            raise BadIndicatorSystem(self._at(name), f"{self._at(name)} is {found!r}; accepted is true or false")
        return found

    def number(self, name: str) -> Fraction | None:
        """Return an exact number, None where it is left out."""
        if name not in self._given:
            return None
        try:
            return Fraction(decimals.parse(self._given[name]))
        except decimals.NotADecimal as error:
            raise BadIndicatorSystem(self._at(name), f"{self._at(name)}: {error}") from error

    def member(self, name: str, kind: type[_Member], default: _Member | None = None) -> _Member:
        """Return the member of an enumeration that is named."""
        found = self.text(name)
        if not found and default is not None:
            return default
        if found not in set(kind):
            message = f"{self._at(name)} is {found!r}; accepted are {', '.join(kind)}"
            raise BadIndicatorSystem(self._at(name), message)
        return kind(found)

    def terms(self, name: str) -> tuple[Term, ...]:
        """Return the terms of a sum."""
        texts = self._list(name)
        for text in texts:
            if not isinstance(text, str):
                raise BadIndicatorSystem(self._at(name), f"{text!r} is no term; accepted is a text such as 'A * B'")
        return tuple(_term(str(text)) for text in texts)

    def items(self, name: str, known: Collection[str]) -> "Iterator[_Reader]":
        """Yield the mappings of a list."""
        for position, one in enumerate(self._list(name)):
            yield _Reader(one, f"{self._at(name)}[{position}]", known)

    def _list(self, name: str) -> list[object] | tuple[object, ...]:
        found = self._given.get(name, ())
        if not isinstance(found, list | tuple):
            raise BadIndicatorSystem(self._at(name), f"{self._at(name)} is {found!r}; accepted is a list")
        return found


def _input(found: _Reader) -> InputDefinition:
    return InputDefinition(
        code=found.text("code"),
        name_zh=found.text("name_zh"),
        name_en=found.text("name_en"),
        unit=found.text("unit"),
        part_of=found.text("part_of"),
        is_signed=found.flag("is_signed"),
    )


def _indicator(found: _Reader) -> Indicator:
    return Indicator(
        code=found.text("code"),
        name_zh=found.text("name_zh"),
        name_en=found.text("name_en"),
        definition=found.text("definition"),
        form=found.member("form", Form, Form.RATIO),
        numerator=found.terms("numerator"),
        denominator=found.terms("denominator"),
        unit=found.text("unit"),
        direction=found.member("direction", Direction),
        bands=tuple(_band(one) for one in found.items("bands", _BAND)),
        banded_by=found.text("banded_by"),
        role=found.member("role", Role),
        is_waivable=found.flag("is_waivable"),
        source=found.text("source"),
        is_own_definition=found.flag("is_own_definition"),
    )


def _band(found: _Reader) -> Band:
    threshold = found.number("threshold")
    if threshold is None:
        raise BadIndicatorSystem("bands", "a band has no threshold; accepted is a number as a text, such as '0.2'")
    return Band(threshold, found.number("least"), found.number("below"))


def _term(text: str) -> Term:
    """Read a term; an unknown or empty code is refused by the system, which knows its inputs."""
    product = text.strip()
    is_subtracted = product.startswith("-")
    return Term(tuple(code.strip() for code in product.removeprefix("-").split("*")), is_subtracted)
