"""A park with an operator and a tenant, reports published in it, and who asks as a regulator; by the ledger itself."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from accounting.declarations import DeclarationKind
from accounting.management.obligations import Obligation, ReceiptState
from emission_factors.duties import DueRule
from ledger.access import Access
from ledger.authors import Author
from ledger.database import Database
from ledger.declarations import declarations_of, declare
from ledger.registry import NewTenant, register_tenant, tenants_where
from ledger.reports.obligations import AskedObligations, DueReport, due_reports
from ledger.reports.published import NAMED, Editions, NewReport, PublishedReport, add_report
from ledger.reports.receipts import ReportReceipt, Said, receive
from ledger.setup import Databases
from tests.world import world

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
"""Noon in the park, which is in Guangdong."""
ANNUAL = Obligation("cn-ets-annual-report", None, "province", date(2024, 1, 1), None)
PARKS = Obligation("agreed-park-quarter", None, "city", date(2024, 1, 1), None, DueRule(days=30), "park rules")


@dataclass(frozen=True, slots=True)
class Regulated:
    """The park: `database` reaches everything, `as_regulator` what one sees that is named for tenants."""

    database: Database
    park: UUID
    operator: UUID
    tenant: UUID
    neighbour: UUID

    def as_regulator(self, name: str, *named: UUID, actor: str = "key00001") -> Database:
        """Return the database as a regulator reaches it."""
        access = Access(named=frozenset(named), parks=frozenset({self.park}), regulator=name)
        return self.database.within(access).written_by(Author(actor, "request-1"))

    def as_tenant(self, tenant: UUID) -> Database:
        """Return the database as an administrator of a tenant reaches it."""
        own = frozenset({tenant})
        return self.database.within(Access(own, own, own, parks=frozenset({self.park})))

    def as_operator(self) -> Database:
        """Return the database as the operator of the park reaches it."""
        every, own = frozenset({self.operator, self.tenant, self.neighbour}), frozenset({self.operator})
        park = frozenset({self.park})
        return self.database.within(Access(every, own, every, parks=park, whole_parks=park))

    async def publish(
        self, first: date, months: int, version: int = 1, to: Sequence[str] = (NAMED,), **more: object
    ) -> PublishedReport:
        """Publish an edition of a report, the tenant's yearly one unless told otherwise."""
        given = {"tenant": self.tenant, "park": None, "kind": "ENTERPRISE", "before": None, "at": NOON, **more}
        cadence = {1: "MONTH", 3: "QUARTER", 12: "YEAR"}[months]
        of = Editions(given["tenant"], given["park"], given["kind"], cadence, first)  # type: ignore[arg-type]
        last = date(first.year, first.month + months - 1, 1)
        before, at = given["before"], given["at"]
        assert isinstance(at, datetime)
        new = NewReport(
            of, last, version, before.id if isinstance(before, PublishedReport) else None, "corrected", at,
            f"edition {version} {uuid4()}".encode(), "signature", "key", at, tuple(to),
        )  # fmt: skip
        return await add_report(self.database, new)

    async def due(self, database: Database | None = None, **more: object) -> list[DueReport]:
        """Return what is due in 2025 and 2026 unless told otherwise."""
        asked = {"first": date(2025, 1, 1), "last": date(2026, 12, 31), "now": NOON, **more}
        async with (database or self.database).snapshot() as connection:
            found = await due_reports(connection, AskedObligations(**asked))  # type: ignore[arg-type]
        return [one for one in found if one.park == self.park]

    async def by_code(self, *tenants: UUID) -> list[UUID]:
        """Return tenants in the order of their codes."""
        async with self.database.snapshot() as connection:
            found = await tenants_where(connection, tenant_id=list(tenants))
        return [one.tenant_id for one in sorted(found, key=lambda one: one.code)]

    async def says(
        self, database: Database, report: PublishedReport, state: ReceiptState, comment: str = "", reference: str = ""
    ) -> ReportReceipt:
        """Acknowledge or return a report."""
        return await receive(database, Said(report.id, state, comment, reference))

    async def declared(self, tenant: UUID, *found: Obligation) -> list[Obligation]:
        """Declare obligations and return all that the tenant declares."""
        await declare(self.database, tenant, found)
        async with self.database.snapshot() as connection:
            return [one.content for one in await declarations_of(connection, [tenant], [DeclarationKind.OBLIGATION])]


@asynccontextmanager
async def regulated(databases: Databases, time_zone: str = "Asia/Shanghai") -> AsyncIterator[Regulated]:
    """Open the database with a new park, its operator and two tenants."""
    async with world(databases, time_zone) as here:
        operator = await register_tenant(
            here.database, NewTenant(here.park, "op", "Operator", "运营", is_operator=True)
        )
        neighbour = await register_tenant(here.database, NewTenant(here.park, "t2", "Neighbour", "邻居"))
        yield Regulated(here.database, here.park, operator.tenant_id, here.tenant, neighbour.tenant_id)
