"""One batch: which rows are the first of their fact, and what every row is told once the ledger has answered."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from accounting.refusals import RefusalCode
from ledger.activities.rows import CheckedRow, Content, Refusal
from ledger.archived import REPEATED
from ledger.identifiers import new_ids


class Outcome(StrEnum):
    """What became of a row."""

    ACCEPTED = "ACCEPTED"
    """The row is in the ledger."""
    DUPLICATE = "DUPLICATE"
    """The fact was posted before with the same content; nothing was added. A retry sees this, and it is a success."""
    CONFLICT = "CONFLICT"
    """The fact was posted before with other content; nothing was changed. Use correctActivity to correct it."""
    REJECTED = "REJECTED"
    """The row was not accepted; code, field and message say why."""


class RowOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome of one row. `activity_id` is the fact in the ledger: the earlier one for a repeated row."""

    outcome: Outcome
    activity_id: UUID | None = None
    code: RefusalCode | None = None
    field: str = ""
    message: str = ""
    conflicting_fields: tuple[str, ...] = ()


Versions = Sequence[tuple[UUID, Content]]
"""The versions of one fact in the ledger, the current one last."""
NaturalKey = tuple[UUID, str]


_Key = tuple[int, str]


def _key(row: CheckedRow) -> _Key:
    """Return what tells the facts of one batch apart, much faster than a UUID does: each source has one place there."""
    return id(row.place), row.external_id


class Batch:
    """The checked rows of a posting; `staged` are those to insert, one for each fact, in input order."""

    def __init__(self, checked: Sequence[CheckedRow | Refusal]) -> None:
        self._checked = checked
        self._first: dict[_Key, tuple[UUID, CheckedRow]] = {}
        for made, row in zip(new_ids(len(checked)), checked, strict=True):
            if isinstance(row, CheckedRow):
                self._first.setdefault(_key(row), (made, row))
        self.staged: Collection[tuple[UUID, CheckedRow]] = self._first.values()

    def repeated(self, there: Collection[UUID]) -> list[NaturalKey]:
        """Return the facts that were in the ledger already; `there` are the ids under which they were not added."""
        return [row.natural_key for activity_id, row in self.staged if activity_id in there] if there else []

    def outcomes(self, there: Collection[UUID], earlier: Mapping[NaturalKey, Versions]) -> list[RowOutcome]:
        """Return the outcome of each row, in input order, from what was not added and what was there before."""
        if not there and len(self.staged) == len(self._checked):
            return [RowOutcome(Outcome.ACCEPTED, activity_id) for activity_id, _ in self.staged]
        told: set[NaturalKey] = set()
        return [self._outcome(row, there, earlier, told) for row in self._checked]

    def _outcome(
        self,
        row: CheckedRow | Refusal,
        there: Collection[UUID],
        earlier: Mapping[NaturalKey, Versions],
        told: set[NaturalKey],
    ) -> RowOutcome:
        if isinstance(row, Refusal):
            return RowOutcome(Outcome.REJECTED, None, row.code, row.field, row.message)
        key = row.natural_key
        activity_id, first = self._first[_key(row)]
        if activity_id not in there and key not in told:
            told.add(key)
            return RowOutcome(Outcome.ACCEPTED, activity_id)
        if activity_id in there and key not in earlier:
            return outcome_of_archived(row)
        versions = earlier.get(key) or [(activity_id, first.content)]
        return outcome_of_repeat(row, versions)


def outcome_of_archived(row: CheckedRow) -> RowOutcome:
    """Return what a row is told whose fact is in the ledger's register, and its content in the archive."""
    return RowOutcome(Outcome.CONFLICT, None, RefusalCode.ARCHIVED, "externalId", REPEATED.format(row.external_id))


def outcome_of_repeat(row: CheckedRow, versions: Versions) -> RowOutcome:
    """Compare with every version: a late retry of what has been corrected since is still a duplicate."""
    for activity_id, content in versions:
        if content == row.content:
            return RowOutcome(Outcome.DUPLICATE, activity_id)
    activity_id, content = versions[-1]
    fields = row.content.differs_from(content)
    message = (
        f"{row.external_id!r} of this source was posted before with other content ({', '.join(fields)} differ); "
        "the ledger keeps the first, use correctActivity to correct it"
    )
    return RowOutcome(Outcome.CONFLICT, activity_id, None, "externalId", message, fields)


def stored(outcomes: Sequence[RowOutcome]) -> bytes:
    """Return outcomes as JSON to be kept: an accepted row is the id of its fact, any other an object."""
    short = [found.activity_id if found.outcome is Outcome.ACCEPTED else found for found in outcomes]
    return msgspec.json.encode(short)


def read(kept: Sequence[object]) -> list[RowOutcome]:
    """Return the outcomes that `stored` wrote."""
    return [
        RowOutcome(Outcome.ACCEPTED, UUID(found)) if isinstance(found, str) else msgspec.convert(found, RowOutcome)
        for found in kept
    ]
