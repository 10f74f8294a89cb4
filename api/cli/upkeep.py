"""`parkledger migrate` and `parkledger check`: bring the database up to date, and prove that its sums are right."""

import asyncio

import typer

from api.cli.printing import err, out
from api.cli.serving import prepared
from api.settings import Settings
from ledger.cells import Mismatch
from ledger.database import Database
from ledger.maintenance import check as compare
from ledger.maintenance import make_partitions
from schema.service import printed


def migrate() -> None:
    """Bring the database's tables and factor releases up to date, and make the partitions of the year to come."""
    databases = prepared(Settings())
    try:
        made = asyncio.run(_partitions(databases.service_url))
    finally:
        databases.stop()
    out.print(f"up to date; {made} new partitions")


def check() -> None:
    """Compare every quantity cell with the exact sum over the rows it stands for.

    Exits with 1 and names the cells if any differs.
    """
    databases = prepared(Settings())
    try:
        found, cells, rows = asyncio.run(_compare(databases.service_url))
    finally:
        databases.stop()
    for mismatch in found:
        err.print(_told(mismatch), style="red")
    out.print(f"{cells} cells of {rows} rows compared, {len(found)} differ")
    if found:
        raise typer.Exit(1)


def schema() -> None:
    """Print the GraphQL schema, as it is committed in schema/schema.graphql."""
    out.print(printed(), end="", markup=False)


async def _partitions(url: str) -> int:
    database = Database(url, 1)
    await database.open()
    try:
        return await make_partitions(database)
    finally:
        await database.close()


async def _compare(url: str) -> tuple[list[Mismatch], int, int]:
    database = Database(url, 1)
    await database.open()
    try:
        return await compare(database)
    finally:
        await database.close()


def _told(found: Mismatch) -> str:
    key = f"{found.activity_type} {found.supplier or '-'} {found.month:%Y-%m} in {found.base_unit}"
    return f"tenant {found.tenant_id} site {found.site_id} {key}: cell {found.cell_quantity}, rows {found.row_sum}"
