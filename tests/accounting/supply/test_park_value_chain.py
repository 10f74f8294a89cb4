"""Scopes 1 to 3 of a park: energy passed on and declared pairs are counted once."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.emission_vectors import NOTHING, Emissions
from accounting.supply.park import BadPark, Park, consolidated
from accounting.supply.park_value_chain import InternalPair, Reported, ValueChain, value_chain
from accounting.supply.supply import supplied
from tests.supply import CO2E, PARTIES, POWER, Case, cases, co2, in_tonnes, solved, worked_burdens, worked_network

# Of the 226.651 t of the works A sent 60 % of the COD, which it estimates at 130 t.
PAIR = InternalPair("A wastewater", 5, "Operator", "A", co2("136"), co2("130"))


def worked() -> Park:
    return consolidated(supplied(worked_network(), worked_burdens()))


REPORTED: Reported = {
    ("A", 5): co2("130"),
    ("A", 1): co2("1000"),
    ("B", 5): co2("90"),
    ("Operator", 3): co2("700"),
}


def test_the_works_carry_what_they_emit_and_draw_from_the_pool() -> None:
    supply = supplied(worked_network(), worked_burdens())
    factor = supply.pools[POWER].factor
    assert factor is not None
    assert in_tonnes(Emissions({CO2E: Fraction(60)}) + factor * Fraction(500)) == ("226.651",)


def test_a_reporters_line_goes_and_the_emitters_stays() -> None:
    found = value_chain(worked(), REPORTED, [PAIR])
    assert found.eliminated == co2("130")
    assert PAIR.difference == co2("6")
    assert found.by_elimination == found.by_imports == worked().by_imports + co2("1790")
    assert found.difference == NOTHING


def test_what_is_passed_on_moves_to_scope_2_and_is_not_counted_again() -> None:
    found = value_chain(worked(), {}, [])
    assert in_tonnes(found.reported) == ("20742.359",)  # 18,864.284 + 1,878.075
    assert found.by_elimination == worked().by_elimination


def test_a_pair_with_a_party_outside_is_left_as_reported() -> None:
    park = consolidated(supplied(worked_network(), worked_burdens()), ["A", "B"])
    found = value_chain(park, REPORTED, [PAIR])
    assert (found.pairs, found.scope_3) == ((), co2("1220"))


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([PAIR, PAIR], "A wastewater is stated 2 times"),
        ([replace(PAIR, category=16)], "category 16; accepted is 1 to 15"),
        ([replace(PAIR, reporter="Operator")], "Operator is paired with itself"),
        ([PAIR, replace(PAIR, code="again", reported=co2("1"))], "more from category 5 of A than it reports"),
        ([replace(PAIR, reporter="B", category=13)], "more from category 13 of B than it reports"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(pairs: list[InternalPair], told: str) -> None:
    with pytest.raises(BadPark, match=told) as refused:
        value_chain(worked(), REPORTED, pairs)
    assert refused.value.field == "pairs"


@given(cases(), st.data())
def test_both_ways_agree_with_scope_3(case: Case, data: st.DataObject) -> None:
    supply = solved(case)
    members = data.draw(st.sets(st.sampled_from(supply.parties)))
    credited = {one.code: co2("0.8") for one in case.network.exports[:1] if one.pool.party in members}
    found = chain(consolidated(supply, members, credited), data)
    assert found.by_elimination == found.by_imports


def chain(park: Park, data: st.DataObject) -> ValueChain:
    ways = [(emitter, reporter) for emitter in PARTIES for reporter in PARTIES if emitter != reporter]
    pairs = [
        InternalPair(f"{emitter} {reporter}", 5, emitter, reporter, co2("2"), co2("1"))
        for emitter, reporter in data.draw(st.sets(st.sampled_from(ways), max_size=4))
    ]
    return value_chain(park, {(party, 5): co2("7") for party in PARTIES}, pairs)
