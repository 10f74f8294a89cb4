"""Readings by the hour: they say what the bills say, cover the whole year, and are posted once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from api.client import ServiceError
from api.demo.intervals import Series, series_rows
from api.demo.parks import SMALL, Extent, generate
from api.demo.posting import post_series
from api.demo.registering import KnownPark, KnownTenant
from api.demo.tables import hour_profiles
from api.demo.windows import window_before
from tests.api.demo.fake_service import FakeService, Kept
from tests.api.demo.whole_park import SEED, TODAY, tenant, whole


@cache
def known() -> KnownPark:
    """Return the park as registered, each id the code itself."""
    tenants = {
        one.code: KnownTenant(one.code, sources={found.code: found.code for found in one.sources})
        for one in whole().tenants
    }
    return KnownPark("park", tenants)


def series(source: str, role: str) -> Series:
    return next(one for one in whole().series if (one.source, one.role) == (source, role))


def test_every_series_has_an_hour_for_every_hour_of_the_last_full_year() -> None:
    assert {(one.tenant, one.role) for one in whole().series} == {(row.tenant, row.role) for row in series_rows()}
    assert len(whole().series) == len(series_rows()) == 7
    assert {len(one.values) for one in whole().series} == {8760}
    assert {one.start for one in whole().series} == {"2025-01-01T00:00:00+08:00"}
    assert min(min(one.values) for one in whole().series) == 0


def test_hours_are_those_of_the_meter_that_is_read_every_hour() -> None:
    rows = [row for row in tenant("haiyan").rows if row.source == "EM1-02" and "T" in row.external_id]
    assert [int(row.quantity) for row in rows] == list(series("EM1-02", "LOAD").values)


def test_what_is_compared_adds_up_to_what_was_posted() -> None:
    posted: Counter[str] = Counter()
    for party in whole().tenants:
        for row in party.rows:
            if row.period_start.startswith("2025"):
                posted[row.source] += Decimal(row.quantity)  # type: ignore[assignment]
    compared = [one for one in whole().series if one.activity_type]
    assert len(compared) == 3
    assert [sum(one.values) for one in compared] == [posted[one.source] for one in compared]


def test_the_sun_shines_by_day_and_the_battery_gives_less_than_it_took() -> None:
    sun = series("PV2-01", "GENERATION").values
    assert sum(sun[hour::24][0] for hour in (0, 3, 21, 23)) == 0 < sun[12]
    charged, given = (sum(series("EM8-01", f"STORAGE_{name}").values) for name in ("CHARGE", "DISCHARGE"))
    assert Decimal("0.85") < Decimal(given) / charged < Decimal("0.88")


def test_without_a_whole_year_or_meters_read_hourly_there_are_none() -> None:
    assert generate(SEED, window_before(TODAY, SMALL.months), SMALL).series == ()
    half = generate(SEED, window_before(date(2026, 7, 1), 12), Extent(companies=1, months=12, hourly_meters=1))
    assert half.series == ()


def test_series_are_added_and_posted_once_and_again_they_are_what_is_there() -> None:
    kept = Kept()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            post_series(FakeService(kept), whole().series, known(), pool)
    assert len(kept.series) == 7
    given, posted = kept.series["EM8-01/STORAGE_CHARGE"]
    assert (given["unit"], given["minutes"], given["hasAttribute"], given["activityType"]) == ("kWh", 60, False, "")
    assert posted == {"2025-01-01T00:00:00+08:00": [str(one) for one in series("EM8-01", "STORAGE_CHARGE").values]}


def test_other_readings_there_are_told() -> None:
    kept = Kept()
    with ThreadPoolExecutor(1) as pool:
        post_series(FakeService(kept), whole().series, known(), pool)
        kept.series["EM1-02/LOAD"][1]["2025-01-01T00:00:00+08:00"][0] = "1"
        with pytest.raises(ServiceError, match=r"readings of EM1-02 \(LOAD\) differ"):
            post_series(FakeService(kept), whole().series, known(), pool)


def test_series_name_profiles_there_are() -> None:
    assert {row.profile for row in series_rows()} <= set(hour_profiles())
