"""A caller that has a file is told so, and nothing of a body that is not sent."""

import pytest
from starlette.requests import Request

from api.reports.held_files import digest_headers, held

TAG = f'"{"ab" * 32}"'


def asking(*fields: str) -> Request:
    headers = [(b"if-none-match", field.encode()) for field in fields]
    return Request({"type": "http", "method": "GET", "path": "/x", "headers": headers})


@pytest.mark.parametrize(
    ("fields", "is_held"),
    [
        ([], False),
        ([""], False),
        (['"other"'], False),
        ([TAG.strip('"')], False),
        ([TAG], True),
        ([f"W/{TAG}"], True),
        ([f'"other",  W/{TAG} , "third"'], True),
        (['"other"', TAG], True),
        (["*"], True),
        ([" * "], True),
        (['"*"'], False),
        (['"other", *'], False),
    ],
)
def test_what_a_caller_says_that_it_has(fields: list[str], is_held: bool) -> None:
    answer = held(asking(*fields), digest_headers(b"\xab" * 32))
    assert (answer is not None) is is_held


def test_not_modified_says_what_an_answer_would_and_nothing_of_its_body() -> None:
    answer = held(asking(TAG), digest_headers(b"\xab" * 32))
    assert answer is not None
    assert (answer.status_code, answer.body) == (304, b"")
    assert dict(answer.headers) == {"etag": TAG, "cache-control": "private, no-cache", "vary": "Authorization"}
