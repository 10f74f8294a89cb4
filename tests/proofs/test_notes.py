"""Signed notes against the published examples, and everything that is refused."""

import base64

import pytest

from proofs.errors import BadNote
from proofs.keys import PublicKey, read_public_key
from proofs.notes import MAX_NOTE_BYTES, MAX_SIGNATURES, add_signature, open_note, parse_note, sign_note
from tests.history import key_of, numbered_key

# From the documentation and tests of golang.org/x/mod/sumdb/note; the private key is the published one.
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = read_public_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH = read_public_key("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}".encode()
BOTH = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()
# From C2SP signed-note.
FOO = read_public_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
FOO_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def test_the_published_note_is_made_byte_for_byte() -> None:
    assert sign_note(TEXT, key_of("PeterNeumann", PETER_SEED)) == NOTE


def test_the_published_notes_open() -> None:
    assert open_note(FOO_NOTE.encode(), (FOO,)).text == "This is an example message.\n"
    opened = open_note(BOTH, (ENOCH, PETER))
    assert (opened.text, opened.signers) == (TEXT, (PETER, ENOCH))
    assert parse_note(BOTH).to_bytes() == BOTH


def test_signatures_of_keys_that_are_not_trusted_are_ignored() -> None:
    garbled = BOTH.replace(b"rwz+eBzm", b"rwz+eAAA")
    assert open_note(garbled, (PETER,)).signers == (PETER,)
    with pytest.raises(BadNote, match=r"EnochRoot\+af0cfe78 is not over this text"):
        open_note(garbled, (PETER, ENOCH))


def test_a_key_of_the_same_name_and_another_id_is_another_key() -> None:
    with pytest.raises(
        BadNote, match=r"no trusted key signed this note; signed by PeterNeumann\+c74f20a3, trusted are"
    ):
        open_note(NOTE, (PublicKey("PeterNeumann", ENOCH.raw),))
    with pytest.raises(BadNote, match="trusted are none"):
        open_note(NOTE, ())


def test_a_signature_is_added_and_the_others_stay() -> None:
    witness = numbered_key(3, "witness.example")
    found = add_signature(NOTE, witness)
    assert found.startswith(NOTE)
    assert open_note(found, (PETER, witness.public)).signers == (PETER, witness.public)


def test_a_text_may_hold_blank_lines_and_end_in_one() -> None:
    for text in ("a\n\nb\n", "a\n\n", "\n", "\n\n\n"):
        note = sign_note(text, numbered_key(1))
        assert open_note(note, (numbered_key(1).public,)).text == text


def test_one_key_that_signed_twice_is_one_signer() -> None:
    key = numbered_key(1)
    assert open_note(add_signature(sign_note("a\n", key), key), (key.public,)).signers == (key.public,)


def test_any_changed_byte_of_a_note_is_refused() -> None:
    for at in range(len(NOTE)):
        changed = bytearray(NOTE)
        changed[at] ^= 1
        with pytest.raises(BadNote):
            open_note(bytes(changed), (PETER,))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no signed note"),
        (TEXT.encode(), "no signed note"),
        (NOTE[:-1], "no signed note"),
        (f"{TEXT}\n".encode(), "no signed note"),
        (PETER_LINE.encode(), "no signed note"),
        (f"{TEXT}\n{PETER_LINE}text\n".encode(), "the signature line 'text'"),
        (f"{TEXT}\n{PETER_LINE}—  x08go/ZJkg==\n".encode(), "the key name ''"),
        (f"{TEXT}\n{PETER_LINE}— a+b x08go/ZJkg==\n".encode(), r"the key name 'a\+b'"),
        (f"{TEXT}\n{PETER_LINE}— name\n".encode(), "the signature line '— name'"),
        (f"{TEXT}\n{PETER_LINE}— name x08go/ZJkg\n".encode(), "the signature of name is no Base 64"),
        (f"{TEXT}\n{PETER_LINE}— name x08gow==\n".encode(), "the signature of name has 4 bytes"),
        (NOTE.replace(b"\n", b"\r\n"), "no signed note"),
        (NOTE.replace(b"think", b"th\tnk"), "control character '\\\\t'"),
        (NOTE.replace(b"think", b"th\xffnk"), "byte 9 of the note is no UTF-8"),
        (NOTE + PETER_LINE.encode() * MAX_SIGNATURES, f"a note with {MAX_SIGNATURES + 1} signatures"),
        (b"a" * (MAX_NOTE_BYTES + 1), "a note of 1000001 bytes"),
    ],
)
def test_a_malformed_note_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        open_note(data, (PETER,))


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\r\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        sign_note(text, numbered_key(1))
    with pytest.raises(BadNote, match="without a key"):
        sign_note("text\n")


def test_trusted_keys_that_share_name_and_id_are_refused() -> None:
    class Collision(PublicKey):
        @property
        def id(self) -> bytes:
            return PETER.id

    with pytest.raises(BadNote, match=r"two trusted keys are both PeterNeumann\+c74f20a3"):
        open_note(NOTE, (PETER, Collision("PeterNeumann", ENOCH.raw)))
