from fractions import Fraction
from pathlib import Path

from emission_factors.datasets import dataset_of, factor_of
from emission_factors.importers import ademe

HEADER = ademe.COLUMNS.split()


def line(**cells: str) -> str:
    start = {
        "line_type": "Elément",
        "status": "Valide générique",
        "name_fr": "Papier",
        "name_en": "Paper",
        "unit_en": "kgCO2e/ton",
        "geography": "France continentale",
        "created": "05/11/2014",
        "valid_until": "déc-18",
        "uncertainty_percent": "50",
        "total_co2e": "300",
    }
    return ",".join({**dict.fromkeys(HEADER, ""), **start, **cells}[name] for name in HEADER)


LINES = [
    ",".join(HEADER),
    line(element_id="1", co2_fossil="33.6", ch4_fossil_co2e="264", n2o_co2e="2.4", co2_biogenic="344.7"),
    line(element_id="2", total_co2e="1", unit_en="kgCO2e/keuro", quality_temporal="3"),
    line(element_id="2", line_type="Poste", total_co2e="0.9", component_type="Amont"),
    line(element_id="2", line_type="Poste", total_co2e="9.95E-2", component_type="Combustion"),
    line(element_id="3", total_co2e="1"),
    line(element_id="3", line_type="Poste", total_co2e="0.8", component_type="Amont"),
    line(element_id="4", unit_en="kgCO2e/peq.km"),
    line(element_id="5", geography="Mars"),
    line(element_id="6", valid_until="bientôt"),
    line(element_id="7", line_type="Note"),
    line(element_id="8", total_co2e="9.50E-4", other_ghg_co2e="0.0001", co2_fossil="0.0008", status="Archivé"),
]


def test_an_element_is_a_factor_with_its_gas_parts() -> None:
    row = ademe.read(LINES).rows[0]
    assert (row["unit"], row["basis"], row["co2e"], row["co2_biogenic"]) == ("t", "CO2E_BY_GAS", "300", "344.7")
    assert row["gases"] == "CO2=33.6;CH4_FOSSIL=264;N2O=2.4"
    assert (row["data_year"], row["valid_from"], row["valid_to"]) == ("2014", "2014-11-05", "2018-12-31")
    assert (row["uncertainty_low"], row["uncertainty_high"], row["region"]) == ("50", "50", "FR")


def test_components_within_rounding_are_accepted_and_thousands_of_euros_shifted() -> None:
    row = ademe.read(LINES).rows[1]
    assert (row["unit"], row["co2e"], row["printed"]) == ("EUR", "0.001", "1 kgCO2e/keuro")
    assert row["quality"] == "temporal 3"


def test_gases_without_a_code_leave_the_total_alone() -> None:
    row = ademe.read(LINES).rows[2]
    assert (row["record"], row["basis"], row["gases"]) == ("8", "CO2E_TOTAL", "")
    assert row["note"] == "archived by the publisher"
    assert factor_of(dataset_of(ademe.DATASET_FIELDS), row).co2e == Fraction("0.00095")


def test_bad_elements_are_reported_each() -> None:
    errors = ademe.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (6, "total_co2e", "1"),
        (8, "unit_en", "kgCO2e/peq.km"),
        (9, "geography", "Mars"),
        (10, "valid_until", "bientôt"),
        (11, "line_type", "Note"),
    ]
    assert errors[0].message == "differs from the sum of its 1 components, 0.8"


def test_the_sample_reads_but_for_a_passenger_equivalent(shared_factors: Path) -> None:
    text = (shared_factors / "ademe-base-carbone-sample.csv").read_text(encoding="utf-8")
    result = ademe.read(text.splitlines())
    dataset = dataset_of(ademe.DATASET_FIELDS)
    assert len({factor_of(dataset, row).factor_id for row in result.rows}) == 52
    assert [(error.column, error.value) for error in result.errors] == [("unit_en", "kgCO2e/peq.km")]
