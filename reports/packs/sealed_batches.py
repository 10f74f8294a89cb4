"""What a verified history says of its postings, and of what is registered: the events that the sheets are compared
with. Belongs to a history that was verified; nothing is checked again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from proofs.row_forms import ACTIVITIES, ADJUSTMENTS, READINGS, instant_text

_REGISTERED: Final = {
    "tenants": "tenant_id", "sites": "site_id", "sources": "source_id", "interval_series": "series_id",
    "evidence": "evidence_id",
}  # fmt: skip
"""Tables that sheets are compared with, and their keys."""


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A posting: its event, by whom and when, in which form, and of each table the count and digest of its rows.

    `shown` are the rows that the event has in full, by id: those of corrections.
    """

    index: int
    recorded_at: str
    actor: str
    form: int
    rows: Mapping[str, Mapping[str, Any]]
    shown: Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of what is registered, as its event shows it, by whom and when it was recorded."""

    row: Mapping[str, str | None]
    recorded_at: str
    actor: str


@dataclass(slots=True)
class SealedHistory:
    """The postings of a history by recording, and what is registered by table and id."""

    batches: dict[str, SealedBatch] = field(default_factory=dict)
    registered: dict[str, dict[str, Registered]] = field(default_factory=lambda: {name: {} for name in _REGISTERED})

    def registered_as(self, table: str, key: str, name: str) -> str | None:
        """Return a column of what is registered; None where no event shows it in full."""
        found = self.registered[table].get(key)
        return None if found is None else found.row.get(name)

    def has_series(self, known_at: datetime) -> bool:
        """Return whether a series was registered by an instant."""
        found = self.registered["interval_series"].values()
        return any(datetime.fromisoformat(one.recorded_at) <= known_at for one in found)


def sealed_history(lines: Iterable[bytes]) -> SealedHistory:
    """Return what the lines of a verified export say."""
    found = SealedHistory()
    for line in lines:
        text = json.loads(line).get("event")
        if text is not None:
            _add(found, json.loads(text))
    return found


def _add(found: SealedHistory, event: Mapping[str, Any]) -> None:
    body = event["body"]
    at = instant_text(datetime.fromisoformat(event["recorded_at"]))
    rows = body.get("rows", {})
    changes = body.get("changes", [])
    if ACTIVITIES in rows or READINGS in rows:
        kept = {name: rows[name] for name in (ACTIVITIES, READINGS, ADJUSTMENTS) if name in rows}
        shown = {one["after"]["activity_id"]: one["after"] for one in changes if one["table"] == ACTIVITIES}
        found.batches[body["recording"]] = SealedBatch(event["sequence"], at, event["actor"], body["form"], kept, shown)
    for one in changes:
        if (key := _REGISTERED.get(one["table"])) and one["after"]:
            found.registered[one["table"]][one["after"][key]] = Registered(one["after"], at, event["actor"])
