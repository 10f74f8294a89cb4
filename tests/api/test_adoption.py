"""Adopting a basis over real HTTP: it decides what questions leave out, until someone decides otherwise."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from emission_factors.releases import DatasetFiles, shipped_files
from ledger.releases import add_release
from tests.api.test_bridges import PREVIEW
from tests.api.test_flows import REGISTER_TENANT, Park, row
from tests.conftest import Server
from tests.service import environment, start_service

ADOPT = """mutation ($tenant: ID!, $basis: AdoptedBasisInput!, $reason: String!) {
  adoptBasis(tenantId: $tenant, basis: $basis, reason: $reason) {
    ... on DeclarationsAdded { declarations { id version isNew reason supersedes kind subject recordedAt
      content { ... on Adoption { regime gwpSet release approach publishedBy preview } } } }
    ... on Refusal { code field message } } }"""
WITHDRAW = """mutation ($tenant: ID!, $id: ID!) {
  withdrawDeclaration(tenantId: $tenant, declarationId: $id, reason: "a mistake") { __typename } }"""
HISTORY = """query ($tenant: ID!, $all: Boolean!) {
  declarations(tenantId: $tenant, kind: ADOPTION, includeHistory: $all) {
    nodes { version isWithdrawn reason content { ... on Adoption { release } } } } }"""
ASK = """query ($boundary: BoundaryInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: {first: "2024-01", last: "2024-12"}, basis: $basis) {
    basis { regime gwpSet release { number } approach publishedBy adoptedBy }
    totals { scope1 { co2e } scope2Location { co2e } } } }"""


def adopt(park: Park, tenant: str = "", reason: str = "the report of 2024", **basis: Any) -> dict[str, Any]:
    given = {"regime": "GHG_PROTOCOL", "release": 1, **basis}
    variables = {"tenant": tenant or park.tenant, "basis": given, "reason": reason}
    answer: dict[str, Any] = park.client.ask(ADOPT, variables)["adoptBasis"]
    return answer if "code" in answer else answer["declarations"][0]


def asked(park: Park, basis: dict[str, Any] | None = None, boundary: dict[str, str] | None = None) -> dict[str, Any]:
    variables = {"boundary": boundary or {"tenantId": park.tenant}, "basis": basis}
    answer: dict[str, Any] = park.client.ask(ASK, variables)["footprint"]
    return answer


def choice(found: dict[str, Any]) -> tuple[int, str, str | None, str | None]:
    basis = found["basis"]
    return basis["release"]["number"], basis["gwpSet"], basis["approach"], basis["adoptedBy"]


def electricity(found: dict[str, Any]) -> str:
    text: str = found["totals"]["scope2Location"]["co2e"]
    return text


@pytest.fixture
def park(client: Client) -> Park:
    found = Park(client)
    found.post(row("a", "electricity.grid", "1000", "MWh"), row("r", "refrigerant.leaked/R-410A", "8", "kg"))
    return found


def operator_of(park: Park) -> str:
    given = {"parkId": park.park, "code": "op", "nameEn": "Operator", "nameZh": "运营", "isOperator": True}
    key: str = park.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
    return key


def test_the_adopted_basis_decides_what_a_question_leaves_out(park: Park) -> None:
    assert choice(asked(park)) == (3, "AR6", "OPERATIONAL_CONTROL", None)
    adopted = adopt(park, gwpSet="AR5", approach="EQUITY_SHARE")
    assert adopted["content"] == {
        "regime": "GHG_PROTOCOL",
        "gwpSet": "AR5",
        "release": 1,
        "approach": "EQUITY_SHARE",
        "publishedBy": None,
        "preview": "",
    }
    key = adopted["id"]
    found = asked(park)
    assert choice(found) == (1, "AR5", "EQUITY_SHARE", key)
    assert (electricity(found), found["totals"]["scope1"]["co2e"]) == ("440300", "15388")
    assert choice(asked(park, {"release": 3})) == (3, "AR5", "EQUITY_SHARE", key)
    assert choice(asked(park, {"gwpSet": "AR4", "approach": "FINANCIAL_CONTROL"})) == (
        1,
        "AR4",
        "FINANCIAL_CONTROL",
        key,
    )
    named = {"release": 2, "gwpSet": "AR6", "approach": "OPERATIONAL_CONTROL"}
    assert choice(asked(park, named)) == (2, "AR6", "OPERATIONAL_CONTROL", None)
    assert choice(asked(park, {"regime": "NDRC_910_2025"})) == (3, "AR6", None, None)
    assert choice(asked(park, boundary={"siteId": park.site})) == (1, "AR5", "EQUITY_SHARE", key)


def test_a_tenant_s_own_goes_before_its_park_s(park: Park) -> None:
    operator = operator_of(park)
    other, _ = park.add_tenant("t2")
    whole = {"parkId": park.park}
    of_park = adopt(park, operator, release=2)["id"]
    assert [choice(asked(park, boundary=one))[3] for one in (whole, {"tenantId": other})] == [of_park, of_park]
    own = adopt(park, release=1)["id"]
    assert choice(asked(park))[::3] == (1, own)
    assert choice(asked(park, boundary={"tenantId": other}))[::3] == (2, of_park)
    assert choice(asked(park, boundary=whole))[::3] == (2, of_park)


def test_a_footprint_known_before_is_on_the_basis_of_then(park: Park) -> None:
    first = adopt(park, release=1)
    second = adopt(park, release=2)
    assert choice(asked(park))[::3] == (2, second["id"])
    assert choice(asked(park, {"knownAt": first["recordedAt"]}))[::3] == (1, first["id"])
    assert choice(asked(park, {"knownAt": "2020-01-01T00:00:00Z"}))[::3] == (3, None)


def test_adoptions_are_kept_and_can_be_withdrawn(park: Park) -> None:
    first = adopt(park, release=1, reason="inventory of 2024")
    again = adopt(park, release=1, reason="again")
    assert (first["isNew"], again["isNew"], again["id"], again["version"]) == (True, False, first["id"], 1)
    second = adopt(park, release=2, reason="newer electricity")
    assert (second["version"], second["supersedes"], second["subject"]) == (2, first["id"], "GHG_PROTOCOL")
    park.client.ask(WITHDRAW, {"tenant": park.tenant, "id": second["id"]})
    history = park.client.ask(HISTORY, {"tenant": park.tenant, "all": True})["declarations"]["nodes"]
    assert [(one["version"], one["isWithdrawn"], one["reason"], one["content"]["release"]) for one in history] == [
        (1, False, "inventory of 2024", 1),
        (2, False, "newer electricity", 2),
        (3, True, "a mistake", 2),
    ]
    assert park.client.ask(HISTORY, {"tenant": park.tenant, "all": False})["declarations"]["nodes"] == []
    assert choice(asked(park)) == (3, "AR6", "OPERATIONAL_CONTROL", None)


@pytest.mark.parametrize(
    ("basis", "reason", "code", "text"),
    [
        ({}, " ", "TEXT_NOT_ACCEPTED", "the reason is empty"),
        ({"release": 99}, "why", "BAD_DECLARATION", "there is no factor release 99"),
        ({"regime": "NDRC_910_2025", "approach": "EQUITY_SHARE"}, "why", "BAD_DECLARATION", "parks whole"),
        ({"preview": "looked at it"}, "why", "BAD_DECLARATION", "no digest of an impact preview"),
    ],
)
def test_what_cannot_be_adopted_is_refused(
    park: Park, basis: dict[str, Any], reason: str, code: str, text: str
) -> None:
    refused = adopt(park, reason=reason, **basis)
    assert refused["code"] == code
    assert text in refused["message"]
    assert choice(asked(park))[3] is None


def test_two_operators_that_adopted_are_told_apart_or_refused(park: Park) -> None:
    given = {"parkId": park.park, "nameEn": "Operator", "nameZh": "运营", "isOperator": True}
    for code in ("op1", "op2"):
        tenant = park.client.ask(REGISTER_TENANT, {"input": {**given, "code": code}})["registerTenant"]["tenant"]["id"]
        adopt(park, tenant)
    with pytest.raises(ServiceError, match="2 operators of the park adopted a basis"):
        asked(park)


def test_what_was_previewed_is_what_is_adopted(park: Park) -> None:
    variables = {"boundary": {"tenantId": park.tenant}, "first": 2024, "last": 2024, "to": {"release": 1}}
    preview = park.client.ask(PREVIEW, variables)["impactPreview"]
    adopted = adopt(park, release=1, preview=preview["digest"])
    assert adopted["content"]["preview"] == preview["digest"]
    (year,) = preview["years"]
    assert electricity(asked(park)) == "440300"
    again = park.client.ask(PREVIEW, {**variables, "to": {"release": 3}})["impactPreview"]
    assert again["basisBefore"]["release"]["number"] == 1  # compared with what is adopted now
    assert again["years"][0]["location"]["before"] == year["location"]["after"]


@pytest.fixture
def own_service(server: Server, worker_id: str) -> Iterator[tuple[Client, str]]:
    """A service on a database of its own, so that a release can land without other tests seeing it."""
    name = f"adoption_{worker_id}_{uuid4().hex[:8]}"
    databases = server.create(name)
    started = start_service(environment(databases))
    with Client(started.url) as client:
        yield client, databases.owner_url
    started.stop()
    server.drop(name)


def test_a_release_that_lands_changes_no_answer_of_who_adopted(own_service: tuple[Client, str]) -> None:
    client, owner_url = own_service
    parks = [Park(client) for _ in range(2)]
    for park in parks:
        park.post(row("a", "electricity.grid", "1000", "MWh"))
    adopt(parks[0], release=3)
    before = [asked(park) for park in parks]
    add_release(owner_url, {"mine": edition_of_2024()}, "a newer edition")
    after = [asked(park) for park in parks]
    assert [choice(found)[0] for found in before] == [3, 3]
    assert after[0] == before[0]
    assert electricity(after[0]) == "441900"
    assert (choice(after[1])[0], electricity(after[1])) == (4, "500000")
    adopt(parks[0], release=4, reason="the newer edition")
    assert electricity(asked(parks[0])) == "500000"


def edition_of_2024() -> DatasetFiles:
    """The electricity factors of 2023 as if of 2024, Guangdong at 0.5 kg/kWh."""
    shipped = shipped_files()["cn-mee-electricity-2023"]
    factors = shipped.factors.replace(",2023,2023-01-01,", ",2024,2024-01-01,").replace("CO2=0.4419", "CO2=0.5")
    return DatasetFiles("mine", {**shipped.metadata, "dataset_id": "mine"}, factors, "")
