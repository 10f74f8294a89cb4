"""What operations cost, counted before anything of them is executed."""

import pytest
from graphql import parse

from schema.costs import HEAVY, POSTED_IN, Costs
from schema.limits import PAGE_DEFAULT, PAGE_MOST
from schema.permissions import NEEDED, PUBLIC
from tests.schema.methods import SCHEMA

COSTS = Costs()


def cost(text: str, name: str | None = None, **variables: object) -> tuple[int, int]:
    return COSTS.of(parse(text), name, variables)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{ viewer { actor } }", 1),
        ("{ __typename }", 1),
        ("{ a: viewer { actor } b: viewer { actor } }", 2),
        ("{ footprint { total } }", HEAVY["footprint"]),
        ("mutation ($input: X!) { publishReport(input: $input) { __typename } }", 500),
        ("{ parks { nodes { id } } }", 1),
        ("{ parks(first: 1) { nodes { id } } }", 1),
        ("{ parks(first: 51) { nodes { id } } }", 2),
        ("{ parks(first: 500) { edges { node { id } } } }", 10),
        ("{ parks(first: 10) { nodes { tenants(first: 100) { nodes { id } } } } }", 1 + 10 * 2),
        ("{ parks { nodes { tenants { nodes { id } } } } }", 1 + 50),
        ("{ parks { ...P } } fragment P on ParkConnection { nodes { tenants { nodes { id } } } }", 1 + 50),
        ("{ parks(first: 10) { ... on ParkConnection { nodes { tenants { pageInfo { endCursor } } } } } }", 1 + 10),
        ('{ period(first: "2024-03") { state } }', 1),
        ("{ parks(first: 0) { nodes { id } } }", 1),
        ("{ parks(first: 99999999999999999999) { nodes { id } } }", 10),
    ],
)  # fmt: skip
def test_points_are_of_roots_and_pages(text: str, points: int) -> None:
    assert cost(text) == (points, 0)
    assert cost(text) == (points, 0)


def test_a_page_may_be_sized_by_a_variable() -> None:
    document = parse("query ($n: Int) { parks(first: $n) { nodes { tenants(first: $n) { nodes { id } } } } }")
    for given, points in (
        ({"n": 10}, 1 + 10),
        ({"n": 100}, 2 + 100 * 2),
        ({}, 1 + PAGE_DEFAULT),
        ({"n": "x"}, 1 + PAGE_DEFAULT),
        ({"n": True}, 1 + PAGE_DEFAULT),
        ({"n": 10**9}, 10 + PAGE_MOST * 10),
    ):
        assert COSTS.of(document, None, given) == (points, 0), given


def test_a_page_is_of_the_size_that_its_variable_has_where_none_is_given() -> None:
    document = parse("query ($n: Int = 500) { parks(first: $n) { nodes { tenants(first: $n) { nodes { id } } } } }")
    most = 10 + PAGE_MOST * 10
    for given, points in (({}, most), ({"n": 10}, 1 + 10), ({"n": None}, 1 + PAGE_DEFAULT), ({}, most)):
        assert COSTS.of(document, None, given) == (points, 0), given


def test_the_operation_that_is_asked_for_is_counted() -> None:
    text = "query A { viewer { actor } } query B { footprint { total } }"
    assert cost(text, "A") == (1, 0)
    assert cost(text, "B") == (HEAVY["footprint"], 0)


def test_fragments_that_hold_themselves_or_double_have_an_end() -> None:
    assert cost("{ ...A } fragment A on Query { viewer { actor } ...A }") == (1, 0)
    doubling = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(600))
    assert cost(f"{{ ...F0 }} {doubling} fragment F600 on Query {{ viewer {{ actor }} }}") == (1, 0)
    within = "".join(f"fragment F{n} on Tenant {{ ...F{n + 1} ...F{n + 1} }} " for n in range(200))
    points, _ = cost(f"{{ tenant {{ ...F0 }} }} {within} fragment F200 on Tenant {{ sites {{ nodes {{ id }} }} }}")
    assert points > 10**9, "what a document repeats counts each time"


POST = "mutation ($input: PostActivitiesInput!) { postActivities(input: $input) { __typename } }"
INTERVALS = "mutation ($input: PostIntervalsInput!) { postIntervals(input: $input) { __typename } }"


@pytest.mark.parametrize(
    ("text", "given", "rows"),
    [
        (POST, {"rows": [{}] * 1000}, 1000),
        (POST, {"rows": []}, 1),
        (POST, {"rows": "x"}, 1),
        (POST, "x", 1),
        (POST, None, 1),
        (INTERVALS, {"readings": [{"values": ["1"] * 96}, {"values": ["1"]}, {}, 5]}, 99),
        ("mutation ($input: X!) { a: postActivities(input: $input) { x } b: postActivities(input: $input) { x } }",
         {"rows": [{}] * 7}, 14),
        ("mutation ($input: X!) { correctActivity(input: $input) { x } voidActivity(input: $input) { x } }", {}, 2),
        ("mutation ($input: X!) { declareTargets(input: $input) { x } }", {"rows": [{}]}, 0),
    ],
)  # fmt: skip
def test_rows_are_those_that_would_be_posted(text: str, given: object, rows: int) -> None:
    assert cost(text, None, input=given)[1] == rows


def test_rows_are_counted_in_the_document_too() -> None:
    text = 'mutation ($row: X) { postActivities(input: {tenantId: "x", rows: [{a: 1}, $row, {a: 2}]}) { x } }'
    assert cost(text, None, row={})[1] == 3


def test_the_tables_name_fields_that_there_are() -> None:
    schema = SCHEMA._schema
    assert schema.query_type
    assert schema.mutation_type
    assert set(HEAVY) <= set(schema.query_type.fields) | set(schema.mutation_type.fields)
    assert set(schema.query_type.fields) <= PUBLIC | set(NEEDED)
    assert set(POSTED_IN) <= set(schema.mutation_type.fields)
