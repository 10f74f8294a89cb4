"""The schema as clients see it: committed, described to the last enum value, in Relay's shapes."""

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from emission_factors.activity_types import Scope
from schema.enums import member_texts
from schema.service import SDL, printed


def test_the_committed_schema_is_fresh() -> None:
    assert SDL.read_text(encoding="utf-8") == printed(), "print it again: parkledger schema"


def test_every_element_is_described() -> None:
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    silent: list[str] = []
    for name, found in schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID", "Float"):
            continue
        if not found.description:
            silent.append(name)
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in found.fields.items():
                silent += [] if field.description else [f"{name}.{field_name}"]
                silent += [f"{name}.{field_name}({arg})" for arg, given in field.args.items() if not given.description]
        if isinstance(found, GraphQLInputObjectType):
            silent += [f"{name}.{field}" for field, given in found.fields.items() if not given.description]
        if isinstance(found, GraphQLEnumType):
            silent += [f"{name}.{value}" for value, given in found.values.items() if not given.description]
    assert silent == []


def test_connections_have_relays_shape() -> None:
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    connections = [found for name, found in schema.type_map.items() if name.endswith("Connection")]
    assert len(connections) >= 7
    for found in connections:
        assert isinstance(found, GraphQLObjectType)
        assert set(found.fields) == {"edges", "nodes", "pageInfo"}
        edge = schema.type_map[found.name.replace("Connection", "Edge")]
        assert isinstance(edge, GraphQLObjectType)
        assert set(edge.fields) == {"cursor", "node"}


def test_no_float_reaches_the_wire() -> None:
    assert "Float" not in SDL.read_text(encoding="utf-8")


def test_member_texts_are_read_from_the_source() -> None:
    assert member_texts(Scope)["SCOPE_1"] == "Direct emissions of what the organisation owns or controls."
