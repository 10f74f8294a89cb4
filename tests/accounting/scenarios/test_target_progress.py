"""Targets as they are kept, and how a year is judged: what is missing decides nothing in the target's favour."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from accounting.change.base_year_declarations import ScopeMasses
from accounting.change.intensity import Denominator
from accounting.consolidation import Approach
from accounting.regimes import RegimeCode
from accounting.scenarios.declared_targets import (
    DeclaredTarget,
    PerUnit,
    PinnedBasis,
    StatedCut,
    StatedMethod,
    StatedRate,
    TargetStatus,
)
from accounting.scenarios.target_progress import Judgement, Restatement, YearFigure, progress_of, takes
from accounting.scenarios.targets import BadTarget, Framework, Metric, Pathway, TargetMethod
from emission_factors.activity_types import Method, Scope, activity_type
from emission_factors.gases import GwpSet

BASIS = PinnedBasis(RegimeCode.GHG_PROTOCOL, GwpSet.AR6, 1, Approach.OPERATIONAL_CONTROL, ("GB",), None)
CONTRACTION = StatedMethod(absolute_contraction=StatedRate())
CUT = StatedMethod(intensity_cut=StatedCut(Decimal("0.17"), "plan", Decimal("0.05")))
PER = PerUnit(Denominator.OUTPUT_VALUE, "", "10^4CNY")
ON, OFF, OPEN = Judgement


def target(**changes: Any) -> DeclaredTarget:
    given: dict[str, Any] = {
        "code": "near",
        "name_en": "",
        "name_zh": "",
        "is_of_park": False,
        "status": TargetStatus.ADOPTED,
        "framework": Framework.SBTI_V1,
        "scopes": (Scope.SCOPE_1, Scope.SCOPE_2),
        "scope_2_method": Method.LOCATION,
        "base_year": 2020,
        "base_value": Decimal(50000),
        "base_source": "report",
        "basis": BASIS,
        "target_year": 2030,
        "method": CONTRACTION,
        "per": None,
    }
    return DeclaredTarget(**{**given, **changes})


def intensity(**changes: Any) -> DeclaredTarget:
    return target(method=CUT, per=PER, target_year=2025, framework=Framework.CHINA_DUAL_CONTROL, **changes)


def figure(tonnes: str | None, size: str | None = None, *missing: str, year: int = 2024) -> YearFigure:
    in_tonnes, of = (None if one is None else Decimal(one) for one in (tonnes, size))
    return YearFigure(year, in_tonnes, of, missing)


def judged(*given: Any) -> Any:
    """Return the progress, typed loosely so that numbers compare with integers."""
    return progress_of(*given)


@pytest.mark.parametrize(
    "declared",
    [
        target(),
        target(base_value=None, base_source=""),
        intensity(base_value=Decimal("0.3")),
        target(
            method=StatedMethod(sectoral_decarbonisation=Pathway(Decimal(7), Decimal(3), Decimal(1), "path")),
            per=PerUnit(Denominator.OUTPUT, "vials", "t"),
        ),
        target(method=StatedMethod(own_percentage=StatedCut(Decimal("0.3"), "plan"))),
    ],
)
def test_every_method_is_written_and_read_again(declared: DeclaredTarget) -> None:
    assert msgspec.convert(msgspec.to_builtins(declared), DeclaredTarget) == declared


def test_the_published_progress() -> None:
    found = judged(target(), None, None, figure("42000"))  # standards.md 7.1
    assert (found.target.value, found.path_value, found.gap, found.gap_tonnes) == (29000, 41600, 400, 400)
    assert round(found.progress, 3) == Decimal("0.381")
    assert (found.judgement, found.dual_control) == (OFF, None)


@pytest.mark.parametrize(
    ("tonnes", "missing", "judgement"),
    [("41600", (), ON), ("41600.1", (), OFF), ("41600", ("x",), OPEN), ("41601", ("x",), OFF), (None, ("x",), OPEN)],
)
def test_what_is_missing_can_only_add(tonnes: str | None, missing: tuple[str, ...], judgement: Judgement) -> None:
    assert judged(target(), None, None, figure(tonnes, None, *missing)).judgement is judgement


def test_an_intensity_may_still_move_while_something_is_missing() -> None:
    declared = intensity(base_value=Decimal(1))
    assert judged(declared, None, None, figure("120", "100")).judgement is OFF
    assert judged(declared, None, None, figure("120", "100", "x")).judgement is OPEN
    found = judged(declared, None, None, figure("120", None))
    assert (found.value, found.gap_tonnes, found.judgement) == (None, None, OPEN)
    zero = judged(declared, None, None, figure("120", "0"))
    assert (zero.value, zero.judgement) == (None, OPEN)


def test_dual_control_takes_its_total_from_the_base_year() -> None:
    """V7.2: 17 % in five years with 5 % growth, 100 -> 105.9."""
    declared = intensity(base_value=None, base_source="")
    found = judged(declared, figure("100", "240", year=2020), None, figure("100", "288"))
    assert round(found.dual_control.annual_cut * 100, 3) == Decimal("3.658")
    assert (found.dual_control.base_total, found.dual_control.total) == (100, Decimal("105.9313696875"))
    stated = StatedMethod(intensity_cut=StatedCut(Decimal("0.17"), "plan", None, Decimal(200)))
    without = judged(replace(declared, method=stated), figure("100", "240", year=2020), None, figure("1", "1"))
    assert (without.dual_control.base_total, without.dual_control.total) == (200, None)


def test_a_recalculation_multiplies_the_base_value() -> None:
    moved = Restatement(Decimal(1000), Decimal(1200))
    found = judged(target(), None, moved, figure("42000"))
    assert (found.base_value, found.restated_base, found.target.value) == (50000, 60000, 34800)
    for same in (None, Restatement(Decimal(5), Decimal("5.0")), Restatement(Decimal(0), Decimal(5))):
        assert judged(target(), None, same, figure("42000")).restated_base is None


def test_a_base_year_without_a_value_leaves_all_open() -> None:
    found = judged(target(base_value=None), figure(None, None, "nothing of 2020"), None, figure("1"))
    assert (found.target, found.judgement) == (None, OPEN)
    assert found.missing == ("nothing of 2020", "the base year has no value")
    zero = judged(target(base_value=None), figure("0", year=2020), None, figure("1"))
    assert (zero.target, zero.missing) == (None, ("the base value is 0; accepted is above 0",))


def test_tonnes_are_of_the_scopes_and_method_of_the_target() -> None:
    masses = ScopeMasses(Decimal(1000), Decimal(20), Decimal(3), None)
    assert target().of(masses) == Decimal("1.02")
    assert target(scope_2_method=Method.MARKET).of(masses) == Decimal("1.003")
    with pytest.raises(BadTarget, match="not all reported"):
        target(scopes=(Scope.SCOPE_3,), scope_2_method=None).of(masses)
    lines = activity_type("electricity.grid").lines
    assert [line.code for line in lines if takes(target(), line)] == ["location"]


def test_metric_and_unit_follow_from_the_method() -> None:
    assert (target().metric, target().unit) == (Metric.ABSOLUTE, "t CO2e")
    assert (intensity().metric, intensity().unit) == (Metric.INTENSITY, "t CO2e/10^4CNY")
    assert intensity().method.kind is TargetMethod.INTENSITY_CUT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"name_en": "x" * 401}, "nameEn"),
        ({"scopes": (Scope.SCOPE_2, Scope.SCOPE_1)}, "scopes"),
        ({"base_year": 1989}, "baseYear"),
        ({"base_source": " "}, "baseSource"),
        ({"per": PER}, "per"),
        ({"method": CUT}, "per"),
        ({"method": CUT, "per": PerUnit(Denominator.OUTPUT, "", "t")}, "per.product"),
        ({"method": CUT, "per": PerUnit(Denominator.OUTPUT_VALUE, "", "t")}, "per.unit"),
        ({"method": CUT, "per": PerUnit(Denominator.HEADCOUNT, "", "")}, "per.unit"),
        ({"target_year": 2044}, "targetYear"),
        ({"basis": replace(BASIS, regime=RegimeCode.NDRC_910_2025), "scope_2_method": Method.MARKET}, "scope2Method"),
        (
            {
                "basis": replace(BASIS, regime=RegimeCode.NDRC_910_2025),
                "scopes": (Scope.SCOPE_3,),
                "scope_2_method": None,
            },
            "scopes",
        ),
    ],
)
def test_a_target_that_cannot_be_kept(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadTarget) as error:
        target(**changes)
    assert error.value.field == field


def test_a_method_is_exactly_one() -> None:
    with pytest.raises(BadTarget, match="no method; accepted is exactly one"):
        StatedMethod()
    with pytest.raises(BadTarget, match="absolute_contraction, economic_intensity"):
        StatedMethod(absolute_contraction=StatedRate(), economic_intensity=StatedRate())
