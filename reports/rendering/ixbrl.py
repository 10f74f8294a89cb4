"""A document as inline XBRL 1.1: a page for people, whose cells are facts of our taxonomy for machines.

Facts are what `Row.concepts` and the head name; each stands in the unit of its column, `decimals` says how it was
rounded. The taxonomy is `reports.rendering.taxonomy`, found by its package.
"""

from calendar import monthrange
from collections.abc import Sequence
from typing import Final

from reports.concepts import Member
from reports.document import Document, RowRole
from reports.rendering import words
from reports.rendering.canonical_json import fingerprint, to_canonical_json
from reports.rendering.facts import Facts, total_cell
from reports.rendering.heads import HeadLine, head_lines, title, total_lines
from reports.rendering.languages import Language
from reports.rendering.numbers import NOT_STATED, common_places
from reports.rendering.taxonomy import ENTRY_POINT, NAMESPACE
from reports.rendering.units import Unit
from reports.rendering.views import TableView, table_view
from reports.rendering.xml_text import DECLARATION, element, text

CODE_SCHEME: Final = f"{NAMESPACE}/code"
"""Identifier scheme of an entity that has our code alone."""
SCHEMES: Final = (
    ("lei", "http://standards.iso.org/iso/17442"),
    ("unified_social_credit_code", f"{NAMESPACE}/unified-social-credit-code"),
)
"""Identifiers that name an entity for a register, the first that it has; the scheme of LEI is XBRL International's."""
_NAMES: Final = {
    "xmlns": "http://www.w3.org/1999/xhtml",
    "xmlns:ix": "http://www.xbrl.org/2013/inlineXBRL",
    "xmlns:ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
    "xmlns:link": "http://www.xbrl.org/2003/linkbase",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xbrli": "http://www.xbrl.org/2003/instance",
    "xmlns:xbrldi": "http://xbrl.org/2006/xbrldi",
    "xmlns:iso4217": "http://www.xbrl.org/2003/iso4217",
    "xmlns:utr": "http://www.xbrl.org/2009/utr",
    "xmlns:pk": NAMESPACE,
}
_STYLE: Final = (
    "body{font-family:'Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif;font-size:10pt;max-width:64em;"
    "margin:2em auto;padding:0 1em}h1,h2{color:#14532d}table{border-collapse:collapse}"
    "th,td{border-bottom:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}"
    "th{background:#f2f2f2}.n{text-align:right;white-space:nowrap}.total{font-weight:bold}.memo{color:#555}"
    ".note{color:#555}"
)


def to_ixbrl(document: Document, language: Language) -> bytes:
    """Return the XHTML page; the same document gives the same bytes.

    Raises `CannotRender` for a table whose cells do not fit its columns, an unknown concept, a unit that does not
    measure it, two different values of one fact, a character that XML cannot hold.
    """
    facts = Facts()
    body = _body(document, language, facts)
    head = element(
        "head",
        {},
        element("title", {}, text(title(document, language))),
        element("style", {"type": "text/css"}, text(_STYLE)),
    )
    header = element("div", {"style": "display:none"}, _header(document, facts))
    page = element("html", {**_NAMES, "xml:lang": language.value}, head, element("body", {}, header, body))
    return (DECLARATION + page).encode()


def _body(document: Document, language: Language, facts: Facts) -> str:
    digest = fingerprint(to_canonical_json(document))
    gaps = [element("li", {}, text(gap)) for gap in document.gaps]
    return "".join(
        (
            element("h1", {}, facts.cell("pk:ReportKind", title(document, language), "", title(document, language))),
            element("table", {}, *(_head_row(line, facts) for line in head_lines(document, language, digest))),
            element("h2", {}, text(language.of(words.TOTAL_HEADING))),
            _rows("table", _total_rows(document, language, facts)),
            element("p", {"class": "note"}, text(language.of(words.ROUNDING))),
            *(_table(table_view(table, language), language, facts) for table in document.tables),
            element("h2", {}, text(language.of(words.GAPS))),
            element("ul", {}, *gaps) if gaps else element("p", {}, text(language.of(words.NO_GAPS))),
        )
    )


def _head_row(line: HeadLine, facts: Facts) -> str:
    cell = facts.cell(line.concept, line.text, "", line.text)
    return element("tr", {}, element("td", {}, text(line.label)), element("td", {}, cell))


def _total_rows(document: Document, language: Language, facts: Facts) -> list[str]:
    totals = total_lines(document, language)
    places = common_places(total.value for total in totals)
    return [
        element(
            "tr",
            {},
            element("td", {}, text(f"{total.label}, {words.TONNES}")),
            element("td", {"class": "n"}, total_cell(facts, words.TOTAL_CONCEPTS[total.code], total.value, places)),
        )
        for total in totals
    ]


def _table(view: TableView, language: Language, facts: Facts) -> str:
    headings = [language.of(words.ITEM), *view.headings]
    styles = [{}, *({"class": "n"} if numeric else {} for numeric in view.numeric)]
    rows = [
        element(
            "tr",
            {} if row.role is RowRole.LINE else {"class": row.role.value.lower()},
            element("td", {}, text(row.heading)),
            *(
                element("td", style, facts.cell(cell.concept, cell.value, cell.unit, cell.text))
                for cell, style in zip(row.cells, styles[1:], strict=True)
            ),
        )
        for row in view.rows
    ]
    heads = [element("th", style, text(name)) for name, style in zip(headings, styles, strict=True)]
    note = element("p", {"class": "note"}, text(view.note)) if view.note else ""
    table = element("table", {}, element("thead", {}, element("tr", {}, *heads)), _rows("tbody", rows))
    return element("h2", {}, text(view.title)) + note + table


def _rows(name: str, rows: Sequence[str]) -> str:
    """Return rows in their element, which XHTML does not leave empty."""
    nothing = element("tr", {}, element("td", {}, text(NOT_STATED)))
    return element(name, {}, *(rows or [nothing]))


def _header(document: Document, facts: Facts) -> str:
    schema = element("link:schemaRef", {"xlink:type": "simple", "xlink:href": ENTRY_POINT})
    contexts = (_context(f"c{at}", document, members) for at, members in enumerate(facts.contexts))
    units = (_unit(unit) for unit in facts.units)
    resources = element("ix:resources", {}, *contexts, *units)
    return element("ix:header", {}, element("ix:references", {}, schema), resources)


def _context(code: str, document: Document, members: Sequence[Member]) -> str:
    last = document.last_month
    end = last.replace(day=monthrange(last.year, last.month)[1])
    scheme, identifier = _entity(document)
    entity = element("xbrli:identifier", {"scheme": scheme}, text(identifier))
    start = element("xbrli:startDate", {}, document.first_month.isoformat())
    period = element("xbrli:period", {}, start, element("xbrli:endDate", {}, end.isoformat()))
    narrowed = [
        element("xbrldi:explicitMember", {"dimension": f"pk:{member.axis}"}, f"pk:{member.name}") for member in members
    ]
    scenario = [element("xbrli:scenario", {}, *narrowed)] if narrowed else []
    return element("xbrli:context", {"id": code}, element("xbrli:entity", {}, entity), period, *scenario)


def _entity(document: Document) -> tuple[str, str]:
    """Return the scheme and the identifier by which the entity is named in every context."""
    held = document.subject.identifiers
    found = ((scheme, held[name]) for name, scheme in SCHEMES if held.get(name))
    return next(found, (CODE_SCHEME, document.subject.code))


def _unit(unit: Unit) -> str:
    above = element("xbrli:measure", {}, unit.numerator)
    if not unit.denominator:
        return element("xbrli:unit", {"id": unit.code}, above)
    below = element("xbrli:unitDenominator", {}, element("xbrli:measure", {}, unit.denominator))
    return element(
        "xbrli:unit", {"id": unit.code}, element("xbrli:divide", {}, element("xbrli:unitNumerator", {}, above), below)
    )
