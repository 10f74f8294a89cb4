"""The whole demo park: companies with their sites, sources and rows, what was posted wrongly, and suppliers' figures.

Deterministic: the same seed, window and extent give the same park, to the last byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from api.demo.bills import Bill, Row, bills, hourly_rows, source_code
from api.demo.levels import Dice, decimal_text
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
    """The park. `repairs` are done in their order after everything was posted; the last one completes the load."""

    seed: int
    code: str
    name_en: str
    name_zh: str
    window: Window
    tenants: tuple[Tenant, ...]
    repairs: tuple[Repair, ...]

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
    tenants = tuple(_tenant(dice, company, window, hourly, repairs) for company in found)
    return Park(
        seed,
        park_code(seed),
        "Lanting Bay Biomedical Park (demo)",
        "岚汀湾生物医药产业园（示例）",
        window,
        tenants,
        tuple(repairs[amendment] for amendment in amendments() if amendment in repairs),
    )


def _tenant(
    dice: Dice,
    company: Company,
    window: Window,
    hourly: list[tuple[str, str]],
    repairs: dict[Amendment, Repair],
) -> Tenant:
    sites = places()[company.code]
    own = streams(company)
    rows: list[Row] = []
    for stream in own:
        billed = list(bills(dice, company, stream, window))
        if (company.code, stream.code) in hourly:
            profile = hourly_meters()[company.code, stream.code]
            rows += hourly_rows(dice, company, stream, window, profile)
            billed = [bill for bill in billed if bill.month.year != window.full_year]
        rows += _posted(company, stream, billed, window, repairs)
    return Tenant(
        code=company.code,
        name_en=f"{company.name_en} (demo)",
        name_zh=f"{company.name_zh}（示例）",
        is_operator=company.kind == "operator",
        industry_code=company.industry_code,
        sites=sites,
        sources=tuple(_source(company, stream, sites) for stream in own),
        rows=tuple(rows),
        figures=tuple(dict.fromkeys(_figures(own))),
    )


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
