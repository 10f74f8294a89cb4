"""What share of an operation's emissions a company consolidates, by approach and day, and where leased assets belong.

An approach holds for a whole inventory. Shares are ratios; a stake that is not stated for a day is a gap, never zero:
an operation that was sold or not yet bought has a stake of 0 % there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from emission_factors import decimals


class Approach(StrEnum):
    """How a company draws its organisational boundary (GHG Protocol Corporate Standard, chapter 3)."""

    EQUITY_SHARE = "EQUITY_SHARE"
    """Emissions by economic interest."""
    FINANCIAL_CONTROL = "FINANCIAL_CONTROL"
    """All emissions where the company directs financial and operating policies; by equity where it does so jointly."""
    OPERATIONAL_CONTROL = "OPERATIONAL_CONTROL"
    """All emissions where the company has full authority over operating policies, and none elsewhere."""


class FinancialControl(StrEnum):
    """Whether a company directs an operation's financial and operating policies to gain from it."""

    SOLE = "SOLE"
    """Alone."""
    JOINT = "JOINT"
    """Together with partners; the operation is consolidated by equity share."""
    NONE = "NONE"
    """It does not."""


class BadStake(ValueError):
    """A stake cannot be as stated; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class StakeConflict(ValueError):
    """Two stakes of one company in one operation hold on the same day."""


class NoStake(ValueError):
    """No stake is stated for a day."""


@dataclass(frozen=True, slots=True)
class Stake:
    """A company's hold on one operation from `valid_from` to `valid_to`, both included; open where that is None.

    `equity` is the economic interest as a ratio, 0 to 1; `has_operational_control` full authority over operating
    policies. Raises `BadStake`.
    """

    equity: Fraction
    financial: FinancialControl
    has_operational_control: bool
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.equity <= 1:
            raise BadStake("equity", f"the equity share is {self.equity}; accepted is 0 to 1 (0 % to 100 %)")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadStake("valid_to", f"the stake ends on {self.valid_to}, before it begins on {self.valid_from}")

    def share(self, approach: Approach) -> Fraction:
        """Return the consolidated share, 0 to 1 (GHG Protocol Corporate Standard, chapter 3, table 1)."""
        if approach == Approach.OPERATIONAL_CONTROL:
            return Fraction(int(self.has_operational_control))
        if approach == Approach.FINANCIAL_CONTROL and self.financial != FinancialControl.JOINT:
            return Fraction(int(self.financial == FinancialControl.SOLE))
        return self.equity

    def holds_on(self, day: date) -> bool:
        """Whether the stake is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, on which the consolidated share is one number."""

    first: date
    last: date
    share: Fraction

    @property
    def days(self) -> int:
        """How many days the span has."""
        return (self.last - self.first).days + 1


def percent(value: Decimal) -> Fraction:
    """Return a percentage as a ratio.

    >>> percent(Decimal("62.25"))
    Fraction(249, 400)
    """
    return Fraction(value) / 100


def indirect_equity(shares: Sequence[Fraction]) -> Fraction:
    """Return the equity share held through a chain of companies: the product of the shares, from the top down.

    Source: GHG Protocol Corporate Standard, chapter 3, equity share. Raises `BadStake` for a share outside 0 to 1 or
    for no share.

    >>> indirect_equity([percent(Decimal(83)), percent(Decimal(75))])
    Fraction(249, 400)
    """
    if not shares or not all(0 <= share <= 1 for share in shares):
        raise BadStake(
            "equity", f"shares are {[str(share) for share in shares]}; accepted is at least one, each 0 to 1"
        )
    product = Fraction(1)
    for share in shares:
        product *= share
    return product


def share_on(stakes: Sequence[Stake], approach: Approach, day: date) -> Fraction:
    """Return the share of an operation that a company consolidates on a day, 0 to 1.

    `stakes` are those of one company in one operation. Raises `StakeConflict` where two overlap, on whatever day, and
    `NoStake` where none holds on the day.
    """
    return spans(stakes, approach, day, day)[0].share


def spans(stakes: Sequence[Stake], approach: Approach, first: date, last: date) -> tuple[Span, ...]:
    """Return the days from `first` to `last`, both included, cut where the consolidated share changes.

    Raises as `share_on`; `NoStake` names the first day without a stake.
    """
    if last < first:
        raise ValueError(f"the days end on {last}, before they begin on {first}")
    found: list[Span] = []
    day = first
    for stake in _in_order(stakes):
        if day <= last and stake.holds_on(day):
            end = last if stake.valid_to is None else min(last, stake.valid_to)
            found.append(Span(day, end, stake.share(approach)))
            if end == last:
                return _joined(found)
            day = end + timedelta(1)
    raise NoStake(f"no stake is stated for {day}; state one of 0 % where the operation is not the company's")


def mean_share(stakes: Sequence[Stake], approach: Approach, first: date, last: date) -> Fraction:
    """Return the share of a period, each day weighing the same: `sum(share x days) / days`; raises as `share_on`.

    A quantity of a month in which the share changes is taken to be spread evenly over its days.
    """
    found = spans(stakes, approach, first, last)
    return sum((span.share * span.days for span in found), Fraction(0)) / sum(span.days for span in found)


def consolidated(amount: Decimal, share: Fraction) -> Decimal:
    """Return `amount x share`, in the unit of the amount: `E_company = sum of s_j E_j`.

    The share alone is rounded, to `decimals.FACTOR_DIGITS` digits, so that the result is linear in the amount to the
    last digit. Source: GHG Protocol Corporate Standard, chapter 3.
    """
    return decimals.product(amount, decimals.rounded(share))


class Party(StrEnum):
    """Which side of a lease the company is on."""

    LESSEE = "LESSEE"
    """It uses the asset."""
    LESSOR = "LESSOR"
    """It owns the asset and lets it."""


class LeaseKind(StrEnum):
    """How a lease is classified in the audited financial statements."""

    FINANCE = "FINANCE"
    """Finance or capital lease: risks and rewards of owning the asset are the lessee's."""
    OPERATING = "OPERATING"
    """Any other lease."""


class Placement(StrEnum):
    """Where a company reports the fuel and the purchased energy of a leased asset."""

    SCOPE_1_AND_2 = "SCOPE_1_AND_2"
    """As its own: fuel in scope 1, purchased energy in scope 2."""
    UPSTREAM_LEASED_ASSETS = "UPSTREAM_LEASED_ASSETS"
    """Scope 3 category 8."""
    DOWNSTREAM_LEASED_ASSETS = "DOWNSTREAM_LEASED_ASSETS"
    """Scope 3 category 13."""

    @property
    def category(self) -> int | None:
        """The scope 3 category, or None inside scopes 1 and 2."""
        return {Placement.UPSTREAM_LEASED_ASSETS: 8, Placement.DOWNSTREAM_LEASED_ASSETS: 13}.get(self)


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease of one asset. `is_operated_by_lessee` is false only where that is shown and disclosed."""

    kind: LeaseKind
    is_operated_by_lessee: bool = True


def leased(lease: Lease, party: Party, approach: Approach) -> Placement:
    """Return where one party of a lease reports the asset under its approach.

    The lessee of a finance lease reports it as its own under every approach. An operating lease is the lessor's own
    under equity share and financial control, and the operator's, as a rule the lessee's, under operational control.
    Source: GHG Protocol Corporate Standard, appendix F; Scope 3 Standard, appendix A, tables A.1 and A.2.
    """
    is_lessees = lease.kind == LeaseKind.FINANCE or (
        approach == Approach.OPERATIONAL_CONTROL and lease.is_operated_by_lessee
    )
    if is_lessees == (party == Party.LESSEE):
        return Placement.SCOPE_1_AND_2
    return Placement.UPSTREAM_LEASED_ASSETS if party == Party.LESSEE else Placement.DOWNSTREAM_LEASED_ASSETS


def _in_order(stakes: Sequence[Stake]) -> list[Stake]:
    ordered = sorted(stakes, key=lambda stake: stake.valid_from)
    for before, after in pairwise(ordered):
        if before.holds_on(after.valid_from):
            raise StakeConflict(
                f"the stake from {before.valid_from} to {before.valid_to or 'open'} and the one from "
                f"{after.valid_from} both hold on {after.valid_from}; end the first the day before"
            )
    return ordered


def _joined(parts: Sequence[Span]) -> tuple[Span, ...]:
    """Join neighbours with one share: a change of equity does not show where only control counts."""
    joined: list[Span] = []
    for part in parts:
        if joined and joined[-1].share == part.share:
            part = Span(joined.pop().first, part.last, part.share)  # noqa: PLW2901
        joined.append(part)
    return tuple(joined)
