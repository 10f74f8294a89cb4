"""Bridges and previews over real HTTP: what leads from one footprint to another, to the digit."""

from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import CORRECT, SUPPLIER, Park, row

BRIDGE = """query (
    $boundary: BoundaryInput!, $before: BridgedFootprintInput!, $after: BridgedFootprintInput!,
    $method: Scope2Method! = LOCATION, $by: [FootprintDimension!], $first: Int, $cursor: String
) {
  footprintBridge(boundary: $boundary, before: $before, after: $after, scope2Method: $method, groupBy: $by) {
    before(unit: TONNE) after(unit: TONNE) difference(unit: TONNE) ...E gapsBefore gapsAfter scope2Method
    basisBefore { release { number } knownAt } basisAfter { release { number } gwpSet knownAt }
    groups { scope category activityType gas tenant { code } site { code } before after difference ...G }
    lines(first: $first, after: $cursor) { pageInfo { hasNextPage endCursor } nodes {
      activityType nameEn nameZh gas scope region supplier unit year line { code } tenant { code } site { code }
      before after difference
      effects { activity factor gwp boundary method }
      numbersBefore { quantity factor gwp share factorKind } numbersAfter { quantity factor gwp share factorKind } } } }
}
fragment E on FootprintBridge { effects { activity(unit: TONNE) factor(unit: TONNE) gwp(unit: TONNE)
  boundary(unit: TONNE) method(unit: TONNE) } }
fragment G on BridgeGroup { effects { activity factor gwp boundary method } }"""
PREVIEW = """query ($boundary: BoundaryInput!, $first: Int!, $last: Int!, $from: BasisInput, $to: BasisInput!) {
  impactPreview(boundary: $boundary, firstYear: $first, lastYear: $last, from: $from, to: $to) {
    digest basisBefore { release { number } gwpSet regime approach } basisAfter { release { number } gwpSet regime }
    years { year tenant { code } gapsBefore gapsAfter
      location { before(unit: TONNE) after(unit: TONNE) difference(unit: TONNE)
        effects { activity factor gwp boundary method } }
      market { before after difference effects { activity factor gwp boundary method } }
      gained { activityType line } lost { activityType line site { code } } } } }"""


def months(year: int, first: int = 1, last: int = 12) -> dict[str, str]:
    return {"first": f"{year}-{first:02}", "last": f"{year}-{last:02}"}


def of_year(external_id: str, activity_type: str, quantity: str, unit: str, year: int, **more: Any) -> dict[str, Any]:
    period = {"periodStart": f"{year}-01-01T00:00:00+08:00", "periodEnd": f"{year + 1}-01-01T00:00:00+08:00"}
    return row(external_id, activity_type, quantity, unit, **period, **more)


def bridged(park: Park, before: Any, after: Any, boundary: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    given = {"boundary": boundary or {"tenantId": park.tenant}, "before": before, "after": after, **more}
    answer: dict[str, Any] = park.client.ask(BRIDGE, given)["footprintBridge"]
    return answer


def previewed(park: Park, to: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"boundary": {"tenantId": park.tenant}, "first": 2024, "last": 2024, "to": to, **more}
    answer: dict[str, Any] = park.client.ask(PREVIEW, given)["impactPreview"]
    return answer


def nonzero(effects: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in effects.items() if value != "0"}


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def test_electricity_of_two_years_by_activity_and_factor(park: Park) -> None:
    park.post(
        of_year("a", "electricity.grid", "9000", "MWh", 2022), of_year("b", "electricity.grid", "9500", "MWh", 2023)
    )
    before, after = {"period": months(2022)}, {"period": months(2023)}
    found = bridged(park, before, after, by=["SCOPE"])
    scope_2 = next(group for group in found["groups"] if group["scope"] == "SCOPE_2")
    assert (scope_2["before"], scope_2["after"], scope_2["difference"]) == ("3962700", "4198050", "235350")
    activity, factor = (Decimal(scope_2["effects"][name]) for name in ("activity", "factor"))
    assert (round(activity / 1000, 2), round(factor / 1000, 2)) == (Decimal("220.55"), Decimal("14.80"))  # V25
    assert activity + factor == 235350
    # L = 235350 / ln(4198050 / 3962700) = 4079243.529..., times ln(9500 / 9000) and ln(0.4419 / 0.4403)
    assert nonzero(scope_2["effects"]) == {"activity": "220553.362496901271", "factor": "14796.637503098729"}
    line = next(node for node in found["lines"]["nodes"] if node["scope"] == "SCOPE_2")
    assert (line["difference"], line["effects"]) == ("235350", scope_2["effects"])
    numbers = {"gwp": "1", "share": "1", "factorKind": "CATALOGUE electricity.grid provincial_average"}
    for name, quantity, factor_of in (("numbersBefore", "32400000", "0.4403"), ("numbersAfter", "34200000", "0.4419")):
        kilowatt_hours = Decimal(line[name].pop("factor")) * Decimal("3.6")
        assert line[name] == {"quantity": quantity, **numbers}
        assert round(kilowatt_hours, 20) == Decimal(factor_of)
    assert (line["unit"], line["gas"], line["line"]["code"], line["year"]) == ("MJ", "CO2", "location", 0)
    assert (line["activityType"], line["region"], line["nameZh"]) == ("electricity.grid", "CN-GD", "外购电力（电网）")


def test_every_sum_is_exact_as_shown(park: Park) -> None:
    """Rounded to a nanogram, effects still add up to the difference: of the whole, of groups and of lines."""
    other, _ = park.add_tenant("t2")
    for year, tenant in ((2022, park.tenant), (2023, park.tenant), (2022, other), (2023, other)):
        park.post(
            of_year(f"d{year}", "stationary.diesel", f"{year}.7", "L", year),
            of_year(f"e{year}", "electricity.grid", f"{year - 2000}.123456789", "MWh", year),
            of_year(f"g{year}", "stationary.natural_gas", f"{2030 - year}.3", "10^4 Nm3", year),
            tenant=tenant,
        )
    before, after = {"period": months(2022), "basis": {"gwpSet": "AR5"}}, {"period": months(2023)}
    found = bridged(park, before, after, {"parkId": park.park}, by=["TENANT", "SCOPE", "GAS"])
    assert found["basisAfter"]["gwpSet"] == "AR6"
    for one in (found, *found["groups"], *found["lines"]["nodes"]):
        parts = [Decimal(value) for value in one["effects"].values()]
        assert Decimal(one["before"]) + sum(parts) == Decimal(one["after"])
        assert Decimal(one["after"]) - Decimal(one["before"]) == Decimal(one["difference"]) == sum(parts)
    assert {group["tenant"]["code"] for group in found["groups"]} == {"t1", "t2"}
    assert Decimal(found["effects"]["gwp"]) != 0
    sizes = [abs(Decimal(node["difference"])) for node in found["lines"]["nodes"]]
    assert sizes == sorted(sizes, reverse=True)


def test_lines_come_in_pages(park: Park) -> None:
    park.post(row("a", "electricity.grid", "10", "MWh"), row("d", "stationary.diesel", "7", "L"))
    before, after = {"period": months(2023)}, {"period": months(2024)}
    whole = bridged(park, before, after)["lines"]["nodes"]
    seen: list[Any] = []
    cursor = None
    while True:
        page = bridged(park, before, after, first=2, cursor=cursor)["lines"]
        seen += page["nodes"]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole
    assert all(node["numbersBefore"] is None and node["numbersAfter"] for node in whole)


def test_a_correction_is_activity_between_two_days_of_knowledge(park: Park) -> None:
    activity = park.post(row("a", "electricity.grid", "1000", "MWh"))["outcomes"][0]["activityId"]
    then = park.client.ask("query ($id: ID!) { node(id: $id) { ... on Activity { recordedAt } } }", {"id": activity})
    known_at = then["node"]["recordedAt"]
    park.client.ask(CORRECT, {"input": {"activityId": activity, "reason": "misread", "quantity": "500"}})
    before, after = {"period": months(2024), "basis": {"knownAt": known_at}}, {"period": months(2024)}
    found = bridged(park, before, after, by=["SCOPE"])
    scope_2 = next(group for group in found["groups"] if group["scope"] == "SCOPE_2")
    assert (scope_2["before"], scope_2["after"]) == ("441900", "220950")
    assert nonzero(scope_2["effects"]) == {"activity": "-220950"}
    assert list(nonzero(found["effects"])) == ["activity"]
    assert found["basisBefore"]["knownAt"] == known_at < found["basisAfter"]["knownAt"]


def test_each_kind_of_basis_has_its_effect(park: Park) -> None:
    park.post(row("a", "electricity.grid", "1000", "MWh"), row("r", "refrigerant.leaked/R-410A", "8", "kg"))

    def between(start: dict[str, Any], end: dict[str, Any], **more: Any) -> dict[str, Any]:
        before, after = {"period": months(2024), "basis": start}, {"period": months(2024), "basis": end}
        return bridged(park, before, after, by=["SCOPE"], **more)

    def effects_of(found: dict[str, Any]) -> dict[str, dict[str, str]]:
        groups = {group["scope"]: nonzero(group["effects"]) for group in found["groups"]}
        return {scope: effects for scope, effects in groups.items() if effects}

    assert effects_of(between({"gwpSet": "AR5"}, {"gwpSet": "AR6"}))["SCOPE_1"] == {"gwp": "2656"}
    assert effects_of(between({"release": 1}, {"release": 3}))["SCOPE_2"] == {"factor": "1600"}  # 0.4403 -> 0.4419
    regime = effects_of(between({"gwpSet": "AR6"}, {"regime": "NDRC_910_2025", "gwpSet": "AR6"}))
    assert regime["SCOPE_2"] == {"method": "390600"}  # 0.4419 -> 0.8325 kg/kWh, another average
    assert regime["SCOPE_1"] == {"method": "-18044"}  # CO2 alone counts
    assert between({}, {}, method="MARKET")["difference"] == "0"


def test_a_supplier_s_figure_is_method_and_a_share_is_boundary(park: Park) -> None:
    park.post(row("s", "steam.purchased", "100", "GJ", supplier="Utility"))
    given = {
        "tenantId": park.tenant,
        "supplier": "Utility",
        "activityType": "steam.purchased",
        "unit": "GJ",
        "validFrom": "2024-01-01",
        "factor": {
            "name": "boiler",
            "parts": [{"gas": "CO2", "terms": [{"value": "65", "unit": "kg/GJ"}]}],
            "source": "contract 7",
        },
    }
    query = "query ($id: ID!) { activities(filter: {tenantId: $id}) { nodes { recordedAt } } }"
    known_at = park.client.ask(query, {"id": park.tenant})["activities"]["nodes"][0]["recordedAt"]
    park.client.ask(SUPPLIER, {"input": given})
    before = {"period": months(2024), "basis": {"knownAt": known_at}}
    found = bridged(park, before, {"period": months(2024)}, by=["SCOPE"])
    scope_2 = next(group for group in found["groups"] if group["scope"] == "SCOPE_2")
    assert nonzero(scope_2["effects"]) == {"method": "-4500"}
    declare = """mutation ($tenant: ID!, $holdings: [SiteHoldingInput!]!) {
      declareHoldings(tenantId: $tenant, holdings: $holdings) { __typename } }"""
    half = {"equityPercent": "50", "financialControl": "SOLE", "hasOperationalControl": True, "validFrom": "2020-01-01"}
    holdings = [{"holderId": park.tenant, **half}]
    park.client.ask(declare, {"tenant": park.tenant, "holdings": holdings})
    sides = [{"period": months(2024), "basis": {"approach": name}} for name in ("OPERATIONAL_CONTROL", "EQUITY_SHARE")]
    found = bridged(park, sides[0], sides[1], by=["SCOPE"])
    scope_2 = next(group for group in found["groups"] if group["scope"] == "SCOPE_2")
    assert nonzero(scope_2["effects"]) == {"boundary": "-3250"}
    assert list(nonzero(found["effects"])) == ["boundary"]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"by": ["MONTH"]}, "groupBy: a bridge has no groups by MONTH"),
        ({"by": ["GAS", "GAS"]}, "names a dimension twice"),
        ({"after": {"period": {"first": "2024-05", "last": "2024-04"}}}, "the period spans 0 months"),
        ({"after": {"period": months(2024), "basis": {"release": 99}}}, "there is no factor release 99"),
    ],
)
def test_what_cannot_be_bridged_is_told(park: Park, more: dict[str, Any], text: str) -> None:
    given = {
        "boundary": {"tenantId": park.tenant},
        "before": {"period": months(2023)},
        "after": {"period": months(2024)},
    }
    with pytest.raises(ServiceError, match=text):
        park.client.ask(BRIDGE, {**given, **more})


def test_a_release_is_previewed_by_tenant_and_year(park: Park) -> None:
    other, _ = park.add_tenant("t2")
    park.post(
        of_year("a", "electricity.grid", "1000", "MWh", 2023), of_year("b", "electricity.grid", "2000", "MWh", 2024)
    )
    park.post(of_year("a", "electricity.grid", "10", "MWh", 2024), tenant=other)
    found = previewed(
        park, {"release": 3}, **{"boundary": {"parkId": park.park}, "first": 2022, "from": {"release": 1}}
    )
    assert (found["basisBefore"]["release"]["number"], found["basisAfter"]["release"]["number"]) == (1, 3)
    assert [(one["year"], one["tenant"]["code"]) for one in found["years"]] == [
        (2023, "t1"),
        (2024, "t1"),
        (2024, "t2"),
    ]
    for one in found["years"]:
        for method in ("location", "market"):
            effects = one[method]["effects"]
            assert effects["activity"] == effects["gwp"] == effects["boundary"] == "0"
        assert Decimal(one["location"]["effects"]["factor"]) > 0
    again = previewed(
        park, {"release": 3}, **{"boundary": {"parkId": park.park}, "first": 2022, "from": {"release": 1}}
    )
    assert again == found
    assert len(found["digest"]) == 64


def test_lines_that_gain_or_lose_a_factor_are_previewed(park: Park) -> None:
    """Notice 910 came with release 2: under its regime an older release has no factor for electricity."""
    park.post(row("a", "electricity.grid", "1000", "MWh"))
    older, newer = ({"regime": "NDRC_910_2025", "release": number} for number in (1, 2))
    (gain,) = previewed(park, newer, **{"from": older})["years"]
    assert (gain["gapsBefore"], gain["gapsAfter"], gain["lost"]) == (1, 0, [])
    assert gain["gained"] == [{"activityType": "electricity.grid", "line": "location"}]
    assert (gain["location"]["before"], gain["location"]["after"], gain["market"]) == ("0", "832.5", None)
    assert nonzero(gain["location"]["effects"]) == {"method": "832500"}
    (loss,) = previewed(park, older, **{"from": newer})["years"]
    assert [(line["activityType"], line["site"]["code"]) for line in loss["lost"]] == [("electricity.grid", "s1")]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"first": 2025}, "firstYear 2025 to lastYear 2024"),
        ({"first": 2014}, "accepted is 1 to 10 years"),
        ({"to": {"knownAt": "2024-01-01T00:00:00Z"}}, "knownAt differs"),
    ],
)
def test_what_cannot_be_previewed_is_told(park: Park, more: dict[str, Any], text: str) -> None:
    with pytest.raises(ServiceError, match=text):
        previewed(park, **{"to": {}, **more})
