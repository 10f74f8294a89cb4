"""Runs the migrations over one psycopg connection; the URL comes from the caller or from PARKLEDGER_DATABASE_URL."""

import os

import sqlalchemy as sa
from alembic import context

from ledger.tables import metadata


def _url() -> sa.URL:
    text = context.config.attributes.get("url") or os.environ["PARKLEDGER_DATABASE_URL"]
    return sa.make_url(text).set(drivername="postgresql+psycopg")


def run() -> None:
    """Run every step in one transaction: a failed upgrade leaves the database as it was."""
    engine = sa.create_engine(_url(), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            # Two services that start at once must not migrate at once.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7205759403792793)"))
            context.run_migrations()


run()
