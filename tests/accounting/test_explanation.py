"""The steps of an explanation are the arithmetic: following them gives the number, and each names its source."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from accounting.amounts import emitted
from accounting.effective import Flag
from accounting.estimates import Estimate, estimate
from accounting.explanation import FLAG_NOTES, Operation, Step, StepKind, explained, in_usual_unit
from accounting.regimes import RegimeCode
from emission_factors.decimals import plain, product, shown
from emission_factors.gases import GwpSet
from tests.build import basis, own, request, term
from tests.explained import recomputed


def explanation(code: str, quantity: str, in_unit: str, number: int = 0, **fields: Any) -> tuple[list[Step], Estimate]:
    asked = {name: fields.pop(name) for name in ("regime", "gwp_set", "proxies") if name in fields}
    share = fields.pop("share", Decimal(1))
    of = basis(**asked)
    found = estimate(of, request(code, quantity, in_unit, **fields))
    counted = in_usual_unit(found.activity, found.quantity, found.unit)
    return explained(found.lines[number].resolved, *counted, of.gwp_set, share), found


def as_answered(steps: Iterable[Step]) -> list[dict[str, str | None]]:
    """Return steps as the API writes them, for the auditor's arithmetic."""
    return [
        {
            "kind": step.kind,
            "text": step.text,
            "operation": step.operation,
            "value": None if step.value is None else plain(step.value),
            "fraction": None if step.fraction is None else str(step.fraction),
            "unit": step.unit,
            "subject": step.subject,
            "factorId": step.factor_id,
        }
        for step in steps
    ]


@pytest.mark.parametrize(
    ("code", "quantity", "in_unit", "number", "fields"),
    [
        ("electricity.grid", "1234.5", "MWh", 0, {}),
        ("electricity.grid", "1234.5", "MWh", 1, {}),
        ("electricity.grid", "1234.5", "MWh", 0, {"region": "GB", "gwp_set": GwpSet.AR4}),
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
    amounts = found.lines[number].amounts
    computed = recomputed(as_answered(steps))
    assert computed["co2e"] == Fraction(shown(amounts.co2e)) > 0
    assert {name: mass for name, (mass, _) in computed["gases"].items()} == {
        name: Fraction(shown(mass)) for name, mass in amounts.gases.items()
    }
    assert (steps[-1].kind, steps[-1].value) == (StepKind.RESULT, shown(amounts.co2e))


def test_a_share_and_a_sign_stand_between_quantity_and_factor() -> None:
    steps, found = explanation("refrigerant.closing_stock/R-410A", "7", "kg", share=Decimal("0.6"))
    assert [(step.kind, step.value, step.operation) for step in steps[:3]] == [
        (StepKind.QUANTITY, 7, Operation.BEGIN),
        (StepKind.SHARE, Decimal("0.6"), Operation.MULTIPLY),
        (StepKind.SIGN, -1, Operation.MULTIPLY),
    ]
    line = found.lines[0].resolved
    reported = emitted(product(found.quantity, Decimal("0.6")), line.factor, line.line.sign).co2e
    assert recomputed(as_answered(steps))["co2e"] == Fraction(reported) < 0
    assert steps[-1].value == reported


def test_a_line_reported_whole_has_no_share() -> None:
    steps, _ = explanation("electricity.grid", "1", "kWh", share=Decimal("1.00"))
    assert StepKind.SHARE not in {step.kind for step in steps}


def test_a_number_without_a_finite_decimal_is_also_a_fraction() -> None:
    steps, _ = explanation("electricity.grid", "1", "MJ")
    assert (steps[1].text, steps[1].fraction) == ("1 MJ in kWh", Fraction(5, 18))
    assert all(step.fraction is None or step.value is not None for step in steps)
    assert [step.fraction for step in steps if step.kind is StepKind.FACTOR] == [None]


@pytest.mark.parametrize(("gwp_set", "methane", "laughing_gas"), [(GwpSet.AR5, 28, 265), (GwpSet.AR6, "27.9", 273)])
def test_printed_co2e_of_gases_becomes_mass_and_then_the_co2e_asked_for(
    gwp_set: GwpSet, methane: int | str, laughing_gas: int
) -> None:
    """DESNZ prints CO2e of each gas under AR5: divided by its GWP it is the mass, times the other the CO2e."""
    steps, found = explanation("electricity.grid", "1000", "kWh", region="GB", gwp_set=gwp_set)
    weights = [(step.subject, step.operation, step.value) for step in steps if step.kind is StepKind.GWP]
    assert weights == [
        ("CH4", Operation.DIVIDE, 28),
        ("CH4", Operation.MULTIPLY, Decimal(methane)),
        ("N2O", Operation.DIVIDE, 265),
        ("N2O", Operation.MULTIPLY, laughing_gas),
    ]
    texts = [step.text for step in steps if step.kind is StepKind.GWP]
    assert texts[0].startswith("CH4, as printed with AR5: IPCC AR5")
    assert texts[1].startswith(f"CH4, {gwp_set}: IPCC {gwp_set}")
    assert recomputed(as_answered(steps))["co2e"] == Fraction(shown(found.lines[0].amounts.co2e))


def test_a_printed_total_is_shown_and_only_what_the_gases_leave_of_it_counts() -> None:
    """New Zealand's average of 2024: the three gases, each rounded, leave 0.1 ug of the total per kWh."""
    steps, found = explanation("electricity.grid", "1000", "kWh", region="NZ")
    printed = [(step.subject, step.operation) for step in steps if step.kind is StepKind.FACTOR]
    counted = [(subject, Operation.MULTIPLY) for subject in ("CO2", "CH4", "N2O", "UNSPLIT")]
    assert printed == [("", None), *counted]
    total, *_, rest = [step for step in steps if step.kind is StepKind.FACTOR]
    assert (total.value, rest.value) == (Decimal("0.1011189484"), Decimal("1E-10"))
    assert shown(found.lines[0].amounts.co2e_unsplit) == Decimal("1E-7")


def test_each_step_in_its_place_with_its_figure_and_source() -> None:
    steps, _ = explanation("stationary.diesel", "1000", "L", proxies=("GB",))
    first = [(str(step.kind), step.text, step.value, step.unit) for step in steps[:3]]
    density = "uk-desnz-2025-properties:diesel_average_biofuel_blend.density"
    assert first == [
        ("QUANTITY", "quantity accounted for", Decimal(1000), "L"),
        ("PROPERTY", f"1 L in kg, by DENSITY 832.361 kg/m3 ({density})", Decimal("0.832361"), "kg"),
        ("CONVERSION", "1 kg in t", Decimal("0.001"), "t"),
    ]
    assert (steps[3].kind, steps[3].unit) == (StepKind.FACTOR, "kg CO2/t")
    assert steps[3].citation is not None
    assert steps[3].citation.document.startswith("GB/T 32151.34-2024")
    assert [(str(step.kind), step.text, step.fraction or step.value, step.unit) for step in steps[4:9]] == [
        ("TERM", "CO2: NCV", Decimal("42.652"), "GJ/t"),
        ("TERM", "CO2: CC", Decimal("0.0202"), "tC/GJ"),
        ("TERM", "CO2: OF", Decimal("0.98"), "fraction"),
        ("TERM", "CO2: the terms' units in kg/t", Decimal(1000), "kg/t"),
        ("TERM", "CO2: gas per mass of its carbon or nitrogen", Fraction(44, 12), "kg/kg"),
    ]
    assert (steps[9].kind, steps[9].text) == (StepKind.RULE, "published for CN; year exact")


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


def test_what_a_reader_must_know_stands_before_the_result() -> None:
    steps, found = explanation("electricity.grid", "1", "kWh", 1, region="GB")
    notes = [step.text for step in steps if step.kind is StepKind.NOTE]
    assert notes == [FLAG_NOTES[Flag.NO_RESIDUAL_MIX]]
    assert [step.kind for step in steps[-3:]] == [StepKind.NOTE, StepKind.ROUNDING, StepKind.RESULT]
    assert found.lines[1].resolved.flags == {Flag.NO_RESIDUAL_MIX}
    falling, _ = explanation("refrigerant.closing_stock/R-410A", "1", "kg")
    assert falling[1].text == "the quantity reduces a balance, so the line is negative"


def test_gases_outside_the_groups_and_biogenic_co2_are_named_as_apart() -> None:
    steps, found = explanation("refrigerant.leaked/R-22", "1", "kg")
    assert [step.subject for step in steps if step.kind is StepKind.OUTSIDE] == ["HCFC-22"]
    assert steps[-1].value == 0
    assert recomputed(as_answered(steps))["outsideGases"] == {
        "HCFC-22": (1, Fraction(found.lines[0].amounts.outside_co2e["HCFC-22"]))
    }
    one = own({"CO2": term("2", "kg/kg"), "CO2_BIOGENIC": term("1", "kg/kg")})
    steps, _ = explanation("stationary.diesel", "1", "kg", own_factor=one)
    assert [step.subject for step in steps if step.kind is StepKind.OUTSIDE] == ["CO2_BIOGENIC"]


def test_a_factor_of_the_caller_shows_its_terms_and_who_gave_it() -> None:
    chain = (term("42", "GJ/t", "NCV"), term("0.02", "tC/GJ", "CC"))
    steps, found = explanation(
        "stationary.diesel", "2", "t", own_factor=own({"CO2": chain, "CO2_BIOGENIC": term("1", "kg/t")})
    )
    assert [step.text for step in steps if step.kind is StepKind.TERM] == [
        "CO2: NCV",
        "CO2: CC",
        "CO2: the terms' units in kg/t",
        "CO2: gas per mass of its carbon or nitrogen",
        "CO2_BIOGENIC: EF",
    ]
    assert [step.text for step in steps if step.kind is StepKind.RULE] == ["given by the caller"]
    assert [step.text for step in steps if step.kind is StepKind.FACTOR] == [
        "caller: Ours, CO2",
        "caller: Ours, biogenic CO2",
    ]
    assert found.lines[0].amounts.biogenic == 2


def test_every_flag_has_a_note_in_words() -> None:
    assert set(FLAG_NOTES) == set(Flag)
    assert len(set(FLAG_NOTES.values())) == len(Flag)
