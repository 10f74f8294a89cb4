"""What a tenant declares about its base year: the policy, changes, and the years it reported. Masses are kg CO2e.

A reported year is recorded once, with the basis it was computed on, and never changed; changes say what its figures
would be more by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from accounting.basis import Basis
from accounting.change.base_year import BadBaseYear, Change, ChangeKind, Policy
from accounting.consolidation import Approach
from accounting.declarations import DeclarationKind
from accounting.grouping import Totals
from accounting.regimes import REGIMES, RegimeCode
from emission_factors import decimals
from emission_factors.activity_types import Scope
from emission_factors.catalogue import Catalogue
from emission_factors.gases import GwpSet

LONGEST_TEXT: Final = 400
"""Characters a reason or the name of a document may have."""
LONGEST_CODE: Final = 80
"""Characters the code of a change may have."""


class BaseYearTotal(StrEnum):
    """Which emissions a base year policy is about."""

    SCOPES_1_AND_2_LOCATION = "SCOPES_1_AND_2_LOCATION"
    """Scopes 1 and 2, location-based."""
    SCOPES_1_AND_2_MARKET = "SCOPES_1_AND_2_MARKET"
    """Scopes 1 and 2, market-based."""
    SCOPES_1_TO_3_LOCATION = "SCOPES_1_TO_3_LOCATION"
    """Scopes 1, 2 (location-based) and 3."""
    SCOPES_1_TO_3_MARKET = "SCOPES_1_TO_3_MARKET"
    """Scopes 1, 2 (market-based) and 3."""


_PARTS: Final[Mapping[BaseYearTotal, Sequence[str]]] = {
    BaseYearTotal.SCOPES_1_AND_2_LOCATION: ("scope_1", "scope_2_location"),
    BaseYearTotal.SCOPES_1_AND_2_MARKET: ("scope_1", "scope_2_market"),
    BaseYearTotal.SCOPES_1_TO_3_LOCATION: ("scope_1", "scope_2_location", "scope_3"),
    BaseYearTotal.SCOPES_1_TO_3_MARKET: ("scope_1", "scope_2_market", "scope_3"),
}


@dataclass(frozen=True, slots=True)
class ScopeMasses:
    """kg CO2e by scope, scope 2 both ways; None where the regime does not report it."""

    scope_1: Decimal
    scope_2_location: Decimal
    scope_2_market: Decimal | None
    scope_3: Decimal | None

    def items(self) -> Iterator[tuple[str, Decimal | None]]:
        """Yield the name of each and its mass."""
        for one in fields(self):
            yield one.name, getattr(self, one.name)

    def total(self, which: BaseYearTotal) -> Decimal | None:
        """Return the total, None where a part of it is not reported."""
        parts = [mass for name, mass in self.items() if name in _PARTS[which]]
        return None if None in parts else decimals.total(mass for mass in parts if mass is not None)

    def less(self, other: "ScopeMasses") -> "ScopeMasses":
        """Return the difference, None where either is not reported."""
        return ScopeMasses(**{name: _less(mass, getattr(other, name)) for name, mass in self.items()})  # type: ignore[arg-type]

    @classmethod
    def of(cls, totals: Totals, basis: Basis) -> "ScopeMasses":
        """Return the masses of a footprint's totals, as far as its regime reports them."""
        market = totals.scope_2_market.co2e if basis.regime.has_market_based else None
        scope_3 = totals.scope_3.co2e if Scope.SCOPE_3 in basis.regime.scopes else None
        return cls(totals.scope_1.co2e, totals.scope_2_location.co2e, market, scope_3)


@dataclass(frozen=True, slots=True)
class BaseYearPolicy:
    """The base year, the total it is of, how its boundary is drawn (None for regimes without approaches), the threshold
    in percent, and the document that states it all. Raises `BadBaseYear`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.BASE_YEAR

    year: int
    total: BaseYearTotal
    approach: Approach | None
    threshold_percent: Decimal
    document: str

    def __post_init__(self) -> None:
        _check_year(self.year)
        _check_text("document", self.document, LONGEST_TEXT)
        self.threshold  # noqa: B018  a threshold that cannot be is refused when it is made

    @property
    def subject(self) -> str:
        """A tenant has one base year."""
        return "base year"

    @property
    def threshold(self) -> Policy:
        """The threshold and its source."""
        return Policy(self.threshold_percent, self.document)


@dataclass(frozen=True, slots=True)
class YearDelta:
    """What the figures of one year would be more by (or less, below zero); None is no difference."""

    year: int
    masses: ScopeMasses


@dataclass(frozen=True, slots=True)
class BaseYearChange:
    """A change of structure, method or an error, with what it does to the years reported.

    `code` is the tenant's own name for it; declared again it is the next version. Raises `BadBaseYear`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.BASE_YEAR_CHANGE

    code: str
    change: ChangeKind
    effective: date
    reason: str
    document: str
    deltas: tuple[YearDelta, ...]

    def __post_init__(self) -> None:
        for field, text, most in (("code", self.code, LONGEST_CODE), ("reason", self.reason, LONGEST_TEXT)):
            _check_text(field, text, most)
            if not text.strip():
                raise BadBaseYear(field, f"the {field} of the change is empty")
        _check_text("document", self.document, LONGEST_TEXT)
        years = [delta.year for delta in self.deltas]
        if not years or len(set(years)) < len(years):
            raise BadBaseYear("deltas", f"the change names the years {years}; accepted is at least one, each once")

    @property
    def subject(self) -> str:
        """The code."""
        return self.code

    def of_year(self, year: int) -> ScopeMasses | None:
        """Return what it does to a year, None for nothing."""
        return next((delta.masses for delta in self.deltas if delta.year == year), None)

    def seen_in(self, policy: BaseYearPolicy) -> Change:
        """Return the change as it bears on the base year: zero where it does not touch it."""
        masses = self.of_year(policy.year)
        parts = [mass for name, mass in masses.items() if name in _PARTS[policy.total] and mass] if masses else []
        return Change(self.change, decimals.total(mass for mass in parts if mass), self.reason, self.effective)


@dataclass(frozen=True, slots=True)
class RecordedBasis:
    """The basis of a reported year, in words that stay: the release by number and by the hash of its content.

    `known_at` is the instant whose knowledge the figures hold.
    """

    regime: RegimeCode
    gwp_set: GwpSet
    release: int
    content_hash: str
    approach: Approach | None
    proxies: tuple[str, ...]
    published_by: date | None
    electricity_kgce_per_kwh: Decimal | None
    known_at: datetime

    @classmethod
    def of(cls, basis: Basis, known_at: datetime) -> "RecordedBasis":
        """Return a basis as it is recorded."""
        return cls(
            regime=basis.regime.code,
            gwp_set=basis.gwp_set,
            release=basis.catalogue.release.number,
            content_hash=basis.catalogue.release.content_hash,
            approach=basis.approach,
            proxies=basis.proxies,
            published_by=basis.published_by,
            electricity_kgce_per_kwh=basis.electricity_kgce_per_kwh,
            known_at=known_at,
        )

    def today(self, catalogue: Catalogue) -> Basis:
        """Return the same basis with what is known today. Raises `BadBaseYear` for a catalogue of other content."""
        if catalogue.release.content_hash != self.content_hash:
            raise BadBaseYear("release", f"release {self.release} is not what it was: {catalogue.release.content_hash}")
        return Basis(
            regime=REGIMES[self.regime],
            gwp_set=self.gwp_set,
            catalogue=catalogue,
            proxies=self.proxies,
            published_by=self.published_by,
            electricity_kgce_per_kwh=self.electricity_kgce_per_kwh,
            approach=self.approach,
        )


@dataclass(frozen=True, slots=True)
class ReportedYear:
    """The figures of a calendar year as first reported, the basis, and how many lines had no factor."""

    kind: ClassVar[DeclarationKind] = DeclarationKind.REPORTED_YEAR

    year: int
    masses: ScopeMasses
    basis: RecordedBasis
    gap_count: int

    @property
    def subject(self) -> str:
        """The year."""
        return str(self.year)


def _check_year(year: int) -> None:
    if not 1990 <= year <= 2100:
        raise BadBaseYear("year", f"the base year is {year}; accepted is 1990 to 2100")


def _check_text(field: str, text: str, most: int) -> None:
    if len(text) > most or "\x00" in text:
        raise BadBaseYear(field, f"{text[:40]!r} is not accepted: at most {most} characters, without NUL")


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else decimals.EXACT.subtract(one, other)
