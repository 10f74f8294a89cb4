"""What a park states for its indicators in a year: amounts, products with their energy quotas, and waivers.

Missing is said, by an amount that is None or not there; it is never zero. What contradicts the system is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from accounting.indicators.systems import IndicatorSystem, InputDefinition
from emission_factors import decimals


class BadIndicatorInput(ValueError):
    """What is stated for the indicators of a park cannot be; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount as a park states it: `activities` are keys of what it sums, `source` says where it is from.

    `amount` None is missing; `lacking` names what of it is missing where it is itself a sum. Raises
    `BadIndicatorInput`.
    """

    amount: Fraction | None
    unit: str
    activities: tuple[str, ...] = ()
    source: str = ""
    lacking: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.lacking and self.amount is not None:
            message = f"an amount of {_plain(self.amount)} {self.unit} that lacks {', '.join(self.lacking)} is no total"
            raise BadIndicatorInput("lacking", message)


@dataclass(frozen=True, slots=True)
class ProductEnergy:
    """What a product takes in energy per unit, and its grade 2 quota, both in `unit`; None is missing.

    `standard` is the GB standard of the quota. Raises `BadIndicatorInput`.
    """

    product: str
    unit: str
    consumption: Fraction | None
    quota: Fraction | None
    standard: str
    activities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.product.strip() or not self.unit.strip():
            raise BadIndicatorInput("products", "a product or its unit is not named; accepted is a name and a unit")
        if self.consumption is not None and self.consumption < 0:
            message = f"{self.product} takes {_plain(self.consumption)} {self.unit}; accepted is zero or more"
            raise BadIndicatorInput("consumption", message)
        if self.quota is not None and self.quota <= 0:
            message = f"the quota of {self.product} is {_plain(self.quota)} {self.unit}; accepted is above zero"
            raise BadIndicatorInput("quota", message)
        if self.quota is not None and not self.standard.strip():
            raise BadIndicatorInput(
                "standard", f"the quota of {self.product} names no standard; accepted is its number"
            )

    @property
    def ratio(self) -> Fraction | None:
        """Consumption over quota, at most 1 where the quota is kept; None where either is missing."""
        if self.consumption is None or self.quota is None:
            return None
        return self.consumption / self.quota


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why an indicator need not be met: an objective reason, and the document that holds it if there is one."""

    reason: str
    document: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BadIndicatorInput("reason", "the waiver gives no reason; accepted is an objective one")


@dataclass(frozen=True, slots=True)
class ParkYear:
    """What a park states for a year: amounts by input code, products with quotas, waivers by indicator code.

    `products` None is missing; that no product of the park has a quota is said by none.
    """

    inputs: Mapping[str, Stated]
    products: Sequence[ProductEnergy] | None = None
    waivers: Mapping[str, Waiver] = field(default_factory=dict)


def check(system: IndicatorSystem, year: ParkYear) -> None:
    """Raise `BadIndicatorInput` where what is stated for a year contradicts the system, or itself.

    That is an input or waiver of a code the system does not have, a unit that is not the input's, an amount below zero
    or above the whole it is part of, a product that comes twice, and a waiver of an indicator that cannot be waived.
    """
    _check_inputs(system, year.inputs)
    _check_waivers(system, year.waivers)
    _check_products(year.products or ())


def _check_inputs(system: IndicatorSystem, inputs: Mapping[str, Stated]) -> None:
    for code, stated in inputs.items():
        definition = system.definition(code)
        if definition is None:
            accepted = ", ".join(one.code for one in system.inputs)
            raise BadIndicatorInput(code, f"{system.code} asks for no {code[:60]!r}; accepted are {accepted}")
        if stated.unit != definition.unit:
            raise BadIndicatorInput(code, f"{code} is stated in {stated.unit!r}; accepted is {definition.unit}")
        if stated.amount is None:
            continue
        if stated.amount < 0 and not definition.is_signed:
            raise BadIndicatorInput(code, f"{code} is {_plain(stated.amount)} {stated.unit}; accepted is zero or more")
        for whole in system.wholes(definition):
            _check_part(definition, stated.amount, whole, inputs.get(whole.code))


def _check_part(part: InputDefinition, amount: Fraction, whole: InputDefinition, stated: Stated | None) -> None:
    if stated is None or stated.amount is None or amount <= stated.amount:
        return
    message = (
        f"{part.code} is {_plain(amount)} {part.unit} and part of {whole.code}, which is {_plain(stated.amount)}; "
        "accepted is at most that"
    )
    raise BadIndicatorInput(part.code, message)


def _check_waivers(system: IndicatorSystem, waivers: Mapping[str, Waiver]) -> None:
    for code in waivers:
        indicator = system.indicator(code)
        if indicator is None or not indicator.is_waivable:
            accepted = ", ".join(one.code for one in system.indicators if one.is_waivable) or "none"
            why = f"is no indicator of {system.code}" if indicator is None else f"is {indicator.role} and not waived"
            raise BadIndicatorInput("waivers", f"{code[:60]} {why}; accepted are {accepted}")


def _check_products(products: Sequence[ProductEnergy]) -> None:
    seen: set[str] = set()
    for one in products:
        if one.product in seen:
            message = f"{one.product} is stated twice; accepted is its mean over the year, once"
            raise BadIndicatorInput("products", message)
        seen.add(one.product)


def _plain(value: Fraction) -> str:
    return decimals.plain(decimals.exact(value))
