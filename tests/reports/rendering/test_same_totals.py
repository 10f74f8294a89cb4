"""One document, four forms, four readers: the totals are the same in all."""

from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from proofs.canonical import read_canonical
from reports.rendering import words
from reports.rendering.languages import Language
from reports.rendering.numbers import rounded, tonnes
from reports.rendering.renderings import Form
from tests.reports.documents import SHOWN_TOTALS, TOTALS
from tests.reports.rendering.rendered import arelle_readings, needs_arelle, needs_poppler, pdf_text, rendered

EXACT = {name: tonnes(value) for name, value in TOTALS.items()}
SHOWN = {name: Decimal(shown.replace(",", "")) for name, shown in SHOWN_TOTALS.items()}


def test_the_expected_totals_are_the_exact_ones_rounded() -> None:
    assert {name: rounded(value) for name, value in EXACT.items()} == SHOWN


def test_in_the_json() -> None:
    read = read_canonical(rendered(Form.JSON).content)
    assert isinstance(read, dict)
    totals = read["totals"]
    assert isinstance(totals, dict)
    assert {name: tonnes(Decimal(str(value))) for name, value in totals.items()} == EXACT


@pytest.mark.parametrize("language", Language)
def test_in_the_workbook(language: Language) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(rendered(Form.XLSX, language).content))
    lines = {line[0]: line[1:3] for line in book.get_sheet_by_index(0).to_python()}
    for name, label in words.TOTALS.items():
        exact, shown = (Decimal(str(cell)) for cell in lines[language.of(label)])
        assert (exact, shown) == (EXACT[name], SHOWN[name])


@needs_poppler
@pytest.mark.parametrize("language", Language)
def test_on_paper(language: Language) -> None:
    first = pdf_text(language).partition("\f")[0].splitlines()
    for name, label in words.TOTALS.items():
        found = [line.split()[-1] for line in first if line.strip().startswith(f"{language.of(label)}, tCO2e")]
        assert found == [SHOWN_TOTALS[name]]


def test_on_the_page() -> None:
    root = ElementTree.fromstring(rendered(Form.IXBRL).content)  # noqa: S314  our own page
    facts = root.iter("{http://www.xbrl.org/2013/inlineXBRL}nonFraction")
    read = {
        fact.get("name"): Decimal((fact.text or "").replace(",", ""))
        for fact in facts
        if fact.get("contextRef") == "c0" and fact.get("scale") == "0"
    }
    assert {name: read[concept] for name, concept in words.TOTAL_CONCEPTS.items()} == SHOWN


@needs_arelle
@pytest.mark.parametrize("report", ["zh", "en"])
def test_as_facts(report: str) -> None:
    read = {fact["name"]: fact["value"] for fact in arelle_readings()[report]["facts"] if not fact["members"]}
    concepts = {name: concept.removeprefix("pk:") for name, concept in words.TOTAL_CONCEPTS.items()}
    assert {name: Decimal(read[concept]) for name, concept in concepts.items()} == SHOWN
