"""Readings of a month become a network: both sides of transfers, plants, losses; what contradicts itself is refused."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from accounting.supply.network import BadNetwork, Draw, Generation, Loss, OwnUse, Pool, Transfer
from accounting.supply.park_energy import FLOWS, RESOLD, Carrier, Flow, Reading, network, purchases_of, suppliers
from emission_factors.activity_types import all_activity_types
from tests.build import number

PARTIES = {"op": number(1), "a": number(2), "b": number(3)}
POWER = Pool("op", "ELECTRICITY")
PLANT, CHILLER, PLACE = (number(site) for site in (11, 12, 13))


def reading(party: str, code: str, quantity: str, other: str = "", site: UUID = PLACE) -> Reading:
    return Reading(PARTIES[party], party, site, code, other, Decimal(quantity))


def test_every_flow_is_an_activity_type_counted_in_one_base_unit() -> None:
    known = {found.code: found for found in all_activity_types()}
    assert set(FLOWS) <= set(known)
    for carrier in Carrier:
        dimension = "normal_volume" if carrier is Carrier.COMPRESSED_AIR else "energy"
        codes = [code for code, (_, of) in FLOWS.items() if of is carrier]
        assert {known[code].dimensions for code in (*codes, RESOLD[carrier])} == {(dimension,)}
        assert purchases_of(carrier)


def test_what_is_supplied_and_generated_yields_no_line_of_a_value_chain_inventory() -> None:
    for found in all_activity_types():
        flow, _ = FLOWS.get(found.code, (Flow.BOUGHT, None))
        if flow is not Flow.BOUGHT:
            assert all("GHG_PROTOCOL" not in line.regimes and line.regimes for line in found.lines), found.code


def test_a_month_becomes_a_network() -> None:
    found = network(
        [
            reading("op", "generated.electricity", "100", site=PLANT),
            reading("op", "electricity.grid", "40", "State Grid"),
            reading("op", "drawn.electricity", "10", site=CHILLER),
            reading("op", "generated.chilled_water", "50", site=CHILLER),
            reading("op", "lost.electricity", "2"),
            reading("op", "used.electricity", "3"),
            reading("op", "supplied.electricity", "60", "a"),
            reading("a", "electricity.grid", "58", "op"),
        ],
        PARTIES,
    )
    cold = Pool("op", "CHILLED_WATER")
    assert found.generations == (
        Generation(str(PLANT), POWER, Fraction(100)),
        Generation(str(CHILLER), cold, Fraction(50)),
    )
    assert [(one.pool, one.quantity) for one in found.imports] == [(POWER, Fraction(40))]
    assert found.draws == (Draw(str(CHILLER), POWER, cold, Fraction(10)),)
    assert found.losses == (Loss(POWER, Fraction(2)),)
    assert found.own_use == (OwnUse(POWER, Fraction(3)),)
    assert found.transfers == (Transfer("op a ELECTRICITY", POWER, "a", Fraction(60), Fraction(58)),)


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        (reading("op", "supplied.electricity", "60", "a"), (Fraction(60), None)),
        (reading("a", "electricity.grid", "58", "op"), (Fraction(58), Fraction(58))),
    ],
)
def test_one_side_of_a_transfer_stands_alone(posted: Reading, expected: tuple[Fraction, Fraction | None]) -> None:
    [transfer] = network([reading("op", "electricity.grid", "100"), posted], PARTIES).transfers
    assert (transfer.quantity, transfer.received) == expected


def test_meters_and_types_of_one_customer_add_up() -> None:
    found = network(
        [
            reading("op", "electricity.grid", "100"),
            reading("op", "supplied.electricity", "30", "a"),
            reading("op", "supplied.electricity", "30", "a", site=PLANT),
            reading("a", "electricity.grid", "20", "op"),
            reading("a", "electricity.clean_room", "39", "op"),
        ],
        PARTIES,
    )
    assert [(one.quantity, one.received) for one in found.transfers] == [(Fraction(60), Fraction(59))]


def test_a_supplier_outside_the_park_is_an_import_and_supplies_nobody() -> None:
    found = [reading("a", "electricity.grid", "10", "Nanfeng"), reading("b", "electricity.grid", "10")]
    assert len(network(found, PARTIES).imports) == 2
    assert suppliers(found) == frozenset()
    assert suppliers([*found, reading("b", "steam.purchased", "1", "a")]) == {"a"}


@pytest.mark.parametrize("other", ["", "nobody", "op"])
def test_supplying_nobody_a_stranger_or_oneself_is_refused(other: str) -> None:
    with pytest.raises(BadNetwork, match="accepted is the code of another tenant"):
        network([reading("op", "supplied.electricity", "1", other)], PARTIES)


def test_a_plant_that_draws_makes_one_other_carrier() -> None:
    draws = reading("op", "drawn.electricity", "1", site=CHILLER)
    with pytest.raises(BadNetwork, match="makes 0 other carriers"):
        network([reading("op", "electricity.grid", "9"), draws], PARTIES)
    both = [reading("op", f"generated.{name}", "1", site=CHILLER) for name in ("chilled_water", "hot_water")]
    with pytest.raises(BadNetwork, match="makes 2 other carriers"):
        network([reading("op", "electricity.grid", "9"), draws, *both], PARTIES)
