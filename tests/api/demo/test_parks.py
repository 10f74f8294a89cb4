"""The park as it is generated: complete, consistent, acceptable to the ledger, and the same for the same seed."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from api.demo.bills import Row, source_code
from api.demo.parks import SMALL, TIME_ZONE, Extent, Park, Repair, generate, park_code
from api.demo.tables import companies, streams
from api.demo.windows import window_before
from emission_factors.releases import shipped_catalogue
from ledger.activities.rows import PostedRow, SourcePlace, check_content
from tests.api.demo.whole_park import SEED, TODAY, tenant, whole

HOURLY = {
    ("operator", "EM2-01"),
    ("haiyan", "EM1-02"),
    ("qingluo", "EM1-04"),
    ("tanfeng", "EM1-08"),
    ("mingque", "EM1-15"),
    ("bingchuan", "EM1-19"),
}


def digest(park: Park) -> str:
    return hashlib.sha256(repr(park).encode()).hexdigest()


def test_the_park_is_the_same_for_a_seed_and_another_for_another() -> None:
    window = window_before(TODAY, SMALL.months)
    assert generate(SEED, window, SMALL) == generate(SEED, window, SMALL)
    assert digest(generate(2, window, SMALL)) != digest(generate(SEED, window, SMALL))
    assert digest(whole()) == "e24fd254f707eb3319d963bffa0c533b1d8aa7ee88ca762b6dc0e34bcaee71dc"
    assert (park_code(1), park_code(7)) == ("lanting-demo", "lanting-demo-7")


def test_its_size() -> None:
    park = whole()
    assert (len(park.tenants), sum(found.is_operator for found in park.tenants)) == (25, 1)
    assert (park.window.first, park.window.last, park.window.full_year) == (date(2023, 11, 1), date(2026, 10, 1), 2025)
    assert sum(len(found.sites) for found in park.tenants) == 39
    assert sum(len(found.sources) for found in park.tenants) == 625
    assert park.row_count == 71_153


def test_the_ledger_takes_every_row() -> None:
    catalogue, now = shipped_catalogue(), datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    place = SourcePlace(UUID(int=1), UUID(int=2), TIME_ZONE)
    for found in whole().tenants:
        for row in found.rows:
            kept = check_content(PostedRow(*row), place, catalogue, now)  # type: ignore[arg-type]
            assert kept.external_id == row.external_id


def test_every_row_is_of_a_source_that_is_at_a_site_of_its_tenant() -> None:
    for found in whole().tenants:
        sites = {site.code for site in found.sites}
        assert {source.site for source in found.sources} <= sites
        assert {row.source for row in found.rows} == {source.code for source in found.sources}


def test_no_external_id_stands_twice_for_a_source() -> None:
    for found in whole().tenants:
        twice = [
            key for key, count in Counter((row.source, row.external_id) for row in found.rows).items() if count > 1
        ]
        assert twice == []


def test_monthly_bills_cover_thirty_six_months() -> None:
    months = {f"{month:%Y-%m}" for month in whole().window.months}
    meters = [row for row in tenant("operator").rows if row.source == "EM4-01"]
    assert {row.period_start[:7] for row in meters} == months
    assert len(meters) == 36


def test_six_meters_are_read_every_hour_of_the_last_full_year_and_not_billed_for_it() -> None:
    found = Counter(
        (party.code, row.source)
        for party in whole().tenants
        for row in party.rows
        if (party.code, row.source) in HOURLY and row.period_start.startswith("2025")
    )
    assert found == dict.fromkeys(HOURLY, 8760)
    billed = [
        row for row in tenant("haiyan").rows if row.source == "EM1-02" and not row.period_start.startswith("2025")
    ]
    assert len(billed) == 24


def test_hours_add_up_to_the_bills_they_replace() -> None:
    window = window_before(TODAY, 36)
    read, sent = (generate(SEED, window, Extent(companies=2, hourly_meters=number)).tenants[0] for number in (6, 0))
    hours: Counter[str] = Counter()
    for row in read.rows:
        if row.source == "EM2-01" and row.period_start.startswith("2025"):
            hours[row.period_start[:7]] += int(row.quantity)
    bills = {row.period_start[:7]: int(row.quantity) for row in sent.rows if row.source == "EM2-01"}
    assert len(hours) == 12
    assert hours == {month: quantity for month, quantity in bills.items() if month.startswith("2025")}


def test_a_leap_year_has_a_day_more() -> None:
    park = generate(SEED, window_before(date(2025, 3, 1), 36), Extent(companies=1, hourly_meters=1))
    hours = [row for row in park.tenants[0].rows if row.source == "EM2-01" and row.quality == "MEASURED"]
    assert sum("T" in row.external_id for row in hours) == 8784


def test_some_bills_span_two_months() -> None:
    spanning = [row for row in tenant("heqing").rows if row.source == "NG1-10"]
    assert spanning[1].period_start == "2023-11-16T00:00:00+08:00"
    assert spanning[1].period_end == "2023-12-16T00:00:00+08:00"
    assert len(spanning) == 36


def test_quantities_are_measured_billed_and_estimated() -> None:
    found = Counter(row.quality for party in whole().tenants for row in party.rows if "T" not in row.external_id[-4:])
    assert {quality: count > 500 for quality, count in found.items()} == {
        "MEASURED": True,
        "BILLED": True,
        "ESTIMATED": True,
    }


def test_repairs_put_right_what_was_posted_wrongly() -> None:
    repairs = whole().repairs
    assert Counter((bool(repair.change), "quality" in repair.change) for repair in repairs) == {
        (True, False): 4,
        (True, True): 2,
        (False, False): 3,
    }
    for repair in repairs:
        row = next(row for row in tenant(repair.tenant).rows if row.external_id == repair.external_id)
        assert repair.reason
        if repair.change:
            assert Decimal(repair.change["quantity"]) != Decimal(row.quantity)
        else:
            twin = next(found for found in tenant(repair.tenant).rows if f"{found.external_id}-B" == row.external_id)
            assert twin._replace(external_id=row.external_id) == row


def test_the_last_repair_is_the_operators_whatever_the_extent() -> None:
    alone = generate(SEED, window_before(TODAY, 36), Extent(companies=1, hourly_meters=0))
    assert alone.repairs[-1] == whole().repairs[-1]


def test_the_misread_steam_bill_is_ten_times_the_truth() -> None:
    repair = whole().repairs[0]
    assert isinstance(repair, Repair)
    row = next(row for row in tenant("haiyan").rows if row.external_id == repair.external_id)
    assert Decimal(row.quantity) == Decimal(repair.change["quantity"]) * 10


def plants_make(row: Row) -> bool:
    computed = {source_code(companies()[0], stream) for stream in streams(companies()[0]) if stream.is_computed}
    return row.source in computed


def test_a_small_park_is_a_part_of_the_whole() -> None:
    small = generate(SEED, window_before(TODAY, SMALL.months), SMALL)
    rows = {row for party in whole().tenants for row in party.rows}
    apart = {row for party in small.tenants for row in party.rows} - rows
    # Two customers need less of the plants, and nothing else of the park is different.
    apart = {row for row in apart if not plants_make(row)}
    assert [party.code for party in small.tenants] == ["operator", "haiyan", "lingqiao"]
    assert apart == set()
    assert small.row_count == 579
    assert [(repair.tenant, bool(repair.change)) for repair in small.repairs] == [
        ("operator", False),
        ("operator", True),
        ("operator", True),
    ]


@pytest.mark.parametrize("day", [TODAY + timedelta(days=365 * years) for years in (0, 1, 4)])
def test_nothing_in_the_park_is_of_the_future(day: date) -> None:
    park = generate(SEED, window_before(day, 36), Extent(companies=2, hourly_meters=0))
    assert max(row.period_end for row in park.tenants[1].rows) <= f"{day.replace(day=1)}T00:00:00+08:00"
