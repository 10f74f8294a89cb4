"""From footprints to lines of the park method: kinds, what neighbours exchange, certificates inside, gaps."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given as holds_for
from hypothesis import strategies as st

from accounting.basis import Basis
from accounting.footprints import Cell, fold
from accounting.indicators.origins import Origin, origin_of
from accounting.indicators.park_lines import ElectricityKind, FuelUse, HeatKind, Part, Side, electricity
from accounting.indicators.park_year import Park, ParkYearEmissions, fuel_uses, park_year_emissions
from accounting.regimes import REGIMES, RegimeCode
from accounting.scope2.coverage import Covered
from accounting.scope2.instruments import Instrument, Kind
from accounting.supply.plants import PlantKind
from emission_factors.releases import shipped_catalogue
from tests.instruments import claim

OPERATOR, TENANT = UUID(int=1), UUID(int=2)
PLANT, WORKS, SHOP = UUID(int=11), UUID(int=12), UUID(int=21)
CODES = {OPERATOR: "op", TENANT: "a"}
REGIME = REGIMES[RegimeCode.NDRC_910_2025]
BASIS = Basis(REGIME, REGIME.default_gwp_set, shipped_catalogue(2))
GREY = Fraction("0.8325")
MWH = Decimal(3600)


def cell(code: str, quantity: int | Decimal, tenant: UUID = TENANT, **more: Any) -> Cell:
    """Return a cell of March 2025; of energy MWh, of anything else its base unit."""
    given: dict[str, Any] = {
        "base_unit": "MJ",
        "supplier": "",
        "region": "CN-GD",
        "day": date(2025, 3, 1),
        "site": PLANT if tenant == OPERATOR else SHOP,
        "own_tenant": None,
        "row_count": 1,
    }
    given |= more
    scale = MWH if given["base_unit"] == "MJ" else Decimal(1)
    return Cell(activity_type=code, tenant=tenant, quantity=Decimal(quantity) * scale, **given)


def covering(one: Cell, kind: Kind, megawatt_hours: int) -> tuple[Cell, Instrument]:
    instrument = claim(f"{kind} 1", str(megawatt_hours), kind)
    part = Covered(instrument, megawatt_hours * MWH, Decimal(0), "of the case")
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__} | {"covered": (part,)}
    return Cell(**fields), instrument


def lines_of(cells: Sequence[Cell], instruments: Sequence[Instrument] = (), **more: Any) -> ParkYearEmissions:
    found = fold(BASIS, cells, {}, keeps_months=False)
    park = Park(CODES, more.pop("uses", {}), {one.id: one for one in instruments})
    return park_year_emissions(found.lines, found.gaps, park, more.pop("own", ()))


def shown(found: ParkYearEmissions) -> list[tuple[object, ...]]:
    return [(one.kind, one.side, one.quantity, one.unit, one.factor) for one in found.emissions.lines]


def test_a_key_leads_back_to_its_origin() -> None:
    one = Origin(OPERATOR, PLANT, "refrigerant.leaked/R 410A")
    assert origin_of(one.key) == one


def test_power_by_what_covers_it() -> None:
    grid, gec = covering(cell("electricity.grid", 100), Kind.GEC, 30)
    line, direct = covering(cell("electricity.direct_line", 50), Kind.DIRECT_SUPPLY, 40)
    found = lines_of([grid, line], [gec, direct])
    assert sorted(shown(found), key=str) == sorted(
        [
            (ElectricityKind.GREEN_CERTIFICATE, Side.IN, 30, "MWh", 0),
            (ElectricityKind.GRID, Side.IN, 70, "MWh", GREY),
            (ElectricityKind.DIRECT_NON_FOSSIL, Side.IN, 40, "MWh", 0),
            (ElectricityKind.GRID, Side.IN, 10, "MWh", GREY),
        ],
        key=str,
    )
    assert found.emissions.park == found.reported == 80 * GREY
    assert found.internal == 0
    assert {key for one in found.emissions.lines for key in one.activities} == {
        Origin(TENANT, SHOP, code).key for code in ("electricity.grid", "electricity.direct_line")
    }


def test_fuel_by_its_use_heat_by_its_kind_and_processes() -> None:
    gas: dict[str, Any] = {"base_unit": "Nm3"}
    cells = [
        cell("stationary.natural_gas", 20000, OPERATOR, **gas),
        cell("stationary.natural_gas", 10000, **gas),
        cell("mobile.diesel", 1000, OPERATOR, base_unit="kg"),
        cell("steam.purchased", 1, OPERATOR),
        cell("process.purchased_co2", 500, base_unit="kg"),
        cell("refrigerant.leaked/HFC-134a", 500, base_unit="kg"),
    ]
    found = lines_of(cells, uses=fuel_uses({PLANT: PlantKind.BOILER}, []))
    assert [(one.part, one.kind) for one in found.emissions.lines] == [
        (Part.FUEL, FuelUse.HEAT_SUPPLY),
        (Part.FUEL, FuelUse.FINAL),
        (Part.FUEL, FuelUse.FINAL),
        (Part.HEAT, HeatKind.FOSSIL),
        (Part.PROCESS, None),
    ]
    boiler, shop = found.emissions.lines[:2]
    assert (boiler.quantity, boiler.unit, boiler.factor) == (Fraction(2), "10^4Nm3", Fraction("21.62188809"))
    assert (shop.quantity, shop.name) == (Fraction(1), boiler.name)
    assert found.emissions.of(Part.HEAT) == Fraction("3.6") * Fraction("0.11")
    assert found.emissions.of(Part.PROCESS) == Fraction("0.5")
    assert found.emissions.park == found.reported


def test_what_a_site_makes_says_what_its_fuel_is_for() -> None:
    made = [(PLANT, "generated.steam"), (PLANT, "generated.electricity"), (SHOP, "generated.hot_water")]
    assert fuel_uses({}, made) == {PLANT: FuelUse.THERMAL_POWER, SHOP: FuelUse.HEAT_SUPPLY}
    assert fuel_uses({PLANT: PlantKind.BOILER, WORKS: PlantKind.PHOTOVOLTAICS}, made)[PLANT] is FuelUse.HEAT_SUPPLY


def test_lines_of_one_kind_with_several_factors_have_names_of_their_own() -> None:
    earlier, later = date(2022, 3, 1), date(2025, 3, 1)
    diesel = [cell("stationary.diesel", 1, base_unit=unit, day=day) for unit, day in (("kg", earlier), ("m3", later))]
    names = [one.name for one in lines_of(diesel).emissions.lines]
    assert names == ["diesel, stationary combustion", "diesel, stationary combustion (2)"]


@holds_for(*[st.integers(0, 10**6)] * 4)
def test_what_neighbours_exchange_does_not_move_the_park(imported: int, supplied: int, received: int, own: int) -> None:
    cells = [
        cell("electricity.grid", imported, OPERATOR, supplier="grid company"),
        cell("supplied.electricity", supplied, OPERATOR, supplier="a"),
        cell("electricity.grid", received, supplier="op"),
        cell("electricity.grid", own),
    ]
    found = lines_of(cells)
    assert found.emissions.park == (imported + own) * GREY
    assert found.internal == (received - supplied) * GREY
    assert found.reported == found.emissions.park + found.internal


def test_certificates_for_power_of_a_neighbour_cover_the_grid_power_of_the_park() -> None:
    imported = cell("electricity.grid", 100, OPERATOR)
    supplied = cell("supplied.electricity", 80, OPERATOR, supplier="a")
    bought, gec = covering(cell("electricity.grid", 80, supplier="op"), Kind.GEC, 60)
    found = lines_of([imported, supplied, bought], [gec])
    assert found.emissions.park == found.reported == 40 * GREY
    assert found.emissions.net_mwh(ElectricityKind.GRID) == 40
    assert found.emissions.net_mwh(ElectricityKind.GREEN_CERTIFICATE) == 60


def test_certificates_cover_no_more_than_the_park_received() -> None:
    supplied = cell("supplied.electricity", 80, OPERATOR, supplier="a")
    bought, gec = covering(cell("electricity.grid", 80, supplier="op"), Kind.GEC, 60)
    found = lines_of([cell("electricity.grid", 10, OPERATOR), supplied, bought], [gec])
    assert found.emissions.park == 0
    assert found.emissions.net_mwh(ElectricityKind.GREEN_CERTIFICATE) == 10


def test_power_sent_out_is_deducted_and_own_lines_are_added() -> None:
    own = [electricity("sun", ElectricityKind.DIRECT_NON_FOSSIL, Side.IN, Fraction(7), ("k",))]
    found = lines_of([cell("electricity.grid", 10), cell("electricity.exported", 4)], own=own)
    assert found.emissions.park == 6 * GREY
    assert found.emissions.net_mwh(*ElectricityKind) == 13


def test_a_gap_is_a_line_without_a_factor_but_not_between_neighbours() -> None:
    outside = lines_of([cell("cooling.chilled_water", 1), cell("electricity.grid", 1)])
    assert (outside.emissions.park, outside.reported) == (None, GREY)
    assert outside.emissions.missing == ("factor of purchased chilled water",)
    [line] = [one for one in outside.emissions.lines if one.factor is None]
    assert (line.quantity, line.unit, line.activities) == (
        Fraction("3.6"),
        "GJ",
        (Origin(TENANT, SHOP, "cooling.chilled_water").key,),
    )
    assert (
        lines_of([cell("cooling.chilled_water", 1, supplier="op"), cell("electricity.grid", 1)]).emissions.park == GREY
    )


def test_without_anything_nothing_is_stated() -> None:
    assert lines_of([]).emissions.park is None
    assert len(lines_of([]).emissions.unstated) == len(Part)
    assert lines_of([cell("goods.water", 5, base_unit="m3")]).emissions.park is None
