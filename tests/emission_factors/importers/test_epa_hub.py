from collections import Counter
from pathlib import Path

import pytest

from emission_factors.factors import Status
from emission_factors.importers import Imported, RowError, epa_hub

HEADER = "table_no,table_title,section,item,detail_1,detail_2,metric,value,unit,note"
HUB = f"""{HEADER}
1,Stationary Combustion,Natural Gas,Natural Gas,,,heat content HHV,0.001030,mmBtu/scf,
1,Stationary Combustion,Natural Gas,Natural Gas,,,CO2,53.10,kg CO2/mmBtu,
1,Stationary Combustion,Natural Gas,Natural Gas,,,CH4,1.5,g CH4/mmBtu,
1,Stationary Combustion,Natural Gas,Natural Gas,,,CO2,0.0545,kg CO2/scf,
1,Stationary Combustion,Biomass Fuels - Liquid,Biodiesel (100%),,,CO2,73.8,kg CO2/mmBtu,
1,Stationary Combustion,Biomass Fuels - Liquid,Biodiesel (100%),,,N2O,0.11,g N2O/mmBtu,
2,Mobile Combustion CO2,,Liquefied Natural Gas (LNG),,,CO2,4.5,kg CO2/gallon,
6,Electricity,total output (eGRID2029),NYCW,NPCC NYC/Westchester,,CO2,900.5,lb CO2/MWh,
6,Electricity,total output (eGRID2029),NYCW,NPCC NYC/Westchester,,N2O,0.003,lb N2O/MWh,
6,Electricity,grid gross loss (eGRID2029),NYCW,NPCC NYC/Westchester,,grid gross loss,0.043,fraction,
6,Electricity,non-baseload (eGRID2029),US Average,US Average,,CO2,1400,lb CO2/MWh,
9,Scope 3 Category 5,,Food Waste (non-meat),Landfilled,,CO2e,0.67,t CO2e/short ton,AR4
10,Scope 3 Category 6,,Air Travel - Long Haul (>= 2300 miles),,,CO2,0.163,kg CO2/passenger-mile,
11,GWP,GWP-100 IPCC AR5,Methane,CH4,,GWP-100,28,kg CO2e/kg,
""".splitlines()


def brief(imported: Imported) -> list[tuple[str, ...]]:
    names = ("record", "kinds", "region", "data_year", "unit", "basis", "gases", "co2_biogenic", "calibre", "printed")
    return [tuple(row.get(name, "") for name in names) for row in imported.rows]


def test_figures_of_one_item_and_unit_fold_into_one_factor_in_kilograms() -> None:
    imported = epa_hub.read(HUB, 2030)
    assert imported.errors == []
    gas = ("US", "2030")
    assert brief(imported) == [
        ("t1.natural_gas.mmBtu_gross", "fuel.natural_gas.combustion", *gas, "mmBtu_gross", "GAS_MASSES",
         "CO2=53.10;CH4=0.0015", "", "", "53.10 kg CO2/mmBtu; 1.5 g CH4/mmBtu"),
        ("t1.natural_gas.scf", "", *gas, "scf", "CO2_ONLY", "CO2=0.0545", "", "", ""),
        ("t1.biodiesel_100.mmBtu_gross", "fuel.biodiesel.combustion", *gas, "mmBtu_gross", "GAS_MASSES",
         "N2O=0.00011", "73.8", "", "73.8 kg CO2/mmBtu; 0.11 g N2O/mmBtu"),
        ("t2.liquefied_natural_gas_lng.gal", "fuel.lng.combustion", *gas, "gal", "CO2_ONLY", "CO2=4.5", "", "", ""),
        ("t6.nycw.total_output.MWh", "electricity.grid", "US-EGRID-NYCW", "2029", "MWh", "GAS_MASSES",
         "CO2=408.459929185;N2O=0.00136077711", "", "subregion_average", "900.5 lb CO2/MWh; 0.003 lb N2O/MWh"),
        ("t6.us_average.non_baseload.MWh", "", "US", "2029", "MWh", "CO2_ONLY", "CO2=635.02931800", "", "non_baseload",
         "1400 lb CO2/MWh"),
        ("t10.air_travel_long_haul_2300_miles.passenger.mile", "travel_us/air_long_haul", *gas, "passenger.mile",
         "CO2_ONLY", "CO2=0.163", "", "", ""),
    ]  # fmt: skip
    first = imported.rows[0]
    assert (first["name_en"], first["name_zh"]) == ("Stationary combustion (US): Natural Gas", "天然气：燃烧")
    assert first["path"] == "Table 1: Stationary Combustion > Natural Gas > Natural Gas"
    assert (first["valid_from"], first["stage"], first["locator"]) == ("2030-01-01", "combustion", "table 1")


def test_heat_contents_and_grid_losses_are_properties() -> None:
    assert epa_hub.read(HUB, 2030).properties == [
        {
            "region": "US",
            "data_year": "2030",
            "value": "0.001030",
            "locator": "table 1",
            "record": "t1.natural_gas.gcv",
            "substance": "natural_gas",
            "property": "GCV",
            "name_en": "Natural Gas: heat content (HHV)",
            "name_zh": "天然气：高位热值",
            "unit": "mmBtu_gross/scf",
        },
        {
            "region": "US-EGRID-NYCW",
            "data_year": "2029",
            "value": "0.043",
            "locator": "table 6",
            "record": "t6.nycw.grid_loss",
            "substance": "electricity",
            "property": "GRID_LOSS",
            "name_en": "Grid gross loss: NYCW, NPCC NYC/Westchester",
            "unit": "fraction",
        },
    ]


def test_waste_is_read_apart() -> None:
    imported = epa_hub.read_waste(HUB, 2030, Status.VERIFIED)
    assert (imported.errors, imported.properties) == ([], [])
    (row,) = imported.rows
    assert (row["record"], row["kinds"], row["unit"], row["basis"], row["co2e"], row["printed"], row["status"]) == (
        "t9.food_waste_non_meat.landfilled.short_ton",
        "waste_us/food_waste_non_meat.landfilled",
        "short_ton",
        "CO2E_TOTAL",
        "670.00",
        "0.67 t CO2e/short ton",
        "VERIFIED",
    )


def test_bad_rows_are_reported_one_by_one_and_the_rest_is_read() -> None:
    imported = epa_hub.read(
        [
            HEADER,
            "1,Stationary Combustion,Coal,Anthracite,,,CO2,n/a,kg CO2/mmBtu,",
            "1,Stationary Combustion,Coal,Anthracite,,,CO2,103,kg CO2/bushel,",
            "1,Stationary Combustion,Coal,Anthracite,,,SO2,1,kg SO2/mmBtu,",
            "6,Electricity,total output (eGRID2029),ATLN,Atlantis,,CO2,1,lb CO2/MWh,",
            "13,Hydrogen,,Hydrogen,,,CO2,1,kg CO2/mmBtu,",
            "1,Stationary Combustion,Coal,Lignite,,,CO2,97,kg CO2/mmBtu,",
            "1,Stationary Combustion,Coal,Lignite,,,CO2,98,kg CO2/mmBtu,",
        ],
        2030,
    )
    assert [(error.row_number, error.column, error.value) for error in imported.errors] == [
        (2, "value", "n/a"),
        (3, "unit", "kg CO2/bushel"),
        (4, "unit", "kg SO2/mmBtu"),
        (5, "item", "ATLN"),
        (6, "table_no", "13"),
        (8, "metric", "CO2"),
    ]
    assert imported.errors[3].message == "is no eGRID subregion, such as NYCW, or US Average"
    assert imported.errors[5].message == "repeats a figure of row 7"
    assert [(row["record"], row["gases"]) for row in imported.rows] == [("t1.lignite.mmBtu_gross", "CO2=97")]


def test_a_wrong_header_is_one_error() -> None:
    missing = "table_title, section, item, detail_1, detail_2, metric, value, unit, note"
    assert epa_hub.read(["table_no,name", "1,a"], 2030).errors == [
        RowError(1, "header", "table_no, name", f"is no header of this publication: missing are {missing}")
    ]


@pytest.fixture(scope="module")
def hub(shared_factors: Path) -> list[str]:
    return (shared_factors / "us-epa-ghg-emission-factors-hub-2025.csv").read_text(encoding="utf-8").splitlines()


def test_every_figure_of_the_real_hub_is_in_a_factor_or_a_property(hub: list[str]) -> None:
    factors, waste = epa_hub.read(hub, 2024), epa_hub.read_waste(hub, 2024)
    assert (factors.errors, waste.errors) == ([], [])
    figures = sum(row["gases"].count("=") + bool(row["co2_biogenic"]) for row in factors.rows)
    tables = Counter(line.partition(",")[0] for line in hub[1:])
    assert (len(factors.rows), len(factors.properties), len(waste.rows)) == (396, 85, 183)
    assert len(waste.rows) == tables["9"]
    assert figures + len(factors.properties) == sum(tables[number] for number in epa_hub.FACTOR_TABLES) == 1064
    assert sum(tables.values()) == 1309


@pytest.mark.parametrize(
    ("record", "kind", "gases"),
    [
        ("t1.natural_gas.mmBtu_gross", "fuel.natural_gas.combustion", "CO2=53.06;CH4=0.001;N2O=0.0001"),
        ("t7.steam_and_heat.mmBtu", "steam.purchased", "CO2=66.33;CH4=0.00125;N2O=0.000125"),
        ("t6.nycw.total_output.MWh", "electricity.grid", "CO2=442.09652497472;CH4=0.01133980925;N2O=0.00136077711"),
        ("t10.passenger_car.mile", "vehicle_us/passenger_car", "CO2=0.297;CH4=0.0000059;N2O=0.0000053"),
    ],
)
def test_figures_of_the_worked_examples(hub: list[str], record: str, kind: str, gases: str) -> None:
    row = next(row for row in epa_hub.read(hub, 2024).rows if row["record"] == record)
    assert kind in row["kinds"].split("|")
    assert row["gases"] == gases
