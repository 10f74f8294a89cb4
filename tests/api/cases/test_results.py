"""What is read from a result of the service."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from api.cases.measures import measure
from api.cases.plans import Estimate, Mismatch, Plan, Probe, Read, Reading, Share, Term
from api.cases.results import Result, Unanswered, read, total

ONE = Estimate("stationary.diesel", Decimal(1), "t")
TWO = Estimate("stationary.diesel", Decimal(2), "t")


def result(**fields: Any) -> Result:
    """Return a result with one line; fields replace parts of it."""
    emissions = {
        "co2e": "100",
        "biogenicCo2": "7",
        "gases": [
            {"gas": "CO2", "mass": "90", "co2e": "90"},
            {"gas": "CH4_FOSSIL", "mass": "0.25", "co2e": "7"},
        ],
        "outsideGases": [{"gas": "HCFC-22", "mass": "2", "co2e": None}],
    }
    line = {
        "line": {"code": "combustion"},
        "emissions": emissions,
        "explanation": {
            "factor": {"factorId": "set:diesel"},
            "steps": [{"kind": "PROPERTY", "text": "1 scf in mmBtu_gross, by GCV 0.001026 mmBtu_gross/scf (id)"}],
        },
    }
    found: dict[str, Any] = {
        "__typename": "Estimate",
        "quantity": "3600",
        "unit": "MJ",
        "energy": {"gigajoules": "3.6", "tce": "0.1229", "tceHigh": "0.13", "tceEquivalent": None},
        "steam": {"gigajoules": "2777", "enthalpyKjPerKg": "2777", "temperatureC": "179.88"},
        "lines": [line],
        "gaps": [{"line": {"code": "upstream"}, "message": "no factor for fuel.diesel.wtt"}],
    }
    return found | fields


@pytest.mark.parametrize(
    ("reading", "value"),
    [
        (Reading(Read.CO2E), Fraction(100)),
        (Reading(Read.CO2E, "combustion"), Fraction(100)),
        (Reading(Read.BIOGENIC), Fraction(7)),
        (Reading(Read.GAS_MASS, gas="CO2"), Fraction(90)),
        (Reading(Read.GAS_MASS, gas="CH4"), Fraction(1, 4)),
        (Reading(Read.GAS_CO2E, gas="CH4_FOSSIL"), Fraction(7)),
        (Reading(Read.MASS), Fraction("92.25")),
        (Reading(Read.QUANTITY), Fraction(3600)),
        (Reading(Read.ENERGY), Fraction(3600)),
        (Reading(Read.TCE), Fraction("0.1229") * Fraction("29307.6")),
        (Reading(Read.STEAM_HEAT), Fraction(2777000)),
        (Reading(Read.STEAM_ENTHALPY), Fraction("2.777")),
        (Reading(Read.STEAM_TEMPERATURE), Fraction("179.88")),
    ],
)
def test_numbers_are_read_in_base_units(reading: Reading, value: Fraction) -> None:
    assert read(result(), reading) == value


@pytest.mark.parametrize(
    ("found", "reading", "message"),
    [
        (result(), Reading(Read.GAS_MASS, gas="N2O"), "the result has no N2O"),
        (result(), Reading(Read.GAS_CO2E, gas="HCFC-22"), "the service has no GWP of HCFC-22 in this set"),
        (result(), Reading(Read.TCE_EQUIVALENT), "the service gives no tceEquivalent for it"),
        (result(energy=None), Reading(Read.ENERGY), "the service gives no gigajoules for it"),
        (result(), Reading(Read.CO2E, "upstream"), "no factor for fuel.diesel.wtt"),
        (result(), Reading(Read.CO2E, "market"), "the result has no line market"),
        (
            {"__typename": "EstimateError", "code": "NO_FACTOR", "field": "", "message": "none"},
            Reading(Read.CO2E),
            "the service refuses it: NO_FACTOR: none",
        ),
    ],
)
def test_what_is_not_there_is_said(found: Result, reading: Reading, message: str) -> None:
    with pytest.raises(Unanswered, match=message):
        read(found, reading)


def test_shares_are_added_with_their_sign_in_the_unit_asked_for() -> None:
    reading = Reading(Read.CO2E)
    shares = (Share(ONE, (reading,)), Share(TWO, (reading,), sign=-1))
    other = result(lines=[{**result()["lines"][0], "emissions": {**result()["lines"][0]["emissions"], "co2e": "30"}}])
    assert total(Plan(shares, measure("tCO2e")), {ONE: result(), TWO: other}) == Fraction("0.07")


def test_the_service_must_choose_the_factor_that_is_cited() -> None:
    plan = Plan((Share(ONE, (Reading(Read.CO2E),), chosen="set:petrol"),), measure("kgCO2e"))
    with pytest.raises(Mismatch, match="the service chose set:diesel, the case cites set:petrol"):
        total(plan, {ONE: result()})
    chosen = Plan((Share(ONE, (Reading(Read.CO2E),), chosen="set:diesel"),), measure("kgCO2e"))
    assert total(chosen, {ONE: result()}) == 100


@pytest.mark.parametrize(
    ("value", "unit", "is_held"),
    [("0.001026", "mmBtu/scf", True), ("1.026", "mmBtu/scf", False), ("0.001026", "mmBtu/Mcf", False)],
)
def test_a_property_must_be_the_one_that_converted(value: str, unit: str, is_held: bool) -> None:
    terms = (Term("HC", Decimal(value), unit),)
    plan = Plan((Share(ONE, (Reading(Read.CO2E),), properties=terms),), measure("kgCO2e"))
    if is_held:
        assert total(plan, {ONE: result()}) == 100
        return
    with pytest.raises(Mismatch, match=f"HC is {value} {unit} in the case; the service converted by 0.001026"):
        total(plan, {ONE: result()})


def probe(reading: Reading, value: str) -> Probe:
    return Probe(TWO, reading, "K", Decimal(value), measure("tce"))


def test_the_reading_whose_probe_holds_counts() -> None:
    readings = (Reading(Read.TCE), Reading(Read.TCE_HIGH))
    probes = tuple(probe(reading, "0.13") for reading in readings)
    plan = Plan((Share(ONE, readings, probes=probes),), measure("tce"))
    assert total(plan, {ONE: result(), TWO: result()}) == Fraction("0.13")


def test_a_probe_that_never_holds_is_a_mismatch() -> None:
    readings = (Reading(Read.TCE), Reading(Read.TCE_HIGH))
    plan = Plan((Share(ONE, readings, probes=tuple(probe(item, "0.2") for item in readings)),), measure("tce"))
    with pytest.raises(Mismatch, match=r"K is 0\.2 tce in the case; the service holds 0\.1229 to 0\.13"):
        total(plan, {ONE: result(), TWO: result()})


def test_a_check_that_does_not_hold_spoils_the_answer() -> None:
    check = Probe(TWO, Reading(Read.STEAM_ENTHALPY), "H", Decimal(2770), measure("kJ/kg"))
    plan = Plan((Share(ONE, (Reading(Read.CO2E),)),), measure("kgCO2e"), (check,))
    with pytest.raises(Mismatch, match="H is 2770 kJ/kg in the case; the service holds 2777"):
        total(plan, {ONE: result(), TWO: result()})
