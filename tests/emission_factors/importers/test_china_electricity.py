from collections.abc import Mapping

from emission_factors.importers import china_electricity

DOCUMENT = '"Announcement No. 9 of 2027 (公告2027年第9号), 2026年电力二氧化碳排放因子"'
ANNOUNCED = f"""\
data_year,calibre,region_code,region_name_zh,region_name_en,value,unit,document,published,cpcd_record,n_independent_confirmations
2026,national_average,CN,全国,China,0.5000,kgCO2/kWh,{DOCUMENT},2027-12-31,X1,3
2026,national_average_excluding_market_traded_non_fossil,CN,全国,China,0.6,kgCO2/kWh,{DOCUMENT},2027-12-31,X2,2
2026,national_fossil_only,CN,全国,China,0.81,kgCO2/kWh,{DOCUMENT},2027-12-31,,1
2026,regional_average,CN-GRID-SOUTH,南方,China Southern grid,0.41,kgCO2/kWh,{DOCUMENT},2027-12-31,,2
2026,provincial_average,CN-GD,广东,Guangdong,0.4321,kgCO2/kWh,{DOCUMENT},2027-12-31,X5,2
2026,hourly_average,CN-GD,广东,Guangdong,0.4,kgCO2/kWh,{DOCUMENT},2027-12-31,,1
2026,provincial_average,CN-ZZ,某省,Nowhere,0.4,kgCO2/kWh,{DOCUMENT},2027-12-31,,1
2026,provincial_average,CN-HI,海南,Hainan,0.4,kgCO2/MWh,{DOCUMENT},2027-12-31,,1
2026,provincial_average,CN-BJ,北京,Beijing,about 0.5,kgCO2/kWh,{DOCUMENT},2027-12-31,,1
2025,national_average,CN,全国,China,0.52,kgCO2/kWh,{DOCUMENT},2026-12-31,,3
,ets_reporting_national_factor,CN,全国,China,0.5703,kgCO2/kWh,Notice 43 (value used for 2022 ETS reporting),,,3
,ets_reporting_national_factor,CN,全国,China,0.6,kgCO2/kWh,Notice without a year,,,1
""".splitlines()

FOOTPRINTS = """\
data_year,type,type_zh,value,unit,document,n_independent_confirmations,confirmed_in
2026,coal,燃煤发电,0.91,kgCO2e/kWh,doc,2,official PDF
2026,transmission_distribution_incl_losses,输配电（含线损）,0.03,kgCO2e/kWh,doc,1,
2026,wind,风力发电,0.03,kgCO2/kWh,doc,1,
2025,coal,燃煤发电,0.92,kgCO2e/kWh,doc,1,
""".splitlines()


def filled(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def test_an_announcement_gives_one_factor_per_region_and_calibre() -> None:
    rows = china_electricity.read(ANNOUNCED, "2026").rows
    assert [(row["record"], row["kinds"], row["status"]) for row in rows] == [
        ("CN", "electricity.grid", "VERIFIED"),
        ("CN-excluding-market-traded-non-fossil", "electricity.market", "VERIFIED"),
        ("CN-fossil-only", "", "SINGLE_SOURCE"),
        ("CN-GRID-SOUTH", "electricity.grid", "VERIFIED"),
        ("CN-GD", "electricity.grid", "VERIFIED"),
        ("CN-GD-hourly_average", "", "SINGLE_SOURCE"),
    ]
    assert filled(rows[4]) == {
        "record": "CN-GD",
        "kinds": "electricity.grid",
        "name_en": "Grid electricity, Guangdong, provincial average 2026 (CO2)",
        "name_zh": "2026年广东电力平均二氧化碳排放因子（省级）",
        "path": "2026年电力二氧化碳排放因子",
        "region": "CN-GD",
        "data_year": "2026",
        "valid_from": "2026-01-01",
        "unit": "kWh",
        "basis": "CO2_ONLY",
        "gases": "CO2=0.4321",
        "stage": "generation",
        "calibre": "provincial_average",
        "locator": "annex, provincial average, 广东",
        "status": "VERIFIED",
        "note": "CPCD X5",
    }
    assert rows[0]["gases"] == "CO2=0.5000"


def test_bad_rows_of_an_announcement_are_reported_each() -> None:
    errors = china_electricity.read(ANNOUNCED, "2026").errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (8, "region_code", "CN-ZZ"),
        (9, "unit", "kgCO2/MWh"),
        (10, "value", "about 0.5"),
    ]
    assert errors[1].message == "is not the unit of this publication: kgCO2/kWh is accepted"


def test_reporting_factors_hold_for_their_year_of_use() -> None:
    result = china_electricity.read_reporting(ANNOUNCED)
    (row,) = result.rows
    assert (row["record"], row["data_year"], row["valid_to"], row["kinds"], row["gases"]) == (
        "CN-2022",
        "2022",
        "2022-12-31",
        "electricity.grid",
        "CO2=0.5703",
    )
    assert [(error.row_number, error.column) for error in result.errors] == [(13, "document")]


def test_footprints_are_for_products_alone() -> None:
    result = china_electricity.read_footprints(FOOTPRINTS, "2026")
    assert [(row["record"], row["kinds"], row["purposes"], row["co2e"], row["stage"]) for row in result.rows] == [
        ("coal", "", "PRODUCT", "0.91", "cradle_to_gate"),
        (
            "transmission_distribution_incl_losses",
            "electricity.td_losses",
            "PRODUCT",
            "0.03",
            "transmission_distribution",
        ),
    ]
    assert [(error.row_number, error.value) for error in result.errors] == [(4, "kgCO2/kWh")]
