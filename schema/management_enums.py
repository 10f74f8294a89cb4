"""Enums of a park's management, registered like those of `enums`."""

from accounting.management.completeness import Status as CompletenessStatus
from accounting.management.expectations import Frequency as ExpectationFrequency
from accounting.management.findings import Actor as FindingActor
from accounting.management.findings import FindingKind as FindingKind
from accounting.management.findings import Severity as FindingSeverity
from accounting.management.prospects import Stage as ProspectStage
from schema.enums import described

__all__ = [
    "CompletenessStatus",
    "ExpectationFrequency",
    "FindingActor",
    "FindingKind",
    "FindingSeverity",
    "ProspectStage",
]

for _found, _name in (
    (CompletenessStatus, "CompletenessStatus"),
    (ExpectationFrequency, "ExpectationFrequency"),
    (FindingActor, "FindingActor"),
    (FindingKind, "FindingKind"),
    (FindingSeverity, "FindingSeverity"),
    (ProspectStage, "ProspectStage"),
):
    described(_found, _name)
