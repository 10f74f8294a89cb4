"""Companies that may come, and the park with them, over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import row
from tests.managed_park import FUTURE, PLANNED, PROSPECTS, WITHDRAW, ManagedPark, load, months, whole
from tests.service import Service


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


def test_a_planner_sees_the_park_with_those_who_may_come(client: Client) -> None:
    park = ManagedPark(client)
    for month in months(2024):
        quarter = whole(month)
        park.book(
            row(f"g {month}", "electricity.grid", "100", "MWh", **quarter),
            row(f"s {month}", "supplied.electricity", "50", "MWh", supplier="t1", **quarter),
            tenant=park.operator,
        )
        park.book(row(f"b {month}", "electricity.grid", "50", "MWh", supplier="op", **quarter))
    signed = {
        "code": "p1",
        "nameEn": "Vaccine plant",
        "nameZh": "疫苗厂",
        "stage": "SIGNED",
        "industryCode": "2761",
        "starts": "2025-07",
        "loads": [
            load("electricity.grid", "1200", "MWh", "op"),
            load("refrigerant.leaked/R-410A", "12", "kg"),
        ],
    }
    planned = {**signed, "code": "p2", "stage": "PLANNED", "starts": "2024-01"}
    planned["loads"] = [load("steam.purchased", "1200", "GJ", "op"), load("electricity.grid", "600", "MWh")]
    assert park.declare(PROSPECTS, signed)["code"] == "BAD_DECLARATION"
    refused = park.declare(
        PROSPECTS, signed, {**planned, "loads": [load("electricity.grid", "1", "kg")]}, tenant=park.operator
    )
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", "[1]")
    assert park.declared("PROSPECT", park.operator) == []
    declared = park.declare(PROSPECTS, signed, planned, tenant=park.operator)["declarations"]
    assert [one["subject"] for one in declared] == ["p1", "p2"]

    def plan(**asked: Any) -> Any:
        return client.ask(PLANNED, {"park": park.park, **asked})["plannedFootprint"]

    found = plan(year=2025, reference=2024, stages=["SIGNED"])
    # The pool of the operator is the grid: 0.4419 t/MWh. Half a year of 1,200 MWh and of 12 kg R-410A at 2,255.5.
    [one] = found["prospects"]
    assert (one["months"], one["totals"]["scope2Location"]["co2e"], one["totals"]["scope1"]["co2e"]) == (
        6,
        "265140",
        "13533",
    )
    assert [(part["quantity"], part["unit"]) for part in one["loads"]] == [("600000", "kWh"), ("6", "kg")]
    assert found["reference"]["scope2Location"]["co2e"] == "530280"
    assert found["planned"]["scope2Location"]["co2e"] == "795420"
    assert found["demands"] == [
        {
            "carrier": "ELECTRICITY",
            "unit": "MWh",
            "reference": "1200",
            "added": "600",
            "byNeighbours": "600",
            "planned": "1800",
        }
    ]
    assert plan(year=2026, reference=2024, stages=["SIGNED"])["added"]["scope2Location"]["co2e"] == "530280"
    assert plan(year=2024)["prospects"][0]["months"] == 0
    both = plan(year=2024)
    assert both["added"]["scope2Location"]["co2e"] == "265140"
    assert not both["isComplete"]
    [steam, _] = both["prospects"][1]["loads"]
    assert {gap["gap"]["code"] for gap in steam["gaps"]} == {"NO_SUPPLY"}
    assert steam["totals"]["scope2Location"]["co2e"] == "0"

    def ahead(**asked: Any) -> list[str]:
        found = client.ask(FUTURE, {"park": park.park, **asked})["prospects"]
        return [one["prospect"]["code"] for one in found]

    park.declare(PROSPECTS, {**signed, "becameId": park.tenant}, tenant=park.operator)
    assert (ahead(), ahead(came=True), ahead(stages=["SIGNED"])) == (["p2"], ["p1", "p2"], [])
    assert plan(year=2026, reference=2024, stages=["SIGNED"])["prospects"] == []
    client.ask(WITHDRAW, {"tenant": park.operator, "id": declared[1]["id"]})
    assert ahead() == []
    with pytest.raises(ServiceError, match="1800 is no year to plan for"):
        plan(year=1800)
