"""Enums of webhooks, registered like those of `enums`."""

from ledger.webhook_deliveries import AttemptOutcome as AttemptOutcome
from ledger.webhook_deliveries import DeliveryState as DeliveryState
from ledger.webhook_targets import Coverage as Coverage
from ledger.webhook_targets import TargetState as TargetState
from ledger.webhook_targets import WebhookEvent as WebhookEvent
from schema.enums import described

__all__ = ["AttemptOutcome", "Coverage", "DeliveryState", "TargetState", "WebhookEvent"]

for _found, _name in (
    (AttemptOutcome, "WebhookAttemptOutcome"),
    (Coverage, "WebhookCoverage"),
    (DeliveryState, "WebhookDeliveryState"),
    (TargetState, "WebhookTargetState"),
    (WebhookEvent, "WebhookEvent"),
):
    described(_found, _name)
