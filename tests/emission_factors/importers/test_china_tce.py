from emission_factors.importers import china_tce

LINES = """\
energy_zh,energy_en,ncv_low,ncv_high,ncv_unit,coefficient_low,coefficient_high,coefficient_unit,standard,note
柴油,Diesel,42705,42705,kJ/kg,1.4571,1.4571,kgce/kg,GB/T 2589-2020,
天然气,Natural gas,32238,38979,kJ/m3,1.1,1.33,kgce/m3,GB/T 2589-2020,
电力(当量值),Electricity (calorific equivalent),3600,3600,kJ/kWh,0.1229,0.1229,kgce/kWh,GB/T 2589-2020,
氢气,Hydrogen,119900,119900,kJ/kg,4.0911,4.0911,kgce/kg,GB/T 2589-2030,
木柴,Firewood,12000,12000,kJ/cord,0.4,0.4,kgce/kg,GB/T 2589-2020,
煤泥,Coal slurry,low,12560,kJ/kg,0.2857,0.4286,kgce/kg,GB/T 2589-2020,
秸秆,Straw,14000,14000,kJ/kg,0.48,0.48,kgce/kg,handbook,
""".splitlines()


def test_each_carrier_gives_its_coefficient_and_the_energy_it_follows_from() -> None:
    properties = china_tce.read(LINES).properties
    assert [
        (item["record"], item["substance"], item["property"], item["value"], item.get("value_high"), item["unit"])
        for item in properties[:9]
    ] == [
        ("diesel-tce", "diesel", "TCE", "1.4571", "", "kgce/kg"),
        ("diesel-ncv", "diesel", "NCV", "42705", "", "kJ/kg"),
        ("natural_gas-tce", "natural_gas", "TCE", "1.1", "1.33", "kgce/m3"),
        ("natural_gas-tce-normal", "natural_gas", "TCE", "1.1", "1.33", "kgce/Nm3"),
        ("natural_gas-ncv", "natural_gas", "NCV", "32238", "38979", "kJ/m3"),
        ("electricity-tce", "electricity", "TCE", "0.1229", "", "kgce/kWh"),
        ("electricity-energy_equivalent", "electricity", "ENERGY_EQUIVALENT", "3600", "", "kJ/kWh"),
        ("hydrogen-tce", "hydrogen", "TCE", "4.0911", "", "kgce/kg"),
        ("hydrogen-ncv", "hydrogen", "NCV", "119900", "", "kJ/kg"),
    ]
    assert {item["data_year"] for item in properties[:7]} == {"2020"}
    assert properties[7]["data_year"] == "2030"


def test_bad_rows_are_reported_each() -> None:
    errors = china_tce.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (6, "ncv_unit", "kJ/cord"),
        (7, "ncv_low", "low"),
        (8, "standard", "handbook"),
    ]
