"""Declarations in the ledger: appended, versioned by subject, read as they are known on a day.

the same content again      -> UNCHANGED, nothing is written: a retry is safe
another content             -> the next version, which supersedes the one before
withdrawn                   -> a last version that says so; the subject can be declared again
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from accounting import boundary
from accounting.change.adoption import Adoption
from accounting.change.base_year_declarations import BaseYearChange, BaseYearPolicy, ReportedYear
from accounting.change.base_year_series import check_base_year
from accounting.change.denominators import DenominatorMonth
from accounting.declarations import DeclarationKind, Declared
from accounting.energy.stocks import EnergyStock
from accounting.indicators.statements import DeclaredSystem, IndicatorYear
from accounting.intervals.storage_units import StorageUnit, check_storage
from accounting.judgement.activity_uncertainty import DeclaredUncertainty
from accounting.management.expectations import Expectation, check_expectations
from accounting.management.ingest_profiles import IngestProfile
from accounting.management.meters import Meter, check_meters
from accounting.management.obligations import Obligation, check_obligations
from accounting.management.prospects import Prospect
from accounting.management.tenancies import Tenancy, check_tenancies
from accounting.refusals import RefusalCode, Refused
from accounting.scenarios.declared_scenarios import DeclaredScenario
from accounting.scenarios.declared_targets import DeclaredTarget
from accounting.supply.closings import SupplyClosing
from accounting.supply.plants import Plant
from accounting.supply.transfer_terms import TransferTerms, check_terms
from accounting.supply.zones import Zone, check_zones
from accounting.value_chain.screening import CategoryScreening
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.taking_turns import take_turn
from ledger.texts import check_storable, reason_of

MOST_DECLARED: Final = 1000
"""Declarations one request may hold."""

CONTENTS: Final[Mapping[DeclarationKind, type[Any]]] = MappingProxyType(
    {
        DeclarationKind.ADOPTION: Adoption,
        DeclarationKind.HOLDING: boundary.Holding,
        DeclarationKind.INDICATOR_SYSTEM: DeclaredSystem,
        DeclarationKind.INDICATOR_YEAR: IndicatorYear,
        DeclarationKind.PLANT: Plant,
        DeclarationKind.ENERGY_STOCK: EnergyStock,
        DeclarationKind.LEASE: boundary.LeasedSite,
        DeclarationKind.SCENARIO: DeclaredScenario,
        DeclarationKind.TARGET: DeclaredTarget,
        DeclarationKind.DENOMINATOR: DenominatorMonth,
        DeclarationKind.BASE_YEAR: BaseYearPolicy,
        DeclarationKind.BASE_YEAR_CHANGE: BaseYearChange,
        DeclarationKind.REPORTED_YEAR: ReportedYear,
        DeclarationKind.SCREENING: CategoryScreening,
        DeclarationKind.STORAGE: StorageUnit,
        DeclarationKind.UNCERTAINTY: DeclaredUncertainty,
        DeclarationKind.TENANCY: Tenancy,
        DeclarationKind.PROSPECT: Prospect,
        DeclarationKind.METER: Meter,
        DeclarationKind.EXPECTATION: Expectation,
        DeclarationKind.TRANSFER_TERMS: TransferTerms,
        DeclarationKind.SUPPLY_CLOSING: SupplyClosing,
        DeclarationKind.ZONE: Zone,
        DeclarationKind.OBLIGATION: Obligation,
        DeclarationKind.INGEST_PROFILE: IngestProfile,
    }
)
"""What each kind holds; how a stored content becomes a value again."""

_TOGETHER: Final[Mapping[DeclarationKind, Callable[[Any], None]]] = MappingProxyType(
    {
        DeclarationKind.HOLDING: boundary.check_holdings,
        DeclarationKind.LEASE: boundary.check_leases,
        DeclarationKind.STORAGE: check_storage,
        DeclarationKind.TENANCY: check_tenancies,
        DeclarationKind.METER: check_meters,
        DeclarationKind.EXPECTATION: check_expectations,
        DeclarationKind.OBLIGATION: check_obligations,
        DeclarationKind.TRANSFER_TERMS: check_terms,
        DeclarationKind.ZONE: check_zones,
        DeclarationKind.BASE_YEAR: check_base_year,
        DeclarationKind.BASE_YEAR_CHANGE: check_base_year,
        DeclarationKind.REPORTED_YEAR: check_base_year,
    }
)
"""What the current declarations of a tenant must not say together; each raises a `ValueError`."""

BASE_YEAR_KINDS: Final = (
    DeclarationKind.BASE_YEAR,
    DeclarationKind.BASE_YEAR_CHANGE,
    DeclarationKind.REPORTED_YEAR,
)
"""Kinds that are checked together, and whose writers take turns."""

_FINAL: Final = (DeclarationKind.REPORTED_YEAR,)
"""Kinds whose subjects are declared once, and never withdrawn: what was first reported was."""


class DeclarationNotFound(Exception):
    """The tenant has no current declaration of this id."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One version. `content` is one of `CONTENTS`; `is_new` is false where it was declared before just so."""

    tenant: UUID
    id: UUID
    kind: DeclarationKind
    subject: str
    version: int
    supersedes: UUID | None
    is_withdrawn: bool
    reason: str
    content: Any
    recorded_at: datetime
    is_new: bool = False


_COLUMNS: Final = """
tenant_id, declaration_id, kind, subject, version, supersedes, is_withdrawn, reason, content, recorded_at
"""
_CURRENT: Final = f"""
SELECT * FROM (
    SELECT DISTINCT ON (tenant_id, kind, subject) {_COLUMNS} FROM declarations
    WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND kind = ANY(%(kinds)s::text[])
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
    ORDER BY tenant_id, kind, subject, version DESC
) AS newest WHERE NOT is_withdrawn ORDER BY tenant_id, kind, subject
"""  # noqa: S608  composed of constants
_HISTORY: Final = f"""
SELECT {_COLUMNS} FROM declarations WHERE tenant_id = %s AND kind = %s ORDER BY subject, version
"""  # noqa: S608  composed of constants
_NEWEST: Final = f"""
SELECT {_COLUMNS} FROM declarations WHERE tenant_id = %s AND kind = %s AND subject = ANY(%s::text[])
ORDER BY version
"""  # noqa: S608  composed of constants
_BY_ID: Final = "SELECT kind, subject FROM declarations WHERE tenant_id = %s AND declaration_id = %s"
_APPEND: Final = """
INSERT INTO declarations
    (tenant_id, declaration_id, kind, subject, version, supersedes, is_withdrawn, reason, content)
SELECT %(tenant)s, declaration_id, %(kind)s, subject, version, supersedes, %(is_withdrawn)s, %(reason)s, content
FROM unnest(%(ids)s::uuid[], %(subjects)s::text[], %(versions)s::integer[], %(supersedes)s::uuid[],
    %(contents)s::jsonb[]) AS given (declaration_id, subject, version, supersedes, content)
ON CONFLICT DO NOTHING RETURNING recorded_at
"""


async def declare(
    database: Database, tenant: UUID, contents: Sequence[Declared], reason: str = ""
) -> list[Declaration]:
    """Declare contents of one kind, all or none, and return the current version of each in their order.

    Raises `Refused` for no contents, too many, a subject that comes twice, a text that cannot be stored, or what
    contradicts other declarations of the tenant.
    """
    kind = _kind_of(contents)
    check_storable(msgspec.to_builtins(contents), "declarations")
    why = reason_of(reason, is_needed=False)
    async with database.write(tenant) as connection:
        await _take_turn(connection, tenant, kind)
        newest = await _newest(connection, tenant, kind, [content.subject for content in contents])
        for current in newest.values():
            _refuse_final(current)
        fresh = [content for content in contents if not _is_said(newest.get(content.subject), content)]
        added = {one.subject: one for one in await _appended(connection, tenant, fresh, newest, why)}
        await _check_together(connection, tenant, kind)
    return [added.get(content.subject) or newest[content.subject] for content in contents]


async def withdraw(database: Database, tenant: UUID, declaration_id: UUID, reason: str) -> Declaration:
    """Say that what is declared on a subject does not hold any more, and why.

    Raises `Refused` without a reason or where what is left contradicts itself; `DeclarationNotFound`.
    """
    why = reason_of(reason)
    async with database.write(tenant) as connection:
        row = await (await connection.execute(_BY_ID, (tenant, declaration_id))).fetchone()
        if row is None:
            raise DeclarationNotFound(f"the tenant has no declaration {declaration_id}")
        kind, subject = DeclarationKind(row[0]), row[1]
        await _take_turn(connection, tenant, kind)
        current = (await _newest(connection, tenant, kind, [subject]))[subject]
        if current.id != declaration_id or current.is_withdrawn:
            raise DeclarationNotFound(f"declaration {declaration_id} is not current any more; {current.id} came after")
        _refuse_final(current)
        [found] = await _appended(connection, tenant, [current.content], {subject: current}, why, is_withdrawn=True)
        await _check_together(connection, tenant, kind)
    return found


async def declarations_of(
    connection: Connection,
    tenants: Collection[UUID],
    kinds: Collection[DeclarationKind],
    known_at: datetime | None = None,
) -> list[Declaration]:
    """Return what holds, withdrawn ones left out, by tenant, kind and subject; as it was known at `known_at`."""
    asked = {"tenants": list(tenants), "kinds": [kind.value for kind in kinds], "known_at": known_at}
    return [_read(row) for row in await (await connection.execute(_CURRENT, asked)).fetchall()]


async def history_of(connection: Connection, tenant: UUID, kind: DeclarationKind) -> list[Declaration]:
    """Return every version of one kind, by subject and version, withdrawals included."""
    return [_read(row) for row in await (await connection.execute(_HISTORY, (tenant, kind.value))).fetchall()]


def _kind_of(contents: Sequence[Declared]) -> DeclarationKind:
    if not 1 <= len(contents) <= MOST_DECLARED:
        message = f"{len(contents)} declarations are given; accepted is 1 to {MOST_DECLARED}"
        raise Refused(RefusalCode.BAD_DECLARATION, "declarations", message)
    counted = Counter(content.subject for content in contents)
    subject, times = counted.most_common(1)[0]
    if times > 1:
        raise Refused(RefusalCode.BAD_DECLARATION, "declarations", f"{subject} is declared twice in one request")
    return contents[0].kind


async def _take_turn(connection: Connection, tenant: UUID, kind: DeclarationKind) -> None:
    """Let one transaction at a time declare a kind, so that two cannot contradict each other unseen."""
    await take_turn(connection, f"{tenant} {_beside(kind)[0]}")


async def _newest(
    connection: Connection, tenant: UUID, kind: DeclarationKind, subjects: Iterable[str]
) -> dict[str, Declaration]:
    cursor = await connection.execute(_NEWEST, (tenant, kind.value, list(subjects)))
    return {found.subject: found for found in map(_read, await cursor.fetchall())}


def _is_said(before: Declaration | None, content: Declared) -> bool:
    """Whether just this is in force already."""
    return before is not None and not before.is_withdrawn and before.content == content


async def _appended(
    connection: Connection,
    tenant: UUID,
    contents: Sequence[Declared],
    before: Mapping[str, Declaration],
    reason: str,
    *,
    is_withdrawn: bool = False,
) -> list[Declaration]:
    """Write the next version of each subject, in one statement."""
    if not contents:
        return []
    found = [_next(tenant, content, before.get(content.subject), reason, is_withdrawn) for content in contents]
    values = {
        "tenant": tenant,
        "kind": contents[0].kind.value,
        "is_withdrawn": is_withdrawn,
        "reason": reason,
        "ids": [one.id for one in found],
        "subjects": [one.subject for one in found],
        "versions": [one.version for one in found],
        "supersedes": [one.supersedes for one in found],
        "contents": [Jsonb(msgspec.to_builtins(one.content)) for one in found],
    }
    rows = await (await connection.execute(_APPEND, values)).fetchall()
    if len(rows) < len(found):  # the advisory lock lets one writer at a time get here
        raise RuntimeError(f"{len(found) - len(rows)} of the next versions were written by someone else")
    return [replace(one, recorded_at=rows[0][0]) for one in found]


def _next(tenant: UUID, content: Declared, before: Declaration | None, reason: str, is_withdrawn: bool) -> Declaration:
    """Return the version after `before`; when it was recorded the database says."""
    return Declaration(
        tenant=tenant,
        id=new_id(),
        kind=content.kind,
        subject=content.subject,
        version=before.version + 1 if before else 1,
        supersedes=before.id if before else None,
        is_withdrawn=is_withdrawn,
        reason=reason,
        content=content,
        recorded_at=datetime.min.replace(tzinfo=UTC),
        is_new=True,
    )


async def _check_together(connection: Connection, tenant: UUID, kind: DeclarationKind) -> None:
    check = _TOGETHER.get(kind)
    if check is None:
        return
    try:
        check([found.content for found in await declarations_of(connection, [tenant], _beside(kind))])
    except ValueError as error:
        raise Refused(RefusalCode.BAD_DECLARATION, "declarations", str(error)) from None


def _beside(kind: DeclarationKind) -> Sequence[DeclarationKind]:
    """Return the kinds that a kind is checked with."""
    return BASE_YEAR_KINDS if kind in BASE_YEAR_KINDS else (kind,)


def _refuse_final(before: Declaration | None) -> None:
    if before is not None and before.kind in _FINAL:
        message = f"{before.subject} was reported on {before.recorded_at:%Y-%m-%d}; what was first reported stays"
        raise Refused(RefusalCode.ALREADY_REPORTED, "", message)


def _read(row: Sequence[Any]) -> Declaration:
    tenant, key, kind, subject, version, supersedes, is_withdrawn, reason, content, recorded_at = row
    value = msgspec.convert(content, CONTENTS[DeclarationKind(kind)])
    return Declaration(
        tenant, key, DeclarationKind(kind), subject, version, supersedes, is_withdrawn, reason, value, recorded_at
    )
