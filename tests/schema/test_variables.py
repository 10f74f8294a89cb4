"""Half a character in a variable is told by its place; rows of a posting are left to their own outcomes."""

from typing import Any

import pytest
from graphql import parse

from schema.variables import refused_text

HALF = "\ud83d"
POSTS = parse("mutation ($i: PostActivitiesInput!, $r: String) { postActivities(input: $i) { __typename } }")


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"r": f"a{HALF}"}, "r"),
        ({"r": ["a", {"b": [1, None, HALF]}]}, "r[1].b[2]"),
        ({"x": HALF}, "x"),
    ],
)
def test_the_place_is_told(variables: dict[str, Any], place: str) -> None:
    refused = refused_text(POSTS, None, variables)
    assert refused is not None
    assert refused.message.startswith(f"{place}: ")
    assert refused.message.endswith(" holds half a character; accepted are whole ones")


@pytest.mark.parametrize(
    "variables", [{}, {"r": "\U0001f600 园区"}, {"r": None, "x": [1.5, True]}, {"i": {"rows": [{"externalId": HALF}]}}]
)
def test_what_is_whole_and_what_has_outcomes_of_its_own_passes(variables: dict[str, Any]) -> None:
    assert refused_text(POSTS, None, variables) is None
