"""Posting the demo park: batches under keys made of their content, suppliers' figures, repairs; all safe to repeat."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from api.client import Client, ServiceError
from api.demo import operations
from api.demo.bills import Row, source_code
from api.demo.intervals import Series
from api.demo.operations import change
from api.demo.parks import Park, Repair, Tenant
from api.demo.registering import KnownPark, KnownTenant
from api.demo.tables import SupplierFigure, companies, streams
from api.demo.windows import ZONE, Window, months_after

ROWS_PER_BATCH: Final = 1000
MINUTES: Final = 60
"""Minutes of an interval."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one tenant, to be posted together."""

    tenant_id: str
    rows: tuple[Row, ...]


def batches(park: Park, known: KnownPark) -> Iterator[Batch]:
    """Yield every batch of the park, the operator's first, each as full as it may be."""
    for tenant in park.tenants:
        tenant_id = known.tenants[tenant.code].tenant_id
        for start in range(0, len(tenant.rows), ROWS_PER_BATCH):
            yield Batch(tenant_id, tenant.rows[start : start + ROWS_PER_BATCH])


def post(client: Client, batch: Batch) -> int:
    """Post a batch and return how many rows were new; raises `ServiceError` where any row was refused.

    The key is a digest of the batch, so that a repetition answers what it answered first.
    """
    given = {
        "tenantId": batch.tenant_id,
        "idempotencyKey": str(uuid5(NAMESPACE_URL, repr(batch))),
        "rows": [row.as_input() for row in batch.rows],
    }
    answer = change(client, operations.POST, given)
    if answer["conflictCount"] or answer["rejectedCount"]:
        outcomes = change(client, operations.POST_FOR_OUTCOMES, given)["outcomes"]
        raise ServiceError(_told(batch.rows, outcomes))
    return int(answer["acceptedCount"])


def add_figures(client: Client, tenant: Tenant, known: KnownTenant, window: Window) -> None:
    """Register the suppliers' figures that the tenant's footprint does not use yet; its rows must have been posted."""
    used = set() if known.is_new else _in_use(client, known.tenant_id, window)
    for figure in tenant.figures:
        if (figure.supplier, figure.activity_type) not in used:
            change(client, operations.ADD_SUPPLIER_FACTOR, _figure_input(figure, known.tenant_id, window))


def repair(client: Client, known: KnownPark, todo: Repair) -> None:
    """Correct or void a row, unless that was done before."""
    versions = _versions(client, known, todo)
    if len(versions) > 1:
        return
    given = {"activityId": versions[0]["id"], "reason": todo.reason}
    if todo.change:
        change(client, operations.CORRECT, given | todo.change)
    else:
        change(client, operations.VOID, given)


def post_series(client: Client, series: Iterable[Series], known: KnownPark, pool: Executor) -> None:
    """Add the series and post their readings, unless that was done before."""
    for _ in pool.map(lambda one: _post_one_series(client, one, known), series):
        pass


def is_complete(client: Client, park: Park, known: KnownPark) -> bool:
    """Whether the park's last step was done, so that nothing is missing."""
    last = park.repairs[-1]
    return last.tenant in known.tenants and len(_versions(client, known, last)) > 1


def first_month(client: Client, known: KnownPark) -> date | None:
    """Return the month the service's park begins with, by the operator's first source; none before it was posted."""
    operator = companies()[0]
    found = known.tenants.get(operator.code)
    source = found.sources.get(source_code(operator, streams(operator)[0])) if found else None
    if found is None or source is None:
        return None
    asked = {"tenant": found.tenant_id, "source": source}
    nodes = client.ask(operations.FIRST_ACTIVITY, asked)["activities"]["nodes"]
    return datetime.fromisoformat(nodes[0]["periodStart"]).astimezone(ZONE).date() if nodes else None


def _post_one_series(client: Client, series: Series, known: KnownPark) -> None:
    tenant = known.tenants[series.tenant]
    added = {
        "sourceId": tenant.sources[series.source],
        "role": series.role,
        "unit": series.unit,
        "minutes": MINUTES,
        "hasAttribute": series.has_attribute,
        "activityType": series.activity_type,
    }
    series_id = change(client, operations.ADD_SERIES, added)["series"]["id"]
    values = [str(value) for value in series.values]
    readings = {"seriesId": series_id, "start": series.start, "minutes": MINUTES, "values": values}
    key = str(uuid5(NAMESPACE_URL, repr((series_id, series))))
    given = {"tenantId": tenant.tenant_id, "idempotencyKey": key, "readings": [readings]}
    if change(client, operations.POST_INTERVALS, given)["conflictCount"]:
        raise ServiceError(f"readings of {series.source} ({series.role}) differ from those that are there")


def _versions(client: Client, known: KnownPark, todo: Repair) -> list[dict[str, Any]]:
    asked = {"tenant": known.tenants[todo.tenant].tenant_id, "external": todo.external_id}
    nodes: list[dict[str, Any]] = client.ask(operations.VERSIONS, asked)["activities"]["nodes"]
    return nodes


def _in_use(client: Client, tenant_id: str, window: Window) -> set[tuple[str, str]]:
    asked = {"tenant": tenant_id, "first": f"{window.first:%Y-%m}", "last": f"{window.last:%Y-%m}"}
    lines = client.ask(operations.SUPPLIERS_IN_USE, asked)["footprint"]["lines"]["nodes"]
    return {
        (line["supplier"], line["activityType"])
        for line in lines
        if line["explanation"]["factor"]["origin"] == "SUPPLIER"
    }


def _figure_input(figure: SupplierFigure, tenant_id: str, window: Window) -> dict[str, Any]:
    term = {"name": figure.name, "value": figure.kg_co2e, "unit": f"kgCO2e/{figure.unit}", "source": figure.source}
    return {
        "tenantId": tenant_id,
        "supplier": figure.supplier,
        "activityType": figure.activity_type,
        "unit": figure.unit,
        "factor": {
            "name": figure.name,
            "source": figure.source,
            "parts": [{"gas": "CO2E", "terms": [term]}],
            "evidence": [figure.evidence] if figure.evidence else [],
        },
        # A bill from the 16th on begins in the month before the window, and in January that is the year before.
        "validFrom": f"{months_after(window.first, -1).year}-01-01",
    }


def _told(rows: Sequence[Row], outcomes: Sequence[dict[str, Any]]) -> str:
    """Return what is wrong with the first row that was refused, and what to do."""
    bad = [(row, outcome) for row, outcome in zip(rows, outcomes, strict=True) if outcome["outcome"] in _REFUSED]
    row, outcome = bad[0]
    where = outcome["field"] or ", ".join(outcome["conflictingFields"])
    return (
        f"{len(bad)} rows of the demo were refused, the first is {row.external_id} ({where}): {outcome['message']} "
        "The park was begun with other data; take another seed, or an empty database"
    )


_REFUSED: Final = ("CONFLICT", "REJECTED")
