"""`parkledger ingest FILE`: a file of any length to the bulk endpoint of a running service, with its progress."""

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from api.cli.failures import Failed
from api.cli.posting import ADJUSTMENT, tenant_of
from api.cli.printing import err, out

if TYPE_CHECKING:
    import httpx

    from api.client import Client

SHOWN: Final = 20
"""Rows that are refused or contradict the ledger of which the first are printed; the result has all."""
_PIECE: Final = 1 << 20
_LOOK_EVERY_S: Final = 0.2
_PACKED: Final = {".gz": "gzip", ".zst": "zstd"}
_COUNTS: Final = ("accepted", "duplicate", "conflict", "rejected")

_JOB: Final = """
query Job($id: ID!) {
  ingestJob(id: $id) {
    state rowCount expectedRowCount acceptedCount duplicateCount conflictCount rejectedCount result
    failure { code message }
  }
}
"""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    format: str
    coding: str


def ingest(
    file: Annotated[Path, typer.Argument(help="NDJSON, CSV, Parquet or XLSX file.", exists=True, dir_okay=False)],
    tenant: Annotated[str, typer.Option(help="Code of the tenant.")],
    url: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    profile: Annotated[str, typer.Option(help="Name of the profile that says how the file is read.")] = "",
    intervals: Annotated[bool, typer.Option("--intervals", help="Rows are readings: series, start, value.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row and post none.")] = False,
    run: Annotated[int, typer.Option(help="Count up to post a file again, as after a source was added.")] = 1,
    result: Annotated[Path | None, typer.Option(help="Where to write the outcome of every row, as NDJSON.")] = None,
    adjustment: Annotated[str, typer.Option(help=ADJUSTMENT)] = "",
) -> None:
    """Post a file of any length to a running service.

    The format is told by the name (.ndjson, .csv, .parquet, .xlsx, each also with .gz or .zst). The columns are those
    of `parkledger post` or of a profile (declareIngestProfiles). The same file again is the same job and posts nothing
    twice; a service that is stopped goes on with it when it starts. Rows of closed periods are refused unless
    --adjustment says why they come now; with it the file is another job. Exits with 1 if a row was refused or
    contradicts the ledger.
    """
    from api.client import Client

    asked = {"profile": profile, "dryRun": "true" if dry_run else "false", "run": str(run), "adjustment": adjustment}
    with Client(url) as client, Progress(*_columns(), console=err, transient=True) as progress:
        given = {name: value for name, value in asked.items() if value} | {"tenant": tenant_of(client, tenant)}
        dataset = "intervals" if intervals else "activities"
        job = _sent(f"{url.rstrip('/')}/ingest/v1/{dataset}", _file(file), given, progress)
        found = _at_its_end(client, job, progress)
    if found["failure"]:
        raise Failed(f"{file} was not posted to its end: {found['failure']['message']} ({found['failure']['code']})")
    _tell(f"{url.rstrip('/')}{found['result']}", found, result)


def _columns() -> tuple[TextColumn | BarColumn | MofNCompleteColumn | TimeRemainingColumn, ...]:
    return TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


def _file(path: Path) -> _File:
    """Return a file with its format and packing, which its name tells; raises `Failed` where it does not."""
    from api.ingest.formats import SUFFIXES

    coding = _PACKED.get(path.suffix.lower(), "identity")
    suffix = (path.with_suffix("") if coding != "identity" else path).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise Failed(f"{path.name} does not tell its format; accepted are {known}, each also with .gz or .zst")
    return _File(path, SUFFIXES[suffix].lower(), coding)


def _sent(address: str, file: _File, given: dict[str, str], progress: Progress) -> str:
    """Send a file and return the id of its job; raises `Failed` where it is not taken."""
    import httpx

    from api.client import MOST_WAIT_S, authorization, wait_of

    size = file.path.stat().st_size
    task = progress.add_task("sending (bytes)", total=size)
    about = {"content-length": str(size), "content-digest": _digest(file.path), "content-encoding": file.coding}
    headers = authorization() | about
    params = {**given, "format": file.format}
    timeout, waited = httpx.Timeout(60, read=600), 0.0
    while True:
        body = _pieces(file.path, progress, task)
        answer = httpx.post(address, content=body, headers=headers, params=params, timeout=timeout)
        wait = wait_of(answer)
        if wait is None or waited + wait > MOST_WAIT_S:
            break
        time.sleep(wait)
        waited += wait
        progress.reset(task)
    progress.remove_task(task)
    if answer.status_code not in (200, 202):
        raise Failed(_reason(answer))
    return str(answer.json()["id"])


def _reason(answer: "httpx.Response") -> str:
    try:
        return "; ".join(error["message"] for error in answer.json()["errors"])
    except (ValueError, KeyError, TypeError):
        return f"the service answered {answer.status_code}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def _pieces(path: Path, progress: Progress, task: TaskID) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
            progress.advance(task, len(piece))


def _at_its_end(client: "Client", job: str, progress: Progress) -> dict[str, Any]:
    """Show a job's progress until it is at its end, and return it then."""
    task = progress.add_task("posting (rows)", total=None)
    while True:
        found: dict[str, Any] = client.ask(_JOB, {"id": job})["ingestJob"]
        progress.update(task, total=found["expectedRowCount"], completed=found["rowCount"])
        if found["state"] in ("DONE", "FAILED"):
            return found
        time.sleep(_LOOK_EVERY_S)


def _tell(address: str, found: dict[str, Any], kept: Path | None) -> None:
    """Print what became of the rows, and keep the result where it is wanted."""
    is_odd = found["conflictCount"] + found["rejectedCount"] > 0
    if kept is not None or is_odd:
        _read_result(address, kept)
    out.print(", ".join(f"{name} {found[f'{name}Count']}" for name in _COUNTS))
    if is_odd:
        raise typer.Exit(1)


def _read_result(address: str, kept: Path | None) -> None:
    """Fetch the outcomes line by line, print the first that are not in the ledger, and keep all if wanted."""
    import contextlib

    import httpx
    import msgspec

    from api.client import authorization

    shown = 0
    with httpx.stream("GET", address, headers=authorization(), timeout=60) as answer, contextlib.ExitStack() as opened:
        answer.raise_for_status()
        file = opened.enter_context(kept.open("w", encoding="utf-8")) if kept else None
        for line in answer.iter_lines():
            if file:
                file.write(f"{line}\n")
            if shown < SHOWN and '"outcome":"ACCEPTED"' not in line and '"outcome":"DUPLICATE"' not in line:
                told = msgspec.json.decode(line)
                err.print(f"row {told['row']}, {told['outcome']}: {told.get('message', '')}", style="red")
                shown += 1
