"""What goes in and out as JSON: the fast reader and writer say what the lenient ones say."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.view import BadBody, GraphQLView

VIEW = GraphQLView.__new__(GraphQLView)
BODIES: list[bytes] = [
    b'{"query": "{ __typename }"}',
    b'{"a": [18446744073709551615, 18446744073709551616, -9223372036854775809, -0, -0.0, 1E5, 1e400, 5e-324]}',
    b'{"a": NaN, "b": -Infinity}',
    b'{"a": "\\ud83d", "b": "\\ud83d\\ude00", "c": "\\u0000"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": 1, "a": 2}',
    b'\xef\xbb\xbf{"a": 1}',
    '{"a": "ü"}'.encode("utf-16"),
    b'{"a": "\t"}',
    b'{"a": "\xff"}',
    b'{"a": 1,}',
    b'{"a": 01}',
    b'{"a": 1} x',
    b'{"variables": 5}',
    b"[1]",
    b"5",
    b"",
    b" ",
]


def read(body: bytes) -> object:
    try:
        return VIEW.decode_json(body)
    except BadBody as error:
        return str(error)


def expected(body: bytes) -> object:
    try:
        found = json.loads(body)
    except ValueError as error:
        return f"the body is not JSON: {error}"
    if not isinstance(found, dict):
        return "the body must be an object with query, variables and operationName"
    return found if isinstance(found.get("variables", {}), dict | None) else "variables must be an object"


@pytest.mark.parametrize("body", BODIES)
def test_a_body_is_read_as_the_lenient_reader_reads_it(body: bytes) -> None:
    assert repr(read(body)) == repr(expected(body))


def test_an_operation_cannot_have_half_a_character_for_its_name() -> None:
    with pytest.raises(BadBody, match="operationName holds half a character"):
        VIEW.decode_json(b'{"query": "{ __typename }", "operationName": "\\ud83d"}')


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.dictionaries(ANY_TEXT, JSON | ANY_TEXT))
def test_whatever_goes_out_comes_in_again(answer: dict[str, Any]) -> None:
    written = VIEW.encode_json(answer)
    assert json.loads(written) == answer
    if not isinstance(answer.get("variables", {}), dict | None):
        return
    assert VIEW.decode_json(written) == answer


def test_nesting_beyond_all_measure_is_refused() -> None:
    with pytest.raises((BadBody, RecursionError)):
        VIEW.decode_json(b'{"a": ' + b"[" * 100_000)
