"""The whole demo park: companies with their sites, sources and rows, what was posted wrongly, and suppliers' figures.

Deterministic: the same seed, window and extent give the same park, to the last byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.demo.bills import Bill, Row, bills, hourly_rows, month_amounts, source_code
from api.demo.intervals import Series, interval_series
from api.demo.levels import Dice, decimal_text
from api.demo.supply import Supply, purchases_of, supply
from api.demo.tables import (
    Amendment,
    Company,
    Place,
    Stream,
    SupplierFigure,
    amendments,
    companies,
    hourly_meters,
    places,
    streams,
    supplier_figures,
)
from api.demo.windows import Window

DEFAULT_SEED: Final = 1
REGION: Final = "CN-GD"
TIME_ZONE: Final = "Asia/Shanghai"
PROXY_REGIONS: Final = ("GB", "US")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the park is made: the first `companies` of it, `months` of bills, and so many hourly meters."""

    companies: int = 25
    months: int = 36
    hourly_meters: int = 6


WHOLE: Final = Extent()
SMALL: Final = Extent(companies=3, months=6, hourly_meters=0)
"""A park for tests: the operator and two vaccine makers, half a year of bills."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source to be added to the site of code `site`."""

    site: str
    code: str
    name_en: str
    name_zh: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant with everything it registers and posts."""

    code: str
    name_en: str
    name_zh: str
    is_operator: bool
    industry_code: str
    sites: tuple[Place, ...]
    sources: tuple[Source, ...]
    rows: tuple[Row, ...]
    figures: tuple[SupplierFigure, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What is done about a row after it was posted: `change` are the fields corrected, and without any it is voided."""

    tenant: str
    external_id: str
    reason: str
    change: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Park:
    """The park. `repairs` are done in their order after everything was posted; the last one completes the load.
    `series` are what some meters read every hour.
    """

    seed: int
    code: str
    name_en: str
    name_zh: str
    window: Window
    tenants: tuple[Tenant, ...]
    repairs: tuple[Repair, ...]
    series: tuple[Series, ...] = ()

    @property
    def row_count(self) -> int:
        """Rows to be posted."""
        return sum(len(tenant.rows) for tenant in self.tenants)


def park_code(seed: int) -> str:
    """Return the park's code; each seed makes a park of its own."""
    return "lanting-demo" if seed == DEFAULT_SEED else f"lanting-demo-{seed}"


def generate(seed: int, window: Window, extent: Extent = WHOLE) -> Park:
    """Return the demo park of a seed over a window's months."""
    dice = Dice(seed)
    found = companies()[: extent.companies]
    hourly = list(hourly_meters())[: extent.hourly_meters]
    repairs: dict[Amendment, Repair] = {}
    operator, *others = found
    bought = [one for company in others for one in purchases_of(dice, company, operator, window)]
    work = _Work(dice, window, hourly, supply(dice, operator, bought, window), repairs)
    tenants = tuple(_tenant(work, company) for company in found)
    return Park(
        seed,
        park_code(seed),
        "Lanting Bay Biomedical Park (demo)",
        "岚汀湾生物医药产业园（示例）",
        window,
        tenants,
        tuple(repairs[amendment] for amendment in amendments() if amendment in repairs),
        tuple(_series(work, found, tenants)) if hourly else (),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """What all tenants are made from."""

    dice: Dice
    window: Window
    hourly: list[tuple[str, str]]
    supply: Supply
    repairs: dict[Amendment, Repair]

    def streams_of(self, company: Company) -> tuple[Stream, ...]:
        """Return what a company posts; the operator its meters to customers too."""
        return (*streams(company), *(self.supply.meters if company.number == 1 else ()))

    def amounts(self, company: Company, stream: Stream) -> Mapping[date, int]:
        """Return a stream's quantities by month."""
        if company.number == 1 and stream.is_computed:
            return self.supply.steps[stream.code]
        return month_amounts(self.dice, company, stream, self.window)


def _tenant(work: _Work, company: Company) -> Tenant:
    sites = places()[company.code]
    own = work.streams_of(company)
    return Tenant(
        code=company.code,
        name_en=f"{company.name_en} (demo)",
        name_zh=f"{company.name_zh}（示例）",
        is_operator=company.kind == "operator",
        industry_code=company.industry_code,
        sites=sites,
        sources=tuple(_source(company, stream, sites) for stream in own),
        rows=tuple(row for stream in own for row in _rows(work, company, stream)),
        figures=tuple(dict.fromkeys(_figures(own))),
    )


def _series(work: _Work, found: Sequence[Company], tenants: Sequence[Tenant]) -> Iterator[Series]:
    for company, tenant in zip(found, tenants, strict=True):
        yield from interval_series(work.dice, company, tenant.rows, work.window)


def _rows(work: _Work, company: Company, stream: Stream) -> Iterator[Row]:
    """Yield what one source posts: bills, or readings of every hour where the meter is read so."""
    window, amounts = work.window, work.amounts(company, stream)
    billed = list(bills(work.dice, company, stream, window, amounts))
    if (company.code, stream.code) in work.hourly and window.full_year in window.full_years:
        yield from hourly_rows(work.dice, company, stream, window, amounts)
        billed = [bill for bill in billed if bill.month.year != window.full_year]
    yield from _posted(company, stream, billed, window, work.repairs)


def _source(company: Company, stream: Stream, sites: tuple[Place, ...]) -> Source:
    site = stream.site or sites[0].code
    return Source(site, source_code(company, stream), stream.name_en, stream.name_zh, stream.kind)


def _figures(own: tuple[Stream, ...]) -> Iterator[SupplierFigure]:
    for stream in own:
        figure = supplier_figures().get((stream.supplier, stream.activity_type))
        if figure:
            yield figure


def _posted(
    company: Company, stream: Stream, billed: list[Bill], window: Window, repairs: dict[Amendment, Repair]
) -> Iterator[Row]:
    """Yield the bills as they were posted first, and note what is to be put right about them."""
    wrong = {
        amendment.months_back: amendment
        for amendment in amendments()
        if (amendment.tenant, amendment.source) == (company.code, stream.code)
    }
    for bill in billed:
        amendment = wrong.get(window.months_back(bill.month))
        if amendment is None:
            yield bill.row
        elif amendment.action == "duplicate":
            twin = bill.row._replace(external_id=f"{bill.row.external_id}-B")
            repairs[amendment] = Repair(company.code, twin.external_id, amendment.reason)
            yield from (bill.row, twin)
        else:
            repairs[amendment] = _correction(company, bill, amendment)
            first = decimal_text(bill.steps * amendment.percent // 100, stream.decimals)
            quality = "ESTIMATED" if amendment.action == "read" else bill.row.quality
            yield bill.row._replace(quantity=first, quality=quality)


def _correction(company: Company, bill: Bill, amendment: Amendment) -> Repair:
    change = {"quantity": bill.row.quantity}
    if amendment.action == "read":
        change["quality"] = "MEASURED"
    return Repair(company.code, bill.row.external_id, amendment.reason, change)
