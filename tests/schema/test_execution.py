"""The short cuts of execution answer what the library answers: the same data, the same errors."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import parse
from graphql.execution.values import get_argument_values
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Library
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from schema import fast_lists
from schema.execution import COMPARED_WITH, FastExecutor, executor_class
from schema.fast_inputs import coerced
from schema.scalars import SCALARS, ExactDecimal, Instant
from schema.types.postings import _batch_of
from tests.schema.methods import SCHEMA

WHOLE = "mutation ($input: PostActivitiesInput!) { postActivities(input: $input) { __typename } }"
IN_PARTS = """mutation ($t: ID!, $k: ID!, $rows: [ActivityRowInput!]!) {
  postActivities(input: {tenantId: $t, idempotencyKey: $k, rows: $rows}) { __typename } }"""
ROW = {
    "source": "m1",
    "externalId": "a",
    "activityType": "electricity.grid",
    "quantity": "1.50",
    "unit": "kWh",
    "periodStart": "2025-03-01T00:00:00+08:00",
    "periodEnd": "2025-04-01T00:00:00+08:00",
}
ODD_VALUES: list[Any] = [
    *(
        None,
        True,
        5,
        -1,
        1.5,
        float("nan"),
        10**40,
        "",
        "x",
        "\ud83d",
        "MEASURED",
        "measured",
        [],
        ["x"],
        {},
        {"a": [1]},
    ),
]
ODD_ROWS: list[Any] = [
    {},
    ROW,
    [ROW],
    "x",
    None,
    5,
    *({**ROW, name: value} for name in (*ROW, "supplier", "quality", "document", "none") for value in ODD_VALUES),
    *({key: value for key, value in ROW.items() if key != name} for name in ROW),
    {**ROW, "supplier": "广州供电局", "quality": "ESTIMATED", "document": "发票.pdf"},
]  # fmt: skip
ODD_BATCHES: list[Any] = [
    *([row] for row in ODD_ROWS),
    *([ROW, row, ROW] for row in ODD_ROWS[::7]),
    *(ROW, {}, None, "x", 5, [], [[ROW]]),
]
ODD_INPUTS: list[Any] = [
    *({"tenantId": "t", "idempotencyKey": "k", "rows": rows} for rows in ODD_BATCHES),
    *({"tenantId": value, "idempotencyKey": "k", "rows": [ROW]} for value in ODD_VALUES),
    *({"tenantId": "t", "idempotencyKey": value, "rows": [ROW]} for value in ODD_VALUES),
    *({"tenantId": "t", "rows": [ROW]}, {"tenantId": "t", "idempotencyKey": "k"}, {}, None, "x", 5, [], [{}]),
    {"tenantId": "t", "idempotencyKey": "k", "rows": [ROW], "none": 1},
]  # fmt: skip


def seen(executor: Any, document: str, variables: dict[str, Any], name: str | None = None) -> str:
    """Return the batch as the resolver sees it, or the errors of the request."""
    made = executor.build(SCHEMA._schema, parse(document), None, None, variables, name)
    if isinstance(made, list):
        return repr([error.formatted for error in made])
    node = made.operation.selection_set.selections[0]
    assert SCHEMA._schema.mutation_type is not None
    field = SCHEMA._schema.mutation_type.fields["postActivities"]
    try:
        given = get_argument_values(field, node, made.variable_values)
    except Exception as error:  # noqa: BLE001  what the library raises is what is compared
        return repr(error)
    found = _batch_of(object, given["input"], None)  # type: ignore[arg-type]
    sources = {key: repr(source.value) for key, source in made.variable_values.sources.items()}
    return repr((found.tenant_id, found.idempotency_key, found.posted, sources))


@pytest.mark.parametrize("given", ODD_INPUTS, ids=lambda value: ascii(value)[:60])
def test_a_batch_is_coerced_as_the_library_does_it(given: Any) -> None:
    variables = {"input": given}
    assert seen(FastExecutor, WHOLE, variables) == seen(Library, WHOLE, variables)


@pytest.mark.parametrize("rows", ODD_BATCHES, ids=lambda value: ascii(value)[:60])
def test_a_list_of_rows_is_coerced_as_the_library_does_it(rows: Any) -> None:
    variables = {"t": "t", "k": 5, "rows": rows}
    assert seen(FastExecutor, IN_PARTS, variables) == seen(Library, IN_PARTS, variables)


GOOD = {"input": {"tenantId": "t", "idempotencyKey": "k", "rows": [ROW]}}


@pytest.mark.parametrize(
    ("document", "variables", "name"),
    [
        (WHOLE, {}, None),
        (WHOLE, {**GOOD, "more": 1}, None),
        (WHOLE, GOOD, "none"),
        (f"{WHOLE} query other {{ __typename }}", GOOD, None),
        (f"query other {{ __typename }} {WHOLE.replace('mutation', 'mutation post')}", GOOD, "post"),
        (WHOLE.replace("Input!)", "Input)"), GOOD, None),
        (WHOLE.replace("$input: Post", "$n: Int!, $input: Post"), {**GOOD, "n": "x"}, None),
        (WHOLE.replace("PostActivitiesInput", "None"), GOOD, None),
        (IN_PARTS.replace("[ActivityRowInput!]!", "[ActivityRowInput]!"), {"t": "t", "k": "k", "rows": [ROW]}, None),
        (IN_PARTS.replace("[ActivityRowInput!]!", "[ActivityRowInput!]"), {"t": "t", "k": "k", "rows": [ROW]}, None),
        (IN_PARTS.replace("[ActivityRowInput!]!", "[ActivityRowInput!] = []"), {"t": "t", "k": "k"}, None),
        (IN_PARTS, {"t": "t", "rows": [ROW]}, None),
    ],
)
def test_whatever_the_operation_looks_like(document: str, variables: dict[str, Any], name: str | None) -> None:
    assert seen(FastExecutor, document, variables, name) == seen(Library, document, variables, name)


def test_a_plain_batch_takes_the_short_cut() -> None:
    given = {"tenantId": "t", "idempotencyKey": "k", "rows": [ROW, {**ROW, "quality": "MEASURED"}]}
    assert list(coerced(parse(WHOLE), None, {"input": given})) == ["input"]
    assert list(coerced(parse(IN_PARTS), None, {"rows": given["rows"]})) == ["rows"]


class Colour(Enum):
    """A colour."""

    RED = "r"
    BLUE = "b"


strawberry.enum(Colour)


@strawberry.enum
class Size(Enum):
    """A size."""

    SMALL = 1
    LARGE = 2


@strawberry.input
class Wish:
    """What is wished for."""

    text: str


@strawberry.type
class Inner:
    """Another object."""

    name: str

    @strawberry.field
    def sized(self, size: Size = Size.SMALL, times: int | None = None) -> ExactDecimal:
        """Return what depends on arguments."""
        return ExactDecimal(Decimal(len(self.name) * size.value * (times or 1)))


@strawberry.type
class Thing:
    """Fields of every sort."""

    text: str = "x"
    id: strawberry.ID = strawberry.ID("i")
    count: int = 1
    is_right: bool = True
    colour: Colour = Colour.RED
    number: ExactDecimal = ExactDecimal(Decimal("1.50"))
    at: Instant = Instant(datetime(2025, 1, 1, tzinfo=UTC))
    maybe: str | None = None
    maybe_colour: Colour | None = None
    maybe_number: ExactDecimal | None = None
    names: list[str] = strawberry.field(default_factory=lambda: ["a", "b"])
    maybe_names: list[str | None] | None = None
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.BLUE])
    ratio: float = 0.5
    inner: Inner | None = None
    inners: list[Inner] = strawberry.field(default_factory=lambda: [Inner(name="a"), Inner(name="bc")])
    maybe_inners: list[Inner | None] | None = None

    @strawberry.field
    def computed(self) -> str:
        """Return what a resolver returns."""
        return f"{self.text}!"

    @strawberry.field
    def halved(self) -> ExactDecimal | None:
        """Return nothing for an odd number, and raise for none."""
        if not self.count:
            raise ValueError("nothing to halve")
        return None if self.count % 2 else ExactDecimal(Decimal(self.count // 2))

    @strawberry.field
    def made(self, name: str) -> Inner:
        """Return an object that a resolver makes."""
        return Inner(name=f"{self.text}{name}")

    @strawberry.field
    def wished(self, wish: Wish) -> str:
        """Return what an input object asks for."""
        return f"{self.text} {wish.text}"

    @strawberry.field
    def told(self, info: strawberry.Info) -> str:
        """Return what the operation knows."""
        return f"{self.text} {info.path.key}"

    @strawberry.field
    async def awaited(self) -> str:
        """Return what is waited for."""
        return f"{self.text}?"


class Later:
    """An awaitable."""

    def __await__(self) -> Any:
        yield from ()
        return "later"


class Text(str):
    """A text of another type."""

    __slots__ = ()


ATTRIBUTES = (
    "text",
    "id",
    "count",
    "is_right",
    "colour",
    "number",
    "at",
    "maybe",
    "maybe_colour",
    "maybe_number",
    "names",
    "maybe_names",
    "colours",
    "ratio",
    "inner",
    "inners",
    "maybe_inners",
)
ODD_ATTRIBUTES: list[Any] = [
    None,
    True,
    1,
    2**31,
    1.5,
    float("nan"),
    "red",
    "RED",
    "r",
    Colour.BLUE,
    Decimal(2),
    Decimal("NaN"),
    datetime(2025, 1, 1),
    [],
    [None],
    ["a", None],
    [1],
    ["a", [Colour.RED]],
    ("a",),
    {},
    object,
    Text("t"),
    ValueError("a value that is an error"),
    strawberry.UNSET,
    Inner(name="n"),
    [Inner(name="n"), None],
    [Inner(name="n"), Thing],
]  # fmt: skip
SELECTIONS = [
    "text id count isRight colour number at",
    "maybe maybeColour maybeNumber",
    "names maybeNames colours",
    "again: text text number again: text __typename kind: __typename",
    "text ... on Thing { id } ...Part",
    "text @skip(if: $no) id @include(if: $no)",
    "text ratio",
    "text computed",
    "text awaited",
    "text inner { name }",
    "__typename",
    "text @skip(if: true)",
    "inner { name sized }",
    "inners { name __typename sized(size: LARGE, times: 3) }",
    "maybeInners { name more: sized(times: null) }",
    "made(name: $name) { ...InnerPart name again: name } made(name: $name) { sized(size: $size) }",
    "count halved",
    "inners { name } awaited",
    'wished(wish: {text: "w"})',
    "told",
]
FRAGMENTS = {
    "Part": "fragment Part on Thing { colour more: count }",
    "InnerPart": "fragment InnerPart on Inner { kind: __typename }",
}
VARIABLES = {"$no": "$no: Boolean! = false", "$name": '$name: String! = "n"', "$size": "$size: Size! = LARGE"}
LISTS = ("things", "maybes", "lists", "held", "tuples")
FEW = ("things", "maybes")


@strawberry.type
class Picky:
    """A type that is told by a predicate, not by the class alone."""

    text: str

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Say whether a value is one."""
        return isinstance(value, cls) and value.text != "no"


@strawberry.type
class Query:
    """Lists that hold what the root is."""

    @strawberry.field
    def picky(self) -> list[Picky | None]:
        """Return a list of what a predicate judges."""
        return [Picky(text="yes"), Picky(text="no")]

    @strawberry.field
    def things(self) -> list[Thing]:
        """Return a list."""
        return self  # type: ignore[return-value]

    @strawberry.field
    def maybes(self) -> list[Thing | None] | None:
        """Return a list with a null in it."""
        return [*self, None]  # type: ignore[misc]

    @strawberry.field
    def lists(self) -> list[list[Thing]]:
        """Return lists in a list."""
        return [self, [], self]  # type: ignore[list-item]

    @strawberry.field
    async def held(self) -> list[Thing]:
        """Return a list later."""
        return self  # type: ignore[return-value]

    @strawberry.field
    def tuples(self) -> list[Thing]:
        """Return what is no list."""
        return tuple(self)  # type: ignore[arg-type, return-value]


SCHEMAS = {
    executor: strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS), execution_context_class=executor)
    for executor in (FastExecutor, Library)
}


def answered(things: Any, selection: str, executor: Any, lists: Sequence[str] = LISTS) -> str:
    """Return the answer to a question about all the lists."""
    parts = " ".join(f"{name} {{ {selection} }}" for name in lists)
    fragment = "".join(text for name, text in FRAGMENTS.items() if f"...{name}" in selection)
    given = ", ".join(text for name, text in VARIABLES.items() if re.search(rf"\{name}\b", selection))
    document = f"query {f'({given})' if given else ''} {{ {parts} }} {fragment}"
    found = asyncio.run(SCHEMAS[executor].execute(document, root_value=things))
    return repr((found.data, [error.formatted for error in found.errors or ()]))


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_list_of_plain_things_is_completed_as_the_library_does_it(selection: str) -> None:
    odd = Thing(text="ü", maybe="x", maybe_colour=Colour.BLUE, maybe_names=[None, "n"], count=-5)
    full = Thing(inner=Inner(name="n"), inners=[], maybe_inners=[None, Inner(name="m")], count=8)
    things = [Thing(), odd, full]
    assert answered(things, selection, FastExecutor) == answered(things, selection, Library)


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_a_thing_with_an_odd_value_is_completed_as_the_library_does_it(attribute: str) -> None:
    name = to_camel_case(attribute)
    selection = f"text {name} {'{ name }' if 'inner' in attribute else ''}"
    for value in ODD_ATTRIBUTES:
        things = [Thing(), Thing(**{attribute: value}), Thing()]
        assert answered(things, selection, FastExecutor, FEW) == answered(things, selection, Library, FEW), value


def test_things_of_another_type_are_completed_as_the_library_does_it() -> None:
    class Other(Thing):
        """A Python subclass."""

    for odd in (Other(), Inner(name="n"), object(), None, Later(), ValueError("odd")):
        things = [Thing(), odd]
        assert answered(things, "text", FastExecutor) == answered(things, "text", Library)


def test_a_type_told_by_a_predicate_is_judged_as_the_library_does_it() -> None:
    found = [asyncio.run(SCHEMAS[executor].execute("{ picky { text } }")) for executor in (FastExecutor, Library)]
    told = [(each.data, [error.formatted for error in each.errors or ()]) for each in found]
    assert told[0] == told[1]
    assert len(told[0][1]) == 1


def test_an_attribute_that_raises_is_told_as_the_library_tells_it() -> None:
    broken = Thing()
    del broken.text
    assert answered([Thing(), broken], "text", FastExecutor) == answered([Thing(), broken], "text", Library)


def test_a_resolver_that_raises_is_told_as_the_library_tells_it() -> None:
    things = [Thing(count=2), Thing(count=0), Thing()]
    assert answered(things, "count halved", FastExecutor) == answered(things, "count halved", Library)


@pytest.mark.parametrize(
    ("selection", "is_short"),
    [
        *((SELECTIONS[number], True) for number in (0, 1, 2, 3, 4, 5)),
        ("text @skip(if: true)", True),
        ("text ratio computed count halved", True),
        ("inner { name } inners { sized(size: LARGE, times: 2) } maybeInners { name }", True),
        ("made(name: $name) { name sized(size: $size) }", True),
        ("text awaited", False),
        ("inners { name } awaited", False),
        ('wished(wish: {text: "w"})', False),
        ("told", False),
    ],
)
def test_plain_things_take_the_short_cut(selection: str, is_short: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    planned = fast_lists.Planner.plan

    def counted(planner: Any, *given: Any) -> Any:
        plan = planned(planner, *given)

        if plan is None:
            return None

        def completed(items: Sequence[Any]) -> Any:
            taken.append(len(items))
            return plan(items)

        return completed

    monkeypatch.setattr(fast_lists.Planner, "plan", counted)
    answered([Thing(), Thing(), Thing()], selection, FastExecutor, ("things",))
    assert (3 in taken) == is_short


def test_no_method_is_called_where_the_library_will_call_it(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    field = get_object_definition(Thing, strict=True).get_field("computed")
    assert field
    assert field.base_resolver

    def counted(thing: Thing) -> str:
        called.append(thing.text)
        return "x"

    monkeypatch.setattr(field.base_resolver, "wrapped_func", counted)
    answered([Thing()], "computed awaited", FastExecutor, ("things",))
    assert called == ["x"]


def test_the_short_cuts_are_taken_with_the_versions_they_were_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert executor_class() is FastExecutor
    monkeypatch.setitem(COMPARED_WITH, "graphql-core", "0")
    assert executor_class() is None
