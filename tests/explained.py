"""What an auditor does with an explanation: follow its steps on paper, and compare with what the service answered.

It knows the JSON of the API and nothing of the service. All numbers are exact fractions but for the two roundings:

1. Multiply QUANTITY, SHARE and SIGN. That is the quantity reported.
2. For each factor begin with 1 and take its steps in order. A step about no subject (a conversion) multiplies or
   divides what follows. FACTOR and COMPLEMENT give the figure of their subject; a GWP divides or multiplies the figure
   of its own: divided it is the mass, multiplied the CO2e. CO2 is its own CO2e, UNSPLIT is CO2e only.
3. Round each figure to 50 digits per base unit (ROUNDING says how many of them the quantity's unit is).
4. Multiply by the quantity reported; round to 12 decimal places, half to even. The CO2e of all subjects that have no
   OUTSIDE step is the total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context
from decimal import Decimal as _Decimal
from fractions import Fraction
from math import prod
from typing import Any, Final

STEPS: Final = "steps { kind text operation value fraction unit subject factorId }"
EMISSIONS: Final = """emissions { co2e co2eUnsplit biogenicCo2
  gases { gas mass co2e } outsideGases { gas mass co2e } }"""
LINE: Final = f"line {{ code }} {EMISSIONS} explanation {{ flags factor {{ basis origin }} {STEPS} }}"
"""Fields of a line that are asked for: what it shows, and why."""

UNSPLIT: Final = "UNSPLIT"
BIOGENIC: Final = "CO2_BIOGENIC"
_DIGITS: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_NANOGRAMS: Final = 10**12

Step = Mapping[str, Any]
Amounts = dict[str, Any]


@dataclass(slots=True)
class _Figures:
    """Kilograms per unit of the quantity, by subject."""

    masses: dict[str, Fraction] = field(default_factory=dict)
    co2e: dict[str, Fraction] = field(default_factory=dict)


def faults(steps: Sequence[Step], emissions: Mapping[str, Any], quantity: str, unit: str) -> list[str]:
    """Return where an explanation and what it explains differ; empty where each digit is explained."""
    found = [f"{step['text']}: {step['value']} is not {step['fraction']}" for step in steps if not _is_exact(step)]
    begin = _only(steps, "QUANTITY")
    if (begin["value"], begin["unit"]) != (quantity, unit):
        found.append(f"it explains {begin['value']} {begin['unit']}, the line has {quantity} {unit}")
    computed, told = recomputed(steps), _told(emissions)
    found += [f"{name}: {computed[name]}, answered {told[name]}" for name in told if computed[name] != told[name]]
    if Fraction(_only(steps, "RESULT")["value"]) != computed["co2e"]:
        found.append(f"the last step says {_only(steps, 'RESULT')['value']}, the steps before it {computed['co2e']}")
    return found + _underived(steps)


def recomputed(steps: Sequence[Step]) -> Amounts:
    """Return the emissions that the steps lead to, by the four rules above."""
    quantity = prod(_number(step) for step in steps if step["kind"] in ("QUANTITY", "SHARE", "SIGN"))
    size = _number(_only(steps, "ROUNDING"))
    found = _followed(steps)
    outside = {step["subject"] for step in steps if step["kind"] == "OUTSIDE"}

    def shown(*figures: Fraction) -> Fraction:
        per_base_unit = sum((_rounded(figure / size) for figure in figures), Fraction(0))
        return Fraction(round(quantity * size * per_base_unit * _NANOGRAMS), _NANOGRAMS)

    def gas(name: str) -> tuple[Fraction, Fraction | None]:
        return shown(found.masses[name]), shown(found.co2e[name]) if name in found.co2e else None

    gases = [name for name in found.masses if name != BIOGENIC]
    return {
        "co2e": shown(*(value for name, value in found.co2e.items() if name not in outside)),
        "co2eUnsplit": shown(found.co2e.get(UNSPLIT, Fraction(0))),
        "biogenicCo2": shown(found.masses.get(BIOGENIC, Fraction(0))),
        "gases": {name: gas(name) for name in gases if name not in outside},
        "outsideGases": {name: gas(name) for name in gases if name in outside},
    }


def _followed(steps: Sequence[Step]) -> _Figures:
    found = _Figures()
    for factor_id in dict.fromkeys(step["factorId"] for step in steps if step["factorId"]):
        ratio = Fraction(1)
        for step in steps:
            if step["factorId"] != factor_id or not step["operation"]:
                continue
            if not step["subject"]:
                ratio = _applied(step, ratio)
            elif step["kind"] == "GWP":
                _weighted(step, found)
            else:
                _given(step, found, ratio)
    return found


def _given(step: Step, found: _Figures, ratio: Fraction) -> None:
    """Take a factor's figure: the mass of a gas, or CO2e where it is of no gas."""
    name, value = step["subject"], _applied(step, ratio)
    if name in found.masses or name in found.co2e:
        raise ValueError(f"{name} is given twice")
    if name != UNSPLIT:
        found.masses[name] = value
    if name in (UNSPLIT, "CO2"):
        found.co2e[name] = value


def _weighted(step: Step, found: _Figures) -> None:
    name = step["subject"]
    if step["operation"] == "DIVIDE":
        found.masses[name] = _applied(step, found.masses[name])
    else:
        found.co2e[name] = _applied(step, found.masses[name])


def _applied(step: Step, value: Fraction) -> Fraction:
    return value / _number(step) if step["operation"] == "DIVIDE" else value * _number(step)


def _underived(steps: Sequence[Step]) -> list[str]:
    """Return the factors that are not the product of their terms."""
    found: list[str] = []
    chains: dict[tuple[str, str], Fraction] = {}
    for step in steps:
        if step["kind"] == "TERM":
            key = (step["factorId"], step["subject"])
            chains[key] = chains.get(key, Fraction(1)) * _number(step)
    for step in steps:
        if step["kind"] in ("FACTOR", "COMPLEMENT"):
            made = chains.pop((step["factorId"], step["subject"]), None)
            if made not in (None, _number(step)):
                found.append(f"the terms of {step['subject']} make {made}, the factor is {_number(step)}")
    return found + [f"the terms of {subject} make no factor" for _, subject in chains]


def _told(emissions: Mapping[str, Any]) -> Amounts:
    return {
        kind: {one["gas"]: (Fraction(one["mass"]), _optional(one["co2e"])) for one in found}
        if isinstance(found, list)
        else Fraction(found)
        for kind, found in emissions.items()
    }


def _optional(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _only(steps: Sequence[Step], kind: str) -> Step:
    (found,) = [step for step in steps if step["kind"] == kind]
    return found


def _number(step: Step) -> Fraction:
    return Fraction(step["fraction"] or step["value"])


def _is_exact(step: Step) -> bool:
    """Whether the decimal is the fraction, as far as 50 digits go."""
    return step["fraction"] is None or Fraction(step["value"]) == _rounded(Fraction(step["fraction"]))


def _rounded(value: Fraction) -> Fraction:
    return Fraction(_DIGITS.divide(_Decimal(value.numerator), _Decimal(value.denominator)))
