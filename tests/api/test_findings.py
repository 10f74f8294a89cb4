"""Findings over real HTTP: each told, and gone when what it tells of is repaired."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import pytest

from api.client import Client
from tests.api.test_flows import CORRECT, row
from tests.managed_park import (
    ACTIVITIES,
    ADD_SERIES,
    FINDINGS,
    METERS,
    OWN_FACTOR,
    POST_INTERVALS,
    RECORD,
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


def test_a_spike_and_a_stopped_meter_are_told_until_corrected(client: Client) -> None:
    park = ManagedPark(client)
    keys = park.book(
        *(
            park.power(month, {"2024-04": "10000", "2024-08": "0.1"}.get(month, "10"), "m1")
            for month in months(2024, *range(1, 11))
        )
    )
    [spike] = park.found("SPIKE", "2024-01", "2024-10", "2024-11-20")
    assert evidence(spike)["ratio to the median"] == "1000"
    assert (spike["since"], spike["subject"]["source"], spike["severity"]) == ("2024-04-01", {"code": "m1"}, "WARNING")
    where = {key: value for key, value in spike["where"].items() if value is not None}
    assert [one["externalId"] for one in client.ask(ACTIVITIES, {"filter": where})["activities"]["nodes"]] == [
        "m1 2024-04"
    ]
    [stopped] = park.found("METER_RESET", "2024-01", "2024-10", "2024-11-20")
    assert (stopped["since"], stopped["whoShouldAct"]) == ("2024-08-01", "METERING")
    assert evidence(stopped)["month before"] == "10000"
    assert park.found("SPIKE", "2024-05", "2024-10", "2024-11-20") == []
    for key, quantity in ((keys[3], "10"), (keys[7], "9.5")):
        given = {"activityId": key, "quantity": quantity, "reason": "by the bill"}
        client.ask(CORRECT, {"input": given})
    assert park.found("SPIKE", "2024-01", "2024-10", "2024-11-20") == []
    assert park.found("METER_RESET", "2024-01", "2024-10", "2024-11-20") == []


def test_a_meter_is_calibrated_and_its_register_rolls_over(client: Client) -> None:
    park = ManagedPark(client)
    [key] = park.book(park.power("2024-03", "1000.1", "m1"))
    meter = {
        "sourceId": source_id(park, "m1"),
        "instrument": "E-1",
        "multiplier": "1",
        "unit": "kWh",
        "accuracyClass": "0.5S",
        "calibrationDue": "2024-06-30",
        "rollover": "1000000",
        "validFrom": "2024-01-01",
    }
    first = park.declare(METERS, meter)["declarations"][0]
    [due] = park.found("CALIBRATION_DUE", "2024-03", "2024-03", "2024-07-01")
    assert (due["severity"], due["since"], due["subject"]["declarationId"]) == ("WARNING", "2024-06-30", first["id"])
    [over] = park.found("METER_RESET", "2024-03", "2024-03", "2024-07-01")
    assert evidence(over) == {"quantity": "1000100", "most the register counts": "1000000"}
    declared = park.declare(METERS, {**meter, "calibratedOn": "2024-07-01", "calibrationDue": "2026-06-30"})
    assert declared["declarations"][0]["version"] == 2
    assert park.found("CALIBRATION_DUE", "2024-03", "2024-03", "2024-07-02") == []
    client.ask(CORRECT, {"input": {"activityId": key, "quantity": "0.1", "reason": "across the roll-over"}})
    assert park.found("METER_RESET", "2024-03", "2024-03", "2024-07-01") == []


def test_old_and_missing_factors(client: Client) -> None:
    park = ManagedPark(client)
    steam = row("st", "steam.purchased", "100", "GJ", supplier="Steam Ltd", **whole("2024-03"))
    goods = row("g", "electricity.grid", "100", "MWh", supplier="Power Ltd", **whole("2024-03"))
    park.book(steam, goods)

    def own(valid_from: str, kilograms: str) -> None:
        part = {"gas": "CO2E", "terms": [{"name": "rate", "value": kilograms, "unit": "kgCO2e/GJ"}]}
        given = {
            "tenantId": park.tenant,
            "supplier": "Steam Ltd",
            "activityType": "steam.purchased",
            "unit": "GJ",
            "factor": {"name": "steam of Steam Ltd", "parts": [part], "source": "its statement"},
            "validFrom": valid_from,
        }
        found = client.ask(OWN_FACTOR, {"input": given})["addSupplierFactor"]
        assert "id" in found, found

    asked = ("2024-03", "2024-03", "2024-06-01")
    assert park.found("STALE_FACTOR", *asked) == []
    own("2020-06-01", "66")
    [stale] = park.found("STALE_FACTOR", *asked)
    assert evidence(stale)["years between"] == "4"
    assert (stale["whoShouldAct"], stale["subject"]["supplier"]) == ("TENANT_ADMINISTRATOR", "Steam Ltd")
    own("2024-01-01", "61")
    assert park.found("STALE_FACTOR", *asked) == []


def test_a_quantity_without_a_factor_is_told_until_it_has_one(client: Client) -> None:
    park = ManagedPark(client)
    park.book(row("c", "compressed_air.purchased", "1000", "Nm3", supplier="Air Ltd", **whole("2024-03")))
    asked = ("2024-03", "2024-03", "2024-06-01")
    [missing] = park.found("MISSING_FACTOR", *asked)
    assert (missing["severity"], missing["subject"]["supplier"]) == ("SEVERE", "Air Ltd")
    assert missing["message"].startswith("compressed_air.purchased in CN-GD is missing from scope 2: no factor")
    assert evidence(missing)["inventory lines without a factor"] == "location, market, upstream"
    part = {"gas": "CO2E", "terms": [{"name": "rate", "value": "0.05", "unit": "kgCO2e/Nm3"}]}
    given = {
        "tenantId": park.tenant,
        "supplier": "Air Ltd",
        "activityType": "compressed_air.purchased",
        "unit": "Nm3",
        "factor": {"name": "air", "parts": [part], "source": "its statement"},
        "validFrom": "2024-01-01",
    }
    client.ask(OWN_FACTOR, {"input": given})
    [upstream] = park.found("MISSING_FACTOR", *asked)
    assert (upstream["severity"], evidence(upstream)["inventory lines without a factor"]) == ("NOTICE", "upstream")
    client.ask(OWN_FACTOR, {"input": {**given, "lines": ["upstream"]}})
    assert park.found("MISSING_FACTOR", *asked) == []


def test_transfers_whose_sides_do_not_match(client: Client) -> None:
    park = ManagedPark(client)
    month = whole("2024-03")
    park.book(row("g", "electricity.grid", "1000", "MWh", **month), tenant=park.operator)
    park.book(row("s", "supplied.electricity", "1000", "MWh", supplier="t1", **month), tenant=park.operator)
    asked = ("UNMATCHED_TRANSFER", "2024-03", "2024-03", "2024-06-01")
    [silent] = park.found(*asked)
    assert (silent["severity"], silent["whoShouldAct"]) == ("SEVERE", "CONTRIBUTOR")
    assert silent["message"] == "2024-03: t1 posted no electricity bought from op; op did."
    assert silent["subject"]["tenant"] == {"code": "t1"}
    assert silent["subject"]["counterparty"] == {"code": "op"}
    park.book(row("b", "electricity.grid", "970", "MWh", supplier="op", **month))
    [differ] = park.found(*asked)
    assert (differ["severity"], differ["whoShouldAct"]) == ("WARNING", "METERING")
    assert evidence(differ) == {"supplied": "1000000", "received": "970000", "difference": "3", "tolerance": "2"}
    assert [one["id"] for one in park.found(*asked, {"parkId": park.park})] == [differ["id"]]
    park.book(row("b2", "electricity.grid", "15", "MWh", supplier="op", **month))
    assert park.found(*asked) == []


def test_energy_that_went_nowhere(client: Client) -> None:
    park = ManagedPark(client)
    month = whole("2024-03")
    park.book(
        row("g", "electricity.grid", "1000", "MWh", **month),
        row("s", "supplied.electricity", "900", "MWh", supplier="t1", **month),
        tenant=park.operator,
    )
    park.book(row("b", "electricity.grid", "900", "MWh", supplier="op", **month))
    asked = ("UNACCOUNTED_ENERGY", "2024-03", "2024-03", "2024-06-01", {"parkId": park.park})
    [found] = park.found(*asked)
    assert (found["subject"]["tenant"], found["subject"]["carrier"]) == ({"code": "op"}, "electricity")
    assert Decimal(evidence(found)["share of what came in"]) == 10
    park.book(row("u", "used.electricity", "95", "MWh", **month), tenant=park.operator)
    assert park.found(*asked) == []


def test_intervals_that_do_not_add_up_to_the_bill(client: Client) -> None:
    park = ManagedPark(client)
    [key] = park.book(park.power("2024-02", "696", "m1"))
    series = {
        "sourceId": source_id(park, "m1"),
        "role": "LOAD",
        "unit": "MWh",
        "minutes": 60,
        "activityType": "electricity.grid",
    }
    added = client.ask(ADD_SERIES, {"input": series})["addIntervalSeries"]["series"]["id"]
    readings = {"seriesId": added, "start": "2024-02-01T00:00:00+08:00", "minutes": 60, "values": ["1.03"] * 696}
    given = {"tenantId": park.tenant, "idempotencyKey": str(uuid4()), "readings": [readings]}
    assert client.ask(POST_INTERVALS, {"input": given})["postIntervals"]["__typename"] != "Refusal"
    asked = ("INTERVALS_DIFFER", "2024-02", "2024-02", "2024-06-01")
    [found] = park.found(*asked)
    assert (found["whoShouldAct"], evidence(found)["difference"]) == ("METERING", "3")
    assert evidence(found)["intervals without a reading"] == "0"
    given = {"activityId": key, "quantity": "716.88", "reason": "by the meter"}
    client.ask(CORRECT, {"input": given})
    assert park.found(*asked) == []


def test_a_certificate_that_ends(client: Client) -> None:
    park = ManagedPark(client)
    given = {
        "tenantId": park.tenant,
        "code": "gec-1",
        "kind": "GEC",
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": "CN",
        "firstMonth": "2024-05",
        "lastMonth": "2024-05",
        "quantityMwh": "100",
        "claimedFrom": "2024-05",
        "claimedTo": "2024-05",
    }
    recorded = client.ask(RECORD, {"input": given})["recordInstrument"]
    assert recorded["__typename"] != "Refusal", recorded
    [ends] = park.found("EXPIRING_INSTRUMENT", "2024-05", "2024-05", "2026-02-01")
    assert (ends["severity"], evidence(ends)["valid until"]) == ("WARNING", "2026-04-30")
    assert ends["subject"]["instrumentId"]
    assert park.found("EXPIRING_INSTRUMENT", "2024-05", "2024-05", "2026-01-29") == []


def test_a_quiet_park_has_no_findings(client: Client) -> None:
    park = ManagedPark(client)
    found = client.ask(FINDINGS, {"boundary": {"parkId": park.park}, "period": {"first": "2024-01", "last": "2024-12"}})
    assert {one["count"] for one in found["findings"]["counts"]} == {0}
    assert len(found["findings"]["counts"]) == 11
