"""The ordinary way to build such a service, as a yardstick: stock Strawberry, SQLModel objects, `add_all`.

It writes the same rows into the same tables under the same row security, and does less than the ledger: a row that was
posted before fails the whole batch. `python -m benchmarks.ordinary` serves it on a free port.
"""

import asyncio
import os
import socket
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import strawberry
import uvicorn
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from emission_factors.units import unit
from ledger.connections import SERVICE_ROLE
from ledger.identifiers import new_id
from ledger.tables import Activity, ActivityVersion, Posting, QuantityCell, Site, Source

MUTATION: Final = """mutation ($tenantId: ID!, $idempotencyKey: ID!, $rows: [Row!]!) {
  post(tenantId: $tenantId, idempotencyKey: $idempotencyKey, rows: $rows) {
    acceptedCount outcomes { outcome activityId code field message } } }"""


@strawberry.input
class Row:
    """A row."""

    source: str
    external_id: str
    activity_type: str
    quantity: Decimal
    unit: str
    period_start: datetime
    period_end: datetime
    supplier: str = ""
    quality: str = "BILLED"
    document: str = ""


@strawberry.type
class RowOutcome:
    """The outcome of a row."""

    outcome: str
    activity_id: strawberry.ID | None = None
    code: str | None = None
    field: str = ""
    message: str = ""


@strawberry.type
class Posted:
    """The outcome of a batch."""

    accepted_count: int
    outcomes: list[RowOutcome]


def store(engine: sa.Engine, tenant: UUID, key: UUID, rows: Sequence[Row]) -> list[UUID]:
    """Write a batch in one transaction and return the ids of its rows."""
    with Session(engine) as session:
        session.execute(sa.text(f"SET LOCAL app.tenant = '{tenant}'"))
        posting = new_id()
        sources = _sources(session, tenant, {row.source for row in rows})
        activities = [_activity(tenant, posting, row, *sources[row.source]) for row in rows]
        session.add_all([_version(activity) for activity in activities])
        session.add_all(activities)
        found = [activity.activity_id for activity in activities]
        _add_to_cells(session, activities)
        outcomes = [{"outcome": "ACCEPTED", "activity_id": str(key)} for key in found]
        session.add(
            Posting(tenant_id=tenant, posting_id=posting, idempotency_key=key, fingerprint=b"", outcomes=outcomes)
        )
        session.commit()
        return found


def _sources(session: Session, tenant: UUID, codes: set[str]) -> dict[str, tuple[UUID, UUID, str]]:
    join = sa.and_(col(Site.tenant_id) == Source.tenant_id, col(Site.site_id) == Source.site_id)
    asked = select(Source.code, Source.source_id, Source.site_id, Site.time_zone).join(Site, join)
    found = session.exec(asked.where(Source.tenant_id == tenant, col(Source.code).in_(codes)))
    return {code: (source, site, zone) for code, source, site, zone in found}


def _activity(tenant: UUID, posting: UUID, row: Row, source: UUID, site: UUID, zone: str) -> Activity:
    counted_in = unit(row.unit)
    return Activity(
        tenant_id=tenant,
        activity_id=new_id(),
        posting_id=posting,
        source_id=source,
        site_id=site,
        external_id=row.external_id,
        version=1,
        kind="ORIGINAL",
        supersedes=None,
        reason="",
        activity_type=row.activity_type,
        supplier=row.supplier,
        quantity=row.quantity,
        unit=counted_in.code,
        base_quantity=counted_in.in_base(row.quantity),
        base_unit=counted_in.base,
        period_start=row.period_start,
        period_end=row.period_end,
        local_start=row.period_start.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        local_end=row.period_end.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        quality=row.quality,
        document=row.document,
    )


def _version(activity: Activity) -> ActivityVersion:
    return ActivityVersion(
        tenant_id=activity.tenant_id,
        source_id=activity.source_id,
        external_id=activity.external_id,
        version=1,
        activity_id=activity.activity_id,
    )


def _add_to_cells(session: Session, activities: Sequence[Activity]) -> None:
    sums: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for row in activities:
        month = date(row.local_start.year, row.local_start.month, 1)
        key = (row.tenant_id, row.site_id, row.activity_type, row.supplier, row.base_unit, row.quality, month)
        sums[key].append(row.base_quantity)
    names = ("tenant_id", "site_id", "activity_type", "supplier", "base_unit", "quality", "month")
    cells = [{**dict(zip(names, key, strict=True)), "quantity": sum(sums[key]), "row_count": len(sums[key])}
             for key in sorted(sums)]  # fmt: skip
    adding = insert(QuantityCell).values(cells)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=names,
            set_={
                "quantity": QuantityCell.quantity + adding.excluded.quantity,
                "row_count": QuantityCell.row_count + adding.excluded.row_count,
            },
        )
    )


def create_app(url: str) -> Starlette:
    """Make the application."""
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), pool_size=8)
    sa.event.listen(engine, "connect", _become_service)

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        async def post(self, tenant_id: strawberry.ID, idempotency_key: strawberry.ID, rows: list[Row]) -> Posted:
            found = await asyncio.to_thread(store, engine, UUID(tenant_id), UUID(idempotency_key), rows)
            outcomes = [RowOutcome(outcome="ACCEPTED", activity_id=strawberry.ID(str(key))) for key in found]
            return Posted(accepted_count=len(found), outcomes=outcomes)

    @strawberry.type
    class Query:
        ready: bool = True

    view = GraphQL[Any, Any](strawberry.Schema(Query, Mutation))
    return Starlette(routes=[Route("/graphql", view, methods=["POST"])])


def _become_service(connection: Any, _record: object) -> None:
    connection.autocommit = True
    connection.execute(f"SET ROLE {SERVICE_ROLE}")
    connection.autocommit = False


def main() -> None:
    """Serve on a free port, and say where."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    app = create_app(os.environ["PARKLEDGER_DATABASE_URL"])
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
