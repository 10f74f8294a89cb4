"""The whole demo park of one day, made once, and its footprint without a database."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from accounting.basis import Basis
from accounting.footprints import Cell, Footprint, fold
from accounting.lines import OwnFactors
from accounting.own_factors import OwnFactor, Part, factor_of
from accounting.regimes import REGIMES, RegimeCode
from accounting.supply.park_energy import FLOWS, Reading
from accounting.supply.park_supply import Declared, ParkSupply, park_supply
from accounting.supply.supply_factors import as_supplied, factors_of_supply
from api.demo.bills import Row
from api.demo.parks import PROXY_REGIONS, REGION, Park, Tenant, generate
from api.demo.tables import SupplierFigure
from api.demo.windows import window_before
from emission_factors.activity_types import activity_type
from emission_factors.chains import Term
from emission_factors.factors import Factor, Origin
from emission_factors.releases import shipped_catalogue
from emission_factors.units import unit

TODAY = date(2026, 11, 22)
SEED = 1


@lru_cache(maxsize=1)
def whole() -> Park:
    """Return the park, with bills from November 2023 to October 2026."""
    return generate(SEED, window_before(TODAY, 36))


def tenant(code: str) -> Tenant:
    """Return a tenant of it."""
    return next(found for found in whole().tenants if found.code == code)


def quantity(code: str, *sources: str) -> Decimal:
    """Return the sum of an activity type in its base unit, of all sources or of those named."""
    rows = (row for found in whole().tenants for row in found.rows if row.activity_type == code)
    return sum((in_base(row) for row in rows if not sources or row.source in sources), Decimal(0))


def in_base(row: Row) -> Decimal:
    """Return a row's quantity in the base unit of its own."""
    return unit(row.unit).in_base(Decimal(row.quantity))


@lru_cache(maxsize=1)
def footprint() -> Footprint:
    """Return the park's footprint of its 36 months, each row in the year it begins in, tenants apart."""
    found, own = supply(), {key: dict(of_tenant) for key, of_tenant in _own().items()}
    for key, factors in factors_of_supply(found, found.codes).items():
        own[key] = {**own[key], **factors}
    return fold(_basis(), [part for cell in _cells() for part in as_supplied(found, cell)], own, False)


@lru_cache(maxsize=1)
def supply() -> ParkSupply:
    """Return what the park's companies supply to each other, a year taken as a month that begins with it."""
    codes = {tenant_id(found.code): found.code for found in whole().tenants}
    readings: dict[date, list[Reading]] = defaultdict(list)
    for cell in _cells():
        if cell.activity_type in FLOWS and cell.tenant and cell.site:
            where = (cell.tenant, codes[cell.tenant], cell.site, cell.activity_type)
            readings[cell.day].append(Reading(*where, cell.supplier, cell.quantity))
    return park_supply(codes, readings, fold(_basis(), _cells(), _own(), True), Declared())


def posted_footprint(code: str, regime: RegimeCode) -> Footprint:
    """Return a tenant's footprint as posted, under any regime."""
    return fold(_basis(regime), [cell for cell in _cells() if cell.tenant == tenant_id(code)], {}, False)


def _basis(regime: RegimeCode = RegimeCode.GHG_PROTOCOL) -> Basis:
    rules = REGIMES[regime]
    return Basis(rules, rules.default_gwp_set, shipped_catalogue(), PROXY_REGIONS)


def _own() -> dict[UUID, OwnFactors]:
    return {tenant_id(found.code): own_factors(found) for found in whole().tenants}


def tenant_id(code: str) -> UUID:
    """Return an id made of the code."""
    return uuid5(NAMESPACE_URL, code)


def own_factors(found: Tenant) -> OwnFactors:
    """Return the suppliers' figures of a tenant as the ledger would serve them."""
    factors: dict[tuple[str, str], list[Factor]] = {}
    for figure in found.figures:
        for line in activity_type(figure.activity_type).lines:
            if line.code != "upstream" and (figure.activity_type, line.code) != ("electricity.grid", "location"):
                factors[figure.activity_type, line.code] = [_factor(figure)]
    return factors


def _factor(figure: SupplierFigure) -> Factor:
    term = Term(figure.name, Decimal(figure.kg_co2e), f"kgCO2e/{figure.unit}", figure.source)
    given = OwnFactor(figure.name, (Part("CO2E", (term,)),), figure.source, None, (figure.evidence,))
    first = date(2023, 1, 1)
    return factor_of(given, unit(figure.unit), "own", Origin.SUPPLIER, figure.supplier, first, None, first)


@lru_cache(maxsize=1)
def _cells() -> tuple[Cell, ...]:
    sums: dict[tuple[str, str, str, str, date, UUID, UUID], list[Decimal]] = defaultdict(list)
    for found in whole().tenants:
        regions = {site.code: site.region or REGION for site in found.sites}
        places = {source.code: source.site for source in found.sources}
        key = tenant_id(found.code)
        for row in found.rows:
            year, site = date(int(row.period_start[:4]), 1, 1), places[row.source]
            where = (regions[site], year, key, tenant_id(f"{found.code}/{site}"))
            sums[row.activity_type, unit(row.unit).base, row.supplier, *where].append(in_base(row))
    return tuple(Cell(*key, key[-2], sum(found, Decimal(0)), len(found)) for key, found in sums.items())
