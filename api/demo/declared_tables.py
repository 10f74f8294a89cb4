"""The tables of what the companies of the demo park declare, read from `data/`: instruments, holdings, screenings ...

A day is written as in `windows.day_of`, so that the tables hold for any window.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from api.demo.tables import rows_of


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """A row of instruments.csv. `quantity` is MWh, or `=` and a stream whose metered energy of the months it is.

    `origin` is empty where it was recorded, else the tenant and code of the instrument it is a part of: of the tenant's
    own it was split off, of another's it was handed over on `moved_on`. `fate` is `cancel`, `sell` or nothing. In codes
    `{year}` is the year it is claimed for; `fails` is a quality criterion that does not hold.
    """

    tenant: str
    code: str
    origin: str
    kind: str
    quantity: str
    first: str
    last: str
    claimed_from: str
    claimed_to: str
    site: str
    generator: str
    proofs: tuple[str, ...]
    fails: str
    fate: str
    moved_on: str
    fated_on: str
    note: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A row of criteria.csv: what shows that a quality criterion holds of some kinds, and when that is checked."""

    criterion: str
    kinds: tuple[str, ...]
    when: str
    evidence: str


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A row of holdings.csv: what `holder` holds of a tenant's sites."""

    tenant: str
    holder: str
    equity: str
    financial: str
    is_operated: bool
    valid_from: str
    valid_to: str
    document: str


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A row of leases.csv; `counterparty` is a tenant."""

    tenant: str
    site: str
    kind: str
    party: str
    counterparty: str
    valid_from: str
    valid_to: str
    document: str


@dataclass(frozen=True, slots=True)
class DenominatorRow:
    """A row of denominators.csv, a level like that of a stream; the month `missing` is not declared."""

    tenant: str
    denominator: str
    product: str
    unit: str
    monthly: Fraction
    decimals: int
    per_head: bool
    season: str
    growth_percent: int
    noise_percent: int
    missing: str
    document: str

    @property
    def code(self) -> str:
        """What chance is thrown for."""
        return f"{self.denominator} {self.product}"


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """A row of screenings.csv: what became of a scope 3 category, by which criteria it is relevant."""

    tenant: str
    category: int
    decision: str
    criteria: tuple[str, ...]
    reason: str
    percent: str
    tonnes: str
    justification: str


@dataclass(frozen=True, slots=True)
class BaseYearRow:
    """A row of base_years.csv; the year is the first whole one of the window."""

    tenant: str
    total: str
    threshold: str
    document: str


@dataclass(frozen=True, slots=True)
class YearChangeRow:
    """A row of year_changes.csv: by what percent of it a change would move each scope of the years before it."""

    tenant: str
    code: str
    kind: str
    effective: str
    scope_1: str
    scope_2: str
    scope_3: str
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class UncertaintyRow:
    """A row of uncertainties.csv, which every tenant declares: half the 95 % interval, or scores in the order of
    reliability, completeness, time, geography and technology.
    """

    activity_type: str
    factor_id: str
    quality: str
    percent: str
    scores: tuple[int, ...]
    document: str


@lru_cache(maxsize=1)
def instruments() -> tuple[InstrumentRow, ...]:
    """Return the instruments, each after the one it is a part of or which it waits for."""
    return tuple(
        InstrumentRow(
            row["tenant"],
            row["code"],
            row["origin"],
            row["kind"],
            row["quantity"],
            row["first"],
            row["last"],
            row["from"],
            row["to"],
            row["site"],
            row["generator"],
            tuple(row["proofs"].split()),
            row["fails"],
            row["fate"],
            row["moved_on"],
            row["fated_on"],
            row["note"],
        )
        for row in rows_of("instruments")
    )


@lru_cache(maxsize=1)
def criteria() -> tuple[CriterionRow, ...]:
    """Return what shows that quality criteria hold."""
    return tuple(
        CriterionRow(row["criterion"], tuple(row["kinds"].split()), row["when"], row["evidence"])
        for row in rows_of("criteria")
    )


@lru_cache(maxsize=1)
def holdings() -> tuple[HoldingRow, ...]:
    """Return who holds what."""
    return tuple(
        HoldingRow(
            row["tenant"],
            row["holder"],
            row["equity"],
            row["financial"],
            row["operational"] == "yes",
            row["from"],
            row["to"],
            row["document"],
        )
        for row in rows_of("holdings")
    )


@lru_cache(maxsize=1)
def leases() -> tuple[LeaseRow, ...]:
    """Return which sites are leased."""
    return tuple(
        LeaseRow(
            row["tenant"],
            row["site"],
            row["kind"],
            row["party"],
            row["counterparty"],
            row["from"],
            row["to"],
            row["document"],
        )
        for row in rows_of("leases")
    )


@lru_cache(maxsize=1)
def denominators() -> tuple[DenominatorRow, ...]:
    """Return what emissions are related to."""
    return tuple(
        DenominatorRow(
            tenant=row["tenant"],
            denominator=row["denominator"],
            product=row["product"],
            unit=row["unit"],
            monthly=Fraction(row["monthly"]),
            decimals=int(row["decimals"]),
            per_head=row["scale"] == "staff",
            season=row["season"],
            growth_percent=int(row["growth"]),
            noise_percent=int(row["noise"]),
            missing=row["missing"],
            document=row["document"],
        )
        for row in rows_of("denominators")
    )


@lru_cache(maxsize=1)
def screenings() -> tuple[ScreeningRow, ...]:
    """Return the screenings of scope 3."""
    return tuple(
        ScreeningRow(
            row["tenant"],
            int(row["category"]),
            row["decision"],
            tuple(row["criteria"].split()),
            row["reason"],
            row["percent"],
            row["tonnes"],
            row["justification"],
        )
        for row in rows_of("screenings")
    )


@lru_cache(maxsize=1)
def base_years() -> tuple[BaseYearRow, ...]:
    """Return the base year policies."""
    return tuple(
        BaseYearRow(row["tenant"], row["total"], row["threshold"], row["document"]) for row in rows_of("base_years")
    )


@lru_cache(maxsize=1)
def year_changes() -> tuple[YearChangeRow, ...]:
    """Return what changes the figures of reported years."""
    return tuple(
        YearChangeRow(
            row["tenant"],
            row["code"],
            row["kind"],
            row["effective"],
            row["scope1"],
            row["scope2"],
            row["scope3"],
            row["reason"],
            row["document"],
        )
        for row in rows_of("year_changes")
    )


@lru_cache(maxsize=1)
def uncertainties() -> tuple[UncertaintyRow, ...]:
    """Return how uncertain quantities and factors are."""
    return tuple(
        UncertaintyRow(
            row["activity_type"],
            row["factor_id"],
            row["quality"],
            row["percent"],
            tuple(int(score) for score in row["scores"].split()),
            row["document"],
        )
        for row in rows_of("uncertainties")
    )
