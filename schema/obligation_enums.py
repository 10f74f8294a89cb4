"""Enums of what is due to regulators, registered like those of `enums`."""

from accounting.management.obligations import ObligationState as ObligationState
from accounting.management.obligations import ReceiptState as ReceiptState
from emission_factors.duties import Bearer as DutyBearer
from emission_factors.duties import Confidence as DutyConfidence
from schema.enums import described

__all__ = ["DutyBearer", "DutyConfidence", "ObligationState", "ReceiptState"]

for _found, _name in (
    (DutyBearer, "DutyBearer"),
    (DutyConfidence, "DutyConfidence"),
    (ObligationState, "ObligationState"),
    (ReceiptState, "ReportReceiptState"),
):
    described(_found, _name)
