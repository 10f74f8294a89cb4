"""A park in the park, several parks, and scope 3 of a park, over real HTTP."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import REGISTER_TENANT, Park
from tests.service import Service
from tests.worked_park import OWN_CO2, PLANTS, WorkedPark, tonnes, worked

ZONES = """mutation ($tenant: ID!, $zones: [ZoneInput!]!) { declareZones(tenantId: $tenant, zones: $zones) {
  ... on DeclarationsAdded { declarations { version content { ... on Zone { code boundary members { code } } } } }
  ... on Refusal { code field message } } }"""
ZONE = """query ($park: ID!, $zone: String, $first: YearMonth = "2024-03", $last: YearMonth = "2024-03") {
  parkConsolidation(parkId: $park, period: { first: $first, last: $last }, zone: $zone) {
    reported { co2e } internal { co2e } direct { co2e } imported { co2e } reexported { co2e } byElimination { co2e }
    byImports { co2e } difference { co2e gases { gas mass } } failedMonths { month message }
    tenants { tenant { code } } closures { tenant { code } }
    scope3 { reported { co2e } internal { co2e } leaving { co2e } byElimination { co2e } totalByElimination { co2e }
      totalByImports { co2e } difference { co2e gases { gas mass } }
      lines { tenant { code } category counterparty { code } why activityType quantity unit removed { co2e }
        activities { nodes { externalId } } }
      works { tenant { code } direct { co2e } energy { co2e } emitted { co2e } reported { co2e } } } } }"""
PARKS = """query ($parks: [ID!]!, $basis: BasisInput) {
  parksConsolidation(parkIds: $parks, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    byElimination { co2e } byImports { co2e } difference { co2e gases { gas mass } }
    parks { park { code } consolidation { byImports { co2e } } } } }"""
SCOPE_3 = """query ($boundary: BoundaryInput!) {
  footprint(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }) { totals { scope3 { co2e } } } }"""


@pytest.fixture(scope="module")
def park(service: Service) -> Iterator[WorkedPark]:
    """The worked case, with what its works answer for told to a and b, split by COD 60 to 40."""
    with Client(service.url) as client:
        yield with_scope_3(worked(client))


def with_scope_3(park: WorkedPark) -> WorkedPark:
    register = {"parkId": park.park, "code": "op", "nameEn": "Operator", "nameZh": "运营方", "isOperator": True}
    operator = park.client.ask(REGISTER_TENANT, {"input": register})["registerTenant"]["tenant"]["id"]
    park.zones_of = operator
    works = {
        "siteId": park.sites["works"],
        "kind": "WASTEWATER_WORKS",
        "nameEn": "Works",
        "nameZh": "污水处理厂",
        "validFrom": "2024-01-01",
    }
    assert "declarations" in park.client.ask(PLANTS, {"tenant": park.operator, "plants": [works]})["declarePlants"]
    for tenant in (park.a, park.b):
        upstream_factor(park, tenant)
    # 60 t + 500 MWh x 0.3333027 t/MWh
    park.book(park.a, "m1", "waste.reported", "135.99080625", "t", "t1")
    park.book(park.b, "m1", "waste.reported", "90.6605375", "t", "t1")
    park.book(park.a, "m1", "waste.reported", "5", "t", "outside Ltd")
    park.book(park.a, "m1", "waste.reported", "2", "t", "b")  # b has no works
    # a lets a hall to b, which posts its energy itself; the second operator posts nothing and answers for nothing
    park.book(park.a, "m1", "leased_out.reported", "7", "t", "b")
    park.book(park.a, "m1", "leased_out.reported", "3", "t", "op")
    return park


def upstream_factor(park: WorkedPark, tenant: str) -> None:
    """Register 0.05 kg CO2e of upstream per kWh of power, which no publisher has for the region."""
    part = {"gas": "CO2E", "terms": [{"name": "rate", "value": "0.05", "unit": "kgCO2e/kWh"}]}
    given = {
        "tenantId": tenant,
        "activityType": "electricity.grid",
        "unit": "kWh",
        "lines": ["upstream"],
        "factor": {"name": "upstream of the case", "parts": [part], "source": "test"},
        "validFrom": "2024-01-01",
    }
    found = park.client.ask(OWN_CO2, {"input": given})["addSupplierFactor"]
    assert "id" in found, found


def asked(park: WorkedPark, zone: str | None = None, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = park.client.ask(ZONE, {"park": park.park, "zone": zone, **more})["parkConsolidation"]
    return found


# zones


def declare(park: WorkedPark, tenant: str, code: str, *members: str, **more: Any) -> dict[str, Any]:
    zone = {"code": code, "nameEn": code, "nameZh": code, "memberIds": list(members), "validFrom": "2024-01-01", **more}
    found: dict[str, Any] = park.client.ask(ZONES, {"tenant": tenant, "zones": [zone]})["declareZones"]
    return found


def test_a_zone_imports_what_the_rest_of_the_park_supplies(park: WorkedPark) -> None:
    [zone] = declare(park, park.zones_of, "north", park.a, park.b, boundary="(113.1, 23.0) ...")["declarations"]
    assert zone["content"]["members"] == [{"code": "a"}, {"code": "b"}]
    found = asked(park, "north")
    assert [tonnes(found[name]) for name in ("direct", "imported", "internal", "byImports", "byElimination")] == [
        "500.000",
        "10808.328",
        "0.000",
        "11308.328",
        "11308.328",
    ]
    assert found["difference"] == {"co2e": "0", "gases": []}
    assert [one["tenant"]["code"] for one in found["tenants"]] == ["a", "b"]
    # The operator is outside, so that a's and b's category 5 and the leases with it stay.
    assert {line["why"] for line in found["scope3"]["lines"]} == {"LEASE"}
    assert found["scope3"]["difference"]["co2e"] == "0"


def test_a_suppliers_zone_lets_its_imports_go(park: WorkedPark) -> None:
    tenant = park.operator
    declare(park, park.zones_of, "station", tenant)
    found = asked(park, "station")
    assert tonnes(found["reexported"]) == tonnes(found["scope3"]["leaving"]) == "1878.075"
    assert tonnes(found["byElimination"]) == "7555.956"


def test_a_month_before_the_zone_is_missing_and_not_zero(park: WorkedPark) -> None:
    declare(park, park.zones_of, "late", park.a, validFrom="2024-04-01")
    found = asked(park, "late", last="2024-04")
    assert [(one["month"], one["message"]) for one in found["failedMonths"]] == [
        ("2024-03", "2024-03: the zone is not declared for this month")
    ]
    assert found["byImports"]["co2e"] == "0"
    with pytest.raises(ServiceError, match="the park has no zone 'late' from 2024-03"):
        asked(park, "late")


def test_the_operator_alone_declares_zones_of_tenants_of_the_park(park: WorkedPark) -> None:
    assert "does not operate the park" in declare(park, park.a, "north", park.a)["message"]
    stranger = Park(park.client).tenant
    assert declare(park, park.zones_of, "far", stranger)["code"] == "NOT_REGISTERED"
    assert "no members" in declare(park, park.zones_of, "none")["message"]
    assert "names a member twice" in declare(park, park.zones_of, "twice", park.a, park.a)["message"]


# several parks


def test_parks_add_up_and_one_without_supply_counts(park: WorkedPark) -> None:
    alone = WorkedPark(park.client)
    alone.book(alone.a, "m1", "electricity.grid", "1000", "MWh")
    alone.book(alone.a, "m1", "fire_suppression.released/CO2", "1000", "kg")
    empty = Park(park.client)
    found = park.client.ask(PARKS, {"parks": [park.park, alone.park, empty.park]})["parksConsolidation"]
    assert [tonnes(one["consolidation"]["byImports"]) for one in found["parks"]] == ["11701.631", "442.900"]
    assert tonnes(found["byElimination"]) == tonnes(found["byImports"]) == "12144.531"
    assert found["difference"] == {"co2e": "0", "gases": []}
    with pytest.raises(ServiceError, match="each once"):
        park.client.ask(PARKS, {"parks": [park.park, park.park]})


# scope 3


def test_what_the_works_answer_for_leaves_category_5(park: WorkedPark) -> None:
    found = asked(park)["scope3"]
    [works] = found["works"]
    parts = [tonnes(works[name]) for name in ("direct", "energy", "emitted", "reported")]
    assert parts == ["60.000", "166.651", "226.651", "226.651"]
    treated = {one["tenant"]["code"]: one for one in found["lines"] if one["why"] == "TREATMENT"}
    assert {code: tonnes(one["removed"]) for code, one in treated.items()} == {"a": "135.991", "b": "90.661"}
    assert treated["a"]["category"] == 5
    assert treated["a"]["counterparty"] == {"code": "t1"}
    assert (Decimal(treated["a"]["quantity"]), treated["a"]["unit"]) == (Decimal("135990.80625"), "kg")
    assert [node["externalId"] for node in treated["a"]["activities"]["nodes"]] == ["m1 waste.reported t1"]


def test_leases_and_resale_are_counted_once(park: WorkedPark) -> None:
    lines = asked(park)["scope3"]["lines"]

    def gone(why: str) -> list[tuple[str, int, str]]:
        of_why = [one for one in lines if one["why"] == why]
        return [(one["tenant"]["code"], one["category"], tonnes(one["removed"])) for one in of_why]

    assert gone("LEASE") == [("a", 13, "7.000")]
    assert gone("RESALE") == [("t1", 3, "1878.075")]


def test_upstream_of_what_a_neighbour_supplied_is_the_neighbours(park: WorkedPark) -> None:
    lines = [one for one in asked(park)["scope3"]["lines"] if one["why"] == "UPSTREAM"]
    found = {one["tenant"]["code"]: (Decimal(one["quantity"]) / 3600, tonnes(one["removed"])) for one in lines}
    # The operator reports the upstream of its gas; b's 4,000 MWh from the grid keep theirs.
    assert found == {"a": (Decimal(10000), "500.000"), "b": (Decimal(7000), "350.000")}
    assert all((one["category"], one["counterparty"]) == (3, {"code": "t1"}) for one in lines)


def test_upstream_stays_where_the_supplier_reports_none(client: Client) -> None:
    park = WorkedPark(client)
    park.book(park.operator, "m1", "electricity.grid", "1000", "MWh")
    park.book(park.operator, "m1", "supplied.electricity", "800", "MWh", "a")
    park.book(park.a, "m1", "electricity.grid", "800", "MWh", "t1")
    upstream_factor(park, park.a)
    found = asked(park)["scope3"]
    assert [one["why"] for one in found["lines"]] == ["RESALE"]
    assert tonnes(found["byElimination"]) == "40.000"


def test_scope_3_of_the_park_is_what_tenants_report_less_the_lines(park: WorkedPark) -> None:
    found = asked(park)
    scope3 = found["scope3"]
    reported = park.client.ask(SCOPE_3, {"boundary": {"parkId": park.park}})["footprint"]["totals"]["scope3"]["co2e"]
    # Two sums shown at a nanogram each.
    assert abs(Decimal(scope3["reported"]["co2e"]) - Decimal(reported)) <= Decimal("2e-12")
    gone = sum(Decimal(one["removed"]["co2e"]) for one in scope3["lines"])
    assert abs(gone - Decimal(scope3["internal"]["co2e"])) <= Decimal("1e-11")
    left = Decimal(scope3["reported"]["co2e"]) - Decimal(scope3["internal"]["co2e"])
    assert abs(left - Decimal(scope3["byElimination"]["co2e"])) <= Decimal("2e-12")
    assert scope3["difference"] == {"co2e": "0", "gases": []}
    assert scope3["totalByElimination"] == scope3["totalByImports"]
    both = Decimal(found["byElimination"]["co2e"]) + Decimal(scope3["byElimination"]["co2e"])
    assert abs(both - Decimal(scope3["totalByImports"]["co2e"])) <= Decimal("2e-12")
