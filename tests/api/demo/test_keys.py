"""The keys that a demonstration prints: whom they let in, and that the next start prints the same."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.client import Client
from api.demo.keys import REGULATOR, DemoKeys, told
from api.demo.publishing import PUBLISHER
from api.demo.tables import DATA
from ledger.setup import Databases
from tests.api.identity.replayed import Asker
from tests.managed_park import ManagedPark
from tests.service import PEPPER, Service

VIEWER = "{ viewer { role expiresAt tenant { code } } }"
TENANTS = "query ($park: ID!) { tenants(parkId: $park) { nodes { code } } }"
GRANTS = "query ($tenant: ID!) { apiKeys(tenantId: $tenant) { nodes { system role } } }"


class Shown:
    """Keys of a demonstration granted in a park with an operator and two tenants."""

    def __init__(self, service: Service, databases: Databases, client: Client) -> None:
        self.park, self.service, self.keys = ManagedPark(client), service, DemoKeys(PEPPER.encode(), 7)
        self.park.add_tenant(PUBLISHER)
        self._url = databases.service_url
        self.of_tenant = self.grant()

    def grant(self) -> dict[str, str]:
        """Grant as a start of the demonstration does."""
        return dict(self.keys.grant_park(self._url, self.park.client, self.park.park))

    def ask(self, name: str, document: str, **variables: Any) -> Any:
        """Ask with the key of a name."""
        return Asker(self.service, self.keys.text(name)).ask(document, variables).json()["data"]


@pytest.fixture(scope="module")
def shown(service: Service, databases: Databases) -> Iterator[Shown]:
    with Client(service.url) as client:
        yield Shown(service, databases, client)


def test_each_key_is_of_its_role_and_tenant(shown: Shown) -> None:
    found = {name: shown.ask(name, VIEWER)["viewer"] for name in shown.of_tenant}
    ends = found["regulator"].pop("expiresAt")
    assert datetime.fromisoformat(ends) == datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC)
    assert {
        name: (viewer["role"], viewer["tenant"]["code"], viewer.get("expiresAt")) for name, viewer in found.items()
    } == {
        "operator": ("PARK_OPERATOR", "op", None),
        "regulator": ("REGULATOR", "op", None),
        "administrator": ("TENANT_ADMINISTRATOR", PUBLISHER, None),
        "contributor": ("CONTRIBUTOR", PUBLISHER, None),
        "auditor": ("AUDITOR", PUBLISHER, None),
    }
    assert shown.of_tenant == {name: viewer["tenant"]["code"] for name, viewer in found.items()}


def test_the_regulator_is_named_for_all_and_the_auditor_meets_one(shown: Shown) -> None:
    seen = {
        name: shown.ask(name, TENANTS, park=shown.park.park)["tenants"]["nodes"] for name in ("regulator", "auditor")
    }
    assert sorted(node["code"] for node in seen["regulator"]) == sorted(["op", "t1", PUBLISHER])
    assert [node["code"] for node in seen["auditor"]] == [PUBLISHER]


def test_the_regulator_is_whom_the_obligations_name(shown: Shown) -> None:
    with (DATA / "obligations.csv").open(encoding="utf-8", newline="") as lines:
        named = {row["regulator"] for row in csv.DictReader(lines) if row["tenant"] == PUBLISHER}
    assert named == {REGULATOR}
    found = shown.park.client.ask(GRANTS, {"tenant": shown.park.operator})["apiKeys"]["nodes"]
    assert {"system": REGULATOR, "role": "REGULATOR"} in found


def test_the_next_start_grants_nothing_and_prints_the_same(shown: Shown) -> None:
    before = shown.park.client.ask(GRANTS, {"tenant": shown.park.operator})
    assert shown.grant() == shown.of_tenant
    assert shown.park.client.ask(GRANTS, {"tenant": shown.park.operator}) == before
    lines = told(DemoKeys(PEPPER.encode(), 7), shown.of_tenant).splitlines()
    assert [line.split() for line in lines[2:7]] == [
        [name, code, shown.keys.text(name)] for name, code in shown.of_tenant.items()
    ]
