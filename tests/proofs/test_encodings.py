"""One spelling for each sequence of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.encodings import base64_bytes, base64_text, base64url_bytes, base64url_text, hex_bytes
from proofs.errors import BadNote


@given(st.binary(max_size=40))
def test_bytes_come_back(data: bytes) -> None:
    assert base64_bytes(base64_text(data), BadNote, "it") == data
    assert base64url_bytes(base64url_text(data), BadNote, "it") == data
    assert hex_bytes(data.hex(), BadNote, "it") == data


@pytest.mark.parametrize("text", ["AB==", "AA", "AA=", "A A=", "AA==\n", "A-==", "é", "=AA="])
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="the root is no"):
        base64_bytes(text, BadNote, "the root")


@pytest.mark.parametrize("text", ["AB", "AA==", "A+", "A", "A\n"])
def test_another_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="the header"):
        base64url_bytes(text, BadNote, "the header")


@pytest.mark.parametrize("text", ["AB", "a", "a b", "0x", "ab\n", "éé"])
def test_another_spelling_of_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="the leaf is"):
        hex_bytes(text, BadNote, "the leaf")
