"""Who supplies whom is what was known at the instant that a question is about."""

from typing import Any

from api.client import Client
from tests.api.test_supply_closings import SmallPark
from tests.worked_park import CONSOLIDATION

INSTANT = """query ($boundary: BoundaryInput!) {
  footprint(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }) { basis { knownAt } } }"""


def consolidated(park: SmallPark, known_at: str | None = None) -> dict[str, Any]:
    basis = {"knownAt": known_at} if known_at else None
    found: dict[str, Any] = park.client.ask(CONSOLIDATION, {"park": park.park, "basis": basis})["parkConsolidation"]
    return found | {one: [each for each in found[one] if each["tenant"]["code"] != "newcomer"] for one in PARTIES}


PARTIES = ("tenants", "closures")


def test_a_name_was_outside_the_park_until_it_was_registered(client: Client) -> None:
    park = SmallPark(client)
    park.book(park.b, "m1", "steam.purchased", "100", "GJ", "newcomer")
    before = consolidated(park)
    then = client.ask(INSTANT, {"boundary": {"parkId": park.park}})["footprint"]["basis"]["knownAt"]
    park.add_tenant("newcomer")
    assert consolidated(park) != before, "what is bought of a neighbour does not enter the park"
    assert consolidated(park, then) == before
