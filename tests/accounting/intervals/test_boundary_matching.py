"""Series put together by role: what is load, what matches, what keeps a result away."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.intervals.boundary_matching import Metered, StorageOfPeriod, matched, share_in, wired
from accounting.intervals.direct_wires import WireRatios
from accounting.intervals.hourly_matching import Incomplete, Matching
from accounting.intervals.roles import SeriesRole
from accounting.intervals.series import BadSeries, Series

START = datetime(2026, 3, 1, tzinfo=UTC)
NONE = StorageOfPeriod((), date(2026, 3, 1), date(2026, 3, 1))


def series(*values: str | int | None, minutes: int = 60) -> Series:
    return Series(START, minutes, tuple(None if value is None else Decimal(value) for value in values))


def meter(role: SeriesRole, *values: int | None, name: str = "", has_attribute: bool = True) -> Metered:
    return Metered(name or role.value, role, has_attribute, series(*values))


def test_every_supply_with_attributes_matches_the_load_of_all_meters() -> None:
    load = [meter(SeriesRole.LOAD, 5, 5, name=name) for name in "ab"]
    supply = [
        meter(SeriesRole.GENERATION, 3, 0),
        meter(SeriesRole.DIRECT_WIRE, 0, 2),
        meter(SeriesRole.CONTRACT, 1, 1),
        meter(SeriesRole.GENERATION, 9, 9, name="sold", has_attribute=False),
    ]
    found = matched([*load, *supply], NONE, None)
    assert isinstance(found, Matching)
    assert (found.load_total, found.supply_total, found.hourly) == (Decimal(20), Decimal(7), Decimal(7))
    assert found.unmatched(found.hourly) == 13


def test_missing_readings_of_storage_keep_the_result_away_too() -> None:
    given = [
        meter(SeriesRole.LOAD, 5, 5),
        meter(SeriesRole.GENERATION, 9, 0),
        meter(SeriesRole.STORAGE_CHARGE, None, 0),
    ]
    found = matched(given, NONE, None)
    assert isinstance(found, Incomplete)
    assert [one.series for one in found.missing] == ["STORAGE_CHARGE"]


def test_the_share_of_the_grid_comes_in_quarter_hours_or_hours() -> None:
    given = [meter(SeriesRole.LOAD, 10, 10), meter(SeriesRole.GENERATION, 5, 20)]
    found = matched(given, NONE, series("0.2", "0.4", "0.6", "0.8", *["0.1"] * 4, minutes=15))
    assert isinstance(found, Matching)
    assert found.score(found.with_grid) == Fraction(175, 200)


@pytest.mark.parametrize(
    ("given", "minutes", "expected"),
    [
        (series("0.1", "0.4"), 15, [Decimal(value) for value in ("0.1",) * 4 + ("0.4",) * 4]),
        (series("0.1", "0.4", minutes=30), 60, [Decimal("0.25")]),
        (series("0.1", None, "0.2", "0.3", minutes=30), 60, [None, Decimal("0.25")]),
    ],
)
def test_shares_repeat_or_average(given: Series, minutes: int, expected: list[Decimal | None]) -> None:
    found = share_in(given, minutes)
    assert (found.minutes, list(found.values)) == (minutes, expected)


def test_shares_that_fill_no_whole_interval_are_refused() -> None:
    with pytest.raises(BadSeries, match="fill none of 60"):
        share_in(series("0.1", "0.2", "0.3", minutes=30), 60)


def test_direct_wires_count_what_they_had_available() -> None:
    given = [
        meter(SeriesRole.LOAD, 10, 10, 10, 10),
        meter(SeriesRole.DIRECT_WIRE, 0, 18, 14, 0, has_attribute=False),
        meter(SeriesRole.GENERATION, 50, 50, 50, 50),
    ]
    assert wired(given) == WireRatios(Decimal(32), Decimal(20), Decimal(40))
    missing = wired([given[0], meter(SeriesRole.DIRECT_WIRE, 0, None, 14, 0)])
    assert isinstance(missing, Incomplete)
    with pytest.raises(BadSeries, match="role DIRECT_WIRE"):
        wired([given[0], given[2]])
    with pytest.raises(BadSeries, match="role LOAD"):
        wired(given[1:])
