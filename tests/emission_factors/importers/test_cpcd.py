from pathlib import Path

from emission_factors.datasets import dataset_of, factor_of
from emission_factors.importers import cpcd

LINES = """\
cpcd_id,name_zh,boundary_zh,boundary,value_as_printed,emission_unit_as_printed,activity_unit_zh,activity_unit,value_kgco2e,enterprise,data_year,data_type_zh,low_carbon_flag
A1,大米,摇篮到坟墓,cradle-to-grave,4.5,tCO2e,公吨,t,4500,某厂,2016,核心数据库,no
A2,牛奶,摇篮到大门,cradle-to-gate,120,gCO2e,杯,cup,0.12,,2019,文献数据,no
A3,差旅,摇篮到大门,cradle-to-gate,300,kgCO2e,万元,10^4 CNY,300,,2018,文献数据,no
A4,森林,大门到大门,gate-to-gate,-2.5,kgCO2e,平方米,m2,-2.5,,2020,文献数据,no
A5,光伏,摇篮到大门,cradle-to-gate,1.2,tCO2e,千瓦峰,kWp,1200,,2020,文献数据,no
A6,钢材,摇篮到大门,cradle-to-gate,2.1,tCO2e,公吨,t,210,,2020,文献数据,no
A7,水泥,摇篮到大门,cradle-to-gate,0.9,lbCO2e,公吨,t,0.9,,2020,文献数据,no
94311X0232022C,垃圾,大门到大门,gate-to-gate,99.41,kgCO2e,公吨,t,99.41,,2022,核心数据库,no
""".splitlines()


def test_records_are_footprints_of_products_without_kind() -> None:
    rows = cpcd.read(LINES).rows
    assert [(row["record"], row["unit"], row["co2e"], row["kinds"], row["purposes"]) for row in rows] == [
        ("A1", "t", "4500", "", "PRODUCT"),
        ("A2", "item", "0.120", "", "PRODUCT"),
        ("A3", "10^4CNY_2018", "300", "", "PRODUCT"),
        ("A4", "m2", "-2.5", "", "PRODUCT"),
        ("94311X0232022C", "t", "99.41", "", "PRODUCT"),
    ]
    assert rows[0]["printed"] == "4.5 tCO2e/公吨"
    assert rows[0]["locator"] == "CPCD A1, 某厂"
    assert rows[-1]["status"] == "CONFLICTING"


def test_bad_records_are_reported_each() -> None:
    errors = cpcd.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (6, "activity_unit", "kWp"),
        (7, "value_kgco2e", "210"),
        (8, "emission_unit_as_printed", "lbCO2e"),
    ]
    assert errors[1].message == "differs from the printed figure, which is 2100 kg"


def test_the_snapshot_reads_but_for_units_no_activity_is_counted_in(shared_factors: Path) -> None:
    text = (shared_factors / "cpcd-product-carbon-footprints.csv").read_text(encoding="utf-8")
    result = cpcd.read(text.splitlines())
    dataset = dataset_of(cpcd.DATASET_FIELDS)
    assert dataset.redistribution == "not_allowed"
    assert len({factor_of(dataset, row).factor_id for row in result.rows}) == 4142
    assert len(result.errors) == 133
    assert [error.message for error in result.errors if error.column != "activity_unit"] == [
        next(error.message for error in result.errors if error.column == "value_kgco2e")
    ]
