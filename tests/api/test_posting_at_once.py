"""More requests at once than the service has connections: each is answered, and every row is in once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.client import Client
from tests.api.test_flows import Park, row
from tests.service import Service

CLIENTS = 24
"""Three times the connections of a service."""


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def test_more_clients_than_connections_all_post(park: Park, service: Service) -> None:
    def post(number: int) -> int:
        with Client(service.url) as client:
            one = Park.__new__(Park)
            one.client, one.tenant = client, park.tenant
            rows = [row(f"{number}-{step}", "electricity.grid", "1", "kWh") for step in range(3)]
            answers = [one.post(*rows), one.post(*rows)]
        return sum(outcome["outcome"] == "ACCEPTED" for answer in answers for outcome in answer["outcomes"])

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert list(pool.map(post, range(CLIENTS))) == [3] * CLIENTS
    lines = park.footprint()["lines"]["nodes"]
    assert {line["rowCount"] for line in lines if line["method"] == "LOCATION"} == {3 * CLIENTS}


def test_more_corrections_than_connections_all_end(park: Park, service: Service) -> None:
    """Each reads what it corrects and then writes; none may hold a connection while it waits for another."""
    posted = park.post(*(row(str(number), "electricity.grid", "1", "kWh") for number in range(CLIENTS)))

    def correct(activity_id: str) -> str:
        given = {"activityId": activity_id, "quantity": "2", "reason": "read again"}
        with Client(service.url) as client:
            found = client.ask(CORRECTION, {"input": given})["correctActivity"]
        return str(found["activity"]["quantity"])

    with ThreadPoolExecutor(CLIENTS) as pool:
        ids = [outcome["activityId"] for outcome in posted["outcomes"]]
        assert list(pool.map(correct, ids)) == ["2"] * CLIENTS


CORRECTION = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { quantity } } ... on Refusal { message } } }"""
