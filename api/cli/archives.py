"""`parkledger archive`: months long past are written to Parquet with their proof and detached; and verified."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import out

app = typer.Typer(
    help="Move months long past out of the database, with proof; nothing is deleted.", invoke_without_command=True
)
Before = Annotated[str, typer.Option(help="Months before this one are archived, such as 2024-01.")]
To = Annotated[Path | None, typer.Option(help="Folder that takes a folder for each table and month.")]


@app.callback()
def archive(context: typer.Context, before: Before = "", to: To = None) -> None:
    """Write activities recorded, and interval readings of, months before one to Parquet, verify, and detach them.

    Footprints stay what they are, and so do those as of later instants. The tables stay in the database under
    `archived_...`: drop them once the files are where they are safe.
    """
    if context.invoked_subcommand:
        return
    if not before or to is None:
        raise typer.BadParameter("--before 2024-01 and --to FOLDER are needed")
    for line in _archived(_month(before), to):
        out.print(line)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="The folder that was archived to, or one of its parts.")],
) -> None:
    """Read archives back and hold them against their manifests; exits with 1 where one differs."""
    from ledger.upkeep import archive_files

    found = sorted(path.parent for path in folder.rglob(archive_files.MANIFEST))
    if not found:
        raise typer.BadParameter(f"{folder} holds no {archive_files.MANIFEST}")
    for part in found:
        manifest = archive_files.verify(part)
        out.print(f"{manifest.table}: {manifest.row_count} rows, digest {manifest.digest}, verified")


def _archived(before: date, folder: Path) -> list[str]:
    from api.cli.preparing import prepared
    from api.settings import Settings
    from ledger.upkeep import archives

    databases = prepared(Settings())
    try:
        asyncio.run(_sum(databases.service_url))
        partitions = archives.partitions_before(databases.owner_url, before, datetime.now(UTC).date())
        done = [archives.archive(databases.owner_url, partition, folder) for partition in partitions]
    finally:
        databases.stop()
    told = [f"{one.table}: {one.row_count} rows, digest {one.digest}, verified and detached" for one in done]
    return told or [f"there is nothing before {before:%Y-%m}"]


async def _sum(url: str) -> None:
    """Sum all spans to now: what they need of the rows is needed before these leave."""
    from ledger.cells.change_spans import make_spans
    from ledger.database import opened

    async with opened(url) as database:
        await make_spans(database, ends_now=True)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise typer.BadParameter(f"--before is {text!r}; accepted is a month, such as 2024-01") from None
