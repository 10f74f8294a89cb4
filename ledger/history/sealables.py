"""Recordings as they are sealed or verified, and what was found of each: counts, digests, changes in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ledger.identity.principals import NO_TENANT_ID
from proofs.canonical import Json

FORM: Final = 2
"""Of the bytes that are hashed; stands in every event."""
ROW_BY_ROW: Final = 1
"""The form before: what was sealed in it is verified in it."""
TOLD_IN_FULL: Final = 50
"""Changed rows of one recording that its event shows in full; all of them are counted and hashed."""

Key = tuple[UUID, UUID]
"""The tenant and the id of a recording."""


@dataclass(frozen=True, slots=True)
class Sealable:
    """A recording that is to be sealed, or was. Of several at one instant the first has what has the instant alone."""

    tenant: UUID
    id: UUID
    recorded_at: datetime
    actor: str
    request_id: str
    row_count: int
    first_id: UUID | None
    last_id: UUID | None
    is_first: bool

    @property
    def key(self) -> Key:
        """Return what names it among those of several tenants."""
        return self.tenant, self.id


@dataclass(slots=True)
class Contents:
    """What a recording wrote: the count and digest of each table's rows, the kinds of its activities, and `changes`,
    each the table with the row before and after. `form` is that of the digests.
    """

    form: int = FORM
    rows: dict[str, Json] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    changes: list[dict[str, Json]] = field(default_factory=list)

    def count(self, table: str) -> int:
        """Return how many rows of a table there are."""
        stated = self.rows.get(table)
        return int(stated["count"]) if isinstance(stated, Mapping) else 0  # type: ignore[arg-type]


RECORDINGS: Final = """
SELECT tenant_id, recording_id, recorded_at, actor, request_id, row_count, first_id, last_id, NOT EXISTS (
    SELECT FROM recordings AS other WHERE other.tenant_id = one.tenant_id AND other.recorded_at = one.recorded_at
        AND other.recording_id < one.recording_id
) FROM recordings AS one
"""
"""The columns of `Sealable`."""


NEXT_UNSEALED: Final = f"""
LEFT JOIN LATERAL (
    SELECT until_at, until_id FROM checkpoints WHERE tenant_id = one.tenant_id ORDER BY size DESC LIMIT 1
) AS head ON true CROSS JOIN LATERAL (
    SELECT recorded_at FROM recordings AS waiting WHERE waiting.tenant_id <= one.tenant_id
        AND (waiting.tenant_id, recorded_at, recording_id) > (one.tenant_id,
            CASE WHEN head.until_at IS NULL THEN '-infinity' ELSE head.until_at END,
            CASE WHEN head.until_id IS NULL THEN '{NO_TENANT_ID}' ELSE head.until_id END)
    ORDER BY waiting.tenant_id, recorded_at, recording_id LIMIT 1
) AS next
"""  # noqa: S608  composed of constants
"""Of each tenant of `one` the instant of the next recording to be sealed; no row where there is none.

By one comparison of three columns, which one index alone answers at once: with the tenant apart, the planner may look
through the recordings of all tenants. CASE, because under row security COALESCE is not let into an index.
"""


def named(found: Sequence[Sealable]) -> dict[str, Any]:
    """Return the parameters of a query that name recordings and enclose the ids of their rows."""
    return {
        "tenants": [one.tenant for one in found],
        "ids": [one.id for one in found],
        "firsts": [one.first_id for one in found],
        "lasts": [one.last_id for one in found],
    }
