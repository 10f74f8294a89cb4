"""What a running service does every day besides answering: partitions ahead, sums of what was recorded."""

import asyncio
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from ledger.database import Database
from ledger.pools import FAILURES
from ledger.upkeep.maintenance import maintain

DAY: Final = timedelta(days=1)
SOON: Final = timedelta(minutes=5)
"""After a failure, such as a database that is restarted."""

_LOG: Final = structlog.get_logger()


async def maintained_daily(database: Database) -> NoReturn:
    """Maintain the database now and every day until cancelled; a failure is logged and tried again."""
    while True:
        await asyncio.sleep((await _maintained(database)).total_seconds())


async def _maintained(database: Database) -> timedelta:
    """Maintain once and return how long to wait."""
    try:
        done = await maintain(database)
    except FAILURES as error:
        _LOG.warning("maintenance failed", error=str(error))
        return SOON
    if done.partitions or done.spans:
        _LOG.info("maintained", partitions=done.partitions, spans=done.spans)
    return DAY
