"""Errors an auditor must understand: each has a code, and its message names the rule and the clause."""

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import ADD_SITE, Park, row
from tests.api.vectors.asking import changed, estimated, held, masses, post, totals
from tests.service import Service

HFC = "refrigerant.leaked/HFC-134a"
POST = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { outcomes { outcome code field message clause } } } }"""


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


@pytest.mark.parametrize(
    ("activity", "unit", "basis", "code", "field", "words", "clause"),
    [
        (
            "compressed_air.purchased",
            "Nm3",
            {},
            "NO_FACTOR",
            "activityType",
            "A source without an emission factor is missing from the total, it is not zero",
            "GB/T 32150-2025 cl. 7.4",
        ),
        (
            "stationary.lng",
            "L",
            {},
            "MISSING_PROPERTY",
            "activityType",
            "needs a density or calorific value of lng, and none is known for the region",
            "2006 IPCC Guidelines, volume 2, 1.4.1",
        ),
        (
            "goods.spend_us/325414",
            "USD",
            {},
            "PRICE_YEAR_MISSING",
            "unit",
            "USD names no price year; write USD_2024",
            "category 1, spend-based method",
        ),
        (
            HFC,
            "kg",
            {"regime": "NDRC_910_2025"},
            "GAS_NOT_COUNTED",
            "activityType",
            "counts CO2 and refrigerant.leaked/HFC-134a emits HFC-134a",
            "annex 4: CO2 only",
        ),
    ],
)
def test_an_estimate_that_cannot_be_given_names_rule_and_clause(
    client: Client,
    activity: str,
    unit: str,
    basis: dict[str, str],
    code: str,
    field: str,
    words: str,
    clause: str,
) -> None:
    found = estimated(client, activity, "24", unit, basis=basis)
    assert (found["__typename"], found["code"], found["field"]) == ("EstimateError", code, field)
    assert words in found["message"]
    assert clause in found["clause"]
    assert found["clause"] in found["message"], "the message says the clause too"


def test_a_refusal_of_spelling_rests_on_no_clause(client: Client) -> None:
    found = estimated(client, "stationary.diesel", "1", "tonns")
    assert (found["code"], found["clause"]) == ("UNKNOWN_UNIT", "")


def test_gaps_of_a_footprint_name_rule_and_clause(park: Park) -> None:
    post(park, ("compressed_air.purchased", "7", "Nm3"), ("stationary.lng", "3", "L"))
    found = totals(park, proxyRegions=[])["gaps"]
    gaps = {(one["activityType"], one["gap"]["line"]["code"]): one["gap"] for one in found}
    air, lng = gaps["compressed_air.purchased", "location"], gaps["stationary.lng", "combustion"]
    assert (air["code"], lng["code"]) == ("NO_FACTOR", "MISSING_PROPERTY")
    assert "cl. 7.4" in air["clause"]
    assert "volume 2, 1.4.1" in lng["clause"]
    assert all(gap["clause"] in gap["message"] for gap in (air, lng))


def test_a_row_of_money_without_a_year_is_rejected_with_the_clause(park: Park) -> None:
    given = {"tenantId": park.tenant, "idempotencyKey": "00000000-0000-4000-8000-000000000001"}
    rows = [row("a", "goods.spend_us/325414", "5", "CNY"), row("b", "electricity.grid", "x", "kWh")]
    money, spelling = park.client.ask(POST, {"input": {**given, "rows": rows}})["postActivities"]["outcomes"]
    assert (money["outcome"], money["code"], money["field"]) == ("REJECTED", "PRICE_YEAR_MISSING", "unit")
    assert "category 1, spend-based method" in money["clause"]
    assert money["clause"] in money["message"]
    assert (spelling["code"], spelling["clause"]) == ("NOT_A_NUMBER", "")


def test_an_over_claim_is_refused_with_the_clause(park: Park) -> None:
    post(park, ("electricity.grid", "500", "MWh"))
    bought = held(park, "gec", "GEC", "650", serials={"batch": park.code, "first": "1", "last": "650"})
    changed(park, "cancelInstrument", instrumentId=bought["id"], cancelledOn="2024-12-20")
    found = totals(park)
    (rejection,) = found["instruments"]["rejections"]
    (fault,) = rejection["faults"]
    assert (rejection["quantityMwh"], fault["reason"]) == ("150", "EXCESS")
    assert "the excess of 150 MWh is refused, not carried" in fault["message"]
    assert fault["clause"]
    assert found["totals"]["scope2Market"]["co2e"] == "0"


def test_half_a_character_is_refused_by_its_place(park: Park, service: Service) -> None:
    """Wherever it stands in what is sent, but for the rows of a posting, which have outcomes of their own."""
    half = "\ud83d"

    def told(document: str, given: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = service.post(json.dumps({"query": document, "variables": {"input": given}})).json()
        return answer

    [error] = told(ADD_SITE, {"tenantId": park.tenant, "code": "s2", "nameEn": half, "nameZh": "厂"})["errors"]
    assert error["message"] == "input.nameEn: '\\ud83d' holds half a character; accepted are whole ones"
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    rows = [row(half, "electricity.grid", "1", "kWh")]
    given: dict[str, Any] = {"tenantId": park.tenant, "idempotencyKey": str(uuid4()), "rows": rows}
    [outcome] = told(POST, given)["data"]["postActivities"]["outcomes"]
    assert (outcome["outcome"], outcome["code"], outcome["field"]) == ("REJECTED", "TEXT_NOT_ACCEPTED", "externalId")
    refused = told(
        POST.replace("} } }", "} } ... on Refusal { code field } }"), given | {"adjustment": {"reason": half}}
    )
    assert refused["data"]["postActivities"] == {"code": "TEXT_NOT_ACCEPTED", "field": "adjustment.reason"}


@pytest.mark.parametrize("wanted", [{"externalId": "a\x00"}, {"supplier": "\x00"}, {"activityTypes": ["\x00"]}])
def test_a_filter_that_no_row_can_have_is_bad_input(client: Client, wanted: dict[str, Any]) -> None:
    query = "query ($f: ActivityFilterInput) { activities(filter: $f) { nodes { id } } }"
    with pytest.raises(ServiceError, match="holds NUL or half a character") as refused:
        client.ask(query, {"f": wanted})
    assert refused.value.code == "BAD_USER_INPUT"


def test_a_footprint_keeps_a_gas_the_regime_does_not_count_as_a_memo(park: Park) -> None:
    post(park, (HFC, "24", "kg"), ("process.purchased_co2", "1", "t"))
    found = totals(park, regime="NDRC_910_2025")
    assert found["totals"]["scope1"]["co2e"] == "1"
    assert masses(found["totals"]["scope1"]) == {"CO2": "1000"}
    assert found["totals"]["scope1"]["outsideGases"] == [{"gas": "HFC-134a", "mass": "24", "co2e": "36720"}]
    flags = {line["activityType"]: line["explanation"]["flags"] for line in found["lines"]["nodes"]}
    assert flags == {HFC: ["GAS_NOT_COUNTED"], "process.purchased_co2": []}
    counted = totals(park)
    assert Decimal(counted["totals"]["scope1"]["co2e"]) == Decimal("37.72")


def test_what_no_regime_counts_is_a_memo_and_no_refusal(client: Client) -> None:
    found = estimated(client, "refrigerant.leaked/R-22", "3", "kg")
    (line,) = found["lines"]
    assert (line["emissions"]["co2e"], line["explanation"]["flags"]) == ("0", ["GAS_NOT_COUNTED"])
    assert line["emissions"]["outsideGases"] == [{"gas": "HCFC-22", "mass": "3"}]
