"""Screening of the fifteen scope 3 categories: what makes one relevant, and why it is reported or left out.

A tenant declares one screening of each category; declaring it again is its next version. Criteria: GHG Protocol Scope 3
Standard (2011), table 6.1 (recalled, not re-opened), with the analysis of spend and revenue of its guidance. ISO
14064-1:2018 cl. 5.2.3 asks for criteria of significance of indirect emissions; the same record serves it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from accounting.declarations import DeclarationKind
from emission_factors import decimals

CATEGORIES: Final = range(1, 16)
"""Numbers of the categories (Scope 3 Standard, table 5.3)."""

LONGEST_TEXT: Final = 2000
"""Characters a reason, justification or document of a screening may have."""

_RULE: Final = "GHG Protocol Scope 3 Standard (2011), chapter 6: exclusions are disclosed and justified"


class BadScreening(ValueError):
    """A screening contradicts itself or lacks what its decision needs; the message says which."""


class Criterion(StrEnum):
    """What makes a category relevant (Scope 3 Standard, table 6.1) or significant (ISO 14064-1:2018 cl. 5.2.3)."""

    SIZE = "SIZE"
    """It contributes much to the total expected of scope 3."""
    INFLUENCE = "INFLUENCE"
    """Reductions are possible that the company could undertake or influence."""
    RISK = "RISK"
    """It adds to the company's exposure: financial, regulatory, of the supply chain, of litigation, of reputation."""
    STAKEHOLDERS = "STAKEHOLDERS"
    """Customers, suppliers, investors or the public deem it critical."""
    OUTSOURCING = "OUTSOURCING"
    """It holds activities that were in house before, or that others of the sector have in house."""
    SECTOR_GUIDANCE = "SECTOR_GUIDANCE"
    """Guidance of the sector names it as significant."""
    SPENDING_OR_REVENUE = "SPENDING_OR_REVENUE"
    """It takes much of the spending, or earns much of the revenue."""
    OTHER = "OTHER"
    """A criterion of the company's own, named in its reason."""


class Decision(StrEnum):
    """What becomes of a category."""

    REPORTED = "REPORTED"
    """Its emissions are accounted for."""
    EXCLUDED = "EXCLUDED"
    """It is left out, and the exclusion is disclosed and justified."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """The company has no activity of the category."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether one criterion makes a category relevant, and why."""

    criterion: Criterion
    is_relevant: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CategoryScreening:
    """How relevant a category is by each criterion judged, and what was decided.

    `justification` says why it is left out or does not apply. An exclusion also says how much is left out: in percent
    of the scope 3 total expected or in tonnes of CO2e a year. Where a criterion makes the category relevant, its reason
    has to say why it is left out all the same (Scope 3 Standard, chapter 6). Raises `BadScreening`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.SCREENING

    category: int
    judgements: tuple[Judgement, ...]
    decision: Decision
    justification: str
    estimated_percent: Decimal | None
    estimated_tonnes: Decimal | None
    document: str
    screened_on: date

    def __post_init__(self) -> None:
        self._check_texts()
        self._check_numbers()
        if self.decision is not Decision.REPORTED and not self.justification.strip():
            raise BadScreening(f"category {self.category} is {self.decision} and nothing says why ({_RULE})")
        if self.decision is Decision.EXCLUDED:
            self._check_exclusion()
        if self.decision is Decision.NOT_APPLICABLE:
            self._check_absence()

    @property
    def subject(self) -> str:
        """The category; the same category again is its next version."""
        return f"category {self.category:02}"

    @property
    def relevant_by(self) -> tuple[Criterion, ...]:
        """The criteria that make the category relevant."""
        return tuple(one.criterion for one in self.judgements if one.is_relevant)

    def _check_texts(self) -> None:
        texts = (self.justification, self.document, *(one.reason for one in self.judgements))
        for text in texts:
            if len(text) > LONGEST_TEXT or "\x00" in text:
                raise BadScreening(f"{text[:40]!r}... has {len(text)} characters; at most {LONGEST_TEXT}, without NUL")

    def _check_numbers(self) -> None:
        if self.category not in CATEGORIES:
            raise BadScreening(f"there is no scope 3 category {self.category}; accepted is 1 to 15")
        criteria = [one.criterion for one in self.judgements]
        twice = next((one for one in criteria if criteria.count(one) > 1), None)
        if twice is not None:
            raise BadScreening(f"category {self.category} is judged twice by {twice}")
        percent, tonnes = self.estimated_percent, self.estimated_tonnes
        if percent is not None and not (percent.is_finite() and 0 <= percent <= 100):
            raise BadScreening(f"category {self.category} is estimated at {percent} % of scope 3; accepted is 0 to 100")
        if tonnes is not None and not (tonnes.is_finite() and tonnes >= 0):
            raise BadScreening(f"category {self.category} is estimated at {tonnes} t; accepted is 0 or more")

    def _check_exclusion(self) -> None:
        if self.estimated_percent is None and self.estimated_tonnes is None:
            raise BadScreening(
                f"category {self.category} is excluded without an estimate of what is left out; "
                f"give estimatedPercent or estimatedTonnes ({_RULE})"
            )
        silent = [one.criterion for one in self.judgements if one.is_relevant and not one.reason.strip()]
        if silent:
            raise BadScreening(
                f"category {self.category} is relevant by {', '.join(silent)} and excluded; "
                f"the reason of each of them has to say why ({_RULE})"
            )

    def _check_absence(self) -> None:
        if self.relevant_by:
            raise BadScreening(
                f"category {self.category} cannot be relevant by {', '.join(self.relevant_by)} and not apply"
            )
        if self.estimated_percent or self.estimated_tonnes:
            estimate = decimals.plain(self.estimated_percent or self.estimated_tonnes or Decimal(0))
            raise BadScreening(f"category {self.category} does not apply and is estimated at {estimate}")
