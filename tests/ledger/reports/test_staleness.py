"""What others record that a published report rests on: seen where its totals may have moved, and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from accounting.boundary import Holding
from accounting.consolidation import FinancialControl
from accounting.scope2.instruments import Serials
from accounting.supply.closings import SupplyClosing
from ledger import registry
from ledger.access import Access
from ledger.activities.corrections import NewContent, correct
from ledger.activities.posting import post
from ledger.activities.rows import PostedRow
from ledger.declarations import declare
from ledger.instruments.content import InstrumentContent
from ledger.instruments.instruments import NewInstrument, correct_instrument, record_instrument
from ledger.registry import NewSite, NewSource, NewTenant
from ledger.releases import Catalogues
from ledger.reports.published import Editions, PublishedReport
from ledger.reports.staleness import Moved, StaleReason, moved_since
from ledger.setup import Databases
from tests.ledger.footprints.test_instruments import CERTIFICATE
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
MARCH = date(2025, 3, 1)
MAY = {"period_start": "2025-05-01T00:00:00+08:00", "period_end": "2025-06-01T00:00:00+08:00"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another tenant of the park."""

    here: World
    tenant: UUID
    code: str

    async def post(self, *rows: PostedRow) -> UUID:
        found = await post(self.here.database, Catalogues(self.here.catalogue), self.tenant, uuid4(), rows, NOW)
        first = found.outcomes[0].activity_id
        assert first is not None
        return first


@dataclass(frozen=True, slots=True)
class Network:
    """A tenant that buys steam from a plant, which buys power from a grid company; another customer; a stranger."""

    here: World
    plant: Neighbour
    wires: Neighbour
    customer: Neighbour
    stranger: Neighbour

    async def report(self) -> PublishedReport:
        """Return a report of March as of now."""
        now = await self.here.database.told_instant()
        assert now is not None
        of = Editions(self.here.tenant, None, "GHG_PROTOCOL", "MONTH", MARCH)
        return PublishedReport(of, uuid4(), MARCH, 1, None, "", now, "", "", "", now, "", now)

    async def moved(self, report: PublishedReport) -> list[tuple[StaleReason, int]]:
        return [(one.reason, one.count) for one in await self.told(report)]

    async def told(self, report: PublishedReport, access: Access | None = None) -> list[Moved]:
        """Return what moved, as whoever reads the tenant alone is told."""
        narrow = self.here.database.within(access or Access(reads=frozenset({self.here.tenant})))
        async with narrow.snapshot() as connection:
            [found] = await moved_since(connection, [(report, self.here.catalogue.release.number)])
        assert found is not None
        return found


@asynccontextmanager
async def network(databases: Databases) -> AsyncIterator[Network]:
    async with world(databases) as here:
        names = ("plant", "wires", "customer", "stranger")
        found = Network(here, *[await neighbour(here, name) for name in names])
        await here.post(steam("a", "plant"))
        await found.plant.post(row("b", supplier="wires"), gas("c", "9"))
        await found.wires.post(gas("d", "5"))
        await found.customer.post(steam("e", "plant"))
        await found.stranger.post(gas("f", "1"))
        yield found


async def neighbour(here: World, code: str) -> Neighbour:
    database = here.database
    tenant = await registry.register_tenant(database, NewTenant(here.park, code, "Tenant", "租户"))
    site = await registry.add_site(database, NewSite(tenant.tenant_id, "s1", "Site", "厂区"))
    await registry.add_source(database, NewSource(tenant.tenant_id, site.site_id, "m1", "Meter", "电表", "METER"))
    return Neighbour(here, tenant.tenant_id, code)


def steam(external_id: str, supplier: str, **more: object) -> PostedRow:
    return row(external_id, "3", "GJ", activity_type="steam.purchased", supplier=supplier, **more)


def gas(external_id: str, quantity: str, **more: object) -> PostedRow:
    return row(external_id, quantity, "GJ", activity_type="stationary.natural_gas", **more)


NEIGHBOURS = [(StaleReason.NEIGHBOURS, 1)]


async def test_what_a_supplier_posts_or_its_supplier_makes_a_report_stale(databases: Databases) -> None:
    async with network(databases) as there:
        first = await there.report()
        assert await there.moved(first) == []
        await there.wires.post(gas("more", "2"))
        second = await there.report()
        assert await there.moved(first) == NEIGHBOURS
        assert await there.moved(second) == []
        for number in range(3):
            await there.plant.post(gas(f"more {number}", "2"))
        assert await there.moved(second) == NEIGHBOURS, "how often is the neighbour's own"
        [moved] = await there.told(second)
        assert moved.since > second.known_at
        of_park = replace(second, of=replace(second.of, park=there.here.park))
        found = await there.told(of_park, Access(is_all=True))
        assert [(one.reason, one.count) for one in found] == [(StaleReason.ACTIVITIES, 3)], "a tenant of its own"


async def test_what_others_post_beside_the_supply_or_of_other_months_does_not(databases: Databases) -> None:
    async with network(databases) as there:
        report = await there.report()
        await there.stranger.post(gas("x", "2"))
        await there.plant.post(gas("x", "2", **MAY))
        await there.customer.post(gas("x", "2"), row("y"), steam("z", "a boiler elsewhere"))
        await there.customer.post(steam("w", "plant", **MAY))
        await declare(there.here.database, there.stranger.tenant, [SupplyClosing(MARCH, 1)], "a test")
        assert await there.moved(report) == []


async def test_what_another_customer_buys_or_corrects_does(databases: Databases) -> None:
    async with network(databases) as there:
        report = await there.report()
        bought = await there.customer.post(steam("more", "plant"))
        assert await there.moved(report) == NEIGHBOURS
        later = await there.report()
        assert await there.moved(later) == []
        here, content = there.here, NewContent(supplier="a boiler elsewhere")
        await correct(here.database, here.catalogue, there.customer.tenant, bought, content, "misread", NOW)
        assert await there.moved(later) == NEIGHBOURS


async def test_what_a_supplier_declares_does_and_who_becomes_one(databases: Databases) -> None:
    async with network(databases) as there:
        await there.here.post(steam("from outside", "newcomer"))
        report = await there.report()
        await neighbour(there.here, "someone")
        assert await there.moved(report) == []
        await neighbour(there.here, "newcomer")
        assert await there.moved(report) == NEIGHBOURS
        report = await there.report()
        await declare(there.here.database, there.plant.tenant, [SupplyClosing(date(2025, 4, 1), 1)], "a test")
        assert await there.moved(report) == []
        await declare(there.here.database, there.plant.tenant, [SupplyClosing(MARCH, 1)], "a test")
        assert await there.moved(report) == NEIGHBOURS


async def test_what_is_held_of_others_does(databases: Databases) -> None:
    async with network(databases) as there:
        report = await there.report()
        sole, first = FinancialControl.SOLE, date(2025, 1, 1)
        held = Holding(there.here.tenant, None, Decimal(50), sole, False, first, None, "register 1")
        await declare(there.here.database, there.stranger.tenant, [held], "a test")
        assert await there.moved(report) == NEIGHBOURS
        report = await there.report()
        await there.stranger.post(gas("x", "2"))
        assert await there.moved(report) == NEIGHBOURS


def certificate(serials: Serials, first: date = MARCH, last: date = MARCH) -> InstrumentContent:
    return replace(
        CERTIFICATE, first_month=first, last_month=first, claimed_from=first, claimed_to=last, serials=serials
    )


async def claim(there: Network, tenant: UUID, content: InstrumentContent) -> UUID:
    found = await record_instrument(there.here.database, NewInstrument(tenant, uuid4().hex[:8], content))
    return found.instrument_id


JUNE = certificate(Serials("GD-1", 1, 4000), date(2025, 6, 1), date(2025, 6, 1))


async def test_a_certificate_that_somebody_else_claims_too_does(databases: Databases) -> None:
    async with network(databases) as there:
        mine = await claim(there, there.here.tenant, certificate(Serials("GD-1", 1, 4000)))
        report = await there.report()
        await claim(there, there.stranger.tenant, certificate(Serials("GD-1", 4001, 8000)))
        await claim(there, there.stranger.tenant, certificate(Serials("GD-2", 1, 4000)))
        assert await there.moved(report) == []
        other = await claim(there, there.stranger.tenant, certificate(Serials("GD-1", 4000, 7999)))
        assert await there.moved(report) == [(StaleReason.CERTIFICATES, 1)]
        later = await there.report()
        assert await there.moved(later) == []
        await correct_instrument(
            there.here.database, there.stranger.tenant, other, certificate(Serials("GD-3", 1, 4000)), "typo"
        )
        assert await there.moved(later) == [(StaleReason.CERTIFICATES, 1)], "by what it claimed before"
        await correct_instrument(there.here.database, there.here.tenant, mine, JUNE, "of another month")
        assert (StaleReason.INSTRUMENTS, 1) in await there.moved(later), "by the months that it left"


async def test_an_instrument_ties_months_together(databases: Databases) -> None:
    """What February leaves of a certificate is what March has; April takes from March by own generation alone."""
    april = {"period_start": "2025-04-01T00:00:00+08:00", "period_end": "2025-05-01T00:00:00+08:00"}
    february = {"period_start": "2025-02-01T00:00:00+08:00", "period_end": "2025-02-20T00:00:00+08:00"}
    async with network(databases) as there:
        report = await there.report()
        await there.here.post(row("before", **february))
        assert await there.moved(report) == []
        await claim(there, there.here.tenant, certificate(Serials("GD-1", 1, 4000), date(2025, 2, 1), date(2025, 4, 1)))
        report = await there.report()
        await there.here.post(row("after", **april))
        assert await there.moved(report) == []
        await there.here.post(row("between", **february))
        assert await there.moved(report) == [(StaleReason.ACTIVITIES, 1)]
        await there.here.post(row("roof", activity_type="electricity.own_generation", **april))
        assert await there.moved(report) == [(StaleReason.ACTIVITIES, 3)]
