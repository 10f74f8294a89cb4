"""Keys of identity providers, fetched when first needed and kept: an hour at most, and asked for again at once where a
token names a key that is not among them, but not more often than every half minute, whoever sends such tokens.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
import structlog
from joserfc import jwk
from joserfc.errors import JoseError

from api.identity.addresses import Unreachable

OLDEST_S: Final = 3600.0
"""Seconds after which keys are fetched again."""
SOONEST_S: Final = 30.0
"""Seconds between two fetches, whatever the reason."""
STALE_S: Final = 24 * 3600.0
"""Seconds for which keys serve on while the provider cannot be reached."""
SignatureKey = jwk.RSAKey | jwk.ECKey | jwk.OKPKey
Fetch = Callable[[str], Awaitable[bytes]]
Seconds = Callable[[], float]

log: Final = structlog.get_logger("parkledger.identity")


class _Key(msgspec.Struct):
    kty: str
    kid: str = ""
    use: str = "sig"


class _Set(msgspec.Struct):
    keys: list[msgspec.Raw]


@dataclass(slots=True)
class KeySet:
    """The keys of one provider; `now` counts seconds and never goes back."""

    address: str
    fetch: Fetch
    now: Seconds
    _keys: dict[str, SignatureKey] = field(default_factory=dict)
    _fetched_at: float | None = None
    _tried_at: float | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, kid: str) -> SignatureKey | None:
        """Return the public key of an id, None where the provider has none."""
        if not self._is_fresh() or kid not in self._keys:
            async with self._turn:
                if not self._is_fresh() or kid not in self._keys:
                    await self._refresh()
        age = None if self._fetched_at is None else self.now() - self._fetched_at
        return None if age is None or age > STALE_S else self._keys.get(kid)

    def _is_fresh(self) -> bool:
        return self._fetched_at is not None and self.now() - self._fetched_at < OLDEST_S

    async def _refresh(self) -> None:
        if self._tried_at is not None and self.now() - self._tried_at < SOONEST_S:
            return
        self._tried_at = self.now()
        try:
            self._keys = read_keys(await self.fetch(self.address))
            self._fetched_at = self.now()
        except (Unreachable, msgspec.MsgspecError) as error:
            log.warning("keys of an identity provider were not fetched", address=self.address, reason=str(error))


def read_keys(body: bytes) -> dict[str, SignatureKey]:
    """Return the public signature keys of a JWK set (RFC 7517) by id; others, secret ones above all, are left out.

    Raises `msgspec.MsgspecError` for what is no JWK set.
    """
    found: dict[str, SignatureKey] = {}
    for raw in msgspec.json.decode(body, type=_Set).keys:
        known = msgspec.json.decode(raw, type=_Key)
        if known.kid and known.use == "sig" and known.kty in ("RSA", "EC", "OKP"):
            try:
                key = jwk.import_key(msgspec.json.decode(raw, type=dict))
            except (JoseError, ValueError):
                continue
            if isinstance(key, SignatureKey) and not key.is_private:
                found[known.kid] = key
    return found
