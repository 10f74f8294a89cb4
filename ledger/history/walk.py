"""One walk along a tenant's events beside its recordings and rows: what each event says against what is stored now."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from ledger.connections import Connection
from ledger.history.events import event_of
from ledger.history.reading import Stored
from ledger.history.sealables import FORM, RECORDINGS, ROW_BY_ROW, Contents, Key, Sealable
from ledger.history.sealed_rows import ADMINISTERED, contents_of
from ledger.identity.principals import NO_TENANT_ID
from proofs.canonical import Json
from proofs.errors import BadEvent
from proofs.events import Event, read_event

START: Final = datetime.min.replace(tzinfo=UTC)
"""Before every event."""
_OF_IDS: Final = f"{RECORDINGS} WHERE tenant_id = %s AND recording_id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that are not what the event `index` says, in words."""

    index: int
    message: str


@dataclass(slots=True)
class Walk:
    """One tenant's events beside its recordings and rows, in order."""

    connection: Connection
    tenant: UUID
    archived: frozenset[UUID]
    faults: list[Fault] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)
    """Of each event in order, as it says itself; of one that cannot be read, that of the one before."""
    places: dict[UUID, int] = field(default_factory=dict)
    stated: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    skipped: int = 0
    lines: list[bytes] = field(default_factory=list)
    last: tuple[datetime, UUID] = field(default_factory=lambda: (START, NO_TENANT_ID))
    """Instant and recording of the last event."""
    _before: tuple[datetime, UUID] | None = None

    async def take(self, found: Sequence[Stored]) -> None:
        """Compare the next events."""
        recordings = await self._recordings(found)
        read = [(one, _read(one)) for one in found]
        forms = {(self.tenant, one.recording): form for one, said in read if (form := _form(said))}
        contents = await contents_of(self.connection, list(recordings.values()), forms)
        for one, said in read:
            self.lines.append(one.line())
            self.places[one.recording] = one.index
            self.instants.append(said.recorded_at if said else self.instants[-1] if self.instants else START)
            self.last = self.instants[-1], one.recording
            if said is not None:
                self._count(said)
                self._compare(one, said, recordings.get(one.recording), contents)

    async def _recordings(self, found: Sequence[Stored]) -> dict[UUID, Sealable]:
        cursor = await self.connection.execute(_OF_IDS.encode(), (self.tenant, [one.recording for one in found]))
        recordings = [Sealable(*row) for row in await cursor.fetchall()]
        return {one.id: one for one in recordings}

    def _count(self, said: Event) -> None:
        rows = said.body.get("rows")
        for table, stated in rows.items() if isinstance(rows, Mapping) else ():
            if table in ADMINISTERED and isinstance(stated, Mapping):
                self.stated[table, said.recorded_at] += int(str(stated.get("count", 0)))

    def _compare(self, one: Stored, said: Event, recording: Sealable | None, contents: Mapping[Key, Contents]) -> None:
        if said.sequence != one.index:
            self._fault(one, f"the event that stands here was sealed as event {said.sequence}: events were reordered")
        if said.body.get("recording") != str(one.recording):
            self._fault(one, f"the event is of recording {said.body.get('recording')}, the row of {one.recording}")
        if recording is None:
            self._fault(one, f"the recording {one.recording} that it seals was deleted")
            return
        place = recording.recorded_at, recording.id
        if self._before and place <= self._before:
            self._fault(one, f"it was recorded at {recording.recorded_at}, before the event that it follows")
        self._before = place
        if one.recording in self.archived:
            self.skipped += 1
            return
        made = event_of(said.sequence, recording, contents[recording.key])
        if made != said:
            self._fault(one, f"{_difference(said, made)} (recording {one.recording})")

    def _fault(self, one: Stored, message: str) -> None:
        self.faults.append(Fault(one.index, message))

    def index_at(self, instant: datetime) -> int:
        """Return the first event at or after an instant, where something that is of it would have been sealed."""
        return bisect_left(self.instants, instant)


def _read(one: Stored) -> Event | None:
    """Return the event of a text, None where there is none or it is told by the check of the log."""
    try:
        return read_event(one.text.encode()) if one.text is not None else None
    except BadEvent:
        return None


def _form(said: Event | None) -> int | None:
    """Return in which form the digests of an event are; None of one that says none of ours."""
    stated = said.body.get("form") if said else None
    return next((form for form in (ROW_BY_ROW, FORM) if form == stated), None)


def _difference(said: Event, made: Event) -> str:
    """Return in words how the rows of now differ from what was sealed."""
    for name in ("recorded_at", "actor", "request_id"):
        sealed, found = getattr(said, name), getattr(made, name)
        if sealed != found:
            return f"the recording says {name} {found}, sealed was {sealed}"
    if said.body.get("form") != made.body["form"]:
        return f"it is of the form {said.body.get('form')}; accepted are {ROW_BY_ROW} and {FORM}"
    sealed_rows, found_rows = _rows(said), _rows(made)
    for table in sorted({*sealed_rows, *found_rows}):
        if sealed_rows.get(table) != found_rows.get(table):
            return _difference_of(table, sealed_rows.get(table), found_rows.get(table))
    return "a row that a row of it replaces is not what it was"


def _difference_of(table: str, sealed: Any, found: Any) -> str:
    counts = [one["count"] if isinstance(one, Mapping) else 0 for one in (sealed, found)]
    if counts[0] != counts[1]:
        return f"{counts[1]} rows of {table} are there, {counts[0]} were sealed"
    return f"the content of its {counts[0]} rows of {table} differs from the sealed digest"


def _rows(event: Event) -> Mapping[str, Json]:
    rows = event.body.get("rows")
    return rows if isinstance(rows, Mapping) else {}
