"""What a park's operator declares: systems kept as texts, amounts beside what is computed, and in its place."""

import copy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from accounting.indicators.computed import COEFFICIENT, COMPUTED, coefficient
from accounting.indicators.documents import indicator_system
from accounting.indicators.inputs import BadIndicatorInput, Stated
from accounting.indicators.national import NATIONAL
from accounting.indicators.statements import (
    DeclaredSystem,
    IndicatorYear,
    StatedAmount,
    StatedProduct,
    StatedWaiver,
    check_statement,
    park_year,
)
from accounting.indicators.systems import BadIndicatorSystem
from tests.accounting.indicators.assessments import DIRECT_CONNECTION

OWN = indicator_system(DIRECT_CONNECTION)


def amount(code: str, value: str, unit: str, reason: str = "", source: str = "a document") -> StatedAmount:
    return StatedAmount(code, Decimal(value), unit, source, reason)


def test_a_system_survives_the_ledger() -> None:
    declared = DeclaredSystem.of(DIRECT_CONNECTION)
    stored = msgspec.to_builtins(declared)
    assert msgspec.convert(stored, DeclaredSystem) == declared
    assert (declared.subject, declared.system()) == ("GREEN_DIRECT_688", OWN)
    turned = dict(reversed(DIRECT_CONNECTION.items()))
    assert DeclaredSystem.of(turned) == declared, "the order of names says nothing"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "NDRC_910_2025"}, "code"),
        ({"code": "no code"}, "code"),
        ({"extra": "x"}, "document"),
        ({"source": ""}, "source"),
        ({"name_en": "x" * 200_000}, "document"),
    ],
)
def test_a_system_that_cannot_be_is_refused(changes: dict[str, str], field: str) -> None:
    with pytest.raises(BadIndicatorSystem) as caught:
        DeclaredSystem.of({**DIRECT_CONNECTION, **changes})
    assert caught.value.field == field


def test_a_text_of_another_system_is_refused() -> None:
    text = DeclaredSystem.of(DIRECT_CONNECTION).document
    with pytest.raises(BadIndicatorSystem, match="the document is of GREEN_DIRECT_688, not of OTHER"):
        DeclaredSystem("OTHER", text)


@pytest.mark.parametrize("code", [*COMPUTED, COEFFICIENT])
def test_what_is_computed_has_one_unit(code: str) -> None:
    document = copy.deepcopy(DIRECT_CONNECTION)
    document["inputs"].append({"code": code, "name_zh": "x", "name_en": "x", "unit": "furlong"})
    with pytest.raises(BadIndicatorSystem, match=f"{code} is computed in .*, not in furlong"):
        DeclaredSystem.of(document)


def test_every_computed_input_is_one_of_the_national_system() -> None:
    units = {one.code: one.unit for one in NATIONAL.inputs}
    assert {code: units[code] for code in COMPUTED} == dict(COMPUTED)


def test_a_year_survives_the_ledger() -> None:
    found = IndicatorYear(
        2025,
        (amount("WATER_FRESH", "150.10", "m3"), amount("TOTAL_ENERGY", "9", "tce", "published")),
        (StatedProduct("ampoules", "kgce/t", Decimal("90"), None, "GB 1"),),
        (StatedWaiver("WATER_REUSE", "no water"),),
    )
    assert msgspec.convert(msgspec.to_builtins(found), IndicatorYear) == found
    assert found.subject == "2025"


@pytest.mark.parametrize(
    ("build", "field", "words"),
    [
        (lambda: amount("TOTAL_ENERGY", "1", "tce"), "TOTAL_ENERGY", "an override that says why"),
        (lambda: amount("WATER_FRESH", "1", "m3", "why"), "WATER_FRESH", "nothing to override"),
        (lambda: amount("WATER_FRESH", "1", "m3", source=" "), "WATER_FRESH", "names no source"),
        (lambda: amount("WATER_FRESH", "1", "m3", source="x" * 2001), "WATER_FRESH", "has 2001 characters"),
        (lambda: IndicatorYear(1989), "year", "1989 is no year"),
        (lambda: IndicatorYear(2025, (amount("A", "1", "t"), amount("A", "2", "t"))), "inputs", "A comes twice"),
        (lambda: IndicatorYear(2025, waivers=(StatedWaiver("A", "x"),) * 2), "waivers", "A comes twice"),
        (
            lambda: IndicatorYear(2025, products=(StatedProduct("A", "t", None, None, ""),) * 2),
            "products",
            "A comes twice",
        ),
        (lambda: StatedWaiver("A", " "), "reason", "gives no reason"),
        (lambda: StatedProduct("A", "t", Decimal(-1), None, ""), "consumption", "zero or more"),
    ],
)
def test_a_year_that_cannot_be_is_refused(build: Any, field: str, words: str) -> None:
    with pytest.raises(BadIndicatorInput, match=words) as caught:
        build()
    assert caught.value.field == field


def test_a_statement_must_be_of_a_system_and_contradict_none() -> None:
    found = IndicatorYear(2025, (amount("LOAD", "5", "GWh"), amount("WATER_FRESH", "1", "m3")))
    check_statement(found, [NATIONAL, OWN])
    with pytest.raises(BadIndicatorInput, match="none of the systems NDRC_910_2025 asks for 'LOAD'"):
        check_statement(found, [NATIONAL])
    more = IndicatorYear(2025, (amount("GENERATED", "5", "GWh"), amount("SENT", "6", "GWh")))
    with pytest.raises(BadIndicatorInput, match="SENT is 6 GWh and part of GENERATED, which is 5"):
        check_statement(more, [NATIONAL, OWN])
    with pytest.raises(BadIndicatorInput, match="'NONE' is no indicator"):
        check_statement(IndicatorYear(2025, waivers=(StatedWaiver("NONE", "x"),)), [NATIONAL])


def test_what_is_stated_stands_beside_what_is_computed_and_in_its_place() -> None:
    computed = {"TOTAL_ENERGY": Stated(Fraction(7), "tce"), "ELECTRICITY": Stated(Fraction(3), "MWh")}
    stated = IndicatorYear(
        2025, (amount("TOTAL_ENERGY", "9", "tce", "published"), amount("WATER_FRESH", "1", "m3", source="bill"))
    )
    found = park_year(NATIONAL, computed, stated)
    assert {code: one.amount for code, one in found.year.inputs.items()} == {
        "TOTAL_ENERGY": 9,
        "ELECTRICITY": 3,
        "WATER_FRESH": 1,
    }
    assert found.year.inputs["WATER_FRESH"].source == "bill"
    [(code, override)] = found.overrides.items()
    assert (code, override.computed, override.reason) == ("TOTAL_ENERGY", computed["TOTAL_ENERGY"], "published")
    assert found.year.products is None
    other = park_year(OWN, computed, stated)
    assert (dict(other.year.inputs), dict(other.overrides)) == ({}, {}), "another system asks for none of it"


def test_the_coefficient_of_the_question_goes_before_the_stated_one() -> None:
    stated = IndicatorYear(2025, (amount(COEFFICIENT, "0.300", "kgce/kWh"),))
    for asked, used in ((Decimal("0.310"), Fraction("0.31")), (None, Fraction("0.3"))):
        found = park_year(NATIONAL, {COEFFICIENT: coefficient(asked, "question")}, stated)
        assert found.year.inputs[COEFFICIENT].amount == used


def test_no_products_is_not_nothing_said() -> None:
    assert park_year(NATIONAL, {}, IndicatorYear(2025, products=())).year.products == ()
