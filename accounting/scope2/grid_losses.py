"""Electricity lost on the way to who consumes it: scope 3 category 3 (c), by either reading of a loss rate."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from emission_factors import decimals


class BadLosses(ValueError):
    """Losses cannot be as stated; the message says what is accepted."""


@dataclass(frozen=True, slots=True)
class GridLosses:
    """What is lost for a quantity consumed, in its unit, and what that emits, in the factor's mass; both rounded to
    `decimals.FACTOR_DIGITS` digits.

    `lost` follows from a rate of what enters the grid, `lost_simply` from taking the rate of what is consumed, which
    gives less; a report says which it used.
    """

    lost: Decimal
    emissions: Decimal
    lost_simply: Decimal
    emissions_simply: Decimal


def grid_losses(consumed: Decimal, loss_rate: Decimal, factor: Decimal) -> GridLosses:
    """Return losses of `consumed` at a rate (a fraction of what enters the grid) and a factor (mass per unit).

    `lost = consumed * rate / (1 - rate)`, simply `consumed * rate`. Raises `BadLosses`. Source: GHG Protocol Technical
    Guidance for Calculating Scope 3 Emissions (2013), category 3, activity C.
    """
    if consumed < 0 or factor < 0:
        raise BadLosses(f"consumption is {consumed} and factor {factor}; accepted is 0 or more")
    if not 0 <= loss_rate < 1:
        raise BadLosses(f"the loss rate is {loss_rate}; accepted is 0 or more and below 1, such as 0.0438")
    exact = Fraction(consumed) * Fraction(loss_rate) / (1 - Fraction(loss_rate))
    simple = Fraction(consumed) * Fraction(loss_rate)
    lost = (exact, exact * Fraction(factor), simple, simple * Fraction(factor))
    return GridLosses(*(decimals.rounded(value) for value in lost))
