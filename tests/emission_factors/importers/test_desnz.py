from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from emission_factors.importers import Imported, RowError, desnz

EV = "SECR kWh UK electricity for EVs,Cars (by size),Average car,,Battery Electric Vehicle"
BLEND = "Outside of scopes,Forecourt fuels,Diesel (average biofuel blend),,"
HEADER = "ID,Scope,Level 1,Level 2,Level 3,Level 4,Column Text,UOM,GHG/Unit,GHG Conversion Factor 2031"
PUBLISHED = f"""UK Government GHG Conversion Factors for Company Reporting,,,,,,,,,
Flat file,,,,,,,,,
,,,,,,,,,
{HEADER}
1_100_1004_1_1,Scope 1,Fuels,Gaseous fuels,Natural gas,,,cubic metres,kg CO2e,2.0700
1_100_1004_1_2,Scope 1,Fuels,Gaseous fuels,Natural gas,,,cubic metres,kg CO2e of CO2 per unit,2.0660
1_100_1004_1_3,Scope 1,Fuels,Gaseous fuels,Natural gas,,,cubic metres,kg CO2e of CH4 per unit,0.0030
1_100_1004_1_4,Scope 1,Fuels,Gaseous fuels,Natural gas,,,cubic metres,kg CO2e of N2O per unit,9.5e-04
1_100_1099_1_1,Scope 1,Fuels,Gaseous fuels,Hydrogen,,,kWh (Gross CV),kg CO2e,0
1_100_1099_1_2,Scope 1,Fuels,Gaseous fuels,Hydrogen,,,kWh (Gross CV),kg CO2e of CO2 per unit,
6_301_3074_9_5,Scope 1,SECR kWh pass & delivery vehs,Cars (by size),Average car,,Unknown,miles,kWh (Net CV),1.11
9_301_3076_4_6,Scope 2,{EV},km,kWh (net),0.21
99_604_1011_8_2,Outside of Scopes,{BLEND},litres,kg CO2e of CO2 per unit,0.15
29_600_4009_13_1,Scope 3,Hotel stay,Hotel stay,China,,,Room per night,kg CO2e,50.1
""".splitlines()
COLLECTED = """id,scope,level_1,level_2,level_3,level_4,column_text,activity_unit,ghg_unit,factor_value,reporting_year
2031-r6,Scope 2,UK electricity,Electricity generated,Electricity: UK,2029.0,,kWh,kg CO2e,0.15,2031
2031-r7,Scope 2,UK electricity,Electricity generated,Electricity: UK,2029.0,,kWh,kg CO2e of CO2,0.149,2031
""".splitlines()


@pytest.fixture(scope="module")
def real(shared_factors: Path) -> Callable[[int], tuple[int, Imported]]:
    """Return a year's real file as its number of rows and what is read of it, each file read once."""

    @cache
    def of_year(year: int) -> tuple[int, Imported]:
        path = shared_factors / f"uk-desnz-conversion-factors-{year}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        return len(lines) - 1, desnz.read(lines, year)

    return of_year


def read(rows: list[str]) -> Imported:
    return desnz.read([HEADER, *rows], 2031)


def test_the_publisher_s_flat_file_folds_into_factors_and_properties() -> None:
    imported = desnz.read(PUBLISHED, 2031)
    assert imported.errors == []
    assert imported.rows == [
        {
            "record": "1_100_1004_1",
            "kinds": "fuel.natural_gas.combustion",
            "name_en": "Fuels: Gaseous fuels, Natural gas",
            "name_zh": "天然气：燃烧",
            "path": "Scope 1 > Fuels > Gaseous fuels > Natural gas",
            "region": "GB",
            "unit": "m3",
            "stage": "combustion",
            "calibre": "",
            "locator": "flat file, id 1_100_1004_1_1",
            "note": "",
            "basis": "CO2E_BY_GAS",
            "co2e": "2.0700",
            "gases": "CO2=2.0660;CH4=0.0030;N2O=9.5e-04",
            "data_year": "2031",
            "valid_from": "2031-01-01",
            "status": "SINGLE_SOURCE",
        },
        {
            "record": "1_100_1099_1",
            "kinds": "",
            "name_en": "Fuels: Gaseous fuels, Hydrogen",
            "name_zh": "",
            "path": "Scope 1 > Fuels > Gaseous fuels > Hydrogen",
            "region": "GB",
            "unit": "kWh_gross",
            "stage": "combustion",
            "calibre": "",
            "locator": "flat file, id 1_100_1099_1_1",
            "note": "",
            "basis": "CO2E_TOTAL",
            "co2e": "0",
            "gases": "",
            "data_year": "2031",
            "valid_from": "2031-01-01",
            "status": "SINGLE_SOURCE",
        },
        {
            "record": "99_604_1011_8",
            "kinds": "fuel.diesel.biogenic",
            "name_en": "Outside of scopes: Forecourt fuels, Diesel (average biofuel blend)",
            "name_zh": "柴油（平均生物燃料掺混）：生物源二氧化碳（范围之外）",
            "path": "Outside of Scopes > Outside of scopes > Forecourt fuels > Diesel (average biofuel blend)",
            "region": "GB",
            "unit": "L",
            "stage": "combustion",
            "calibre": "",
            "locator": "flat file, id 99_604_1011_8_2",
            "note": "Biogenic CO2, reported outside the scopes.",
            "basis": "GAS_MASSES",
            "co2_biogenic": "0.15",
            "data_year": "2031",
            "valid_from": "2031-01-01",
            "status": "SINGLE_SOURCE",
        },
        {
            "record": "29_600_4009_13",
            "kinds": "hotel/CN",
            "name_en": "Hotel stay: China",
            "name_zh": "酒店住宿：中国",
            "path": "Scope 3 > Hotel stay > Hotel stay > China",
            "region": "WORLD",
            "unit": "room.night",
            "stage": "use",
            "calibre": "",
            "locator": "flat file, id 29_600_4009_13_1",
            "note": "For a night in the country named, wherever the traveller comes from.",
            "basis": "CO2E_TOTAL",
            "co2e": "50.1",
            "gases": "",
            "data_year": "2031",
            "valid_from": "2031-01-01",
            "status": "SINGLE_SOURCE",
        },
    ]
    assert imported.properties == [
        {
            "record": "6_301_3074_9",
            "substance": "fuel.cars_by_size.average_car.unknown",
            "property": "ENERGY_PER_DISTANCE",
            "name_en": "SECR kWh pass & delivery vehs: Cars (by size), Average car, Unknown",
            "region": "GB",
            "data_year": "2031",
            "value": "1.11",
            "unit": "kWh/mile",
            "locator": "flat file, id 6_301_3074_9_5",
            "note": "Fuel energy, net calorific value.",
        },
        {
            "record": "9_301_3076_4",
            "substance": "electricity.cars_by_size.average_car.battery_electric_vehicle",
            "property": "ENERGY_PER_DISTANCE",
            "name_en": "SECR kWh UK electricity for EVs: Cars (by size), Average car, Battery Electric Vehicle",
            "region": "GB",
            "data_year": "2031",
            "value": "0.21",
            "unit": "kWh/km",
            "locator": "flat file, id 9_301_3076_4_6",
            "note": "Electricity.",
        },
    ]


def test_the_collected_layout_keeps_its_row_ids() -> None:
    imported = desnz.read(COLLECTED, 2031)
    assert imported.errors == []
    assert [(row["record"], row["kinds"], row["calibre"], row["gases"]) for row in imported.rows] == [
        ("2031-r6", "electricity.grid", "national_average", "CO2=0.149")
    ]
    assert imported.rows[0]["path"] == "Scope 2 > UK electricity > Electricity generated > Electricity: UK"


def test_a_file_without_ids_names_its_rows() -> None:
    header, row = (
        HEADER.removeprefix("ID,"),
        "Scope 3,Water supply,Water supply,Water supply,,,cubic metres,kg CO2e,0.2",
    )
    imported = desnz.read([header, row], 2031)
    assert [(row["record"], row["locator"]) for row in imported.rows] == [("2031-r2", "flat file, row 2")]


def test_bad_rows_are_reported_one_by_one_and_the_rest_is_read() -> None:
    imported = read(
        [
            "1_1_1_1_1,Scope 1,Fuels,Gaseous fuels,LPG,,,litres,kg CO2e,1.5O",
            "1_1_2_1_1,Scope 1,Fuels,Gaseous fuels,LNG,,,firkins,kg CO2e,1.5",
            "1_1_3_1_1,Scope 1,Fuels,Gaseous fuels,CNG,,,litres,kg SO2,1.5",
            "1_1_4_1_2,Scope 1,Fuels,Gaseous fuels,Butane,,,litres,kg CO2e of CO2,1.7",
            "1_1_5_1_1,Scope 1,Fuels,Gaseous fuels,Propane,,,litres,kg CO2e,1.5",
            "1_1_5_1_1,Scope 1,Fuels,Gaseous fuels,Propane,,,litres,kg CO2e,1.6",
            "1_1_6_1_1,Scope 1,Fuels,Gaseous fuels,Natural gas,,,tonnes,kg CO2e,2500",
            "1_1_6_1_1,Scope 1,Fuels,Gaseous fuels,Natural gas,,,litres,kg CO2e,2.5",
        ]
    )
    accepted = "accepted are kg CO2e, kg CO2e of CO2, CH4 or N2O, and kWh (Net CV)"
    unit_error = imported.errors.pop(1)
    assert (unit_error.row_number, unit_error.column, unit_error.value) == (3, "unit", "firkins")
    assert "'firkins' is not a unit of the table" in unit_error.message
    number = "is not a number: digits with a point, such as 0.18296, are accepted"
    assert imported.errors == [
        RowError(2, "value", "1.5O", number),
        RowError(4, "ghg_unit", "kg SO2", f"is not known: {accepted}"),
        RowError(7, "ghg_unit", "kg CO2e", "repeats a row of the activity of row 6"),
        RowError(9, "id", "1_1_6_1_1", "stands in the file already, for another activity"),
        RowError(5, "ghg_unit", "kg CO2e of CO2", "has gas parts but no row 'kg CO2e' of their total"),
    ]
    assert [row["record"] for row in imported.rows] == ["1_1_6_1"]


def test_a_wrong_header_is_one_error() -> None:
    imported = desnz.read(["ID,Scope,Level 1", "1,2,3"], 2031)
    missing = "level_2, level_3, level_4, column_text, unit, ghg_unit, value"
    assert imported.errors == [
        RowError(1, "header", "ID, Scope, Level 1", f"is no header of this publication: missing are {missing}")
    ]
    assert imported.rows == []


def test_another_year_s_edition_is_refused() -> None:
    assert desnz.read(PUBLISHED, 2030).errors == [
        RowError(4, "value", "GHG Conversion Factor 2031", "is another edition: 2030 is asked for")
    ]
    collected = desnz.read(COLLECTED, 2030)
    assert collected.errors == [RowError(2, "year", "2031", "is another edition: 2030 is asked for")]
    assert collected.rows == []


@pytest.mark.parametrize(
    ("year", "rows", "factors", "with_parts", "properties"),
    [
        (2022, 6895, 2630, 1278, 431),
        (2023, 6916, 2643, 1278, 439),
        (2024, 7029, 2672, 1302, 451),
        (2025, 7029, 2672, 1302, 451),
    ],
)
def test_no_row_of_the_real_files_is_lost(
    real: Callable[[int], tuple[int, Imported]], year: int, rows: int, factors: int, with_parts: int, properties: int
) -> None:
    lines, imported = real(year)
    folded = sum(row.get("gases", "").count("=") for row in imported.rows)
    assert imported.errors == []
    assert (lines, len(imported.rows), folded, len(imported.properties)) == (
        rows,
        factors,
        3 * with_parts,
        properties,
    )
    assert len(imported.rows) + folded + len(imported.properties) == rows


@pytest.mark.parametrize(
    ("record", "kind", "unit", "co2e"),
    [
        ("20_507_5292_15", "waste.food_landfill", "t", "700.30886"),
        ("7_400_4000_5", "electricity.grid", "kWh", "0.177"),
        ("15_917_4000_5", "electricity.wtt", "kWh", "0.0459"),
        ("1_100_1004_6", "fuel.natural_gas.combustion", "kWh_gross", "0.18296"),
        ("11_100_1004_6", "fuel.natural_gas.wtt", "kWh_gross", "0.03021"),
        ("27_304_3118_4", "freight_km/rigid_over_17t.laden_50", "km", "0.94152"),
        ("27_304_3140_14", "freight.hgv", "t.km", "0.10163"),
        ("27_306_3140_14", "freight.hgv_refrigerated", "t.km", "0.11894"),
        ("21_316_3170_11", "flight/long.economy.rf", "passenger.km", "0.11704"),
        ("21_316_3171_11", "flight/long.economy.no_rf", "passenger.km", "0.06926"),
        ("29_600_4009_13", "hotel/CN", "room.night", "53.5"),
    ],
)
def test_figures_of_the_worked_examples(
    real: Callable[[int], tuple[int, Imported]], record: str, kind: str, unit: str, co2e: str
) -> None:
    row = next(row for row in real(2025)[1].rows if row["record"] == record)
    assert (row["unit"], row["co2e"]) == (unit, co2e)
    assert kind in row["kinds"].split("|")


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_gas_parts_add_up_to_the_total_within_rounding(real: Callable[[int], tuple[int, Imported]], year: int) -> None:
    for row in real(year)[1].rows:
        if row["basis"] == "CO2E_BY_GAS":
            parts = sum(Decimal(part.partition("=")[2]) for part in row["gases"].split(";"))
            assert abs(parts - Decimal(row["co2e"])) <= Decimal("0.000021") + Decimal(row["co2e"]) / 10**4, row[
                "record"
            ]
