"""Who may sign which heads: both keys sign a rotation, and neither reaches beyond it."""

import pytest

from proofs.errors import BadNote
from proofs.keys import PrivateKey
from proofs.notes import sign_note
from proofs.rotations import (
    Rotation,
    Tenure,
    keys_at,
    open_rotation,
    sign_rotation,
    stated_rotation,
    tenures,
    tenures_with,
)
from tests.history import ORIGIN, numbered_key

OLD, NEW, NEWEST = (numbered_key(number) for number in (1, 2, 3))


def rotation_note(*keys: PrivateKey, text: str | None = None) -> bytes:
    return sign_note(text or Rotation(ORIGIN, OLD.public, NEW.public, 10).text, *keys)


def test_a_rotation_says_what_both_sign() -> None:
    data = sign_rotation(ORIGIN, OLD, NEW, 10)
    assert data.startswith(
        f"parkledger key rotation v1\n{ORIGIN}\n{OLD.public}\n{NEW.public}\n10\n\n— {OLD.name} ".encode()
    )
    assert open_rotation(data, ORIGIN, OLD.public) == Rotation(ORIGIN, OLD.public, NEW.public, 10)


def test_each_key_signs_the_heads_of_its_tenure_alone() -> None:
    held = tenures(ORIGIN, OLD.public, [sign_rotation(ORIGIN, OLD, NEW, 10), sign_rotation(ORIGIN, NEW, NEWEST, 20)])
    assert held == (Tenure(OLD.public, 0, 10), Tenure(NEW.public, 10, 20), Tenure(NEWEST.public, 20, None))
    at = {0: (OLD,), 9: (OLD,), 10: (OLD, NEW), 11: (NEW,), 20: (NEW, NEWEST), 21: (NEWEST,), 10**9: (NEWEST,)}
    for size, keys in at.items():
        assert keys_at(held, size) == tuple(key.public for key in keys)
    assert tenures(ORIGIN, OLD.public) == (Tenure(OLD.public),)


def test_whoever_trusts_any_of_the_keys_learns_the_others() -> None:
    notes = [sign_rotation(ORIGIN, OLD, NEW, 10), sign_rotation(ORIGIN, NEW, NEWEST, 20)]
    held = tenures(ORIGIN, OLD.public, notes)
    assert [tenures_with(ORIGIN, key.public, notes) for key in (OLD, NEW, NEWEST)] == [held, held, held]
    assert tenures_with(ORIGIN, NEW.public, []) == (Tenure(NEW.public),)
    with pytest.raises(BadNote, match="is not trusted with"):
        tenures_with(ORIGIN, NEWEST.public, notes[:1])
    assert stated_rotation(notes[1]).new == NEWEST.public


@pytest.mark.parametrize("keys", [(OLD,), (NEW,), (OLD, NEWEST)])
def test_a_rotation_that_one_key_did_not_sign_is_refused(keys: tuple[PrivateKey, ...]) -> None:
    with pytest.raises(BadNote, match="is not signed by"):
        open_rotation(rotation_note(*keys), ORIGIN, OLD.public)


def test_a_rotation_of_another_key_or_history_is_refused() -> None:
    with pytest.raises(BadNote, match="wanted is one of"):
        open_rotation(sign_rotation(ORIGIN, OLD, NEW, 10), ORIGIN, NEWEST.public)
    with pytest.raises(BadNote, match="wanted is one of"):
        open_rotation(sign_rotation("park.example/history/8", OLD, NEW, 10), ORIGIN, OLD.public)
    with pytest.raises(BadNote, match="wanted is one of"):
        tenures(ORIGIN, OLD.public, [sign_rotation(ORIGIN, OLD, NEW, 10), sign_rotation(ORIGIN, OLD, NEWEST, 20)])


def test_a_later_rotation_lies_higher() -> None:
    notes = [sign_rotation(ORIGIN, OLD, NEW, 10), sign_rotation(ORIGIN, NEW, NEWEST, 9)]
    with pytest.raises(BadNote, match="a rotation at 9 events after one at 10"):
        tenures(ORIGIN, OLD.public, notes)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rotation v1", "rotation v2", "is no rotation"),
        ("\n10\n", "\n010\n", "is no rotation"),
        ("\n10\n", "\n10\nmore\n", "is no rotation"),
        ("+AT", "+BT", "cannot be read"),
        (f"\n{ORIGIN}\n", "\n\n", "the origin ''"),
        ("\n10\n", f"\n{2**63}\n", "a rotation at 9223372036854775808"),
    ],
)
def test_a_text_that_is_no_rotation_is_refused(old: str, new: str, message: str) -> None:
    good = Rotation(ORIGIN, OLD.public, NEW.public, 10).text
    if old == "+AT":
        old, new = str(NEW.public).rpartition("+")[2][:2], "BB"
    with pytest.raises(BadNote, match=message):
        open_rotation(rotation_note(OLD, NEW, text=good.replace(old, new)), ORIGIN, OLD.public)


def test_a_key_does_not_follow_itself() -> None:
    with pytest.raises(BadNote, match="to the same key"):
        sign_rotation(ORIGIN, OLD, numbered_key(1, "another.name"), 10)
