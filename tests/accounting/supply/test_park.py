"""The park total by elimination and as direct plus imported: the worked case, exports, parks in parks, random parks."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.emission_vectors import NOTHING, Emissions
from accounting.supply.network import Draw, Export, Generation, Import, LossBearer, Network, Pool
from accounting.supply.park import BadPark, Park, consolidated
from accounting.supply.supply import Burdens, Supply, supplied
from tests.supply import (
    CO2,
    COLD,
    PARTIES,
    POWER,
    Case,
    cases,
    co2,
    in_tonnes,
    sold,
    solved,
    worked_burdens,
    worked_network,
)

B_POWER = Pool("B", "ELECTRICITY")


@pytest.mark.parametrize("bearer", LossBearer)
def test_the_worked_park_whoever_bears_losses(bearer: LossBearer) -> None:
    found = consolidated(supplied(worked_network(bearer), worked_burdens()))
    assert in_tonnes(found.by_elimination, found.by_imports) == ("11701.631", "11701.631")
    assert in_tonnes(found.direct, found.imported) == ("7724.531", "3977.100")
    assert found.difference == NOTHING


def test_the_lines_of_the_elimination() -> None:  # V22
    found = consolidated(supplied(worked_network(), worked_burdens()))
    assert in_tonnes(found.reported, found.internal, found.resold_import) == ("18864.284", "9040.728", "1878.075")
    assert found.members == ("A", "B", "Operator")


def test_the_notice_910_view_is_the_co2_of_the_same_park_at_its_grid_factor() -> None:
    found = consolidated(supplied(worked_network(), worked_burdens("0.8325")))
    assert found.by_elimination.of(CO2) == found.by_imports.of(CO2) == Fraction("15157.031")  # 15,157.0 in V22


# what leaves the park


def with_exports(*exports: Export) -> Supply:
    """Of 200 the operator imports half at 1 t/MWh and makes half at 0.5; B has 100 of it."""
    network = Network(
        generations=(Generation("CHP", POWER, Fraction(100)),),
        imports=(Import("grid", POWER, Fraction(100)),),
        transfers=(sold("power", POWER, "B", 100),),
        exports=exports,
    )
    return supplied(network, Burdens({("CHP", POWER): co2("50")}, {"grid": co2("1")}, {}))


def test_imports_that_leave_again_leave_the_total_and_own_generation_does_not() -> None:
    found = consolidated(with_exports(Export("out", B_POWER, Fraction(40))))
    assert found.reexported == co2("20")  # half of 40 MWh is from the grid, through two hands
    assert found.by_elimination == found.by_imports == co2("130")
    assert found.reported == co2("145")  # 50 direct, 50 of the operator's own use, 45 of B's
    assert (found.internal, found.resold_import, found.resold_internal) == (co2("45"), co2("50"), co2("30"))


def test_a_regime_deducts_exports_at_its_own_factor() -> None:
    supply = with_exports(Export("out", B_POWER, Fraction(40)), Export("sun", POWER, Fraction(10)))
    found = consolidated(supply, credited={"out": co2("0.8325"), "sun": NOTHING})
    assert (found.reexported, found.credited) == (NOTHING, co2("33.3"))
    assert found.by_elimination == found.by_imports == co2("116.7")


def test_what_a_plant_drew_is_used_and_does_not_leave_with_what_it_made() -> None:
    network = Network(
        generations=(Generation("chiller", COLD, Fraction(40)),),
        imports=(Import("grid", POWER, Fraction(10)),),
        draws=(Draw("chiller", POWER, COLD, Fraction(10)),),
        exports=(Export("cold", COLD, Fraction(30)),),
    )
    supply = supplied(network, Burdens({("chiller", COLD): NOTHING}, {"grid": co2("1")}, {}))
    found = consolidated(supply)
    assert (found.reexported, found.by_elimination) == (NOTHING, co2("10"))


def test_a_credit_names_an_export_of_a_member() -> None:
    supply = with_exports(Export("out", B_POWER, Fraction(40)))
    with pytest.raises(BadPark, match="else is no export of a member; accepted are out"):
        consolidated(supply, credited={"else": NOTHING})
    with pytest.raises(BadPark, match="accepted are none"):
        consolidated(supply, ["Operator"], {"out": NOTHING})


# parks in parks


def test_what_others_supply_is_imported_into_a_park_in_the_park() -> None:
    supply = supplied(worked_network(), worked_burdens())
    found = consolidated(supply, ["A", "B"])
    assert in_tonnes(found.direct, found.imported, found.by_imports) == ("500.000", "10808.328", "11308.328")
    assert (found.internal, found.difference) == (NOTHING, NOTHING)


def test_what_is_supplied_to_others_takes_its_imports_along() -> None:
    supply = supplied(worked_network(), worked_burdens())
    found = consolidated(supply, ["Operator"])
    assert found.reexported == found.resold_import == co2("1878.075")
    assert in_tonnes(found.by_elimination) == ("7555.956",)  # 7,224.531 + 331.425


def test_a_stranger_is_no_member() -> None:
    with pytest.raises(BadPark, match="C have no part in the network") as refused:
        consolidated(supplied(worked_network(), worked_burdens()), ["A", "C"])
    assert refused.value.field == "members"


# random parks


@given(cases(), st.sets(st.sampled_from(PARTIES)))
def test_both_ways_agree_for_every_park_in_the_park(case: Case, chosen: set[str]) -> None:
    supply = solved(case)
    for members in (None, chosen & set(supply.parties)):
        found = consolidated(supply, members)
        assert found.by_elimination == found.by_imports
        assert found.difference == NOTHING


@given(cases())
def test_the_park_of_one_party_is_what_it_reports(case: Case) -> None:
    supply = solved(case)
    for party in supply.parties:
        statement, found = supply.statement(party), consolidated(supply, [party])
        assert found.reexported == statement.resale
        assert found.by_imports == statement.scope_1 + statement.scope_2


@given(cases(), st.data())
def test_order_and_idle_transfers_change_no_total(case: Case, data: st.DataObject) -> None:
    transfers = case.network.transfers
    found = consolidated(solved(case))
    shuffled = replace(case.network, transfers=tuple(data.draw(st.permutations(transfers))))
    assert consolidated(supplied(shuffled, case.burdens)) == found
    without_idle = replace(case.network, transfers=tuple(one for one in transfers if one.quantity))
    assert totals(consolidated(supplied(without_idle, case.burdens))) == totals(found)


def totals(park: Park) -> list[Emissions]:
    return [park.reported, park.internal, park.resold_import, park.resold_internal, park.imported, park.reexported]


@given(cases())
def test_internal_supply_is_in_no_total(case: Case) -> None:
    """Without exports the total is what is burnt and bought, whoever supplies whom."""
    network = replace(case.network, exports=())
    found = consolidated(solved(Case(network, case.burdens)))
    alone = supplied(replace(network, transfers=(), draws=()), case.burdens)
    assert found.by_elimination == consolidated(alone).by_elimination


@given(cases(), st.fractions(0, 5, max_denominator=9))
def test_credits_keep_both_ways_equal(case: Case, factor: Fraction) -> None:
    credited = {one.code: Emissions({"CO2": factor}) for one in case.network.exports[:1]}
    found = consolidated(solved(case), credited=credited)
    assert found.difference == NOTHING
    assert found.credited.of("CO2") == sum(one.quantity * factor for one in case.network.exports[:1])
