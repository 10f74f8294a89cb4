"""Closed months: which instants have to be known, and what a closed factor does to a network."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.closings import BadClosing, Closing, SupplyClosing, closed_before, instants
from accounting.supply.emission_vectors import NOTHING, Emissions
from accounting.supply.network import Pool
from accounting.supply.park import consolidated
from accounting.supply.supply import supplied
from tests.build import number
from tests.supply import COLD, PARTIES, POOLS, POWER, Case, cases, co2, solved, worked_burdens, worked_network

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
A, B = number(1), number(2)


def at(minute: int) -> datetime:
    return datetime(2025, 5, 1, 12, minute, tzinfo=UTC)


def closing(tenant: int, minute: int, month: date = MARCH, *, is_open: bool = False) -> Closing:
    return Closing(number(tenant), month, at(minute), is_open)


def test_the_newest_closing_holds_and_a_withdrawn_one_does_not() -> None:
    history = [closing(1, 1), closing(2, 2), closing(1, 3), closing(2, 4, is_open=True), closing(1, 5, APRIL)]
    assert closed_before(history) == {MARCH: {A: at(3)}, APRIL: {A: at(5)}}
    assert closed_before(history, at(3)) == {MARCH: {A: at(1), B: at(2)}}
    assert closed_before(history, at(1)) == {}


def test_what_others_had_closed_before_is_known_first() -> None:
    history = [closing(1, 1), closing(1, 1, APRIL), closing(2, 2), closing(1, 3)]
    # B closed March on what A had closed at 1; A's own April stays as closed at 1.
    assert instants(history) == {at(1): [MARCH, APRIL], at(2): [MARCH], at(3): [MARCH]}


def test_what_nobody_stands_on_any_more_is_not_read() -> None:
    assert instants([closing(1, 1), closing(1, 2)]) == {at(1): [MARCH], at(2): [MARCH]}
    assert instants([closing(1, 1), closing(1, 2, is_open=True)]) == {}


def test_a_closing_names_a_month_and_counts_from_one() -> None:
    assert SupplyClosing(MARCH, 1).subject == "2025-03"
    with pytest.raises(BadClosing, match="2025-03-02 is no first day"):
        SupplyClosing(date(2025, 3, 2), 1)
    with pytest.raises(BadClosing, match="number 0"):
        SupplyClosing(MARCH, 0)


# what a closed factor does


def test_customers_have_the_closed_factor_and_the_supplier_what_is_known() -> None:
    known = supplied(worked_network(), worked_burdens())
    closed = supplied(worked_network(), worked_burdens(), {POWER: co2("0.3")})
    pool = closed.pools[POWER]
    assert pool.factor == known.pools[POWER].factor
    assert pool.to_others == co2("5100")  # 17,000 MWh at 0.3
    assert closed.statement("Operator") == known.statement("Operator")
    # The chiller draws at what is known, so that chilled water carries what it did.
    assert closed.pools[COLD].factor == known.pools[COLD].factor
    assert consolidated(closed).restatement == pool.drift == known.pools[POWER].to_others - co2("5100")
    assert consolidated(closed).by_elimination == consolidated(known).by_imports


_closed = st.dictionaries(
    st.sampled_from(POOLS), st.fractions(0, 3, max_denominator=7).map(lambda kg: Emissions({"CO2": kg})), max_size=4
)


@given(cases(), _closed, st.sets(st.sampled_from(PARTIES)))
def test_totals_stand_on_what_is_known_and_every_pool_closes(
    case: Case, closed: dict[Pool, Emissions], chosen: set[str]
) -> None:
    known = solved(case)
    found = supplied(case.network, case.burdens, closed)
    for pool in found.pools.values():
        assert pool.unallocated == NOTHING
    for party in found.parties:
        assert found.closure(party).unallocated == NOTHING
        assert found.direct(party) == known.direct(party)
    for members in (None, chosen & set(found.parties)):
        assert consolidated(found, members).difference == NOTHING
    assert consolidated(found).by_imports == consolidated(known).by_imports


@given(cases())
def test_closing_on_what_is_known_changes_nothing(case: Case) -> None:
    known = solved(case)
    closed = {pool: one.factor for pool, one in known.pools.items() if one.factor is not None}
    found = supplied(case.network, case.burdens, closed)
    assert {pool: one.inputs for pool, one in found.pools.items()} == {
        pool: one.inputs for pool, one in known.pools.items()
    }
    assert consolidated(found) == consolidated(known)
    assert consolidated(found).restatement == NOTHING
