"""Adjustments: what may change closed months, because it says why."""

import strawberry

from ledger.texts import LONGEST_REASON, check_text


@strawberry.input(
    description="Says that what is sent may change months of closed periods, and why. What the periods pin stays as it "
    "was; they become stale, and are restated by reports to come."
)
class AdjustmentInput:
    """An adjustment."""

    reason: str = strawberry.field(description="Why closed months are changed.")


def reason_given(adjustment: AdjustmentInput | None) -> str:
    """Return why closed months may be changed, empty where they may not; raises `Refused` for an empty reason."""
    if adjustment is None:
        return ""
    check_text(adjustment.reason, "adjustment.reason", LONGEST_REASON)
    return adjustment.reason.strip()
