"""Where the database meets the arithmetic: cells summed to the grain the factors depend on, then folded.

A few thousand sums leave the database whatever the number of rows: tenant and site are kept only where the question
asks for them, where a tenant has a factor of its own for the activity type, or where it holds instruments and they have
to be matched with its energy month by month.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.coverage import ENERGY_UNIT, LOADS, Covered, Supplied, covered
from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import Dimension
from accounting.instruments import Instrument, Load
from accounting.matching import Matching
from ledger.database import Connection
from ledger.instruments import instruments_of
from ledger.own_factors import own_factor_rows, own_factors_of

MOST_MONTHS: Final = 240
"""Months one footprint may span."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Whose footprint: the tenants in it, and the one site if it is narrower than a tenant."""

    tenants: tuple[UUID, ...]
    site: UUID | None = None


_CELLS: Final = """
SELECT cell.activity_type, cell.base_unit, cell.supplier, site.region, cell.month,
       CASE WHEN %(keeps_tenant)s THEN cell.tenant_id END AS tenant,
       CASE WHEN %(keeps_site)s THEN cell.site_id END AS site,
       own.tenant_id AS own_tenant,
       sum(cell.quantity), sum(cell.row_count)
FROM quantity_cells AS cell JOIN sites AS site USING (tenant_id, site_id)
LEFT JOIN unnest(%(own_tenants)s::uuid[], %(own_types)s::text[]) AS own (tenant_id, activity_type)
    ON own.tenant_id = cell.tenant_id AND own.activity_type = cell.activity_type
WHERE cell.tenant_id = ANY(%(tenants)s::uuid[]) AND cell.month >= %(first)s AND cell.month <= %(last)s
    AND (%(only_site)s::uuid IS NULL OR cell.site_id = %(only_site)s) AND cell.row_count > 0
    AND NOT (cell.tenant_id = ANY(%(holders)s::uuid[]) AND cell.activity_type = ANY(%(matched)s::text[])
             AND cell.base_unit = 'MJ')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 6, 7, 1, 2, 3, 4, 5, 8
"""


_ENERGY: Final = """
SELECT cell.tenant_id, cell.site_id, cell.month, site.region, cell.activity_type, cell.supplier, cell.quantity,
       cell.row_count
FROM quantity_cells AS cell JOIN sites AS site USING (tenant_id, site_id)
WHERE cell.tenant_id = ANY(%(holders)s::uuid[]) AND cell.activity_type = ANY(%(matched)s::text[])
    AND cell.base_unit = 'MJ' AND cell.month >= %(first)s AND cell.month <= %(last)s AND cell.row_count > 0
ORDER BY 1, 2, 3, 5, 6
"""
_NEIGHBOURS: Final = """
SELECT tenant_id FROM tenants WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%(tenants)s::uuid[]))
"""


async def footprint(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date, by: Sequence[Dimension]
) -> Footprint:
    """Return the footprint of a boundary from the month of `first` to the month of `last`, both included.

    `by` names the dimensions to keep apart; the sum over any of them is the same total, to the last digit.
    """
    rows = await own_factor_rows(connection, boundary.tenants)
    own = own_factors_of(rows)
    served = {(tenant, activity_type) for tenant, factors in own.items() for activity_type, _ in factors}
    claims = await _claims(connection, boundary.tenants)
    holders = {claim.tenant for claim in claims} & set(boundary.tenants)
    question = _Question(boundary, first.replace(day=1), last.replace(day=1), by, served, holders)
    matched, matching = await _matched(connection, basis, question, claims)
    cells = [*await _cells(connection, question), *matched]
    return replace(fold(basis, cells, own, Dimension.MONTH in by), matching=matching)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: months included on both ends; `served` are (tenant, activity type) with factors of their own,
    `holders` the tenants in the boundary that hold instruments.
    """

    boundary: Boundary
    first: date
    last: date
    by: Sequence[Dimension]
    served: Collection[tuple[UUID, str]]
    holders: Collection[UUID]


async def _cells(connection: Connection, asked: _Question) -> list[Cell]:
    parameters = {
        "tenants": list(asked.boundary.tenants),
        "only_site": asked.boundary.site,
        "first": asked.first,
        "last": asked.last,
        "keeps_tenant": Dimension.TENANT in asked.by,
        "keeps_site": Dimension.SITE in asked.by,
        "own_tenants": [tenant for tenant, _ in asked.served],
        "own_types": [activity_type for _, activity_type in asked.served],
        "holders": list(asked.holders),
        "matched": list(LOADS),
    }
    cursor = await connection.execute(_CELLS, parameters)
    return [
        Cell(code, base, supplier, region, month, tenant, site, own_tenant, quantity, int(rows))
        for code, base, supplier, region, month, tenant, site, own_tenant, quantity, rows in await cursor.fetchall()
    ]


async def _claims(connection: Connection, tenants: Sequence[UUID]) -> list[Instrument]:
    """Return the instruments of everyone in the parks of `tenants`: a certificate cancelled twice shows only there."""
    cursor = await connection.execute(_NEIGHBOURS, {"tenants": list(tenants)})
    return await instruments_of(connection, [tenant for (tenant,) in await cursor.fetchall()])


async def _matched(
    connection: Connection, basis: Basis, asked: _Question, claims: Sequence[Instrument]
) -> tuple[list[Cell], Matching | None]:
    """Return the energy cells of holders within the question, with what instruments cover, and the matching."""
    if not asked.holders:
        return [], None
    claimed = [claim for claim in claims if claim.tenant in asked.holders]
    parameters = {
        "holders": list(asked.holders),
        "matched": list(LOADS),
        "first": min(asked.first, *(claim.claimed_from for claim in claimed)),
        "last": max(asked.last, *(claim.claimed_to for claim in claimed)),
    }
    cursor = await connection.execute(_ENERGY, parameters)
    rows = {Supplied(*key): int(count) for *key, count in await cursor.fetchall()}
    parts, found = covered(list(rows), claims, basis.regime)
    cells = [_cell(one, count, asked, parts.get(one, ())) for one, count in rows.items() if _is_asked(one, asked)]
    return cells, _shown(found, asked)


def _is_asked(one: Supplied | Load, asked: _Question) -> bool:
    return asked.first <= one.month <= asked.last and asked.boundary.site in (None, one.site)


def _cell(one: Supplied, count: int, asked: _Question, parts: tuple[Covered, ...]) -> Cell:
    return Cell(
        activity_type=one.activity_type,
        base_unit=ENERGY_UNIT,
        supplier=one.supplier,
        region=one.region,
        day=one.month,
        tenant=one.tenant if Dimension.TENANT in asked.by else None,
        site=one.site if Dimension.SITE in asked.by else None,
        own_tenant=one.tenant if (one.tenant, one.activity_type) in asked.served else None,
        quantity=one.quantity,
        row_count=count,
        covered=parts,
    )


def _shown(found: Matching, asked: _Question) -> Matching:
    """Keep what is within the question; others' instruments were read for their certificate numbers alone."""
    return Matching(
        tuple(one for one in found.matches if _is_asked(one.load, asked)),
        tuple(one for one in found.rejections if one.instrument.tenant in asked.holders),
        tuple(one for one in found.unmatched if _is_asked(one.load, asked)),
    )
