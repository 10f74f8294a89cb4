from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from emission_factors.datasets import factor_of
from emission_factors.factors import Dataset
from emission_factors.importers import china_fuels
from emission_factors.importers.china_fuels import ParameterSet

HEADER = (
    "parameter_set,fuel_id,fuel_zh,fuel_en,physical_state,activity_unit,ncv,ncv_unit,carbon_content,"
    "carbon_content_unit,oxidation_factor,oxidation_assumed_1,document,n_independent_confirmations,note"
)
ROWS = """\
A,natural_gas,天然气,Natural gas,gas,10^4 Nm3,389.31,GJ/10^4 Nm3,0.01530,tC/GJ,0.99,no,doc,2,
A,coal_gangue,煤矸石,Coal gangue,solid,t,8.374,GJ/t,0.02541,tC/GJ,,yes,doc,1,
B,diesel,柴油,Diesel,liquid_or_gas_by_mass,t,43.33,GJ/t,0.0202,tC/GJ,0.98,no,doc,1,
A,diesel,柴油,Diesel,liquid_or_gas_by_mass,t,42.652,GJ/kg,0.0202,tC/GJ,0.98,no,doc,1,
A,coke,焦炭,Coke,solid,t,28.435,GJ/t,0.0295,tC/GJ,98,no,doc,1,
A,lignite,褐煤,Lignite,solid,t,11.9,GJ/t,28,tC/TJ,0.96,no,doc,1,
A,naphtha,石脑油,Naphtha,liquid_or_gas_by_mass,t,44.5,GJ/t,0.02,tC/GJ,,no,doc,1,
A,kerosene,煤油,Kerosene,liquid_or_gas_by_mass,drum,43.07,GJ/drum,0.0196,tC/GJ,0.98,no,doc,1,
""".splitlines()
LINES = [HEADER, *ROWS]
SET = ParameterSet("A", "2030", "table 1", "power_generation")
DATASET = Dataset("x", "P", "T", "", date(2030, 1, 1), None, "", "", "", "facts_only", "", "", None, 1)


def filled(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def test_a_fuel_gives_a_factor_per_physical_unit_and_one_per_gigajoule() -> None:
    rows = china_fuels.read(LINES, SET).rows
    assert [row["record"] for row in rows] == ["natural_gas", "natural_gas-energy", "coal_gangue", "coal_gangue-energy"]
    assert filled(rows[0]) == {
        "record": "natural_gas",
        "kinds": "fuel.natural_gas.combustion|fuel.cng.combustion",
        "name_en": "Natural gas, combustion (CO2)",
        "name_zh": "天然气燃烧",
        "path": "Fossil fuels > gas",
        "region": "CN",
        "data_year": "2030",
        "valid_from": "2030-01-01",
        "unit": "10^4Nm3",
        "basis": "CO2_ONLY",
        "terms": "CO2: NCV=389.31 GJ/10^4Nm3; CC=0.01530 tC/GJ; OF=0.99 fraction",
        "stage": "combustion",
        "purposes": "CORPORATE|PARK",
        "sector": "power_generation",
        "locator": "table 1, 天然气",
        "status": "VERIFIED",
    }
    assert rows[1]["unit"] == "GJ"
    assert rows[1]["terms"] == "CO2: CC=0.01530 tC/GJ; OF=0.99 fraction"


def test_the_chains_multiply_to_the_factor_exactly() -> None:
    rows = china_fuels.read(LINES, SET).rows
    per_unit, per_energy = (factor_of(DATASET, row) for row in rows[:2])
    printed = Fraction("389.31") * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
    assert per_unit.gases == (("CO2", printed * 1000),)
    assert per_energy.gases == (("CO2", Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12) * 1000),)


def test_an_assumed_oxidation_is_said_and_an_unknown_fuel_has_no_kind() -> None:
    row = china_fuels.read(LINES, SET).rows[2]
    assert row["kinds"] == ""
    assert row["terms"].endswith("OF=1 fraction")
    assert row["note"] == "The set gives no oxidation factor for this fuel; 1 is assumed."


def test_calorific_values_become_properties_of_each_substance() -> None:
    properties = china_fuels.read(LINES, SET).properties
    assert [(item["record"], item["substance"], item["value"], item["unit"]) for item in properties] == [
        ("natural_gas-ncv", "natural_gas", "389.31", "GJ/10^4Nm3"),
        ("natural_gas-ncv-cng", "cng", "389.31", "GJ/10^4Nm3"),
        ("coal_gangue-ncv", "coal_gangue", "8.374", "GJ/t"),
    ]


def test_bad_parameters_are_reported_each() -> None:
    errors = china_fuels.read(LINES, SET).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (5, "ncv_unit", "GJ/kg"),
        (6, "oxidation_factor", "98"),
        (7, "carbon_content_unit", "tC/TJ"),
        (8, "oxidation_factor", ""),
        (9, "activity_unit", "drum"),
    ]
    assert errors[0].message == "is not accepted: GJ/t is, as the activity unit says"


def test_a_doubted_parameter_is_marked() -> None:
    doubted = ParameterSet("NDRC-industry-guidelines-2013-2015", "2015", "annex 2")
    line = (
        "NDRC-industry-guidelines-2013-2015,refinery_dry_gas,炼厂干气,Refinery dry gas,liquid_or_gas_by_mass,t,46.05,"
        "GJ/t,0.0182,tC/GJ,0.99,no,doc,1,seen twice; the guideline is recalled as 0.98"
    )
    row = china_fuels.read([HEADER, line], doubted).rows[0]
    assert (row["status"], row["note"]) == ("CONFLICTING", "the guideline is recalled as 0.98")
