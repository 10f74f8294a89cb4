"""Terms of transfers, closed months and their restatement, posted, closed and asked over real HTTP."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client
from tests.service import Service
from tests.worked_park import CONSOLIDATION, TOTALS, WorkedPark, tonnes

CLOSE = """mutation ($tenant: ID!, $months: [YearMonth!]!, $again: Boolean!, $reason: String!) {
  closeSupply(tenantId: $tenant, months: $months, again: $again, reason: $reason) {
    ... on DeclarationsAdded {
      declarations { version isNew recordedAt content { ... on SupplyClosing { month number } } } }
    ... on Refusal { code field message } } }"""
TERMS = """mutation ($tenant: ID!, $terms: [TransferTermsInput!]!) {
  declareTransferTerms(tenantId: $tenant, terms: $terms) {
    ... on DeclarationsAdded { declarations { version } }
    ... on Refusal { code field message } } }"""
TRANSFERS = """query ($park: ID!) {
  energyTransfers(parkId: $park, period: { first: "2024-01", last: "2024-12" }) {
    carrier supplied received missingSide mismatch mismatchPercent tolerance isBeyondTolerance frozenAt
    terms { supplierMeter customerMeter } networkLosses { quantity percentOfSupplied borneBy }
    emissions { co2e } consumer { code }
    supplierActivities { nodes { externalId } } consumerActivities { nodes { externalId } } } }"""
FACTORS = """query ($park: ID!, $basis: BasisInput) {
  supplyFactors(parkId: $park, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    carrier supplier { code } co2ePerUnit isFrozen frozenAt drift { co2e } current { co2ePerUnit isFrozen }
    inputs { kind site { code } activities { nodes { externalId } } } } }"""
DRIFT = """query ($park: ID!, $basis: BasisInput) {
  parkConsolidation(parkId: $park, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    reported { co2e } byElimination { co2e } byImports { co2e } restatementPending { co2e }
    difference { co2e gases { gas mass } } failedMonths { message }
    closures { tenant { code } entering { co2e } toCustomers { co2e } kept { co2e } drift { co2e }
      unallocated { co2e } } } }"""
CORRECT = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { quantity } } ... on Refusal { code message } } }"""
ACTIVITY = """query ($filter: ActivityFilterInput!) { activities(filter: $filter) { nodes { id externalId } } }"""


class SmallPark(WorkedPark):
    """The operator burns gas at a plant and supplies a, who passes half of it on to b; 1 GJ of gas emits 60 kg."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.own_factor(self.operator, "stationary.natural_gas", "GJ", "60")
        self.book(self.operator, "chp", "stationary.natural_gas", "1000", "GJ")
        self.book(self.operator, "chp", "generated.steam", "800", "GJ")
        self.book(self.operator, "m1", "used.steam", "200", "GJ")
        self.supply(self.operator, "t1", self.a, "a", "600")
        self.supply(self.a, "a", self.b, "b", "300")

    def supply(self, supplier: str, code: str, customer: str, customer_code: str, gigajoules: str) -> None:
        self.book(supplier, "m1", "supplied.steam", gigajoules, "GJ", customer_code)
        self.book(customer, "m1", "steam.purchased", gigajoules, "GJ", code)

    def close(self, tenant: str, *, again: bool = False, reason: str = "") -> dict[str, Any]:
        given = {"tenant": tenant, "months": ["2024-03"], "again": again, "reason": reason}
        found: dict[str, Any] = self.client.ask(CLOSE, given)["closeSupply"]
        return found

    def burn(self, gigajoules: str) -> None:
        """Correct the gas of the plant."""
        wanted = {"filter": {"tenantId": self.operator, "activityTypes": ["stationary.natural_gas"]}}
        [node] = self.client.ask(ACTIVITY, wanted)["activities"]["nodes"]
        given = {"activityId": node["id"], "quantity": gigajoules, "reason": "meter read again"}
        assert "activity" in self.client.ask(CORRECT, {"input": given})["correctActivity"]

    def reported(self, basis: dict[str, Any] | None = None) -> list[str]:
        """Return scope 1 of the operator and scope 2 of everyone, t."""
        asked = [(self.operator, "scope1"), *((one, "scope2Location") for one in (self.operator, self.a, self.b))]
        found = []
        for tenant, scope in asked:
            variables = {"boundary": {"tenantId": tenant}, "basis": basis}
            answer = self.client.ask(TOTALS, variables)["footprint"]
            assert answer["gaps"] == [] or {gap["gap"]["code"] for gap in answer["gaps"]} == {"NO_FACTOR"}
            found.append(tonnes(answer["totals"][scope]))
        return found

    def steam(self, basis: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Return the factors by supplier."""
        found = self.client.ask(FACTORS, {"park": self.park, "basis": basis})["supplyFactors"]
        return {one["supplier"]["code"]: one for one in found}

    def total(self, basis: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.client.ask(DRIFT, {"park": self.park, "basis": basis})["parkConsolidation"]
        assert found["difference"] == {"co2e": "0", "gases": []}
        assert found["failedMonths"] == []
        return found


@pytest.fixture
def park(client: Client) -> SmallPark:
    return SmallPark(client)


def test_a_closed_month_stands_until_it_is_closed_again(park: SmallPark) -> None:
    # 60 t over 800 GJ: a has 45 t, half of it passed on to b, and the operator keeps 15 t.
    assert park.reported() == ["60.000", "0.000", "22.500", "22.500"]
    [closed] = park.close(park.operator)["declarations"]
    assert (closed["version"], closed["content"]) == (1, {"month": "2024-03", "number": 1})
    park.burn("1600")

    assert park.reported() == ["96.000", "0.000", "22.500", "22.500"]
    found = park.total()
    # Direct emissions are what is known, the customers' scope 2 what was closed: 0.045 t/GJ more on 600 + 300 GJ.
    assert tonnes(found["byElimination"]) == tonnes(found["byImports"]) == "96.000"
    assert tonnes(found["reported"]) == "141.000"
    assert tonnes(found["restatementPending"]) == "27.000"
    [operator] = [one for one in found["closures"] if one["tenant"]["code"] == "t1"]
    parts = ("entering", "toCustomers", "kept", "drift", "unallocated")
    assert [tonnes(operator[part]) for part in parts] == ["96.000", "45.000", "24.000", "27.000", "0.000"]
    factor = park.steam()["t1"]
    assert (factor["isFrozen"], factor["co2ePerUnit"]) == (True, "0.075")
    assert factor["frozenAt"] == closed["recordedAt"]
    assert factor["current"] == {"co2ePerUnit": "0.12", "isFrozen": False}
    assert tonnes(factor["drift"]) == "27.000"

    refused = park.close(park.operator, again=True)
    assert (refused["code"], refused["field"]) == ("TEXT_NOT_ACCEPTED", "reason")
    [again] = park.close(park.operator, again=True, reason="gas meter read again")["declarations"]
    assert again["content"]["number"] == 2
    assert park.reported() == ["96.000", "0.000", "36.000", "36.000"]
    assert tonnes(park.total()["restatementPending"]) == "0.000"
    assert park.steam()["t1"]["co2ePerUnit"] == "0.12"


def test_closing_again_without_saying_so_is_a_retry(park: SmallPark) -> None:
    [first] = park.close(park.operator)["declarations"]
    park.burn("1600")
    [second] = park.close(park.operator)["declarations"]
    assert (second["version"], second["isNew"], second["recordedAt"]) == (1, False, first["recordedAt"])
    assert park.steam()["t1"]["co2ePerUnit"] == "0.075"


def test_a_supplier_that_closes_later_knows_what_another_had_closed(park: SmallPark) -> None:
    """The operator closes, corrects its gas, and then a closes: a bought at the closed factor, and sells at it."""
    park.close(park.operator)
    park.burn("1600")
    park.close(park.a)
    assert park.steam()["a"]["co2ePerUnit"] == "0.075"
    park.close(park.operator, again=True, reason="gas meter read again")
    # a's own month stays closed: b keeps its factor, a pays the operator's new one for what it keeps.
    assert park.reported() == ["96.000", "0.000", "36.000", "22.500"]
    assert park.steam()["a"]["current"]["co2ePerUnit"] == "0.12"
    assert tonnes(park.total()["byImports"]) == "96.000"


def test_an_earlier_knowledge_date_ignores_the_closing(park: SmallPark) -> None:
    [closed] = park.close(park.operator)["declarations"]
    park.burn("1600")
    [again] = park.close(park.operator, again=True, reason="gas meter read again")["declarations"]
    closed_at = datetime.fromisoformat(closed["recordedAt"])
    before = {"knownAt": (closed_at - timedelta(microseconds=1)).isoformat()}
    assert (park.steam(before)["t1"]["isFrozen"], park.steam(before)["t1"]["co2ePerUnit"]) == (False, "0.075")
    for instant, per_gigajoule, of_b in ((closed, "0.075", "22.500"), (again, "0.12", "36.000")):
        then = {"knownAt": instant["recordedAt"]}
        assert (park.steam(then)["t1"]["frozenAt"], park.steam(then)["t1"]["co2ePerUnit"]) == (
            instant["recordedAt"],
            per_gigajoule,
        )
        assert park.reported(then)[-1] == of_b


def test_a_month_that_fails_later_keeps_what_it_was_closed_with(park: SmallPark) -> None:
    """A fuel without a factor at the plant: an open month would be a gap for its customers."""
    park.close(park.operator)
    park.book(park.operator, "m1", "cooling.chilled_water", "5", "GJ", "outside")
    of_a = park.client.ask(TOTALS, {"boundary": {"tenantId": park.a}})["footprint"]
    assert tonnes(of_a["totals"]["scope2Location"]) == "45.000"  # what a sold on is unknown while the month fails
    found = park.client.ask(CONSOLIDATION, {"park": park.park})["parkConsolidation"]
    assert "cooling.chilled_water has no factor" in found["failedMonths"][0]["message"]


@pytest.mark.parametrize("month", ["2999-01", "9999-12"])
def test_only_months_that_have_ended_are_closed(park: SmallPark, month: str) -> None:
    given = {"tenant": park.operator, "months": [month], "again": False, "reason": ""}
    refused = park.client.ask(CLOSE, given)["closeSupply"]
    assert (refused["code"], refused["field"]) == ("PERIOD_IN_FUTURE", "months")


# terms


@pytest.fixture(scope="module")
def metered(service: Service) -> Iterator[WorkedPark]:
    """The operator sends a 800 MWh, of which a has 780, and b 100, of which b has posted none."""
    with Client(service.url) as client:
        park = WorkedPark(client)
        park.book(park.operator, "m1", "electricity.grid", "1000", "MWh")
        park.book(park.operator, "m1", "lost.electricity", "50", "MWh")
        park.book(park.operator, "m1", "supplied.electricity", "800", "MWh", "a")
        park.book(park.a, "m1", "electricity.grid", "780", "MWh", "t1")
        park.book(park.operator, "m1", "supplied.electricity", "100", "MWh", "b")
        yield park


def terms(customer: str, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "carrier": "ELECTRICITY", "validFrom": "2024-01-01", **more}


def declared(park: WorkedPark, *given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = park.client.ask(TERMS, {"tenant": park.operator, "terms": list(given)})[
        "declareTransferTerms"
    ]
    return found


def transfers(park: WorkedPark) -> dict[str, dict[str, Any]]:
    found = park.client.ask(TRANSFERS, {"park": park.park})["energyTransfers"]
    return {one["consumer"]["code"]: one for one in found}


def test_two_meters_are_held_against_the_tolerance_agreed(metered: WorkedPark) -> None:
    found = transfers(metered)
    of_a, of_b = found["a"], found["b"]
    assert (of_a["mismatch"], of_a["mismatchPercent"]) == ("72000", "2.5")
    assert (of_a["tolerance"], of_a["isBeyondTolerance"], of_a["terms"]) == ("0.02", True, None)
    assert [of_b[name] for name in ("missingSide", "mismatch", "mismatchPercent", "isBeyondTolerance")] == [
        "CUSTOMER",
        None,
        None,
        None,
    ]
    assert [node["externalId"] for node in of_a["supplierActivities"]["nodes"]] == ["m1 supplied.electricity a"]
    assert [node["externalId"] for node in of_a["consumerActivities"]["nodes"]] == ["m1 electricity.grid t1"]
    assert of_a["networkLosses"] == {"quantity": "180000", "percentOfSupplied": "5", "borneBy": "SUPPLIER"}
    assert tonnes(of_a["emissions"]) == "353.520"

    meters = {"supplierMeter": "works", "customerMeter": "m1", "tolerance": "0.03", "lossBearer": "CUSTOMERS"}
    assert "declarations" in declared(metered, terms("a", **meters))
    of_a = transfers(metered)["a"]
    assert (of_a["tolerance"], of_a["isBeyondTolerance"]) == ("0.03", False)
    assert of_a["terms"] == {"supplierMeter": "works", "customerMeter": "m1"}
    assert of_a["networkLosses"]["borneBy"] == "CUSTOMERS"
    # 441.9 t over 950 MWh that arrive anywhere, 800 of them at a
    assert tonnes(of_a["emissions"]) == f"{Decimal('441.9') * 800 / 950:.3f}"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (terms("nobody"), "BAD_DECLARATION", "[0].customer"),
        (terms("t1"), "BAD_DECLARATION", "[0].customer"),
        (terms("a", supplierMeter="nothing"), "UNKNOWN_SOURCE", "[0].supplierMeter"),
        (terms("a", customerMeter="works"), "UNKNOWN_SOURCE", "[0].customerMeter"),
        (terms("a", tolerance="1.5"), "BAD_DECLARATION", "[0]"),
        (terms("a", validTo="2023-12-31"), "BAD_DECLARATION", "[0]"),
    ],
)
def test_terms_that_cannot_be_are_refused(metered: WorkedPark, given: dict[str, Any], code: str, field: str) -> None:
    refused = declared(metered, given)
    assert (refused["code"], refused["field"]) == (code, field)


def test_a_network_has_one_bearer_of_its_losses(metered: WorkedPark) -> None:
    given = [terms("a", carrier="STEAM"), terms("b", carrier="STEAM", lossBearer="CUSTOMERS")]
    assert "accepted is one bearer" in declared(metered, *given)["message"]
