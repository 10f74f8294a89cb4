"""Brings a database to the newest table definitions, and the shipped factor releases into it.

The migrations lie in `alembic/` of a checkout and under `ledger/migrations` in an installed wheel.
"""

from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision` as the role of `owner_url`, which comes to own the tables."""
    command.upgrade(_config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Run the migrations down to `revision`; `base` leaves an empty database."""
    command.downgrade(_config(owner_url), revision)


def revisions() -> list[str]:
    """Return the revisions from first to last; the history is linear."""
    scripts = ScriptDirectory.from_config(_config(""))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def folder() -> Path:
    """Return the folder of the migrations: beside `ledger/` in a checkout, inside it in a wheel."""
    package = Path(str(resources.files("ledger")))
    checkout = package.parent / "alembic"
    return checkout if (checkout / "env.py").is_file() else package / "migrations"
