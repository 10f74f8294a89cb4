"""Loading the demo park into a running service, over HTTP like any client; run again, it goes on where it stopped.

register what is missing -> the operator's first batch, which fixes the park's months -> all other batches, several
at a time -> readings by the hour -> suppliers' figures -> instruments and declarations -> corrections -> a closed
quarter and its report -> the last correction, which marks the park as complete
"""

from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.client import Client
from api.demo.declaring import declare_everything
from api.demo.parks import WHOLE, Extent, Park, generate, park_code
from api.demo.posting import Batch, add_figures, batches, first_month, is_complete, post, post_series, repair
from api.demo.publishing import ShownReport, publish_quarter, shown_report
from api.demo.registering import KnownPark, known_park, register
from api.demo.windows import window_before, window_from

CONNECTIONS: Final = 4
"""Requests sent at a time: while the database writes one batch, the service reads the next."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the service now: the park, its months, how many rows this run added, and the report to look at."""

    park_id: str
    code: str
    name_en: str
    name_zh: str
    tenant_count: int
    first_month: str
    last_month: str
    full_year: int
    rows_added: int
    report: ShownReport | None = None


def load(client: Client, seed: int, today: date, progress: Progress, extent: Extent = WHOLE) -> Loaded:
    """Load the demo park of a seed, with bills up to the last month that is complete on a day.

    A park that is there keeps the months it was begun with; a complete one is left as it is. Raises `ServiceError` or
    `httpx.TransportError`; what was posted until then stays, and the next run adds the rest.
    """
    known = known_park(client, park_code(seed))
    window = window_before(today, extent.months)
    if known is not None:
        begun = first_month(client, known)
        window = window_from(begun, extent.months) if begun else window
        # The last step is the operator's, so its bills alone tell whether anything is missing.
        operator = generate(seed, window, Extent(companies=1, months=extent.months, hourly_meters=0))
        if begun and is_complete(client, operator, known):
            return _loaded(client, operator, known, 0)
    park = generate(seed, window, extent)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = _register(client, park, known, pool, progress)
        rows_added = _post(client, park, found, pool, progress)
        post_series(client, park.series, found, pool)
        _add_figures(client, park, found, pool)
        declare_everything(client, park, found, pool)
    *repairs, last = park.repairs
    for todo in repairs:
        repair(client, found, todo)
    publish_quarter(client, park, found)
    repair(client, found, last)
    return _loaded(client, park, found, rows_added)


def new_progress() -> Progress:
    """Return a progress display for standard error; it stays silent where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _register(client: Client, park: Park, known: KnownPark | None, pool: Executor, progress: Progress) -> KnownPark:
    task = progress.add_task("demo park: sources", total=sum(len(tenant.sources) for tenant in park.tenants))
    return register(client, park, known, pool, lambda number: progress.advance(task, number))


def _post(client: Client, park: Park, known: KnownPark, pool: Executor, progress: Progress) -> int:
    task = progress.add_task("demo park: rows", total=park.row_count)
    first, *others = batches(park, known)
    # Alone and before all others: an interrupted run finds by it which months the park has.
    added = _post_one(client, first, progress, task)
    return added + sum(_each(pool, client, others, progress, task))


def _each(pool: Executor, client: Client, others: Iterable[Batch], progress: Progress, task: TaskID) -> Iterable[int]:
    jobs = [pool.submit(_post_one, client, batch, progress, task) for batch in others]
    try:
        for job in jobs:
            yield job.result()
    finally:
        for job in jobs:
            job.cancel()


def _add_figures(client: Client, park: Park, known: KnownPark, pool: Executor) -> None:
    jobs = [
        pool.submit(add_figures, client, tenant, known.tenants[tenant.code], park.window) for tenant in park.tenants
    ]
    for job in jobs:
        job.result()


def _post_one(client: Client, batch: Batch, progress: Progress, task: TaskID) -> int:
    added = post(client, batch)
    progress.advance(task, len(batch.rows))
    return added


def _loaded(client: Client, park: Park, known: KnownPark, rows_added: int) -> Loaded:
    window = park.window
    return Loaded(
        known.park_id,
        park.code,
        park.name_en,
        park.name_zh,
        len(known.tenants),
        f"{window.first:%Y-%m}",
        f"{window.last:%Y-%m}",
        window.full_year,
        rows_added,
        shown_report(client, window, known),
    )
