"""Enums of published reports in the API, described like those of `schema.enums`."""

from ledger.reports.staleness import StaleReason as StaleReason
from reports.document import ReportKind as ReportKind
from reports.rendering.languages import Language as Language
from schema.enums import described

__all__ = ["Language", "ReportKind", "StaleReason"]

for _found, _name in ((Language, "ReportLanguage"), (ReportKind, "ReportKind"), (StaleReason, "ReportStaleReason")):
    described(_found, _name)
