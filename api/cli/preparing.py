"""The database of a command, found or started and brought up to date."""

from api.cli.printing import err
from api.settings import Settings
from ledger import setup
from ledger.setup import Databases


def prepared(settings: Settings) -> Databases:
    """Find or start the database and bring it up to date, saying what is done; raises `DatabaseUnavailable`."""
    databases = setup.find(settings.database_url, settings.owner_url, settings.data)
    err.print(f"database: {databases.description}")
    try:
        added = setup.prepare(databases)
    except BaseException:
        databases.stop()
        raise
    if added:
        err.print(f"factor releases loaded: {', '.join(str(number) for number in added)}")
    return databases
