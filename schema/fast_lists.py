"""Lists of objects with plain fields, completed column by column.

The library completes a list object by object and field by field, with a path, an info, the arguments and several type
tests for each value. Where a selection asks for plain fields only (an attribute, or a method of the object that waits
for nothing and needs nothing of the operation) and every value is exactly of the type that the field promises, the
answer is one column for each field, put together as rows; objects within objects and lists within lists are columns of
their own. Anything else, however little of it, gives the whole list to the library, so that errors and nulls are its
own. Whether a selection is plain is told before a method is called, so that none is called for nothing.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
from types import NoneType
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    get_named_type,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

DEFINITION: Final = "strawberry-definition"
"""Where the library keeps what a GraphQL type, field or schema was made from."""

Column = Callable[[Sequence[Any]], Sequence[Any]]
"""Turns the values of one field of all objects into what the answer holds; raises `Unusual`."""

_AS_IT_IS: Final = {GraphQLString.name: str, GraphQLID.name: str, GraphQLBoolean.name: bool}
_PLAIN: Final = frozenset((str, int, bool, Decimal, datetime, date))
"""Types of the values that the schema's own scalars are made of; nothing among them waits or raises."""
_SMALLEST_INT, _LARGEST_INT = -(2**31), 2**31 - 1


class Unusual(Exception):
    """Something the library had better do itself."""


class Planner:
    """Plans for the lists of one operation; each selection is looked at once, however many lists ask for it."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor
        self._made: dict[tuple[int, int], tuple[object, object, Column | None]] = {}

    def plan(self, item_type: GraphQLOutputType, details: Any) -> Column | None:
        """Return how a list's items are completed, or None where the library has to do it."""
        key = id(item_type), id(details)
        if key not in self._made:
            self._made[key] = item_type, details, self._planned(item_type, details)  # kept, so that no id is used again
        return self._made[key][2]

    def _planned(self, item_type: GraphQLOutputType, details: Any) -> Column | None:
        if not isinstance(get_named_type(item_type), GraphQLObjectType) or isinstance(item_type, GraphQLList):
            return None
        try:
            return self._column(item_type, details)
        except Unusual:
            return None

    def _column(self, output: GraphQLOutputType, details: Any) -> Column:
        """Return how a type's values are completed; null may stand among them unless the type forbids it."""
        if isinstance(output, GraphQLNonNull):
            return self._present(output.of_type, details)
        return _or_null(self._present(output, details))

    def _present(self, output: GraphQLOutputType, details: Any) -> Column:
        if isinstance(output, GraphQLList):
            return _lists(self._column(output.of_type, details))
        if isinstance(output, GraphQLObjectType):
            return self._objects(output, details)
        if isinstance(output, GraphQLEnumType):
            return _enum(output)
        if isinstance(output, GraphQLScalarType):
            return _scalar(output)
        raise Unusual

    def _objects(self, object_type: GraphQLObjectType, details: Any) -> Column:
        """Return how objects are completed; raises `Unusual` where a predicate, not the class, tells the type."""
        definition = object_type.extensions.get(DEFINITION)
        fields, deferred, _ = self._executor.collect_subfields(object_type, details)
        if definition is None or object_type.is_type_of or deferred:
            raise Unusual
        columns = {key: self._field(object_type, of_key) for key, of_key in fields.items()}

        def column(items: Sequence[Any]) -> Sequence[Any]:
            _expect(items, {definition.origin})
            if not columns:
                return [{} for _ in items]
            found = [complete(items) for complete in columns.values()]
            return [dict(zip(columns, values, strict=True)) for values in zip(*found, strict=True)]

        return column

    def _field(self, object_type: GraphQLObjectType, details: Any) -> Column:
        name = details[0].node.name.value
        if name == "__typename":
            return lambda items: [object_type.name] * len(items)
        field = self._executor.schema.get_field(object_type, name)
        if field is None:
            raise Unusual
        complete, read = self._column(field.type, details), self._reader(field, details[0])

        def column(items: Sequence[Any]) -> Sequence[Any]:
            try:
                return complete([read(item) for item in items])
            except Exception as error:
                raise Unusual from error

        return column

    def _reader(self, field: GraphQLField, details: Any) -> Callable[[Any], Any]:
        """Return what reads a field of an object: its attribute, or its resolver with the arguments coerced once."""
        definition = field.extensions[DEFINITION]
        if getattr(field.resolve, "_is_default", False) and not field.args:
            return attrgetter(definition.python_name)
        resolver = definition.base_resolver
        if resolver is None or definition.extensions or not _is_plain(resolver) or not _takes_leaves(field):
            raise Unusual
        given = self._arguments(field, definition, details)
        return partial(resolver.wrapped_func, **given) if given else resolver.wrapped_func

    def _arguments(self, field: GraphQLField, definition: Any, details: Any) -> dict[str, Any]:
        executor, strawberry_schema = self._executor, self._executor.schema.extensions[DEFINITION]
        converter, variables = strawberry_schema.schema_converter, details.fragment_variable_values
        try:
            given = get_argument_values(field, details.node, executor.variable_values, variables)
            return convert_arguments(given, definition.arguments, converter.scalar_registry, converter.config)
        except Exception as error:
            raise Unusual from error


def _is_plain(resolver: Any) -> bool:
    """Whether a resolver is a plain method of its object: nothing to wait for, nothing of the operation to know."""
    others = resolver.info_parameter or resolver.root_parameter or resolver.parent_parameter
    return bool(resolver.self_parameter) and not others and not resolver.is_async


def _takes_leaves(field: GraphQLField) -> bool:
    """Whether the arguments are such as all objects may share: none can be changed by the resolver that gets it."""
    types = (argument.type for argument in field.args.values())
    return all(is_leaf_type(type_.of_type if isinstance(type_, GraphQLNonNull) else type_) for type_ in types)


def _or_null(present: Column) -> Column:
    def column(values: Sequence[Any]) -> Sequence[Any]:
        if NoneType not in set(map(type, values)):
            return present(values)
        found = iter(present([value for value in values if value is not None]))
        return [None if value is None else next(found) for value in values]

    return column


def _lists(complete: Column) -> Column:
    """Complete a column of lists as one long list, cut again where they were cut."""

    def column(values: Sequence[Any]) -> Sequence[Any]:
        _expect(values, {list})
        found = iter(complete([each for value in values for each in value]))
        return [[next(found) for _ in value] for value in values]

    return column


@cache
def _enum(output: GraphQLEnumType) -> Column:
    """Return how an enum's members are completed; there are dozens in some, so their names are looked up once."""
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
