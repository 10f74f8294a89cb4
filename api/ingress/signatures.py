"""Signatures of webhooks after Standard Webhooks: HMAC-SHA256 of `id.timestamp.body` under a secret both sides know.

Source: Standard Webhooks specification 1.0 (standardwebhooks.com), sections on signatures and verification.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
TOLERANCE_S: Final = 300
"""Seconds the clocks may be apart, as the libraries of the specification have it."""
PREFIX: Final = "whsec_"
_LENGTHS: Final = range(24, 65)
"""Bytes of a secret, by the specification."""
_VERSION: Final = "v1"
_DIGITS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)

Secrets = Mapping[str, Sequence[bytes]]
"""The secrets of tenants by their id: several while one is replaced by another."""


NO_SECRETS: Final[Secrets] = MappingProxyType({})
"""No tenant takes webhooks."""


class BadSignature(Exception):
    """The headers do not prove who sent the body."""


class BadSecrets(Exception):
    """The file of secrets cannot be used: what is wrong with it, and what would be accepted."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> str:
    """Return the id of a webhook whose signature is right under one of the secrets; raises `BadSignature`."""
    name, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not name or not _DIGITS.fullmatch(stamp) or not headers.get(SIGNATURE):
        raise BadSignature(f"{ID}, {TIMESTAMP} (seconds since 1970) and {SIGNATURE} are needed")
    if abs(int(now.timestamp()) - int(stamp)) > TOLERANCE_S:
        raise BadSignature(f"{TIMESTAMP} is {stamp}; accepted is a time within {TOLERANCE_S} seconds of now")
    given = [
        value for version, _, value in (one.partition(",") for one in headers[SIGNATURE].split()) if version == _VERSION
    ]
    expected = [signature(secret, name, stamp, body) for secret in secrets]
    # Every pair is compared, and in constant time, so that the time it takes tells nothing.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given]
    if not any(matches):
        raise BadSignature(f"no {_VERSION} signature of {SIGNATURE} is right for this body and the tenant's secret")
    return name


def signature(secret: bytes, name: str, stamp: str, body: bytes) -> str:
    """Return the signature of a body in base64, without its version.

    >>> secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((name.encode(), stamp.encode(), body))
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def secret_of(text: str) -> bytes:
    """Return the bytes of a secret, `whsec_` and base64; raises `BadSecrets`, which does not show it."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:  # no base64, or no ASCII
        secret = b""
    if not text.startswith(PREFIX) or len(secret) not in _LENGTHS:
        message = f"a secret is {PREFIX} and {_LENGTHS[0]} to {_LENGTHS[-1]} random bytes in base64"
        raise BadSecrets(f"{message}; one of {len(text)} characters is not")
    return secret


def secrets_in(path: Path) -> Secrets:
    """Return the secrets in a file of JSON, tenants with lists of secrets; raises `BadSecrets`."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except OSError as error:
        raise BadSecrets(f"the secrets of webhooks in {path} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise BadSecrets(
            f'{path} holds no secrets of webhooks such as {{"tenant": ["{PREFIX}..."]}}: {error}'
        ) from None
    try:
        return {tenant: tuple(map(secret_of, texts)) for tenant, texts in found.items()}
    except BadSecrets as error:
        raise BadSecrets(f"{path}: {error}") from None
