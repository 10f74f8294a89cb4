"""What a combined heat and power plant emits, between its heat and its power."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any, Final

from api.cases.adapters.rules import Candidate, chosen, dimension, is_share, read_formula, sent, size
from api.cases.formulas import Rule, Values
from api.cases.library import Library
from api.cases.plans import NotSupported
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure

_READINGS: Final = ("power", "heat", "powerPerMwh", "heatPerGj", "heatShare")
_DEFAULTS: Final = (Decimal("0.80"), Decimal("0.35"))
"""Efficiencies of heat and power that the method assumes (WRI/WBCSD CHP tool v1.0, 2006)."""
Weights = tuple[Decimal, Decimal]


def planned(case: Case, answer: Answer, _: Library) -> Inquiry:
    """Plan the division that a formula is: by efficiencies, by energy, or with power counted twice."""
    formula, figures = read_formula(case, answer)
    totals = [figure for figure in figures if dimension(figure) == "mass"]
    energies = [figure for figure in figures if dimension(figure) == "energy"]
    shares = [figure for figure in figures if is_share(figure)]
    if len(totals) > 1 or len(energies) != 2:
        raise NotSupported("a plant is divided by one total, its heat and its power")
    candidates = _candidates(totals[0] if totals else None, energies, shares)
    return chosen(answer, formula, figures, candidates, "a division of a plant by efficiency or energy")


def _candidates(whole: Figure | None, energies: Sequence[Figure], shares: Sequence[Figure]) -> Iterator[Candidate]:
    for power, heat in permutations(energies):
        outputs = {"heatGj": sent(heat, "GJ"), "powerMwh": sent(power, "MWh"), "carrier": "HOT_WATER"}
        for rule, weights in _rules(power, heat, shares):
            given = {"total": sent(whole) if whole else "1", "outputs": outputs, "rule": rule}
            unit = size(whole.unit) if whole else Fraction(1)
            per = {"powerPerMwh": unit / size("MWh"), "heatPerGj": unit / size("GJ"), "heatShare": Fraction(1)}
            for path in _READINGS:
                inquiry = Inquiry(Question("cogeneration", given), path, per.get(path, unit))
                yield Candidate(_reading(path, whole, power, heat, weights), inquiry)


def _rules(power: Figure, heat: Figure, shares: Sequence[Figure]) -> Iterator[tuple[Mapping[str, Any], "_Weigh"]]:
    if not shares:
        yield {"energyContent": "TWICE"}, _Weigh(power, heat, (Decimal(1), Decimal("0.5")))
        yield {"energyContent": "ONCE"}, _Weigh(power, heat, (Decimal(1), Decimal(1)))
    for of_heat, of_power in permutations([*shares, None, None], 2):
        given = {"heat": of_heat, "power": of_power}
        if sum(one is not None for one in given.values()) != len(shares):
            continue
        efficiency = {name: sent(one, "fraction") for name, one in given.items() if one is not None}
        yield {"efficiency": efficiency}, _Weigh(power, heat, _DEFAULTS, of_heat, of_power)


class _Weigh:
    """What heat and power count for at a point: each by its efficiency, a figure of the case or a constant."""

    def __init__(
        self,
        power: Figure,
        heat: Figure,
        constants: Weights,
        of_heat: Figure | None = None,
        of_power: Figure | None = None,
    ) -> None:
        self._names = power.name, heat.name
        self._constants = constants
        self._efficiencies = of_heat, of_power

    def __call__(self, values: Values) -> Weights:
        power, heat = (values[name] for name in self._names)
        by_heat, by_power = (
            values[figure.name] if figure else constant
            for figure, constant in zip(self._efficiencies, self._constants, strict=True)
        )
        return heat / by_heat, power / by_power


def _reading(path: str, whole: Figure | None, power: Figure, heat: Figure, weigh: _Weigh) -> Rule:
    def rule(values: Values) -> Decimal:
        of_heat, of_power = weigh(values)
        share = of_heat / (of_heat + of_power)
        if path == "heatShare":
            return share
        taken = (share if path.startswith("heat") else 1 - share) * (values[whole.name] if whole else 1)
        if path.endswith(("PerGj", "PerMwh")):
            return taken / values[heat.name if path.startswith("heat") else power.name]
        return taken

    return rule
