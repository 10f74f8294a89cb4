"""Tables as shown, charts, heads; and the documents that no form can show."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from reports.document import Bilingual, Cadence, Document, InventoryLine, ReportKind, Row, RowRole
from reports.rendering import words
from reports.rendering.charts import Bar, charts
from reports.rendering.errors import CannotRender
from reports.rendering.heads import head_lines, total_lines
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
from reports.rendering.views import table_view
from tests.reports.documents import MONTHS, document, line, row, summary, with_rows


def test_nothing_stated_is_a_dash_and_zero_is_zero() -> None:
    shown = with_rows(row("A", "甲", Decimal(0), None, None, None)).tables[0]
    assert [cell.text for cell in table_view(shown, Language.EN).rows[0].cells] == ["0", "—", "—", "—"]


def test_of_what_has_no_total_none_is_missing() -> None:
    given = row("T", "合计", None, None, None, None, role=RowRole.TOTAL)
    counts = replace(with_rows(given).tables[0], columns=[replace(one, unit="") for one in summary().columns])
    assert [cell.text for cell in table_view(with_rows(given).tables[0], Language.EN).rows[0].cells] == [
        "—",
        "—",
        "",
        "",
    ]
    assert [cell.text for cell in table_view(counts, Language.EN).rows[0].cells] == [""] * 4
    zero = replace(counts, rows=[replace(given, cells=(Decimal(0), None, "x", None))])
    assert [cell.text for cell in table_view(zero, Language.EN).rows[0].cells] == ["0", "", "x", ""]


def test_a_title_has_its_code_once() -> None:
    for english, chinese in (("Summary", "汇总"), ("B.1 Summary", "表B.1 汇总")):
        table = replace(summary(), code="B.1", title=Bilingual(english, chinese))
        assert table_view(table, Language.EN).title.split() == ["B.1", "Summary"]
        assert table_view(table, Language.ZH).title.removeprefix("表").split() == ["B.1", "汇总"]
    other = replace(summary(), code="B.1", title=Bilingual("B.10 Others", "其他"))
    assert table_view(other, Language.EN).title == "B.1  B.10 Others"


def test_headings_hold_units_and_texts_are_of_one_language() -> None:
    view = table_view(summary(), Language.EN)
    assert view.headings == ["Emissions (tCO2e)", "Primary data (%)", "Source", "Settled on"]
    assert list(view.numeric) == [True, True, False, False]
    assert view.rows[0].heading == "Row SCOPE_1"
    assert table_view(summary(), Language.ZH).rows[0].heading == "范围一"


@pytest.mark.parametrize("form", [Form.XLSX, Form.PDF, Form.IXBRL])
@pytest.mark.parametrize(
    ("odd", "fault"),
    [
        (row("A", "甲", Decimal(1)), "row 'A' of table 'GHG.1' has 1 cells; accepted are 4"),
        (row("A", "甲", "1", None, None, None), "'1' in the column 'co2e', which takes a NUMBER"),
        (row("A", "甲", Decimal("NaN"), None, None, None), "in the column 'co2e', which takes a NUMBER"),
        (row("A", "甲", None, None, Decimal(1), None), "in the column 'source', which takes a TEXT"),
        (row("A", "甲", None, None, None, "2025-01-01"), "in the column 'settled', which takes a DAY"),
        (row("A", "甲", None, None, None, None, concept="pk:Scope1Emissions", column="x"), "of the column 'x'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_by_every_form(form: Form, odd: Row, fault: str) -> None:
    with pytest.raises(CannotRender, match=fault):
        render(with_rows(odd), form, Language.ZH)


@pytest.mark.parametrize("form", [Form.XLSX, Form.PDF, Form.IXBRL])
def test_a_total_without_a_name_is_refused(form: Form) -> None:
    odd = replace(document(), totals={"SCOPE_4": Decimal(1)})
    with pytest.raises(CannotRender, match="'SCOPE_4' has no name here; accepted are SCOPE_1, "):
        render(odd, form, Language.ZH)


def test_totals_that_are_not_there_are_not_shown() -> None:
    few = replace(document(), totals={"SCOPE_3": Decimal(-500), "SCOPE_1": Decimal(0)})
    assert [(one.code, one.value) for one in total_lines(few, Language.EN)] == [
        ("SCOPE_1", Decimal(0)),
        ("SCOPE_3", Decimal("-0.5")),
    ]


def test_every_word_is_there() -> None:
    assert set(words.KINDS) == set(ReportKind)
    assert set(words.CADENCES) == set(Cadence)
    assert list(words.LINE_COLUMNS) == [field.name for field in fields(InventoryLine)]
    labels: list[Mapping[object, object]] = [words.KINDS, words.CADENCES, words.TOTALS, words.LINE_COLUMNS]  # type: ignore[list-item]
    assert all(text for table in labels for label in table.values() for text in (label.en, label.zh))  # type: ignore[attr-defined]


def test_the_head_names_what_the_document_rests_on() -> None:
    lines = [(one.label, one.text) for one in head_lines(document(), Language.EN, "ab" * 32)]
    assert lines == [
        ("Reporting entity", "Huarui Biomedicine Co., Ltd. <Foshan> & partners"),
        ("Code", "huarui"),
        ("permit", '=HYPERLINK("https://example.org","总量")'),
        ("Unified social credit code", "91440600MA4W0000X0"),
        ("Reporting period", "2025-01 – 2025-12"),
        ("Cadence", "Annual"),
        ("Version", "2"),
        ("Supersedes", "huarui-2025-v1"),
        ("Reason", "电表倍率更正：3号变电所"),
        ("Data as known at", "2026-03-31T16:00:00+08:00"),
        ("Method version", "parkledger-method/1"),
        ("Factor release", "3"),
        ("Hash of the factor release", "5e" * 32),
        ("Basis: GWP set", "AR6"),
        ("Basis: regime", "GHG Protocol"),
        ("Form of the document", "parkledger-report/1"),
        ("SHA-256 of the canonical JSON", "ab" * 32),
    ]
    first = replace(document(), version=1, supersedes=None, reason="", last_month=MONTHS[0], lines=())
    labels = {one.label: one.text for one in head_lines(first, Language.EN, "")}
    assert not {"Supersedes", "Reason"} & set(labels)
    assert labels["Reporting period"] == "2025-01"


def test_bars_are_exact_sums_and_their_lengths_are_thousandths() -> None:
    totals, categories, scope_1, *others = charts(document(), Language.EN)
    assert totals.bars[1] == Bar("Scope 2, location-based", "4,419.000", 121)  # 4,419 / 36,665.7125
    assert [bar.label for bar in totals.bars] == [words.TOTALS[name].en for name in list(words.TOTALS)[:4]]
    assert categories.bars == (
        Bar("1 Purchased goods and services", "1,250.000", 1000),
        Bar("4 Upstream transportation and distribution", "-50.000", -40),
        Bar("15 Investments", "0.00005", 0),
    )
    assert scope_1.bars[0] == Bar("2025-01", "3,333.338", 1000)
    assert scope_1.bars[-1] == Bar("2025-12", "-1.000", 0)
    assert [chart.title.partition(" · ")[2] for chart in others] == [
        "Scope 2, location-based",
        "Scope 2, market-based",
        "Scope 3",
    ]
    assert others[2].bars[4] == Bar("2025-05", "—", 0)  # no line of that month: nothing, and no zero
    assert others[0].bars[0].permille == 110  # of the longest bar of all months: one scale


def _without_lines(*lines: InventoryLine, last: date = MONTHS[-1]) -> Document:
    return replace(document(), lines=lines, last_month=last)


def test_what_has_nothing_to_show_has_no_chart() -> None:
    assert [chart.title for chart in charts(_without_lines(), Language.EN)] == ["Totals, tCO2e"]
    one_month = _without_lines(line("SCOPE_1", MONTHS[0], Decimal(0)), last=MONTHS[0])
    assert [chart.is_upright for chart in charts(one_month, Language.EN)] == [False]
    zero = replace(one_month, totals={"SCOPE_1": Decimal(0)})
    assert charts(zero, Language.EN)[0].bars == (Bar("Scope 1", "0", 0),)


def test_a_line_of_another_period_is_refused() -> None:
    with pytest.raises(CannotRender, match="is of 2024-12; the document covers 2025-01"):
        charts(_without_lines(line("SCOPE_1", date(2024, 12, 1), Decimal(1))), Language.EN)
