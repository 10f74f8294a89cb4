"""The inline XBRL page: valid by Arelle, and what a change in it would make Arelle say; facts, units, refusals."""

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports.document import RowRole
from reports.rendering.errors import CannotRender
from reports.rendering.ixbrl import to_ixbrl
from reports.rendering.languages import Language
from reports.rendering.renderings import Form
from tests.reports.documents import FORMULA, document, row, summary, with_rows
from tests.reports.rendering.rendered import arelle_readings, needs_arelle, rendered

XHTML = "{http://www.w3.org/1999/xhtml}"
IX = "{http://www.xbrl.org/2013/inlineXBRL}"


def page(language: Language = Language.ZH) -> ElementTree.Element:
    return ElementTree.fromstring(rendered(Form.IXBRL, language).content)  # noqa: S314  our own page


def facts(report: str) -> dict[tuple[str, ...], tuple[str, str | None, str | None]]:
    """Return the facts that Arelle read: (name, members) -> value, unit, decimals."""
    read = arelle_readings()[report]["facts"]
    return {(fact["name"], *fact["members"]): (fact["value"], fact["unit"], fact["decimals"]) for fact in read}


@needs_arelle
@pytest.mark.parametrize("report", ["zh", "en"])
def test_arelle_finds_no_fault(report: str) -> None:
    assert arelle_readings()[report]["faults"] == []


@needs_arelle
def test_arelle_complains_of_a_changed_total() -> None:
    codes = [code for code, _ in arelle_readings()["changed-total"]["faults"]]
    assert codes == ["calc11e:inconsistentCalculationUsingRounding"]


@needs_arelle
def test_arelle_complains_of_a_wrong_unit_a_text_for_a_number_and_a_member_of_another_axis() -> None:
    codes = {code for code, _ in arelle_readings()["changed-page"]["faults"]}
    assert codes >= {
        "utre:error-NumericFactUtrInvalid",
        "ix11.10.1.1:transformValueError",
        "xbrldie:PrimaryItemDimensionallyInvalidError",
    }


@needs_arelle
def test_facts_are_what_the_cells_say_in_the_units_of_the_registry() -> None:
    read = facts("zh")
    assert read["Scope3Emissions", "Category4"] == ("-50", "tCO2e", "3")
    assert read["Scope3Emissions", "Category15"] == ("0.00005", "tCO2e", "8")
    assert read["BiogenicScope1",] == ("-0.0001235", "tCO2e", "7")
    assert read["RecoveredEmissions",] == ("5", "tCO2e", "6")
    assert read["EnergyNuclear",] == ("0", "MWh", "3")
    assert read["NetRevenue",] == ("250000000", "CNY", "-1")
    assert read["IntensityLocationBased",] == ("0.0001691", "tCO2e_per_CNY", "7")
    assert read["ShareOfContractualInstruments",] == ("0.255", "pure", "5")
    assert read["EntityName",][0] == "佛山华睿生物医药有限公司（一厂）"
    assert facts("en")["EntityName",][0] == "Huarui Biomedicine Co., Ltd. <Foshan> & partners"
    assert ("Scope3Emissions", "Category2") not in read  # nobody stated it: no fact, and no zero


@needs_arelle
def test_contexts_name_the_entity_and_the_whole_period() -> None:
    for fact in arelle_readings()["zh"]["facts"]:
        assert fact["entity"] == [
            "https://taxonomy.parkledger.example/pk/1/unified-social-credit-code",
            "91440600MA4W0000X0",
        ]
        assert fact["period"] == ["2025-01-01", "2026-01-01"]  # to the end of 31 December


def test_the_page_shows_every_table_and_escapes_its_texts() -> None:
    titles = [found.text for found in page().iter(f"{XHTML}h2")]
    assert titles == [
        "排放总量",
        "GHG.1  分范围清单",
        "B.1  排放量汇总",
        "E1-5  能源与强度",
        "P11  项目清单",
        "QA  计量器具",
        "数据缺口：缺失且未计入",
    ]
    cells = ["".join(found.itertext()) for found in page().iter(f"{XHTML}td")]
    assert cells.count(FORMULA) == 2
    assert "Huarui Biomedicine Co., Ltd. <Foshan> & partners" in [
        "".join(found.itertext()) for found in page(Language.EN).iter(f"{XHTML}td")
    ]
    assert page().get("{http://www.w3.org/XML/1998/namespace}lang") == "zh"


def test_units_are_declared_once_and_all_are_used() -> None:
    declared = [found.get("id") for found in page().iter("{http://www.xbrl.org/2003/instance}unit")]
    assert declared == ["tCO2e", "MWh", "CNY", "tCO2e_per_CNY", "pure"]
    assert {found.get("unitRef") for found in page().iter(f"{IX}nonFraction")} == set(declared)


@pytest.mark.parametrize(
    ("concept", "value", "fault"),
    [
        ("pk:Scope9", Decimal(1), "'pk:Scope9' is no concept of the taxonomy"),
        ("Scope1Emissions", Decimal(1), "does not begin with pk:"),
        ("pk:Scope3Emissions[pk:Category16]", Decimal(1), "'Category16' in .* is no member of an axis"),
        ("pk:Scope3Emissions[pk:Category1,pk:Category2]", Decimal(1), "two members of one axis"),
        ("pk:Scope3Emissions[pk:Category1", Decimal(1), "no closing bracket"),
        ("pk:EnergyConsumption", Decimal(1), "pk:EnergyConsumption in 'tCO2e', which is no unit of ENERGY; .*'MWh'"),
        ("pk:IntensityMarketBased", Decimal(1), "accepted is EMISSIONS over MONEY, such as tCO2e/万元"),
        ("pk:FirstMonth", Decimal(1), "pk:FirstMonth is a DAY and cannot be"),
        ("pk:Scope1Emissions", Decimal(36665), "pk:Scope1Emissions is 36665.7125.* and 36665 in another"),
    ],
)
def test_a_cell_that_cannot_be_a_fact_is_refused(concept: str, value: Decimal, fault: str) -> None:
    odd = with_rows(row("A", "甲", value, None, None, None, concept=concept))
    with pytest.raises(CannotRender, match=fault):
        to_ixbrl(odd, Language.ZH)


def test_a_control_character_is_refused() -> None:
    with pytest.raises(CannotRender, match="holds U\\+0001, which no XML document can hold"):
        to_ixbrl(with_rows(row("A", "\x01", None, None, None, None)), Language.ZH)


def test_an_entity_without_a_register_has_our_code() -> None:
    bare = replace(document(), subject=replace(document().subject, identifiers={"permit": "1"}))
    content = to_ixbrl(bare, Language.EN).decode()
    assert '<xbrli:identifier scheme="https://taxonomy.parkledger.example/pk/1/code">huarui<' in content
    lei = replace(document(), subject=replace(document().subject, identifiers={"lei": "5493001KJTIIGC8Y1R12"}))
    assert 'scheme="http://standards.iso.org/iso/17442">5493001KJTIIGC8Y1R12<' in to_ixbrl(lei, Language.EN).decode()


def test_a_table_without_rows_shows_a_dash() -> None:
    bodies = list(page().iter(f"{XHTML}tbody"))
    assert ["".join(body.itertext()) for body in bodies][3] == "—"
    none = replace(document(), totals={}, tables=(), lines=())
    assert "<table><tr><td>—</td></tr></table>" in to_ixbrl(none, Language.EN).decode()


def test_rows_are_marked_by_their_role() -> None:
    marked = [found.get("class") for found in page().iter(f"{XHTML}tr")]
    expected = [line.role for line in summary().rows if line.role is not RowRole.LINE]
    assert [mark for mark in marked if mark] == [role.lower() for role in expected]
