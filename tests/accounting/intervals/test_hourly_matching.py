"""Matching by the hour: the worked day to the digit, storage, what is missing, and what holds for any series."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounting.intervals.attribute_storage import Storage
from accounting.intervals.hourly_matching import Incomplete, Matching, Source, market_based, match
from accounting.intervals.series import BadSeries, MissingSpan, Series

START = datetime(2026, 3, 1, tzinfo=UTC)


def series(*values: str | int | None, minutes: int = 60) -> Series:
    return Series(START, minutes, tuple(None if value is None else Decimal(value) for value in values))


LOAD, PV, GRID = series(10, 10, 10, 10), series(0, 18, 14, 0), series(*["0.4"] * 4)
BATTERY = Storage(Decimal("0.9"))


def matching(
    load: Series = LOAD, pv: Series = PV, storage: Storage | None = None, grid_cfe: Series | None = None
) -> Matching:
    found = match({"load": load}, {"pv": Source(pv)}, storage, grid_cfe)
    assert isinstance(found, Matching)
    return found


def scores(found: Matching) -> list[Fraction | None]:
    return [found.score(one) for one in (found.annual, found.hourly, found.with_storage, found.with_grid)]


# V24, the worked day


def test_the_scores_of_the_worked_day() -> None:
    found = scores(matching(storage=BATTERY, grid_cfe=GRID))
    assert found == [Fraction(percent, 100) for percent in (80, 50, 75, 85)]


def test_the_grid_without_storage_and_storage_without_the_grid() -> None:
    assert scores(matching(grid_cfe=GRID)) == [Fraction(4, 5), Fraction(1, 2), None, Fraction(7, 10)]
    assert scores(matching(storage=BATTERY)) == [Fraction(4, 5), Fraction(1, 2), Fraction(3, 4), None]


def test_market_based_results_stand_side_by_side() -> None:
    found = market_based(matching(storage=BATTERY, grid_cfe=GRID), Decimal("0.6096"))
    assert (found.annual, found.hourly, found.with_storage) == (
        Decimal("4.8768"),
        Decimal("12.192"),
        Decimal("6.096"),
    )
    assert market_based(matching(), Decimal("0.6096")).with_storage is None


def test_storage_of_the_worked_day() -> None:
    use = matching(storage=BATTERY).storage
    assert use is not None
    assert (use.charged, use.lost) == (Fraction(12), Fraction("1.2"))
    assert (use.stored, use.discharged, use.closing) == (Decimal("10.8"), Decimal(10), Decimal("0.8"))


def test_what_matched_is_told_by_interval() -> None:
    found = matching(storage=BATTERY)
    assert found.matched == series(0, 10, 10, 0)
    assert found.discharged == series(0, 0, 0, 10)


# Storage


def test_the_opening_stock_is_discharged_first() -> None:
    use = matching(storage=replace(BATTERY, opening=Decimal(3))).storage
    assert use is not None
    assert (use.discharged, use.closing) == (Decimal(13), Decimal("0.8"))


def test_capacity_and_power_limit_storage() -> None:
    small = matching(storage=replace(BATTERY, capacity=Decimal(6)))
    assert small.storage is not None
    assert (small.storage.stored, small.with_storage) == (Decimal(6), Decimal(26))
    assert small.storage.charged == Fraction(6) / Fraction("0.9")
    slow = matching(storage=replace(BATTERY, charge_power=Decimal(5)))
    assert slow.storage is not None
    assert slow.storage.charged == 9
    narrow = matching(storage=replace(BATTERY, discharge_power=Decimal(4)))
    assert narrow.with_storage == 24


def test_power_is_per_hour_and_intervals_are_shorter() -> None:
    load, pv = series(0, 10, minutes=15), series(10, 0, minutes=15)
    found = matching(load, pv, Storage(Decimal(1), charge_power=Decimal(8), discharge_power=Decimal(6)))
    assert found.storage is not None
    assert (found.storage.charged, found.with_storage) == (Fraction(2), Decimal("1.5"))


def test_meters_of_storage_say_what_it_took_and_gave() -> None:
    metered = Storage(Decimal("0.9"), charged=series(5, 5, 6, 0), discharged=series(0, 3, 0, 4))
    use = matching(storage=metered).storage
    assert use is not None
    # Of the first 5, taken from the grid, none has an attribute; of 5 and 4 with one, 3 left as they came.
    assert (use.charged, use.stored) == (Fraction(9), Decimal("8.1"))
    assert (use.released, use.discharged, use.closing) == (Decimal(3), Decimal(4), Decimal("1.1"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"efficiency": "0"}, "efficiency"),
        ({"efficiency": "1.01"}, "efficiency"),
        ({"capacity": "-1"}, "storage"),
        ({"charge_power": "-1"}, "storage"),
        ({"opening": "2", "capacity": "1"}, "opening"),
    ],
)
def test_a_storage_that_cannot_be_is_refused(fields: dict[str, str], field: str) -> None:
    with pytest.raises(BadSeries) as error:
        replace(BATTERY, **{name: Decimal(value) for name, value in fields.items()})  # type: ignore[arg-type]
    assert error.value.field == field


# Attributes, names, grids


def test_what_sold_its_certificates_matches_nothing() -> None:
    sources = {"pv": Source(PV, has_attribute=False), "wind": Source(series(1, 1, 1, 1))}
    found = match({"load": LOAD}, sources, BATTERY)
    assert isinstance(found, Matching)
    assert (found.supply_total, found.hourly) == (Decimal(4), Decimal(4))
    none = match({"load": LOAD}, {"pv": Source(PV, has_attribute=False)})
    assert isinstance(none, Matching)
    assert scores(none)[:2] == [0, 0]


def test_meters_are_matched_together() -> None:
    found = match({"a": series(4, 6), "b": series(6, 4)}, {"x": Source(series(3, 0)), "y": Source(series(4, 20))})
    assert isinstance(found, Matching)
    assert found.matched == series(7, 10)


def test_without_load_there_is_no_score() -> None:
    assert scores(matching(series(0, 0), series(1, 1))) == [None, None, None, None]


def test_series_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(BadSeries, match="pv has 2 intervals of 60 minutes"):
        match({"load": LOAD}, {"pv": Source(series(1, 1))})
    with pytest.raises(BadSeries, match="'a' is a meter of load too"):
        match({"a": LOAD}, {"a": Source(PV)})
    with pytest.raises(BadSeries, match="at least one meter of load and one source"):
        match({}, {"pv": Source(PV)})
    with pytest.raises(BadSeries, match=r"a share of 1\.1; accepted are 0 to 1"):
        matching(grid_cfe=series(0, 0, "1.1", 0))


# Missing


def test_missing_intervals_are_listed_and_nothing_is_scored() -> None:
    hour = timedelta(hours=1)
    found = match(
        {"a": LOAD, "b": series(1, None, None, 1)}, {"pv": Source(series(None, 18, 14, 0))}, None, series(1, 1, 1, None)
    )
    assert found == Incomplete(
        (
            MissingSpan("b", START + hour, START + 3 * hour, 2),
            MissingSpan("pv", START, START + hour, 1),
            MissingSpan("gridCfe", START + 3 * hour, START + 4 * hour, 1),
        )
    )


def test_a_meter_of_storage_may_be_incomplete_too() -> None:
    found = match({"load": LOAD}, {"pv": Source(PV)}, replace(BATTERY, discharged=series(0, 0, 0, None)))
    assert isinstance(found, Incomplete)
    assert [span.series for span in found.missing] == ["storage.discharged"]


def test_a_source_without_attributes_need_not_be_complete() -> None:
    sources = {"pv": Source(PV), "sold": Source(series(None, 1, 1, 1), has_attribute=False)}
    assert isinstance(match({"load": LOAD}, sources), Matching)


# What holds for any series


_energy = st.decimals(0, 10**6, places=3)
_pairs = st.lists(st.tuples(_energy, _energy), min_size=1, max_size=24)
_limits = st.none() | _energy
_storages = st.builds(
    Storage, st.decimals("0.01", "1", places=2), _limits, charge_power=_limits, discharge_power=_limits
)


def of(pairs: list[tuple[Decimal, Decimal]], storage: Storage | None = None) -> Matching:
    return matching(series(*(str(pair[0]) for pair in pairs)), series(*(str(pair[1]) for pair in pairs)), storage)


@given(_pairs, _storages)
def test_the_hour_never_exceeds_the_year(pairs: list[tuple[Decimal, Decimal]], storage: Storage) -> None:
    found = of(pairs, storage)
    assert found.with_storage is not None
    assert found.hourly <= found.with_storage <= found.annual


@given(_pairs, _storages)
def test_storage_never_lowers_the_score(pairs: list[tuple[Decimal, Decimal]], storage: Storage) -> None:
    lossless, lossy = of(pairs, replace(storage, efficiency=Decimal(1))), of(pairs, storage)
    assert lossless.with_storage is not None
    assert lossy.with_storage is not None
    assert of(pairs).hourly <= lossy.with_storage <= lossless.with_storage


@given(_pairs, _storages)
def test_nothing_matches_more_than_there_is(pairs: list[tuple[Decimal, Decimal]], storage: Storage) -> None:
    found = of(pairs, storage)
    assert found.discharged is not None
    for (load, made), matched, shifted in zip(pairs, found.matched.values, found.discharged.values, strict=True):
        assert matched is not None
        assert shifted is not None
        assert matched <= made
        assert matched + shifted <= load


@given(_pairs, _storages, st.none() | st.lists(_energy, min_size=24, max_size=24))
def test_no_attribute_comes_from_nowhere(
    pairs: list[tuple[Decimal, Decimal]], storage: Storage, metered: list[Decimal] | None
) -> None:
    if metered is not None:
        storage = replace(storage, discharged=series(*(str(one) for one in metered[: len(pairs)])))
    found = of(pairs, storage)
    use = found.storage
    assert use is not None
    opening, discharged, released, closing = map(Fraction, (use.opening, use.discharged, use.released, use.closing))
    assert opening + use.charged - use.lost == discharged + released + closing
    assert use.lost == use.charged * (1 - Fraction(storage.efficiency))
    assert use.charged <= Fraction(found.supply_total) - Fraction(found.hourly)
    assert storage.capacity is None or use.closing <= storage.capacity


@given(_pairs, _storages)
def test_equal_quarters_of_the_hours_change_nothing(pairs: list[tuple[Decimal, Decimal]], storage: Storage) -> None:
    def quarters(index: int) -> Series:
        return Series(START, 15, tuple(pair[index] / 4 for pair in pairs for _ in range(4)))

    hours, split = of(pairs, storage), matching(quarters(0), quarters(1), storage)
    assert scores(split) == scores(hours)
    assert split.storage == hours.storage


@given(_pairs, _energy)
def test_two_meters_match_as_their_sum_does(pairs: list[tuple[Decimal, Decimal]], more: Decimal) -> None:
    load, pv = series(*(str(pair[0]) for pair in pairs)), series(*(str(pair[1]) for pair in pairs))
    other = series(*[str(more)] * len(pairs))
    together = match({"a": load, "b": other}, {"pv": Source(pv)})
    assert isinstance(together, Matching)
    assert together.hourly >= of(pairs).hourly
    assert together.load_total == of(pairs).load_total + more * len(pairs)


@given(_pairs, st.decimals(0, 1, places=3))
def test_emissions_and_score_say_the_same(pairs: list[tuple[Decimal, Decimal]], mix: Decimal) -> None:
    found = of(pairs)
    assume(found.load_total)
    score = found.score(found.hourly)
    assert score is not None
    hourly = Fraction(market_based(found, mix).hourly)
    assert hourly == (1 - score) * Fraction(found.load_total) * Fraction(mix)
    assert market_based(found, mix).annual <= market_based(found, mix).hourly


def test_a_year_of_quarters_of_thirty_meters_is_exact() -> None:
    values = [tuple(Decimal(index * step % 10_007).scaleb(-3) for index in range(35_040)) for step in (7919, 104_729)]
    shared = {f"meter {number}": Series(START, 15, values[0]) for number in range(30)}
    found = match(shared, {"pv": Source(Series(START, 15, tuple(30 * one for one in values[1])))}, BATTERY)
    assert isinstance(found, Matching)
    expected = 30 * sum(map(min, *values))
    assert found.hourly == expected
