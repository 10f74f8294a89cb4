"""Levers and costs as they are stated and kept: in decimals and values that can be stored, before they are applied.

A lever that is worked out, such as a heat pump, is kept by what was stated about it. A step states exactly one lever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Final

from accounting.scenarios.abatement import BadMeasure, Measure
from accounting.scenarios.abatement_curve import Cost
from accounting.scenarios.levers import BadLever, Efficiency, Extent, FactorCut, FactorPath, Growth, Reach
from accounting.scenarios.moving_levers import Substitution, Supply, heat_pump
from accounting.scenarios.steps import BadScenario, Lever, Step, Undo
from emission_factors import decimals

LONGEST_NAME: Final = 200
"""Characters a name or a code may have."""
_ONE_TONNE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class StatedSubstitution:
    """A substitution: `ratio` units `to_unit` of `to` instead of `per` units `from_unit` of what is reached."""

    reach: Reach
    extent: Extent
    to: str
    ratio: Decimal
    per: Decimal
    from_unit: str
    to_unit: str
    supplier: str = ""

    def lever(self) -> Substitution:
        """Return the lever; raises `BadLever`."""
        if self.per <= 0:
            raise BadLever("per", f"the ratio is per {decimals.plain(self.per)} {self.from_unit}; accepted is above 0")
        ratio = Fraction(self.ratio) / Fraction(self.per)
        return Substitution(self.reach, self.extent, self.to, ratio, self.from_unit, self.to_unit, self.supplier)


@dataclass(frozen=True, slots=True)
class StatedHeatPump:
    """Heat by electricity instead of fuel, see `moving_levers.heat_pump`."""

    reach: Reach
    extent: Extent
    boiler_efficiency: Decimal
    performance: Decimal
    calorific_value: Decimal
    from_unit: str

    def lever(self) -> Substitution:
        """Return the lever; raises `BadLever`."""
        return heat_pump(
            self.reach,
            self.extent,
            self.boiler_efficiency,
            self.performance,
            self.calorific_value,
            self.from_unit,
        )


@dataclass(frozen=True, slots=True)
class StatedLever:
    """One lever, or the code of the step that is undone; raises `BadLever` for none and for several."""

    efficiency: Efficiency | None = None
    growth: Growth | None = None
    factor_cut: FactorCut | None = None
    factor_path: FactorPath | None = None
    substitution: StatedSubstitution | None = None
    heat_pump: StatedHeatPump | None = None
    supply: Supply | None = None
    undo: str | None = None

    def __post_init__(self) -> None:
        given = [one.name for one in fields(self) if getattr(self, one.name) is not None]
        if len(given) != 1:
            raise BadLever("lever", f"a step states {', '.join(given) or 'no lever'}; accepted is exactly one")
        self.lever()

    def lever(self) -> Lever | Undo:
        """Return the lever as it is applied."""
        if self.undo is not None:
            return Undo(self.undo)
        worked_out = self.substitution or self.heat_pump
        if worked_out:
            return worked_out.lever()
        found = self.efficiency or self.growth or self.factor_cut or self.factor_path or self.supply
        assert found is not None  # noqa: S101  exactly one is given
        return found


@dataclass(frozen=True, slots=True)
class StatedStep:
    """One lever at its place in the order, with its names and, where it is known, what it costs."""

    code: str
    name_en: str
    name_zh: str
    lever: StatedLever
    cost: Cost | None = None

    def __post_init__(self) -> None:
        for field, text in (("code", self.code), ("nameEn", self.name_en), ("nameZh", self.name_zh)):
            if len(text) > LONGEST_NAME or "\x00" in text:
                message = f"{text[:40]!r} is not accepted: at most {LONGEST_NAME} characters, without NUL"
                raise BadScenario(self.code[:LONGEST_NAME], field, message)
        _check_cost(self.code, self.cost)

    def step(self) -> Step:
        """Return the step as it is applied."""
        return Step(self.code, self.lever.lever())


def costs_of(steps: Iterable[StatedStep]) -> dict[str, Cost]:
    """Return step -> what it costs, where that is stated."""
    return {step.code: step.cost for step in steps if step.cost is not None}


def _check_cost(step: str, cost: Cost | None) -> None:
    """Raise `BadScenario` for a cost that could be of no measure, whatever it avoids."""
    if cost is None:
        return
    try:
        Measure(cost.investment, cost.interest, cost.years, cost.operating_change, _ONE_TONNE)
    except BadMeasure as error:
        raise BadScenario(step, error.field, str(error)) from None
