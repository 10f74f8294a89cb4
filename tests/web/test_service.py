"""The pages and the examples of a real service over HTTP: fresh, and with a park."""

import re
from typing import Any

from graphql import OperationDefinitionNode, parse

from api.client import Client
from tests.service import Service
from tests.web.conftest import YEAR

COUNT = "{ activities(first: 500, filter: { includeSuperseded: true }) { nodes { id } pageInfo { hasNextPage } } }"


def examples(service: Service) -> dict[str, dict[str, Any]]:
    answer = service.get("/examples.json").json()
    return {example["id"]: example for example in answer["examples"]}


def activity_count(client: Client) -> int:
    found = client.ask(COUNT)["activities"]
    assert found["pageInfo"]["hasNextPage"] is False
    return len(found["nodes"])


def test_a_fresh_service_says_so_and_runs_the_examples_that_need_no_park(fresh_service: Service) -> None:
    text = fresh_service.get("/").text
    assert "There is no park yet." in text
    assert "data-park" not in text
    ready = [example for example in examples(fresh_service).values() if example["isReady"]]
    assert len(ready) == 6
    with Client(fresh_service.url) as client:
        assert all(client.ask(example["operation"], example["variables"]) for example in ready)


def test_with_a_park_every_example_answers(stocked_service: Service) -> None:
    found = examples(stocked_service)
    with Client(stocked_service.url) as client:
        answers = {name: client.ask(example["operation"], example["variables"]) for name, example in found.items()}
    assert answers["tenants"]["parks"]["nodes"][0]["nameZh"] == "测试园区"
    assert [line["method"] for line in answers["estimate"]["estimate"][0]["lines"]] == ["LOCATION", "MARKET"]
    catalogue, measured = answers["own-factor"]["estimate"]
    assert measured["lines"][0]["emissions"]["co2e"] == "27027.3601125"
    assert catalogue["lines"][0]["emissions"]["gases"][0]["mass"] == "27027.3601125"
    # 1 000 kWh of January, corrected, and ten months of 120 000.5 kWh, at 0.4419 kg/kWh.
    assert answers["footprint"]["footprint"]["totals"]["scope2Location"]["co2e"] == "530.7241095"
    leaked = [answers["gwp-sets"][name]["totals"]["scope1"]["gases"] for name in ("ar5", "ar6")]
    assert [[gas["mass"] for gas in gases if gas["gas"] == "HFC-32"] for gases in leaked] == [["4.4"], ["4.4"]]
    assert [[gas["co2e"] for gas in gases if gas["gas"] == "HFC-32"] for gases in leaked] == [["2978.8"], ["3392.4"]]
    then, now = (answers["factor-years"][name][0]["lines"][0] for name in ("knownInJune2025", "knownNow"))
    assert (then["emissions"]["co2e"], now["emissions"]["co2e"]) == ("440.3", "441.9")
    line = answers["explanation"]["footprint"]["lines"]["nodes"][0]
    assert line["activities"]["nodes"][0]["document"] == "bill 1"
    assert {node["region"] for node in answers["factor-search"]["emissionFactors"]["nodes"]} == {"CN-GD"}
    assert [estimate["lines"][0]["emissions"]["co2e"] for estimate in answers["refrigerants"]["ar4"]] == [
        "2087.5",
        "3985",
        "675",
    ]


def test_every_example_has_one_operation_with_a_name(fresh_service: Service) -> None:
    """The editor sends the name as soon as an example is opened."""
    for example in examples(fresh_service).values():
        definitions = parse(example["operation"]).definitions
        [operation] = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        assert operation.name, example["id"]
        assert re.search(r"\b(?:query|mutation|subscription)\s+(\w+)", example["operation"])[1] == operation.name.value  # type: ignore[index]


def test_running_the_posting_example_adds_nothing_however_often(stocked_service: Service) -> None:
    example = examples(stocked_service)["post"]
    with Client(stocked_service.url) as client:
        before = activity_count(client)
        first, second = (client.ask(example["operation"], example["variables"])["postActivities"] for _ in range(2))
        after = activity_count(client)
    assert [row["outcome"] for row in first["outcomes"]] == ["DUPLICATE", "CONFLICT", "REJECTED"]
    assert first["outcomes"][1]["conflictingFields"] == ["quantity"]
    assert first["outcomes"][2]["code"] == "UNKNOWN_UNIT"
    assert second["isReplay"] is True
    assert second["outcomes"] == first["outcomes"]
    assert (before, after) == (34, 34)


def test_the_page_names_the_park_and_the_year(stocked_service: Service) -> None:
    text = stocked_service.get("/").text
    assert "测试园区" in text
    assert f'data-first="{YEAR}-01" data-last="{YEAR}-12"' in text
    assert "Tenants: 1<" in text
    assert " disabled>" not in text
