"""What was posted of what was due, and who rents what, over real HTTP."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import CORRECT, row
from tests.managed_park import (
    ACTIVITIES,
    EXPECTATIONS,
    FINDINGS,
    METERS,
    RENTED,
    TENANCIES,
    ManagedPark,
    evidence,
    months,
    source_id,
    whole,
)
from tests.service import Service


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture(scope="module")
def park(client: Client) -> ManagedPark:
    return ManagedPark(client)


def test_who_rents_what_on_a_day(client: Client) -> None:
    park = ManagedPark(client)
    lease = {
        "place": "Building 3",
        "siteId": park.site,
        "floorAreaM2": "1200.5",
        "industryCode": "2720",
        "validFrom": "2023-01-01",
        "validTo": "2024-12-31",
    }
    declared = park.declare(TENANCIES, lease, {"place": "Yard", "floorAreaM2": "99.5", "validFrom": "2024-06-01"})
    assert [one["content"]["__typename"] for one in declared["declarations"]] == ["Tenancy"] * 2
    assert park.declare(TENANCIES, lease)["declarations"][0]["isNew"] is False
    overlapping = park.declare(TENANCIES, {**lease, "validFrom": "2024-12-31", "validTo": None})
    assert overlapping["code"] == "BAD_DECLARATION"
    assert "Building 3 is declared from 2023-01-01 to 2024-12-31 and again" in overlapping["message"]
    assert park.declare(TENANCIES, {**lease, "place": "B", "floorAreaM2": "0"})["field"] == "[0]"
    assert len(park.declared("TENANCY")) == 2

    def rented(on: str) -> tuple[str, list[str]]:
        found = client.ask(RENTED, {"park": park.park, "on": on})["tenancies"]
        assert found["on"] == on
        return found["floorAreaM2"], [one["tenancy"]["place"] for one in found["tenancies"]]

    assert rented("2024-05-31") == ("1200.5", ["Building 3"])
    assert rented("2024-06-01") == ("1300", ["Building 3", "Yard"])
    assert rented("2025-01-01") == ("99.5", ["Yard"])
    assert client.ask(RENTED, {"park": park.park})["tenancies"]["floorAreaM2"] == "99.5"

    [ends] = park.found("EXPIRING_TENANCY", "2024-01", "2024-12", "2024-12-01")
    assert (ends["severity"], ends["whoShouldAct"], ends["where"]) == ("NOTICE", "PARK_OPERATOR", None)
    assert ends["subject"]["declarationId"] == declared["declarations"][0]["id"]
    assert evidence(ends)["floor area"] == "1200.5"
    assert park.found("EXPIRING_TENANCY", "2024-01", "2024-12", "2024-10-01") == []
    park.declare(TENANCIES, {**lease, "validFrom": "2025-01-01", "validTo": None})
    assert park.found("EXPIRING_TENANCY", "2024-01", "2024-12", "2024-12-01") == []


def test_every_status_of_the_matrix(park: ManagedPark) -> None:
    park.source("e1")
    bill = {"periodStart": "2024-04-15T00:00:00+08:00", "periodEnd": "2024-05-15T00:00:00+08:00"}
    park.book(
        park.power("2024-01", "10", "e1"), park.power("2024-02", "0", "e1"), park.power("2024-04", "300", "e1", **bill)
    )
    source = source_id(park, "e1")
    given = {
        "sourceId": source,
        "every": "MONTH",
        "validFrom": "2024-01-01",
        "notApplicable": [{"first": "2024-03", "last": "2024-03", "reason": "shut down"}],
    }
    assert park.declare(EXPECTATIONS, given)["declarations"][0]["version"] == 1
    found = park.matrix("2023-12", "2024-07", "2024-07-16")
    [line] = [one for one in found["rows"]["nodes"] if one["source"]["code"] == "e1"]
    assert line["statuses"] == [one["status"] for one in line["months"]]
    assert {one["month"]: one["status"] for one in line["months"]} == {
        "2023-12": "NOT_EXPECTED",
        "2024-01": "POSTED",
        "2024-02": "ZERO",
        "2024-03": "NOT_APPLICABLE",
        "2024-04": "POSTED",
        "2024-05": "POSTED",
        "2024-06": "MISSING",
        "2024-07": "NOT_YET_DUE",
    }
    by_month = {one["month"]: one for one in line["months"]}
    # 300 MWh over 30 days, of which 16 in April and 14 in May
    assert [(by_month[m]["quantity"], by_month[m]["unit"]) for m in ("2024-01", "2024-04", "2024-05")] == [
        ("10000", "kWh"),
        ("160000", "kWh"),
        ("140000", "kWh"),
    ]
    assert (by_month["2024-02"]["quantity"], by_month["2024-02"]["rowCount"]) == ("0", 1)
    assert by_month["2024-06"]["quantity"] is None
    assert (by_month["2024-06"]["due"], by_month["2024-03"]["reason"]) == ("2024-07-15", "shut down")
    assert (line["isDerived"], line["activityTypes"]) == (False, ["electricity.grid"])


def test_what_is_not_declared_is_derived_and_a_gap_goes_when_it_is_posted(client: Client) -> None:
    park = ManagedPark(client)
    park.book(*(park.power(month, "10", "m1") for month in months(2024, 1, 2, 3, 6)))
    found = park.matrix("2024-01", "2024-07", "2024-08-01")
    [line] = found["rows"]["nodes"]
    assert (line["isDerived"], line["expectation"]["validFrom"]) == (True, "2024-01-01")
    assert line["statuses"] == [*["POSTED"] * 3, "MISSING", "MISSING", "POSTED", "NOT_YET_DUE"]
    assert f"{Decimal(found['completePercent']):.4f}" == "66.6667"  # 4 of 6 months that are due
    counts = {one["status"]: one["months"] for one in found["counts"]}
    assert (counts["POSTED"], counts["MISSING"], counts["NOT_YET_DUE"]) == (4, 2, 1)
    [gap] = park.found("GAP", "2024-01", "2024-07", "2024-08-01")
    assert (gap["severity"], gap["whoShouldAct"], gap["since"]) == ("SEVERE", "CONTRIBUTOR", "2024-05-15")
    assert evidence(gap) == {
        "months missing": "2",
        "due by": "2024-06-15",
        "expectation": "derived from what was posted",
    }
    where = {key: value for key, value in gap["where"].items() if value is not None}
    assert client.ask(ACTIVITIES, {"filter": where})["activities"]["nodes"] == []
    before = client.ask("{ parks(first: 1) { nodes { recordedAt } } }")["parks"]["nodes"][0]["recordedAt"]
    park.book(*(park.power(month, "11", "m1") for month in months(2024, 4, 5)))
    assert park.found("GAP", "2024-01", "2024-07", "2024-08-01") == []
    assert park.matrix("2024-01", "2024-06", "2024-08-01")["completePercent"] == "100"
    then = park.matrix("2024-01", "2024-06", "2024-08-01", knownAt=before)
    assert then["rows"]["nodes"] == []


def test_a_correction_moves_a_month_in_the_matrix(client: Client) -> None:
    park = ManagedPark(client)
    [key, *_] = park.book(*(park.power(month, "10", "m1") for month in months(2024, 1, 2, 3)))
    corrected = {"activityId": key, "reason": "wrong month", **whole("2024-04")}
    client.ask(CORRECT, {"input": corrected})
    [line] = park.matrix("2024-01", "2024-04", "2024-05-01")["rows"]["nodes"]
    assert line["statuses"] == ["NOT_EXPECTED", "POSTED", "POSTED", "POSTED"]


def test_a_site_is_expected_to_post_what_no_source_of_it_did(client: Client) -> None:
    park = ManagedPark(client)
    given = {
        "siteId": park.site,
        "activityType": "refrigerant.leaked/R-410A",
        "every": "YEAR",
        "validFrom": "2024-01-01",
        "dueDays": 0,
        "graceDays": 0,
    }
    park.declare(EXPECTATIONS, given)
    rows = park.matrix("2024-01", "2024-12", "2025-01-01")["rows"]["nodes"]
    assert [(one["source"], set(one["statuses"])) for one in rows] == [
        ({"code": "m1"}, {"NOT_EXPECTED"}),
        (None, {"MISSING"}),
    ]
    [gap] = park.found("GAP", "2024-01", "2024-12", "2025-01-02", {"siteId": park.site})
    assert gap["subject"]["source"] is None
    assert gap["subject"]["activityTypes"] == ["refrigerant.leaked/R-410A"]
    park.book(row("r", "refrigerant.leaked/R-410A", "0", "kg", **whole("2024-05")))
    rows = park.matrix("2024-01", "2024-12", "2025-01-02")["rows"]["nodes"]
    assert rows[1]["statuses"].count("ZERO") == 1
    assert rows[1]["statuses"].count("NOT_EXPECTED") == 11
    assert park.found("GAP", "2024-01", "2024-12", "2025-01-02") == []


def test_what_cannot_be_declared_is_refused_with_nothing_written(client: Client) -> None:
    park = ManagedPark(client)
    other = park.sources["op"]
    meter = {"sourceId": other, "instrument": "E", "multiplier": "1", "unit": "kWh", "validFrom": "2024-01-01"}
    assert park.declare(METERS, meter)["code"] == "NOT_REGISTERED"
    expected = {"sourceId": other, "every": "MONTH", "validFrom": "2024-01-01"}
    assert park.declare(EXPECTATIONS, expected)["code"] == "NOT_REGISTERED"
    assert park.declare(EXPECTATIONS, {"every": "MONTH", "validFrom": "2024-01-01"})["code"] == "BAD_DECLARATION"
    mine = {**expected, "sourceId": source_id(park, "m1")}
    twice = park.declare(EXPECTATIONS, mine, {**mine, "validFrom": "2024-02-01"})
    assert (twice["code"], twice["field"]) == ("BAD_DECLARATION", "declarations")
    elsewhere = {"place": "B", "siteId": park.station, "floorAreaM2": "1", "validFrom": "2024-01-01"}
    assert park.declare(TENANCIES, elsewhere)["code"] == "NOT_REGISTERED"
    for kind in ("METER", "EXPECTATION", "TENANCY"):
        assert park.declared(kind) == []


def test_questions_that_cannot_be_answered(park: ManagedPark) -> None:
    period = {"first": "2024-01", "last": "2024-01"}
    with pytest.raises(ServiceError, match="withinDays is 1101; accepted is 0 to 1100"):
        park.client.ask(FINDINGS, {"boundary": {"tenantId": park.tenant}, "period": period, "withinDays": 1101})
    with pytest.raises(ServiceError, match="first before last"):
        park.matrix("2024-02", "2024-01", "2024-03-01")
