"""Events of the history: what a recording says, made of the rows that it wrote.

The kind of an event is named as the API names what was done. It follows from the rows, as everything in the event does
but who did it and in which request: nothing is written twice, and whoever has the rows can make the event again.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ledger.history.sealables import Contents, Sealable
from proofs.canonical import Json
from proofs.events import Event

_OF_TABLES: Final[Mapping[str, str]] = {
    "log_rotations": "rotateLogKey",
    "factor_releases": "loadFactorRelease",
    "factor_datasets": "loadFactorRelease",
    "parks": "registerPark",
    "tenants": "registerTenant",
    "sites": "addSite",
    "sources": "addSource",
    "interval_series": "addIntervalSeries",
    "own_factors": "addSupplierFactor",
    "webhook_targets": "addWebhookTarget",
    "access_revocations": "revokeGrant",
    "access_grants": "grant",
    "reports": "publishReport",
    "report_recipients": "addressReport",
    "report_withdrawals": "withdrawReportAddress",
    "period_comments": "commentOnPeriod",
    "evidence": "addEvidence",
    "interval_readings": "postIntervals",
    "postings": "post",
}
"""Kinds that follow from the table alone; the first table that has rows says it."""
_OF_ACTIVITIES: Final[Mapping[tuple[str, ...], str]] = {
    ("ORIGINAL",): "postActivities",
    ("CORRECTION",): "correctActivity",
    ("VOID",): "voidActivity",
}
_NOTHING: Final = "nothing"
"""Kind of a recording without rows, as of a file whose rows were all there."""


def event_of(sequence: int, recording: Sealable, contents: Contents) -> Event:
    """Return the event of a recording, the `sequence`th of its tenant's history."""
    return Event(
        recording.tenant, sequence, recording.recorded_at, recording.actor, kind_of(contents), recording.request_id,
        body_of(recording, contents),
    )  # fmt: skip


def body_of(recording: Sealable, contents: Contents) -> dict[str, Json]:
    """Return what changed: `rows` of each table by count and SHA-256, and `changes` in full with what was before, as
    far as an event holds them. Rows that were posted are not shown again: they are in the ledger under their ids.
    """
    changes: Json = list(contents.changes)
    return {"form": contents.form, "recording": str(recording.id), "rows": contents.rows, "changes": changes}


def kind_of(contents: Contents) -> str:
    """Return what was done, such as `postActivities` or `declare:TARGET`."""
    if contents.count("activities"):
        return _OF_ACTIVITIES.get(contents.kinds, "changeActivities")
    for table, said in _OF_CHANGES.items():
        if contents.count(table):
            return said(_after(contents, table))
    return next((kind for table, kind in _OF_TABLES.items() if contents.count(table)), _NOTHING)


def _declared(row: Mapping[str, Json]) -> str:
    return f"{'withdraw' if row['is_withdrawn'] == 'true' else 'declare'}:{row['kind']}"


def _of_period(row: Mapping[str, Json]) -> str:
    return {"SUBMITTED": "submitPeriod", "REVIEWED": "reviewPeriod", "CLOSED": "closePeriod"}.get(
        str(row["state"]), "reopenPeriod"
    )


def _received(row: Mapping[str, Json]) -> str:
    return "returnReport" if row["state"] == "RETURNED" else "acknowledgeReport"


def _of_instrument(row: Mapping[str, Json]) -> str:
    return f"instrument:{row['change']}"


def _of_webhook(row: Mapping[str, Json]) -> str:
    return {"SECRET_ROTATED": "rotateWebhookSecret", "REMOVED": "removeWebhookTarget"}.get(
        str(row["kind"]), "disableWebhookTarget" if row["kind"] == "DISABLED" else "redeliver"
    )


_OF_CHANGES: Final[Mapping[str, Callable[[Mapping[str, Json]], str]]] = {
    "declarations": _declared,
    "instruments": _of_instrument,
    "webhook_changes": _of_webhook,
    "period_events": _of_period,
    "report_receipts": _received,
}
"""Kinds that the first row of a table says."""


def _after(contents: Contents, table: str) -> Mapping[str, Json]:
    found = next(change["after"] for change in contents.changes if change["table"] == table)
    if not isinstance(found, Mapping):
        raise TypeError(f"a row of {table} is {found!r}; accepted is an object")
    return found
