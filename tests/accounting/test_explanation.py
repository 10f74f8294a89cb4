"""The steps of an explanation are the arithmetic: following them gives the number, and each names its source."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

import pytest

from accounting.effective import Flag
from accounting.estimates import Estimate, estimate
from accounting.explanation import FLAG_NOTES, Step, StepKind, explained, in_usual_unit
from accounting.regimes import RegimeCode
from emission_factors.gases import GwpSet
from tests.build import basis, own, request, term

FACTORS = (StepKind.FACTOR, StepKind.COMPLEMENT)
CONVERSIONS = (StepKind.CONVERSION, StepKind.PROPERTY)


def explanation(code: str, quantity: str, in_unit: str, number: int = 0, **fields: Any) -> tuple[list[Step], Estimate]:
    asked = {name: fields.pop(name) for name in ("regime", "gwp_set", "proxies") if name in fields}
    of = basis(**asked)
    found = estimate(of, request(code, quantity, in_unit, **fields))
    shown = in_usual_unit(found.activity, found.quantity, found.unit)
    return explained(found.lines[number].resolved, *shown, of.gwp_set), found


def followed(steps: Sequence[Step]) -> Fraction:
    """Multiply as the steps say: quantity x conversions x each gas's figure x its GWP, for each factor."""
    blocks: list[list[Step]] = [[]]
    for step in steps[1:]:
        is_after_rule = any(done.kind is StepKind.RULE for done in blocks[-1])
        if is_after_rule and step.kind in (*CONVERSIONS, StepKind.COMPLEMENT):
            blocks.append([])
        blocks[-1].append(step)
    return number(steps[0]) * sum((per_unit(block) for block in blocks), Fraction(0))


def per_unit(block: Sequence[Step]) -> Fraction:
    ratio = prod((number(step) for step in block if step.kind in CONVERSIONS), start=Fraction(1))
    weights = {step.text.partition(",")[0]: number(step) for step in block if step.kind is StepKind.GWP}
    figures = {step.text.rpartition(", ")[2]: number(step) for step in block if step.kind in FACTORS}
    return ratio * sum((value * weights.get(gas, 1) for gas, value in figures.items()), Fraction(0))


def number(step: Step) -> Fraction:
    assert step.value is not None
    return Fraction(step.value)


@pytest.mark.parametrize(
    ("code", "quantity", "in_unit", "number", "fields"),
    [
        ("electricity.grid", "1234.5", "MWh", 0, {}),
        ("electricity.grid", "1234.5", "MWh", 1, {}),
        ("stationary.natural_gas", "1200000", "Nm3", 0, {}),
        ("stationary.diesel", "1000", "L", 0, {"proxies": ("GB",)}),
        ("refrigerant.leaked/R-410A", "12", "kg", 0, {}),
        ("refrigerant.leaked/R-410A", "12", "kg", 0, {"gwp_set": GwpSet.AR4}),
        ("steam.purchased", "7", "GJ", 0, {"regime": RegimeCode.NDRC_910_2025}),
    ],
)
def test_following_the_steps_gives_the_result(
    code: str, quantity: str, in_unit: str, number: int, fields: dict[str, Any]
) -> None:
    steps, found = explanation(code, quantity, in_unit, number, **fields)
    exact = Fraction(found.lines[number].amounts.co2e)
    assert abs(followed(steps) - exact) < exact / 10**45
    assert exact > 0


@pytest.mark.parametrize(("gwp_set", "restated"), [(GwpSet.AR5, []), (GwpSet.AR6, ["CH4", "N2O"])])
def test_co2e_of_gases_is_restated_and_never_weighted_twice(gwp_set: GwpSet, restated: list[str]) -> None:
    """DESNZ prints CO2e of each gas under AR5: under AR6 a step divides by one GWP and multiplies by the other."""
    steps, found = explanation("electricity.grid", "1000", "kWh", region="GB", gwp_set=gwp_set)
    weights = [step for step in steps if step.kind is StepKind.GWP]
    assert [step.text.partition(",")[0] for step in weights] == restated
    total = found.lines[0].amounts
    by_gas = [step for step in steps if step.kind is StepKind.FACTOR and "kg CO2e of" in step.unit]
    computed = 1000 * per_unit([*by_gas, *weights])
    assert abs(computed + Fraction(total.co2e_unsplit) - Fraction(total.co2e)) < Fraction(1, 10**40)
    if weights:
        assert weights[0].unit == "kg CO2e/kg CO2e"
        assert weights[0].text.startswith("CH4, printed with AR5 28, restated by AR6 27.9: IPCC AR6")


def test_each_step_in_its_place_with_its_figure_and_source() -> None:
    steps, _ = explanation("stationary.diesel", "1000", "L", proxies=("GB",))
    shown = [(str(step.kind), step.text, step.value, step.unit) for step in steps[:3]]
    density = "uk-desnz-2025-properties:diesel_average_biofuel_blend.density"
    assert shown == [
        ("QUANTITY", "quantity accounted for", Decimal(1000), "L"),
        ("PROPERTY", f"1 L in kg, by DENSITY 832.361 kg/m3 ({density})", Decimal("0.832361"), "kg"),
        ("CONVERSION", "1 kg in t", Decimal("0.001"), "t"),
    ]
    assert (steps[3].kind, steps[3].unit) == (StepKind.FACTOR, "kg CO2/t")
    assert steps[3].citation is not None
    assert steps[3].citation.document.startswith("GB/T 32151.34-2024")
    assert [(str(step.kind), step.text, step.value, step.unit) for step in steps[4:7]] == [
        ("TERM", "CO2: NCV", Decimal("42.652"), "GJ/t"),
        ("TERM", "CO2: CC", Decimal("0.0202"), "tC/GJ"),
        ("TERM", "CO2: OF", Decimal("0.98"), "fraction"),
    ]
    assert (steps[7].kind, steps[7].text) == (StepKind.RULE, "published for CN; year exact")


def test_a_quantity_is_shown_in_the_usual_unit_where_that_is_exact() -> None:
    steps, _ = explanation("electricity.grid", "1.2345", "MWh")
    assert [(step.kind, step.value, step.unit) for step in steps[:2]] == [
        (StepKind.QUANTITY, Decimal("1234.5"), "kWh"),
        (StepKind.FACTOR, Decimal("0.4419"), "kg CO2/kWh"),
    ]
    steps, _ = explanation("electricity.grid", "1", "MJ")
    assert (steps[0].value, steps[0].unit, steps[1].text) == (Decimal(1), "MJ", "1 MJ in kWh")
    steps, _ = explanation("stationary.diesel", "2", "t")
    assert (steps[0].value, steps[0].unit) == (Decimal(2000), "kg")


def test_a_complement_shows_the_gases_it_supplies_and_no_other() -> None:
    steps, _ = explanation("stationary.natural_gas", "1", "Nm3")
    supplied = [step for step in steps if step.kind is StepKind.COMPLEMENT]
    assert [step.text.rpartition(", ")[2] for step in supplied] == ["CH4_FOSSIL", "N2O"]
    assert all(step.citation and "IPCC" in step.citation.document for step in supplied)
    assert [step.text.partition(",")[0] for step in steps if step.kind is StepKind.GWP] == ["CH4_FOSSIL", "N2O"]
    assert sum(step.kind is StepKind.RULE for step in steps) == 2


def test_what_a_reader_must_know_stands_at_the_end() -> None:
    steps, found = explanation("electricity.grid", "1", "kWh", 1, region="GB")
    notes = [step.text for step in steps if step.kind is StepKind.NOTE]
    assert notes == [FLAG_NOTES[Flag.NO_RESIDUAL_MIX]]
    assert steps[-1].text == notes[0]
    assert found.lines[1].resolved.flags == {Flag.NO_RESIDUAL_MIX}
    falling, _ = explanation("refrigerant.closing_stock/R-410A", "1", "kg")
    assert falling[-1].text == "the quantity reduces a balance, so the line is negative"


def test_a_factor_of_the_caller_shows_its_terms_and_who_gave_it() -> None:
    chain = (term("42", "GJ/t", "NCV"), term("0.02", "tC/GJ", "CC"))
    steps, found = explanation(
        "stationary.diesel", "2", "t", own_factor=own({"CO2": chain, "CO2_BIOGENIC": term("1", "kg/t")})
    )
    assert [step.text for step in steps if step.kind is StepKind.TERM] == ["CO2: NCV", "CO2: CC", "CO2_BIOGENIC: EF"]
    assert [step.text for step in steps if step.kind is StepKind.RULE] == ["given by the caller"]
    assert [step.text for step in steps if step.kind is StepKind.FACTOR] == [
        "caller: Ours, CO2",
        "caller: Ours, biogenic CO2",
    ]
    assert found.lines[0].amounts.biogenic == 2


def test_every_flag_has_a_note_in_words() -> None:
    assert set(FLAG_NOTES) == set(Flag)
    assert len(set(FLAG_NOTES.values())) == len(Flag)
