from emission_factors.importers import china_heat

LINES = """\
category,parameter_id,name_zh,name_en,value,unit,document,n_independent_confirmations,note
heat,cn_heat_default,热力,Purchased heat,0.11,tCO2/GJ,guideline,5,
carbonate,cn_carbonate_CaCO3,碳酸钙,CaCO3,0.440,tCO2/t,GB/T,2,
carbonate,cn_carbonate_CaMgCO32,白云石,CaMg(CO3)2,0.477,tCO2/t,GB/T,2,
energy_mix,cn_coal_tce,煤炭,"Coal, CO2 per tce",2.66,tCO2/tce,practice,1,estimates only
cooling,cn_cooling,冷量,Purchased cooling,0.03,tCO2/GJ,guideline,1,
carbonate,cn_carbonate_X,某盐,X,0.4,tCO2/lorry,GB/T,2,
national_efdb,ncsc_diesel,柴油,Diesel,74.1,tCO2/TJ,database,2,
national_efdb,ncsc_natural_gas,天然气,Natural gas,57.2,tCO2/TJ,database,1,
national_efdb,ncsc_natural_gas_ncv,天然气低位发热量,Natural gas NCV,0.038931,GJ/Nm3,database,3,
national_efdb,ncsc_road_freight,公路货运,Road freight,0.119,kgCO2e/tkm,database,1,
national_efdb,ncsc_unheard_of,其他,Other,x,tCO2/TJ,database,1,
""".splitlines()


def test_defaults_have_the_kinds_lines_ask_for() -> None:
    result = china_heat.read(LINES)
    assert [(row["record"], row["kinds"], row["unit"], row["gases"], row["purposes"]) for row in result.rows] == [
        ("heat_default", "steam.purchased|heat.purchased", "GJ", "CO2=110", "CORPORATE"),
        ("carbonate-CaCO3", "carbonate/CaCO3", "t", "CO2=440", "CORPORATE|PARK"),
        ("carbonate-CaMgCO32", "carbonate/CaMgCO32", "t", "CO2=477", "CORPORATE|PARK"),
        ("cn_coal_tce", "", "tce", "CO2=2660", ""),
        ("cn_cooling", "", "GJ", "CO2=30", ""),
    ]
    assert [row["data_year"] for row in result.rows] == ["2015", "2024", "2024", "2015", "2024"]
    assert result.rows[1]["printed"] == "0.440 tCO2/t"
    assert [(error.row_number, error.column) for error in result.errors] == [(7, "unit")]


def test_the_national_database_is_for_parks_alone() -> None:
    result = china_heat.read_database(LINES)
    assert {row["purposes"] for row in result.rows} == {"PARK"}
    assert [(row["record"], row["kinds"], row["basis"], row["gases"], row["co2e"]) for row in result.rows] == [
        ("ncsc_diesel", "fuel.diesel.combustion", "CO2_ONLY", "CO2=74100", ""),
        ("ncsc_natural_gas", "fuel.natural_gas.combustion", "CO2_ONLY", "CO2=57200", ""),
        ("ncsc_road_freight", "freight.hgv", "CO2E_TOTAL", "", "0.119"),
    ]
    assert [(item["substance"], item["property"], item["value"], item["unit"]) for item in result.properties] == [
        ("natural_gas", "NCV", "0.038931", "GJ/Nm3")
    ]
    assert [(error.row_number, error.value) for error in result.errors] == [(12, "x")]


def test_a_figure_the_database_itself_contradicts_is_quarantined() -> None:
    rows = {row["record"]: row for row in china_heat.read_database(LINES).rows}
    assert rows["ncsc_natural_gas"]["status"] == "QUARANTINED"
    assert "15.242 tC/TJ x 44/12 = 55.9" in rows["ncsc_natural_gas"]["note"]
    assert rows["ncsc_diesel"]["status"] == "VERIFIED"
