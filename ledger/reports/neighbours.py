"""On whose ledgers a report rests besides its own, and over which months: what others record may move its totals.

- Whoever supplies energy to its parties in its months, and whoever supplies them in turn: their fuel, plants, terms and
  instruments make the factor. Whoever buys from any of these has a share in it by what it bought.
- Whoever said that a party of the report holds a part of it.
- Instruments cover energy of months outside the report too, so what is left for its own months follows from those.

Everything is followed to the end, and nothing is forgotten once it was there: more may be found than moves a number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from accounting.supply.park_energy import BOUGHT, SUPPLIED
from ledger.connections import Connection

_NEARER: Final = ["electricity.own_generation", "electricity.direct_line"]
"""Loads that instruments cover before those of the grid, of whatever month (`accounting.scope2.matching`)."""

_HELD: Final = """
SELECT DISTINCT (content ->> 'holder')::uuid, tenant_id FROM declarations
WHERE kind = 'HOLDING' AND content ->> 'holder' = ANY(%s::text[])
"""
_LINKS: Final = """
WITH party AS (
    SELECT park_id, tenant_id, code FROM tenants
    WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%(tenants)s::uuid[]))
), said AS (
    SELECT DISTINCT park_id, tenant_id, code, supplier, month, activity_type = ANY(%(supplies)s::text[]) AS is_supply
    FROM party JOIN quantity_cells USING (tenant_id)
    WHERE activity_type = ANY(%(types)s::text[]) AND month BETWEEN %(first)s AND %(last)s AND supplier <> ''
)
SELECT DISTINCT month, CASE WHEN is_supply THEN said.tenant_id ELSE other.tenant_id END,
    CASE WHEN is_supply THEN other.tenant_id ELSE said.tenant_id END
FROM said JOIN party AS other ON other.park_id = said.park_id AND other.code = said.supplier
WHERE other.tenant_id <> said.tenant_id
"""
"""Month, who supplied, who bought, as either of them ever said. A cell stays when its rows are corrected away."""
_CLAIMED: Final = """
SELECT DISTINCT tenant_id, claimed_from, claimed_to FROM instruments WHERE tenant_id IN (
    SELECT tenant_id FROM tenants
    WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%(tenants)s::uuid[]))
)
"""
_NEARER_OF: Final = """
SELECT DISTINCT tenant_id FROM quantity_cells
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND activity_type = ANY(%(nearer)s::text[])
"""


class Subject(NamedTuple):
    """Tenants that a report is of, and its first and last month."""

    tenants: Sequence[UUID]
    first: date
    last: date


class Span(NamedTuple):
    """Months of a tenant that count, first days, both included."""

    tenant: UUID
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`own` are the report's parties, `others` who supplies them or is held by them; of `customers`, who buy from any
    of `sellers`, only what they bought counts.
    """

    own: Sequence[Span]
    others: Sequence[Span]
    customers: Sequence[UUID]
    sellers: Sequence[UUID]


class _Link(NamedTuple):
    month: date
    seller: UUID
    buyer: UUID


async def surroundings(connection: Connection, subjects: Mapping[UUID, Subject]) -> dict[UUID, Surroundings]:
    """Return of each report on whose ledgers it rests; as many statements for many reports as for one.

    The transaction has to see every tenant of the parks (`ledger.beyond`).
    """
    parties = {tenant for one in subjects.values() for tenant in one.tenants}
    held: dict[UUID, set[UUID]] = defaultdict(set)
    for holder, tenant in await _rows(connection, _HELD, ([str(one) for one in parties],)):
        held[holder].add(tenant)
    asked = {
        "tenants": [*parties, *(tenant for found in held.values() for tenant in found)],
        "types": [*BOUGHT, *SUPPLIED],
        "supplies": list(SUPPLIED),
        "first": min(one.first for one in subjects.values()),
        "last": max(one.last for one in subjects.values()),
    }
    links = [_Link(*row) for row in await _rows(connection, _LINKS, asked)]
    claims = [Span(*row) for row in await _rows(connection, _CLAIMED, asked)]
    holders = {"tenants": list({claim.tenant for claim in claims}), "nearer": _NEARER}
    nearer = {tenant for (tenant,) in await _rows(connection, _NEARER_OF, holders)}
    return {key: _around(one, held, links, _Claims.of(claims, nearer)) for key, one in subjects.items()}


async def _rows(connection: Connection, query: str, given: Any) -> list[Any]:
    return await (await connection.execute(query.encode(), given)).fetchall()


@dataclass(frozen=True, slots=True)
class _Claims:
    """Months that instruments of each tenant are claimed for; `nearer` are tenants whose later months count as well."""

    of_tenant: Mapping[UUID, Sequence[Span]]
    nearer: frozenset[UUID]

    @classmethod
    def of(cls, claims: Iterable[Span], nearer: Iterable[UUID]) -> "_Claims":
        found: dict[UUID, list[Span]] = defaultdict(list)
        for claim in claims:
            found[claim.tenant].append(claim)
        return cls(found, frozenset(nearer))

    def span(self, tenant: UUID, first: date, last: date) -> Span:
        """Return the months whose energy says what is left of the tenant's instruments for these."""
        while True:
            met = [one for one in self.of_tenant.get(tenant, ()) if one.first <= last and one.last >= first]
            begins = min([first, *(one.first for one in met)])
            ends = max([last, *(one.last for one in met)]) if tenant in self.nearer else last
            if (begins, ends) == (first, last):
                return Span(tenant, first, last)
            first, last = begins, ends


def _around(
    subject: Subject, held: Mapping[UUID, Iterable[UUID]], links: Sequence[_Link], claims: _Claims
) -> Surroundings:
    own = set(subject.tenants)
    joined = own | {tenant for holder in own for tenant in held.get(holder, ())}
    within = [one for one in links if subject.first <= one.month <= subject.last]
    rest = _upstream(joined, within)
    customers = {one.buyer for one in within if one.seller in rest} - rest
    return Surroundings(
        own=[claims.span(tenant, subject.first, subject.last) for tenant in sorted(own)],
        others=[claims.span(tenant, subject.first, subject.last) for tenant in sorted(rest - own)],
        customers=sorted(customers),
        sellers=sorted(rest),
    )


def _upstream(parties: Iterable[UUID], links: Iterable[_Link]) -> set[UUID]:
    """Return parties, whoever supplies them, and whoever supplies those."""
    sellers: dict[UUID, set[UUID]] = defaultdict(set)
    for one in links:
        sellers[one.buyer].add(one.seller)
    found: set[UUID] = set()
    waiting = list(parties)
    while waiting:
        tenant = waiting.pop()
        if tenant not in found:
            found.add(tenant)
            waiting += sellers[tenant]
    return found
