"""Scalars: exact numbers and unambiguous times. Strict on purpose; a ledger must not guess what was meant.

Two of them, `PostedDecimal` and `PostedTime`, take anything: rows of a posting are judged one by one, and one bad
number must reject its row, not the other 999.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NewType

from graphql import GraphQLError
from graphql.language import FloatValueNode, IntValueNode, NullValueNode, StringValueNode, ValueNode
from graphql.utilities import value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from emission_factors import decimals

ExactDecimal = NewType("ExactDecimal", Decimal)
Instant = NewType("Instant", datetime)
Day = NewType("Day", date)
Month = NewType("Month", date)
PostedDecimal = NewType("PostedDecimal", object)
PostedTime = NewType("PostedTime", object)
Json = NewType("Json", object)

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _decimal(value: object) -> Decimal:
    try:
        return decimals.parse(value)
    except decimals.NotADecimal as error:
        raise GraphQLError(f"Decimal: {error}") from None


def _decimal_literal(node: ValueNode, _variables: dict[str, Any] | None = None) -> Decimal:
    if isinstance(node, FloatValueNode):
        raise GraphQLError(f'Decimal: {node.value} is not exact: send the number as a string, such as "{node.value}"')
    if isinstance(node, IntValueNode | StringValueNode):
        return _decimal(node.value)
    raise GraphQLError("Decimal: a string or an integer is accepted")


def _as_posted(node: ValueNode, _variables: dict[str, Any] | None = None) -> object:
    """Keep a literal's own text: `1.10` must reach the row's check as it was written."""
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, NullValueNode):
        return None
    return value_from_ast_untyped(node)


def _json(value: object) -> object:
    """Return a value of JSON without numbers: a float could have lost the digits that were written."""
    if isinstance(value, dict):
        return {str(name): _json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_json(member) for member in value]
    if value is None or isinstance(value, str | bool):
        return value
    raise GraphQLError(f'JSON: {value!r} is a number; send it as a string, such as "{value}"')


def _json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
    return _json(value_from_ast_untyped(node, variables))


def _instant_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise GraphQLError(f"DateTime: {value!r} is not RFC 3339, such as 2026-03-31T00:00:00+08:00") from None
    if found.tzinfo is None:
        raise GraphQLError(f"DateTime: {value!r} has no offset; a time without one could mean another day")
    return found


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise GraphQLError(f"Date: {value!r} is not a day, such as 2026-03-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError(f"Date: {value!r} is no day of the calendar") from None


def _month(value: object) -> date:
    found = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] == "0000":  # a calendar has no year 0
        raise GraphQLError(f"YearMonth: {value!r} is not a month, such as 2026-03")
    return date(int(found[1]), int(found[2]), 1)


def _definition(name: str, description: str, parse: Any, serialize: Any, **more: Any) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=more.get("url"),
        serialize=serialize,
        parse_value=parse,
        parse_literal=more.get("literal"),
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    ExactDecimal: _definition(
        "Decimal",
        'An exact decimal number as a string, in plain notation: `"12.50"`. Integers are taken too; floats, exponents, '
        "NaN, Infinity and more than 38 digits are refused.",
        _decimal,
        decimals.plain,
        literal=_decimal_literal,
    ),
    Instant: _definition(
        "DateTime",
        "An instant, RFC 3339 with an offset; answered in UTC. A time without offset is refused.",
        _instant,
        _instant_text,
        url="https://scalars.graphql.org/andimarek/date-time",
    ),
    Day: _definition(
        "Date",
        "A day of the calendar, `2026-03-31`.",
        _day,
        lambda value: value.isoformat(),
        url="https://scalars.graphql.org/andimarek/local-date",
    ),
    Month: _definition(
        "YearMonth",
        "A month of the calendar, `2026-03`.",
        _month,
        lambda value: value.strftime("%Y-%m"),
    ),
    PostedDecimal: _definition(
        "PostedDecimal",
        "A number of a posted row, as a string like a `Decimal`. Anything is taken here and judged with its row: a bad "
        "number rejects the row that has it, never its neighbours.",
        lambda value: value,
        str,
        literal=_as_posted,
    ),
    PostedTime: _definition(
        "PostedTime",
        "A time of a posted row, RFC 3339 with an offset like a `DateTime`. Anything is taken here and judged with its "
        "row: a bad time rejects the row that has it, never its neighbours.",
        lambda value: value,
        str,
        literal=_as_posted,
    ),
    Json: _definition(
        "JSON",
        'A document: objects, lists, strings, true, false and null. Numbers are strings in it, `"0.2"`, so that they '
        "stay as they were written; others are refused.",
        _json,
        lambda value: value,
        literal=_json_literal,
    ),
}
"""Python type -> scalar, for the schema's configuration."""
