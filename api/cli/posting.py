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
ADJUSTMENT: Final = "Why rows of closed periods are posted now: they are accepted, and marked as an adjustment."
_REPLAYED: Final = "REPLAYED"
"""Counts rows of batches that were posted before and are answered as they were then."""
_CODES_TOLD: Final = 8
OPTIONAL: Final = {"supplier": "supplier", "quality": "quality", "document": "document"}

_TENANTS: Final = """
query Tenants($after: String) {
  tenants(first: 500, after: $after) { nodes { id code } pageInfo { hasNextPage endCursor } }
}
"""
_POST: Final = """
mutation Post($input: PostActivitiesInput!) {
  postActivities(input: $input) {
    ... on ActivitiesPosted { isReplay outcomes { outcome code field message } }
    ... on Refusal { code message }
  }
}
"""


def post(
    file: Annotated[Path, typer.Argument(help="CSV file with a header; see below.", exists=True, dir_okay=False)],
    tenant: Annotated[str, typer.Option(help="Code of the tenant.")],
    url: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    adjustment: Annotated[str, typer.Option(help=ADJUSTMENT)] = "",
) -> None:
    """Post the activities of a CSV file to a running service.

    Columns: source, external_id, activity_type, quantity, unit, period_start, period_end, and if wanted supplier,
    quality (MEASURED, BILLED, ESTIMATED) and document. Times have an offset: 2026-03-01T00:00:00+08:00. Posting the
    same file again adds nothing. Rows that are refused are listed with their line; the others land. Rows of closed
    periods are refused unless --adjustment says why they come now. Exits with 1 if any was refused.
    """
    from api.client import Client

    rows = _read(file)
    with Client(url) as client:
        tenant_id = tenant_of(client, tenant)
        counts = _post_all(client, tenant_id, rows, adjustment)
    out.print(", ".join(f"{kind.lower()} {counts[kind]}" for kind in ("ACCEPTED", "DUPLICATE", "CONFLICT", "REJECTED")))
    if counts[_REPLAYED]:
        out.print(f"posted before and told again as then, nothing added: {counts[_REPLAYED]}")
    if counts["CONFLICT"] or counts["REJECTED"]:
        raise typer.Exit(1)


def _read(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = list(reader.fieldnames or ())
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                lacks = f"{file} lacks the columns {', '.join(missing)}; its header is {', '.join(header) or 'empty'}"
                raise Failed(f"{lacks}. Other names and separators are read by `parkledger ingest`")
            return [_row(line, reader.line_num, len(header)) for line in reader]
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _row(line: dict[str | None, Any], number: int, width: int) -> dict[str, str]:
    """Return a row as the API takes it; raises `Failed` for one with more cells than the header."""
    if None in line:
        told = f"line {number} has {width + len(line[None])} cells where the header has {width}"
        raise Failed(f"{told}; nothing was posted. A text with a comma is quoted, a quantity has no mark of thousands")
    row = {name: line[column] or "" for column, name in COLUMNS.items()}
    return row | {name: line[column] for column, name in OPTIONAL.items() if line.get(column)}


def tenant_of(client: "Client", code: str) -> str:
    """Return the id of the tenant of a code; raises `Failed`."""
    after = None
    codes: list[str] = []
    while True:
        page = client.ask(_TENANTS, {"after": after})["tenants"]
        for node in page["nodes"]:
            if node["code"] == code:
                return str(node["id"])
            codes.append(node["code"])
        if not page["pageInfo"]["hasNextPage"]:
            read = f"it reads {', '.join(codes[:_CODES_TOLD])}" if codes else "it reads none"
            more = f" and {len(codes) - _CODES_TOLD} more" if len(codes) > _CODES_TOLD else ""
            raise Failed(f"this key reads no tenant with code {code!r}; {read}{more}")
        after = page["pageInfo"]["endCursor"]


def _post_all(client: "Client", tenant_id: str, rows: Sequence[dict[str, str]], adjustment: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("posting", total=len(rows))
        for start, batch in _batches(rows):
            posted = _post(client, tenant_id, batch, adjustment)
            counts[_REPLAYED] += len(batch) if posted["isReplay"] else 0
            for position, outcome in enumerate(posted["outcomes"]):
                counts[outcome["outcome"]] += 1
                if outcome["outcome"] in ("CONFLICT", "REJECTED"):
                    # The header is line 1 of the file.
                    err.print(f"line {start + position + 2}, {outcome['field']}: {outcome['message']}", style="red")
            progress.advance(task, len(batch))
    return counts


def _batches(rows: Sequence[dict[str, str]]) -> Iterator[tuple[int, Sequence[dict[str, str]]]]:
    for start in range(0, len(rows), ROWS_PER_BATCH):
        yield start, rows[start : start + ROWS_PER_BATCH]


def _post(client: "Client", tenant_id: str, batch: Sequence[dict[str, str]], adjustment: str) -> dict[str, Any]:
    """Post one batch under a key made of its content, so that posting the file again is a retry; as an adjustment it is
    another posting.
    """
    content = (tenant_id, batch, adjustment) if adjustment else (tenant_id, batch)
    digest = hashlib.sha256(repr(content).encode()).digest()[:16]
    given: dict[str, Any] = {"tenantId": tenant_id, "idempotencyKey": str(UUID(bytes=digest, version=5)), "rows": batch}
    if adjustment:
        given["adjustment"] = {"reason": adjustment}
    answer: dict[str, Any] = client.ask(_POST, {"input": given})["postActivities"]
    if "outcomes" not in answer:
        raise Failed(f"{answer['code']}: {answer['message']}")
    return answer
