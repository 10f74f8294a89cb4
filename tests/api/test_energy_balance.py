"""The energy balance over real HTTP: the worked case V23, meters that differ, a site's plant, stock of fuel."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from api.client import Client
from tests.service import Service
from tests.worked_park import PLANTS, WorkedPark

COLUMN = """unit available supply { stage amount } conversion losses finalUse unaccounted unaccountedPercent
  betweenMeters consumption"""
BALANCE = (
    """query ($boundary: BoundaryInput!, $first: YearMonth!, $last: YearMonth!, $value: EnergyValue, $upper: Boolean,
      $basis: BasisInput) {
  energyBalance(boundary: $boundary, period: { first: $first, last: $last }, value: $value, isUpper: $upper,
      basis: $basis) {
    value unit missing conversionEfficiency missingStockLevels { activityType day site { code } }
    carriers { code unit tce tceEquivalent sources { propertyId } rows { COLUMN } }
    services { code rows { COLUMN } }
    total { COLUMN } knownTotal { COLUMN } } }"""
).replace("COLUMN", COLUMN)
PARTS = """query ($boundary: BoundaryInput!, $stages: [EnergyStage!]) {
  energyBalance(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }) {
    total { parts(stages: $stages) { stage carrier amount quantity unit conversion endUse loss isInternal
      tenant { code } plant { code } counterparty { code }
      sources { activityType supplier quantity unit firstDay lastDay tenant { id code } site { id code } } } } } }"""
PLANT = """query ($boundary: BoundaryInput!, $value: EnergyValue) {
  energyBalance(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }, value: $value) {
    plants { site { code } failure lost efficiency performance inputs { carrier amount } outputs { carrier amount }
      primary { carrier amount } taken { carrier amount } services { carrier amount } } } }"""
FORMS = """query ($boundary: BoundaryInput!) {
  energyBalance(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }) {
    regionalForm { number item total site { code } tenant { code } amounts { carrier amount } }
    enterpriseForm { purchase { supplied { carrier amount } lost } conversion { kind step { utilisationPercent } }
      refrigeration { supplied { carrier amount } } endUse { use step { supplied { carrier amount } } }
      sold { carrier } unaccounted { amount } utilisationPercent } } }"""
SANKEY = """query ($boundary: BoundaryInput!, $value: EnergyValue) {
  energyBalance(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }, value: $value) {
    sankey { nodes { id kind name tenant { id } site { id } } links { source target carrier amount }
      services { source target amount } } } }"""
STOCKS = """mutation ($tenant: ID!, $stocks: [EnergyStockInput!]!) {
  declareEnergyStocks(tenantId: $tenant, stocks: $stocks) {
    ... on DeclarationsAdded { declarations { kind subject version content {
      ... on EnergyStock { activityType day quantity unit site { code } } } } }
    ... on Refusal { code field message } } }"""
ACTIVITIES = """query ($filter: ActivityFilterInput!) { activities(filter: $filter) { nodes { activityType } } }"""


def balance(client: Client, boundary: dict[str, str], **given: Any) -> dict[str, Any]:
    asked = {"boundary": boundary, "first": "2024-01", "last": "2024-12", "value": "EQUAL", **given}
    found: dict[str, Any] = client.ask(BALANCE, asked)["energyBalance"]
    return found


def rows(column: dict[str, Any]) -> list[str]:
    return [f"{Decimal(column[name]):.3f}" for name in ("available", "conversion", "losses", "finalUse", "unaccounted")]


def sum_of(amounts: Iterable[str]) -> Fraction:
    return sum(map(Fraction, amounts), Fraction(0))


def is_near(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers of which fifty digits are shown can be the same."""
    return abs(one - other) < Fraction("1e-40")


def carrier(found: dict[str, Any], code: str) -> dict[str, Any]:
    [one] = [one for one in found["carriers"] if one["code"] == code]
    rows: dict[str, Any] = one["rows"]
    return rows


@pytest.fixture(scope="module")
def park(service: Service) -> Iterator[WorkedPark]:
    """The worked case of standards.md 6.3."""
    with Client(service.url) as client:
        yield worked(client)


def worked(client: Client) -> WorkedPark:
    """Post the worked case, and the gas that tenant B burns."""
    park = WorkedPark(client)
    park.book_energy()
    park.book(park.b, "m1", "stationary.natural_gas", "310614", "GJ")
    return park


def test_the_worked_case_balances_to_the_last_digit(park: WorkedPark) -> None:
    found = balance(park.client, {"parkId": park.park})
    assert found["missing"] == found["missingStockLevels"] == []
    assert rows(found["total"]) == ["16474.800", "-879.589", "61.450", "15533.761", "0.000"]
    assert (found["total"]["unit"], found["total"]["unaccounted"]) == ("tce", "0")
    assert found["total"]["supply"] == [
        {"stage": "PRIMARY_PRODUCTION", "amount": "368.7"},
        {"stage": "TRANSFER_IN", "amount": "16106.1"},
    ]
    assert rows(carrier(found, "electricity"))[3] == "2888.150"
    assert rows(carrier(found, "steam")) == ["0.000", "2047.200", "0.000", "2047.200", "0.000"]
    # Output 1,474.8 of power and 2,047.2 of heat over input 4,401.589.
    assert f"{Decimal(found['conversionEfficiency']):.4f}" == "0.8002"
    [cold] = found["services"]
    assert (cold["code"], f"{Decimal(cold['rows']['conversion']):.1f}") == ("chilled_water", "982.7")


def test_the_equivalent_value_asks_for_the_years_figure(park: WorkedPark) -> None:
    of_park = {"parkId": park.park}
    without = balance(park.client, of_park, value="EQUIVALENT")
    assert (without["missing"], without["total"]) == (["electricity"], None)
    assert rows(without["knownTotal"])[0] == "15000.000"
    found = balance(park.client, of_park, value="EQUIVALENT", basis={"electricityKgcePerKwh": "0.300"})
    assert f"{Decimal(found['total']['available']):.3f}" == "18600.000"


def test_without_a_value_each_carrier_is_in_its_own_unit(park: WorkedPark) -> None:
    found = balance(park.client, {"parkId": park.park}, value=None)
    assert (found["unit"], found["total"], found["knownTotal"]) == (None, None, None)
    power = carrier(found, "electricity")
    assert (power["unit"], power["available"], power["finalUse"], power["losses"]) == ("MWh", "12000", "23500", "500")
    in_joules = balance(park.client, {"parkId": park.park}, value="JOULES")
    assert Decimal(in_joules["total"]["losses"]) == 500 * 3600


def test_of_the_range_of_natural_gas_an_end_can_be_named(park: WorkedPark) -> None:
    upper = carrier(balance(park.client, {"parkId": park.park}, upper=True), "natural_gas")
    assert f"{Decimal(upper['available']):.3f}" == f"{Decimal(439614) * 1330 / Decimal(38931):.3f}"


def test_tenants_add_up_to_the_park_and_months_to_the_year(park: WorkedPark) -> None:
    whole = balance(park.client, {"parkId": park.park})["total"]
    tenants = [balance(park.client, {"tenantId": one})["total"] for one in (park.operator, park.a, park.b)]
    for name in ("available", "conversion", "losses", "finalUse", "unaccounted"):
        assert is_near(sum_of(one[name] for one in tenants), Fraction(whole[name])), name
    march = balance(park.client, {"parkId": park.park}, first="2024-03", last="2024-03")["total"]
    empty = balance(park.client, {"parkId": park.park}, first="2024-04", last="2024-12")
    assert rows(march) == rows(whole)
    assert (empty["carriers"], empty["services"], rows(empty["total"])) == ([], [], ["0.000"] * 5)


def test_what_was_known_before_the_posting_is_nothing(park: WorkedPark) -> None:
    then = balance(park.client, {"parkId": park.park}, basis={"knownAt": "2020-01-01T00:00:00Z"})
    assert then["carriers"] == []
    now = balance(park.client, {"parkId": park.park}, basis={"knownAt": "2100-01-01T00:00:00Z"})
    assert rows(now["total"])[0] == "16474.800"


def test_a_part_names_what_was_posted_for_it(park: WorkedPark) -> None:
    asked = {"boundary": {"parkId": park.park}, "stages": ["LOSS", "TRANSFER_OUT"]}
    parts = park.client.ask(PARTS, asked)["energyBalance"]["total"]["parts"]
    lost = next(one for one in parts if one["stage"] == "LOSS")
    assert (lost["amount"], lost["quantity"], lost["unit"], lost["loss"]) == ("61.45", "500", "MWh", "DISTRIBUTION")
    [source] = lost["sources"]
    assert (source["activityType"], source["quantity"], source["site"]["code"]) == ("lost.electricity", "500", "s1")
    wanted = {
        "tenantId": source["tenant"]["id"],
        "siteId": source["site"]["id"],
        "activityTypes": [source["activityType"]],
        "firstDay": source["firstDay"],
        "lastDay": source["lastDay"],
    }
    posted = park.client.ask(ACTIVITIES, {"filter": wanted})["activities"]["nodes"]
    assert posted == [{"activityType": "lost.electricity"}]
    sent = [(one["counterparty"]["code"], one["quantity"], one["isInternal"]) for one in parts if one is not lost]
    assert sorted(sent) == [("a", "10000", True), ("a", "40000", True), ("b", "20000", True), ("b", "7000", True)]


def test_the_sources_of_a_part_add_up_to_it(park: WorkedPark) -> None:
    parts = park.client.ask(PARTS, {"boundary": {"parkId": park.park}})["energyBalance"]["total"]["parts"]
    assert len(parts) == 24
    for part in parts:
        assert is_near(sum_of(one["quantity"] for one in part["sources"]), Fraction(part["quantity"])), part


def test_plants_show_what_they_take_and_make(park: WorkedPark) -> None:
    asked = {"boundary": {"parkId": park.park}, "value": "JOULES"}
    found = {one["site"]["code"]: one for one in park.client.ask(PLANT, asked)["energyBalance"]["plants"]}
    assert found["chp"]["inputs"] == [{"carrier": "natural_gas", "amount": "129000000"}]
    assert f"{Decimal(found['chp']['efficiency']):.1f}" == "0.8"
    assert Decimal(found["chp"]["lost"]) == 129000000 - 43200000 - 60000000
    assert (found["chiller"]["performance"], found["chiller"]["efficiency"]) == ("4", None)
    assert found["pv"]["primary"] == [{"carrier": "electricity", "amount": "10800000"}]


def test_a_site_that_is_a_plant_has_the_plants_balance(park: WorkedPark) -> None:
    asked = {"boundary": {"siteId": park.sites["chp"]}, "value": "JOULES"}
    [plant] = park.client.ask(PLANT, asked)["energyBalance"]["plants"]
    assert [one["carrier"] for one in plant["outputs"]] == ["electricity", "steam"]
    found = balance(park.client, {"siteId": park.sites["chp"]}, value="JOULES")
    assert carrier(found, "electricity")["supply"] == [{"stage": "TRANSFER_OUT", "amount": "-43200000"}]
    assert found["total"]["unaccounted"] == "0"


def test_the_printed_forms_state_the_same(park: WorkedPark) -> None:
    found = park.client.ask(FORMS, {"boundary": {"parkId": park.park}})["energyBalance"]
    heads = {one["number"]: f"{Decimal(one['total']):.3f}" for one in found["regionalForm"] if not one["item"]}
    assert heads == {
        "I": "16474.800",
        "II": "-879.589",
        "III": "61.450",
        "IV": "15533.761",
        "V": "0.000",
        "VI": "16474.800",
    }
    used = {one["tenant"]["code"]: one["total"] for one in found["regionalForm"] if one["tenant"]}
    assert used["a"] == "2593.8"
    assert [one["site"]["code"] for one in found["regionalForm"] if one["site"]] == ["chp"]
    form = found["enterpriseForm"]
    assert [one["kind"] for one in form["conversion"]] == ["POWER", "HEAT"]
    assert form["refrigeration"]["supplied"] == [{"carrier": "electricity", "amount": "245.8"}]
    assert {one["amount"] for one in form["unaccounted"]} == {"0"}


def test_the_diagram_closes_at_every_node_between(park: WorkedPark) -> None:
    found = park.client.ask(SANKEY, {"boundary": {"parkId": park.park}, "value": "EQUAL"})["energyBalance"]["sankey"]
    nodes = {one["id"]: one for one in found["nodes"]}
    for key, node in nodes.items():
        if node["kind"] in ("CARRIER", "PLANT"):
            entering = sum_of(one["amount"] for one in found["links"] if one["target"] == key)
            leaving = sum_of(one["amount"] for one in found["links"] if one["source"] == key)
            assert is_near(entering, leaving), node
    used = {one["name"]: one["tenant"]["id"] for one in found["nodes"] if one["kind"] == "FINAL_USE"}
    assert used == {"t1": park.operator, "a": park.a, "b": park.b}
    plants = {one["name"]: one["site"]["id"] for one in found["nodes"] if one["kind"] == "PLANT"}
    assert plants == {"chp": park.sites["chp"], "chiller": park.sites["chiller"]}
    [cold] = found["services"]
    assert (nodes[cold["source"]]["name"], nodes[cold["target"]]["name"]) == ("chiller", "chilled_water")
    without = park.client.ask(SANKEY, {"boundary": {"parkId": park.park}, "value": "EQUIVALENT"})
    assert without["energyBalance"]["sankey"] is None


def test_meters_that_differ_and_use_nobody_posted_are_unaccounted(client: Client) -> None:
    park = WorkedPark(client)
    park.book(park.operator, "m1", "electricity.grid", "1000", "MWh")
    park.book(park.operator, "m1", "supplied.electricity", "900", "MWh", "a")
    park.book(park.a, "m1", "electricity.grid", "880", "MWh", "t1")
    power = carrier(balance(client, {"parkId": park.park}, value=None), "electricity")
    assert [power[name] for name in ("available", "finalUse", "unaccounted", "betweenMeters")] == [
        "1000",
        "880",
        "120",
        "20",
    ]
    assert power["unaccountedPercent"] == "12"
    alone = carrier(balance(client, {"tenantId": park.operator}, value=None), "electricity")
    assert (alone["unaccounted"], alone["betweenMeters"]) == ("100", "0")
    of_a = carrier(balance(client, {"tenantId": park.a}, value=None), "electricity")
    assert (of_a["finalUse"], of_a["unaccounted"]) == ("880", "0")


def test_fuel_bought_is_what_was_burnt_and_what_stock_rose_by(client: Client) -> None:
    park = WorkedPark(client)
    park.book(park.a, "m1", "stationary.diesel", "10", "t")
    [part] = client.ask(PARTS, {"boundary": {"tenantId": park.a}, "stages": ["FINAL_USE"]})["energyBalance"]["total"][
        "parts"
    ]
    tank = {"siteId": part["sources"][0]["site"]["id"], "activityType": "stationary.diesel", "unit": "kg"}
    levels = [{**tank, "day": "2023-12-31", "quantity": "2000"}, {**tank, "day": "2024-12-31", "quantity": "5000"}]

    def declare(*stocks: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = client.ask(STOCKS, {"tenant": park.a, "stocks": list(stocks)})["declareEnergyStocks"]
        return found

    declare(levels[0])
    without = balance(client, {"tenantId": park.a}, value=None)
    [missing] = without["missingStockLevels"]
    assert (missing["activityType"], missing["day"]) == ("stationary.diesel", "2024-12-31")
    assert carrier(without, "diesel")["supply"] == [{"stage": "TRANSFER_IN", "amount": "10"}]
    [declared] = declare(levels[1])["declarations"]
    assert (declared["kind"], declared["content"]["quantity"]) == ("ENERGY_STOCK", "5000")
    found = balance(client, {"tenantId": park.a}, value=None)
    assert found["missingStockLevels"] == []
    assert carrier(found, "diesel")["supply"] == [
        {"stage": "TRANSFER_IN", "amount": "13"},
        {"stage": "STOCK_CHANGE", "amount": "-3"},
    ]
    assert carrier(found, "diesel")["finalUse"] == "10"
    assert declare({**levels[0], "activityType": "electricity.grid"})["code"] == "BAD_DECLARATION"
    assert declare({**levels[0], "unit": "kWh_gross"})["declarations"][0]["version"] == 2


def test_a_coefficient_that_is_missing_is_no_zero(client: Client) -> None:
    park = WorkedPark(client)
    park.book(park.a, "m1", "stationary.diesel", "1000", "L")
    park.book(park.a, "m1", "electricity.grid", "10", "MWh")
    without = balance(client, {"tenantId": park.a}, basis={"proxyRegions": []})
    assert (without["missing"], without["total"]) == (["diesel/m3"], None)
    assert without["knownTotal"]["available"] == "1.229"
    with_density = balance(client, {"tenantId": park.a}, basis={"proxyRegions": ["GB"]})
    assert with_density["missing"] == []
    assert Decimal(with_density["total"]["available"]) > 2


def test_a_declared_boiler_converts_what_it_burns(client: Client) -> None:
    park = WorkedPark(client)
    park.book(park.operator, "chp", "stationary.natural_gas", "100", "GJ")
    gas = carrier(balance(client, {"parkId": park.park}, value="JOULES"), "natural_gas")
    assert (gas["finalUse"], gas["conversion"]) == ("100000", "0")
    boiler = {
        "siteId": park.sites["chp"],
        "kind": "BOILER",
        "nameEn": "Boiler",
        "nameZh": "锅炉",
        "validFrom": "2024-01-01",
    }
    client.ask(PLANTS, {"tenant": park.operator, "plants": [boiler]})
    gas = carrier(balance(client, {"parkId": park.park}, value="JOULES"), "natural_gas")
    assert (gas["finalUse"], gas["conversion"]) == ("0", "-100000")
