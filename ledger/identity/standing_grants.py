"""Grants a deployment makes for itself when nobody has a key yet: by its command line, its demonstration, tests."""

from ledger.database import opened
from ledger.identity.api_keys import ApiKey
from ledger.identity.grant_checks import NewGrant
from ledger.identity.grant_rows import presented
from ledger.identity.grants import create_key
from ledger.identity.principals import SERVICE


async def grant_once(url: str, pepper: bytes, wanted: list[tuple[NewGrant, ApiKey]]) -> None:
    """Grant something to keys that are known beforehand, those left out that have a grant, whatever its state.

    Raises `Refused` or `NotRegistered`.
    """
    async with opened(url) as database:
        async with database.outside() as connection:
            known = {one.handle for one in await presented(connection, [key.id for _, key in wanted])}
        for new, key in wanted:
            if key.id not in known:
                await create_key(database, pepper, new, key, SERVICE)
