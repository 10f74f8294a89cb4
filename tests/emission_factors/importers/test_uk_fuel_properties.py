from pathlib import Path

from emission_factors.importers import RowError, uk_fuel_properties

HEADER = "category,fuel,year,net_cv_gj_per_tonne,gross_cv_gj_per_tonne,density_kg_per_m3,density_litres_per_tonne"


def test_calorific_values_and_densities_of_our_substances() -> None:
    imported = uk_fuel_properties.read(
        [
            HEADER,
            "Common,Natural Gas,2031,45.70,50.60,0.8,1250",
            "Common,Coal (electricity generation),2031,23.8,25.1,,",
            "Gases,Carbon Dioxide (CO2),2031,0,0,1.96,510",
        ],
        2031,
    )
    assert imported.errors == []
    assert [(row["record"], row["substance"], row["value"], row["unit"]) for row in imported.properties] == [
        ("natural_gas.ncv", "natural_gas", "45.70", "GJ/t"),
        ("natural_gas.gcv", "natural_gas", "50.60", "GJ_gross/t"),
        ("natural_gas.density", "natural_gas", "0.8", "kg/m3"),
        ("coal_electricity_generation.ncv", "coal_electricity_generation", "23.8", "GJ/t"),
        ("coal_electricity_generation.gcv", "coal_electricity_generation", "25.1", "GJ_gross/t"),
        ("carbon_dioxide_co2.density", "carbon_dioxide_co2", "1.96", "kg/m3"),
    ]
    assert imported.properties[0]["name_zh"] == "天然气：低位热值"
    assert imported.properties[0]["locator"] == "Fuel properties, Common"


def test_bad_cells_and_another_edition_are_reported() -> None:
    imported = uk_fuel_properties.read([HEADER, "Common,LPG,2030,45,49,530,1", "Common,LNG,2031,45,x,452,2"], 2031)
    assert imported.errors == [
        RowError(2, "year", "2030", "is another edition: 2031 is asked for"),
        RowError(
            3,
            "gross_cv_gj_per_tonne",
            "x",
            "is not a number: digits with a point, such as 0.18296, are accepted",
        ),
    ]
    assert [row["record"] for row in imported.properties] == ["lng.ncv", "lng.density"]


def test_the_real_file(shared_factors: Path) -> None:
    path = shared_factors / "uk-desnz-fuel-properties-2025.csv"
    imported = uk_fuel_properties.read(path.read_text(encoding="utf-8").splitlines(), 2025)
    assert (imported.errors, len(imported.properties)) == ([], 110)
    values = {row["record"]: row["value"] for row in imported.properties}
    assert (values["diesel_average_biofuel_blend.ncv"], values["lpg.density"]) == ("42.839", "529.749")
