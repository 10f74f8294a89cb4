"""Enums of reporting periods and evidence in the API, described like those of `schema.enums`."""

from accounting.management.reporting_periods import PeriodKind as PeriodKind
from accounting.management.reporting_periods import PeriodState as PeriodState
from ledger.reporting.evidence import EvidenceSubject as EvidenceSubject
from schema.enums import described

__all__ = ["EvidenceSubject", "PeriodKind", "PeriodState"]

for _found, _name in ((PeriodKind, "PeriodKind"), (PeriodState, "PeriodState"), (EvidenceSubject, "EvidenceSubject")):
    described(_found, _name)
