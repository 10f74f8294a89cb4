"""`parkledger post FILE`: a CSV of activities to a running service, in batches, safe to repeat."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer
from rich.progress import Progress

from api.cli.failures import Failed
from api.cli.printing import err, out

if TYPE_CHECKING:
    from api.client import Client

ROWS_PER_BATCH: Final = 1000
COLUMNS: Final = {
    "source": "source",
    "external_id": "externalId",
    "activity_type": "activityType",
    "quantity": "quantity",
    "unit": "unit",
    "period_start": "periodStart",
    "period_end": "periodEnd",
}
OPTIONAL: Final = {"supplier": "supplier", "quality": "quality", "document": "document"}

_TENANTS: Final = """
query Tenants($after: String) {
  tenants(first: 500, after: $after) { nodes { id code } pageInfo { hasNextPage endCursor } }
}
"""
_POST: Final = """
mutation Post($input: PostActivitiesInput!) {
  postActivities(input: $input) {
    ... on ActivitiesPosted { outcomes { outcome code field message } }
    ... on Refusal { code message }
  }
}
"""


def post(
    file: Annotated[Path, typer.Argument(help="CSV file with a header; see below.", exists=True, dir_okay=False)],
    tenant: Annotated[str, typer.Option(help="Code of the tenant.")],
    url: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
) -> None:
    """Post the activities of a CSV file to a running service.

    Columns: source, external_id, activity_type, quantity, unit, period_start, period_end, and if wanted supplier,
    quality (MEASURED, BILLED, ESTIMATED) and document. Times have an offset: 2026-03-01T00:00:00+08:00. Posting the
    same file again adds nothing. Rows that are refused are listed with their line; the others land. Exits with 1 if
    any was refused.
    """
    from api.client import Client

    rows = _read(file)
    with Client(url) as client:
        tenant_id = tenant_of(client, tenant)
        counts = _post_all(client, tenant_id, rows)
    out.print(", ".join(f"{kind.lower()} {counts[kind]}" for kind in ("ACCEPTED", "DUPLICATE", "CONFLICT", "REJECTED")))
    if counts["CONFLICT"] or counts["REJECTED"]:
        raise typer.Exit(1)


def _read(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise Failed(f"{file} lacks the columns {', '.join(missing)}; its header is {reader.fieldnames}")
            return [_row(line) for line in reader]
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _row(line: dict[str, str]) -> dict[str, str]:
    row = {name: line[column] or "" for column, name in COLUMNS.items()}
    return row | {name: line[column] for column, name in OPTIONAL.items() if line.get(column)}


def tenant_of(client: "Client", code: str) -> str:
    """Return the id of the tenant of a code; raises `Failed`."""
    after = None
    while True:
        page = client.ask(_TENANTS, {"after": after})["tenants"]
        for node in page["nodes"]:
            if node["code"] == code:
                return str(node["id"])
        if not page["pageInfo"]["hasNextPage"]:
            raise Failed(f"the service has no tenant with code {code!r}")
        after = page["pageInfo"]["endCursor"]


def _post_all(client: "Client", tenant_id: str, rows: Sequence[dict[str, str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("posting", total=len(rows))
        for start, batch in _batches(rows):
            for position, outcome in enumerate(_post(client, tenant_id, batch)):
                counts[outcome["outcome"]] += 1
                if outcome["outcome"] in ("CONFLICT", "REJECTED"):
                    # The header is line 1 of the file.
                    err.print(f"line {start + position + 2}, {outcome['field']}: {outcome['message']}", style="red")
            progress.advance(task, len(batch))
    return counts


def _batches(rows: Sequence[dict[str, str]]) -> Iterator[tuple[int, Sequence[dict[str, str]]]]:
    for start in range(0, len(rows), ROWS_PER_BATCH):
        yield start, rows[start : start + ROWS_PER_BATCH]


def _post(client: "Client", tenant_id: str, batch: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Post one batch under a key made of its content, so that posting the file again is a retry."""
    from api.client import ServiceError

    digest = hashlib.sha256(repr((tenant_id, batch)).encode()).digest()[:16]
    given = {"tenantId": tenant_id, "idempotencyKey": str(UUID(bytes=digest, version=5)), "rows": batch}
    try:
        answer = client.ask(_POST, {"input": given})["postActivities"]
    except ServiceError as error:
        raise Failed(str(error)) from error
    if "outcomes" not in answer:
        raise Failed(f"{answer['code']}: {answer['message']}")
    outcomes: list[dict[str, Any]] = answer["outcomes"]
    return outcomes
