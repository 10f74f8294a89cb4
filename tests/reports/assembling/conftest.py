"""The database as the reports read it, opened once for all tests of the room."""

import asyncio
from collections.abc import Iterator

import pytest

from ledger.database import Database
from ledger.setup import Databases
from tests.reports.reported import Reader


@pytest.fixture(scope="package")
def reader(databases: Databases) -> Iterator[Reader]:
    """A reader of the worker's database."""
    loop = asyncio.new_event_loop()  # a Runner would write down whole results to handle Ctrl-C, see cpython 3.11
    database = Database(databases.service_url, 1)
    loop.run_until_complete(database.open())
    yield Reader(loop, database)
    loop.run_until_complete(database.close())
    loop.close()
