"""Enums of webhooks, registered like those of `enums`."""

from ledger.webhooks.deliveries import AttemptOutcome as AttemptOutcome
from ledger.webhooks.deliveries import DeliveryState as DeliveryState
from ledger.webhooks.targets import Coverage as Coverage
from ledger.webhooks.targets import TargetState as TargetState
from ledger.webhooks.targets import WebhookEvent as WebhookEvent
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
