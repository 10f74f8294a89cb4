"""Which report is asked for, checked before anything is looked up: whose, of which kind and period, on which regime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.management.reporting_periods import PeriodKind, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import RegimeCode
from accounting.reporting.inputs import SubjectKind
from ledger.reports.published import NAMED
from ledger.texts import LONGEST_CODE, LONGEST_TEXT, check_text, reason_of
from reports.assembling.documents import SUBJECT_OF
from reports.assembling.forms import REGIMES_OF
from reports.assembling.heads import STATED_HEADS
from reports.document import Cadence, ReportKind

MOST_RECIPIENTS: Final = 100
"""Regulators that one edition may name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report: of a `tenant`, or of a whole `park`, for the period of `kind` and `cadence` that begins in `first`.

    What is left out is as in the edition that it supersedes; of a first one `regime` is the usual one of its kind and
    `regulators` every one that is named (`NAMED`). `identifiers` are by the names of `heads.STATED_HEADS`.
    """

    kind: ReportKind
    cadence: Cadence
    first: date
    tenant: UUID | None = None
    park: UUID | None = None
    regime: RegimeCode | None = None
    supersedes: UUID | None = None
    reason: str = ""
    known_at: datetime | None = None
    regulators: Sequence[str] | None = None
    identifiers: Mapping[str, str] | None = None
    is_upper: bool | None = None

    @property
    def period(self) -> ReportingPeriod:
        """The months; raises `Refused` where none begin there."""
        return ReportingPeriod(PeriodKind(self.cadence), self.first)


def checked(asked: Asked) -> Asked:
    """Return what is asked as it is used; raises `Refused` for what cannot be, whoever asks."""
    subject = SubjectKind.TENANT if asked.tenant else SubjectKind.PARK
    if (asked.tenant is None) == (asked.park is None):
        raise Refused(RefusalCode.BAD_REPORT, "tenantId", "a report is of one tenant or of one park; name one of them")
    if SUBJECT_OF.get(asked.kind, subject) is not subject:
        message = f"a report of kind {asked.kind} is of a {SUBJECT_OF[asked.kind]}, not of a {subject}"
        raise Refused(RefusalCode.BAD_REPORT, "kind", message)
    if asked.regime is not None and asked.regime not in REGIMES_OF[asked.kind]:
        accepted = ", ".join(REGIMES_OF[asked.kind])
        message = f"a report of kind {asked.kind} is not made under {asked.regime}; accepted is {accepted}"
        raise Refused(RefusalCode.BAD_REPORT, "regime", message)
    if asked.supersedes is None and (asked.reason.strip() or asked.known_at):
        message = (
            "a first edition gives no reason and is known as of the closing of its period; name what it supersedes"
        )
        raise Refused(RefusalCode.BAD_REPORT, "supersedes", message)
    _check_texts(asked)
    assert asked.period  # noqa: S101  raises where no period begins
    return replace(asked, reason=reason_of(asked.reason, asked.supersedes is not None))


def _check_texts(asked: Asked) -> None:
    for name, text in (asked.identifiers or {}).items():
        if name not in STATED_HEADS:
            message = f"{name[:40]!r} is nothing that a head states; accepted are {', '.join(STATED_HEADS)}"
            raise Refused(RefusalCode.BAD_REPORT, "identifiers", message)
        check_text(text, "identifiers", LONGEST_TEXT)
    check_regulators(asked.regulators or ())


def check_regulators(regulators: Sequence[str]) -> None:
    """Raise `Refused` for too many regulators, or a name that no grant can have."""
    if len(regulators) > MOST_RECIPIENTS:
        message = f"{len(regulators)} regulators; accepted are up to {MOST_RECIPIENTS}"
        raise Refused(RefusalCode.BAD_REPORT, "regulators", message)
    for name in regulators:
        if name != NAMED:
            check_text(name, "regulators", LONGEST_CODE)
