"""Levers and scenarios as they are kept: what is written is read again, and what cannot be is told with its place."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
import pytest

from accounting.scenarios.abatement_curve import Cost
from accounting.scenarios.declared_scenarios import DeclaredScenario
from accounting.scenarios.levers import (
    EVERYTHING,
    BadLever,
    Efficiency,
    Extent,
    ExtentKind,
    FactorCut,
    FactorPath,
    Growth,
    Ramp,
    Reach,
)
from accounting.scenarios.moving_levers import Supply, heat_pump
from accounting.scenarios.stated import StatedHeatPump, StatedLever, StatedStep, StatedSubstitution, costs_of
from accounting.scenarios.steps import BadScenario, Undo
from accounting.scope2.instruments import Kind

NOW = Ramp(date(2026, 1, 1), (Decimal("0.50"), Decimal(1)))
ALL = Extent(ExtentKind.SHARE_OF_REST, NOW)
GAS = Reach(frozenset({"stationary.natural_gas"}), frozenset({UUID(int=1)}), frozenset(), frozenset({"Gas Co"}))
R410A = Reach(frozenset({"refrigerant.leaked/R-410A"}))
SWITCH = StatedSubstitution(R410A, ALL, "refrigerant.leaked/R-32", Decimal(7), Decimal(10), "kg", "kg")
PUMP = StatedHeatPump(GAS, ALL, Decimal("0.9"), Decimal(3), Decimal("38.931"), "Nm3")
GIVEN: dict[str, Any] = {
    "efficiency": Efficiency(GAS, Decimal("0.1"), NOW),
    "growth": Growth(EVERYTHING, Decimal("0.05"), 2025),
    "factor_cut": FactorCut(EVERYTHING, frozenset({"electricity.grid"}), Decimal("0.2"), NOW),
    "factor_path": FactorPath(EVERYTHING, frozenset({"electricity.grid", "electricity.market"}), Decimal("0.01"), 2025),
    "substitution": SWITCH,
    "heat_pump": PUMP,
    "supply": Supply(EVERYTHING, ALL, Kind.GEC, Decimal("1.5")),
    "undo": "supply",
}
COST = Cost(Decimal(12), Decimal("0.08"), 15, Decimal("-0.9"))


def step(code: str, **lever: Any) -> StatedStep:
    return StatedStep(code, code, "措施", StatedLever(**lever), COST if code == "growth" else None)


def declared(**changes: Any) -> DeclaredScenario:
    steps = tuple(step(name, **{name: lever}) for name, lever in GIVEN.items())
    given = {
        "code": "plan",
        "name_en": "Plan",
        "name_zh": "方案",
        "assumptions": "as planned",
        "steps": steps,
        **changes,
    }
    return DeclaredScenario(**{"reference_year": 2025, "years": (2026, 2030), **given})


def test_every_lever_is_written_and_read_again() -> None:
    found = declared()
    assert msgspec.convert(msgspec.to_builtins(found), DeclaredScenario) == found
    assert (found.subject, found.scenario().reference_year) == ("plan", 2025)
    assert costs_of(found.steps) == {"growth": COST}


def test_what_is_stated_becomes_the_lever_that_is_applied() -> None:
    levers = {step.code: step.lever for step in declared().scenario().steps}
    assert all(levers[name] == GIVEN[name] for name in ("efficiency", "growth", "factor_cut", "factor_path", "supply"))
    assert levers["undo"] == Undo("supply")
    assert levers["heat_pump"] == heat_pump(GAS, ALL, Decimal("0.9"), Decimal(3), Decimal("38.931"), "Nm3")
    assert SWITCH.lever().ratio == Fraction(7, 10)


def test_a_step_states_exactly_one_lever() -> None:
    with pytest.raises(BadLever, match="no lever; accepted is exactly one"):
        StatedLever()
    with pytest.raises(BadLever, match="growth, undo; accepted is exactly one"):
        StatedLever(growth=GIVEN["growth"], undo="x")


@pytest.mark.parametrize(
    ("made", "field", "words"),
    [
        (
            lambda: StatedLever(
                substitution=StatedSubstitution(
                    R410A, ALL, "refrigerant.leaked/R-32", Decimal(1), Decimal(0), "kg", "kg"
                )
            ),
            "per",
            "the ratio is per 0 kg",
        ),
        (
            lambda: StatedLever(heat_pump=StatedHeatPump(GAS, ALL, Decimal(2), Decimal(3), Decimal(1), "MJ")),
            "boilerEfficiency",
            "efficiency is 2",
        ),
    ],
)
def test_a_lever_is_checked_when_it_is_stated(made: Any, field: str, words: str) -> None:
    with pytest.raises(BadLever, match=words) as error:
        made()
    assert error.value.field == field


@pytest.mark.parametrize(
    ("changes", "step_code", "field", "words"),
    [
        ({"code": "  "}, "", "code", "no code"),
        ({"name_zh": "x" * 201}, "", "nameZh", "at most 200"),
        ({"assumptions": "x" * 4001}, "", "assumptions", "at most 4000"),
        ({"assumptions": "a\x00"}, "", "assumptions", "without NUL"),
        ({"years": (2024,)}, "", "years", "2025 to 2075"),
        ({"steps": (step("a", undo="b"),)}, "a", "undo", "not the last step that stands"),
        ({"steps": (step("a", growth=GIVEN["growth"]),) * 2}, "a", "code", "each once"),
    ],
)
def test_a_scenario_that_cannot_be_kept(changes: dict[str, Any], step_code: str, field: str, words: str) -> None:
    with pytest.raises(BadScenario, match=words) as error:
        declared(**changes)
    assert (error.value.step, error.value.field) == (step_code, field)


def test_a_cost_or_name_of_a_step_that_cannot_be() -> None:
    lever = StatedLever(growth=GIVEN["growth"])
    with pytest.raises(BadScenario, match="lasts 0 years") as error:
        StatedStep("a", "", "", lever, Cost(Decimal(1), Decimal("0.1"), 0, Decimal(0)))
    assert (error.value.step, error.value.field) == ("a", "years")
    with pytest.raises(BadScenario, match="at most 200") as error:
        StatedStep("a", "x" * 201, "", lever)
    assert error.value.field == "nameEn"
