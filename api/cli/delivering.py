"""`parkledger deliver`: webhooks that are due are sent once, by a process that does nothing else."""

from datetime import UTC, datetime

from api.cli.printing import out


def deliver() -> None:
    """Make the webhooks of what was recorded and send those that are due; a service that runs does it by itself.

    Nothing is done where another process delivers at this moment.
    """
    from api.cli.preparing import with_database
    from api.egress.addresses import address_rules
    from api.egress.delivering import CONNECTIONS, Deliveries, Done
    from api.egress.receivers import Receivers
    from api.egress.sending import Sender
    from api.identity.identification import pepper_of
    from api.settings import Settings
    from ledger.database import Database

    settings = Settings()
    receivers = Receivers(address_rules(settings), pepper_of(settings))

    async def delivered(database: Database) -> Done:
        return await Deliveries(database, receivers, Sender(receivers.rules), lambda: datetime.now(UTC)).deliver()

    done = with_database(settings, delivered, CONNECTIONS)
    out.print(f"{done.made} new messages; {done.delivered} delivered, {done.failed} not")
