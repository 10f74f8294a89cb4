"""Lists of objects with plain fields, completed column by column.

The library completes a list object by object and field by field, with a path, an info and several type tests for each
value. Where a selection asks for plain fields only (an attribute, no resolver, no arguments) and every value is exactly
of the type that the field promises, the answer is the attributes themselves: one column for each field, put together as
rows. Anything else, however little of it, gives the whole list to the library, so that errors and nulls are its own.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
)

Column = Callable[[Sequence[Any]], Sequence[Any]]
"""Turns the values of one field of all objects into what the answer holds; raises `Unusual`."""

_AS_IT_IS: Final = {GraphQLString.name: str, GraphQLID.name: str, GraphQLBoolean.name: bool}
_PLAIN: Final = frozenset((str, int, bool, Decimal, datetime, date))
"""Types of the values that the schema's own scalars are made of; nothing among them waits or raises."""
_SMALLEST_INT, _LARGEST_INT = -(2**31), 2**31 - 1


class Unusual(Exception):
    """Something the library had better do itself."""


def plain_type(item_type: GraphQLOutputType) -> GraphQLObjectType:
    """Return the object type of a list's items; raises `Unusual` for any other and where a predicate tells the type."""
    object_type = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
    if not isinstance(object_type, GraphQLObjectType) or object_type.is_type_of:
        raise Unusual
    return object_type


def completed(
    schema: GraphQLSchema, object_type: GraphQLObjectType, names: Mapping[str, str], items: Sequence[Any]
) -> list[Any]:
    """Return the completed list; `names` maps each key of the answer to the name of its field. Raises `Unusual`."""
    definition = object_type.extensions.get("strawberry-definition")
    if definition is None or set(map(type, items)) != {definition.origin}:
        raise Unusual
    columns = [_values(schema, object_type, name, items) for name in names.values()]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(schema: GraphQLSchema, object_type: GraphQLObjectType, name: str, items: Sequence[Any]) -> Sequence[Any]:
    if name == "__typename":
        return [object_type.name] * len(items)
    field = schema.get_field(object_type, name)
    if field is None or not getattr(field.resolve, "_is_default", False) or field.args:
        raise Unusual
    attribute = field.extensions["strawberry-definition"].python_name
    try:
        values = list(map(attrgetter(attribute), items))
        return _column(field.type)(values)
    except Exception as error:
        raise Unusual from error


def _column(output: GraphQLOutputType) -> Column:
    """Return how a type's values are completed; null may stand among them unless the type forbids it."""
    if isinstance(output, GraphQLNonNull):
        return _present(output.of_type)
    present = _present(output)

    def column(values: Sequence[Any]) -> Sequence[Any]:
        if NoneType not in set(map(type, values)):
            return present(values)
        found = iter(present([value for value in values if value is not None]))
        return [None if value is None else next(found) for value in values]

    return column


def _present(output: GraphQLOutputType) -> Column:
    if isinstance(output, GraphQLList):
        return _lists(_column(output.of_type))
    if isinstance(output, GraphQLEnumType):
        return _enum(output)
    if isinstance(output, GraphQLScalarType):
        return _scalar(output)
    raise Unusual


def _lists(complete: Column) -> Column:
    """Complete a column of lists as one long list, cut again where they were cut."""

    def column(values: Sequence[Any]) -> Sequence[Any]:
        _expect(values, {list})
        found = iter(complete([each for value in values for each in value]))
        return [[next(found) for _ in value] for value in values]

    return column


def _enum(output: GraphQLEnumType) -> Column:
    wrapped = getattr(output, "wrapped_cls", None)
    if wrapped is None:
        raise Unusual
    names = {member: output.coerce_output_value(member) for member in wrapped}

    def column(values: Sequence[Any]) -> Sequence[Any]:
        _expect(values, {wrapped})
        return [names[value] for value in values]

    return column


def _scalar(output: GraphQLScalarType) -> Column:
    as_it_is = _AS_IT_IS.get(output.name)
    if as_it_is is not None:
        return lambda values: _expect(values, {as_it_is})
    if output.name == GraphQLInt.name:
        return _integers
    serialize = output.coerce_output_value

    def column(values: Sequence[Any]) -> Sequence[Any]:
        found = [serialize(value) for value in _expect(values, _PLAIN)]
        if None in found:
            raise Unusual
        return found

    return column


def _integers(values: Sequence[Any]) -> Sequence[Any]:
    _expect(values, {int})
    if values and not (min(values) >= _SMALLEST_INT and max(values) <= _LARGEST_INT):
        raise Unusual
    return values


def _expect(values: Sequence[Any], types: AbstractSet[type]) -> Sequence[Any]:
    if not set(map(type, values)) <= types:
        raise Unusual
    return values
