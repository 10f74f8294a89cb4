"""The national system of indicators, a system of one's own, and documents that are none."""

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from accounting.indicators.documents import indicator_system
from accounting.indicators.indicators import Assessment, assess
from accounting.indicators.inputs import BadIndicatorInput, ParkYear, Stated
from accounting.indicators.national import CORE, NATIONAL
from accounting.indicators.systems import BadIndicatorSystem, Role
from tests.accounting.indicators.assessments import (
    CLEAN,
    DIRECT,
    DIRECT_CONNECTION,
    NOT_DEFINED,
    PASS,
    PRODUCTS,
    SOLID,
    WASTE_ENERGY,
    WATER,
    result,
)


def test_the_national_system() -> None:
    roles = [one.role for one in NATIONAL.indicators]
    assert (roles.count(Role.CORE), roles.count(Role.GUIDING), roles.count(Role.INFORMATIVE)) == (1, 5, 1)
    assert {one.code for one in NATIONAL.indicators if one.is_own_definition} == {CLEAN, SOLID, WASTE_ENERGY, WATER}
    assert all(one.is_waivable is (one.role is Role.GUIDING) for one in NATIONAL.indicators)
    assert {one.code: one.bands[0].threshold for one in NATIONAL.indicators[1:]} == {
        CLEAN: Fraction("0.9"),
        PRODUCTS: Fraction(1),
        SOLID: Fraction("0.8"),
        WASTE_ENERGY: Fraction("0.5"),
        WATER: Fraction("0.8"),
        DIRECT: Fraction("0.5"),
    }
    assert all("910" in one.source for one in NATIONAL.indicators)
    asked = {code for one in NATIONAL.indicators for code in one.inputs}
    assert asked == {one.code for one in NATIONAL.inputs}
    assert (NATIONAL.indicator(CORE.code), NATIONAL.indicator("WINDMILLS")) == (CORE, None)


def connected(load: str, generated: str = "100", sent: str = "34") -> Assessment:
    system = indicator_system(json.loads(json.dumps(DIRECT_CONNECTION)))
    amounts = {"GENERATED": generated, "LOAD": load, "SENT": sent}
    return assess(system, ParkYear({code: Stated(Fraction(text), "GWh") for code, text in amounts.items()}))


def test_a_system_of_ones_own() -> None:
    found = connected("180")
    assert [(one.value, one.status) for one in found.results] == [
        (Fraction("0.66"), PASS),
        (Fraction(66, 180), PASS),
    ]
    assert found.is_core_met
    with pytest.raises(BadIndicatorInput, match="SENT is 101 GWh and part of GENERATED"):
        connected("180", sent="101")


@pytest.mark.parametrize(
    ("load", "threshold"),
    [("999.9", "0.3"), ("1000", "0.35"), ("1999", "0.35"), ("2000", None), ("2999", None), ("3000", "0.4")],
)
def test_bands_are_open_above_and_may_leave_a_gap(load: str, threshold: str | None) -> None:
    found = result(connected(load, "2000", "0"), "COVER")
    assert found.threshold == (None if threshold is None else Fraction(threshold))
    assert (found.status is NOT_DEFINED) is (threshold is None)


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (_set("windmills", to=1), "document", "'windmills' is not known"),
        (_set("code", to="park one"), "code", "no code"),
        (_set("code", to=7), "code", "is 7; accepted is a text"),
        (_set("name_zh", to=" "), "name_zh", "name_zh is empty"),
        (_set("source", to=""), "source", "source is empty"),
        (_set("indicators", to=[]), "indicators", "has no indicator"),
        (_set("indicators", to={}), "indicators", "accepted is a list"),
        (_set("indicators", 0, to="COVER"), "indicators[0]", "is no mapping"),
        (_set("inputs", 0, "height", to="9"), "inputs[0]", "'height' is not known"),
        (_set("inputs", 1, "code", to="GENERATED"), "inputs", "GENERATED comes twice"),
        (_set("inputs", 0, "unit", to=""), "inputs.GENERATED.unit", "is empty"),
        (_set("inputs", 2, "part_of", to="WIND"), "inputs.SENT.part_of", "'WIND', which is no input"),
        (_set("inputs", 0, "unit", to="MWh"), "inputs.SENT.part_of", "in GWh is part of GENERATED in MWh"),
        (_set("inputs", 0, "part_of", to="SENT"), "inputs.GENERATED.part_of", "in the end, part of itself"),
        (_set("inputs", 0, "is_signed", to="yes"), "inputs[0].is_signed", "accepted is true or false"),
        (_set("indicators", 0, "code", to="COVER"), "indicators", "COVER comes twice"),
        (_set("indicators", 0, "definition", to=""), "indicators.SELF_CONSUMPTION.definition", "is empty"),
        (_set("indicators", 0, "numerator", to=["WIND"]), "indicators.SELF_CONSUMPTION", "'WIND'"),
        (_set("indicators", 0, "numerator", to=["SENT *"]), "indicators.SELF_CONSUMPTION", "''"),
        (_set("indicators", 0, "numerator", to=[1]), "indicators[0].numerator", "1 is no term"),
        (_set("indicators", 0, "denominator", to=[]), "indicators.SELF_CONSUMPTION.form", "is a ratio"),
        (_set("indicators", 0, "form", to="PRODUCT_QUOTAS"), "indicators.SELF_CONSUMPTION.form", "from products"),
        (_set("indicators", 0, "form", to="SUM"), "indicators[0].form", "accepted are RATIO, PRODUCT_QUOTAS"),
        (_set("indicators", 0, "direction", to=""), "indicators[0].direction", "accepted are AT_MOST, AT_LEAST"),
        (_set("indicators", 0, "is_waivable", to=True), "indicators.SELF_CONSUMPTION.is_waivable", "is CORE"),
        (_set("indicators", 0, "bands", 0, "threshold", to=0.6), "indicators[0].bands[0].threshold", "not exact"),
        (_set("indicators", 0, "bands", 0, to={}), "bands", "has no threshold"),
        (_set("indicators", 0, "banded_by", to="LOAD"), "indicators.SELF_CONSUMPTION.bands", "bounded bands"),
        (_set("indicators", 1, "banded_by", to=""), "indicators.COVER.bands", "bounded bands"),
        (_set("indicators", 1, "banded_by", to="WIND"), "indicators.COVER", "'WIND'"),
        (_set("indicators", 1, "bands", 1, "least", to="999"), "indicators.COVER.bands", "overlap"),
        (_set("indicators", 1, "bands", 0, to={"threshold": "1"}), "indicators.COVER.bands", "overlap"),
        (_set("indicators", 1, "bands", 1, "below", to="1000"), "indicators.COVER.bands", "ends at 1000"),
    ],
)
def test_a_system_out_of_form_is_refused(change: Callable[[dict[str, Any]], None], field: str, words: str) -> None:
    document = copy.deepcopy(DIRECT_CONNECTION)
    change(document)
    with pytest.raises(BadIndicatorSystem, match=words) as caught:
        indicator_system(document)
    assert caught.value.field == field


def test_quotas_are_upper_limits() -> None:
    document = copy.deepcopy(DIRECT_CONNECTION)
    document["indicators"][0] |= {"form": "PRODUCT_QUOTAS", "numerator": [], "denominator": []}
    with pytest.raises(BadIndicatorSystem, match="accepted is AT_MOST"):
        indicator_system(document)
    with pytest.raises(BadIndicatorSystem, match="no mapping"):
        indicator_system("NDRC_910_2025")  # type: ignore[arg-type]
