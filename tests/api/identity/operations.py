"""An operation for every field of the roots, made from the schema: arguments with ids of one tenant, answers three
deep.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

DEPTH = 3
SCALARS: Mapping[str, Any] = {
    "Int": 2024,
    "String": "x1",
    "Boolean": False,
    "Decimal": "1",
    "Date": "2024-03-01",
    "YearMonth": "2024-03",
    "DateTime": "2024-03-01T00:00:00Z",
    "PostedDecimal": "1",
    "PostedTime": "2024-03-01T00:00:00Z",
    "JSON": {"code": "x1"},
}
BY_NAME: Mapping[str, Any] = {
    "activityType": "electricity.grid",
    "claimedTo": "2024-12",
    "lastMonth": "2024-12",
    "last": "2024-12",
    "periodEnd": "2024-04-01T00:00:00Z",
    "to": "2024-03-02",
    "timeZone": "Asia/Shanghai",
    "region": "CN-GD",
    "source": "m1",
    "unit": "kWh",
    "carrier": "ELECTRICITY",
    "idempotencyKey": "5f0c1d6e-6f4f-4c39-9d5e-2a2f1a8d9b10",
    "minutes": 60,
    "start": "2024-03-01T00:00:00+08:00",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on one field of a root."""

    kind: str
    field: str
    document: str
    variables: dict[str, Any]


def operations(schema: GraphQLSchema, ids: Mapping[str, str], given: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield an operation for every field of query, mutation and subscription.

    `ids` are values by argument or field name, `field.argument` before them; `given` replaces whole arguments.
    """
    roots = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
    for kind, root in roots.items():
        assert root is not None
        for name, field in root.fields.items():
            variables = dict(_arguments(name, field, ids, given))
            declared = ", ".join(f"${one}: {field.args[one].type}" for one in variables)
            passed = ", ".join(f"{one}: ${one}" for one in variables)
            head = f"{kind} ({declared})" if declared else kind
            call = f"{name}({passed})" if passed else name
            yield Operation(kind, name, f"{head} {{ {call} {_selection(field.type, DEPTH)} }}", variables)


def _arguments(
    name: str, field: GraphQLField, ids: Mapping[str, str], given: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for argument, definition in field.args.items():
        key = f"{name}.{argument}"
        if key in given:
            yield argument, given[key]
        elif is_required_argument(definition) or argument == "filter" or _names_something(argument, definition, ids):
            yield argument, _value(name, argument, definition.type, ids)


def _names_something(argument: str, definition: GraphQLArgument, ids: Mapping[str, str]) -> bool:
    return str(definition.type) == "ID" and argument in ids


def _value(root: str, name: str, of: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(of, GraphQLNonNull):
        return _value(root, name, of.of_type, ids)
    if isinstance(of, GraphQLList):
        return [_value(root, name.removesuffix("s"), of.of_type, ids)]
    if isinstance(of, GraphQLInputObjectType):
        if of.name == "BoundaryInput":
            return {"tenantId": ids["tenantId"]}
        return {
            key: _value(root, key, one.type, ids)
            for key, one in of.fields.items()
            if is_required_input_field(one) or (str(one.type) == "ID" and key in ids)
        }
    if isinstance(of, GraphQLEnumType):
        return BY_NAME[name] if BY_NAME.get(name) in of.values else next(iter(of.values))
    if of.name == "ID":
        return ids.get(f"{root}.{name}") or ids.get(name) or BY_NAME[name]
    return BY_NAME.get(name, SCALARS[of.name])


def _selection(of: Any, depth: int, alias: str = "") -> str:
    """Return what is asked of a type: all that takes no argument that must be given; members of a union by aliases."""
    named = get_named_type(of)
    if isinstance(named, GraphQLUnionType):
        members = (f"... on {one.name} {_selection(one, depth, f'{one.name}_')}" for one in named.types)
        return "{ __typename " + " ".join(members) + " }"
    if not isinstance(named, GraphQLObjectType):
        return "{ __typename id }" if hasattr(named, "fields") else ""
    parts = ["__typename"]
    for name, field in named.fields.items():
        if any(is_required_argument(one) for one in field.args.values()):
            continue
        inner = get_named_type(field.type)
        is_leaf = not hasattr(inner, "fields") and not isinstance(inner, GraphQLUnionType)
        if is_leaf:
            parts.append(f"{alias}{name}: {name}")
        elif depth > 1:
            parts.append(f"{alias}{name}: {name} {_selection(field.type, depth - 1)}")
    return "{ " + " ".join(parts) + " }"
