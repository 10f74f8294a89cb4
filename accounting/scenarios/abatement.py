"""What it costs to avoid a tonne: an investment spread over its years, with what it saves, per tonne it avoids.

Money is in one currency at the prices of one year throughout, which the caller knows; nothing here converts it.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from emission_factors import decimals

MOST_YEARS: Final = 100
"""Years an investment may last; it keeps the compound interest, an exact power, small."""


class BadMeasure(ValueError):
    """A measure cannot be as stated; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Measure:
    """An abatement measure.

    `investment` is paid at the start and lasts `years`; `interest` is the discount rate a year as a fraction;
    `operating_change` is what running costs change by a year, negative where money is saved; `avoided` are the tonnes
    avoided a year. Raises `BadMeasure`.
    """

    investment: Decimal
    interest: Decimal
    years: int
    operating_change: Decimal
    avoided: Decimal

    def __post_init__(self) -> None:
        if self.investment < 0:
            message = f"the investment is {decimals.plain(self.investment)}; accepted is 0 or more"
            raise BadMeasure("investment", message)
        if self.avoided <= 0:
            message = f"the measure avoids {decimals.plain(self.avoided)} t a year; a cost per tonne needs more than 0"
            raise BadMeasure("avoided", message)
        _accept_annuity(self.interest, self.years)


@dataclass(frozen=True, slots=True)
class Abatement:
    """The cost of a measure: recovery factor a year, cost a year and cost per tonne (rounded to
    `decimals.FACTOR_DIGITS` digits); a negative cost is a saving.
    """

    recovery_factor: Decimal
    annual_cost: Decimal
    cost_per_tonne: Decimal


def capital_recovery_factor(interest: Decimal, years: int) -> Decimal:
    """Return the share of an investment that is paid a year: `i (1 + i)^n / ((1 + i)^n - 1)`; `1 / n` without interest.

    Rounded to `decimals.FACTOR_DIGITS` digits. Raises `BadMeasure`. Source: the annuity of engineering economics.
    """
    _accept_annuity(interest, years)
    return decimals.rounded(_recovery(interest, years))


def abatement(measure: Measure) -> Abatement:
    """Return what a measure costs: `(investment * recovery factor + operating change) / tonnes avoided`.

    Nothing is rounded in between.
    """
    factor = _recovery(measure.interest, measure.years)
    annual = Fraction(measure.investment) * factor + Fraction(measure.operating_change)
    per_tonne = annual / Fraction(measure.avoided)
    return Abatement(decimals.rounded(factor), decimals.rounded(annual), decimals.rounded(per_tonne))


def _recovery(interest: Decimal, years: int) -> Fraction:
    if interest == 0:
        return Fraction(1, years)
    grown = (1 + Fraction(interest)) ** years
    return Fraction(interest) * grown / (grown - 1)


def _accept_annuity(interest: Decimal, years: int) -> None:
    if not 0 <= interest < 1:
        message = f"the interest is {decimals.plain(interest)} a year; accepted is 0 or more and below 1, such as 0.08"
        raise BadMeasure("interest", message)
    if not 0 < years <= MOST_YEARS:
        raise BadMeasure("years", f"the investment lasts {years} years; accepted is 1 to {MOST_YEARS}")
