"""Networks that contradict themselves are refused, and the quantities of a pool add up."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from accounting.supply.network import (
    BadNetwork,
    Draw,
    Export,
    Generation,
    Import,
    Loss,
    LossBearer,
    Network,
    OwnUse,
    Pool,
    Transfer,
)
from accounting.supply.pool_balances import Balance, balances
from tests.supply import COLD, HEAT, POWER, sold, worked_network

TEN = Fraction(10)


def balance(**given: int) -> Balance:
    names = ("supplied", "transferred", "exported", "drawn", "own_losses", "shared_losses", "own_use")
    return Balance(**{name: Fraction(given.get(name, 0)) for name in names})


def fractions(*values: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


def test_pools_are_listed_once_in_order() -> None:
    tenants = [Pool(party, carrier) for party in "AB" for carrier in ("CHILLED_WATER", "ELECTRICITY", "STEAM")]
    assert worked_network().pools == (*tenants, COLD, POWER, HEAT)


def test_own_use_is_what_is_left_of_the_supply() -> None:
    expected = balance(supplied=20000, transferred=17000, drawn=2000, own_losses=500, own_use=500)
    found = balances(worked_network())
    assert found[POWER] == expected
    assert (expected.kept, expected.bearing, expected.unaccounted) == fractions(1000, 20000, 0)
    assert found[Pool("B", "ELECTRICITY")] == balance(supplied=11000, own_use=11000)


def test_losses_that_customers_bear_are_not_divided_by() -> None:
    found = balances(worked_network(LossBearer.CUSTOMERS))[POWER]
    assert (found.kept, found.bearing, found.unaccounted) == fractions(500, 19500, 0)


def test_metered_own_use_leaves_a_rest_unaccounted() -> None:
    network = replace(worked_network(), own_use=(OwnUse(POWER, Fraction(470)),))
    assert balances(network)[POWER].unaccounted == 30


def test_more_leaving_than_entering_is_unaccounted_and_no_negative_use() -> None:
    transfers = (*worked_network().transfers, sold("more", POWER, "B", 600))
    found = balances(replace(worked_network(), transfers=transfers))[POWER]
    assert (found.own_use, found.unaccounted) == fractions(0, -100)


def test_what_arrives_by_the_consumers_meter_is_what_it_has() -> None:
    network = Network((Generation("CHP", POWER, TEN),), transfers=(sold("one", POWER, "A", 10, received=9),))
    assert network.transfers[0].mismatch == 1
    assert balances(network)[Pool("A", "ELECTRICITY")] == balance(supplied=9, own_use=9)


@pytest.mark.parametrize(
    ("field", "more", "told"),
    [
        ("generations", (Generation("CHP", POWER, TEN),), "stated 2 times"),
        ("generations", (Generation("wind", POWER, -TEN),), "quantity of -10"),
        ("imports", (Import("grid", HEAT, TEN),), "grid is stated 2 times"),
        ("imports", (Import("gas", HEAT, -TEN),), "quantity of -10"),
        ("draws", (Draw("chiller", POWER, COLD, TEN),), "stated 2 times"),
        ("draws", (Draw("pump", POWER, HEAT, TEN),), "of which it makes none"),
        ("draws", (Draw("chiller", Pool("A", "ELECTRICITY"), COLD, TEN),), "draws from A; state a transfer"),
        ("transfers", (sold("A power", HEAT, "A", 10),), "stated 2 times"),
        ("transfers", (sold("own", POWER, "Operator", 10),), "Operator supplies itself"),
        ("transfers", (sold("late", POWER, "A", 0, received=10),), "of which none was sent"),
        ("transfers", (sold("wrong", POWER, "A", 10, received=-10),), "quantity of -10"),
        ("transfers", (sold("nothing", Pool("C", "STEAM"), "A", 10),), "STEAM of C, which no plant or import feeds"),
        ("exports", (Export("out", POWER, TEN), Export("out", POWER, TEN)), "stated 2 times"),
        ("exports", (Export("out", Pool("C", "STEAM"), TEN),), "no plant or import feeds"),
        ("losses", (Loss(POWER, TEN, LossBearer.CUSTOMERS),), "stated 2 times"),
        ("own_use", (OwnUse(POWER, TEN), OwnUse(POWER, TEN)), "stated 2 times"),
        ("own_use", (OwnUse(Pool("C", "STEAM"), TEN),), "no plant or import feeds"),
    ],
)
def test_a_contradiction_is_refused_with_its_list(field: str, more: tuple[Any, ...], told: str) -> None:
    network = worked_network()
    with pytest.raises(BadNetwork, match=told) as refused:
        replace(network, **{field: (*getattr(network, field), *more)})
    assert refused.value.field == field


def test_energy_that_only_goes_round_comes_from_nowhere() -> None:
    first, second = Pool("A", "STEAM"), Pool("B", "STEAM")
    with pytest.raises(BadNetwork, match="10 leave the STEAM of A, which no plant or import feeds"):
        Network(transfers=(Transfer("there", first, "B", TEN), Transfer("back", second, "A", TEN)))


@pytest.mark.parametrize(
    "feeding",
    [
        {"imports": (Import("idle", Pool("C", "STEAM"), Fraction(0)),)},
        {"transfers": (sold("idle", HEAT, "C", 0),)},
    ],
)
def test_what_feeds_nothing_is_no_source(feeding: dict[str, Any]) -> None:
    network = Network((Generation("CHP", HEAT, TEN),), **feeding)
    with pytest.raises(BadNetwork, match="STEAM of C, which no plant or import feeds"):
        replace(network, own_use=(OwnUse(Pool("C", "STEAM"), TEN),))


def test_a_pool_fed_through_another_party_may_supply() -> None:
    tier = sold("tier", Pool("A", "ELECTRICITY"), "C", 10)
    network = replace(worked_network(), transfers=(*worked_network().transfers, tier))
    assert balances(network)[Pool("A", "ELECTRICITY")].own_use == 9990
