"""Levers of a scenario: what each changes, of what, from when and how far. Values only; `answers` applies them.

Here are those that scale quantities (efficiency, growth) and factors (the path of a grid), and what all levers share:
reach, ramp, extent. Those that move a part of a quantity are in `moving_levers`. Every number is an exact ratio.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.footprints import Cell
from emission_factors.activity_types import UnknownActivityType, activity_type, all_activity_types
from emission_factors.units import Unit, UnknownUnit, unit

MOST_YEARS: Final = 50
"""Years a scenario may span; it keeps compound rates, which are exact powers, small."""
_NONE: Final = Fraction(0)


class BadLever(ValueError):
    """A lever cannot be as stated; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reach:
    """What a lever applies to; a part left empty restricts nothing.

    `activity_types` are codes at the lever's place in the order, `refrigerant.leaked` standing for all its qualifiers;
    tenants, sites and suppliers are those of the cells of the reference year. Raises `BadLever`.
    """

    activity_types: frozenset[str] = frozenset()
    tenants: frozenset[UUID] = frozenset()
    sites: frozenset[UUID] = frozenset()
    suppliers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        stems = {found.type_id for found in all_activity_types()}
        for code in sorted(self.activity_types - stems):
            known(code, "activityTypes")

    def has_type(self, code: str) -> bool:
        """Whether an activity type is reached."""
        return not self.activity_types or not self.activity_types.isdisjoint((code, code.partition("/")[0]))

    def is_at(self, cell: Cell) -> bool:
        """Whether the tenant, site and supplier of a cell are reached; raises `BadLever` where they were added up."""
        for field, wanted, found in (("tenants", self.tenants, cell.tenant), ("sites", self.sites, cell.site)):
            if wanted and found is None:
                message = f"{field} are reached, but the cells of {cell.activity_type} were added up over {field}"
                raise BadLever(field, f"{message}; accepted are cells that keep them apart")
        is_whose = not self.tenants or cell.tenant in self.tenants
        is_where = not self.sites or cell.site in self.sites
        return is_whose and is_where and (not self.suppliers or cell.supplier in self.suppliers)


EVERYTHING: Final = Reach()
"""The reach of a lever without restriction."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Values by calendar year from a month on: none before `start`, `values[0]` from it to the end of its year, the
    last value from its year on. Raises `BadLever`.
    """

    start: date
    values: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if self.start.day != 1:
            raise BadLever("start", f"{self.start} is no month: it is written by its first day")
        if not 0 < len(self.values) <= MOST_YEARS:
            raise BadLever("ramp", f"the ramp has {len(self.values)} years; accepted is 1 to {MOST_YEARS}")
        if wrong := [value for value in self.values if not value.is_finite() or value < 0]:
            raise BadLever("ramp", f"the ramp has the value {wrong[0]}; accepted is 0 or more")

    def at(self, month: date) -> Fraction:
        """Return the value in a month."""
        return self.of_year(month.year) if month >= self.start else _NONE

    def of_year(self, year: int) -> Fraction:
        """Return the value of a calendar year, from whatever month of it."""
        passed = year - self.start.year
        return Fraction(self.values[min(passed, len(self.values) - 1)]) if passed >= 0 else _NONE


class ExtentKind(StrEnum):
    """What the values of a ramp are where a lever moves a part of a quantity."""

    SHARE_OF_REST = "SHARE_OF_REST"
    """A share of what the levers before it left."""
    SHARE_OF_WHOLE = "SHARE_OF_WHOLE"
    """A share of the whole, with what earlier levers moved away; such shares must not overlap above 1."""
    QUANTITY = "QUANTITY"
    """A quantity a year, spread over all that is reached in proportion; there must be as much."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a lever moves: shares, or quantities in `unit` a year. Raises `BadLever`."""

    kind: ExtentKind
    ramp: Ramp
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind is not ExtentKind.QUANTITY:
            _accept_shares(self.ramp)
        elif known_unit(self.unit, "unit").to_base <= 0:
            raise BadLever("unit", f"a quantity cannot be counted in {self.unit}")

    def base_quantity(self, year: int, base_unit: str) -> Fraction:
        """Return what is moved in a year in the base unit of a cell; raises `BadLever` for another dimension."""
        counted_in = known_unit(self.unit, "unit")
        if counted_in.base != base_unit:
            raise BadLever("unit", f"the lever is stated in {self.unit}, the cells it reaches are in {base_unit}")
        return self.ramp.of_year(year) * counted_in.to_base


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Less of an activity for the same service: quantity `x (1 - saving * ramp)`, the ramp being the part in place.

    Also leak control, solvent recovery, air-change set-back. Raises `BadLever`.
    """

    reach: Reach
    saving: Decimal
    ramp: Ramp

    def __post_init__(self) -> None:
        _accept_share(self.saving, "saving")
        _accept_shares(self.ramp)

    def multiplier(self, month: date) -> Fraction:
        """Return what a quantity of the month is multiplied by."""
        return 1 - Fraction(self.saving) * self.ramp.at(month)


@dataclass(frozen=True, slots=True)
class Growth:
    """More or less of an activity every year: quantity `x (1 + rate)^(year - since)`. Raises `BadLever`."""

    reach: Reach
    rate: Decimal
    since: int

    def __post_init__(self) -> None:
        _accept_rate(self.rate)

    def multiplier(self, month: date) -> Fraction:
        """Return what a quantity of the month is multiplied by."""
        return (1 + Fraction(self.rate)) ** _passed(month, self.since)


@dataclass(frozen=True, slots=True)
class FactorCut:
    """A lower factor: factor of the `kinds` `x (1 - cut * ramp)`, such as a supplier's better product. `kinds` are what
    factors are for, such as `electricity.grid`; own and supplier factors change too. Raises `BadLever`.
    """

    reach: Reach
    kinds: frozenset[str]
    cut: Decimal
    ramp: Ramp

    def __post_init__(self) -> None:
        _accept_kinds(self.kinds)
        _accept_share(self.cut, "cut")
        _accept_shares(self.ramp)

    def multiplier(self, month: date) -> Fraction:
        """Return what a factor is multiplied by in the month."""
        return 1 - Fraction(self.cut) * self.ramp.at(month)


@dataclass(frozen=True, slots=True)
class FactorPath:
    """A factor that falls every year: factor of the `kinds` `x (1 - rate)^(year - since)` after `since`.

    Of a grid: published factors of the kinds alone; what a supplier or a tenant answers for stays. A negative rate is a
    factor that rises. Raises `BadLever`.
    """

    reach: Reach
    kinds: frozenset[str]
    rate: Decimal
    since: int

    def __post_init__(self) -> None:
        _accept_kinds(self.kinds)
        _accept_rate(self.rate)

    def multiplier(self, month: date) -> Fraction:
        """Return what a factor is multiplied by in the month."""
        return (1 - Fraction(self.rate)) ** _passed(month, self.since)


ScalingLever = Efficiency | Growth
FactorLever = FactorCut | FactorPath


def _passed(month: date, since: int) -> int:
    return max(month.year - since, 0)


def known(code: str, field: str) -> str:
    """Return a code of an activity type; raises `BadLever` for the field where there is none."""
    try:
        return activity_type(code).code
    except UnknownActivityType as error:
        raise BadLever(field, str(error)) from None


def known_unit(text: str, field: str) -> Unit:
    """Return a unit; raises `BadLever` for the field where there is none."""
    try:
        return unit(text)
    except UnknownUnit as error:
        raise BadLever(field, str(error)) from None


def _accept_share(value: Decimal, field: str) -> None:
    if not 0 <= value <= 1:
        raise BadLever(field, f"the {field} is {value}; accepted is 0 to 1, such as 0.1 for a tenth")


def _accept_shares(ramp: Ramp) -> None:
    for value in ramp.values:
        _accept_share(value, "ramp")


def _accept_rate(rate: Decimal) -> None:
    if not -1 < rate < 1:
        raise BadLever("rate", f"the rate is {rate} a year; accepted is above -1 and below 1, such as 0.011")


def _accept_kinds(kinds: frozenset[str]) -> None:
    if not kinds:
        raise BadLever("kinds", "no kind of factor is named; accepted is one or more, such as electricity.grid")
