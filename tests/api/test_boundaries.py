"""Who reports what of a joint venture and a leased site, declared and asked over real HTTP."""

from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import REGISTER_TENANT, Park, row

DECLARE_HOLDINGS = """mutation ($tenant: ID!, $holdings: [SiteHoldingInput!]!, $reason: String! = "") {
  declareHoldings(tenantId: $tenant, holdings: $holdings, reason: $reason) { ... on DeclarationsAdded {
    declarations { id version isNew supersedes content { ... on SiteHolding { equityPercent holder { id } } } } }
  ... on Refusal { code field message } } }"""
DECLARE_LEASES = """mutation ($tenant: ID!, $leases: [LeasedSiteInput!]!) {
  declareLeases(tenantId: $tenant, leases: $leases) { ... on DeclarationsAdded {
    declarations { version content { ... on LeasedSite { party kind site { code } } } } }
  ... on Refusal { code field message } } }"""
WITHDRAW = """mutation ($tenant: ID!, $id: ID!, $reason: String!) {
  withdrawDeclaration(tenantId: $tenant, declarationId: $id, reason: $reason) { ... on DeclarationsAdded {
    declarations { isWithdrawn version } } ... on Refusal { code message } } }"""
HISTORY = """query ($tenant: ID!, $all: Boolean! = false) {
  declarations(tenantId: $tenant, kind: HOLDING, includeHistory: $all) {
    nodes { version isWithdrawn reason content { ... on SiteHolding { equityPercent } } } } }"""
FOOTPRINT = """query ($boundary: BoundaryInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    basis { approach } isComplete gaps { quantity gap { code clause message } }
    totals { scope1 { co2e(unit: TONNE) } scope2Location { co2e(unit: TONNE) } scope3 { co2e(unit: TONNE) } }
    lines { nodes { share quantity unit method emissions { co2e } explanation { steps { kind value } } } } } }"""


@pytest.fixture
def park(client: Client) -> Park:
    found = Park(client)
    found.post(row("a-1", "electricity.grid", "1000", "MWh"))
    return found


def holding(holder: str, equity: str, runs_it: bool = True, **more: Any) -> dict[str, Any]:
    control = "SOLE" if runs_it else "NONE"
    fields = {"holderId": holder, "equityPercent": equity, "financialControl": control, "validFrom": "2024-01-01"}
    return {**fields, "hasOperationalControl": runs_it, **more}


def declare(park: Park, *holdings: dict[str, Any], reason: str = "") -> Any:
    given = {"tenant": park.tenant, "holdings": list(holdings), "reason": reason}
    return park.client.ask(DECLARE_HOLDINGS, given)["declareHoldings"]


def footprint(park: Park, boundary: dict[str, str] | None = None, **basis: str) -> Any:
    return park.client.ask(FOOTPRINT, {"boundary": boundary or {"tenantId": park.tenant}, "basis": basis or None})[
        "footprint"
    ]


def partner_of(park: Park) -> str:
    given = {"parkId": park.park, "code": "partner", "nameEn": "Partner", "nameZh": "合资方"}
    return str(park.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"])


def test_a_joint_venture_by_each_approach(park: Park) -> None:
    partner = partner_of(park)
    declared = declare(park, holding(park.tenant, "60"), holding(partner, "40", runs_it=False))["declarations"]
    assert [(one["version"], one["content"]["equityPercent"]) for one in declared] == [(1, "60"), (1, "40")]
    # 1,000 MWh x 0.4419 t/MWh = 441.9 t, of which 60 % and 40 %
    assert footprint(park)["totals"]["scope2Location"]["co2e"] == "441.9"
    assert footprint(park)["basis"]["approach"] == "OPERATIONAL_CONTROL"
    assert footprint(park, approach="EQUITY_SHARE")["totals"]["scope2Location"]["co2e"] == "265.14"
    of_partner = footprint(park, {"tenantId": partner}, approach="EQUITY_SHARE")
    assert of_partner["totals"]["scope2Location"]["co2e"] == "176.76"
    assert footprint(park, {"tenantId": partner})["totals"]["scope2Location"]["co2e"] == "0"
    of_park = footprint(park, {"parkId": park.park}, approach="EQUITY_SHARE")
    assert of_park["totals"]["scope2Location"]["co2e"] == "441.9"


def test_the_share_stands_in_the_explanation(park: Park) -> None:
    declare(park, holding(park.tenant, "60"))
    line = next(
        found for found in footprint(park, approach="EQUITY_SHARE")["lines"]["nodes"] if found["method"] == "LOCATION"
    )
    assert (line["share"], line["quantity"], line["unit"]) == ("0.6", "1000000", "kWh")
    assert {"kind": "SHARE", "value": "0.6"} in line["explanation"]["steps"]
    assert line["emissions"]["co2e"] == "265140"


def test_a_day_nobody_declared_is_a_gap_with_its_clause(park: Park) -> None:
    declare(park, holding(park.tenant, "60", validTo="2024-02-29"))
    found = footprint(park, approach="EQUITY_SHARE")
    assert not found["isComplete"]
    assert {gap["gap"]["code"] for gap in found["gaps"]} == {"NO_STAKE"}
    assert found["gaps"][0]["quantity"] == "3600000"
    assert "chapter 3" in found["gaps"][0]["gap"]["clause"]


def test_regimes_of_legal_entities_have_no_approach(park: Park) -> None:
    assert footprint(park, regime="GBT_32150_2025")["basis"]["approach"] is None
    with pytest.raises(ServiceError, match="GBT_32150_2025 takes legal entities and parks whole"):
        footprint(park, regime="GBT_32150_2025", approach="EQUITY_SHARE")


def test_a_leased_site_moves_to_category_8_under_financial_control(park: Park) -> None:
    lease = {"siteId": park.site, "party": "LESSEE", "kind": "OPERATING", "validFrom": "2024-01-01"}
    declared = park.client.ask(DECLARE_LEASES, {"tenant": park.tenant, "leases": [lease]})["declareLeases"]
    assert declared["declarations"][0]["content"]["kind"] == "OPERATING"
    moved = footprint(park, approach="FINANCIAL_CONTROL")["totals"]
    assert (moved["scope2Location"]["co2e"], moved["scope3"]["co2e"]) == ("0", "441.9")
    assert footprint(park)["totals"]["scope2Location"]["co2e"] == "441.9"


def test_the_history_of_a_holding_keeps_every_version(park: Park) -> None:
    first = declare(park, holding(park.tenant, "60"))["declarations"][0]
    again = declare(park, holding(park.tenant, "60"))["declarations"][0]
    assert (again["id"], again["isNew"]) == (first["id"], False)
    second = declare(park, holding(park.tenant, "55"), reason="5 % sold")["declarations"][0]
    assert second["supersedes"] == first["id"]
    given = {"tenant": park.tenant, "id": second["id"], "reason": "declared by mistake"}
    assert park.client.ask(WITHDRAW, given)["withdrawDeclaration"]["declarations"] == [
        {"isWithdrawn": True, "version": 3}
    ]
    assert park.client.ask(HISTORY, {"tenant": park.tenant})["declarations"]["nodes"] == []
    every = park.client.ask(HISTORY, {"tenant": park.tenant, "all": True})["declarations"]["nodes"]
    assert [(one["content"]["equityPercent"], one["reason"]) for one in every] == [
        ("60", ""),
        ("55", "5 % sold"),
        ("55", "declared by mistake"),
    ]


@pytest.mark.parametrize(
    ("equity", "code", "message"),
    [("60.5", "BAD_DECLARATION", "120.5 % together"), ("101", "BAD_DECLARATION", "accepted is 0 to 1")],
)
def test_what_cannot_be_is_refused_with_nothing_written(park: Park, equity: str, code: str, message: str) -> None:
    partner = partner_of(park)
    refused = declare(park, holding(park.tenant, "60"), holding(partner, equity, runs_it=False))
    assert refused["code"] == code
    assert message in refused["message"]
    assert park.client.ask(HISTORY, {"tenant": park.tenant, "all": True})["declarations"]["nodes"] == []


def test_a_site_of_somebody_else_is_refused(park: Park, client: Client) -> None:
    other = Park(client)
    refused = declare(park, holding(park.tenant, "60", siteId=other.site))
    assert refused["code"] == "NOT_REGISTERED"
