"""Supplier and custom factors: kept as they were given, versions never changed, made into factors when needed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.estimates import parse_unit, refused_chain
from accounting.lines import OwnFactors
from accounting.own_factors import OwnFactor, Part, factor_of, require_evidence
from accounting.refusals import RefusalCode, Refused
from emission_factors.activity_types import ActivityType, Method, Scope
from emission_factors.catalogue import Catalogue
from emission_factors.chains import BadChain, Term
from emission_factors.factors import Factor, Origin
from emission_factors.gases import GwpSet
from ledger.activities.rows import known_activity
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.statements import add
from ledger.tables import OwnFactorRow

_COLUMNS: Final = tuple(OwnFactorRow.model_fields)
_CURRENT: Final = f"""
SELECT {", ".join(_COLUMNS)} FROM own_factors AS factor
WHERE tenant_id = ANY(%(tenants)s) AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
    AND NOT EXISTS (SELECT FROM own_factors AS later
        WHERE later.tenant_id = factor.tenant_id AND later.supersedes = factor.factor_id
            AND (%(known_at)s::timestamptz IS NULL OR later.recorded_at <= %(known_at)s))
ORDER BY factor_id
""".encode()  # noqa: S608  composed of the table's own columns


class NotCurrent(Exception):
    """The factor to supersede does not exist or was superseded already."""


@dataclass(frozen=True, slots=True)
class NewOwnFactor:
    """A factor to register. Without `supplier` it is the tenant's own; without `lines` it serves the activity type's
    own line, for electricity the market-based one (a supplier's rate never enters the location-based total).
    """

    tenant_id: UUID
    supplier: str
    activity_type: str
    lines: tuple[str, ...]
    unit: str
    factor: OwnFactor
    valid_from: date
    valid_to: date | None
    supersedes: UUID | None


async def add_own_factor(database: Database, catalogue: Catalogue, new: NewOwnFactor) -> OwnFactorRow:
    """Register a factor; raises `Refused` where it makes no sense, `NotCurrent` where it supersedes the wrong one."""
    activity = known_activity(new.activity_type, catalogue)
    lines = _lines(activity, new.lines)
    _check(new, activity, lines)
    row = OwnFactorRow(
        tenant_id=new.tenant_id,
        factor_id=new_id(),
        origin=(Origin.SUPPLIER if new.supplier else Origin.CUSTOM).value,
        supplier=new.supplier,
        activity_type=activity.code,
        lines=list(lines),
        name=new.factor.name,
        unit=parse_unit(new.unit).code,
        parts=[_written(part) for part in new.factor.parts],
        gwp_set=str(new.factor.gwp_set or ""),
        source=new.factor.source,
        evidence=list(new.factor.evidence),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        supersedes=new.supersedes,
    )
    async with database.write(new.tenant_id) as connection:
        if new.supersedes is not None:
            await _require_current(connection, new.tenant_id, new.supersedes)
        await add(connection, row)
    return row


async def own_factor_rows(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None = None
) -> list[OwnFactorRow]:
    """Return the current own factors of tenants, oldest first, as known at an instant; superseded ones are left out."""
    cursor = await connection.execute(_CURRENT, {"tenants": list(tenants), "known_at": known_at})
    return [OwnFactorRow.model_validate(dict(zip(_COLUMNS, row, strict=True))) for row in await cursor.fetchall()]


def own_factors_of(rows: Iterable[OwnFactorRow]) -> dict[UUID, OwnFactors]:
    """Return tenant -> (activity type, line) -> factors, ready for selection."""
    found: dict[UUID, dict[tuple[str, str], list[Factor]]] = {}
    for row in rows:
        factor = as_factor(row)
        for line in row.lines:
            found.setdefault(row.tenant_id, {}).setdefault((row.activity_type, line), []).append(factor)
    return dict(found)


def as_factor(row: OwnFactorRow) -> Factor:
    """Return a stored own factor as the factor it stands for."""
    recorded = row.recorded_at.date() if isinstance(row.recorded_at, datetime) else row.valid_from
    return factor_of(
        _read(row),
        parse_unit(row.unit),
        f"own:{row.factor_id}",
        Origin(row.origin),
        row.supplier,
        row.valid_from,
        row.valid_to,
        recorded,
    )


def _check(new: NewOwnFactor, activity: ActivityType, lines: Sequence[str]) -> None:
    if new.valid_to is not None and new.valid_to < new.valid_from:
        message = f"valid to {new.valid_to} is before valid from {new.valid_from}"
        raise Refused(RefusalCode.PERIOD_ENDS_BEFORE_START, "validTo", message)
    per = parse_unit(new.unit)
    if per.dimension not in activity.dimensions:
        message = f"{activity.code} is not counted per {per.code}; it is counted by {', '.join(activity.dimensions)}"
        raise Refused(RefusalCode.UNIT_NOT_ACCEPTED, "unit", message)
    if not new.factor.source.strip() or not new.factor.parts:
        message = "a factor needs at least one part, and a source that says where it comes from"
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "source", message)
    try:
        factor = factor_of(new.factor, per, "new", Origin.CUSTOM, "", new.valid_from, new.valid_to, new.valid_from)
    except BadChain as error:
        raise refused_chain(error, "parts") from None
    for line in activity.lines:
        if line.code in lines:
            require_evidence(factor, new.factor, line)


def _lines(activity: ActivityType, asked: tuple[str, ...]) -> tuple[str, ...]:
    known = {line.code: line for line in activity.lines}
    if not known:
        message = f"{activity.code} yields no inventory line, so that no factor is ever asked for"
        raise Refused(RefusalCode.BAD_FACTOR, "activityType", message)
    unknown = [code for code in asked if code not in known]
    if unknown:
        message = f"{activity.code} has no line {', '.join(unknown)}; its lines are {', '.join(known)}"
        raise Refused(RefusalCode.BAD_FACTOR, "lines", message)
    if asked:
        return asked
    is_electricity = activity.substance == "electricity"
    own = [
        line.code
        for line in activity.lines
        if line.scope is not Scope.SCOPE_3 and not (is_electricity and line.method is Method.LOCATION)
    ]
    return tuple(own) or (activity.lines[0].code,)


async def _require_current(connection: Connection, tenant: UUID, factor_id: UUID) -> None:
    current = {row.factor_id for row in await own_factor_rows(connection, [tenant])}
    if factor_id not in current:
        raise NotCurrent(f"the tenant has no current factor {factor_id} to supersede")


def _written(part: Part) -> dict[str, Any]:
    terms = [
        {"name": term.name, "value": str(term.value), "unit": term.unit, "source": term.source} for term in part.terms
    ]
    return {"gas": part.gas, "terms": terms}


def _read(row: OwnFactorRow) -> OwnFactor:
    parts = tuple(
        Part(
            part["gas"],
            tuple(Term(term["name"], Decimal(term["value"]), term["unit"], term["source"]) for term in part["terms"]),
        )
        for part in row.parts
    )
    gwp_set = GwpSet(row.gwp_set) if row.gwp_set else None
    return OwnFactor(row.name, parts, row.source, gwp_set, tuple(row.evidence))
