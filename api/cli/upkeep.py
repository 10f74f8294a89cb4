"""`parkledger migrate` and `parkledger check`: bring the database up to date, and prove that its sums are right."""

import asyncio
from typing import TYPE_CHECKING

import typer

from api.cli.printing import err, out

if TYPE_CHECKING:
    from ledger.cells import Mismatch


def migrate() -> None:
    """Bring the database's tables and factor releases up to date, and make the partitions of the year to come."""
    from api.cli.service import prepared
    from api.settings import Settings

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
    from api.cli.service import prepared
    from api.settings import Settings

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
    from schema.service import printed

    out.print(printed(), end="", markup=False)


async def _partitions(url: str) -> int:
    from ledger.database import Database
    from ledger.maintenance import make_partitions

    database = Database(url, 1)
    await database.open()
    try:
        return await make_partitions(database)
    finally:
        await database.close()


async def _compare(url: str) -> tuple[list["Mismatch"], int, int]:
    from ledger import maintenance
    from ledger.database import Database

    database = Database(url, 1)
    await database.open()
    try:
        return await maintenance.check(database)
    finally:
        await database.close()


def _told(found: "Mismatch") -> str:
    key = f"{found.activity_type} {found.supplier or '-'} {found.month:%Y-%m} in {found.base_unit}"
    return f"tenant {found.tenant_id} site {found.site_id} {key}: cell {found.cell_quantity}, rows {found.row_sum}"
