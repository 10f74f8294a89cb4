"""API keys: form, checksum, digest."""

import hashlib
import hmac
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.identity.api_keys import ALPHABET, BadKey, derived_key, digest_of, is_of, new_key, parse

PEPPER = b"a pepper"
KNOWN = derived_key(PEPPER, "known")


def number(text: str) -> int:
    value = 0
    for character in text:
        value = value * 62 + ALPHABET.index(character)
    return value


def test_a_key_has_its_form() -> None:
    text = new_key().text
    assert len(text) == len("pk_live_") + 8 + 1 + 43 + 6
    assert text.startswith("pk_live_")
    assert text[16] == "_"
    assert number(text[-6:]) == zlib.crc32(text[:-6].encode())
    assert number(text[17:60]) < 2**256


def test_a_key_is_read_back() -> None:
    key = new_key()
    assert parse(key.text) == key
    assert key.secret not in repr(key)


def test_keys_differ() -> None:
    assert len({new_key().text for _ in range(100)}) == 100


def test_a_derived_key_is_the_same_again_and_another_under_another_pepper_or_name() -> None:
    assert derived_key(PEPPER, "known").text == KNOWN.text
    assert len({KNOWN.text, derived_key(b"other", "known").text, derived_key(PEPPER, "other").text}) == 3


@given(st.integers(0, 65), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_a_typing_error(position: int, other: str) -> None:
    text = KNOWN.text
    wrong = f"{text[:position]}{other}{text[position + 1 :]}"
    if wrong != text:
        with pytest.raises(BadKey):
            parse(wrong)


@pytest.mark.parametrize("text", ["", "pk_live_", KNOWN.text[:-1], f"{KNOWN.text}0", f" {KNOWN.text}", "pk_test_x"])
def test_what_is_not_whole_is_told(text: str) -> None:
    with pytest.raises(BadKey, match="not whole") as told:
        parse(text)
    assert KNOWN.secret not in str(told.value)


def test_a_digest_is_the_hmac_of_the_secret() -> None:
    expected = hmac.new(PEPPER, KNOWN.secret.encode(), hashlib.sha256).digest()
    assert digest_of(PEPPER, KNOWN) == expected
    assert is_of(PEPPER, KNOWN, expected)
    assert not is_of(b"other", KNOWN, expected)
    assert not is_of(PEPPER, new_key(), expected)
