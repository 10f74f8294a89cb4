"""The fifteen scope 3 categories of a footprint: what each emits, on what data, and what was decided about it.

Sources: GHG Protocol Scope 3 Standard (2011), table 5.3 (categories), chapter 6 (relevance and exclusions), chapters 7
and 11 (share of primary data by category).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from accounting.amounts import Amounts, added
from accounting.footprints import Footprint
from accounting.judgement.data_quality import PrimaryShare, primary_share
from accounting.lines import ResolvedLine
from accounting.value_chain.screening import CategoryScreening, Decision
from emission_factors.activity_types import Line, Scope
from emission_factors.factors import Origin

NAMES: Final = (
    "Purchased goods and services",
    "Capital goods",
    "Fuel- and energy-related activities",
    "Upstream transportation and distribution",
    "Waste generated in operations",
    "Business travel",
    "Employee commuting",
    "Upstream leased assets",
    "Downstream transportation and distribution",
    "Processing of sold products",
    "Use of sold products",
    "End-of-life treatment of sold products",
    "Downstream leased assets",
    "Franchises",
    "Investments",
)
"""Names of the categories, in order (Scope 3 Standard, table 5.3)."""

REPORTED_BY_OTHERS: Final = "identity.co2e"
"""Kind of factor of a quantity that is itself the CO2e another party reports."""


class Status(StrEnum):
    """What a footprint says of a category."""

    REPORTED = "REPORTED"
    """Something is posted in it, and is in the total."""
    NOTHING_POSTED = "NOTHING_POSTED"
    """It was decided to report it, and nothing is posted; that is not zero."""
    EXCLUDED = "EXCLUDED"
    """It is left out, with a justification."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """There is no activity of the category."""
    NOT_SCREENED = "NOT_SCREENED"
    """Nothing is posted, and nobody decided about it."""
    NOT_IN_REGIME = "NOT_IN_REGIME"
    """The regime of the basis has no scope 3."""


class Finding(StrEnum):
    """Where what is posted contradicts what was decided."""

    DECLARED_REPORTED_NOTHING_POSTED = "DECLARED_REPORTED_NOTHING_POSTED"
    """It was decided to report the category, and nothing is posted in it."""
    DECLARED_EXCLUDED_YET_POSTED = "DECLARED_EXCLUDED_YET_POSTED"
    """It was decided to leave the category out, and something is posted in it."""
    DECLARED_NOT_APPLICABLE_YET_POSTED = "DECLARED_NOT_APPLICABLE_YET_POSTED"
    """The category was declared not to apply, and something is posted in it."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a footprint. `line_count` lines are posted in it, `gap_count` of more lines have no factor;
    `primary` is None where nothing is emitted.
    """

    number: int
    name: str
    amounts: Amounts
    line_count: int
    gap_count: int
    primary: PrimaryShare | None

    @property
    def is_posted(self) -> bool:
        """Whether anything is posted in it, with a factor or without."""
        return self.line_count + self.gap_count > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a category stands between what was decided and what is posted. `decisions` counts the tenants by their
    decision; `not_screened` made none.
    """

    status: Status
    finding: Finding | None
    decisions: Mapping[Decision, int]
    not_screened: int


def categories(found: Footprint) -> tuple[Category, ...]:
    """Return the fifteen categories of a footprint in order, those without lines too."""
    return tuple(_category(found, number, name) for number, name in enumerate(NAMES, 1))


def primary_percent(resolved: ResolvedLine) -> Decimal | None:
    """Return the percentage of a line that rests on primary data, None where nobody said (Scope 3 Standard, ch. 7).

    100 for a supplier's figure and for CO2e that another party reports of its own activities, 0 for a published factor;
    a factor of the tenant's own does not say what it was made from.
    """
    if resolved.line.kind == REPORTED_BY_OTHERS:
        return Decimal(100)
    return {Origin.SUPPLIER: Decimal(100), Origin.CATALOGUE: Decimal(0)}.get(resolved.selection.factor.origin)


def standing(
    is_posted: bool, screenings: Sequence[CategoryScreening | None], *, has_scope_3: bool, is_whole: bool = True
) -> Standing:
    """Return where a category stands, from the screenings of the tenants of a boundary, None for one that made none.

    With several tenants it is not known here who posted, so that a contradiction is found only where it holds whoever
    did: nothing is posted though one decided to report, or something is though all left the category out. `is_whole`
    is false for a part of a tenant, whose screening is about the whole: nothing posted there contradicts nothing.
    """
    decisions = Counter(one.decision for one in screenings if one is not None)
    missing = sum(one is None for one in screenings)
    if not has_scope_3:
        return Standing(Status.NOT_IN_REGIME, None, decisions, missing)
    if is_posted:
        return Standing(Status.REPORTED, None if missing else _unexpected(decisions), decisions, missing)
    status = _empty(decisions, missing)
    finding = Finding.DECLARED_REPORTED_NOTHING_POSTED if status is Status.NOTHING_POSTED and is_whole else None
    return Standing(status, finding, decisions, missing)


def _unexpected(decisions: Mapping[Decision, int]) -> Finding | None:
    if not decisions or decisions.get(Decision.REPORTED):
        return None
    if decisions.get(Decision.EXCLUDED):
        return Finding.DECLARED_EXCLUDED_YET_POSTED
    return Finding.DECLARED_NOT_APPLICABLE_YET_POSTED


def _empty(decisions: Mapping[Decision, int], missing: int) -> Status:
    """Return the status of a category without lines; the decision that leaves most open goes first."""
    if decisions.get(Decision.REPORTED):
        return Status.NOTHING_POSTED
    if missing or not decisions:
        return Status.NOT_SCREENED
    return Status.EXCLUDED if decisions.get(Decision.EXCLUDED) else Status.NOT_APPLICABLE


def _category(found: Footprint, number: int, name: str) -> Category:
    def is_in(line: Line) -> bool:
        return line.scope is Scope.SCOPE_3 and line.category == str(number)

    lines = [line for line in found.lines if is_in(line.line)]
    return Category(
        number=number,
        name=name,
        amounts=added(line.amounts for line in lines),
        line_count=len(lines),
        gap_count=sum(is_in(gap.gap.line) for gap in found.gaps),
        primary=primary_share((line.amounts.co2e, primary_percent(line.resolved)) for line in lines),
    )
