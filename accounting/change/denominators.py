"""Denominators as tenants declare them, month by month, and how those of several tenants make one.

A declared month has versions like every declaration: what output was taken for in May can be asked for in June. A
group has a denominator only where each of its tenants that has emissions stated one: missing is not zero.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from accounting.change.intensity import BadDenominator, Denominator, Intensity, Month, intensity
from accounting.declarations import DeclarationKind
from emission_factors import decimals, units

LONGEST_TEXT: Final = 200
"""Characters the name of a product or of a document may have."""

_FREE_NAME: Final = re.compile(r"[^\W\d_][\w -]{0,39}")
"""What pieces may be called: a letter, then letters, digits, spaces and hyphens, 40 characters at most."""


@dataclass(frozen=True, slots=True)
class DenominatorMonth:
    """A denominator of a tenant, or of the one `site`, in the month that begins on `month`.

    `product` says what the output is of and is empty for every other denominator; `unit` as `unit_of` returns it.
    Raises `BadDenominator`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.DENOMINATOR

    denominator: Denominator
    product: str
    unit: str
    month: date
    value: Decimal
    site: UUID | None
    document: str

    def __post_init__(self) -> None:
        check_product(self.denominator, self.product)
        _check_text("document", self.document)
        if self.unit != unit_of(self.denominator, self.unit):
            raise BadDenominator("unit", f"{self.unit!r} is written {unit_of(self.denominator, self.unit)!r}")
        if self.month.day != 1:
            raise BadDenominator("month", f"{self.month} names no month; accepted is its first day")
        if self.value < 0:
            stated = f"{self.denominator} of {self.month:%Y-%m} is {decimals.plain(self.value)}"
            raise BadDenominator("value", f"{stated}; accepted is zero or more")

    @property
    def subject(self) -> str:
        """Denominator, month, site, unit and product: output counted in t and in pieces stands side by side.

        No unit holds a colon, so that no two subjects are written alike.
        """
        named = f"{self.denominator} {self.month:%Y-%m} {self.site or '*'} {self.unit}"
        return f"{named}: {self.product}" if self.product else named


def check_product(denominator: Denominator, product: str) -> None:
    """Raise `BadDenominator` for output without a product, another denominator with one, or a name too long."""
    _check_text("product", product)
    if denominator is Denominator.OUTPUT and not product.strip():
        raise BadDenominator("product", "output is of a product, and none is named")
    if denominator is not Denominator.OUTPUT and product:
        raise BadDenominator("product", f"{denominator} is of the whole tenant or site; {product[:40]!r} has no place")


def unit_of(denominator: Denominator, text: str) -> str:
    """Return the unit a denominator is stated in, as it is written here.

    A denominator with a unit of its own is stated in that one, which may be left out. Revenue, output value and value
    added are in a currency, at prices of their month: no price year is added. Output is in a unit of the table, or in
    pieces of any name. Raises `BadDenominator`.
    """
    found = text.strip()
    if denominator.unit:
        return _own_unit(denominator, found)
    if denominator.is_money:
        return _currency(denominator, found)
    return _output_unit(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which denominator is asked for: of the tenants as a whole where `site` is None. `unit` empty takes the one that
    they stated it in.
    """

    denominator: Denominator
    product: str
    unit: str
    site: UUID | None

    def __post_init__(self) -> None:
        check_product(self.denominator, self.product)

    def takes(self, one: DenominatorMonth) -> bool:
        """Whether a declared month is of it, whatever its unit."""
        return (one.denominator, one.product, one.site) == (self.denominator, self.product, self.site)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The denominator of a group over the months `asked`: `months` that every tenant stated, each the sum of theirs;
    `missing` tenant -> months it did not state; `unit` empty where nobody stated any and none was named.
    """

    denominator: Denominator
    unit: str
    asked: tuple[date, ...]
    months: tuple[Month, ...]
    missing: Mapping[UUID, tuple[date, ...]]

    def intensity(self, co2e_kg: Decimal) -> Intensity:
        """Return t CO2e per unit; incomplete where a tenant did not state a month."""
        return intensity(co2e_kg, self.denominator, self.asked, self.months)


def gathered(
    wanted: Wanted,
    tenants: Collection[UUID],
    asked: Sequence[date],
    declared: Mapping[UUID, Iterable[DenominatorMonth]],
) -> Gathered:
    """Return the denominator of `tenants` together, month by month.

    A month counts where each of them stated it, so that a stock is the mean of whole months and never of parts of a
    group. Raises `BadDenominator` where no unit is named and they stated it in several.
    """
    unit = unit_of(wanted.denominator, wanted.unit) if wanted.unit else _only_unit(wanted, tenants, asked, declared)
    stated = {tenant: dict(_months_of(wanted, unit, declared.get(tenant, ()))) for tenant in tenants}
    missing = {tenant: tuple(month for month in asked if month not in found) for tenant, found in stated.items()}
    whole = [month for month in asked if stated and all(month in found for found in stated.values())]
    return Gathered(
        denominator=wanted.denominator,
        unit=unit,
        asked=tuple(asked),
        months=tuple(Month(month, decimals.total(found[month] for found in stated.values()), unit) for month in whole),
        missing={tenant: months for tenant, months in missing.items() if months},
    )


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of the months from that of `first` to that of `last`, both included."""
    start, end = (day.year * 12 + day.month - 1 for day in (first, last))
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, end + 1)]


def _months_of(wanted: Wanted, unit: str, declared: Iterable[DenominatorMonth]) -> Iterator[tuple[date, Decimal]]:
    for one in declared:
        if wanted.takes(one) and one.unit == unit:
            yield one.month, one.value


def _only_unit(
    wanted: Wanted,
    tenants: Collection[UUID],
    asked: Sequence[date],
    declared: Mapping[UUID, Iterable[DenominatorMonth]],
) -> str:
    stated = [one for tenant in tenants for one in declared.get(tenant, ()) if wanted.takes(one)]
    found = sorted({one.unit for one in stated if one.month in asked})
    if len(found) > 1:
        named = f"{wanted.denominator} {wanted.product}".strip()
        raise BadDenominator("unit", f"{named} is stated in {', '.join(found)}; name the unit that is asked for")
    return found[0] if found else wanted.denominator.unit


def _own_unit(denominator: Denominator, text: str) -> str:
    if text not in ("", denominator.unit):
        raise BadDenominator("unit", f"{denominator} is stated in {text[:40]!r}; accepted is {denominator.unit}")
    return denominator.unit


def _currency(denominator: Denominator, text: str) -> str:
    try:
        found = units.unit(text)
    except units.UnknownUnit:
        found = None
    if found is None or found.dimension != "money" or "_" in found.base:
        accepted = "an ISO 4217 code such as CNY or 10^4CNY, without a price year: it is at prices of its month"
        raise BadDenominator("unit", f"{denominator} is stated in {text[:40]!r}; accepted is {accepted}")
    return found.code


def _output_unit(text: str) -> str:
    try:
        found = units.unit(text)
    except units.UnknownUnit:
        return _free_name(text)
    if found.dimension in ("", "dimensionless"):
        raise BadDenominator("unit", f"OUTPUT is stated in {found.code}; accepted is what counts a product, such as t")
    return found.code


def _free_name(text: str) -> str:
    near = [unit.code for unit in units.all_units() if unit.code.casefold() == text.casefold()]
    if near:
        raise BadDenominator("unit", f"OUTPUT is stated in {text!r}; did you mean {' or '.join(near)}?")
    if not _FREE_NAME.fullmatch(text):
        accepted = "a unit of the table such as t, or what a piece is called, such as carton"
        raise BadDenominator("unit", f"OUTPUT is stated in {text[:40]!r}; accepted is {accepted}")
    return text


def _check_text(field: str, text: str) -> None:
    if len(text) > LONGEST_TEXT or "\x00" in text:
        message = f"{text[:40]!r} is not accepted: at most {LONGEST_TEXT} characters, without NUL"
        raise BadDenominator(field, message)
