"""The PDF, read back by poppler: every text and total, heads on each page, the JSON attached, no image, no box."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.document import Bilingual, Document
from reports.rendering import words
from reports.rendering.codes import spelled
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.pdf import to_pdf
from reports.rendering.renderings import Form
from tests.reports.documents import SHOWN_TOTALS, document, row, with_rows
from tests.reports.rendering.rendered import needs_poppler, pdf_text, poppler, rendered


def texts(shown: Document, language: Language) -> Iterator[str]:
    """Every text of a document that a page shows."""
    yield language.of(shown.subject.name)
    yield from (shown.reason, *shown.gaps, *shown.subject.identifiers.values())
    yield from (spelled(text, language) for text in shown.rests.basis.values())
    for table in shown.tables:
        yield from (language.of(table.title), table.code, *([language.of(table.note)] if table.note else []))
        yield from (language.of(column.heading) for column in table.columns)
        for line in table.rows:
            yield language.of(line.heading)
            yield from (cell for cell in line.cells if isinstance(cell, str))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@needs_poppler
@pytest.mark.parametrize("language", Language)
def test_every_text_is_read_back(language: Language) -> None:
    read = squeezed(pdf_text(language))
    expected = set(texts(document(), language))
    assert "佛山华睿生物医药有限公司（一厂）" in expected or language is Language.EN
    assert {text for text in expected if squeezed(text) not in read} == set()
    assert "\ufffd" not in read


@needs_poppler
def test_the_totals_stand_on_the_first_page() -> None:
    first = pdf_text().partition("\f")[0]
    for name, shown in SHOWN_TOTALS.items():
        line = next(line for line in first.splitlines() if line.strip().startswith(f"{words.TOTALS[name].zh}, tCO2e"))
        assert line.split()[-1] == shown


@needs_poppler
def test_pages_are_numbered_and_table_heads_repeated() -> None:
    pages = pdf_text().split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
    meters = [page for page in pages if "3号变电所10kV母线二段" in page]
    assert len(meters) > 1
    assert all("数据处理" in page and "读数 (kWh)" in page for page in meters)


@needs_poppler
def test_bars_are_drawn_for_totals_categories_and_months() -> None:
    text = pdf_text()
    for title in ("各范围排放量，tCO2e", "范围三各类别排放量，tCO2e", "各月排放量，tCO2e · 范围一"):
        assert title in text
    assert re.search(r"4 上游运输和配送\s+-50\.000", text)
    assert re.search(r"2025-11\s+2025-12", text)
    assert len(poppler("pdfimages", rendered(Form.PDF).content, "-list", "FILE").splitlines()) == 2  # its heading alone


@needs_poppler
def test_the_canonical_json_is_attached() -> None:
    content = rendered(Form.PDF).content
    assert poppler("pdfdetach", content, "-save", "1", "-o", "OUT", "FILE") == rendered(Form.JSON).content


def test_it_says_that_it_is_pdf_a_3b_and_when_its_data_was_known() -> None:
    content = rendered(Form.PDF).content
    assert b"<pdfaid:part>3</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    assert b"<xmp:CreateDate>2026-03-31T08:00:00Z</xmp:CreateDate>" in content


@needs_poppler
def test_a_place_to_sign_and_what_is_signed() -> None:
    last = pdf_text().split("\f")[-2]
    for label in (words.STATEMENT, *words.SIGNATURES):
        assert label.zh in last


@pytest.mark.parametrize(("character", "point"), [("𠮷", "U+20BB7"), ("😀", "U+1F600"), ("က", "U+1000")])
def test_a_character_without_a_glyph_is_refused_and_never_a_box(character: str, point: str) -> None:
    odd = with_rows(row("A", f"{character}野公司", Decimal(1), None, None, None))
    with pytest.raises(CannotRender, match=f"has no glyph for '{character}' \\({re.escape(point)}\\)"):
        to_pdf(odd, Language.ZH)


@needs_poppler
def test_texts_are_texts_and_never_markup() -> None:
    trap = '#panic("x") *a* $b$ = c @d <e> `f` \\ //'
    odd = replace(with_rows(row("A", trap, Decimal(1), None, trap, None)), gaps=(trap,), lines=())
    named = replace(odd, subject=replace(odd.subject, name=Bilingual(trap, trap)))
    text = squeezed(poppler("pdftotext", to_pdf(named, Language.ZH), "-layout", "FILE", "-").decode())
    assert text.count(squeezed(trap)) == 6  # head, footer of the page twice, row, cell, gap


@needs_poppler
def test_what_has_no_space_stays_on_the_page_and_is_what_it_was() -> None:
    endless = ("ipcc-2006:" + "117776+" * 30 + "1", "3" * 200)
    odd = replace(with_rows(*(row("A", "甲", Decimal(1), None, one, None) for one in endless)), lines=())
    content = to_pdf(odd, Language.ZH)
    text = poppler("pdftotext", content, "-layout", "FILE", "-").decode()
    assert "\u200b" not in text
    letters = Counter(squeezed(text))
    assert (letters["+"] >= 30, letters["3"] >= 200) == (True, True)
    boxes = poppler("pdftotext", content, "-bbox", "FILE", "-").decode()
    width = max(float(one) for one in re.findall(r'<page width="([0-9.]+)"', boxes))
    assert all(float(right) < width for right in re.findall(r'xMax="([0-9.]+)"', boxes))


@needs_poppler
def test_a_short_table_stands_on_one_page() -> None:
    rows = [row(f"R{number}", f"行{number}", Decimal(number), None, None, None) for number in range(6)]
    one = with_rows(*rows).tables[0]
    tables = [
        replace(one, code=f"T.{at}", rows=(*rows, row("L", f"末行{at}。", Decimal(1), None, None, None)))
        for at in range(12)
    ]
    pages = poppler(
        "pdftotext", to_pdf(replace(document(), tables=tables, lines=()), Language.ZH), "FILE", "-"
    ).decode()
    for at in range(12):
        assert [f"T.{at} " in page for page in pages.split("\f")] == [
            f"末行{at}。" in page for page in pages.split("\f")
        ]
    assert sum("末行" in page for page in pages.split("\f")) > 2


def test_an_instant_without_an_offset_is_refused() -> None:
    for wrong, fault in (("2026-03-31T16:00:00", "has no offset"), ("yesterday", "accepted is ISO 8601")):
        odd = replace(document(), rests=replace(document().rests, known_at=wrong))
        with pytest.raises(CannotRender, match=fault):
            to_pdf(odd, Language.ZH)
