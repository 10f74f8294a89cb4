"""A document as a PDF/A-3b: laid out by Typst from `templates/`, the canonical JSON attached, the same bytes each time.

Every glyph comes from one open font of a package (Noto Sans SC), never from the system; PDF/A refuses a character
without a glyph, so none is ever shown as a box.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import typst

from reports.document import Document
from reports.rendering import words
from reports.rendering.canonical_json import fingerprint, to_canonical_json
from reports.rendering.charts import Chart, charts
from reports.rendering.errors import CannotRender
from reports.rendering.heads import head_lines, title, total_lines
from reports.rendering.instants import known_at
from reports.rendering.languages import Language
from reports.rendering.numbers import NOT_STATED, common_places, grouped
from reports.rendering.views import TableView, table_view

STANDARD: Final = "a-3b"
"""PDF/A-3, level B (ISO 19005-3): to be kept for decades, with any file attached."""
WIDE: Final = 6
"""Columns above which a table is too wide for an upright page."""
SHORT: Final = 16
"""Rows up to which a table may be short enough to stand on one page; a longer one is not measured."""
_DATE: Final = ("year", "month", "day", "hour", "minute", "second")
"""Parts of the instant of knowledge, which is the file's date."""
_TEMPLATES: Final = Path(__file__).parent / "templates"
_REGIONS: Final = {Language.EN: "GB", Language.ZH: "CN"}
_NO_GLYPH: Final = re.compile(r'the text `"(.+?)"` could not be displayed')


def to_pdf(document: Document, language: Language) -> bytes:
    """Return the PDF; the same document gives the same bytes.

    Raises `CannotRender` for a table whose cells do not fit its columns, a total without a name, a character that the
    font has no glyph for.
    """
    canonical = to_canonical_json(document)
    inputs = {
        "data": json.dumps(_data(document, language, fingerprint(canonical)), ensure_ascii=False),
        "canonical": canonical.decode(),
    }
    try:
        return typst.compile(
            _TEMPLATES / "report.typ",
            root=_TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            format="pdf",
            pdf_standards=STANDARD,
        )
    except typst.TypstError as error:
        raise CannotRender(_fault(error)) from error


@cache
def _fonts() -> typst.Fonts:
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _fault(error: typst.TypstError) -> str:
    missing = _NO_GLYPH.findall(str(error))
    if not missing:
        return f"the page cannot be laid out: {error}"
    points = ", ".join(f"{text!r} (U+{ord(text[0]):04X})" for text in dict.fromkeys(missing))
    return f"the font Noto Sans SC has no glyph for {points}; write the text with characters that it has"


def _data(document: Document, language: Language, digest: str) -> Mapping[str, object]:
    """Return everything the template shows, as texts."""
    instant, totals = known_at(document), total_lines(document, language)
    places = common_places(total.value for total in totals)
    return {
        "language": language.value,
        "region": _REGIONS[language],
        "title": title(document, language),
        "subject": language.of(document.subject.name),
        "date": {name: getattr(instant, name) for name in _DATE},
        "fingerprint": digest,
        "head": [[line.label, line.text] for line in head_lines(document, language, digest)],
        "totals": [[f"{total.label}, {words.TONNES}", grouped(total.value, places)] for total in totals],
        "charts": [_chart(chart) for chart in charts(document, language)],
        "tables": [_table(table_view(table, language)) for table in document.tables],
        "gaps": list(document.gaps),
        "words": _words(language),
    }


def _chart(chart: Chart) -> Mapping[str, object]:
    bars = [{"label": bar.label, "text": bar.text, "permille": bar.permille} for bar in chart.bars]
    return {"title": chart.title, "upright": chart.is_upright, "bars": bars}


def _table(view: TableView) -> Mapping[str, object]:
    rows = [
        {"heading": row.heading, "role": row.role.value, "cells": [cell.text for cell in row.cells]}
        for row in view.rows
    ]
    return {
        "title": view.title,
        "headings": list(view.headings),
        "numeric": list(view.numeric),
        "rows": rows,
        "note": view.note,
    }


def _words(language: Language) -> Mapping[str, str | int | Sequence[str]]:
    return {
        "item": language.of(words.ITEM),
        "totals": language.of(words.TOTAL_HEADING),
        "not-stated": NOT_STATED,
        "rounding": language.of(words.ROUNDING),
        "attached": language.of(words.ATTACHED),
        "gaps": language.of(words.GAPS),
        "no-gaps": language.of(words.NO_GAPS),
        "page": language.of(words.PAGE),
        "of": language.of(words.OF_PAGES),
        "pages": language.of(words.PAGES),
        "statement": language.of(words.STATEMENT),
        "signatures": [language.of(label) for label in words.SIGNATURES],
        "wide": WIDE,
        "short": SHORT,
    }
