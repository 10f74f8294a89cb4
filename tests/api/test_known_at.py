"""An answer tells an instant; asked again as of it, whatever was recorded since, the answer is the same bytes."""

import asyncio
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from api.client import Client
from emission_factors.releases import shipped_catalogue
from ledger.activities.corrections import NewContent, correct, void
from ledger.cells.change_spans import make_spans
from ledger.setup import Databases
from schema.global_ids import decode_uuid
from tests.api.test_flows import SUPPLIER, YEAR, Park, row
from tests.service import Service
from tests.world import NOW, opened

FOOTPRINT = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: $period, basis: $basis, groupBy: [MONTH, SITE, ACTIVITY_TYPE]) {
    basis { regime gwpSet release { number } knownAt adoptedBy } isComplete
    totals { scope1 { co2e gases { gas mass } } scope2Location { co2e } scope2Market { co2e } scope3 { co2e }
      outside { co2e } }
    instruments { matchedMwh unmatchedMwh rejections { quantityMwh faults { __typename } } }
    groups { month activityType site { code } totals { totalLocation { co2e } totalMarket { co2e } } }
    gaps { activityType quantity unit firstMonth gap { code } }
    lines(first: 40) { nodes { activityType quantity unit rowCount share emissions { co2e }
      explanation { rule factor { factorId } }
      activities(first: 3) { nodes { externalId quantity unit version isCurrent recordedAt } } } } } }"""
KINDS = [("electricity.grid", "MWh"), ("stationary.natural_gas", "10^4 Nm3"), ("refrigerant.leaked/R-410A", "kg")]
ROWS = 100
CHANGES = 1000
HOLDINGS = """mutation ($tenant: ID!, $holdings: [SiteHoldingInput!]!) {
  declareHoldings(tenantId: $tenant, holdings: $holdings) { __typename } }"""
INSTRUMENT = """mutation ($input: RecordInstrumentInput!) { recordInstrument(input: $input) { __typename } }"""


def body(service: Service, park: Park, known_at: str | None = None, **more: Any) -> bytes:
    variables = {"boundary": {"tenantId": park.tenant}, "period": YEAR, "basis": {"knownAt": known_at}, **more}
    return service.post(msgspec.json.encode({"query": FOOTPRINT, "variables": variables})).content


def footprint(answer: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(answer)
    assert not found.get("errors"), found["errors"]
    answered: dict[str, Any] = found["data"]["footprint"]
    return answered


def known_at(answer: bytes) -> str:
    told: str = footprint(answer)["basis"]["knownAt"]
    return told


def random_rows(chance: Random) -> list[dict[str, Any]]:
    return [random_row(chance, str(number)) for number in range(ROWS)]


def random_row(chance: Random, external_id: str) -> dict[str, Any]:
    code, unit = chance.choice(KINDS)
    month = chance.randint(1, 12)
    quantity = f"{chance.randint(0, 9999)}.{chance.randint(0, 10**6)}"
    end = chance.randint(month, 12)
    return row(
        external_id,
        code,
        quantity,
        unit,
        periodStart=f"2024-{month:02}-01T00:00:00+08:00",
        periodEnd=f"2024-{end:02}-27T06:00:00+08:00",
        quality=chance.choice(["MEASURED", "BILLED", "ESTIMATED"]),
    )


async def change(databases: Databases, tenant: UUID, chance: Random, ids: list[UUID], many: int) -> None:
    """Correct and void by chance, what was voided too."""
    catalogue = shipped_catalogue()
    async with opened(databases) as database:

        async def one(of: int, times: int) -> None:
            for _ in range(times):
                if chance.random() < 0.2:
                    ids[of] = await void(database, catalogue, tenant, ids[of], "twice", NOW)
                given = NewContent(quantity=f"{chance.randint(0, 9999)}.{chance.randint(0, 99)}")
                ids[of] = await correct(database, catalogue, tenant, ids[of], given, "misread", NOW)

        for first in range(0, len(ids), 4):
            await asyncio.gather(*(one(of, many // len(ids)) for of in range(first, min(first + 4, len(ids)))))


@pytest.mark.long
def test_an_answer_can_be_had_again_after_a_thousand_changes(
    service: Service, client: Client, databases: Databases
) -> None:
    chance = Random(5)  # noqa: S311  a test that can be repeated
    park = Park(client)
    posted = park.post(*random_rows(chance))
    assert posted["acceptedCount"] == ROWS
    ids = [decode_uuid(outcome["activityId"], "Activity") for outcome in posted["outcomes"]]
    first = body(service, park)
    assert body(service, park) == first, "nothing was recorded, nothing changes"

    declare_and_claim(park)
    park.post(*(random_row(chance, f"late-{number}") for number in range(20)))
    second = body(service, park)

    asyncio.run(change(databases, decode_uuid(park.tenant, "Tenant"), chance, ids, CHANGES))
    third = body(service, park)
    assert len({known_at(answer) for answer in (first, second, third)}) == 3
    assert len({msgspec.json.encode(footprint(answer)["totals"]) for answer in (first, second, third)}) == 3
    for answer in (first, second, third):
        assert body(service, park, known_at(answer)) == answer

    asyncio.run(summed(databases))
    for answer in (first, second, third):
        assert body(service, park, known_at(answer)) == answer


async def summed(databases: Databases) -> None:
    async with opened(databases) as database:
        assert await make_spans(database, 400) >= 2


def declare_and_claim(park: Park) -> None:
    """What else a footprint is made of changes: a share, a certificate, a factor of the tenant's own."""
    half = {"equityPercent": "50", "financialControl": "SOLE", "hasOperationalControl": True, "validFrom": "2024-05-01"}
    holdings = [{"holderId": park.tenant, **half}]
    park.client.ask(HOLDINGS, {"tenant": park.tenant, "holdings": holdings})
    certificate = {
        "tenantId": park.tenant,
        "code": "g1",
        "kind": "GEC",
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": "CN",
        "firstMonth": "2024-01",
        "lastMonth": "2024-06",
        "quantityMwh": "100",
        "rate": "0",
        "claimedFrom": "2024-01",
        "claimedTo": "2024-12",
        "serials": {"batch": "GD-2024", "first": "1", "last": "100"},
        "evidence": [{"document": "contract 7", "kind": "CONTRACT"}],
        "criteria": [{"criterion": "ONLY_CLAIM", "holds": True, "evidence": ["letter"]}],
    }
    park.client.ask(INSTRUMENT, {"input": certificate})
    rate = {"value": "0.3", "unit": "kg/kWh"}
    factor = {"name": "rate", "parts": [{"gas": "CO2", "terms": [rate]}], "source": "contract 8"}
    given = {
        "tenantId": park.tenant,
        "supplier": "",
        "activityType": "electricity.grid",
        "unit": "kWh",
        "validFrom": "2024-01-01",
        "factor": factor,
    }
    park.client.ask(SUPPLIER, {"input": given})


def test_an_instant_to_come_is_told_as_what_was_seen(service: Service, client: Client) -> None:
    park = Park(client)
    park.post(row("a", "electricity.grid", "1", "MWh"))
    assert known_at(body(service, park, "2999-01-01T00:00:00Z")) == known_at(body(service, park))


@pytest.mark.parametrize("boundary", ["tenantId", "siteId", "parkId"])
def test_every_boundary_tells_the_instant(service: Service, client: Client, boundary: str) -> None:
    park = Park(client)
    park.post(row("a", "electricity.grid", "1", "MWh"))
    whose = {"tenantId": park.tenant, "siteId": park.site, "parkId": park.park}[boundary]
    answer = body(service, park, boundary={boundary: whose})
    park.post(row("b", "electricity.grid", "1", "MWh"))
    assert body(service, park, boundary={boundary: whose}) != answer
    assert body(service, park, known_at(answer), boundary={boundary: whose}) == answer


HOW = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: $period, basis: $basis) {
    basis { knownAt } knowledge { isFromCurrentCells tenantCount rowCount } } }"""


def test_an_answer_says_how_it_was_found(client: Client) -> None:
    park = Park(client)
    other, _ = park.add_tenant("t2")
    park.post(row("a", "electricity.grid", "1", "MWh"))
    asked = {"boundary": {"parkId": park.park}, "period": YEAR}
    now = client.ask(HOW, asked)["footprint"]
    assert now["knowledge"] == [{"isFromCurrentCells": True, "tenantCount": 2, "rowCount": 0}]
    park.post(row("b", "electricity.grid", "1", "MWh"), row("c", "electricity.grid", "1", "MWh"))
    park.post(row("d", "electricity.grid", "1", "MWh"), tenant=other)
    then = client.ask(HOW, {**asked, "basis": {"knownAt": now["basis"]["knownAt"]}})["footprint"]
    assert then["knowledge"] == [{"isFromCurrentCells": True, "tenantCount": 2, "rowCount": 3}]
    next_year = {**asked, "period": {"first": "2025-01", "last": "2025-12"}}
    elsewhere = client.ask(HOW, {**next_year, "basis": {"knownAt": now["basis"]["knownAt"]}})["footprint"]
    assert elsewhere["knowledge"] == [{"isFromCurrentCells": True, "tenantCount": 2, "rowCount": 0}]
