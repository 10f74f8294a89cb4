"""From one answer of a case to a plan: by the adapter of its feature, or by the products of its formula."""

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from api.cases.adapters import (
    allocations,
    blends,
    boundaries,
    coal_equivalents,
    cogeneration,
    grids,
    qualities,
    steam,
    uncertainties,
)
from api.cases.adapters.plain import planned as planned_plainly
from api.cases.certificates import Split
from api.cases.expressions import NotASumOfProducts
from api.cases.library import Library
from api.cases.measures import UnknownMeasure
from api.cases.plans import NotSupported, Plan
from api.cases.questions import Inquiry
from api.cases.reading import Answer, Case
from emission_factors.decimals import NotADecimal, parse, plain

Planned = Plan | Inquiry | Split
Adapter = Callable[[Case, Answer, Library], Planned]

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
        "chp-allocation": cogeneration.planned,
        "pcf-allocation": allocations.planned,
        "pcf-quality": qualities.planned,
        "uncertainty": uncertainties.planned,
    }
)
"""Feature -> adapter; a feature without one is planned product by product."""


def plan(case: Case, answer: Answer, library: Library) -> Planned:
    """Return what to ask for one answer; raises `NotSupported` or `Mismatch`."""
    adapter: Adapter = ADAPTERS.get(case.feature, planned_plainly)
    try:
        found = adapter(case, answer, library)
    except (NotASumOfProducts, UnknownMeasure) as error:
        raise NotSupported(str(error)) from None
    if not isinstance(found, Plan):
        return found
    for value in (value for estimate in found.estimates for value in estimate.numbers):
        _check_digits(value)
    return found


def _check_digits(value: Decimal) -> None:
    """Raise `NotSupported` for a number that the service refuses as a whole request, not as one estimate."""
    try:
        parse(plain(value))
    except NotADecimal as error:
        raise NotSupported(f"{value}: {error}") from None
