"""Canonical JSON against RFC 8785 and an implementation of its own, and what the strict reader refuses."""

import json
from decimal import Decimal, localcontext
from enum import IntEnum
from hashlib import sha256
from typing import Any, cast

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from proofs.canonical import MAX_DEPTH, MAX_INTEGER, Json, canonical_bytes, decimal_text, read_canonical, read_json
from proofs.errors import NotCanonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES = st.recursive(SCALARS, lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXTS, part, max_size=4))


@given(VALUES)
def test_it_is_what_another_implementation_writes(value: object) -> None:
    written = canonical_bytes(cast("Json", value))
    assert written == rfc8785.dumps(cast("Any", value))
    assert read_json(written) == read_canonical(written) == json.loads(written) == value


def test_members_are_ordered_by_utf_16_as_in_rfc_8785_section_3_2_3() -> None:
    order = ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]
    written = canonical_bytes({name: number for number, name in enumerate(reversed(order))})
    assert list(json.loads(written)) == order


def test_texts_are_escaped_as_in_rfc_8785_section_3_2_2_2() -> None:
    assert canonical_bytes('\u20ac$\x0f\nA\'B"\\\\"/\x7f\u2028') == (
        b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\xe2\x80\xa8"'
    )


def test_the_hash_of_the_smallest_object_is_the_known_one() -> None:
    assert sha256(canonical_bytes({"a": 1})).hexdigest() == (
        "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    )


class Month(IntEnum):
    MARCH = 3


def test_numbers_with_a_name_are_numbers() -> None:
    assert canonical_bytes([Month.MARCH, True]) == b"[3,true]"


@pytest.mark.parametrize(
    ("value", "path", "fault"),
    [
        ({"a": [1, 1.5]}, "$.a[1]", "a float, 1.5"),
        ({"a": float("nan")}, "$.a", "a float, nan"),
        ({"a": Decimal("1.5")}, "$.a", "a Decimal"),
        (b"bytes", "$", "a bytes"),
        ({"a": {1: 2}}, "$.a", "the member name 1"),
        ([2**53], "$[0]", "the integer 9007199254740992"),
        ([-(2**53)], "$[0]", "the integer -9007199254740992"),
        (["\ud800"], "$[0]", "half a surrogate pair"),
        ({"\udc00": 1}, "$", "half a surrogate pair"),
        ({1, 2}, "$", "a set"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_path(value: object, path: str, fault: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_bytes(cast("Json", value))
    assert refused.value.path == path
    assert str(refused.value).startswith(f"{path}: ")
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"a":1,"a":1}', "the member 'a' occurs twice"),
        (b'{"b":{"x":1,"y":2,"x":3}}', "the member 'x' occurs twice"),
        (b"[1.0]", "the number 1.0"),
        (b"[1e2]", "the number 1e2"),
        (b"[NaN]", "the number NaN"),
        (b"[-Infinity]", "the number -Infinity"),
        (b"[9007199254740992]", "the integer 9007199254740992"),
        (b"[" + b"9" * 5000 + b"]", "an integer of 5000 digits"),
        (b"", "no JSON at character 0"),
        (b"{} {}", "no JSON at character 3"),
        (b"[1,]", "no JSON at character"),
        (b"['a']", "no JSON at character 1"),
        (b'["\n"]', "no JSON at character 2"),
        (b'["\\ud800"]', "half a surrogate pair"),
        (b'"\xff"', "byte 1 is no UTF-8"),
        (b"\xef\xbb\xbf{}", "no JSON at character 0"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested too deeply"),
    ],
)
def test_what_is_doubtful_is_not_read(data: bytes, fault: str) -> None:
    with pytest.raises(NotCanonical, match=fault):
        read_json(data)


def test_the_greatest_depth_is_read_and_written() -> None:
    data = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert canonical_bytes(read_json(data)) == data


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b'{"b":1,"a":2}', 2),
        (b'{"a": 1}', 5),
        (b'{"a":1}\n', 7),
        (b'["\\u0041"]', 2),
        (b"[-0]", 1),
        (b'["\\/"]', 2),
        (b'["\\u000F"]', 7),
    ],
)
def test_another_spelling_of_a_value_is_not_canonical(data: bytes, at: int) -> None:
    read_json(data)
    with pytest.raises(NotCanonical, match=f"differs at byte {at}"):
        read_canonical(data)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_decimal_has_one_text_that_gives_it_back(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert decimal_text(Decimal(text)) == text


def test_a_decimal_is_never_rounded() -> None:
    digits = "1." + "3" * 60
    with localcontext(prec=5):
        assert decimal_text(Decimal(digits + "00")) == digits
    assert [decimal_text(Decimal(text)) for text in ("-0", "100", "-0.10", "1E-7")] == ["0", "100", "-0.1", "0.0000001"]
    with pytest.raises(NotCanonical, match="the decimal NaN"):
        decimal_text(Decimal("NaN"))
