from collections.abc import Mapping

from emission_factors.importers import ipcc_combustion

HEADER = "fuel,biomass,parameter,gas,ipcc_sector,value,unit,efdb_id,ghg_protocol_tool_v2_check,source"


def defaults(fuel: str, sector: str, first_id: int, values: tuple[str, str, str], biomass: str = "no") -> list[str]:
    return [
        f"{fuel},{biomass},emission_factor_{gas.lower()},{gas},{sector},{value},kg/TJ (NCV),{first_id + index},same,"
        for index, (gas, value) in enumerate(zip(("CO2", "CH4", "N2O"), values, strict=True))
    ]


LINES = [
    HEADER,
    "Natural Gas,no,net_calorific_value,,,48.0,TJ/Gg,10,same,IPCC",
    "Natural Gas,no,carbon_content,,,15.3,kg C/GJ,11,,IPCC",
    "Orimulsion,no,net_calorific_value,,,27.5,TJ/Gg,12,same,IPCC",
    *defaults("Natural Gas", "1.A.2", 100, ("56100", "1", "0.1")),
    *defaults("Natural Gas", "1.A.4.a", 200, ("56100", "5", "0.1")),
    *defaults("Orimulsion", "1.A.2", 300, ("77000", "3", "0.6")),
    *defaults("Diesel Oil", "1.A.2", 400, ("74100", "3", "0.6")),
    *defaults("Biodiesels", "1.A.2", 500, ("70800", "3", "0.6"), "yes"),
    *defaults("Other Bituminous Coal", "1.A.2", 600, ("94600", "10", "1.5")),
]
BAD = [
    HEADER,
    "Peat,no,emission_factor_co2,CO2,1.A.2,106000,kg/TJ (NCV),1,,IPCC",
    "Peat,no,emission_factor_ch4,CH4,1.A.2,2,kg/MWh,2,,IPCC",
    "Peat,no,emission_factor_nox,NOx,1.A.2,2,kg/TJ (NCV),3,,IPCC",
    "Peat,no,emission_factor_co2,CO2,1.A.2,105000,kg/TJ (NCV),4,,IPCC",
    "Peat,no,net_calorific_value,,,9.76,MJ/t,5,,IPCC",
    "Peat,no,emission_factor_n2o,N2O,1.A.2,few,kg/TJ (NCV),6,,IPCC",
]


def by_record(lines: list[str]) -> dict[str, Mapping[str, str]]:
    return {row["record"]: row for row in ipcc_combustion.read(lines).rows}


def test_three_gases_of_a_fuel_and_sector_fold_into_one_factor() -> None:
    row = by_record(LINES)["100+101+102"]
    assert {name: value for name, value in row.items() if value} == {
        "record": "100+101+102",
        "kinds": ("fuel.natural_gas.combustion|fuel.natural_gas.stationary_non_co2|fuel.lng.stationary_non_co2"),
        "name_en": "Natural Gas, stationary combustion, manufacturing industries and construction",
        "name_zh": "天然气，固定燃烧",
        "path": "1.A.2 > Natural Gas",
        "region": "WORLD",
        "data_year": "2006",
        "valid_from": "2006-01-01",
        "unit": "TJ",
        "basis": "GAS_MASSES",
        "gases": "CO2=56100;CH4_FOSSIL=1;N2O=0.1",
        "stage": "combustion",
        "purposes": "CORPORATE|PARK",
        "locator": "2006 IPCC Guidelines Vol. 2, tables 2.2-2.5",
        "status": "VERIFIED",
        "note": "Liquefied and compressed natural gas are natural gas, per TJ.",
    }


def test_only_manufacturing_and_known_fuels_have_kinds() -> None:
    rows = by_record(LINES)
    assert rows["200+201+202"]["kinds"] == ""
    assert rows["300+301+302"]["kinds"] == ""


def test_a_fuel_of_vehicles_too_has_its_carbon_dioxide_apart() -> None:
    rows = by_record(LINES)
    assert rows["400"]["kinds"] == "fuel.diesel.combustion"
    assert (rows["400"]["basis"], rows["400"]["gases"]) == ("CO2_ONLY", "CO2=74100")
    assert rows["400+401+402"]["kinds"] == "fuel.diesel.stationary_non_co2"
    assert rows["100"]["kinds"] == "fuel.lng.combustion|fuel.cng.combustion"


def test_carbon_dioxide_of_biomass_stands_outside_the_gases() -> None:
    rows = by_record(LINES)
    assert (rows["500+501+502"]["gases"], rows["500+501+502"]["co2_biogenic"]) == ("CH4_BIOGENIC=3;N2O=0.6", "70800")
    assert (rows["500"]["gases"], rows["500"]["co2_biogenic"]) == ("", "70800")


def test_coal_lends_its_methane_to_coals_without_figures_of_their_own() -> None:
    kinds = by_record(LINES)["600+601+602"]["kinds"].split("|")
    assert "fuel.cleaned_coal.stationary_non_co2" in kinds
    assert "fuel.cleaned_coal.combustion" not in kinds


def test_parameters_become_a_property_of_each_substance() -> None:
    properties = ipcc_combustion.read(LINES).properties
    assert [
        (item["record"], item["substance"], item["property"], item["value"], item["unit"]) for item in properties
    ] == [
        ("10-natural_gas", "natural_gas", "NCV", "48.0", "TJ/Gg"),
        ("10-lng", "lng", "NCV", "48.0", "TJ/Gg"),
        ("10-cng", "cng", "NCV", "48.0", "TJ/Gg"),
        ("11-natural_gas", "natural_gas", "CARBON_CONTENT", "15.3", "kgC/GJ"),
        ("11-lng", "lng", "CARBON_CONTENT", "15.3", "kgC/GJ"),
        ("11-cng", "cng", "CARBON_CONTENT", "15.3", "kgC/GJ"),
        ("12", "orimulsion", "NCV", "27.5", "TJ/Gg"),
    ]


def test_bad_rows_and_incomplete_fuels_are_reported_each() -> None:
    result = ipcc_combustion.read(BAD)
    assert not result.rows
    assert [(error.row_number, error.column, error.value) for error in result.errors] == [
        (3, "unit", "kg/MWh"),
        (4, "gas", "NOx"),
        (5, "value", "105000"),
        (6, "unit", "MJ/t"),
        (7, "value", "few"),
        (2, "fuel", "Peat"),
    ]
    assert result.errors[2].message == "is a second CO2 figure; row 2 has 106000"
    assert result.errors[5].message == "has no CH4 and no N2O figure in sector 1.A.2; all three are needed"
