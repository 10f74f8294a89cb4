"""Most features: the formula is a sum of products, and each product is one estimate."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from api.cases.amounts import share
from api.cases.expressions import expand
from api.cases.library import Library
from api.cases.measures import measure
from api.cases.plans import NotSupported, Plan, joined
from api.cases.products import Product, products
from api.cases.reading import Answer, Case, Figure
from api.cases.roles import Wanted

_ONE_KILOGRAM: Final = Figure("one", Decimal(1), "kg")


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Return one share for each product of the formula."""
    wanted = wanted_of(answer)
    found = products(case, expand(answer.expression), wanted.unit, library)
    if not wanted.unit.powers and not wanted.unit.under:
        return _of_a_share(case, found, library)
    return Plan(tuple(joined([share(case, product, wanted, library) for product in found])), wanted.over)


def wanted_of(answer: Answer) -> Wanted:
    """Return what an answer asks for; raises `UnknownMeasure`."""
    return Wanted(measure(answer.unit), answer.name.lower())


def _of_a_share(case: Case, found: list[Product], library: Library) -> Plan:
    """Read a share as the part of a kilogram: the service takes shares as multipliers only."""
    if len(found) != 1 or len(found[0].figures) != 1:
        raise NotSupported("the answer is a ratio of the case's own figures; the service gives amounts")
    wanted = Wanted(measure("kg"))
    product = replace(found[0], figures=(_ONE_KILOGRAM, *found[0].figures))
    return Plan((share(case, product, wanted, library),), wanted.unit)
