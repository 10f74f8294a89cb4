"""One batch: which rows are the first of their fact, and what every row is told once the ledger has answered."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from accounting.refusals import RefusalCode
from ledger.identifiers import new_id
from ledger.rows import CheckedRow, Content, Refusal


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


class Batch:
    """The checked rows of a posting; `staged` are those to insert, one for each fact, in input order."""

    def __init__(self, checked: Sequence[CheckedRow | Refusal]) -> None:
        self._checked = checked
        self.staged: dict[NaturalKey, tuple[UUID, CheckedRow]] = {}
        for row in checked:
            if isinstance(row, CheckedRow) and row.natural_key not in self.staged:
                self.staged[row.natural_key] = (new_id(), row)

    def not_among(self, accepted: Collection[UUID]) -> list[NaturalKey]:
        """Return the facts that were in the ledger already."""
        return [key for key, (activity_id, _) in self.staged.items() if activity_id not in accepted]

    def outcomes(self, accepted: Collection[UUID], earlier: Mapping[NaturalKey, Versions]) -> list[RowOutcome]:
        """Return the outcome of each row, in input order, from what was inserted and what was there before."""
        told: set[NaturalKey] = set()
        return [self._outcome(row, accepted, earlier, told) for row in self._checked]

    def _outcome(
        self,
        row: CheckedRow | Refusal,
        accepted: Collection[UUID],
        earlier: Mapping[NaturalKey, Versions],
        told: set[NaturalKey],
    ) -> RowOutcome:
        if isinstance(row, Refusal):
            return RowOutcome(Outcome.REJECTED, None, row.code, row.field, row.message)
        key = row.natural_key
        activity_id, first = self.staged[key]
        if activity_id in accepted and key not in told:
            told.add(key)
            return RowOutcome(Outcome.ACCEPTED, activity_id)
        versions = earlier.get(key) or [(activity_id, first.content)]
        return _repeated(row, versions)


def _repeated(row: CheckedRow, versions: Versions) -> RowOutcome:
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
