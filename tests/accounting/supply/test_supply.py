"""Factors of pools and statements of parties: the worked park, chains, circles, losses, and random parks."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.network import Draw, Generation, Import, Loss, LossBearer, Network, OwnUse, Pool
from accounting.supply.pool_balances import balances
from accounting.supply.pool_factors import CircularSupply
from accounting.supply.supply import (
    Burdens,
    Input,
    InputKind,
    MissingBurden,
    Statement,
    Supply,
    UnknownBurden,
    supplied,
)
from tests.supply import (
    CHP,
    CO2E,
    COLD,
    HEAT,
    POWER,
    Case,
    cases,
    co2,
    in_tonnes,
    shown,
    sold,
    solved,
    worked_burdens,
    worked_network,
)

LISTS = ("generations", "imports", "draws", "transfers", "exports", "losses", "own_use")
A_POWER, B_POWER, C_POWER = (Pool(party, "ELECTRICITY") for party in "ABC")


def worked(bearer: LossBearer = LossBearer.SUPPLIER) -> Supply:
    return supplied(worked_network(bearer), worked_burdens())


# V22, table of the worked case


@pytest.mark.parametrize(("pool", "factor"), [(POWER, "0.3333027"), (HEAT, "0.0451329"), (COLD, "0.0833257")])
def test_the_factors_of_the_worked_park(pool: Pool, factor: str) -> None:
    assert shown(worked().pools[pool].factor, 7) == factor


@pytest.mark.parametrize(
    ("party", "scope_1", "scope_2", "resale"),
    [("Operator", "7224.531", "331.425", "1878.075"), ("A", "0", "5554.973", "0"), ("B", "500", "5253.355", "0")],
)
def test_the_statements_of_the_worked_park(party: str, scope_1: str, scope_2: str, resale: str) -> None:
    found = worked().statement(party)
    assert in_tonnes(found.scope_1, found.scope_2, found.resale) == tuple(
        f"{Decimal(one):.3f}" for one in (scope_1, scope_2, resale)
    )


def test_scope_2_tells_what_was_imported_from_what_the_park_supplied() -> None:
    found = worked().statement("B")
    assert found.used_import == co2("1767.600")
    assert in_tonnes(found.used_internal) == ("3485.755",)


def test_the_lines_of_a_tenant_are_its_transfers() -> None:
    supply = worked()
    of_a = [supply.carried(one) for one in supply.network.transfers if one.consumer == "A"]
    assert in_tonnes(*of_a) == ("3333.027", "1805.317", "416.628")


def test_the_closure_of_the_worked_operator() -> None:
    found = worked().closure("Operator")
    assert in_tonnes(found.entering, found.to_others, found.kept) == ("9374.031", "9040.728", "333.303")
    assert found.unallocated == NOTHING


def test_a_factor_shows_the_inputs_that_made_it() -> None:
    pool = worked().pools[POWER]
    assert pool.inputs == (
        Input(InputKind.GENERATION, "CHP", None, Fraction(12000), co2(CHP.power)),
        Input(InputKind.GENERATION, "PV", None, Fraction(3000), NOTHING),
        Input(InputKind.IMPORT, "grid", None, Fraction(5000), co2("2209.5")),
    )
    assert pool.factor == pool.entering / Fraction(20000)
    assert [(one.kind, one.code, one.source, one.quantity) for one in worked().pools[COLD].inputs] == [
        (InputKind.GENERATION, "chiller", None, Fraction(8000)),
        (InputKind.DRAW, "chiller", POWER, Fraction(2000)),
    ]


def test_inputs_of_one_plant_are_in_the_order_of_their_sources() -> None:
    network = worked_network()
    draws = (*network.draws, Draw("chiller", HEAT, COLD, Fraction(100)))
    for stated in (draws, draws[::-1]):
        inputs = supplied(replace(network, draws=stated), worked_burdens()).pools[COLD].inputs
        assert [one.source for one in inputs] == [None, POWER, HEAT]


def test_methane_of_the_works_is_direct_and_in_no_factor() -> None:
    supply = worked()
    assert supply.direct("Operator").of("CH4") == Fraction(60) / Fraction("27.9")
    assert not any("CH4" in one.factor.parts for one in supply.pools.values() if one.factor)


# losses, by whom they are borne


def test_losses_that_customers_bear_raise_the_factor() -> None:
    supply = worked(LossBearer.CUSTOMERS)
    entering = supply.pools[POWER].entering
    assert supply.pools[POWER].factor == entering / Fraction(19500)
    found = supply.statement("Operator")  # 2,500 of 19,500 MWh are the operator's, a share of the grid's 2,209.5 t
    assert found.used_import.of(CO2E) == Fraction("2209.5") * 2500 / 19500
    assert supply.pools[POWER].unallocated == NOTHING


# chains and circles


def chain(*transfers: tuple[str, Pool, str, int], grid: int = 100) -> Network:
    imports = (Import("grid", A_POWER, Fraction(grid)),)
    return Network(imports=imports, transfers=tuple(sold(*one) for one in transfers))


def of_grid(factor: str = "0.5") -> Burdens:
    return Burdens({}, {"grid": co2(factor)}, {})


def test_who_passes_on_what_it_bought_keeps_only_what_it_used() -> None:
    supply = supplied(chain(("1", A_POWER, "B", 80), ("2", B_POWER, "C", 60)), of_grid())
    assert [one.factor for one in supply.pools.values()] == [co2("0.5")] * 3
    assert supply.statement("A") == Statement(NOTHING, co2("10"), NOTHING, co2("40"), NOTHING)
    assert supply.statement("B") == Statement(NOTHING, NOTHING, co2("10"), NOTHING, co2("30"))
    assert supply.statement("C") == Statement(NOTHING, NOTHING, co2("30"), NOTHING, NOTHING)


def circle(*own_use: OwnUse) -> Network:
    """A makes 80 of 100 and sends all to B, which makes 25 more and sends 20 back."""
    made = (Generation("boiler", A_POWER, Fraction(80)), Generation("PV", B_POWER, Fraction(25)))
    return Network(made, transfers=(sold("there", A_POWER, "B", 100), sold("back", B_POWER, "A", 20)), own_use=own_use)


IN_CIRCLE = Burdens({("boiler", A_POWER): co2("80"), ("PV", B_POWER): NOTHING}, {}, {})


def test_a_circle_is_solved_exactly() -> None:
    supply = supplied(circle(), IN_CIRCLE)  # 100 a = 80 + 20 b; 125 b = 100 a
    assert supply.pools[A_POWER].factor == co2("80") / Fraction(84)
    assert supply.pools[B_POWER].factor == co2("64") / Fraction(84)
    assert supply.statement("A").scope_2 == NOTHING
    assert supply.statement("B").scope_2 == co2("80")


def test_two_carriers_in_a_circle_of_two_parties() -> None:
    """A sells steam to B, whose chiller runs on it and cools A's steam plant: 10 s = 9 + 1 c, 4 c = 2 s."""
    steam, cold = Pool("A", "STEAM"), Pool("A", "CHILLED_WATER")
    b_steam, b_cold = Pool("B", "STEAM"), Pool("B", "CHILLED_WATER")
    network = Network(
        generations=(Generation("boiler", steam, Fraction(10)), Generation("absorber", b_cold, Fraction(4))),
        draws=(Draw("boiler", cold, steam, Fraction(1)), Draw("absorber", b_steam, b_cold, Fraction(2))),
        transfers=(sold("steam", steam, "B", 2), sold("cold", b_cold, "A", 1)),
    )
    supply = supplied(network, Burdens({("boiler", steam): co2("9"), ("absorber", b_cold): NOTHING}, {}, {}))
    assert supply.pools[steam].factor == co2("18") / Fraction(19)
    assert supply.pools[cold].factor == co2("9") / Fraction(19)
    assert supply.statement("A").used_internal == co2("9") / Fraction(19)


def test_a_circle_that_feeds_only_itself_is_named() -> None:
    nothing_used = (OwnUse(A_POWER, Fraction(0)), OwnUse(B_POWER, Fraction(0)))
    network = replace(circle(*nothing_used), imports=(Import("grid", C_POWER, Fraction(1)),))
    network = replace(network, transfers=(*network.transfers, sold("idle", A_POWER, "C", 0)))
    with pytest.raises(CircularSupply, match="A ELECTRICITY, B ELECTRICITY: all that is supplied goes round") as error:
        supplied(network, Burdens(IN_CIRCLE.made, {"grid": NOTHING}, {}))
    assert error.value.pools == (A_POWER, B_POWER)


def test_shared_losses_are_no_way_out_of_a_circle_and_own_losses_are() -> None:
    network = circle(OwnUse(A_POWER, Fraction(0)), OwnUse(B_POWER, Fraction(0)))
    lost = [replace(network, losses=(Loss(B_POWER, Fraction(5), bearer),)) for bearer in LossBearer]
    assert supplied(lost[0], IN_CIRCLE).closure("B").kept == co2("80")
    with pytest.raises(CircularSupply):
        supplied(lost[1], IN_CIRCLE)


# what distributes nothing, and what nobody said


def test_a_plant_that_ran_and_made_nothing_keeps_its_emissions() -> None:
    network = Network((Generation("boiler", HEAT, Fraction(0)),))
    supply = supplied(network, Burdens({("boiler", HEAT): co2("3")}, {}, {}))
    pool = supply.pools[HEAT]
    assert (pool.factor, pool.kept, pool.unallocated) == (None, co2("3"), NOTHING)
    assert supply.statement("Operator") == Statement(co2("3"), NOTHING, NOTHING, NOTHING, NOTHING)


def test_what_was_sent_and_did_not_arrive_is_the_consumers() -> None:
    network = Network(imports=(Import("grid", A_POWER, Fraction(10)),), transfers=(sold("1", A_POWER, "B", 10, 0),))
    assert supplied(network, of_grid()).statement("B").scope_2 == co2("5")


def test_mismatch_moves_no_emissions() -> None:
    network = Network(imports=(Import("grid", A_POWER, Fraction(10)),), transfers=(sold("1", A_POWER, "B", 8, 7),))
    supply = supplied(network, of_grid())
    assert supply.statement("B").scope_2 == co2("4")
    assert supply.pools[B_POWER].factor == co2("4") / Fraction(7)


def test_sold_certificates_are_an_import_by_market() -> None:
    network = Network(imports=(Import("PV", A_POWER, Fraction(1000)), Import("grid", A_POWER, Fraction(3000))))
    by_location = supplied(network, Burdens({}, {"PV": NOTHING, "grid": co2("0.4419")}, {}))
    by_market = supplied(network, Burdens({}, {"PV": co2("0.6096"), "grid": co2("0.6096")}, {}))
    assert by_location.statement("A").scope_2 == co2("1325.7")
    assert by_market.statement("A").scope_2 == co2("1828.8") + co2("609.6")  # V05


def test_what_is_not_said_is_not_zero() -> None:
    network, burdens = worked_network(), worked_burdens()
    with pytest.raises(MissingBurden, match="import grid of B"):
        supplied(network, replace(burdens, imported={"grid": NOTHING}))
    without_sun = {key: one for key, one in burdens.made.items() if key != ("PV", POWER)}
    with pytest.raises(MissingBurden, match="what PV emits for the ELECTRICITY of Operator"):
        supplied(network, replace(burdens, made=without_sun))


def test_emissions_of_an_output_that_is_not_there_are_not_lost() -> None:
    made = {**worked_burdens().made, ("boiler", HEAT): co2("1")}
    with pytest.raises(UnknownBurden, match="boiler makes no STEAM of Operator"):
        supplied(worked_network(), replace(worked_burdens(), made=made))


# random parks


@given(cases())
def test_every_factor_solves_its_equation(case: Case) -> None:
    supply, found = solved(case), balances(case.network)
    for pool, one in supply.pools.items():
        if one.factor is None:
            assert found[pool].bearing == 0
            continue
        made = [case.burdens.made[part.plant, pool] for part in case.network.generations if part.pool == pool]
        bought = [
            case.burdens.imported[part.code] * part.quantity for part in case.network.imports if part.pool == pool
        ]
        between = [part for part in case.network.between if part.target == pool]
        handed = [(supply.pools[part.source].factor or NOTHING) * part.quantity for part in between]
        assert one.factor * found[pool].bearing == summed([*made, *bought, *handed])


@given(cases())
def test_every_pool_and_party_closes(case: Case) -> None:
    supply = solved(case)
    assert all(one.unallocated == NOTHING for one in supply.pools.values())
    assert all(supply.closure(party).unallocated == NOTHING for party in supply.parties)


@given(cases())
def test_what_enters_the_network_is_kept_by_someone_or_exported(case: Case) -> None:
    supply = solved(case)
    made = case.burdens.made.values()
    bought = (case.burdens.imported[part.code] * part.quantity for part in case.network.imports)
    exported = ((supply.pools[one.pool].factor or NOTHING) * one.quantity for one in case.network.exports)
    assert summed([*made, *bought]) == summed([*(one.kept for one in supply.pools.values()), *exported])


@given(cases(), st.data())
def test_order_changes_nothing(case: Case, data: st.DataObject) -> None:
    shuffled = {name: tuple(data.draw(st.permutations(getattr(case.network, name)))) for name in LISTS}
    first, second = solved(case), supplied(Network(**shuffled), case.burdens)
    assert first.pools == second.pools
    assert [first.statement(party) for party in first.parties] == [second.statement(party) for party in second.parties]


@given(cases(), st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_factors_do_not_depend_on_the_scale(case: Case, scale: Fraction) -> None:
    supply, larger = solved(case), supplied(scaled(case.network, scale), scaled_burdens(case.burdens, scale))
    assert {pool: one.factor for pool, one in larger.pools.items()} == {
        pool: one.factor for pool, one in supply.pools.items()
    }
    for party in supply.parties:
        assert larger.statement(party).scope_2 == supply.statement(party).scope_2 * scale


def scaled(network: Network, scale: Fraction) -> Network:
    def times(part: Any) -> Any:
        received = getattr(part, "received", None)
        more = {} if received is None else {"received": received * scale}
        return replace(part, quantity=part.quantity * scale, **more)

    return Network(**{name: tuple(times(part) for part in getattr(network, name)) for name in LISTS})


def scaled_burdens(burdens: Burdens, scale: Fraction) -> Burdens:
    made = {key: one * scale for key, one in burdens.made.items()}
    return Burdens(made, burdens.imported, {party: one * scale for party, one in burdens.elsewhere.items()})


@given(cases())
def test_transfers_of_nothing_change_nothing(case: Case) -> None:
    transfers = case.network.transfers
    supply = solved(case)
    idle = tuple(replace(one, code=f"idle {one.code}", quantity=Fraction(0), received=None) for one in transfers)
    with_idle = supplied(replace(case.network, transfers=(*transfers, *idle)), case.burdens)
    used = tuple(one for one in transfers if one.quantity)
    without = supplied(replace(case.network, transfers=used), case.burdens)
    for party in supply.parties:
        assert with_idle.statement(party) == without.statement(party) == supply.statement(party)
    assert all(one.factor == supply.pools[pool].factor for pool, one in without.pools.items())


@given(cases())
def test_a_transfer_by_two_meters_is_one_transfer(case: Case) -> None:
    halves = tuple(
        replace(
            one,
            code=f"{one.code} {half}",
            quantity=one.quantity / 2,
            received=None if one.received is None else one.received / 2,
        )
        for one in case.network.transfers
        for half in "ab"
    )
    supply, halved = solved(case), supplied(replace(case.network, transfers=halves), case.burdens)
    assert {party: halved.statement(party) for party in halved.parties} == {
        party: supply.statement(party) for party in supply.parties
    }


@given(cases())
def test_the_sum_of_two_burdens_gives_the_sum_of_two_factors(case: Case) -> None:
    """One gas does not see another: solved together or apart, it comes out the same."""
    supply = solved(case)
    for gas in ("CO2", "CH4", "CO2_BIOGENIC"):
        alone = supplied(case.network, only(case.burdens, gas))
        for pool, one in alone.pools.items():
            together = supply.pools[pool].factor
            assert (one.factor and one.factor.of(gas)) == (together and together.of(gas))


def only(burdens: Burdens, gas: str) -> Burdens:
    def part(one: Emissions) -> Emissions:
        return Emissions({gas: one.of(gas)})

    return Burdens(
        {key: part(one) for key, one in burdens.made.items()},
        {code: part(one) for code, one in burdens.imported.items()},
        {party: part(one) for party, one in burdens.elsewhere.items()},
    )
