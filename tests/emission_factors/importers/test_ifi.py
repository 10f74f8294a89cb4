from pathlib import Path

from emission_factors.datasets import dataset_of, factor_of
from emission_factors.importers import ifi

HEADER = ifi.COLUMNS.replace(" ", ",")
LINES = [
    HEADER,
    '"Bolivia, Plurinational State of",400,480,400,400,530,gCO2/kWh',
    "Azores (Portugal),1,2,3,4,5,gCO2/kWh",
    "Chile,1,2,none,4,5,gCO2/kWh",
    "Chile,1,2,3,4,5,kgCO2/MWh",
]


def test_a_country_has_five_margins_and_no_kind() -> None:
    rows = ifi.read(LINES).rows
    assert [(row["record"], row["gases"]) for row in rows] == [
        ("BO-cm_firm_energy", "CO2=0.400"),
        ("BO-cm_intermittent_energy", "CO2=0.480"),
        ("BO-cm_energy_efficiency", "CO2=0.400"),
        ("BO-cm_electricity_consumption", "CO2=0.400"),
        ("BO-operating_margin", "CO2=0.530"),
    ]
    assert {row["kinds"] for row in rows} == {""}


def test_bad_rows_give_no_margin_at_all() -> None:
    errors = ifi.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (3, "country_or_territory", "Azores (Portugal)"),
        (4, "cm_energy_efficiency", "none"),
        (5, "unit", "kgCO2/MWh"),
    ]


def test_the_collected_file_reads_but_for_six_territories(shared_factors: Path) -> None:
    text = (shared_factors / "ifi-unfccc-default-grid-factors-2021.csv").read_text(encoding="utf-8")
    result = ifi.read(text.splitlines())
    dataset = dataset_of(ifi.DATASET_FIELDS)
    assert len({factor_of(dataset, row).factor_id for row in result.rows}) == 227 * 5
    assert [error.value for error in result.errors] == [
        "Azores (Portugal)",
        "Canary Islands (Spain)",
        "Channel Islands (U.K)",
        "Kosovo",
        "Madeira (Portugal)",
        "Memo: EU 27",
    ]
