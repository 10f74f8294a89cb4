"""Workbooks made by a real writer and by hand: numbers, dates of both systems, formulas, bombs, cells far apart."""

import io
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from accounting.management.ingest_profiles import IngestProfile, PeriodEnd
from accounting.refusals import RefusalCode
from api.ingest.formats import ContentCoding, FileFault, FileFormat, Limits
from api.ingest.formats.faults import MIB
from tests.api.ingest.formats.files import (
    HEADER,
    ROW,
    fault_of,
    packed,
    read,
    refusals,
    rows,
    saved,
    sheet_replaced,
    sheet_xml,
    workbook_bytes,
)

XLSX = FileFormat.XLSX
PROFILE = IngestProfile("p", time_zone="Asia/Shanghai", period_end=PeriodEnd.LAST_DAY)
MARCH, APRIL = datetime(2026, 3, 1), datetime(2026, 4, 1)


def sheet(*given: Any, **options: Any) -> bytes:
    return workbook_bytes([HEADER, *given], options)


def with_quantity(cell: Any) -> tuple[Any, ...]:
    return (*ROW[:3], cell, *ROW[4:])


@pytest.mark.parametrize("coding", list(ContentCoding))
@pytest.mark.parametrize("options", [{}, {"constant_memory": True, "in_memory": False}])
def test_texts_come_as_they_stand(tmp_path: Path, coding: ContentCoding, options: dict[str, Any]) -> None:
    path = saved(tmp_path, packed(sheet(ROW, None or (), ROW, **options), coding))
    found = read(path, XLSX, coding=coding, limits=Limits(rows=1))
    assert rows(found) == [tuple(cell or "" for cell in ROW)] * 2
    assert [block.place(block.first_row, "quantity") for block in found] == [
        "sheet Sheet1, cell D2",
        "sheet Sheet1, cell D4",
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(12.5, "12.5"), (0.1, "0.1"), (1.1, "1.1"), (604.041, "604.041"), (1e-7, "0.0000001"), (7, "7")],
)
def test_a_number_is_what_was_typed(tmp_path: Path, number: float, text: str) -> None:
    assert rows(read(saved(tmp_path, sheet(with_quantity(number))), XLSX))[0][3] == text
    written = f'<row r="1">{header()}</row><row r="2">{cells({**text_cells(), "D": ("n", f"{number:.17g}")})}</row>'
    book = sheet_replaced(sheet(ROW), sheet_xml(written))
    assert rows(read(saved(tmp_path, book), XLSX))[0][3] == text


def test_a_calculated_number_is_refused_or_rounded_as_the_profile_says(tmp_path: Path) -> None:
    path = saved(tmp_path, sheet(with_quantity(1234.5 - 1200.2)))
    [one] = refusals(read(path, XLSX))
    assert (one.code, one.field) == (RefusalCode.NOT_A_NUMBER, "quantity")
    assert one.message.startswith("sheet Sheet1, cell D2: 34.29999999999")
    profile = IngestProfile("p", float_digits=12, decimal_mark=",", thousands_mark=".", time_zone="Asia/Shanghai")
    assert rows(read(path, XLSX, profile))[0][3] == "34.3"


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_both_systems(tmp_path: Path, is_1904: bool) -> None:
    times = (datetime(2026, 3, 1, 8, 30), datetime(2026, 3, 1, 8, 45, 10, 250_000))
    path = saved(tmp_path, sheet((*ROW[:5], *times, *ROW[7:]), date_1904=is_1904))
    assert rows(read(path, XLSX))[0][5:7] == ("2026-03-01T08:30:00", "2026-03-01T08:45:10.250")
    assert rows(read(path, XLSX, PROFILE))[0][5:7] == ("2026-03-01T00:30:00Z", "2026-03-01T00:45:10.250Z")


def test_days_and_their_ends(tmp_path: Path) -> None:
    days = (*ROW[:5], MARCH, datetime(2026, 3, 31), *ROW[7:])
    path = saved(tmp_path, sheet(days, default_date_format="yyyy年m月d日"))
    assert rows(read(path, XLSX))[0][5:7] == ("2026-03-01", "2026-03-31")
    assert rows(read(path, XLSX, PROFILE))[0][5:7] == ("2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z")
    [one] = refusals(read(path, XLSX, IngestProfile("p", time_zone="Asia/Shanghai")))
    assert one.message.startswith("sheet Sheet1, cell G2: '2026-03-31' is a day without a time")


@pytest.mark.parametrize(
    ("place", "cell", "message"),
    [
        (3, "12,5,3", "cell D2: '12,5,3' is no number; accepted is"),
        (3, MARCH, "cell D2: 46082 is shown as a date; quantity is none"),
        (3, True, "cell D2: TRUE is neither text nor number"),
        (3, "=A1*2", "cell D2: '=A1*2' is a formula whose value was never calculated"),
        (5, 46082, "cell F2: 46082 is a number that is not shown as a date"),
        (5, 20260301, "cell F2: 20260301 is a number"),
        (1, 12345678901234567, "cell B2: 1.234567890123457E+16 is a number of more digits"),
        (8, "guess", "cell I2: 'guess' is no quality; accepted are MEASURED"),
    ],
)
def test_a_cell_that_a_field_cannot_take(tmp_path: Path, place: int, cell: Any, message: str) -> None:
    row = (*ROW[:place], cell, *ROW[place + 1 :])
    found = read(saved(tmp_path, sheet(row)), XLSX, PROFILE)
    assert [one.message[: len("sheet Sheet1, ") + len(message)] for one in refusals(found)] == [
        f"sheet Sheet1, {message}"
    ]
    assert rows(found) == [("",) * 10]


def test_an_id_typed_as_a_number(tmp_path: Path) -> None:
    assert rows(read(saved(tmp_path, sheet((ROW[0], 1001, *ROW[2:]))), XLSX))[0][1] == "1001"


def text_cells() -> dict[str, tuple[str, str]]:
    return {letter: ("str", cell) for letter, cell in zip("ABCDEFGHIJ", ROW, strict=True) if cell}


def header() -> str:
    return cells({letter: ("str", cell) for letter, cell in zip("ABCDEFGHIJ", HEADER, strict=True)}, row=1)


def cells(given: dict[str, tuple[str, str]], row: int = 2) -> str:
    return "".join(f'<c r="{letter}{row}" t="{kind}"><v>{text}</v></c>' for letter, (kind, text) in given.items())


def test_formulas_with_a_value_an_error_or_none(tmp_path: Path) -> None:
    rest = cells({letter: cell for letter, cell in text_cells().items() if letter != "D"})
    kinds = [
        '<c r="D2"><f>A1*2</f><v>25</v></c>',
        '<c r="D2"><f>A1*2</f></c>',
        '<c r="D2"><f>A1*2</f><v></v></c>',
        '<c r="D2" t="e"><f>A1/0</f><v>#DIV/0!</v></c>',
        '<c r="D2" t="str"><f>A1</f><v>13</v></c>',
    ]
    body = "".join(
        f'<row r="{number}">{kind}{rest}</row>'.replace('2"', f'{number}"') for number, kind in enumerate(kinds, 2)
    )
    plain = sheet_replaced(sheet(ROW), sheet_xml(f'<row r="1">{header()}</row>{body}'))
    calculated = sheet_replaced(
        plain, entry_of(plain, "xl/workbook.xml").replace(' fullCalcOnLoad="1"', ""), "xl/workbook.xml"
    )
    found = read(saved(tmp_path, calculated), XLSX)
    never = "is a formula whose value was never calculated; open the workbook in a spreadsheet program and save it"
    assert [row[3] for row in rows(found)] == ["25", "", "", "", "13"]
    assert [one.message for one in refusals(found)] == [
        f"sheet Sheet1, cell D3: '=A1*2' {never}",
        f"sheet Sheet1, cell D4: '=A1*2' {never}",
        "sheet Sheet1, cell D5: #DIV/0! is an error of the spreadsheet",
    ]
    assert [row[3] for row in rows(read(saved(tmp_path, plain), XLSX))] == [""] * 5


def entry_of(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as source:
        return source.read(name).decode()


def test_cells_and_rows_without_numbers_prefixes_and_rich_text(tmp_path: Path) -> None:
    body = sheet_xml(f'<row r="1">{header()}</row><row r="2">{cells(text_cells())}</row>')
    bare = body.replace(' r="1"', "").replace(' r="2"', "")
    for letter in "ABCDEFGHIJ":
        bare = bare.replace(f' r="{letter}1"', "")
    prefixed = body.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    rich = body.replace(
        '<c r="A2" t="str"><v>M1</v></c>', '<c r="A2" t="inlineStr"><is><r><t>M</t></r><r><t>1</t></r></is></c>'
    )
    for text in (body, bare, prefixed, rich):
        assert rows(read(saved(tmp_path, sheet_replaced(sheet(ROW), text)), XLSX)) == [ROW]


def test_the_sheet_and_header_row_of_the_profile(tmp_path: Path) -> None:
    title = [["Consumption"], [], [*HEADER], [*ROW]]
    path = saved(tmp_path, workbook_bytes(title, sheet="2026年"))
    profile = IngestProfile("p", header_row=3, sheet="2026年", time_zone="UTC")
    found = read(path, XLSX, profile)
    assert rows(found)[0][:2] == ROW[:2]
    assert found[0].place(0, "source") == "sheet 2026年, cell A4"
    missing = fault_of(path, XLSX, IngestProfile("p", sheet="2025"))
    assert (missing.fault, str(missing)) == (FileFault.SHEET, "the workbook has no sheet '2025'; it has '2026年'")
    assert "row 2 of the sheet '2026年' holds no header" in str(fault_of(path, XLSX, IngestProfile("p", header_row=2)))


def test_two_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    body = f'<row r="1">{header()}</row><row r="2">{cells(text_cells())}</row>{far}'
    path = saved(tmp_path, sheet_replaced(sheet(ROW), sheet_xml(body)))
    tracemalloc.start()
    assert rows(read(path, XLSX)) == [ROW]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * MIB


@pytest.mark.parametrize(
    ("body", "fault", "message"),
    [
        ("<row", FileFault.FORMAT, "is no XML"),
        ('<row r="1"><c r="A1"><v>1</v></c></row></sheetData>', FileFault.FORMAT, "is no XML"),
        ('<row r="2"/><row r="1"/>', FileFault.FORMAT, "rows of the sheet are not in order"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', FileFault.FORMAT, "a cell '1A', which is no cell"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', FileFault.FORMAT, "a cell 'XFE1'"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', FileFault.FORMAT, "no text number '99'"),
        ("", FileFault.HEADER, "holds no header"),
    ],
)
def test_sheets_that_are_refused_whole(tmp_path: Path, body: str, fault: FileFault, message: str) -> None:
    found = fault_of(saved(tmp_path, sheet_replaced(sheet(ROW), sheet_xml(body))), XLSX)
    assert found.fault is fault
    assert message in str(found)


def test_a_text_or_tag_that_never_ends_is_refused(tmp_path: Path) -> None:
    long = "x" * (8 * MIB)
    for body in (
        f'<row r="1">{header()}</row><row r="2"><c r="A2" t="str"><v>{long}</v></c></row>',
        f'<row r="1">{header()}</row><row r="2"><!--{long}--></row>',
        f'<row r="1">{header()}</row><row r="2" x="{long}"></row>',
    ):
        path = saved(tmp_path, sheet_replaced(sheet(ROW), sheet_xml(body)))
        found = fault_of(path, XLSX, limits=Limits(ratio=10_000))
        assert found.fault is FileFault.LINE_TOO_LONG


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    empty = f'<row r="1">{header()}</row>' + "<row><c><v>1</v></c></row>" * 1_500_000
    found = fault_of(saved(tmp_path, sheet_replaced(sheet(ROW), sheet_xml(empty))), XLSX)
    assert found.fault is FileFault.TOO_LARGE
    assert "more than 200 times" in str(found)


def test_shared_texts_have_a_limit(tmp_path: Path) -> None:
    path = saved(tmp_path, sheet(*[(f"M{number}" * 20, *ROW[1:]) for number in range(200)]))
    assert len(rows(read(path, XLSX))) == 200
    found = fault_of(path, XLSX, limits=Limits(shared_text_bytes=10_000))
    assert "more than 10,000 bytes of different texts" in str(found)


def test_entities_are_refused(tmp_path: Path) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    body = sheet_xml(f'<row r="1">{header()}</row>').replace("<worksheet", f"{lol}<worksheet")
    assert "document type" in str(fault_of(saved(tmp_path, sheet_replaced(sheet(ROW), body)), XLSX))


@pytest.mark.parametrize("kept", [30, 1000, -1, -200])
def test_a_workbook_that_is_cut_off(tmp_path: Path, kept: int) -> None:
    found = fault_of(saved(tmp_path, sheet(ROW)[:kept]), XLSX)
    assert found.fault is FileFault.FORMAT
    assert "no zip, or not whole" in str(found)


def test_a_damaged_entry_is_found_before_a_row_is_handed_out(tmp_path: Path) -> None:
    book = bytearray(sheet(*[(ROW[0], f"a-{number}", *ROW[2:]) for number in range(500)]))
    with zipfile.ZipFile(io.BytesIO(bytes(book))) as source:
        info = source.getinfo("xl/worksheets/sheet1.xml")
    book[info.header_offset + 60 + info.compress_size // 2] ^= 0xFF
    assert fault_of(saved(tmp_path, bytes(book)), XLSX).fault in (FileFault.COMPRESSION, FileFault.FORMAT)


def test_other_workbooks(tmp_path: Path) -> None:
    old = saved(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "an old workbook (.xls) or has a password" in str(fault_of(old, XLSX))
    assert "sent as CSV and is an old workbook" in str(fault_of(old, FileFormat.CSV))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("word/document.xml", "<x/>")
    assert "it has no xl/workbook.xml" in str(fault_of(saved(tmp_path, target.getvalue()), XLSX))
    assert fault_of(saved(tmp_path, sheet()), XLSX).fault is FileFault.EMPTY
