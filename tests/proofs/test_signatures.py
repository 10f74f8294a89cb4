"""Detached signatures: the example of RFC 8037, and every way around the signature that JWS is known for."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from proofs.errors import BadSignature
from proofs.signatures import MAX_TOKEN_CHARACTERS, sign_document, signing_input, verify_document
from tests.history import key_of, numbered_key

KEY = numbered_key(1)
DOCUMENT = b'{"co2e":"441.9","unit":"t"}'
PURPOSE = "parkledger-report"
SIGNED_AT = datetime(2026, 4, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
HEADER = {"alg": "EdDSA", "iat": int(SIGNED_AT.timestamp()), "kid": KEY.public.label, "typ": PURPOSE}
TOKEN = sign_document(DOCUMENT, KEY, PURPOSE, SIGNED_AT)


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(header: object, document: bytes = DOCUMENT) -> str:
    """A token of any header whose signature by the right key is good."""
    text = header if isinstance(header, str) else json.dumps(header)
    protected = coded(text.encode())
    return f"{protected}..{coded(KEY.sign(signing_input(protected, document)))}"


def refused(token: str, document: bytes = DOCUMENT, purpose: str = PURPOSE) -> str:
    with pytest.raises(BadSignature) as found:
        verify_document(document, token, purpose, (KEY.public,))
    return str(found.value)


def test_the_example_of_rfc_8037_appendix_a_4_is_signed_as_printed() -> None:
    key = key_of("rfc8037", base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
    protected, payload, signature = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    ).split(".")
    assert signing_input(protected, b"Example of Ed25519 signing") == f"{protected}.{payload}".encode()
    assert coded(key.sign(signing_input(protected, b"Example of Ed25519 signing"))) == signature


def test_a_signature_says_who_for_what_and_when() -> None:
    found = verify_document(DOCUMENT, TOKEN, PURPOSE, (numbered_key(2).public, KEY.public))
    assert (found.key, found.purpose, found.signed_at) == (KEY.public, PURPOSE, SIGNED_AT)
    assert found.signed_at.tzinfo is UTC


def test_equal_arguments_give_an_equal_token_in_the_plain_form() -> None:
    assert sign_document(DOCUMENT, KEY, PURPOSE, SIGNED_AT.replace(microsecond=999_999)) == TOKEN
    protected, between, signature = TOKEN.split(".")
    assert json.loads(base64.urlsafe_b64decode(protected + "==")) == HEADER
    assert (between, len(signature)) == ("", 86)


def test_a_changed_document_is_refused() -> None:
    assert "is not over this document" in refused(TOKEN, DOCUMENT.replace(b"441.9", b"441.8"))
    assert "is not over this document" in refused(TOKEN, DOCUMENT + b"\n")


def test_any_changed_character_of_a_token_is_refused() -> None:
    for at, character in enumerate(TOKEN):
        refused(TOKEN[:at] + ("A" if character != "A" else "B") + TOKEN[at + 1 :])


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "ES256", "RS256", "eddsa", "Ed448", "", None, 7, ["EdDSA"]]
)
def test_every_other_algorithm_is_refused(algorithm: object) -> None:
    assert "accepted is EdDSA alone" in refused(forged({**HEADER, "alg": algorithm}))


def test_no_algorithm_and_no_signature_is_refused() -> None:
    assert "no detached JWS" in refused(f"{coded(json.dumps({**HEADER, 'alg': 'none'}).encode())}..")


def test_the_public_key_is_never_a_shared_secret() -> None:
    protected = coded(json.dumps({**HEADER, "alg": "HS256"}).encode())
    code = hmac.new(KEY.public.raw, signing_input(protected, DOCUMENT), hashlib.sha256).digest()
    assert "the algorithm 'HS256'" in refused(f"{protected}..{coded(code)}")


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["b64"], "b64": False},
        {"crit": []},
        {"b64": True},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": coded(KEY.public.raw)}},
        {"jku": "https://park.example/keys"},
        {"x5c": []},
        {"cty": "json"},
    ],
)
def test_a_header_with_more_is_refused(more: dict[str, object]) -> None:
    assert "accepted are exactly alg, iat, kid, typ" in refused(forged({**HEADER, **more}))


@pytest.mark.parametrize("name", ["iat", "kid", "typ"])
def test_a_header_with_less_is_refused(name: str) -> None:
    assert "accepted are exactly" in refused(forged({key: value for key, value in HEADER.items() if key != name}))


@pytest.mark.parametrize(
    "kid", ["", "park.example/ledger", "park.example/ledger+00000000", None, 7, [KEY.public.label]]
)
def test_an_unknown_key_is_refused(kid: object) -> None:
    assert "names 0 of the trusted keys" in refused(forged({**HEADER, "kid": kid}))


def test_a_key_of_another_is_refused() -> None:
    other = sign_document(DOCUMENT, numbered_key(2), PURPOSE, SIGNED_AT)
    assert f"signed by '{numbered_key(2).public.label}', which names 0" in refused(other)


def test_a_signature_for_another_purpose_is_refused() -> None:
    assert "wanted is one for 'parkledger-webhook'" in refused(TOKEN, purpose="parkledger-webhook")


@pytest.mark.parametrize("time", ["2026-04-01", -1, True, None, 10**15])
def test_a_time_that_is_none_is_refused(time: object) -> None:
    assert "accepted are whole seconds since 1970" in refused(forged({**HEADER, "iat": time}))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ('{"alg":"EdDSA","alg":"EdDSA"}', "occurs twice"),
        ('{"alg":"EdDSA"', "no strict JSON"),
        ('{"alg":"EdDSA","iat":1.5}', "the number 1.5"),
        ("[]", "the algorithm []"),
        ('"EdDSA"', "the algorithm 'EdDSA'"),
    ],
)
def test_a_header_that_is_doubtful_is_refused(header: str, message: str) -> None:
    assert message in refused(forged(header))


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b", "a..b.c", TOKEN + "\n", " " + TOKEN, TOKEN + "=", TOKEN.replace("..", "."), "é..a"],
)
def test_a_text_that_is_no_token_is_refused(token: str) -> None:
    assert "no detached JWS" in refused(token)


def test_a_token_that_brings_its_own_document_is_refused() -> None:
    protected, signature = TOKEN.split("..")
    assert "a document of its own" in refused(f"{protected}.{coded(DOCUMENT)}.{signature}")


def test_a_token_is_read_up_to_a_length() -> None:
    assert f"accepted is up to {MAX_TOKEN_CHARACTERS}" in refused("a" * (MAX_TOKEN_CHARACTERS + 1))


def test_a_time_without_zone_and_an_empty_purpose_are_not_signed() -> None:
    for purpose, moment in ((PURPOSE, SIGNED_AT.replace(tzinfo=None)), ("", SIGNED_AT)):
        with pytest.raises(BadSignature, match="accepted are a time with its zone and a purpose"):
            sign_document(DOCUMENT, KEY, purpose, moment)
