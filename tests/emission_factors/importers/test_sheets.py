from emission_factors.importers import RowError
from emission_factors.importers.sheets import Column, columns, number, read_table

WANTED = (Column("id", "id", is_needed=False), Column("unit", "uom|activityunit"), Column("value", "factor*"))


def test_the_header_is_found_below_title_rows_and_by_other_spellings() -> None:
    errors: list[RowError] = []
    lines = ["\ufeffConversion factors,,", "", "Version 1,,", "UOM ,Factor 2031, ID", "km,0.5,a", ",,", "mile, 0.8 ,b"]
    table = read_table(lines, WANTED, errors)
    assert table is not None
    assert (table.header, table.header_number) == ({"unit": "UOM", "value": "Factor 2031", "id": "ID"}, 4)
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (5, {"id": "a", "unit": "km", "value": "0.5"}),
        (7, {"id": "b", "unit": "mile", "value": "0.8"}),
    ]
    assert errors == []


def test_a_column_that_is_not_needed_reads_as_empty() -> None:
    table = read_table(["activity_unit,factor", "km"], WANTED, [])
    assert table is not None
    assert [dict(row.cells) for row in table.rows] == [{"id": "", "unit": "km", "value": ""}]


def test_a_wrong_header_is_one_error_that_lists_what_is_missing() -> None:
    errors: list[RowError] = []
    assert read_table(["id,name", "a,b"], WANTED, errors) is None
    assert errors == [
        RowError(1, "header", "id, name", "is no header of this publication: missing are unit, value"),
    ]


def test_an_empty_file_is_a_wrong_header() -> None:
    errors: list[RowError] = []
    assert read_table([], columns("unit"), errors) is None
    assert errors == [RowError(1, "header", "", "is no header of this publication: missing are unit")]


def test_a_number_keeps_its_digits_and_anything_else_is_reported() -> None:
    errors: list[RowError] = []
    table = read_table(
        ["value", "0.1770", "9.78188e-05", "-3", "1,5", "n/a", "NaN", '"1,234.5"'], columns("value"), errors
    )
    assert table is not None
    assert [number(row, "value", errors) for row in table.rows] == ["0.1770", "9.78188e-05", "-3", "1", "", "", ""]
    message = "is not a number: digits with a point, such as 0.18296, are accepted"
    assert errors == [RowError(row, "value", value, message) for row, value in ((6, "n/a"), (7, "NaN"), (8, "1,234.5"))]
