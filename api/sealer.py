"""What a running service does every few seconds besides answering: it seals what was recorded into the history."""

import asyncio
from datetime import datetime
from typing import Final, NoReturn

import structlog

from ledger.database import Database
from ledger.history.heads import HistoryDamaged, WrongKey
from ledger.history.reading import waiting_s
from ledger.history.sealing import seal
from ledger.pools import FAILURES, is_away
from proofs.keys import PrivateKey

EVERY_S: Final = 5
"""Seconds from one look to the next: how long what was recorded may wait to be sealed."""
AFTER_FAILURE_S: Final = 60
LATE_S: Final = 60
"""Seconds from which it is told that what was recorded still waits: a writer that does not end, a sealer elsewhere."""

_LOG: Final = structlog.get_logger()


async def sealed_continually(database: Database, key: PrivateKey) -> NoReturn:
    """Seal until cancelled; a failure, whatever it is, is logged and tried again; nothing is signed on damage."""
    since: datetime | None = None
    while True:
        try:
            made, since = await seal(database, key, since)
            async with database.snapshot() as connection:
                waiting = await waiting_s(connection)
        except (*FAILURES, HistoryDamaged, WrongKey) as error:
            _LOG.error("the history could not be sealed", error=str(error))
            await asyncio.sleep(EVERY_S if is_away(error) else AFTER_FAILURE_S)
            continue
        except Exception:  # noqa: BLE001  nobody else would tell that nothing is sealed any more
            _LOG.exception("the history could not be sealed")
            await asyncio.sleep(AFTER_FAILURE_S)
            continue
        if made:
            _LOG.debug("sealed", events=made)
        if waiting > LATE_S:
            _LOG.warning("what was recorded waits to be sealed", seconds=waiting)
        await asyncio.sleep(EVERY_S)
