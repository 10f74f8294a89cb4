"""Checkpoints against the specification's example, and everything that is refused."""

import pytest

from proofs.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint, stated_checkpoint
from proofs.encodings import base64_text
from proofs.errors import BadNote
from proofs.merkle import EMPTY_ROOT
from proofs.notes import sign_note
from tests.history import LEDGER, ORIGIN, numbered_key

# The example of C2SP tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = bytes(range(32))
EMPTY = base64_text(EMPTY_ROOT)


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    found = parse_checkpoint(EXAMPLE)
    assert (found.origin, found.size, found.root.hex()[:8]) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert found.text == EXAMPLE


def test_a_signed_checkpoint_opens() -> None:
    checkpoint = Checkpoint(ORIGIN, 4, ROOT, ("one extension", "another"))
    witness = numbered_key(2, "witness.example")
    data = sign_checkpoint(checkpoint, LEDGER, witness)
    assert data.startswith(f"{ORIGIN}\n4\n{base64_text(ROOT)}\none extension\nanother\n\n— ".encode())
    opened = open_checkpoint(data, ORIGIN, (witness.public, LEDGER.public))
    assert (opened.checkpoint, opened.signers) == (checkpoint, (LEDGER.public, witness.public))
    assert stated_checkpoint(data) == checkpoint


def test_a_checkpoint_of_another_history_is_refused() -> None:
    data = sign_checkpoint(Checkpoint("park.example/history/8", 4, ROOT), LEDGER)
    with pytest.raises(
        BadNote, match=r"of the history 'park\.example/history/8'; wanted is one of 'park\.example/history/7'"
    ):
        open_checkpoint(data, ORIGIN, (LEDGER.public,))


def test_a_checkpoint_that_nobody_trusted_signed_is_refused() -> None:
    data = sign_checkpoint(Checkpoint(ORIGIN, 4, ROOT), numbered_key(9))
    with pytest.raises(BadNote, match="no trusted key signed this note"):
        open_checkpoint(data, ORIGIN, (LEDGER.public,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("origin\n", "is no checkpoint"),
        ("origin\n4\n", "is no checkpoint"),
        (EXAMPLE[:-1], "is no checkpoint"),
        (EXAMPLE.replace("20852163", "020852163"), "the size '020852163'"),
        (EXAMPLE.replace("20852163", "-1"), "the size '-1'"),
        (EXAMPLE.replace("20852163", "+1"), r"the size '\+1'"),
        (EXAMPLE.replace("20852163", "٣"), "the size '٣'"),
        (EXAMPLE.replace("20852163", "1 "), "the size '1 '"),
        (EXAMPLE.replace("20852163", "9" * 19), "accepted is 0 to"),
        (EXAMPLE.replace("20852163", "9" * 30), "the size"),
        (EXAMPLE.replace("q2I=", "q2J="), "not spelled as Base 64"),
        ("origin\n1\nAAAA\n", "a root of 3 bytes"),
        ("\n1\n" + base64_text(ROOT) + "\n", "the line '' of a checkpoint"),
        (EXAMPLE + "\n", "the line '' of a checkpoint"),
        (EXAMPLE + "\nextension\n", "the line '' of a checkpoint"),
        (f"origin\n0\n{base64_text(ROOT)}\n", "of no events; it is e3b0c442"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        parse_checkpoint(text)
    if text.endswith("\n"):
        with pytest.raises(BadNote, match=message):
            open_checkpoint(sign_note(text, LEDGER), "example.com/behind-the-sofa", (LEDGER.public,))


def test_the_empty_history_has_the_root_of_nothing() -> None:
    assert parse_checkpoint(f"origin\n0\n{EMPTY}\n") == Checkpoint("origin", 0, EMPTY_ROOT)


@pytest.mark.parametrize("origin", ["", "a\nb"])
def test_an_origin_is_one_line(origin: str) -> None:
    with pytest.raises(BadNote, match="accepted is a text in one line"):
        Checkpoint(origin, 4, ROOT)
