"""Random parks through posting: both ways to the total agree to the digit, and no order of posting changes an answer.

A park of three tenants; each of its months is another random network of plants, purchases, draws, transfers in tiers
and circles, meters that differ, losses and own use. The same rows are posted twice, in two orders and other batches,
to two parks that are registered alike; one is answered on the loop, the other in threads.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Final
from uuid import UUID, uuid4

import pytest

from accounting.basis import Basis
from accounting.footprints import Footprint, FootprintLine
from accounting.grouping import Dimension
from accounting.regimes import REGIMES, RegimeCode
from accounting.supply.emission_vectors import NOTHING, Emissions
from accounting.supply.network import LossBearer
from accounting.supply.park import consolidated
from accounting.supply.park_energy import Carrier
from accounting.supply.park_supply import CO2E, ParkSupply
from accounting.supply.park_totals import park_totals
from accounting.supply.transfer_terms import DEFAULT_TOLERANCE, TransferTerms
from emission_factors.activity_types import Method, Scope
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue
from ledger import registry
from ledger.activities.batches import Outcome
from ledger.activities.posting import post
from ledger.activities.rows import PostedRow, Quality
from ledger.database import Database
from ledger.declarations import declare
from ledger.footprints import aside
from ledger.footprints.footprints import Boundary, footprint, supplies_of
from ledger.footprints.park_supplies import AskedSupply
from ledger.registry import NewPark, NewSite, NewSource, NewTenant
from ledger.releases import Catalogues
from ledger.setup import Databases
from tests.world import NOW, opened

pytestmark = pytest.mark.anyio

MONTHS: Final = tuple(date(2024 + n // 12, n % 12 + 1, 1) for n in range(16))
PARTIES: Final = ("a", "b", "c")
UNITS: Final = {Carrier.ELECTRICITY: "MWh", Carrier.STEAM: "GJ", Carrier.CHILLED_WATER: "GJ"}
BOUGHT: Final = {
    Carrier.ELECTRICITY: "electricity.grid",
    Carrier.STEAM: "steam.purchased",
    Carrier.CHILLED_WATER: "cooling.chilled_water",
}
USE: Final = "use"

Posted = tuple[str, PostedRow]
"""Code of the tenant, and what it posts."""


# what is posted


def rows_of(month: date, random: Random) -> Iterator[Posted]:
    """Yield the rows of one random network, such as `tests.supply.cases` makes without the ledger."""
    pools = [(party, carrier) for party in PARTIES for carrier in UNITS]
    fed = random.sample(pools, random.randint(2, 6))
    for party, carrier in fed:
        yield row(month, party, carrier.value, f"generated.{carrier.value.lower()}", quantity(random), UNITS[carrier])
        for gas in random.sample(("CO2", "HFC-134a", "HFC-32"), 2):
            yield row(month, party, carrier.value, f"refrigerant.leaked/{gas}", quantity(random), "kg")
    yield from _bought(month, fed, random)
    yield from _within(month, fed, random)
    yield from _transferred(month, fed, random)
    yield row(month, random.choice(PARTIES), USE, "refrigerant.leaked/HFC-32", quantity(random), "kg")


def _bought(month: date, fed: Sequence[tuple[str, Carrier]], random: Random) -> Iterator[Posted]:
    for party in random.sample(PARTIES, 2):
        if (party, Carrier.ELECTRICITY) in fed or random.random() < 0.5:
            yield row(month, party, USE, "electricity.grid", quantity(random), "MWh", "State Grid")


def _within(month: date, fed: Sequence[tuple[str, Carrier]], random: Random) -> Iterator[Posted]:
    for party, source in fed:
        for other, target in fed:
            if party == other and source is not target and random.random() < 0.4:
                verb = f"drawn.{source.value.lower()}"
                yield row(month, party, target.value, verb, quantity(random), UNITS[source])
        for verb in ("lost", "used"):
            if random.random() < 0.4:
                yield row(month, party, USE, f"{verb}.{source.value.lower()}", quantity(random), UNITS[source])


def _transferred(month: date, fed: Sequence[tuple[str, Carrier]], random: Random) -> Iterator[Posted]:
    ways = [(party, carrier, other) for party, carrier in fed for other in PARTIES if other != party]
    for party, carrier, other in random.sample(ways, min(len(ways), random.randint(2, 8))):
        sides = random.choice(("both", "both", "supplier", "customer"))
        if sides != "customer":
            verb = f"supplied.{carrier.value.lower()}"
            yield row(month, party, USE, verb, quantity(random), UNITS[carrier], other)
        if sides != "supplier":
            yield row(month, other, USE, BOUGHT[carrier], quantity(random), UNITS[carrier], party)


def quantity(random: Random) -> str:
    """Return a quantity whose ratios to others have no finite decimals."""
    return str(Decimal(random.randint(1, 99999)) / 1000)


def row(month: date, party: str, site: str, code: str, amount: str, unit: str, other: str = "") -> Posted:
    """Return a row of a month; the source is the one of the site."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    posted = PostedRow(
        source=f"meter {site}",
        external_id=f"{month:%Y-%m} {code} {other}",
        activity_type=code,
        quantity=amount,
        unit=unit,
        supplier=other,
        period_start=f"{month}T00:00:00+08:00",
        period_end=f"{after}T00:00:00+08:00",
        quality=Quality.MEASURED,
    )
    return party, posted


# a park with them


@dataclass(frozen=True, slots=True)
class Registered:
    """A park of three tenants; `names` are the codes that stand for its ids."""

    tenants: Mapping[str, UUID]
    names: Mapping[str, str]


async def registered(database: Database) -> Registered:
    code = uuid4().hex[:12]
    park = await registry.register_park(database, NewPark(code, "Park", "园区", "CN-GD", "Asia/Shanghai", ("GB",)))
    tenants: dict[str, UUID] = {}
    names: dict[str, str] = {}
    for party in PARTIES:
        tenant = (await registry.register_tenant(database, NewTenant(park.park_id, party, party, party))).tenant_id
        tenants[party] = tenant
        names[str(tenant)] = party
        for site in (USE, *(carrier.value for carrier in UNITS)):
            found = (await registry.add_site(database, NewSite(tenant, site, site, site))).site_id
            names[str(found)] = f"{party} {site}"
            await registry.add_source(database, NewSource(tenant, found, f"meter {site}", "Meter", "表", "METER"))
    for party in PARTIES:
        await declare(database, tenants[party], terms(party))
    return Registered(tenants, names)


def terms(party: str) -> list[TransferTerms]:
    """Return terms by which some networks' losses are their customers'."""
    customer = next(other for other in PARTIES if other != party)
    bearers = zip(UNITS, (LossBearer.CUSTOMERS, LossBearer.SUPPLIER, LossBearer.CUSTOMERS), strict=True)
    first = date(2024, 1, 1)
    return [
        TransferTerms(customer, carrier, "", "", DEFAULT_TOLERANCE, bearer, first, None, "")
        for carrier, bearer in bearers
    ]


async def posted_in(database: Database, park: Registered, rows: Sequence[Posted], random: Random) -> None:
    """Post rows in a random order, tenant by tenant in turn, in batches of random sizes."""
    left = {party: [one for of, one in rows if of == party] for party in PARTIES}
    for of_party in left.values():
        random.shuffle(of_party)
    while any(left.values()):
        party = random.choice([party for party in PARTIES if left[party]])
        size = random.randint(20, 80)
        batch, left[party] = left[party][:size], left[party][size:]
        found = await post(database, Catalogues(shipped_catalogue()), park.tenants[party], uuid4(), batch, NOW)
        assert {outcome.outcome for outcome in found.outcomes} == {Outcome.ACCEPTED}, found.outcomes


# what is answered


@dataclass(frozen=True, slots=True)
class Answers:
    """The park's supply, and the footprints of its tenants by month."""

    supply: ParkSupply
    footprint: Footprint


async def asked(database: Database, park: Registered) -> Answers:
    basis = Basis(REGIMES[RegimeCode.GHG_PROTOCOL], GwpSet.AR6, shipped_catalogue(), ("GB",))
    tenants = tuple(park.tenants.values())
    async with database.snapshot() as connection:
        [supply] = await supplies_of(connection, basis, AskedSupply(tenants, MONTHS[0], MONTHS[-1], is_whole=True))
        by = (Dimension.TENANT, Dimension.SITE, Dimension.MONTH)
        return Answers(supply, await footprint(connection, basis, Boundary(tenants), MONTHS[0], MONTHS[-1], by))


def written(park: Registered, found: Answers) -> str:
    """Write everything that is answered, ids by the codes they stand for."""
    supply = [
        repr((month.month, list(month.by(method).pools.values()), consolidated(month.by(method))))
        for month in found.supply.months.values()
        for method in Method
    ]
    failed = [f"{month} {error}" for month, error in found.supply.failed.items()]
    lines = [
        repr(
            (
                line.tenant,
                line.site,
                line.month,
                line.activity.code,
                line.supplier,
                line.line.code,
                line.quantity,
                line.row_count,
                line.amounts,
                line.resolved.factor,
                line.resolved.selection.factor,
            )
        )
        for line in found.footprint.lines
    ]
    gaps = [
        repr((gap.tenant, gap.site, gap.quantity, gap.gap.line.code, str(gap.gap.error)))
        for gap in found.footprint.gaps
    ]
    text = "\n".join((*supply, *failed, *lines, *gaps))
    for key, name in park.names.items():
        text = text.replace(key, name)
    return text


@dataclass(frozen=True, slots=True)
class Twice:
    """The same rows, posted in two orders."""

    parks: tuple[Registered, Registered]
    answers: tuple[Answers, Answers]


@pytest.fixture(scope="module")
async def twice(databases: Databases) -> Twice:
    rows = [one for month in MONTHS for one in rows_of(month, Random(f"{month}"))]  # noqa: S311  the same parks every time
    async with opened(databases) as database:
        parks = await registered(database), await registered(database)
        for seed, park in enumerate(parks):
            await posted_in(database, park, rows, Random(seed))  # noqa: S311  two orders, the same every time
        answers = [await _asked_from(most, database, park) for most, park in zip((sys.maxsize, 0), parks, strict=True)]
        return Twice(parks, (answers[0], answers[1]))


async def _asked_from(cells: int, database: Database, park: Registered) -> Answers:
    """Ask with threads for what has so many cells."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aside, "MANY", cells)
        return await asked(database, park)


async def test_both_ways_agree_to_the_digit_in_every_month_and_gas(twice: Twice) -> None:
    supply = twice.answers[0].supply
    assert len(supply.months) >= 10, supply.failed
    for method in Method:
        for month in supply.months.values():
            found = consolidated(month.by(method))
            assert found.by_elimination == found.by_imports
            assert found.difference == NOTHING
            assert len(found.by_imports.parts) >= 4
        assert park_totals(supply, method).park.difference == NOTHING


async def test_every_pool_closes(twice: Twice) -> None:
    for month in twice.answers[0].supply.months.values():
        for party in month.by_location.parties:
            assert month.by_location.closure(party).unallocated == NOTHING


async def test_neither_the_order_of_posting_nor_a_thread_changes_a_byte(twice: Twice) -> None:
    first, second = (written(park, found) for park, found in zip(twice.parks, twice.answers, strict=True))
    assert len(first) > 100_000
    assert first == second


async def test_tenants_footprints_are_their_statements(twice: Twice) -> None:
    """To what a factor is rounded to, where customers have posted what reached them."""
    found, supply = twice.answers[0].footprint, twice.answers[0].supply
    compared = 0
    for day, month in supply.months.items():
        silent = {one.consumer for one in month.by_location.network.transfers if one.received is None}
        for party in set(PARTIES) - silent:
            tenant = twice.parks[0].tenants[party]
            lines = [line for line in found.lines if (line.tenant, line.month) == (tenant, day)]
            stated = month.by_location.statement(party)
            assert is_same(lines, stated.scope_1, Scope.SCOPE_1)
            assert is_same(lines, stated.scope_2, Scope.SCOPE_2, Method.LOCATION)
            assert is_same(lines, month.by_market.statement(party).scope_2, Scope.SCOPE_2, Method.MARKET)
            assert is_same([line for line in lines if line.line.code == "resale"], stated.resale, Scope.SCOPE_3)
            compared += 1
    assert compared >= 10


def is_same(lines: Sequence[FootprintLine], stated: Emissions, scope: Scope, method: Method | None = None) -> bool:
    of_scope = [line for line in lines if line.line.scope is scope and line.line.method is method]
    total = sum((Fraction(line.amounts.co2e) for line in of_scope), Fraction(0))
    return abs(total - stated.of(CO2E)) <= abs(total) * Fraction(1, 10**30)
