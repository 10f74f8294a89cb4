"""A report with its evidence pack, made once for all who look at it."""

from collections.abc import Iterator

import httpx
import pytest

from api.client import Client
from ledger.setup import Databases
from tests.api.reports.packed import Packed, opened
from tests.service import Service


@pytest.fixture(scope="session")
def there(service: Service, databases: Databases) -> Iterator[Packed]:
    with Client(service.url) as client:
        yield Packed(service, client, databases)


@pytest.fixture(scope="session")
def pack(there: Packed) -> httpx.Response:
    answer = there.get()
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture(scope="session")
def files(pack: httpx.Response) -> dict[str, bytes]:
    return opened(pack)
