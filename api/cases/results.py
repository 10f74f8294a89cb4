"""What a result of the service says: emissions, quantities and heat, in base units, as exact ratios."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from api.cases.measures import UnknownMeasure, alike, measure
from api.cases.plans import Estimate, Mismatch, Plan, Probe, Read, Reading, Share, Term

QUERY: Final = """
query Estimates($basis: BasisInput, $inputs: [EstimateInput!]!) {
  estimate(basis: $basis, inputs: $inputs) {
    __typename
    ... on EstimateError { code field message }
    ... on Estimate {
      quantity unit gaps { line { code } message }
      energy { gigajoules tce tceHigh tceEquivalent }
      steam { gigajoules enthalpyKjPerKg temperatureC }
      lines {
        line { code }
        emissions { co2e biogenicCo2 gases { gas mass co2e } outsideGases { gas mass co2e } }
        explanation { factor { factorId } steps { kind text } }
      }
    }
  }
}
"""
Result = Mapping[str, Any]
_ENERGY: Final = {
    Read.ENERGY: ("gigajoules", "GJ"),
    Read.TCE: ("tce", "tce"),
    Read.TCE_HIGH: ("tceHigh", "tce"),
    Read.TCE_EQUIVALENT: ("tceEquivalent", "tce"),
}
_STEAM: Final = {
    Read.STEAM_HEAT: ("gigajoules", "GJ"),
    Read.STEAM_ENTHALPY: ("enthalpyKjPerKg", "kJ/kg"),
    Read.STEAM_TEMPERATURE: ("temperatureC", ""),
}
_PROPERTY: Final = re.compile(r", by \w+ ([\d.]+) (\S+) ")


class Unanswered(Exception):
    """A result holds no such number: it was refused, or a line is missing; the message says why."""


def total(plan: Plan, results: Mapping[Estimate, Result]) -> Fraction:
    """Return the answer a plan asks for, in its unit; raises `Unanswered` or `Mismatch`."""
    for check in plan.checks:
        _hold((check,), results)
    return sum((_of_share(share, results) for share in plan.shares), Fraction(0)) / plan.unit.to_base


def _of_share(share: Share, results: Mapping[Estimate, Result]) -> Fraction:
    result = results[share.estimate]
    reading = share.readings[_hold(share.probes, results)]
    value = read(result, reading)
    if share.chosen:
        _refuse_another(share, _line(result, reading.line))
    for figure in share.properties:
        _refuse_unused(figure, _line(result, reading.line))
    return share.sign * value


def read(result: Result, reading: Reading) -> Fraction:
    """Return one number of a result in base units (kg, MJ, kJ/kg as MJ/kg); raises `Unanswered`."""
    if result["__typename"] == "EstimateError":
        raise Unanswered(f"the service refuses it: {result['code']}: {result['message']}")
    if reading.read is Read.QUANTITY:
        return Fraction(result["quantity"]) * measure(result["unit"]).to_base
    if reading.read in _ENERGY:
        return _number(result["energy"], *_ENERGY[reading.read])
    if reading.read in _STEAM:
        return _number(result["steam"], *_STEAM[reading.read])
    return _emissions(_line(result, reading.line)["emissions"], reading)


def _number(part: Mapping[str, Any] | None, field: str, unit: str) -> Fraction:
    value = part[field] if part else None
    if value is None:
        raise Unanswered(f"the service gives no {field} for it")
    return Fraction(value) * (measure(unit).to_base if unit else 1)


def _emissions(found: Mapping[str, Any], reading: Reading) -> Fraction:
    if reading.read is Read.CO2E:
        return Fraction(found["co2e"])
    if reading.read is Read.BIOGENIC:
        return Fraction(found["biogenicCo2"])
    gases = [*found["gases"], *found["outsideGases"]]
    if reading.read is Read.MASS:
        return _sum(gases, "mass")
    wanted = [gas for gas in gases if gas["gas"] == reading.gas or gas["gas"].startswith(f"{reading.gas}_")]
    if not wanted:
        raise Unanswered(f"the result has no {reading.gas}")
    return _sum(wanted, "mass" if reading.read is Read.GAS_MASS else "co2e")


def _sum(gases: Iterable[Mapping[str, Any]], field: str) -> Fraction:
    total = Fraction(0)
    for gas in gases:
        if gas[field] is None:
            raise Unanswered(f"the service has no GWP of {gas['gas']} in this set")
        total += Fraction(gas[field])
    return total


def _line(result: Result, code: str) -> Mapping[str, Any]:
    lines: Sequence[Mapping[str, Any]] = result["lines"]
    for line in lines:
        if code in ("", line["line"]["code"]):
            return line
    missing = [gap["message"] for gap in result["gaps"] if gap["line"]["code"] == code]
    raise Unanswered(missing[0] if missing else f"the result has no line {code}")


def _hold(probes: Sequence[Probe], results: Mapping[Estimate, Result]) -> int:
    """Return which of the probes holds, 0 for none asked; raises `Mismatch` where none does."""
    held = []
    for position, probe in enumerate(probes):
        value = read(results[probe.estimate], probe.reading)
        if value == Fraction(probe.value) * probe.unit.to_base:
            return position
        held.append(f"{float(value / probe.unit.to_base):.10g}")
    if probes:
        found = probes[0]
        raise Mismatch(
            f"{found.figure} is {found.value} {found.unit.text} in the case; the service holds {' to '.join(held)}"
        )
    return 0


def _refuse_another(share: Share, line: Mapping[str, Any]) -> None:
    used = line["explanation"]["factor"]["factorId"]
    if used != share.chosen:
        raise Mismatch(f"the service chose {used}, the case cites {share.chosen}")


def _refuse_unused(figure: Term, line: Mapping[str, Any]) -> None:
    """Raise `Mismatch` unless the service converted by the very property the case gives."""
    wanted = measure(figure.unit)
    texts = [step["text"] for step in line["explanation"]["steps"] if step["kind"] == "PROPERTY"]
    used = [found.groups() for text in texts if (found := _PROPERTY.search(text))]
    for value, text in used:
        try:
            unit = measure(text)
        except UnknownMeasure:
            continue
        is_same = Decimal(value) * 1 == figure.value and unit.to_base == wanted.to_base
        if is_same and alike(unit.powers) == alike(wanted.powers):
            return
    held = ", ".join(f"{value} {unit}" for value, unit in used) or "no property"
    raise Mismatch(f"{figure.name} is {figure.value} {figure.unit} in the case; the service converted by {held}")
