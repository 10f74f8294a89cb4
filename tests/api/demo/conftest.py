"""The loaded demo park, once for all tests of a worker that ask what is in it."""

from collections.abc import Iterator

import pytest
from rich.progress import Progress

from api.client import Client
from api.demo.loading import load
from api.demo.parks import DEFAULT_SEED, park_code
from api.demo.registering import known_park
from tests.api.demo.loaded_park import LOADED_ON, TWO_YEARS, Demo
from tests.conftest import Server
from tests.service import environment, start_service


@pytest.fixture(scope="session")
def demo(server: Server, worker_id: str) -> Iterator[Demo]:
    databases = server.create(f"demo_{worker_id}")
    started = start_service(environment(databases))
    with Client(started.url) as client:
        with Progress(disable=True) as progress:
            load(client, DEFAULT_SEED, LOADED_ON, progress, TWO_YEARS)
        known = known_park(client, park_code(DEFAULT_SEED))
        assert known is not None
        yield Demo(client, known, started, databases)
    started.stop()
