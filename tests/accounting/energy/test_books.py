"""The books of energy: from posted quantities to the balance, with what stands behind each cell."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.energy.balance import Balance, Cell
from accounting.energy.books import Books, Posted, books
from accounting.energy.carriers import Described
from accounting.energy.columns import Column
from accounting.energy.flows import ConversionKind, EndUse, EnergyCarrier, EnergyValue, Stage
from accounting.energy.quantities import Origin, Quantity, Term
from accounting.energy.roles import ROLES, SERVICES, RoleKind
from accounting.energy.sankey import NodeKind, sankey
from accounting.energy.stocks import MissingLevel, StockChange, Stored
from accounting.supply.plants import PlantKind

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)
PARTIES = {"op": UUID(int=1), "a": UUID(int=2), "b": UUID(int=3)}


def site(name: str) -> UUID:
    return UUID(bytes=name.encode().rjust(16, b"\0"))


def exact(*amounts: int | Fraction) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, amounts))


def posted(
    party: str,
    place: str,
    code: str,
    quantity: str | int | Fraction,
    other: str = "",
    month: date = MARCH,
    carrier: str = "",
) -> Quantity:
    return Quantity(
        party=str(PARTIES[party]),
        origin=Origin(PARTIES[party], site(place), code, other),
        month=month,
        carrier=carrier or ROLES[code].carrier,
        quantity=Fraction(quantity),
        neighbour=str(PARTIES[other]) if other in PARTIES else "",
    )


def coefficient(code: str) -> Described:
    of_one = Fraction("0.1229") if code == "electricity" else Fraction(1, 2)
    one = EnergyCarrier(code, "GJ", Fraction(1000), of_one, of_one, is_service=code in SERVICES)
    return Described(one, ())


CARRIERS = {role.carrier: coefficient(role.carrier) for role in ROLES.values()}


def kept(
    quantities: Iterable[Quantity],
    *members: str,
    kinds: Mapping[tuple[UUID, date], PlantKind] | None = None,
    only_site: str = "",
    changes: tuple[StockChange, ...] = (),
) -> Books:
    found = Posted(tuple(quantities), kinds or {}, CARRIERS, changes)
    inside = {str(PARTIES[name]) for name in members or PARTIES}
    return books(found, inside, site(only_site) if only_site else None)


def amounts(found: Books) -> dict[tuple[str, str, str], Fraction]:
    """Return amounts by stage, carrier and detail."""
    sums: dict[tuple[str, str, str], Fraction] = {}
    for cell, amount in found.balance.cells.items():
        key = (cell.stage.value, cell.carrier, str(cell.detail))
        sums[key] = sums.get(key, Fraction(0)) + amount
    return sums


CHP = [posted("op", "chp", "stationary.natural_gas", 100), posted("op", "chp", "generated.electricity", 30)]


def test_fuel_at_a_place_of_no_plant_is_bought_and_used() -> None:
    found = kept([posted("a", "m", "stationary.natural_gas", 7), posted("a", "m", "mobile.diesel", 2)])
    assert amounts(found) == {
        ("TRANSFER_IN", "natural_gas", ""): 7,
        ("FINAL_USE", "natural_gas", "UNSPECIFIED"): 7,
        ("TRANSFER_IN", "diesel", ""): 2,
        ("FINAL_USE", "diesel", "TRANSPORT"): 2,
    }


def test_fuel_where_something_is_made_is_converted() -> None:
    found = kept([*CHP, posted("op", "chp", "generated.steam", 40)])
    assert amounts(found) == {
        ("TRANSFER_IN", "natural_gas", ""): 100,
        ("CONVERSION_INPUT", "natural_gas", "POWER"): 100,
        ("CONVERSION_OUTPUT", "electricity", "POWER"): 30,
        ("CONVERSION_OUTPUT", "steam", "HEAT"): 40,
        ("FINAL_USE", "electricity", "UNSPECIFIED"): 30,
        ("FINAL_USE", "steam", "UNSPECIFIED"): 40,
    }
    assert found.balance.plant(str(site("chp")), EnergyValue.JOULES).efficiency == Fraction(7, 10)


@pytest.mark.parametrize(
    ("kind", "stage", "detail"),
    [
        (PlantKind.BOILER, Stage.CONVERSION_INPUT, ConversionKind.HEAT),
        (PlantKind.CHP, Stage.CONVERSION_INPUT, ConversionKind.POWER),
        (PlantKind.CHILLER, Stage.FINAL_USE, EndUse.REFRIGERATION),
        (PlantKind.COMPRESSOR, Stage.FINAL_USE, EndUse.AUXILIARY),
        (PlantKind.WASTEWATER_WORKS, Stage.FINAL_USE, EndUse.UNSPECIFIED),
        (PlantKind.GAS_CONNECTION, Stage.FINAL_USE, EndUse.UNSPECIFIED),
    ],
)
def test_fuel_at_a_declared_plant_is_what_the_kind_does_with_it(
    kind: PlantKind, stage: Stage, detail: ConversionKind | EndUse
) -> None:
    found = kept([posted("a", "x", "stationary.natural_gas", 7)], kinds={(site("x"), MARCH): kind})
    assert amounts(found)[stage.value, "natural_gas", detail.value] == 7


def test_power_made_of_nothing_posted_is_primary_production_and_heat_is_recovered() -> None:
    found = kept([posted("a", "pv", "generated.electricity", 5), posted("a", "works", "generated.hot_water", 3)])
    assert amounts(found) == {
        ("PRIMARY_PRODUCTION", "electricity", ""): 5,
        ("FINAL_USE", "electricity", "UNSPECIFIED"): 5,
        ("CONVERSION_OUTPUT", "hot_water", "RECOVERY"): 3,
        ("FINAL_USE", "hot_water", "UNSPECIFIED"): 3,
    }


def test_what_a_solar_plant_draws_is_used_and_converts_nothing() -> None:
    quantities = [posted("a", "pv", "generated.electricity", 5), posted("a", "pv", "drawn.electricity", 1)]
    found = kept(quantities, kinds={(site("pv"), MARCH): PlantKind.PHOTOVOLTAICS})
    assert {key[0] for key in amounts(found)} == {"PRIMARY_PRODUCTION", "FINAL_USE"}
    assert found.balance.column("electricity").unaccounted == 0


def test_a_battery_converts_power_into_less_of_it() -> None:
    quantities = [
        posted("a", "m", "electricity.grid", 20),
        posted("a", "bat", "drawn.electricity", 10),
        posted("a", "bat", "generated.electricity", 9),
    ]
    found = kept(quantities, kinds={(site("bat"), MARCH): PlantKind.STORAGE})
    plant = found.balance.plant(str(site("bat")), EnergyValue.JOULES)
    assert (plant.efficiency, plant.lost) == exact(Fraction(9, 10), 1000)
    assert found.balance.column("electricity").final_use == 19


def test_a_chillers_power_is_final_use_and_its_cold_stands_beside() -> None:
    quantities = [
        posted("a", "m", "electricity.grid", 10),
        posted("a", "c", "drawn.electricity", 2),
        posted("a", "c", "generated.chilled_water", 8),
    ]
    found = kept(quantities)
    assert amounts(found)["FINAL_USE", "electricity", "REFRIGERATION"] == 2
    assert amounts(found)["FINAL_USE", "electricity", "UNSPECIFIED"] == 8
    assert found.balance.plant(str(site("c")), EnergyValue.JOULES).performance == 4
    assert found.balance.sheet(EnergyValue.JOULES).columns.keys() == {"electricity"}


def test_a_plant_that_makes_cold_alone_and_rests_in_a_month_contradicts_nothing() -> None:
    quantities = [
        posted("a", "c", "stationary.natural_gas", 4),
        posted("a", "c", "stationary.natural_gas", 4, month=APRIL),
        posted("a", "c", "generated.chilled_water", 8),
    ]
    kinds = {(site("c"), month): PlantKind.CHP for month in (MARCH, APRIL)}
    found = kept(quantities, kinds=kinds).balance.column("natural_gas")
    assert (found.final_use, found.conversion) == exact(8, 0)


def test_own_generation_is_made_and_used_unless_a_meter_says_what_was_made() -> None:
    alone = kept([posted("a", "m", "electricity.own_generation", 6)])
    assert amounts(alone) == {
        ("PRIMARY_PRODUCTION", "electricity", ""): 6,
        ("FINAL_USE", "electricity", "UNSPECIFIED"): 6,
    }
    metered = kept([posted("a", "m", "electricity.own_generation", 6), posted("a", "pv", "generated.electricity", 10)])
    assert amounts(metered)["PRIMARY_PRODUCTION", "electricity", ""] == 10
    assert amounts(metered)["FINAL_USE", "electricity", "UNSPECIFIED"] == 10
    of_chp = [posted("a", "e", "electricity.own_generation", 6), posted("a", "e", "stationary.natural_gas", 20)]
    burnt = kept(of_chp, kinds={(site("e"), MARCH): PlantKind.CHP})
    assert amounts(burnt)["CONVERSION_OUTPUT", "electricity", "POWER"] == 6


def test_uses_that_the_type_tells_are_told_and_the_rest_is_unspecified() -> None:
    found = kept([posted("a", "m", "electricity.grid", 10), posted("a", "m", "electricity.clean_room", 4)])
    assert amounts(found)["FINAL_USE", "electricity", "HVAC"] == 4
    assert amounts(found)["FINAL_USE", "electricity", "UNSPECIFIED"] == 10


def test_biogas_is_made_here_unless_a_supplier_is_named_and_wood_is_bought() -> None:
    quantities = [
        posted("a", "m", "stationary.biogas", 1),
        posted("a", "m", "stationary.biogas", 2, "Gas Ltd"),
        posted("a", "m", "stationary.wood_chips", 4),
    ]
    found = amounts(kept(quantities))
    assert (found["PRIMARY_PRODUCTION", "biogas", ""], found["TRANSFER_IN", "biogas", ""]) == exact(1, 2)
    assert found["TRANSFER_IN", "wood_chips", ""] == 4


def test_the_rest_of_a_suppliers_pool_is_nobodys_use() -> None:
    quantities = [
        posted("op", "m", "electricity.grid", 100),
        posted("op", "m", "supplied.electricity", 80, "a"),
        posted("op", "m", "lost.electricity", 5),
        posted("op", "w", "used.electricity", 3),
        posted("a", "m", "electricity.grid", 78, "op"),
    ]
    park = kept(quantities).balance.column("electricity")
    assert (park.available, park.lost, park.final_use) == exact(100, 5, 3 + 78)
    assert (park.unaccounted, park.between_meters) == exact(14, 2)
    assert kept(quantities, "op").balance.column("electricity").unaccounted == 12
    assert kept(quantities, "a").balance.column("electricity").unaccounted == 0


def test_a_delivery_that_one_side_alone_posted_stands_for_both() -> None:
    told = [posted("op", "m", "electricity.grid", 100), posted("op", "m", "supplied.electricity", 80, "a")]
    asked = [posted("op", "m", "electricity.grid", 100), posted("a", "m", "electricity.grid", 80, "op")]
    for quantities in (told, asked):
        assert kept(quantities).balance.column("electricity").final_use == 80
        assert kept(quantities, "op").balance.column("electricity").supply[Stage.TRANSFER_OUT] == -80
        assert kept(quantities, "a").balance.column("electricity").supply[Stage.TRANSFER_IN] == 80


def test_a_party_that_meters_its_use_of_what_it_makes_has_an_unaccounted_rest() -> None:
    quantities = [posted("a", "pv", "generated.electricity", 10), posted("a", "m", "used.electricity", 7)]
    assert kept(quantities).balance.column("electricity").unaccounted == 3
    assert kept([posted("a", "m", "used.electricity", 7)]).balance.column("electricity").unaccounted == -7


def test_energy_sent_out_leaves_and_what_is_resold_comes_and_goes() -> None:
    quantities = [
        posted("a", "pv", "generated.electricity", 10),
        posted("a", "m", "electricity.exported_non_fossil", 4),
        posted("b", "m", "electricity.resold", 5),
    ]
    column = kept(quantities).balance.column("electricity")
    assert column.supply == {Stage.PRIMARY_PRODUCTION: 10, Stage.TRANSFER_IN: 5, Stage.TRANSFER_OUT: -9}
    assert (column.final_use, column.unaccounted) == exact(6, 0)


def test_what_is_resold_to_neighbours_leaves_with_the_deliveries() -> None:
    quantities = [posted("op", "m", "electricity.resold", 5), posted("a", "m", "electricity.grid", 5, "op")]
    column = kept(quantities).balance.column("electricity")
    assert (column.available, column.final_use, column.unaccounted) == exact(5, 5, 0)


def test_fuel_bought_is_what_was_burnt_and_what_stock_rose_by() -> None:
    tank = Stored(PARTIES["a"], site("m"), "stationary.diesel")
    burnt = [posted("a", "m", "stationary.diesel", 10)]

    def column(opening: int, closing: int) -> Column:
        change = StockChange(str(PARTIES["a"]), "diesel", tank, Fraction(opening), Fraction(closing))
        return kept(burnt, changes=(change,)).balance.column("diesel")

    assert column(2, 5).supply == {Stage.TRANSFER_IN: 13, Stage.STOCK_CHANGE: -3}
    assert column(5, 2).supply == {Stage.TRANSFER_IN: 7, Stage.STOCK_CHANGE: 3}
    emptied = column(30, 0)
    assert emptied.supply == {Stage.STOCK_CHANGE: 30}
    assert emptied.unaccounted == 20


def test_nobody_without_energy_has_an_empty_balance() -> None:
    found = kept([posted("a", "m", "electricity.grid", 1)], "b")
    assert found.balance == Balance({}, frozenset(), {})
    total = found.balance.sheet(EnergyValue.EQUAL).total
    assert total is not None
    assert (total.available, total.unaccounted_percent) == (Fraction(0), None)


def test_a_missing_level_is_told_to_whom_it_concerns() -> None:
    missing = MissingLevel(Stored(PARTIES["a"], site("m"), "stationary.diesel"), MARCH)
    found = Posted((), {}, CARRIERS, (), (missing,))
    assert books(found, {str(PARTIES["a"])}).missing_levels == (missing,)
    assert books(found, {str(PARTIES["b"])}).missing_levels == ()
    assert books(found, {str(PARTIES["a"])}, site("n")).missing_levels == ()


def test_a_site_has_its_plant_alone_with_what_comes_and_goes() -> None:
    quantities = [*CHP, posted("op", "m", "electricity.grid", 50), posted("op", "m", "supplied.electricity", 70, "a")]
    chp = kept(quantities, "op", only_site="chp")
    assert amounts(chp) == {
        ("TRANSFER_IN", "natural_gas", ""): 100,
        ("CONVERSION_INPUT", "natural_gas", "POWER"): 100,
        ("CONVERSION_OUTPUT", "electricity", "POWER"): 30,
        ("TRANSFER_OUT", "electricity", ""): 30,
    }
    rest = kept(quantities, "op", only_site="m").balance.column("electricity")
    assert rest.supply == {Stage.TRANSFER_IN: 50 + 20, Stage.TRANSFER_OUT: -70}
    assert rest.unaccounted == 0


def test_a_suppliers_site_uses_nothing_of_what_it_bought_for_its_pool() -> None:
    quantities = [posted("op", "m", "electricity.grid", 50), posted("op", "n", "supplied.electricity", 45, "a")]
    bought = kept(quantities, "op", only_site="m").balance.column("electricity")
    assert bought.supply == {Stage.TRANSFER_IN: 50, Stage.TRANSFER_OUT: -50}
    assert bought.final_use == 0


def test_a_site_uses_what_was_bought_there_and_a_plant_has_its_power_from_its_party() -> None:
    quantities = [
        posted("a", "m", "electricity.grid", 10),
        posted("a", "c", "drawn.electricity", 2),
        posted("a", "c", "generated.chilled_water", 8),
    ]
    assert kept(quantities, "a", only_site="m").balance.column("electricity").final_use == 10
    chiller = kept(quantities, "a", only_site="c").balance
    assert chiller.column("electricity").supply == {Stage.TRANSFER_IN: 2}
    assert chiller.column("chilled_water").supply == {Stage.TRANSFER_OUT: -8}


def test_a_part_of_the_terms_names_where_it_was_posted() -> None:
    found = kept([posted("a", "m", "electricity.grid", 10), posted("a", "n", "used.electricity", 3)])
    cell = Cell(Stage.FINAL_USE, "electricity", str(PARTIES["a"]), "", EndUse.UNSPECIFIED, "")
    # Metered use and the rest are one cell: 3, and 10 less 3.
    assert found.balance.cells[cell] == 10
    assert found.terms[cell] == (Term(Origin(PARTIES["a"], site("m"), "electricity.grid", ""), Fraction(10)),)


FUELS = ("stationary.natural_gas", "mobile.diesel", "stationary.biogas")
CODES = (*FUELS, *sorted(code for code, role in ROLES.items() if role.kind is not RoleKind.FUEL))


@st.composite
def anything(draw: st.DrawFn) -> list[Quantity]:
    """Draw what three parties post in two months, contradictions included."""
    made = []
    for _ in range(draw(st.integers(0, 12))):
        party = draw(st.sampled_from(sorted(PARTIES)))
        other = draw(st.sampled_from(["", "Grid Ltd", *sorted(PARTIES.keys() - {party})]))
        place, code = draw(st.sampled_from("xyz")) + party, draw(st.sampled_from(CODES))
        month, amount = draw(st.sampled_from((MARCH, APRIL))), draw(st.integers(0, 10**6))
        made.append(posted(party, place, code, Fraction(amount, 1000), other, month))
    return made


plants = st.dictionaries(
    st.tuples(st.sampled_from([site(one + party) for one in "xyz" for party in PARTIES]), st.just(MARCH)),
    st.sampled_from(PlantKind),
)


@given(anything(), plants)
def test_every_cell_is_the_sum_of_its_terms(
    quantities: list[Quantity], kinds: dict[tuple[UUID, date], PlantKind]
) -> None:
    found = kept(quantities, kinds=kinds)
    summed = {cell: sum((term.quantity for term in terms), Fraction(0)) for cell, terms in found.terms.items()}
    assert summed == found.balance.cells


@given(anything(), plants)
def test_months_and_tenants_add_up_to_the_park_and_its_year(
    quantities: list[Quantity], kinds: dict[tuple[UUID, date], PlantKind]
) -> None:
    whole = kept(quantities, kinds=kinds).balance
    of_members = Balance({}, frozenset(), {})
    for name in PARTIES:
        of_members += kept(quantities, name, kinds=kinds).balance
    assert nonzero(of_members) == nonzero(whole)
    assert {code: of_members.column(code).unaccounted for code in whole.carriers} == {
        code: whole.column(code).unaccounted for code in whole.carriers
    }


@given(anything(), plants)
def test_the_diagram_closes_at_every_carrier_and_plant(
    quantities: list[Quantity], kinds: dict[tuple[UUID, date], PlantKind]
) -> None:
    drawn = sankey(kept(quantities, kinds=kinds).balance, EnergyValue.EQUAL)
    for node in drawn.nodes:
        if node.kind in (NodeKind.CARRIER, NodeKind.PLANT):
            assert drawn.entering(node) == drawn.leaving(node)


@given(anything())
def test_months_add_up_where_no_plant_rests(quantities: list[Quantity]) -> None:
    found = Balance({}, frozenset(), {})
    for month in (MARCH, APRIL):
        found += kept([one for one in quantities if one.month == month]).balance
    whole = kept(quantities).balance
    totals = {code: (found.column(code).available, found.column(code).unaccounted) for code in whole.carriers}
    assert totals == {code: (whole.column(code).available, whole.column(code).unaccounted) for code in whole.carriers}


@given(anything(), st.integers(1, 1000))
def test_a_balance_is_linear_in_what_was_posted(quantities: list[Quantity], times: int) -> None:
    once = kept(quantities).balance.cells
    more = kept([replace(one, quantity=one.quantity * times) for one in quantities]).balance.cells
    assert more == {cell: amount * times for cell, amount in once.items()}


@given(anything(), st.sampled_from(sorted(PARTIES)), st.sampled_from("xyz"))
def test_a_site_has_nothing_unaccounted(quantities: list[Quantity], name: str, place: str) -> None:
    found = kept(quantities, name, only_site=place + name).balance
    assert {found.column(code).unaccounted for code in found.carriers} <= {0}


def nonzero(found: Balance) -> dict[Cell, Fraction]:
    return {cell: amount for cell, amount in found.cells.items() if amount}
