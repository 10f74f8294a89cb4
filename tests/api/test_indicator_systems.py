"""What operators declare of indicators over real HTTP: systems of their own, and statements of a year."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.indicator_park import COEFFICIENT, REGISTER_TENANT, SHARES, SYSTEMS, IndicatorPark, by_code
from tests.service import Service

PROVINCE: dict[str, Any] = {
    "code": "GD_TRIAL",
    "name_zh": "广东省零碳园区指标（示例）",
    "name_en": "A province's own indicators, made up",
    "source": "made up for a test",
    "inputs": [
        {"code": "PARK_EMISSIONS", "name_zh": "碳排放", "name_en": "emissions", "unit": "tCO2", "is_signed": True},
        {"code": "ELECTRICITY", "name_zh": "用电量", "name_en": "electricity", "unit": "MWh"},
        {"code": "RESPONSE", "name_zh": "需求响应能力", "name_en": "demand response", "unit": "MWh"},
    ],
    "indicators": [
        {
            "code": "DEMAND_RESPONSE",
            "name_zh": "需求响应能力占比",
            "name_en": "share of demand response",
            "definition": "demand response over electricity",
            "numerator": ["RESPONSE"],
            "denominator": ["ELECTRICITY"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [{"threshold": "0.03"}],
            "role": "CORE",
            "source": "made up for a test",
        }
    ],
}


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture(scope="module")
def park(client: Client) -> IndicatorPark:
    """A park with a coefficient stated, whose operator and tenant say what cannot be."""
    made = IndicatorPark(client)
    made.book("electricity.grid", "10000", "MWh")
    assert "declarations" in made.state(amounts=COEFFICIENT)
    return made


def test_a_provinces_own_system(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "10000", "MWh")
    declared = made.declare(PROVINCE)["declarations"]
    assert declared == [
        {"version": 1, "content": {"code": "GD_TRIAL", "system": {"indicators": [{"code": "DEMAND_RESPONSE"}]}}}
    ]
    listed = client.ask(SYSTEMS, {"park": made.park})["indicatorSystems"]
    assert [(one["code"], one["isNational"]) for one in listed] == [("NDRC_910_2025", True), ("GD_TRIAL", False)]
    assert listed[1]["inputs"][1:] == [
        {"code": "ELECTRICITY", "isComputed": True},
        {"code": "RESPONSE", "isComputed": False},
    ]
    assert listed[0]["indicators"][0]["bands"][0] == {"threshold": "0.2", "least": "200000", "below": "1000000"}
    [found] = made.indicators(system="GD_TRIAL")["results"]
    assert (found["status"], found["missing"]) == ("INCOMPLETE", [{"code": "RESPONSE", "parts": []}])
    made.state(amounts={"RESPONSE": ("400", "MWh")})
    asked = made.indicators(system="GD_TRIAL")
    assert asked["isCoreMet"]
    assert (asked["results"][0]["value"], asked["system"]["code"]) == ("0.04", "GD_TRIAL")
    assert asked["headroom"]["thresholds"] == []
    with pytest.raises(ServiceError, match="the park has no 'XX'; accepted are NDRC_910_2025, GD_TRIAL"):
        made.indicators(system="XX")


@pytest.mark.parametrize(
    ("document", "field", "words"),
    [
        ({**PROVINCE, "code": "NDRC_910_2025"}, "document.code", "is the national system"),
        ({**PROVINCE, "more": "x"}, "document.document", "'more' is not known"),
        ({**PROVINCE, "indicators": []}, "document.indicators", "has no indicator"),
        (
            {**PROVINCE, "inputs": [{**PROVINCE["inputs"][0], "unit": "t"}, *PROVINCE["inputs"][1:]]},
            "document.inputs.PARK_EMISSIONS.unit",
            "computed in tCO2, not in t",
        ),
        (["GD"], "document", "no object"),
    ],
)
def test_a_system_that_cannot_be_is_refused(park: IndicatorPark, document: Any, field: str, words: str) -> None:
    refused = park.declare(document)
    assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", field)
    assert words in refused["message"]
    assert [one["code"] for one in park.client.ask(SYSTEMS, {"park": park.park})["indicatorSystems"]] == [
        "NDRC_910_2025"
    ]


def test_numbers_of_a_document_are_texts(park: IndicatorPark) -> None:
    band = {**PROVINCE["indicators"][0], "bands": [{"threshold": 0.03}]}
    with pytest.raises(ServiceError, match=r"JSON: 0.03 is a number; send it as a string"):
        park.declare({**PROVINCE, "indicators": [band]})


@pytest.mark.parametrize(
    ("statement", "field", "words"),
    [
        ({"amounts": {"NOBODYS": ("1", "t")}}, "statement.NOBODYS", "asks for 'NOBODYS'"),
        ({"amounts": {"WASTE_HEAT": ("1", "t")}}, "statement.WASTE_HEAT", "accepted is GJ"),
        (
            {"amounts": {"WASTE_HEAT": ("1", "GJ"), "WASTE_HEAT_USED": ("2", "GJ")}},
            "statement.WASTE_HEAT_USED",
            "at most that",
        ),
        ({"waivers": [{"indicator": "CARBON_PER_ENERGY", "reason": "x"}]}, "statement.waivers", "not waived"),
        ({"waivers": [{"indicator": "WATER_REUSE", "reason": " "}]}, "statement.reason", "gives no reason"),
        ({"year": 1800}, "statement.year", "no year of a park"),
        ({"products": [{"product": "x", "unit": "kgce/t", "quota": "1"}]}, "statement.standard", "names no standard"),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    park: IndicatorPark, statement: dict[str, Any], field: str, words: str
) -> None:
    before = park.indicators()
    refused = park.state(**statement)
    assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", field)
    assert words in refused["message"]
    assert park.indicators() == before


def test_only_the_operator_speaks_for_the_park(park: IndicatorPark) -> None:
    for refused in (park.state(tenant=park.tenant), park.declare(PROVINCE, tenant=park.tenant)):
        assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", "tenantId")


def test_stating_the_same_writes_nothing_and_the_past_is_kept(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "10000", "MWh")
    first = made.state(amounts=COEFFICIENT)["declarations"]
    again = made.state(amounts=COEFFICIENT)["declarations"]
    assert ([one["isNew"] for one in (*first, *again)], again[0]["version"]) == ([True, False], 1)
    assert made.state(amounts={"EQUIVALENT_COEFFICIENT": ("0.31", "kgce/kWh")})["declarations"][0]["version"] == 2
    assert by_code(made.indicators())["CARBON_PER_ENERGY"]["denominator"] == "3100"
    then = made.indicators(basis={"knownAt": first[0]["recordedAt"]})
    assert by_code(then)["CARBON_PER_ENERGY"]["denominator"] == "3000"


def test_two_operators_that_contradict_each_other_are_an_error(client: Client) -> None:
    made = IndicatorPark(client)
    made.state(amounts=COEFFICIENT)
    given = {"parkId": made.park, "code": "op2", "nameEn": "Second", "nameZh": "第二", "isOperator": True}
    second = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
    made.state(tenant=second, amounts=COEFFICIENT)
    assert made.indicators()["results"], "they say the same"
    made.state(tenant=second, amounts=SHARES)
    with pytest.raises(ServiceError, match="two operators of the park declare INDICATOR_YEAR 2025, not alike"):
        made.indicators()
