"""Energy by intervals over real HTTP: posted once, corrected, read by the site's clock, matched by the hour."""

from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, REGISTER_TENANT, Park, row
from tests.service import Service

ADD = """mutation ($input: AddIntervalSeriesInput!) { addIntervalSeries(input: $input) {
  ... on IntervalSeriesAdded { isNew series { id unit minutes carrier role timeZone source { code } tenant { code } } }
  ... on Refusal { code field message } } }"""
OUTCOME = """... on IntervalsPosted { isReplay recordedAt acceptedCount duplicateCount conflictCount
  outcomes { acceptedCount duplicateCount conflictCount missingCount conflicts { start known given } } }
  ... on Refusal { code field message }"""
POST = f"mutation ($input: PostIntervalsInput!) {{ postIntervals(input: $input) {{ {OUTCOME} }} }}"
CORRECT = f"mutation ($input: CorrectIntervalsInput!) {{ correctIntervals(input: $input) {{ {OUTCOME} }} }}"
SERIES = """query ($boundary: BoundaryInput!) { intervalSeries(boundary: $boundary) {
  nodes { id role firstStart lastStart } } }"""
VERSIONS = """query ($boundary: BoundaryInput!, $start: DateTime!) { intervalSeries(boundary: $boundary) {
  nodes { versions(start: $start) { version value reason } } } }"""
READINGS = """query ($series: ID!, $from: Date!, $to: Date!, $resolution: IntervalResolution! = HOUR,
  $knownAt: DateTime, $first: Int) {
  intervalReadings(seriesId: $series, from: $from, to: $to, resolution: $resolution, knownAt: $knownAt) {
    unit isComplete total missing { start end count }
    rows(first: $first) { nodes { start end localStart hours intervalCount missingCount value } } } }"""
STORAGE = """mutation ($tenant: ID!, $units: [StorageUnitInput!]!) { declareStorage(tenantId: $tenant, units: $units) {
  ... on DeclarationsAdded { declarations { version content { ... on StorageUnit { name capacity unit } } } }
  ... on Refusal { code field message } } }"""
MATCHING = """query ($boundary: BoundaryInput!, $from: Date!, $to: Date!, $minutes: Int! = 60, $series: [ID!],
  $opening: Decimal, $grid: ID, $mix: ResidualMixInput, $basis: BasisInput) {
  hourlyMatching(boundary: $boundary, from: $from, to: $to, minutes: $minutes, seriesIds: $series,
      storageOpening: $opening, gridCfeSeriesId: $grid, residualMix: $mix, basis: $basis) {
    timeZone unit isComplete missing { seriesId start end count } load carbonFree
    series { series { role source { code } } total } gridCfe { series { id } } storageUnits { name }
    annual { ...result } hourly { ...result } withStorage { ...result } withGrid { ...result }
    storage { opening charged lost discharged released closing }
    noResidualMix residualMix { kgCo2ePerKwh flags explanation { rule factor { factorId } } }
    intervals(first: 4) { nodes { start load carbonFree matched discharged unmatched } } } }
fragment result on MatchingResult { matched unmatched percent marketBased { co2e(unit: TONNE) } }"""
WIRES = """query ($boundary: BoundaryInput!, $year: Int!) { directWires(boundary: $boundary, year: $year) {
  isComplete missing { count } generated used load selfConsumptionPercent coverPercent
  checks { ratio minimumPercent percent status isInForce firstYear lastYear } } }"""
DAY = "2025-03-01"


class Metered(Park):
    """A park whose tenant has series; sources are made with them."""

    def add(self, role: str, unit: str = "MWh", site: str = "", **more: Any) -> str:
        found = self.client.ask(ADD, {"input": self.new(role, unit, site, **more)})["addIntervalSeries"]
        return str(found["series"]["id"])

    def new(self, role: str, unit: str = "MWh", site: str = "", **more: Any) -> dict[str, Any]:
        given = {"siteId": site or self.site, "code": f"{role} {uuid4()}", "nameEn": role, "nameZh": role}
        source = self.client.ask(ADD_SOURCE, {"input": given})["addSource"]["source"]["id"]
        return {"sourceId": source, "role": role, "unit": unit, "minutes": 60, **more}

    def site_in(self, zone: str) -> str:
        given = {"tenantId": self.tenant, "code": zone, "nameEn": zone, "nameZh": zone, "timeZone": zone}
        return str(self.client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"])

    def intervals(self, *readings: dict[str, Any], key: str = "", reason: str = "") -> Any:
        given = {"tenantId": self.tenant, "idempotencyKey": key or str(uuid4()), "readings": list(readings)}
        if reason:
            return self.client.ask(CORRECT, {"input": {**given, "reason": reason}})["correctIntervals"]
        return self.client.ask(POST, {"input": given})["postIntervals"]

    def readings(self, series: str, since: str = DAY, until: str = DAY, **more: Any) -> Any:
        return self.client.ask(READINGS, {"series": series, "from": since, "to": until, **more})["intervalReadings"]

    def matching(self, **more: Any) -> Any:
        given = {"boundary": {"tenantId": self.tenant}, "from": DAY, "to": DAY, **more}
        return self.client.ask(MATCHING, given)["hourlyMatching"]


def values(*given: object) -> list[str | None]:
    """A day of values: those given, then zeros."""
    return [*(None if one is None else str(one) for one in given), *["0"] * (24 - len(given))]


def span(series: str, given: list[str | None], start: str = f"{DAY}T00:00:00+08:00", minutes: int = 60) -> Any:
    return {"seriesId": series, "start": start, "minutes": minutes, "values": given}


@pytest.fixture(scope="module")
def shared(service: Service) -> Any:
    with Client(service.url) as found:
        yield found


@pytest.fixture
def park(shared: Client) -> Metered:
    return Metered(shared)


@pytest.fixture(scope="module")
def worked(shared: Client) -> Metered:
    """The worked day of standards.md 6.4 in its first four hours: load, sun, a battery, the grid's share."""
    found = Metered(shared)
    load, sun = found.add("LOAD"), found.add("GENERATION", hasAttribute=True)
    grid = found.add("GRID_CFE", "%")
    posted = found.intervals(
        span(load, values(10, 10, 10, 10)), span(sun, values(0, 18, 14, 0)), span(grid, values(*["40"] * 24))
    )
    assert posted["acceptedCount"] == 72
    unit = {"siteId": found.site, "name": "Battery", "efficiency": "0.9", "unit": "MWh", "validFrom": "2025-01-01"}
    declared = shared.ask(STORAGE, {"tenant": found.tenant, "units": [unit]})["declareStorage"]
    assert declared["declarations"][0]["content"] == {"name": "Battery", "capacity": None, "unit": "MWh"}
    return found


def test_the_worked_day_is_matched_four_ways(worked: Metered) -> None:
    found = worked.matching()
    assert found["isComplete"]
    results = [found[name] for name in ("annual", "hourly", "withStorage", "withGrid")]
    assert [one["percent"] for one in results] == ["80", "50", "75", "85"]
    assert [one["matched"] for one in results] == ["32000", "20000", "30000", "34000"]
    assert (found["load"], found["carbonFree"], found["unit"]) == ("40000", "32000", "kWh")
    assert found["storage"] == {
        "opening": "0",
        "charged": "12000",
        "lost": "1200",
        "discharged": "10000",
        "released": "0",
        "closing": "800",
    }
    assert found["intervals"]["nodes"][3] == {
        "start": "2025-02-28T19:00:00Z",
        "load": "10000",
        "carbonFree": "0",
        "matched": "0",
        "discharged": "10000",
        "unmatched": "0",
    }


def test_annual_and_hourly_market_based_stand_side_by_side_at_the_servers_factor(worked: Metered) -> None:
    found = worked.matching()
    co2e = [found[name]["marketBased"]["co2e"] for name in ("annual", "hourly", "withStorage")]
    assert co2e == ["4.8768", "12.192", "6.096"]
    assert found["withGrid"]["marketBased"] is None
    mix = found["residualMix"]
    assert mix["kgCo2ePerKwh"] == "0.6096"
    assert mix["explanation"]["factor"]["factorId"].startswith("cn-mee-electricity")
    assert mix["explanation"]["rule"]
    assert found["noResidualMix"] == ""


def test_a_footprint_takes_the_same_factor_for_electricity_without_an_instrument(worked: Metered) -> None:
    worked.post(
        row("bill", "electricity.grid", "40", "MWh")
        | {"periodStart": "2025-03-01T00:00:00+08:00", "periodEnd": "2025-04-01T00:00:00+08:00"}
    )
    found = worked.footprint(period={"first": "2025-03", "last": "2025-03"})
    market = next(line for line in found["lines"]["nodes"] if line["method"] == "MARKET")
    mix = worked.matching()["residualMix"]["explanation"]
    assert market["explanation"]["factor"]["factorId"] == mix["factor"]["factorId"]
    assert market["explanation"]["rule"] == mix["rule"]


def test_a_residual_mix_of_the_question_names_its_source(worked: Metered) -> None:
    found = worked.matching(mix={"kgCo2ePerKwh": "0.5", "source": "Issuing body 2025, table 2"})
    assert found["hourly"]["marketBased"]["co2e"] == "10"
    assert found["residualMix"]["explanation"]["rule"] == "given by the caller"
    with pytest.raises(ServiceError, match="zero factor needs evidence"):
        worked.matching(mix={"kgCo2ePerKwh": "0", "source": ""})
    assert "no market-based total" in worked.matching(basis={"regime": "NDRC_910_2025"})["noResidualMix"]


def test_supply_without_attributes_matches_nothing(park: Metered) -> None:
    load, sold = park.add("LOAD"), park.add("GENERATION")
    park.intervals(span(load, values(10, 10)), span(sold, values(10, 10)))
    found = park.matching()
    assert (found["carbonFree"], found["hourly"]["percent"]) == ("0", "0")
    assert found["withStorage"] is None
    assert found["withGrid"] is None


def test_the_share_of_the_grid_is_the_operators_unless_another_is_meant(park: Metered) -> None:
    load, sun = park.add("LOAD"), park.add("GENERATION", hasAttribute=True)
    park.intervals(span(load, values(10)), span(sun, values(0)))
    operator = Metered(park.client)
    given = {"parkId": park.park, "code": "operator", "nameEn": "Operator", "nameZh": "运营商", "isOperator": True}
    operator.tenant = park.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
    operator.site = operator.site_in("Asia/Shanghai")
    shares = [operator.add("GRID_CFE", "fraction") for _ in range(2)]
    operator.intervals(*(span(one, ["0.25"] * 24) for one in shares))
    with pytest.raises(ServiceError, match="name the one meant"):
        park.matching()
    assert park.matching(grid=shares[1])["withGrid"]["percent"] == "25"
    own = park.add("GRID_CFE", "%")
    park.intervals(span(own, ["30"] * 24))
    found = park.matching()
    assert (found["withGrid"]["percent"], found["gridCfe"]["series"]["id"]) == ("30", own)
    with pytest.raises(ServiceError, match=r"no series .* of role GRID_CFE"):
        park.matching(grid=load)


def test_a_gap_is_told_and_never_filled_with_zero(park: Metered) -> None:
    load, sun = park.add("LOAD"), park.add("GENERATION", hasAttribute=True)
    park.intervals(span(load, values(10, None, None)), span(sun, values(10)))
    found = park.matching()
    assert not found["isComplete"]
    assert found["missing"] == [
        {"seriesId": load, "start": "2025-02-28T17:00:00Z", "end": "2025-02-28T19:00:00Z", "count": 2}
    ]
    assert [found[name] for name in ("load", "annual", "hourly", "withStorage")] == [None] * 4
    assert found["intervals"]["nodes"] == []
    park.intervals(span(load, ["1", "2"], f"{DAY}T01:00:00+08:00"))
    assert park.matching()["isComplete"]


def test_quarter_hours_meet_hours_and_meters_add_up(park: Metered) -> None:
    quarters, hours = park.add("LOAD", "kWh", minutes=15), park.add("LOAD")
    sun = park.add("GENERATION", hasAttribute=True)
    park.intervals(
        span(quarters, ["250", "250", "250.5", "249.5", *["0"] * 92], minutes=15),
        span(hours, values(1)),
        span(sun, values("1.5")),
    )
    found = park.matching()
    assert (found["load"], found["hourly"]["matched"], found["hourly"]["percent"]) == ("2000", "1500", "75")
    assert park.matching(series=[hours, sun])["hourly"]["percent"] == "100"
    with pytest.raises(ServiceError, match="is read every 60 minutes, which shows none of 15"):
        park.matching(minutes=15)
    rows = park.readings(quarters, resolution="MINUTES_15", first=3)["rows"]["nodes"]
    assert [one["value"] for one in rows] == ["250", "250", "250.5"]
    assert [one["value"] for one in park.readings(quarters, first=2)["rows"]["nodes"]] == ["1000", "0"]


def test_an_hour_of_which_a_quarter_is_missing_is_missing(park: Metered) -> None:
    load, sun = park.add("LOAD", "kWh", minutes=15), park.add("GENERATION", "kWh", hasAttribute=True)
    park.intervals(span(load, ["1"] * 5 + [None] + ["1"] * 90, minutes=15), span(sun, values(1)))
    found = park.readings(load, first=3)
    assert [(one["value"], one["missingCount"]) for one in found["rows"]["nodes"]] == [("4", 0), (None, 1), ("4", 0)]
    assert (found["isComplete"], found["total"], found["missing"][0]["count"]) == (False, None, 1)
    [day] = park.readings(load, resolution="DAY")["rows"]["nodes"]
    assert (day["value"], day["intervalCount"], day["missingCount"]) == (None, 96, 1)
    assert [one["count"] for one in park.matching()["missing"]] == [1]


def test_metered_storage_counts_what_its_meters_say(park: Metered) -> None:
    series = {role: park.add(role) for role in ("LOAD", "STORAGE_CHARGE", "STORAGE_DISCHARGE")}
    sun = park.add("GENERATION", hasAttribute=True)
    posted = ((series["LOAD"], (10, 10, 10, 10)), (sun, (0, 18, 14, 0)))
    meters = ((series["STORAGE_CHARGE"], (0, 8, 0, 0)), (series["STORAGE_DISCHARGE"], (0, 0, 0, 6)))
    park.intervals(*(span(one, values(*given)) for one, given in (*posted, *meters)))
    with pytest.raises(ServiceError, match="storage is metered and none is declared"):
        park.matching()
    unit = {"siteId": park.site, "name": "B", "efficiency": "0.9", "unit": "MWh", "opening": "1", "validFrom": DAY}
    park.client.ask(STORAGE, {"tenant": park.tenant, "units": [unit]})
    found = park.matching()
    # 1 at the start, 8 charged of which 7.2 are stored, 6 discharged.
    assert found["withStorage"]["matched"] == "26000"
    assert (found["storage"]["opening"], found["storage"]["closing"]) == ("1000", "2200")
    assert park.matching(opening="0")["storage"]["closing"] == "1200"


def test_storage_that_cannot_be_is_refused_whole(park: Metered) -> None:
    unit = {"siteId": park.site, "name": "B", "efficiency": "0.9", "validFrom": DAY}
    for wrong in ({"efficiency": "1.1"}, {"unit": "kg"}, {"name": " "}, {"validTo": "2025-02-01"}, {"opening": "-1"}):
        given = {"tenant": park.tenant, "units": [unit, {**unit, "name": "C", **wrong}]}
        found = park.client.ask(STORAGE, given)["declareStorage"]
        assert (found["code"], found["field"]) == ("BAD_DECLARATION", "[1]"), wrong
    given = {"tenant": park.tenant, "units": [unit, {**unit, "validFrom": "2025-04-01"}]}
    assert "end one" in park.client.ask(STORAGE, given)["declareStorage"]["message"]
    assert park.client.ask(STORAGE, {"tenant": park.tenant, "units": [unit]})["declareStorage"]["declarations"]


# Direct wires


def test_direct_wires_over_a_year_against_the_notice(park: Metered) -> None:
    """The worked day as a year whose other hours are still: 20 of 32 used is 62.5 %, 20 of 40 covered is 50 %."""
    load, wire = park.add("LOAD"), park.add("DIRECT_WIRE", hasAttribute=True)
    asked = {"boundary": {"parkId": park.park}, "year": 2025}
    still: list[str | None] = ["0"] * 8756
    given = [["10"] * 4 + still, ["0", "18", "14", "0", *still]]
    park.intervals(span(load, given[0][:100], "2025-01-01T00:00:00+08:00"))
    found = park.client.ask(WIRES, asked)["directWires"]
    assert not found["isComplete"]
    assert [found["coverPercent"], found["checks"], found["missing"]] == [None, [], [{"count": 8660}, {"count": 8760}]]
    for one, posted in ((load, given[0]), (wire, given[1])):
        assert park.intervals(span(one, posted, "2025-01-01T00:00:00+08:00"))["conflictCount"] == 0
    found = park.client.ask(WIRES, asked)["directWires"]
    assert [found[name] for name in ("generated", "used", "load")] == ["32000", "20000", "40000"]
    assert (found["selfConsumptionPercent"], found["coverPercent"]) == ("62.5", "50")
    assert [(one["ratio"], one["minimumPercent"], one["status"], one["isInForce"]) for one in found["checks"]] == [
        ("SELF_CONSUMPTION", "60", "PASS", False),
        ("COVER", "30", "PASS", False),
        ("COVER", "35", "PASS", False),
    ]
    with pytest.raises(ServiceError, match="no electricity series of role LOAD"):
        park.client.ask(WIRES, {"boundary": {"siteId": park.site_in("Asia/Tokyo")}, "year": 2025})


# Posting


def test_a_retry_posts_nothing_twice_however_it_comes(park: Metered) -> None:
    load, key = park.add("LOAD"), str(uuid4())
    given = span(load, values(1, 2, None, 4))
    first = park.intervals(given, key=key)
    assert (first["acceptedCount"], first["isReplay"], first["outcomes"][0]["missingCount"]) == (23, False, 1)
    again = park.intervals(given, key=key)
    assert again == {**first, "isReplay": True}
    anew = park.intervals(given)
    assert (anew["acceptedCount"], anew["duplicateCount"], anew["conflictCount"]) == (0, 23, 0)
    assert park.intervals(span(load, values(1)), key=key)["code"] == "IDEMPOTENCY_KEY_REUSED"
    rows = [row("r", "electricity.grid", "1", "MWh")]
    assert park.post(*rows, key=key)["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert park.readings(load)["missing"][0]["count"] == 1


def test_another_value_is_a_conflict_and_the_first_stays(park: Metered) -> None:
    load = park.add("LOAD", "kWh")
    park.intervals(span(load, ["0.1", "0.2"]))
    found = park.intervals(span(load, ["0.1", "0.3", "0.4"]))
    assert [found[name] for name in ("acceptedCount", "duplicateCount", "conflictCount")] == [1, 1, 1]
    assert found["outcomes"][0]["conflicts"] == [{"start": "2025-02-28T17:00:00Z", "known": "0.2", "given": "0.3"}]
    assert [one["value"] for one in park.readings(load, first=3)["rows"]["nodes"]] == ["0.1", "0.2", "0.4"]


def test_a_request_that_cannot_be_used_writes_nothing(park: Metered) -> None:
    load, share = park.add("LOAD"), park.add("GRID_CFE", "%")
    other = Metered(park.client).add("LOAD")
    good = span(load, ["1"])
    cases = [
        (span(load, ["1", "-2"], f"{DAY}T01:00:00+08:00"), "NEGATIVE_QUANTITY", "readings[1].values[1]"),
        (span(load, ["1"], f"{DAY}T01:30:00+08:00"), "BAD_INTERVALS", "readings[1].start"),
        (span(load, ["1"], f"{DAY}T01:00:01+08:00"), "BAD_INTERVALS", "readings[1].start"),
        (span(load, ["1"], minutes=15), "BAD_INTERVALS", "readings[1].minutes"),
        (span(load, ["1"]), "BAD_INTERVALS", "readings[1].start"),
        (span(load, []), "BAD_INTERVALS", "readings"),
        (span(load, ["1"], "1989-12-31T00:00:00+08:00"), "BAD_TIME", "readings[1].start"),
        (span(load, ["1"], "2101-01-01T00:00:00+08:00"), "PERIOD_IN_FUTURE", "readings[1].values[0]"),
        (span(share, ["100.1"]), "FRACTION_OUT_OF_RANGE", "readings[1].values[0]"),
        (span(other, ["1"]), "NOT_REGISTERED", ""),
        (span(load, ["1"] * 10_000, "2020-01-01T00:00:00+08:00"), "BAD_INTERVALS", "readings"),
    ]
    for wrong, code, field in cases:
        found = park.intervals(good, wrong)
        assert (found["code"], found["field"]) == (code, field), wrong["start"]
    with pytest.raises(ServiceError, match="not exact"):
        park.intervals(good, span(load, [1.5], f"{DAY}T01:00:00+08:00"))  # type: ignore[list-item]
    nodes = park.client.ask(SERIES, {"boundary": {"tenantId": park.tenant}})["intervalSeries"]["nodes"]
    assert [one["firstStart"] for one in nodes] == [None, None]


def test_a_series_is_added_once_and_says_what_it_is(park: Metered) -> None:
    given = park.new("LOAD", "kWh", minutes=15, activityType="electricity.grid")
    first = park.client.ask(ADD, {"input": given})["addIntervalSeries"]
    again = park.client.ask(ADD, {"input": given})["addIntervalSeries"]
    assert (first["isNew"], again["isNew"], again["series"]["id"]) == (True, False, first["series"]["id"])
    assert first["series"]["tenant"] == {"code": "t1"}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"minutes": 60}, "CODE_TAKEN", ""),
        ({"role": "GENERATION", "minutes": 10}, "BAD_INTERVALS", "minutes"),
        ({"role": "GENERATION", "unit": "kg"}, "BAD_INTERVALS", "unit"),
        ({"role": "GRID_CFE"}, "BAD_INTERVALS", "unit"),
        ({"role": "GRID_CFE", "unit": "%", "carrier": "STEAM"}, "BAD_INTERVALS", "carrier"),
        ({"carrier": "STEAM", "hasAttribute": True}, "BAD_INTERVALS", "hasAttribute"),
        ({"carrier": "STEAM", "activityType": "no.such"}, "UNKNOWN_ACTIVITY_TYPE", "activityType"),
        ({"carrier": "STEAM", "unit": "one"}, "UNKNOWN_UNIT", "unit"),
    ]
    for change, code, field in cases:
        found = park.client.ask(ADD, {"input": {**given, **change}})["addIntervalSeries"]
        assert (found["code"], found["field"]) == (code, field), change
    nodes = park.client.ask(SERIES, {"boundary": {"parkId": park.park}})["intervalSeries"]["nodes"]
    assert [one["id"] for one in nodes] == [first["series"]["id"]]


# Corrections and what was known


def test_a_correction_is_a_new_version_and_the_past_stays_known(park: Metered) -> None:
    load, sun = park.add("LOAD"), park.add("GENERATION", hasAttribute=True)
    park.intervals(span(sun, values(5, 5)))
    before = park.intervals(span(load, values(10, 10)))["recordedAt"]
    key = str(uuid4())
    given = span(load, ["20", "10"])
    found = park.intervals(given, reason="meter constant was 2", key=key)
    assert (found["acceptedCount"], found["duplicateCount"]) == (1, 1)
    assert park.intervals(given, reason="meter constant was 2", key=key)["isReplay"]
    assert (park.readings(load)["total"], park.readings(load, knownAt=before)["total"]) == ("30", "20")
    assert park.matching()["hourly"]["percent"].startswith("33.333")
    assert park.matching(basis={"knownAt": before})["hourly"]["percent"] == "50"
    # A late retry of what was posted first is a duplicate; another value still is a conflict with what counts now.
    assert park.intervals(span(load, ["10"]))["duplicateCount"] == 1
    assert park.intervals(span(load, ["11"]))["outcomes"][0]["conflicts"][0]["known"] == "20"
    asked = {"boundary": {"siteId": park.site}, "start": f"{DAY}T00:00:00+08:00"}
    versions = park.client.ask(VERSIONS, asked)["intervalSeries"]["nodes"][0]["versions"]
    assert [(one["version"], one["value"], one["reason"]) for one in versions] == [
        (1, "10", ""),
        (2, "20", "meter constant was 2"),
    ]


def test_a_reading_is_withdrawn_and_given_again(park: Metered) -> None:
    load = park.add("LOAD", "kWh")
    park.intervals(span(load, values(1, 2)))
    park.intervals(span(load, [None]), reason="stuck meter")
    assert park.readings(load)["missing"][0]["count"] == 1
    assert park.intervals(span(load, ["3"]))["outcomes"][0]["conflicts"][0]["known"] is None
    park.intervals(span(load, ["3"]), reason="read from the second meter")
    assert park.readings(load)["total"] == "5"


def test_a_correction_needs_a_reason_and_a_reading(park: Metered) -> None:
    load = park.add("LOAD", "kWh")
    park.intervals(span(load, ["1"]))
    found = park.intervals(span(load, ["2", "3"]), reason="both wrong")
    assert (found["code"], found["field"]) == ("BAD_INTERVALS", "readings[0]")
    assert "no reading from 2025-02-28T17:00:00Z" in found["message"]
    assert park.intervals(span(load, ["2"]), reason=" ")["code"] == "TEXT_NOT_ACCEPTED"
    assert [one["value"] for one in park.readings(load, first=1)["rows"]["nodes"]] == ["1"]


# The site's clock


@pytest.mark.parametrize(
    ("zone", "day", "hours", "start", "end", "offsets"),
    [
        ("Europe/Berlin", "2025-03-30", 23, "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z", ("+01:00", "+02:00")),
        ("Europe/Berlin", "2025-10-26", 25, "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z", ("+02:00", "+01:00")),
        ("America/New_York", "2025-11-02", 25, "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z", ("-04:00", "-05:00")),
        ("Asia/Kolkata", "2025-03-30", 24, "2025-03-29T18:30:00Z", "2025-03-30T18:30:00Z", ("+05:30", "+05:30")),
    ],
)
def test_days_are_those_of_the_sites_clock(
    park: Metered, zone: str, day: str, hours: int, start: str, end: str, offsets: tuple[str, str]
) -> None:
    load = park.add("LOAD", "kWh", site=park.site_in(zone))
    # An hour before midnight and one after it belong to the days beside.
    posted: list[str | None] = ["100", *["1"] * hours, "100"]
    before = {"2025-03-29T23": "2025-03-29T22:00:00Z", "2025-10-25T22": "2025-10-25T21:00:00Z"}
    others = {"2025-11-02T04": "2025-11-02T03:00:00Z", "2025-03-29T18": "2025-03-29T17:30:00Z"}
    assert park.intervals(span(load, posted, {**before, **others}[start[:13]]))["acceptedCount"] == hours + 2
    [found] = park.readings(load, day, day, resolution="DAY")["rows"]["nodes"]
    assert (found["hours"], found["intervalCount"], found["missingCount"]) == (str(hours), hours, 0)
    assert (found["start"], found["end"], found["value"]) == (start, end, str(hours))
    rows = park.readings(load, day, day)["rows"]["nodes"]
    assert len(rows) == hours
    assert (rows[0]["localStart"][-6:], rows[-1]["localStart"][-6:]) == offsets


def test_hours_of_utc_are_beside_the_grid_of_a_zone_of_half_an_hour(park: Metered) -> None:
    load = park.add("LOAD", "kWh", site=park.site_in("Asia/Kolkata"))
    found = park.intervals(span(load, ["1"], "2025-03-01T00:00:00Z"))
    assert (found["code"], "05:30:00 at the site" in found["message"]) == ("BAD_INTERVALS", True)
    assert park.intervals(span(load, ["1"], "2025-03-01T00:30:00Z"))["acceptedCount"] == 1


def test_a_day_of_25_hours_is_matched_whole(park: Metered) -> None:
    site = park.site_in("Europe/Berlin")
    load = park.add("LOAD", "kWh", site=site)
    sun = park.add("GENERATION", "kWh", site=site, hasAttribute=True)
    midnight = "2025-10-26T00:00:00+02:00"
    park.intervals(span(load, ["2"] * 25, midnight), span(sun, ["1"] * 25, midnight))
    found = park.matching(boundary={"siteId": site}, **{"from": "2025-10-26", "to": "2025-10-26"})
    assert (found["timeZone"], found["load"], found["hourly"]["percent"]) == ("Europe/Berlin", "50", "50")


def test_periods_are_bounded(park: Metered) -> None:
    load = park.add("LOAD")
    with pytest.raises(ServiceError, match="are 367 days; accepted is 1 to 366"):
        park.readings(load, "2024-01-01", "2025-01-01")
    with pytest.raises(ServiceError, match="are 0 days"):
        park.matching(**{"from": "2025-03-02"})
    with pytest.raises(ServiceError, match="at least one meter of load and one source"):
        park.matching()
