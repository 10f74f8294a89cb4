"""From what a caller sends to who it is: an API key, a token, or nothing.

A grant is looked up at every request, so that one that was revoked is refused at once, by every process of the service.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from api.identity.lookups import Lookups
from api.identity.tokens import BadToken, Tokens
from ledger.database import Database
from ledger.identity.api_keys import PREFIX, BadKey, is_of, parse
from ledger.identity.grant_rows import HOLDS, Presented, is_noted, note_use
from ledger.identity.principals import ANONYMOUS, Principal
from ledger.pools import FAILURES, is_away
from schema.errors import Unauthenticated, Unavailable

CHALLENGE: Final = 'Bearer realm="parkledger"'
"""What a refusal says is accepted (RFC 6750 section 3)."""
_SCHEME: Final = "bearer "

log: Final = structlog.get_logger("parkledger.identity")


class Authenticator:
    """Says who a caller is. Without `pepper` there are no keys, without `tokens` no tokens."""

    def __init__(self, database: Database, pepper: bytes | None, tokens: Tokens | None) -> None:
        self._database = database
        self._pepper = pepper
        self._tokens = tokens
        self._lookups = Lookups(database)
        self._noted: dict[UUID, datetime] = {}

    async def principal(self, credential: str) -> Principal:
        """Return who presents a credential, nobody where it is empty.

        Raises `Unauthenticated`, and `Unavailable` where the database does not answer.
        """
        if not credential:
            return ANONYMOUS
        try:
            return await (self._of_key if credential.startswith(PREFIX) else self._of_token)(credential)
        except FAILURES as error:
            if not is_away(error):
                raise
            log.warning("the database does not answer", error=str(error))
            raise Unavailable from None

    async def _of_key(self, text: str) -> Principal:
        try:
            key = parse(text)
        except BadKey as error:
            raise Unauthenticated(str(error)) from None
        if self._pepper is None:
            raise Unauthenticated("this service has no API keys")
        found = await self._lookups.of([key.id])
        own = [one for one in found if one.digest is not None and is_of(self._pepper, key, one.digest)]
        if not own:
            raise Unauthenticated(f"there is no API key {key.id} with this secret")
        _check_holds(own[0], f"the API key {key.id}")
        await self._note_use(own[0])
        return own[0].principal(key.id)

    async def _of_token(self, text: str) -> Principal:
        if self._tokens is None:
            raise Unauthenticated("what was sent is no API key of ours, and this service takes no tokens")
        try:
            token = await self._tokens.checked(text)
        except BadToken as error:
            raise Unauthenticated(str(error)) from None
        handles = [claim.handle for claim in token.claims]
        found = await self._lookups.of(handles)
        one = _decided(handles[0], [grant for grant in found if grant.digest is None])
        await self._note_use(one)
        return one.principal(token.subject)

    async def _note_use(self, one: Presented) -> None:
        """Note that a grant was used, by one of those who use it in the same minute."""
        if is_noted(one, self._noted.get(one.id)):
            return
        self._noted[one.id] = one.at
        async with self._database.outside() as connection:
            await note_use(connection, one)


def credential_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return what a request's `Authorization` presents, empty without one; raises `Unauthenticated`."""
    given = [value for name, value in headers if name.lower() == b"authorization"]
    if not given:
        return ""
    return bearer(given[0].decode("latin-1")) if len(given) == 1 else _refuse_several()


def bearer(text: str) -> str:
    """Return the credential of `Bearer ...`; raises `Unauthenticated` for any other scheme."""
    credential = text[len(_SCHEME) :].strip()
    if not text.lower().startswith(_SCHEME) or not credential or not credential.isascii():
        raise Unauthenticated("Authorization is not of the form 'Bearer ' and a key or token")
    return credential


def _refuse_several() -> str:
    raise Unauthenticated("Authorization is given more than once")


def _decided(of_subject: str, grants: Sequence[Presented]) -> Presented:
    """Return the one grant that holds: the subject's own, otherwise that of its other claims."""
    living = [one for one in grants if one.state in HOLDS]
    own = [one for one in living if one.handle == of_subject]
    found = own or living
    if len(found) == 1:
        return found[0]
    if found:
        raise Unauthenticated(f"{len(found)} grants are of this token; one of its subject alone would decide")
    raise Unauthenticated("the token is valid, and nothing is granted to its subject or groups")


def _check_holds(grant: Presented, what: str) -> None:
    if grant.state not in HOLDS:
        raise Unauthenticated(f"{what} does not hold: {grant.state.lower()}")
