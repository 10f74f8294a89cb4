"""The history of a tenant: its events, signed heads and proofs, as anybody can check them without the service."""

import json
from collections.abc import Mapping
from typing import Any

import strawberry

from ledger.history.reading import SignedHead, Stored
from proofs.events import read_event
from schema.scalars import Instant


@strawberry.type(description="One value of a row as it is stored; numbers with the digits that were given.")
class HistoryValue:
    """A column."""

    name: str = strawberry.field(description="Name of the column.")
    value: str | None = strawberry.field(description="The value as text; none where there is none.")


@strawberry.type(description="A row that was changed: what it says, and what the row said that it replaces.")
class HistoryChange:
    """A row before and after."""

    table: str = strawberry.field(description="Table of the ledger.")
    before: list[HistoryValue] | None = strawberry.field(description="What was there; none where nothing was.")
    after: list[HistoryValue] | None = strawberry.field(description="What is there since.")


@strawberry.type(description="Rows of a table that a change wrote.")
class HistoryRows:
    """A count and a hash."""

    table: str = strawberry.field(description="Table of the ledger.")
    count: int = strawberry.field(description="How many rows.")
    sha256: str = strawberry.field(description="SHA-256 over all of them in the order of their keys, in hexadecimal.")


@strawberry.type(description="One change of the ledger, sealed: nobody can change it without being found.")
class HistoryEvent:
    """An event."""

    index: int = strawberry.field(description="Its place in the tenant's history, from 0.")
    recorded_at: Instant | None = strawberry.field(description="When it was recorded; none where it was erased by law.")
    actor: str | None = strawberry.field(
        description="Who did it: id of a key, subject of a token, `service` for the service itself, `unknown` for what "
        "is older than the history; none where it was erased."
    )
    kind: str | None = strawberry.field(
        description="What was done, such as postActivities, correctActivity or declare:TARGET; none where it was "
        "erased."
    )
    request_id: str | None = strawberry.field(
        description="Id of the request, as its answer told it; `none` where there was none."
    )
    rows: list[HistoryRows] = strawberry.field(description="What was written, by table.")
    changes: list[HistoryChange] = strawberry.field(
        description="Changed rows before and after, the first 50; rows that were posted are not shown again."
    )
    text: str | None = strawberry.field(description="The canonical text that was hashed; none where it was erased.")
    salt: str | None = strawberry.field(description="16 random bytes hashed before the text, in hexadecimal.")
    leaf: str = strawberry.field(description="SHA-256 of a zero byte, salt and text, in hexadecimal.")

    @classmethod
    def of(cls, stored: Stored) -> "HistoryEvent":
        """Make the type of an event as it is stored."""
        said = read_event(stored.text.encode()) if stored.text is not None else None
        body: dict[str, Any] = json.loads(said.canonical())["body"] if said else {}
        return cls(
            index=stored.index,
            recorded_at=Instant(said.recorded_at) if said else None,
            actor=said.actor if said else None,
            kind=said.kind if said else None,
            request_id=said.request_id if said else None,
            rows=[HistoryRows(table=table, **stated) for table, stated in body.get("rows", {}).items()],
            changes=[_change(change) for change in body.get("changes", ())],
            text=stored.text,
            salt=stored.salt.hex() if stored.salt else None,
            leaf=stored.leaf.hex(),
        )


@strawberry.type(description="A signed head of a history: whoever keeps it can prove later that the history only grew.")
class HistoryCheckpoint:
    """A head."""

    size: int = strawberry.field(description="Events that it covers.")
    root: str = strawberry.field(description="Root of their Merkle tree (RFC 9162), in hexadecimal.")
    note: str = strawberry.field(
        description="The signed note (C2SP tlog-checkpoint): keep these bytes, and give them to `parkledger verify log "
        "--from`."
    )
    sealed_at: Instant = strawberry.field(description="When it was signed, by the database's clock.")

    @classmethod
    def of(cls, head: SignedHead) -> "HistoryCheckpoint":
        """Make the type of a head."""
        return cls(size=head.size, root=head.root.hex(), note=head.note, sealed_at=Instant(head.sealed_at))


@strawberry.type(description="Proof that an event is in a history (RFC 9162, 2.1.3).")
class InclusionProof:
    """A path to a root."""

    index: int = strawberry.field(description="Place of the event.")
    size: int = strawberry.field(description="Events of the tree.")
    hashes: list[str] = strawberry.field(description="Hashes from the leaf up, in hexadecimal.")


@strawberry.type(description="Proof that a history only grew from one size to another (RFC 9162, 2.1.4).")
class ConsistencyProof:
    """A path from one root to another."""

    old: int = strawberry.field(description="Events of the earlier tree.")
    new: int = strawberry.field(description="Events of the later tree.")
    hashes: list[str] = strawberry.field(description="Hashes in the order of the standard, in hexadecimal.")


def _change(change: Mapping[str, Any]) -> HistoryChange:
    return HistoryChange(table=change["table"], before=_values(change["before"]), after=_values(change["after"]))


def _values(row: Mapping[str, str | None] | None) -> list[HistoryValue] | None:
    return None if row is None else [HistoryValue(name=name, value=value) for name, value in row.items()]
