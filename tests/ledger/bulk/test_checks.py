"""Chunks checked in columns: the same facts and the same refusals as row by row."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors.decimals import EXACT
from emission_factors.releases import shipped_catalogue
from ledger.activities.rows import CheckedRow, PostedRow, Refusal, SourcePlace, check
from ledger.bulk.checks import FACT, Judge, check_chunk
from ledger.bulk.chunks import COLUMNS, Chunk
from ledger.bulk.periods import instants, wall_clocks
from ledger.bulk.sums import cell_sums
from ledger.periods import period
from tests.bulk import BAD_PERIODS, BAD_QUANTITIES, GOOD_PERIODS, GOOD_QUANTITIES, chunk_of, rows_of
from tests.world import NOW, row

PLACES = {
    "m1": SourcePlace(uuid4(), uuid4(), "Asia/Shanghai"),
    "m2": SourcePlace(uuid4(), uuid4(), "Europe/Berlin"),
    "m3": SourcePlace(uuid4(), uuid4(), "No/Where"),
}
JUDGE = Judge(PLACES, shipped_catalogue(), NOW)


def one_by_one(rows: list[PostedRow]) -> tuple[dict[int, tuple[object, ...]], dict[int, Refusal]]:
    found = [check(posted, PLACES, JUDGE.catalogue, NOW) for posted in rows]
    facts = {number: told(fact) for number, fact in enumerate(found) if isinstance(fact, CheckedRow)}
    return facts, {number: refusal for number, refusal in enumerate(found) if isinstance(refusal, Refusal)}


def told(fact: CheckedRow) -> tuple[object, ...]:
    """What reaches the database. The exponent is part of it: a split over months rounds by it."""
    ids = (fact.place.source_id, fact.place.site_id, fact.external_id, fact.activity_type, fact.supplier)
    counted = (places_of(fact.quantity), fact.unit, places_of(fact.base_quantity), fact.base_unit)
    return ids + counted + tuple(fact.period) + (fact.quality, fact.document)


def places_of(number: Decimal) -> tuple[Decimal, int]:
    """A number and the digits after its point, as PostgreSQL keeps them."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return number, max(0, -exponent)


def in_columns(rows: list[PostedRow]) -> tuple[dict[int, tuple[object, ...]], dict[int, Refusal]]:
    checked = check_chunk(chunk_of(rows), JUDGE)
    facts = pl.concat([checked.facts.select(list(FACT)), checked.repeats]).sort("row")
    return {fact[0]: _told(*fact[1:]) for fact in facts.iter_rows()}, dict(checked.refusals)


def _told(*fact: object) -> tuple[object, ...]:
    source, site, external, activity, supplier, quantity, unit, base, base_unit, start, end, *rest = fact
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    ids = (UUID(str(source)), UUID(str(site)), external, activity, supplier)
    counted = (places_of(Decimal(str(quantity))), unit, places_of(Decimal(str(base))), base_unit)
    return (*ids, *counted, start.replace(tzinfo=UTC), end.replace(tzinfo=UTC), *rest)


@pytest.mark.parametrize("seed", range(4))
def test_columns_say_what_rows_say(seed: int) -> None:
    rows = rows_of(seed, 500, bad=1.5 if seed % 2 else 0.1)
    facts, refusals = in_columns(rows)
    expected_facts, expected_refusals = one_by_one(rows)
    assert facts == expected_facts
    assert refusals == expected_refusals
    assert len(facts) > 30
    assert len({found.code for found in refusals.values()}) > (8 if seed % 2 else 1)


TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
TIMES = [time for pair in (*GOOD_PERIODS, *BAD_PERIODS) for time in pair]


@given(
    st.lists(
        st.builds(
            row,
            TEXT,
            st.sampled_from([*GOOD_QUANTITIES, *BAD_QUANTITIES]) | st.from_regex(r"[0-9.eE+-]{0,40}") | TEXT,
            st.sampled_from(["kWh", "MWh", "kg", "L", " kWh"]) | TEXT,
            source=st.sampled_from(["m1", "m2", "m3"]) | TEXT,
            activity_type=st.sampled_from(["electricity.grid", "stationary.diesel"]) | TEXT,
            period_start=st.sampled_from(TIMES) | TEXT | st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
            period_end=st.sampled_from(TIMES) | TEXT,
            supplier=TEXT,
        ),
        max_size=12,
    )
)
def test_columns_say_what_rows_say_of_anything(rows: list[PostedRow]) -> None:
    assert in_columns(rows) == one_by_one(rows)


def test_every_usual_row_is_read_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a question of what, but of how: a file of plain rows never goes row by row."""
    monkeypatch.setattr(Judge, "check", lambda *_: pytest.fail("judged by itself"))
    plain = [row(f"a{number}", f"{number}.5", "MWh") for number in range(50)]
    berlin = [row(f"b{number}", "1", source="m2", period_start="2025-03-01T00:00:00Z") for number in range(50)]
    assert len(check_chunk(chunk_of([*plain, *berlin]), JUDGE).facts) == 100


def test_a_fact_said_twice_is_told_apart_from_its_first() -> None:
    checked = check_chunk(chunk_of([row("a"), row("b"), row("a", "2"), row("a", source="m2"), row("b")]), JUDGE)
    assert checked.facts["row"].to_list() == [0, 1, 3]
    assert checked.repeats["row"].to_list() == [2, 4]
    other = check_chunk(chunk_of([row("c"), row("b")]), JUDGE)
    assert checked.shares_facts_with(other)
    assert not checked.shares_facts_with(check_chunk(chunk_of([row("c"), row("b", source="m2")]), JUDGE))


def test_ids_are_in_the_order_of_the_rows() -> None:
    ids = check_chunk(chunk_of([row(str(number)) for number in range(300)]), JUDGE).facts["activity_id"].to_list()
    assert ids == sorted(ids)
    assert {UUID(found).version for found in ids} == {7}


def test_what_a_file_leaves_out_is_what_the_api_takes_for_it() -> None:
    said = chunk_of([row("a")]).frame
    checked = check_chunk(Chunk(0, said.drop("supplier", "document", "quality")), JUDGE)
    assert checked.facts.select("supplier", "document", "quality").rows() == [("", "", "BILLED")]
    nulls = check_chunk(Chunk(0, said.with_columns(pl.lit(None, pl.String).alias(name) for name in COLUMNS)), JUDGE)
    assert [found.code for found in nulls.refusals.values()] == ["UNKNOWN_SOURCE"]
    without = check_chunk(Chunk(0, said.drop("quantity")), JUDGE)
    assert without.refusals[0].message.startswith("None is not exact")


def test_a_quality_that_is_none_is_refused() -> None:
    bad = chunk_of([row("a")]).frame.with_columns(pl.lit("measured").alias("quality"))
    found = check_chunk(Chunk(0, bad), JUDGE).refusals[0]
    assert (found.code, found.field) == ("TEXT_NOT_ACCEPTED", "quality")
    assert found.message == "'measured' is no quality; one of MEASURED, BILLED, ESTIMATED"


def test_an_empty_chunk() -> None:
    checked = check_chunk(chunk_of([]), JUDGE)
    assert (len(checked.facts), len(checked.repeats), checked.refusals) == (0, 0, {})


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"])
def test_wall_clocks_are_those_of_the_rows(zone: str) -> None:
    """Every hour of two years and around every change of the clock; days on which it changes are left to the rows."""
    moments = pl.datetime_range(datetime(2024, 1, 1), datetime(2025, 12, 31), "1h", eager=True, time_unit="us")
    clocks = wall_clocks(moments, zone)
    expected = [period(_rfc(moment), "2026-06-01T00:00:00Z", zone, NOW).local_start for moment in moments]
    told_of = [(found, clock) for found, clock in zip(clocks, expected, strict=True) if found is not None]
    assert [found for found, _ in told_of] == [clock for _, clock in told_of]
    changes = {"Asia/Shanghai": 0, "Asia/Kathmandu": 0, "UTC": 0}.get(zone, 4)
    assert clocks.null_count() == 24 * changes


def _rfc(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"


def test_times_that_take_a_second_look_are_null() -> None:
    texts = ["2025-03-01T00:00:00+08:00", "2025-03-01T00:00:00.1Z", "1989-03-01T00:00:00Z", "2025-02-30T00:00:00Z", ""]
    assert instants(pl.Series(texts)).to_list() == [datetime(2025, 2, 28, 16), None, None, None, None]


def test_sums_are_exact_and_leave_what_spans_months() -> None:
    hour = {"period_start": "2025-03-01T00:00:00+08:00", "period_end": "2025-03-01T01:00:00+08:00"}
    over = {"period_start": "2025-03-31T23:00:00+08:00", "period_end": "2025-04-01T01:00:00+08:00"}
    long, small = "9" * 38, "0.000000000000000001"
    rows = [row("a", long, **hour), row("b", small, **hour), row("c", "2.50", **hour), row("d", "2.00", **hour)]
    rows += [row("e", "1", **over), row("f", "1", "GWh", **hour, activity_type="electricity.own_generation")]
    facts = check_chunk(chunk_of(rows), JUDGE).facts
    sums = cell_sums(facts)
    assert sums.split == [facts["activity_id"][4]]
    assert set(sums.cells["month"]) == {date(2025, 3, 1)}
    found = dict(zip(sums.cells["activity_type"], zip(sums.quantities, sums.counts, strict=True), strict=True))
    whole = EXACT.multiply(EXACT.add(Decimal(long), Decimal("4.500000000000000001")), Decimal("3.6"))
    assert found == {"electricity.grid": (whole, 4), "electricity.own_generation": (Decimal(3600000), 1)}
