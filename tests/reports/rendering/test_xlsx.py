"""The workbook, read back by a program that is not ours: every value exact, no text a formula."""

import io
import random
import re
import zipfile
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from reports.document import InventoryLine
from reports.rendering import words
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.renderings import Form
from reports.rendering.sheet_names import sheet_names
from reports.rendering.xlsx import is_held, to_xlsx
from tests.reports.documents import FORMULA, TOTALS, document, meters, row, with_rows
from tests.reports.rendering.rendered import rendered

Cell = object


def sheets(content: bytes) -> dict[str, list[list[Cell]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [list(found) for found in workbook.get_sheet_by_name(name).to_python()] for name in workbook.sheet_names
    }


def exact(cell: Cell) -> Decimal:
    return Decimal(repr(cell)) if isinstance(cell, float) else Decimal(str(cell))


def test_a_sheet_for_each_table_between_head_and_lines() -> None:
    found = sheets(rendered(Form.XLSX).content)
    assert list(found) == ["报告", "GHG.1", "B.1", "E1-5", "P11", "QA", "清单明细"]
    assert list(sheets(rendered(Form.XLSX, Language.EN).content)) == [
        "Report",
        "GHG.1",
        "B.1",
        "E1-5",
        "P11",
        "QA",
        "Inventory lines",
    ]


def test_every_cell_comes_back_exactly() -> None:
    found = sheets(rendered(Form.XLSX).content)
    for table in document().tables:
        rows = found[table.code][4:]
        assert len(rows) == len(table.rows)
        for read, written in zip(rows, table.rows, strict=True):
            assert read[:2] == [written.code, written.heading.zh]
            for cell, value in zip(read[2:], written.cells, strict=True):
                if isinstance(value, Decimal):
                    assert exact(cell) == value
                else:
                    assert cell == ("" if value is None else str(value))


def test_the_lines_come_back_and_add_up_to_the_totals() -> None:
    found = sheets(rendered(Form.XLSX).content)["清单明细"]
    heads = found[3]
    assert heads == [words.LINE_COLUMNS[field.name].zh for field in fields(InventoryLine)]
    total, co2e, gases = (heads.index(words.LINE_COLUMNS[name].zh) for name in ("total", "co2e", "gases"))
    assert len(found) == 4 + len(document().lines)
    for name in ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_2_MARKET", "SCOPE_3", "OUTSIDE"):
        assert sum(exact(line[co2e]) for line in found[4:] if line[total] == name) == TOTALS[name]
    assert found[4][gases] == "CO2 3333337.5"


def test_a_decimal_too_long_for_a_cell_is_a_text_and_others_are_numbers() -> None:
    found = {line[0]: line[2] for line in sheets(rendered(Form.XLSX).content)["GHG.1"][4:]}
    assert found["SCOPE_1"] == 36665.7125
    assert found["SCOPE_3"] == "1200.0001734567890123456"
    assert found["S3.2"] == ""
    note = [line[0] for line in sheets(rendered(Form.XLSX).content)["报告"]][-1]
    assert note == words.EXACT_CELLS.zh


def test_fifteen_digits_survive_a_cell_at_any_magnitude() -> None:
    source = random.Random(20260331)  # noqa: S311  numbers to try, no secret
    values = [
        Decimal(source.randrange(10**14, 10**15)).scaleb(exponent).copy_sign(Decimal(source.choice((-1, 1))))
        for exponent in range(-30, 24)
        for _ in range(8)
    ]
    assert all(is_held(value) for value in values)
    rows = [row(str(at), "", value, None, None, None) for at, value in enumerate(values)]
    read = sheets(to_xlsx(with_rows(*rows), Language.EN))["GHG.1"][4:]
    assert [type(line[2]) for line in read] == [float] * len(values)
    assert [exact(line[2]) for line in read] == values


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("0", True),
        ("-0.00", True),
        ("123456789012345", True),
        ("1234567890123456", False),
        ("1.50000000000000000", True),
        ("0.1234567890123456", False),
        ("1234567890123450000000", True),
    ],
)
def test_what_a_cell_holds(value: str, held: bool) -> None:
    assert is_held(Decimal(value)) is held


def test_no_text_becomes_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(io.BytesIO(rendered(Form.XLSX).content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
        dates = {info.date_time for info in archive.infolist()}
    assert not any("<f>" in part or "hyperlink" in part for name, part in parts.items() if "worksheets/" in name)
    assert "quotePrefix" in parts["xl/styles.xml"]
    assert FORMULA in [line[1] for line in sheets(rendered(Form.XLSX).content)["报告"]]
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert "2026-03-31T08:00:00Z" in parts["docProps/core.xml"]


def test_a_text_that_no_cell_holds_is_refused() -> None:
    long = row("A", "x" * 32_768, Decimal(1), None, None, None)
    with pytest.raises(CannotRender, match=r"\(32768 characters\): a cell holds 32,767 characters"):
        to_xlsx(with_rows(long), Language.ZH)


def test_sheets_have_names_that_a_spreadsheet_takes() -> None:
    names = sheet_names(["B.1", "b.1", "[P5]/x:*?", "Report", "y" * 40, "y" * 40], Language.EN)
    assert names == ["Report", "B.1", "b.1 2", "_P5__x___", "Report 2", "y" * 31, "y" * 29 + " 2", "Inventory lines"]


def test_numbers_show_all_their_digits() -> None:
    with zipfile.ZipFile(io.BytesIO(rendered(Form.XLSX).content)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert {"#,##0.0000", "#,##0.0000000000"} <= set(re.findall('formatCode="(.*?)"', styles))  # 36665.7125, BIO


def test_a_document_without_tables_or_lines_is_a_workbook_all_the_same() -> None:
    bare = replace(document(), tables=(), lines=(), gaps=())
    found = sheets(to_xlsx(bare, Language.EN))
    assert list(found) == ["Report", "Inventory lines"]
    assert [line[0] for line in found["Report"]].count("No gap is known.") == 1
    assert meters().code not in found
