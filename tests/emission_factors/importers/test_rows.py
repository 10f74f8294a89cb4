import pytest

from emission_factors.importers import Imported
from emission_factors.importers.rows import (
    BadCell,
    Figure,
    confirmed,
    edition,
    factor_row,
    figure,
    imported,
    shifted,
    unit_code,
    year_text,
)
from emission_factors.importers.sheets import Row


def row(**cells: str) -> Row:
    return Row(7, cells)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("0.11", "tCO2/GJ", Figure("110", "CO2", "GJ", "0.11 tCO2/GJ")),
        ("0.440", "tCO2/t", Figure("440", "CO2", "t", "0.440 tCO2/t")),
        ("0.5306", "kgCO2/kWh", Figure("0.5306", "CO2", "kWh", "0.5306 kgCO2/kWh")),
        ("0.119", "kgCO2e/tkm", Figure("0.119", "CO2e", "t.km", "0.119 kgCO2e/tkm")),
        ("193", "gCO2/kWh", Figure("0.193", "CO2", "kWh", "193 gCO2/kWh")),
    ],
)
def test_figure_is_shifted_exactly_to_kilograms(value: str, unit: str, expected: Figure) -> None:
    assert figure(row(value=value, unit=unit), "value", "unit") == expected


@pytest.mark.parametrize(
    ("value", "unit", "column"),
    [
        ("n/a", "tCO2/GJ", "value"),
        ("1,5", "tCO2/GJ", "value"),
        ("0.11", "GJ", "unit"),
        ("0.11", "tCO2/furlong", "unit"),
        ("0.11", "tCO2/GJ.t", "unit"),
    ],
)
def test_figure_refuses_what_is_no_emission_per_unit(value: str, unit: str, column: str) -> None:
    with pytest.raises(BadCell) as caught:
        figure(row(value=value, unit=unit), "value", "unit")
    assert caught.value.column == column


def test_shifting_keeps_every_digit() -> None:
    assert shifted("0.1100", 3) == "110.0"
    assert shifted("9.50E-4", -3) == "0.000000950"
    assert shifted("0.30", 0) == "0.30"


def test_units_activities_are_not_counted_in_are_refused() -> None:
    with pytest.raises(BadCell, match="in which no activity is counted"):
        unit_code(row(unit="ha.yr"), "unit", "ha.yr")
    assert unit_code(row(unit="度"), "unit", "度") == "kWh"


def test_year_takes_four_digits() -> None:
    assert year_text(row(year="2023"), "year") == "2023"
    with pytest.raises(BadCell, match="is not a year"):
        year_text(row(year="23"), "year")


def test_two_places_confirm_a_figure() -> None:
    assert [confirmed(places) for places in ("", "1", "2", "5")] == [
        "SINGLE_SOURCE",
        "SINGLE_SOURCE",
        "VERIFIED",
        "VERIFIED",
    ]


def test_a_bad_row_is_reported_and_the_next_is_read() -> None:
    def take(source: Row, result: Imported) -> None:
        result.rows.append({"record": year_text(source, "year")})

    result = imported(["year,note", "2023,a", "soon,b", "", "2024,c"], "year note", take)
    assert [made["record"] for made in result.rows] == ["2023", "2024"]
    assert [str(error) for error in result.errors] == [
        "row 3, column year: 'soon' is not a year: four digits, such as 2023, are accepted"
    ]


def test_a_wrong_header_is_one_error_that_lists_the_missing_columns() -> None:
    def take(source: Row, result: Imported) -> None:
        result.rows.append(source.cells)

    result = imported(["a,b", "1,2"], "year value", take)
    assert not result.rows
    assert len(result.errors) == 1
    assert "missing are year, value" in result.errors[0].message


def test_a_factor_row_has_every_column_and_no_other() -> None:
    made = factor_row(record="x", data_year="2023")
    assert made["valid_from"] == "2023-01-01"
    assert made["status"] == "SINGLE_SOURCE"
    assert made["kinds"] == ""
    with pytest.raises(TypeError, match="colour"):
        factor_row(record="x", data_year="2023", colour="red")


def test_an_edition_has_the_columns_of_datasets_csv() -> None:
    assert list(edition(dataset_id="x"))[:3] == ["dataset_id", "publisher", "title"]
    assert edition(dataset_id="x")["supersedes"] == ""
