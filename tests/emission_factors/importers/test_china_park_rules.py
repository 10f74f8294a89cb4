from emission_factors.importers import china_park_rules

LINES = """\
kind,parameter_id,name_zh,value,unit,annex,url,n_independent_confirmations,note,document
method,accounting_period,核算期,one calendar year,,method annex 4,u,1,,notice
method,boundary,核算边界,all of the park,,method annex 4,u,2,,notice
factor,electricity_other,其他电力,0.8325,kgCO2/kWh,method annex 4,u,2,fossil only,notice
factor,electricity_green,绿电,0,kgCO2/kWh,method annex 4,u,1,,notice
factor,heat_fossil_default,热力,0.11,tCO2/GJ,method annex 4,u,1,,notice
factor,cooling_other,冷量,0.03,tCO2/GJ,method annex 4,u,1,,notice
factor,steam_other,蒸汽,much,tCO2/GJ,method annex 4,u,1,,notice
core_indicator,carbon_per_energy_200k_1M_tce,单位能耗,0.2,tCO2/tce (upper limit),annex 3,u,2,acceptance,notice
guidance_indicator,clean_energy_share,清洁能源消费占比,90,% (lower limit),indicator annex 3,u,1,,notice
""".splitlines()


def test_factors_are_for_parks_and_keep_their_own_data_year() -> None:
    result = china_park_rules.read(LINES)
    assert {row["purposes"] for row in result.rows} == {"PARK"}
    assert [
        (row["record"], row["kinds"], row["calibre"], row["data_year"], row["valid_from"], row["gases"])
        for row in result.rows
    ] == [
        ("electricity_other", "electricity.grid", "park_method", "2022", "2022-01-01", "CO2=0.8325"),
        ("electricity_green", "", "park_method_green", "2022", "2022-01-01", "CO2=0"),
        ("heat_fossil_default", "steam.purchased|heat.purchased", "", "2015", "2015-01-01", "CO2=110"),
        ("cooling_other", "", "", "2025", "2025-01-01", "CO2=30"),
    ]
    assert [(error.row_number, error.value) for error in result.errors] == [(8, "much")]


def test_limits_and_periods_are_parameters_and_sentences_are_not() -> None:
    properties = china_park_rules.read(LINES).properties
    assert [(item["record"], item["property"], item["value"], item["unit"]) for item in properties] == [
        ("accounting_period", "PERIOD", "1", "yr"),
        ("carbon_per_energy_200k_1M_tce", "INDICATOR_MAX", "0.2", "tCO2/tce"),
        ("clean_energy_share", "INDICATOR_MIN", "90", "%"),
    ]
