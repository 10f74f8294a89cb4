"""Brings a database to the newest table definitions, and the shipped factor releases into it.

The migrations lie in `alembic/` of a checkout and under `ledger/migrations` in an installed wheel. Alembic is loaded
only where there is something to migrate: most starts find a database that is up to date.
"""
# ruff: noqa: PLC0415

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.rows import TupleRow

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision` as the role of `owner_url`, which comes to own the tables."""
    from alembic import command

    command.upgrade(_config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Run the migrations down to `revision`; `base` leaves an empty database."""
    from alembic import command

    command.downgrade(_config(owner_url), revision)


def is_current(connection: psycopg.Connection[TupleRow]) -> bool:
    """Whether the database is at the newest revision."""
    known = connection.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
    if known != (True,):
        return False
    return connection.execute("SELECT version_num FROM public.alembic_version").fetchall() == [(newest(),)]


def newest() -> str:
    """Return the newest revision: a migration's file is named by its number, and the history is linear."""
    return max(path.name.partition("_")[0] for path in (folder() / "versions").glob("[0-9]*_*.py"))


def revisions() -> list[str]:
    """Return the revisions from first to last; the history is linear."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config(""))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def folder() -> Path:
    """Return the folder of the migrations: beside `ledger/` in a checkout, inside it in a wheel."""
    package = Path(str(resources.files("ledger")))
    checkout = package.parent / "alembic"
    return checkout if (checkout / "env.py").is_file() else package / "migrations"
