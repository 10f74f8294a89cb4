"""Tokens of identity providers: JWTs that are checked here, and never made.

Algorithms are the asymmetric ones named below, whatever a header says (RFC 8725 section 3.1); type, issuer, audience
and times are checked (section 3.8 to 3.11, RFC 9068 section 4). What a checked token may do, the ledger's grants say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError

from api.identity.key_sets import KeySet
from api.identity.providers import Provider
from ledger.identity.grants import Claim

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
TYPES: Final = ("at+jwt", "application/at+jwt", "jwt")
"""Types of a token, in small letters; a token without a type is refused."""
LEEWAY_S: Final = 60
"""Seconds by which clocks may differ."""
LONGEST: Final = 8192
"""Characters of a token."""
MOST_VALUES: Final = 100
"""Values of a claim that are looked at, such as groups."""
_LONGEST_SUBJECT: Final = 200


class BadToken(Exception):
    """The token is none of ours to accept; the message says why and never quotes it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a token that was checked says: its subject, and the claims that may have been granted something, the
    subject's own first.
    """

    subject: str
    claims: Sequence[Claim]


class Tokens:
    """Checks the tokens of the providers that the settings name."""

    def __init__(self, providers: Mapping[str, tuple[Provider, KeySet]], clock: Callable[[], datetime]) -> None:
        self._providers = providers
        self._clock = clock

    async def checked(self, text: str) -> Checked:
        """Return what a token says; raises `BadToken`."""
        if len(text) > LONGEST:
            raise BadToken(f"the token has {len(text)} characters; at most {LONGEST} are taken")
        header, unproved = _unproved(text)
        provider, keys = self._provider(unproved)
        _check_header(header)
        key = await keys.key(str(header.get("kid", "")))
        if key is None:
            raise BadToken("the token is signed with a key that its issuer does not publish")
        try:
            claims = jwt.decode(text, key, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError) as error:
            raise BadToken(f"the token's signature does not hold ({type(error).__name__})") from None
        self._check_claims(claims, provider)
        return Checked(claims["sub"], _granted(claims, provider))

    def _provider(self, claims: Mapping[str, Any]) -> tuple[Provider, KeySet]:
        """Return the provider that a token says it is of; whether it is, the provider's key will show."""
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self._providers:
            raise BadToken("the token's issuer is none that this service trusts")
        return self._providers[issuer]

    def _check_claims(self, claims: Mapping[str, Any], provider: Provider) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except (JoseError, ValueError, TypeError) as error:
            claim = getattr(error, "claim", "")
            named = f" ({claim})" if claim else ""
            raise BadToken(f"the token is expired, not of this audience, or lacks a claim{named}") from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or "\n" in subject:
            raise BadToken(f"the token's subject is no text of 1 to {_LONGEST_SUBJECT} characters on one line")


def _unproved(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return header and claims as they stand, not yet proved by a signature."""
    try:
        found = jws.extract_compact(text.encode())
        claims = msgspec.json.decode(found.payload)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError):
        raise BadToken("what was sent is neither an API key of ours nor a token") from None
    if not isinstance(claims, dict):
        raise BadToken("the token's claims are no object")
    return found.headers(), claims


def _check_header(header: Mapping[str, Any]) -> None:
    if header.get("alg") not in ALGORITHMS:
        raise BadToken(f"the token's algorithm is not accepted; accepted are {', '.join(ALGORITHMS)}")
    if str(header.get("typ", "")).lower() not in TYPES:
        raise BadToken(f"the token's type is not accepted; accepted are {', '.join(TYPES)}")
    if "crit" in header:
        raise BadToken("the token demands extensions (crit); none is accepted")


def _granted(claims: Mapping[str, Any], provider: Provider) -> list[Claim]:
    found = [Claim(provider.issuer, "sub", claims["sub"])]
    for name in provider.claims:
        given = claims.get(name)
        values = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        found += [Claim(provider.issuer, name, one) for one in values[:MOST_VALUES] if isinstance(one, str)]
    return found
