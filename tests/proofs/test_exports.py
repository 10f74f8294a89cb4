"""Lines of an export: written by hand, read strictly, and nothing in them that no check covers."""

from dataclasses import replace

import pytest

from proofs.errors import BadEvent
from proofs.exports import MAX_LINE_BYTES, ExportedEvent, read_line
from tests.history import event, exported

ENTRY = exported(5)
LINE = ENTRY.line()
ERASED = replace(ENTRY, salt=None, text=None)


def test_a_line_holds_the_stored_text_as_text() -> None:
    assert ENTRY.salt is not None
    stored = event(5).canonical().decode().replace('"', '\\"')
    expected = f'{{"event":"{stored}","index":5,"leaf":"{ENTRY.leaf.hex()}","salt":"{ENTRY.salt.hex()}"}}\n'
    assert LINE.decode() == expected
    assert read_line(LINE) == read_line(LINE[:-1]) == ENTRY


def test_an_erased_event_leaves_its_leaf_alone() -> None:
    assert ERASED.line() == f'{{"index":5,"leaf":"{ENTRY.leaf.hex()}"}}\n'.encode()
    found = read_line(ERASED.line())
    assert (found, found.is_erased, found.computed_leaf()) == (ERASED, True, ENTRY.leaf)


def test_any_changed_byte_is_refused_or_gives_another_leaf_or_index() -> None:
    for line in (LINE, ERASED.line()):
        for at in range(len(line) - 1):
            for bit in (1, 0x20):
                changed = bytearray(line)
                changed[at] ^= bit
                try:
                    found = read_line(bytes(changed))
                except BadEvent:
                    continue
                assert (found.index, found.leaf, found.computed_leaf()) != (5, ENTRY.leaf, ENTRY.leaf)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"index":5', '"index":-5', "the index -5"),
        ('"index":5', '"index":"5"', "the index '5'"),
        ('"index":5', '"index":false', "the index False"),
        ('"index":5', '"index":05', "not canonical JSON"),
        ('"index":5,', "", "a line with event, leaf, salt"),
        ('"leaf":"', '"leaf":"00', "a leaf of 33 bytes"),
        ('"leaf":"', '"leaf":"A0', "the leaf is 'A0"),
        ('"salt":"', '"salt":"00', "a salt of 17 bytes"),
        ('"index":5,', '"index":5,"kept":1,', "a line with event, index, kept, leaf, salt"),
        ("}\n", "}\n\n", "not canonical JSON"),
        ("}\n", "}\r\n", "not canonical JSON"),
        ('{"event', ' {"event', "not canonical JSON"),
    ],
)
def test_a_line_of_another_form_is_refused(old: str, new: str, message: str) -> None:
    text = LINE.decode()
    assert text.count(old) == 1
    with pytest.raises(BadEvent, match=message):
        read_line(text.replace(old, new).encode())


def test_half_an_event_is_refused() -> None:
    with pytest.raises(BadEvent, match="a line with event, index, leaf"):
        read_line(b'{"event":"{}","index":5,"leaf":"00"}')
    for changes in ({"salt": None}, {"text": None}):
        with pytest.raises(BadEvent, match="accepted are both"):
            ExportedEvent(5, ENTRY.leaf, **{"salt": ENTRY.salt, "text": ENTRY.text, **changes})


def test_other_values_than_objects_and_texts_are_refused() -> None:
    with pytest.raises(BadEvent, match=r"a line with \[\]"):
        read_line(b"[]")
    with pytest.raises(BadEvent, match="the leaf is 7; accepted is a text"):
        read_line(b'{"index":5,"leaf":7}')
    with pytest.raises(BadEvent, match="accepted is up to 16000000"):
        read_line(bytes(MAX_LINE_BYTES + 1))
    with pytest.raises(BadEvent, match="byte 0 of the event 5 is no UTF-8"):
        replace(ENTRY, text=b"\xff").line()
