"""What an operation selects: its fragments' fields too, each once, and those of every operation where none is named."""

import pytest
from graphql import parse

from schema.selections import fields_of, fragments_of, operations_of, root_fields

DOCUMENT = parse(
    """query A { a ... on Query { b ...F ...Gone } ...F }
    mutation B { c }
    fragment F on Query { d { inner } ...G }
    fragment G on Query { e ...F }"""
)


@pytest.mark.parametrize(
    ("name", "fields"),
    [("A", ["a", "b", "d", "e"]), ("B", ["c"]), ("C", []), (None, ["a", "b", "d", "e", "c"]), ("", list("abdec"))],
)
def test_the_fields_that_an_operation_begins_with(name: str | None, fields: list[str]) -> None:
    assert [one.name.value for one in root_fields(DOCUMENT, name)] == fields


def test_each_operation_is_looked_at_by_itself() -> None:
    fragments = fragments_of(DOCUMENT)
    [asked] = operations_of(DOCUMENT, "A")
    once, again = ([one.name.value for one in fields_of(asked.selection_set, fragments)] for _ in range(2))
    assert once == again == ["a", "b", "d", "e"]
