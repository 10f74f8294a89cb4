"""Contractual instruments as rows and as pure values, and how they are read. Each row is one version of a code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import insert

from accounting.scope2.instruments import (
    NOT_CHECKED,
    Attribute,
    Cancellation,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Instrument,
    Kind,
    Serials,
)
from ledger.connections import Connection
from ledger.instruments.content import InstrumentContent
from ledger.statements import run
from ledger.tables import InstrumentRow


class Change(StrEnum):
    """What made a version of an instrument."""

    RECORDED = "RECORDED"
    """It was recorded: the first version."""
    CANCELLED = "CANCELLED"
    """It was cancelled for its beneficiary, once and finally."""
    SOLD = "SOLD"
    """Its certificates were sold to others."""
    CORRECTED = "CORRECTED"
    """What it says was corrected."""
    WITHDRAWN = "WITHDRAWN"
    """It should not have been recorded and counts for nothing."""
    SPLIT = "SPLIT"
    """A part was split off; this is what is left."""
    SPLIT_OFF = "SPLIT_OFF"
    """It was split off from another instrument of its tenant: the first version."""
    TRANSFERRED = "TRANSFERRED"
    """Certificates of it went to another tenant; it is what is left, or it is sold."""
    RECEIVED = "RECEIVED"
    """It was received from another tenant: the first version."""


@dataclass(frozen=True, slots=True)
class InstrumentRecord:
    """One version, with the id of the first version of its code and whether it is the current one."""

    row: InstrumentRow
    original_id: UUID
    is_current: bool


def columns_of(content: InstrumentContent) -> dict[str, Any]:
    """Return the columns that keep a content."""
    serials = content.serials
    return {
        "kind": content.kind.value,
        "carrier": content.carrier.value,
        "attribute": content.attribute.value,
        "market": content.market,
        "first_month": content.first_month,
        "last_month": content.last_month,
        "quantity": content.quantity,
        "rate": content.rate,
        "site_id": content.site,
        "claimed_from": content.claimed_from,
        "claimed_to": content.claimed_to,
        "batch": serials.batch if serials else "",
        "first_serial": Decimal(serials.first) if serials else None,
        "last_serial": Decimal(serials.last) if serials else None,
        "is_tradable": content.is_tradable,
        "generator_id": content.generator,
        "evidence": [{"id": document.id, "kind": document.kind.value} for document in content.evidence],
        "criteria": _written(content.criteria),
    }


def content_of(row: InstrumentRow) -> InstrumentContent:
    """Return what a version says."""
    serials = None
    if row.first_serial is not None and row.last_serial is not None:
        serials = Serials(row.batch, int(row.first_serial), int(row.last_serial))
    return InstrumentContent(
        kind=Kind(row.kind),
        carrier=EnergyCarrier(row.carrier),
        attribute=Attribute(row.attribute),
        market=row.market,
        first_month=row.first_month,
        last_month=row.last_month,
        quantity=row.quantity,
        rate=row.rate,
        site=row.site_id,
        claimed_from=row.claimed_from,
        claimed_to=row.claimed_to,
        serials=serials,
        is_tradable=row.is_tradable,
        generator=row.generator_id,
        evidence=tuple(Evidence(document["id"], EvidenceKind(document["kind"])) for document in row.evidence),
        criteria=_read(row.criteria),
    )


def instrument_of(row: InstrumentRow) -> Instrument:
    """Return a version as the pure instrument, its id the row's."""
    made = content_of(row).claim(str(row.instrument_id), row.tenant_id, cancellation_of(row), row.is_sold)
    return replace(made, code=row.code)


def cancellation_of(row: InstrumentRow) -> Cancellation | None:
    """Return the cancellation of a version, if it has one."""
    if row.cancelled_on is None or row.cancelled_quantity is None:
        return None
    return Cancellation(row.cancelled_on, row.cancelled_quantity)


async def append(connection: Connection, row: InstrumentRow) -> InstrumentRow | None:
    """Insert a version and return it as it was stored; None where its code has this version already."""
    values = row.model_dump(exclude={"recorded_at"})
    # The driver would write an empty list as an array, which JSON reads as an empty object.
    values["evidence"] = Jsonb(row.evidence)
    statement = insert(_TABLE).values(values).on_conflict_do_nothing().returning(*_TABLE.c)
    found = await run(connection, statement)
    return _row(found[0]) if found else None


async def instrument_rows(
    connection: Connection,
    tenants: Collection[UUID],
    after: UUID | None = None,
    limit: int | None = None,
    includes_withdrawn: bool = False,
    known_at: datetime | None = None,
) -> list[InstrumentRecord]:
    """Return the current versions of tenants in the order in which their codes were recorded.

    `after` is the original id to continue after, which no later version moves; `limit` the most to return; `known_at`
    the instant whose current versions are meant, now if None.
    """
    asked = {
        "tenants": list(tenants),
        "after": after,
        "limit": limit,
        "withdrawn": includes_withdrawn,
        "known_at": known_at,
    }
    return await _records(connection, _PAGE, asked)


async def instruments_by_id(connection: Connection, ids: Collection[UUID]) -> dict[UUID, InstrumentRecord]:
    """Return id -> version for the ids that exist."""
    records = await _records(connection, _BY_ID, {"ids": list(ids)})
    return {record.row.instrument_id: record for record in records}


async def instrument_history(connection: Connection, row: InstrumentRow) -> list[InstrumentRecord]:
    """Return every version of an instrument's code, oldest first."""
    return await _records(connection, _HISTORY, {"tenant": row.tenant_id, "code": row.code})


_TABLE: Final[Any] = sa.inspect(InstrumentRow).local_table
_NAMES: Final = tuple(_TABLE.c.keys())
_IS_CURRENT: Final = """
    NOT EXISTS (SELECT FROM instruments AS later
        WHERE later.tenant_id = instrument.tenant_id AND later.supersedes = instrument.instrument_id
            AND (%(known_at)s::timestamptz IS NULL OR later.recorded_at <= %(known_at)s))
"""
_RECORDS: Final = f"""
SELECT {", ".join(f"instrument.{name}" for name in _NAMES)}, original.instrument_id, {_IS_CURRENT}
FROM instruments AS instrument JOIN instruments AS original
    ON original.tenant_id = instrument.tenant_id AND original.code = instrument.code AND original.version = 1
"""  # noqa: S608  composed of constants
_PAGE: Final = f"""
{_RECORDS}
WHERE instrument.tenant_id = ANY(%(tenants)s::uuid[]) AND {_IS_CURRENT}
    AND (%(withdrawn)s OR instrument.change <> 'WITHDRAWN')
    AND (%(known_at)s::timestamptz IS NULL OR instrument.recorded_at <= %(known_at)s)
    AND (%(after)s::uuid IS NULL OR original.instrument_id > %(after)s)
ORDER BY original.instrument_id
LIMIT %(limit)s
"""
# The keys begin with the tenant: asking for those in reach lets an id be found by its key.
_BY_ID: Final = f"""
{_RECORDS}
WHERE instrument.tenant_id IN (SELECT tenant_id FROM tenants) AND instrument.instrument_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608  composed of constants
_HISTORY: Final = f"""
{_RECORDS}
WHERE instrument.tenant_id = %(tenant)s AND instrument.code = %(code)s
ORDER BY instrument.version
"""


async def _records(connection: Connection, query: str, asked: Mapping[str, Any]) -> list[InstrumentRecord]:
    rows = await (await connection.execute(query.encode(), {"known_at": None, **asked})).fetchall()
    return [InstrumentRecord(_row(row[:-2]), row[-2], row[-1]) for row in rows]


def _row(values: Sequence[Any]) -> InstrumentRow:
    return InstrumentRow.model_validate(dict(zip(_NAMES, values, strict=True)))


def _written(criteria: Criteria) -> dict[str, dict[str, Any]]:
    checks = {criterion.value: criteria.of(criterion) for criterion in Criterion}
    return {
        name: {"holds": check.holds, "evidence": list(check.evidence)}
        for name, check in checks.items()
        if check != NOT_CHECKED
    }


def _read(written: Mapping[str, Mapping[str, Any]]) -> Criteria:
    return Criteria(
        **{name.lower(): Check(check["holds"], tuple(check["evidence"])) for name, check in written.items()}
    )
