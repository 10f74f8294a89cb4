"""`parkledger deliver`: webhooks that are due are sent once, by a process that does nothing else."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.cli.printing import out

if TYPE_CHECKING:
    from api.egress.delivering import Done
    from api.egress.receivers import Receivers


def deliver() -> None:
    """Make the webhooks of what was recorded and send those that are due; a service that runs does it by itself.

    Nothing is done where another process delivers at this moment.
    """
    from api.cli.preparing import prepared
    from api.egress.addresses import address_rules
    from api.egress.receivers import Receivers
    from api.identity.identification import pepper_of
    from api.settings import Settings

    settings = Settings()
    receivers = Receivers(address_rules(settings), pepper_of(settings))
    databases = prepared(settings)
    try:
        done = asyncio.run(_delivered(databases.service_url, receivers))
    finally:
        databases.stop()
    out.print(f"{done.made} new messages; {done.delivered} delivered, {done.failed} not")


async def _delivered(url: str, receivers: "Receivers") -> "Done":
    from api.egress.delivering import CONNECTIONS, Deliveries
    from api.egress.sending import Sender
    from ledger.database import Database

    database = Database(url, CONNECTIONS)
    await database.open()
    try:
        return await Deliveries(database, receivers, Sender(receivers.rules), lambda: datetime.now(UTC)).deliver()
    finally:
        await database.close()
