"""A database of the ledger's tests."""

import pytest

from ledger.setup import Databases
from tests.conftest import Server


@pytest.fixture(scope="session")
def databases(server: Server, worker_id: str) -> Databases:
    """A database of this worker's that no service is at work in, which would seal all that these tests write."""
    return server.create(f"ledger_{worker_id}")
