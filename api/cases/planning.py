"""From one answer of a case to a plan: by the adapter of its feature, or by the products of its formula."""

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from api.cases.adapters import blends, boundaries, coal_equivalents, grids, steam
from api.cases.adapters.plain import planned as planned_plainly
from api.cases.expressions import NotASumOfProducts
from api.cases.library import Library
from api.cases.measures import UnknownMeasure
from api.cases.plans import NotSupported, Plan
from api.cases.reading import Answer, Case
from emission_factors.decimals import NotADecimal, parse, plain

Adapter = Callable[[Case, Answer, Library], Plan]

ADAPTERS: Final = MappingProxyType(
    {
        "heat-steam": steam.planned,
        "energy-tce": coal_equivalents.planned,
        "refrigerant": blends.planned,
        "electricity-location": grids.planned,
        "electricity-market": grids.planned_market,
        "factor-year": grids.planned,
        "park-totals": grids.planned_park,
        "boundary-base-year": boundaries.planned,
    }
)
"""Feature -> adapter; a feature without one is planned product by product."""


LATER: Final = MappingProxyType(
    {
        "pcf-allocation": "allocation of one burden over several products comes with product footprints",
        "pcf-quality": "data quality ratings come with product footprints",
        "uncertainty": "uncertainty of lines and totals is not computed yet",
        "chp-allocation": "allocation of a CHP plant's emissions comes with transfers inside the park",
    }
)
"""Feature whose rules the service does not have yet -> why; the runner does not compute them in its stead."""


def plan(case: Case, answer: Answer, library: Library) -> Plan:
    """Return what to ask for one answer; raises `NotSupported` or `Mismatch`."""
    if case.feature in LATER:
        raise NotSupported(LATER[case.feature])
    adapter: Adapter = ADAPTERS.get(case.feature, planned_plainly)
    try:
        found = adapter(case, answer, library)
    except (NotASumOfProducts, UnknownMeasure) as error:
        raise NotSupported(str(error)) from None
    for value in (value for estimate in found.estimates for value in estimate.numbers):
        _check_digits(value)
    return found


def _check_digits(value: Decimal) -> None:
    """Raise `NotSupported` for a number that the service refuses as a whole request, not as one estimate."""
    try:
        parse(plain(value))
    except NotADecimal as error:
        raise NotSupported(f"{value}: {error}") from None
