"""Codes in words: every code that a column can hold has both, and nobody's own words are taken for one."""

from dataclasses import replace
from enum import StrEnum

import pytest

from accounting.change.base_year import ChangeKind
from accounting.change.base_year_series import ChangeState
from accounting.change.intensity import Denominator
from accounting.change.intensity import Status as IntensityStatus
from accounting.consolidation import Approach
from accounting.effective import Flag
from accounting.indicators.indicators import Status as IndicatorStatus
from accounting.indicators.systems import Direction, Role
from accounting.judgement.uncertainty import UncertaintyFlag
from accounting.management.expectations import Frequency
from accounting.regimes import REGIMES, RegimeCode
from accounting.scope2.instruments import Attribute, EnergyCarrier, Kind
from accounting.value_chain.scope3 import Finding
from accounting.value_chain.scope3 import Status as CategoryStatus
from accounting.value_chain.screening import Criterion, Decision
from reports.assembling.making import word
from reports.document import Bilingual, CellKind, Column, Table, Value
from reports.rendering.codes import COLUMNS, NAMES, spelled
from reports.rendering.languages import Language
from reports.rendering.views import RowView, table_view
from tests.reports.documents import row, summary

HELD: tuple[type[StrEnum], ...] = (
    *(Approach, RegimeCode, CategoryStatus, Finding, Decision, Criterion, ChangeKind, ChangeState, IntensityStatus),
    *(Denominator, UncertaintyFlag, IndicatorStatus, Role, Direction, Frequency, Flag, Kind, EnergyCarrier, Attribute),
)


def shown(column: str, value: Value, language: Language, code: str = "A", heading: str = "A") -> RowView:
    """Return the only row of a table of one column."""
    columns = (Column(column, Bilingual("Column", "列"), CellKind.TEXT),)
    rows = (replace(row(code, "甲", value), heading=Bilingual(heading, heading)),)
    table: Table = replace(summary(), columns=columns, rows=rows)
    return table_view(table, language).rows[0]


@pytest.mark.parametrize("held", HELD)
def test_every_code_has_a_name_in_both_languages(held: type[StrEnum]) -> None:
    assert [code.value for code in held if code.value not in NAMES] == []
    assert [name for code in held for name in (NAMES[code.value].en, NAMES[code.value].zh) if not name] == []


def test_regimes_are_called_what_they_are_called_elsewhere() -> None:
    assert {code: NAMES[code.value] for code in REGIMES} == {
        code: Bilingual(regime.name_en, regime.name_zh) for code, regime in REGIMES.items()
    }


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_columns_of_codes_are_in_words(column: str) -> None:
    view = shown(column, "CORRELATED; INCOMPLETE; something else", Language.ZH)
    assert view.cells[0].text == "存在相关性; 数据不完整; something else"
    assert view.cells[0].value == "CORRELATED; INCOMPLETE; something else", "what is stated stays"
    assert shown(column, "CORRELATED", Language.EN).cells[0].text == "Correlated"


def test_words_in_both_languages_are_shown_in_one() -> None:
    given = word("supplier's figure", "供应方数据")
    assert shown("attribute", given, Language.EN).cells[0].text == "supplier's figure"
    assert shown("attribute", given, Language.ZH).cells[0].text == "供应方数据"
    assert shown("direction", "受入 in; 送出 out", Language.EN).cells[0].text == "in; out"
    assert shown("document", given, Language.EN).cells[0].text == given, "not in a column of anybody's words"


def test_words_of_others_stay() -> None:
    assert shown("document", "SIZE", Language.ZH).cells[0].text == "SIZE"
    assert shown("document", "SIZE", Language.ZH, code="B", heading="ENERGY").heading == "ENERGY"
    assert shown("value", "OPERATIONAL_CONTROL", Language.ZH).cells[0].text == "OPERATIONAL_CONTROL"
    assert shown("status", None, Language.ZH).cells[0].text == "—"


def test_the_approach_and_rows_named_by_their_code_are_in_words() -> None:
    assert shown("value", "OPERATIONAL_CONTROL", Language.ZH, code="approach").cells[0].text == "运营控制权法"
    assert shown("document", "x", Language.ZH, code="AREA.", heading="AREA").heading == "建筑面积"
    assert spelled("GHG_PROTOCOL", Language.ZH) == "温室气体核算体系"
