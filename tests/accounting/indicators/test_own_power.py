"""Power made in a park: what is non-fossil, whose certificates were sold, and what nobody has proven."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from accounting.footprints import Cell
from accounting.indicators.own_power import OwnPower, Sites, own_power
from accounting.indicators.park_lines import ElectricityKind, Side
from accounting.scope2.instruments import Attribute, Instrument, Kind
from accounting.supply.plants import PlantKind
from tests.accounting.indicators.test_park_year import OPERATOR, PLANT, SHOP, TENANT, cell
from tests.instruments import claim

MADE, USED, SENT = "generated.electricity", "electricity.own_generation", "electricity.exported_non_fossil"
NIL = Fraction(0)
SUN = {PLANT: PlantKind.PHOTOVOLTAICS}


def made(code: str, quantity: int, tenant: UUID = OPERATOR, **more: Any) -> Cell:
    return cell(code, quantity, tenant, **more)


def power(*cells: Cell, plants: dict[UUID, PlantKind] | None = None, **more: Any) -> OwnPower:
    sites = Sites({PLANT: "op/pv", SHOP: "a/s1"}, plants or {}, more.get("burning", ()))
    return own_power(cells, sites, more.get("instruments", ()), ("op", "a"))


def self_use(quantity: str, **more: Any) -> Instrument:
    return claim("roof", quantity, Kind.SELF_USE, tenant=OPERATOR, **more)


def shown(found: OwnPower) -> list[tuple[object, object]]:
    return [(one.side, one.quantity) for one in found.lines]


@pytest.mark.parametrize("code", [MADE, USED])
def test_a_solar_plant_is_direct_non_fossil_power(code: str) -> None:
    found = power(made(code, 60), plants=SUN)
    assert shown(found) == [(Side.IN, 60)]
    assert found.lines[0].kind is ElectricityKind.DIRECT_NON_FOSSIL
    assert (found.total, found.lacking, found.lines[0].emissions) == (NIL, (), NIL)
    assert found.activities == found.lines[0].activities == (f"{OPERATOR} {PLANT} {code}",)


def test_power_of_a_fossil_plant_is_made_and_in_no_line() -> None:
    for found in (
        power(made(MADE, 12), plants={PLANT: PlantKind.CHP}),
        power(made(MADE, 12), burning={PLANT}),
    ):
        assert (found.lines, found.other, found.total, found.lacking) == ((), Fraction(12), Fraction(12), ())


def test_what_nobody_says_is_named() -> None:
    found = power(made(MADE, 12), made(USED, 3, TENANT))
    assert found.unproven == {"op/pv": 12, "a/s1": 3}
    assert found.lacking[0] == "what makes the electricity at op/pv: declare its plant"
    assert (found.lines, found.total) == ((), Fraction(15))


def test_an_instrument_of_self_use_proves_it() -> None:
    assert shown(power(made(USED, 12), instruments=[self_use("12")])) == [(Side.IN, 12)]
    assert power(made(USED, 12), instruments=[self_use("11")]).unproven == {"op/pv": 12}
    assert power(made(USED, 12), instruments=[self_use("12", evidence=())]).unproven == {"op/pv": 12}
    assert power(made(USED, 12), instruments=[self_use("12", site=SHOP)]).unproven == {"op/pv": 12}
    other = self_use("12", attribute=Attribute.FOSSIL_SELF, is_tradable=False)
    assert power(made(USED, 12), instruments=[other]).unproven == {"op/pv": 12}


def test_power_whose_certificates_were_sold_is_not_green() -> None:
    found = power(made(USED, 12), plants=SUN, instruments=[self_use("5", is_sold=True)])
    assert (shown(found), found.other) == ([(Side.IN, 7)], Fraction(5))
    whole = power(made(USED, 12), plants=SUN, instruments=[self_use("50", is_sold=True)])
    assert (shown(whole), whole.other) == ([], Fraction(12))


def test_self_use_is_part_of_what_the_meter_of_its_plant_shows() -> None:
    assert shown(power(made(MADE, 60), made(USED, 40), plants=SUN)) == [(Side.IN, 60)]


def test_what_is_sent_out_leaves_what_plants_made_and_no_more() -> None:
    assert shown(power(made(MADE, 60), made(SENT, 20), plants=SUN)) == [(Side.IN, 60), (Side.OUT, 20)]
    assert shown(power(made(MADE, 60), made(SENT, 90), plants=SUN)) == [(Side.IN, 60), (Side.OUT, 60)]
    assert shown(power(made(USED, 60), made(SENT, 20), plants=SUN)) == [(Side.IN, 60)]
    assert shown(power(made(MADE, 60), made(SENT, 20, TENANT), plants=SUN)) == [(Side.IN, 60)]


def test_a_battery_makes_nothing_and_a_neighbours_generation_is_the_neighbours() -> None:
    assert power(made(MADE, 60), plants={PLANT: PlantKind.STORAGE}).total == 0
    assert power(made(USED, 60, supplier="a")).total == 0


def test_nothing_made_is_nothing() -> None:
    assert power() == OwnPower((), Fraction(0), {}, ())
    assert shown(power(made(MADE, Decimal(0)), plants=SUN)) == [(Side.IN, 0)]  # type: ignore[arg-type]
