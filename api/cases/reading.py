"""Case files: YAML in, cases out. Every number keeps the digits it is written with; no float is involved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import yaml

Node = str | list["Node"] | dict[str, "Node"]
"""What YAML holds when no scalar is interpreted."""

_SAME: Final = "same"
_SAME_FILE: Final = "same file"


class BadCaseFile(ValueError):
    """A case file cannot be read; the message names the case and the field."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a case with its unit. `source` says where a factor comes from; inputs have none as a rule."""

    name: str
    value: Decimal
    unit: str
    source: str = ""
    is_input: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service must answer: `value` in `unit` within `tolerance`, by `expression` of the figures' names."""

    name: str
    value: Decimal
    unit: str
    tolerance: Decimal
    expression: str


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example. `section` and `location` are those of its source; `expect_error` is the refusal wanted."""

    case_id: str
    title: str
    feature: str
    section: str
    location: str
    gwp_set: str
    figures: Mapping[str, Figure]
    answers: tuple[Answer, ...]
    expect_error: str = ""


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file in their order; raises `BadCaseFile`, or `OSError` where the file cannot be opened."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  strings only
    except UnicodeDecodeError as error:
        raise BadCaseFile(f"{path.name} is not UTF-8 (byte {error.start})") from None
    except yaml.YAMLError as error:
        raise BadCaseFile(f"{path.name} is not YAML: {error}") from None
    listed = found.get("cases") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise BadCaseFile(f"{path.name} has no list of cases under `cases`")
    return [_case(node, f"case {number}") for number, node in enumerate(listed, 1)]


def _case(node: Node, where: str) -> Case:
    body = _mapping(node, where)
    name = _text(body, "id", where)
    source = _mapping(body.get("source", {}), f"{name}, source")
    location = _optional(source, "location", f"{name}, source")
    inputs = list(_figures(body.get("inputs", {}), f"{name}, inputs", is_input=True))
    factors = list(_figures(body.get("factors", {}), f"{name}, factors", is_input=False))
    figures = {figure.name: figure for figure in (*inputs, *_with_sources(factors, location))}
    if len(figures) < len(inputs) + len(factors):
        raise BadCaseFile(f"{name}: a name stands both under inputs and under factors")
    answers = _list(body.get("expected", []), f"{name}, expected")
    found = Case(
        case_id=name,
        title=_optional(body, "title", name),
        feature=_text(body, "feature", name),
        section=_optional(source, "section", f"{name}, source"),
        location=location,
        gwp_set=_optional(body, "gwp_set", name),
        figures=figures,
        answers=tuple(_answer(answer, f"{name}, expected {number}") for number, answer in enumerate(answers, 1)),
        expect_error=_optional(body, "expect_error", name),
    )
    if not found.answers and not found.expect_error:
        raise BadCaseFile(f"{name} expects neither an answer nor an error")
    return found


def _figures(node: Node, where: str, is_input: bool) -> Iterator[Figure]:
    for name, body in _mapping(node, where).items():
        place = f"{where}.{name}"
        fields = _mapping(body, place)
        source = _optional(fields, "source", place)
        yield Figure(name, _number(fields, "value", place), _optional(fields, "unit", place), source, is_input)


def _with_sources(factors: list[Figure], location: str) -> Iterator[Figure]:
    """Spell out `same` (as the factor before) and `same file` (the file the case's source names)."""
    before = ""
    for factor in factors:
        source = factor.source
        if source == _SAME:
            source = before
        elif source.startswith(_SAME_FILE):
            source = location.rsplit("/", 1)[-1] + source.removeprefix(_SAME_FILE)
        before = source
        yield Figure(factor.name, factor.value, factor.unit, source, is_input=False)


def _answer(node: Node, where: str) -> Answer:
    body = _mapping(node, where)
    value = _number(body, "value", where)
    if "tolerance_rel" in body and "tolerance_abs" not in body:
        tolerance = abs(value) * _number(body, "tolerance_rel", where)
    else:
        tolerance = _number(body, "tolerance_abs", where) if "tolerance_abs" in body else Decimal(0)
    return Answer(
        _optional(body, "name", where), value, _text(body, "unit", where), tolerance, _text(body, "expression", where)
    )


def _mapping(node: Node, where: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise BadCaseFile(f"{where}: fields are expected, found {str(node)[:60]!r}")
    return node


def _list(node: Node, where: str) -> list[Node]:
    if not isinstance(node, list):
        raise BadCaseFile(f"{where}: a list is expected, found {str(node)[:60]!r}")
    return node


def _optional(body: Mapping[str, Node], field: str, where: str) -> str:
    value = body.get(field, "")
    if not isinstance(value, str):
        raise BadCaseFile(f"{where}, {field}: a text is expected, found {str(value)[:60]!r}")
    return value


def _text(body: Mapping[str, Node], field: str, where: str) -> str:
    value = _optional(body, field, where)
    if not value:
        raise BadCaseFile(f"{where}: {field} is missing")
    return value


def _number(body: Mapping[str, Node], field: str, where: str) -> Decimal:
    text = _text(body, field, where)
    try:
        value = Decimal(text.replace("_", ""))
    except InvalidOperation:
        raise BadCaseFile(f"{where}, {field}: {text!r} is no number") from None
    if not value.is_finite():
        raise BadCaseFile(f"{where}, {field}: {text!r} is no finite number")
    return value
