"""What settings say about who callers are, put together: pepper, providers, showcase."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from api.identity import peppers
from api.identity.addresses import fetched
from api.identity.authentication import Authenticator
from api.identity.key_sets import KeySet
from api.identity.providers import MOST_PROVIDERS, BadProvider, Provider
from api.identity.tokens import Tokens
from api.settings import Settings
from ledger.database import Database


@dataclass(frozen=True, slots=True)
class Identification:
    """How callers prove who they are; without pepper no keys, without providers no tokens."""

    pepper: bytes | None = field(default=None, repr=False)
    providers: tuple[Provider, ...] = ()
    allows_private: bool = False
    showcase_key: str = field(default="", repr=False)

    def authenticator(self, database: Database, clock: Callable[[], datetime]) -> Authenticator:
        """Return what says who a caller of a service is."""
        fetch = partial(fetched, allows_private=self.allows_private)
        known = {one.issuer: (one, KeySet(one.key_set, fetch, time.monotonic)) for one in self.providers}
        return Authenticator(database, self.pepper, Tokens(known, clock) if known else None)


NO_IDENTIFICATION: Final = Identification()
"""Nobody can say who it is: the catalogue and arithmetic alone are served."""


def identification(settings: Settings, *, is_demo: bool = False) -> Identification:
    """Return what settings say; raises `BadPepper` or `BadProvider`.

    With the embedded database, and in a demonstration, a pepper is made where none is given; with a server one must be.
    """
    providers = tuple(settings.identity_providers)
    if len({one.issuer for one in providers}) != len(providers) or len(providers) > MOST_PROVIDERS:
        raise BadProvider(f"PARKLEDGER_IDENTITY_PROVIDERS: accepted are up to {MOST_PROVIDERS}, each issuer once")
    for one in providers:
        one.check(allows_private=settings.private_key_sets)
    showcase = settings.showcase_key.get_secret_value()
    return Identification(pepper_of(settings, is_demo=is_demo), providers, settings.private_key_sets, showcase)


def pepper_of(settings: Settings, *, is_demo: bool = False) -> bytes:
    """Return the pepper that settings give or keep; raises `BadPepper`."""
    found = peppers.given(settings.key_pepper.get_secret_value(), settings.key_pepper_file)
    if found is not None:
        return found
    if settings.database_url and not is_demo:
        raise peppers.refuse_missing()
    return peppers.kept(settings.data)
