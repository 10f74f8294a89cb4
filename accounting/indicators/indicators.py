"""The indicators of a park in a year, and over years: value, threshold, status, and the inputs they rest on.

What an indicator is stands in its system (`systems`); here amounts meet it. An amount that nobody stated
leaves the indicator INCOMPLETE with the name of what is missing; it is never taken for zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from accounting.indicators.inputs import ParkYear, ProductEnergy, Stated, Waiver, check
from accounting.indicators.systems import Direction, Form, Indicator, IndicatorSystem, InputDefinition, Role, Term


class Status(StrEnum):
    """How an indicator stands."""

    PASS = "PASS"  # noqa: S105
    """The value meets the threshold."""
    FAIL = "FAIL"
    """The value does not meet the threshold."""
    NOT_DEFINED = "NOT_DEFINED"
    """There is no threshold for a park of this size, or nothing to divide by."""
    WAIVED = "WAIVED"
    """It does not pass, and need not for the reason of a waiver."""
    INCOMPLETE = "INCOMPLETE"
    """Something it is computed from is missing."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, by its code and names; `parts` name what of it is, where that is known."""

    code: str
    name_zh: str
    name_en: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UsedInput:
    """An input of an indicator with what was stated for it; `stated` is None where nothing was."""

    definition: InputDefinition
    stated: Stated | None


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator of a park in a year.

    `value` is `numerator / denominator`; for products, of the one furthest above or least below its quota. All three
    are None where something is `missing`. `reference_thresholds` are those for parks of other sizes, where there is
    none for this one.
    """

    indicator: Indicator
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    threshold: Fraction | None
    reference_thresholds: tuple[Fraction, ...]
    status: Status
    missing: tuple[Missing, ...]
    inputs: tuple[UsedInput, ...]
    products: tuple[ProductEnergy, ...]
    waiver: Waiver | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All indicators of a system for a park in a year, in the order of the system."""

    system: IndicatorSystem
    results: tuple[IndicatorResult, ...]

    @property
    def is_core_met(self) -> bool:
        """Whether every core indicator passes, and there is one: without it no park applies for acceptance."""
        core = [one.status for one in self.results if one.indicator.role is Role.CORE]
        return bool(core) and set(core) == {Status.PASS}

    @property
    def open(self) -> tuple[IndicatorResult, ...]:
        """Core and guiding indicators that neither pass nor are waived."""
        met = (Status.PASS, Status.WAIVED)
        return tuple(
            one for one in self.results if one.indicator.role is not Role.INFORMATIVE and one.status not in met
        )

    def result(self, code: str) -> IndicatorResult | None:
        """Return the result of an indicator, None for a code the system does not have."""
        return next((one for one in self.results if one.indicator.code == code), None)


def assess(system: IndicatorSystem, year: ParkYear) -> Assessment:
    """Return the indicators of a park in a year.

    INCOMPLETE goes before NOT_DEFINED, that before PASS and FAIL; a waiver stands for all but PASS. Raises
    `BadIndicatorInput`, see `inputs.check`.
    """
    check(system, year)
    return Assessment(system, tuple(_result(system, indicator, year) for indicator in system.indicators))


@dataclass(frozen=True, slots=True)
class Point:
    """An indicator in a year. `change` is the value less that of the year before; None unless both years have one."""

    year: int
    result: IndicatorResult
    change: Fraction | None

    @property
    def is_better(self) -> bool | None:
        """Whether the value moved towards its threshold's side; None where there is no change."""
        if not self.change:
            return None
        return (self.change < 0) is (self.result.indicator.direction is Direction.AT_MOST)


@dataclass(frozen=True, slots=True)
class Trend:
    """An indicator over the years stated, in their order."""

    indicator: Indicator
    points: tuple[Point, ...]


def trends(system: IndicatorSystem, years: Mapping[int, ParkYear]) -> tuple[Trend, ...]:
    """Return every indicator over years, in the order of the system. Raises `BadIndicatorInput` as `assess` does."""
    found = {year: assess(system, years[year]).results for year in sorted(years)}
    by_position = [{year: results[at] for year, results in found.items()} for at in range(len(system.indicators))]
    return tuple(
        Trend(indicator, tuple(_points(results)))
        for indicator, results in zip(system.indicators, by_position, strict=True)
    )


def _points(results: Mapping[int, IndicatorResult]) -> Iterator[Point]:
    for year, result in results.items():
        yield Point(year, result, _change(results.get(year - 1), result))


def _change(before: IndicatorResult | None, after: IndicatorResult) -> Fraction | None:
    """Return the change over one year; a year without a value is not bridged by the one before it."""
    if before is None or before.value is None or after.value is None:
        return None
    return after.value - before.value


def _result(system: IndicatorSystem, indicator: Indicator, year: ParkYear) -> IndicatorResult:
    used = tuple(_used(system, indicator, year.inputs))
    products = tuple(year.products or ()) if indicator.form is Form.PRODUCT_QUOTAS else ()
    missing = (*_missing_inputs(used), *_missing_products(indicator, year.products))
    amounts = {one.definition.code: one.stated.amount for one in used if one.stated and one.stated.amount is not None}
    numerator, denominator = (None, None) if missing else _parts(indicator, amounts, products)
    value = numerator / denominator if numerator is not None and denominator else None
    threshold = indicator.threshold_at(amounts.get(indicator.banded_by))
    waiver = year.waivers.get(indicator.code)
    return IndicatorResult(
        indicator=indicator,
        value=value,
        numerator=numerator,
        denominator=denominator,
        threshold=threshold,
        reference_thresholds=() if threshold is not None else tuple(band.threshold for band in indicator.bands),
        status=_status(indicator, value, threshold, waiver, is_complete=not missing),
        missing=missing,
        inputs=used,
        products=products,
        waiver=waiver,
    )


def _status(
    indicator: Indicator,
    value: Fraction | None,
    threshold: Fraction | None,
    waiver: Waiver | None,
    *,
    is_complete: bool,
) -> Status:
    if is_complete and value is not None and threshold is not None and indicator.meets(value, threshold):
        return Status.PASS
    if waiver:
        return Status.WAIVED
    if not is_complete:
        return Status.INCOMPLETE
    return Status.NOT_DEFINED if value is None or threshold is None else Status.FAIL


def _parts(
    indicator: Indicator, amounts: Mapping[str, Fraction], products: Sequence[ProductEnergy]
) -> tuple[Fraction | None, Fraction | None]:
    """Return numerator and denominator where nothing is missing; None where there is no product with a quota."""
    if indicator.form is Form.RATIO:
        return _sum(indicator.numerator, amounts), _sum(indicator.denominator, amounts)
    worst = max(products, key=lambda one: one.ratio or Fraction(0), default=None)
    return (worst.consumption, worst.quota) if worst else (None, None)


def _sum(terms: Sequence[Term], amounts: Mapping[str, Fraction]) -> Fraction:
    return sum((term.value(amounts) for term in terms), Fraction(0))


def _used(system: IndicatorSystem, indicator: Indicator, stated: Mapping[str, Stated]) -> Iterator[UsedInput]:
    for definition in system.inputs:
        if definition.code in indicator.inputs:
            yield UsedInput(definition, stated.get(definition.code))


def _missing_inputs(used: Sequence[UsedInput]) -> Iterator[Missing]:
    for one in used:
        if one.stated is None or one.stated.amount is None:
            lacking = one.stated.lacking if one.stated else ()
            yield Missing(one.definition.code, one.definition.name_zh, one.definition.name_en, lacking)


def _missing_products(indicator: Indicator, products: Sequence[ProductEnergy] | None) -> Iterator[Missing]:
    if indicator.form is not Form.PRODUCT_QUOTAS:
        return
    if products is None:
        yield Missing("PRODUCTS", "产品单位能耗清单", "list of products with an energy quota")
    for one in products or ():
        parts = (("unit energy consumption", one.consumption), ("grade 2 quota", one.quota))
        lacking = tuple(name for name, value in parts if value is None)
        if lacking:
            yield Missing("PRODUCTS", one.product, one.product, lacking)
