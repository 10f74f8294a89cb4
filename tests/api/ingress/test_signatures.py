"""Signatures of webhooks, against the example of the specification and everything that is none."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.ingress.signatures import BadSecrets, BadSignature, secret_of, secrets_in, signature, verify

SECRET = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER = bytes(range(32))
BODY = b'{"test": 2432232314}'
NOW = datetime.fromtimestamp(1614265330, UTC)
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
"""The example of the specification."""


def test_the_example_of_the_specification() -> None:
    assert verify(HEADERS, BODY, [SECRET], NOW) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_right_signature_of_several_under_one_secret_of_several() -> None:
    given = {**HEADERS, "webhook-signature": f"v1a,AAAA v1,{'A' * 43}= {HEADERS['webhook-signature']} v2,x"}
    assert verify(given, BODY, [OTHER, SECRET], NOW) == HEADERS["webhook-id"]


@pytest.mark.parametrize("apart", [-300, 300])
def test_clocks_may_be_five_minutes_apart(apart: int) -> None:
    verify(HEADERS, BODY, [SECRET], NOW + timedelta(seconds=apart))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"webhook-id": ""}, "are needed"),
        ({"webhook-id": "msg_other"}, "no v1 signature"),
        ({"webhook-timestamp": "soon"}, "are needed"),
        ({"webhook-timestamp": "1614265331"}, "no v1 signature"),
        ({"webhook-timestamp": "1614265029"}, "accepted is a time within 300 seconds"),
        ({"webhook-timestamp": "1614265631"}, "accepted is a time within 300 seconds"),
        ({"webhook-signature": ""}, "are needed"),
        ({"webhook-signature": "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, "no v1 signature"),
        ({"webhook-signature": "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, "no v1 signature"),
        ({"webhook-signature": "v1,é"}, "no v1 signature"),
    ],
)
def test_what_is_not_signed_is_refused(changed: dict[str, str], told: str) -> None:
    with pytest.raises(BadSignature, match=told):
        verify({**HEADERS, **changed}, BODY, [SECRET], NOW)


def test_another_body_or_secret_or_none_is_refused() -> None:
    for body, secrets in ((BODY + b" ", [SECRET]), (BODY, [OTHER]), (BODY, [])):
        with pytest.raises(BadSignature):
            verify(HEADERS, body, secrets, NOW)


def test_a_point_in_an_id_moves_nothing_to_the_timestamp() -> None:
    assert signature(SECRET, "a", "1", b"b") != signature(SECRET, "a.1", "", b"b")


@pytest.mark.parametrize(
    "text", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_AAAA", "whsec_%%%%", "whsec_é"]
)
def test_what_is_no_secret_is_told_and_not_shown(text: str) -> None:
    with pytest.raises(BadSecrets, match="24 to 64 random bytes") as found:
        secret_of(text)
    assert len(text) < 8 or text not in str(found.value)


def test_secrets_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    with pytest.raises(BadSecrets, match="cannot be read: No such file"):
        secrets_in(path)
    path.write_text('["whsec_"]')
    with pytest.raises(BadSecrets, match="holds no secrets of webhooks such as"):
        secrets_in(path)
    path.write_text('{"t1": ["short"]}')
    with pytest.raises(BadSecrets, match="24 to 64 random bytes"):
        secrets_in(path)
    path.write_text(f'{{"t1": ["whsec_{base64.b64encode(OTHER).decode()}"], "t2": []}}')
    assert secrets_in(path) == {"t1": (OTHER,), "t2": ()}
