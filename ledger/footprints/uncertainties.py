"""What the uncertainty and the data quality of a footprint are computed from: its lines kept apart by site and by how
their quantities came about, and what those who run the sites declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.footprints import FootprintLine
from accounting.grouping import Dimension
from accounting.judgement.activity_uncertainty import DeclaredUncertainty, Uncertainties
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary, footprint

APART: Final = (Dimension.TENANT, Dimension.SITE, Dimension.QUALITY)
"""What a line must not have added up for its uncertainty to be known."""

_OPERATORS: Final = "SELECT site_id, tenant_id FROM sites WHERE site_id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class LinesApart:
    """Lines with their tenant, site and quality; what is declared; and the tenant that runs each site."""

    lines: tuple[FootprintLine, ...]
    known: Uncertainties
    operators: Mapping[UUID, UUID]


async def lines_apart(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date, *, keeps_months: bool = False
) -> LinesApart:
    """Return the lines of a footprint from the month of `first` to that of `last`; their sums are its totals."""
    by: Sequence[Dimension] = (*APART, Dimension.MONTH) if keeps_months else APART
    found = await footprint(connection, basis, boundary, first, last, by)
    sites = list({line.site for line in found.lines if line.site})
    rows = await (await connection.execute(_OPERATORS, (sites,))).fetchall()
    declared: dict[UUID, list[DeclaredUncertainty]] = {}
    kinds = [DeclarationKind.UNCERTAINTY]
    operators: dict[UUID, UUID] = dict(rows)
    for one in await declarations_of(connection, set(operators.values()), kinds, basis.known_at):
        declared.setdefault(one.tenant, []).append(one.content)
    return LinesApart(found.lines, Uncertainties(declared), operators)
