from pathlib import Path

from emission_factors.datasets import dataset_of, factor_of
from emission_factors.importers import ember

LINES = """\
iso3,country_or_region,data_year,value_gco2e_per_kwh,unit,scope_note,crosscheck_codecarbon
CHN,China,2030,500.25,gCO2e/kWh,generation mix,
,World,2030,400,gCO2e/kWh,generation mix,
,ASEAN,2030,600,gCO2e/kWh,generation mix,
XKX,Kosovo,2030,900,gCO2e/kWh,generation mix,
,Atlantis,2030,1,gCO2e/kWh,generation mix,
DEU,Germany,2030,0.35,kgCO2e/kWh,generation mix,
""".splitlines()


def test_countries_and_the_world_are_read_and_groups_passed_over() -> None:
    rows = ember.read(LINES).rows
    assert [(row["record"], row["region"], row["co2e"], row["kinds"], row["printed"]) for row in rows] == [
        ("CHN-2030", "CN", "0.50025", "", "500.25 gCO2e/kWh"),
        ("World-2030", "WORLD", "0.400", "", "400 gCO2e/kWh"),
    ]


def test_bad_rows_are_reported_each() -> None:
    errors = ember.read(LINES).errors
    assert [(error.row_number, error.column) for error in errors] == [
        (5, "iso3"),
        (6, "country_or_region"),
        (7, "unit"),
    ]


def test_the_collected_file_reads_but_for_kosovo(shared_factors: Path) -> None:
    text = (shared_factors / "ember-national-electricity-intensity.csv").read_text(encoding="utf-8")
    result = ember.read(text.splitlines())
    dataset = dataset_of(ember.DATASET_FIELDS)
    assert len([factor_of(dataset, row) for row in result.rows]) == 209
    assert [error.value for error in result.errors] == ["XKX"]
