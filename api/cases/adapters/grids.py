"""Purchased electricity: the service chooses the factor by region and year, and must choose the one the case cites."""

import re
from calendar import month_abbr, monthrange
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.adapters import certificates, parks, plain
from api.cases.amounts import basis, share
from api.cases.certificates import Split
from api.cases.citations import GridAverage, ParkMethod, cited
from api.cases.expressions import NotASumOfProducts, expand
from api.cases.library import KnownFactor, Library
from api.cases.measures import alike, measure
from api.cases.plans import Estimate, Mismatch, NotSupported, OnBasis, Plan, Read, Reading, Share, joined
from api.cases.products import Product, products
from api.cases.questions import Inquiry
from api.cases.reading import Answer, Case, Figure
from api.cases.roles import terms
from emission_factors.units import unit

_GRID: Final = "electricity.grid"
_RESIDUAL: Final = "national_average_excluding_market_traded_non_fossil"
_REGIMES: Final = {"park_method": "NDRC_910_2025", "reporting_factor": "MEE_332_2023"}
"""Average -> the regime under which the service chooses it."""
_MONTHS: Final = {name: number for number, name in enumerate(month_abbr) if name}
_MONTH: Final = r"(?:(\d{1,2}) )?([A-Z][a-z]{2})[a-z]* (\d{4})"
_PERIOD: Final = re.compile(f"{_MONTH} (?:to|until|-|–) {_MONTH}")
_ACTIVITY_YEAR: Final = re.compile(r"\b(\d{4}) (?:activity|consumption|electricity) uses the (\d{4}) factor")


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Plan electricity by region and year where the case cites a grid average, by its record else."""
    wanted = plain.wanted_of(answer)
    found = products(case, expand(answer.expression), wanted.unit, library)
    shares = []
    for product in found:
        grid = _grid_figure(product)
        shares.append(_by_region(case, product, *grid, library) if grid else share(case, product, wanted, library))
    shares = [_chosen_by_period(case, item, library) for item in shares]
    return Plan(tuple(joined(shares)), wanted.over)


def planned_market(case: Case, answer: Answer, library: Library) -> Plan | Split:
    """As `planned`; what nets certificates against consumption is split by the ledger."""
    try:
        found = products(case, expand(answer.expression), plain.wanted_of(answer).unit, library)
    except NotASumOfProducts:
        return certificates.planned(case, answer)
    if any(product.sign < 0 for product in found):
        return certificates.planned(case, answer)
    return planned(case, answer, library)


def planned_park(case: Case, answer: Answer, library: Library) -> Plan | Split | Inquiry:
    """Plan the energy of a park, or an indicator of totals that a case gives."""
    totals = [figure for figure in case.figures.values() if figure.is_input and figure.unit.startswith("tCO2")]
    if totals or measure(answer.unit).under:
        return parks.planned(case, answer, library)
    return planned_market(case, answer, library)


def _is_energy(figure: Figure) -> bool:
    return alike(measure(figure.unit).powers) == (("energy", 1),)


def _grid_figure(product: Product) -> tuple[Figure, GridAverage | ParkMethod] | None:
    for figure in product.figures:
        cite = cited(figure.source)
        if isinstance(cite, GridAverage | ParkMethod):
            return figure, cite
    return None


def _by_region(case: Case, product: Product, figure: Figure, cite: GridAverage | ParkMethod, library: Library) -> Share:
    factor = _cited_factor(figure, cite, library)
    rest = [item for item in product.figures if item is not figure]
    quantities = [item for item in rest if _is_energy(item)]
    if not quantities:
        raise NotSupported("no figure of the formula is a quantity of electricity")
    quantity = quantities[0]
    line = "market" if factor.calibre == _RESIDUAL else "location"
    estimate = Estimate(
        _GRID,
        quantity.value,
        measure(quantity.unit).bare,
        replace(basis(case, product), regime=_REGIMES.get(factor.calibre, "GHG_PROTOCOL")),
        region=factor.region,
        first_day=f"{factor.data_year}-01-01",
        last_day=f"{factor.data_year}-12-31",
        multipliers=terms([item for item in rest if item is not quantity]),
    )
    if not factor.kinds:  # published beside the averages, for those who name it
        estimate = replace(estimate, factor_id=factor.factor_id, line=line)
    return Share(estimate, (Reading(Read.GAS_MASS, line, "CO2"),), product.sign, chosen=factor.factor_id)


def _cited_factor(figure: Figure, cite: GridAverage | ParkMethod, library: Library) -> KnownFactor:
    """Return the factor that a case cites by region and year, or by its name in the park method, and value."""
    if isinstance(cite, ParkMethod):
        held = [item for item in library.factors("cn-notice-910-2025") if _GRID in item.kinds]
        return _of_value(figure, held, f"the park method's {cite.name}")
    region = library.region(cite.region_zh)
    if region is None:
        raise Mismatch(f"the service knows no region {cite.region_zh}")
    datasets = (f"cn-mee-electricity-{cite.year}", "cn-reporting-electricity")
    known = (item for dataset in datasets for item in library.factors(dataset))
    held = [item for item in known if item.region == region and item.data_year == cite.year]
    return _of_value(figure, held, f"electricity of {cite.region_zh} {cite.year}")


def _of_value(figure: Figure, held: Iterable[KnownFactor], words: str) -> KnownFactor:
    known = list(held)
    found = measure(figure.unit)
    for item in known:
        if Fraction(figure.value) * found.to_base * unit(item.unit).to_base == Fraction(
            item.gases.get("CO2", Decimal(-1))
        ):
            return item
    values = ", ".join(f"{item.factor_id} {item.gases.get('CO2')} kg/{item.unit}" for item in known) or "none"
    raise Mismatch(f"{words} is {figure.value} {figure.unit} in the case; the service holds {values}")


def _chosen_by_period(case: Case, found: Share, library: Library) -> Share:
    """Let the service choose by the period a case states: most of its days, or what was published by then."""
    named = found.chosen or found.estimate.factor_id
    period = _PERIOD.search(case.title)
    if period and found.estimate.factor_id:
        first, last = _days(period)
        estimate = replace(found.estimate, first_day=first, last_day=last, factor_id="", line="")
        return replace(found, estimate=estimate, chosen=named)
    later = _ACTIVITY_YEAR.search(case.title)
    if later and found.chosen and not found.estimate.factor_id:
        return _known_then(found, later[1], library)
    return found


def _days(period: re.Match[str]) -> tuple[str, str]:
    first_day, first_month, first_year, last_day, last_month, last_year = period.groups()
    start, end = _MONTHS[first_month], _MONTHS[last_month]
    last = int(last_day) if last_day else monthrange(int(last_year), end)[1]
    return f"{first_year}-{start:02}-{int(first_day or 1):02}", f"{last_year}-{end:02}-{last:02}"


def _known_then(found: Share, year: str, library: Library) -> Share:
    """Ask for a later year's activity with what was published by the day the factor was."""
    dataset = found.chosen.partition(":")[0]
    published = next(item.published_on for item in library.factors(dataset) if item.factor_id == found.chosen)
    on = OnBasis(found.estimate.basis.regime, found.estimate.basis.gwp_set, published)
    estimate = replace(found.estimate, basis=on, first_day=f"{year}-01-01", last_day=f"{year}-12-31")
    return replace(found, estimate=estimate)
