"""Keys against the published examples of signed notes, and how they are read and written."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from proofs.errors import BadKey
from proofs.keys import PublicKey, make_key, read_private_key, read_public_key
from tests.history import numbered_key

# The examples of C2SP signed-note and of the Go module golang.org/x/mod/sumdb/note; the last has a plus in its Base 64.
PUBLISHED = [
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
]


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_verifier_keys_are_read_and_written_back(text: str) -> None:
    key = read_public_key(text)
    assert str(key) == text
    assert key.label == text.rpartition("+")[0] if text.count("+") == 2 else key.label == "TEST+7997405c"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no verifier key"),
        ("PeterNeumann", "no verifier key"),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "no verifier key"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "give c74f20a3"),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", "no Base 64"),
        ("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type 0x04"),
        ("PeterNeumann+c74f20a3+", "type 0x?"),
        ("PeterNeumann+c74f20a3+ARpc2Qc=", "has 4 bytes"),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "the key name ''"),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "the key name 'Peter Neumann'"),
    ],
)
def test_a_verifier_key_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadKey) as refused:
        read_public_key(text)
    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x00b"])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name: str) -> None:
    with pytest.raises(BadKey, match="the key name"):
        make_key(name)
    with pytest.raises(BadKey, match="the key name"):
        PublicKey(name, bytes(32))


def test_a_signature_is_of_one_key_and_one_message() -> None:
    key, other = numbered_key(1), numbered_key(2)
    signature = key.sign(b"message")
    assert (len(signature), signature) == (64, key.sign(b"message"))
    assert key.public.verifies(signature, b"message")
    assert not key.public.verifies(signature, b"massage")
    assert not key.public.verifies(bytes(64), b"message")
    assert not key.public.verifies(signature[:-1], b"message")
    assert not other.public.verifies(signature, b"message")


def test_a_private_key_is_read_as_it_was_written() -> None:
    key = make_key("park.example/ledger")
    assert read_private_key(key.name, key.pem()).public == key.public
    assert read_private_key(key.name, key.pem(b"secret"), b"secret").public == key.public
    assert make_key(key.name).public != key.public
    assert key.pem().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert key.pem(b"secret").startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_a_private_key_that_cannot_be_read_is_refused() -> None:
    key = numbered_key(1)
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem, password in ((b"", None), (key.pem(b"secret"), None), (key.pem(b"secret"), b"wrong"), (key.pem(), b"any")):
        with pytest.raises(BadKey, match=r"park\.example/ledger cannot be read"):
            read_private_key(key.name, pem, password)
    with pytest.raises(BadKey, match="accepted is Ed25519"):
        read_private_key(key.name, other)


def test_no_text_of_a_private_key_shows_its_secret() -> None:
    key = numbered_key(1)
    assert (repr(key), str(key)) == ("PrivateKey(name='park.example/ledger')",) * 2
