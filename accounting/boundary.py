"""The organisational boundary of a footprint: who reports what share of an operation's month, and in which scope.

An operation is what a tenant posts for a site. Nothing declared about it means that it is the tenant's own: registered
as its site, wholly held and run by it. Once holdings of a site are declared they have to say for every day who holds
what; a day they leave open is a gap. Sources: GHG Protocol Corporate Standard, chapter 3 and appendix F.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar, Final
from uuid import UUID

from accounting.consolidation import (
    Approach,
    FinancialControl,
    Lease,
    LeaseKind,
    Party,
    Placement,
    Stake,
    StakeConflict,
    leased,
    percent,
    spans,
)
from accounting.declarations import DeclarationKind
from emission_factors import decimals
from emission_factors.activity_types import Line, Method, Scope

ONE: Final = Decimal(1)
"""The whole of an operation."""

_ISO_CATEGORIES: Final = {8: "4.4", 13: "5.2"}
"""Scope 3 category of leased assets -> category of ISO 14064-1:2018, annex B."""


class LeaseConflict(ValueError):
    """Two leases of one site hold on the same day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What `holder` holds of the declaring tenant's operations at a site, or at all its sites where that is None.

    `equity_percent` 0 to 100. Raises `consolidation.BadStake`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.HOLDING

    holder: UUID
    site: UUID | None
    equity_percent: Decimal
    financial: FinancialControl
    has_operational_control: bool
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        self.stake  # noqa: B018  a stake that cannot be is refused when it is made

    @property
    def subject(self) -> str:
        """The holder, the site and the first day."""
        return f"{self.holder} {self.site or '*'} {self.valid_from}"

    @property
    def stake(self) -> Stake:
        """The holding as a stake."""
        equity = percent(self.equity_percent)
        return Stake(equity, self.financial, self.has_operational_control, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class LeasedSite:
    """A site of the declaring tenant that it leases in (`LESSEE`) or lets (`LESSOR`), days included on both ends.

    Raises `LeaseConflict` where it ends before it begins.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.LEASE

    site: UUID
    party: Party
    lease_kind: LeaseKind
    is_operated_by_lessee: bool
    valid_from: date
    valid_to: date | None
    counterparty: str
    document: str

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise LeaseConflict(f"the lease ends on {self.valid_to}, before it begins on {self.valid_from}")

    @property
    def subject(self) -> str:
        """The site and the first day."""
        return f"{self.site} {self.valid_from}"

    def placement(self, approach: Approach) -> Placement:
        """Return where the tenant reports the site's fuel and energy."""
        return leased(Lease(self.lease_kind, self.is_operated_by_lessee), self.party, approach)

    def holds_on(self, day: date) -> bool:
        """Whether the lease runs on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Part:
    """What a holder reports of an operation's month: `share` of each quantity, placed in scopes 1 and 2 or category 8
    or 13.
    """

    holder: UUID
    share: Decimal
    placement: Placement


class Boundaries:
    """The parts of every operation under one approach."""

    def __init__(
        self,
        approach: Approach,
        holdings: Mapping[UUID, Sequence[Holding]],
        leases: Mapping[UUID, Sequence[LeasedSite]],
    ) -> None:
        self._approach = approach
        self._holdings = holdings
        self._leases = leases
        self._found: dict[tuple[UUID, UUID, date], tuple[Part, ...]] = {}

    def parts(self, tenant: UUID, site: UUID, month: date) -> tuple[Part, ...]:
        """Return who reports what of the month that begins on `month`; nothing for a share of zero.

        Days weigh the same within a month, so that a stake sold on the 10th counts for its days. Raises
        `consolidation.NoStake` for a day that declared holdings leave open.
        """
        key = (tenant, site, month)
        if key not in self._found:
            self._found[key] = self._of_month(*key)
        return self._found[key]

    def _of_month(self, tenant: UUID, site: UUID, month: date) -> tuple[Part, ...]:
        if tenant not in self._holdings and tenant not in self._leases:
            return (Part(tenant, ONE, Placement.SCOPE_1_AND_2),)
        days = _days(month)
        placements = self._placements(tenant, site, days)
        weights: dict[tuple[UUID, Placement], Fraction] = {}
        for holder, stakes in self._stakes(tenant, site).items():
            shares = self._shares(stakes, days)
            for share, placement in zip(shares, placements, strict=True):
                key = (holder, placement)
                weights[key] = weights.get(key, Fraction(0)) + share / len(days)
        return tuple(
            Part(holder, decimals.rounded(weight), placement)
            for (holder, placement), weight in weights.items()
            if weight
        )

    def _stakes(self, tenant: UUID, site: UUID) -> Mapping[UUID, list[Stake] | None]:
        """Return the stakes of each holder; holdings of the site come before those of all sites."""
        declared = self._holdings.get(tenant, ())
        of_site = [one for one in declared if one.site == site] or [one for one in declared if one.site is None]
        found: dict[UUID, list[Stake] | None] = {} if of_site else {tenant: None}
        for one in of_site:
            found[one.holder] = [*(found.get(one.holder) or []), one.stake]
        return found

    def _shares(self, stakes: list[Stake] | None, days: Sequence[date]) -> list[Fraction]:
        if stakes is None:
            return [Fraction(1)] * len(days)
        found = spans(stakes, self._approach, days[0], days[-1])
        return [span.share for span in found for _ in range(span.days)]

    def _placements(self, tenant: UUID, site: UUID, days: Sequence[date]) -> list[Placement]:
        leases = [one for one in self._leases.get(tenant, ()) if one.site == site]
        return [
            next((one.placement(self._approach) for one in leases if one.holds_on(day)), Placement.SCOPE_1_AND_2)
            for day in days
        ]


@lru_cache(maxsize=4096)
def placed(line: Line, placement: Placement) -> Line | None:
    """Return an inventory line where a leased asset puts it, None where it falls away.

    What is not the reporter's own leaves scopes 1 and 2 for category 8 or 13: direct emissions, and purchased energy by
    location, once. The market-based twin and category 3 of the same fuel and energy fall away, as the minimum boundary
    of 8 and 13 is scopes 1 and 2 of the other party (Scope 3 Standard, table 5.4). Everything else stays.
    """
    number = placement.category
    if number is None or line.scope is Scope.OUTSIDE:
        return line
    if line.method is Method.MARKET or (line.scope is Scope.SCOPE_3 and line.category == "3"):
        return None
    if line.scope is Scope.SCOPE_3:
        return line
    moved = replace(line, scope=Scope.SCOPE_3, method=None, category=str(number))
    return replace(moved, iso_category=_ISO_CATEGORIES[number])


def check_holdings(holdings: Iterable[Holding]) -> None:
    """Raise `StakeConflict` where a holder has two stakes in a site on one day, or holders more than 100 % of it."""
    by_site: dict[UUID | None, list[Holding]] = {}
    for one in holdings:
        by_site.setdefault(one.site, []).append(one)
    for members in by_site.values():
        for day in sorted({one.valid_from for one in members}):
            _check_day([one for one in members if one.stake.holds_on(day)], day)


def check_leases(leases: Iterable[LeasedSite]) -> None:
    """Raise `LeaseConflict` where two leases of a site hold on one day."""
    ordered = sorted(leases, key=lambda one: (str(one.site), one.valid_from))
    for before, after in pairwise(ordered):
        if before.site == after.site and before.holds_on(after.valid_from):
            raise LeaseConflict(
                f"the lease from {before.valid_from} to {before.valid_to or 'open'} and the one from "
                f"{after.valid_from} both hold on {after.valid_from}; end the first the day before"
            )


def _check_day(holding: Sequence[Holding], day: date) -> None:
    holders = [one.holder for one in holding]
    if len(set(holders)) < len(holders):
        raise StakeConflict(f"a holder has two stakes on {day}; end the first the day before the second begins")
    whole = decimals.total(one.equity_percent for one in holding)
    if whole > 100:
        raise StakeConflict(f"holders have {decimals.plain(whole)} % together on {day}; accepted is at most 100 %")
    if sum(one.has_operational_control for one in holding) > 1:
        raise StakeConflict(f"two holders have operational control on {day}; full authority is one company's")


def _days(month: date) -> list[date]:
    first = month.replace(day=1)
    after = (first + timedelta(32)).replace(day=1)
    return [first + timedelta(days) for days in range((after - first).days)]
