"""Refrigerants: a mixture that the service knows by name is released as that mixture, and its composition compared."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.cases.adapters import plain
from api.cases.amounts import basis
from api.cases.citations import Potential, cited
from api.cases.expressions import expand
from api.cases.library import Library
from api.cases.measures import measure
from api.cases.plans import Estimate, Mismatch, Plan, Read, Reading, Share
from api.cases.products import Product, products
from api.cases.reading import Answer, Case, Figure
from api.cases.roles import Wanted

_NAME: Final = re.compile(r"R-?\d{3}[A-Z]\b")


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Plan the release of a mixture where the formula adds up its components; else product by product."""
    wanted = plain.wanted_of(answer)
    blend = _blend(case, library)
    expansion = expand(answer.expression)
    if not blend or wanted.label not in ("CO2e", "CO2eq") or len(expansion.monomials) < 2:
        return plain.planned(case, answer, library)
    found = products(case, expansion, wanted.unit, library)
    parts = {product.gas: _share_of(product) for product in found}
    if not found or len(parts) != len(found) or not all(parts.values()):
        return plain.planned(case, answer, library)
    _compare(blend, {gas: part.value for gas, part in parts.items() if part}, library)
    return _release(case, wanted, blend, found, library)


def _blend(case: Case, library: Library) -> str | None:
    cites = [cited(figure.source) for figure in case.figures.values()]
    if any(isinstance(cite, Potential) and library.gas(cite.gas) in library.compositions for cite in cites):
        return None  # its own GWP is cited, so the formula does not add up components
    named = _NAME.search(f"{case.section} {case.title}")
    blend = library.gas(named[0]) if named else None
    return blend if blend in library.compositions else None


def _share_of(product: Product) -> Figure | None:
    shares = [figure for figure in product.figures if not measure(figure.unit).powers]
    return shares[0] if product.gas and product.sign > 0 and len(shares) == 1 else None


def _compare(blend: str, parts: Mapping[str, Decimal], library: Library) -> None:
    held = library.compositions[blend]
    for gas, share in parts.items():
        if held.get(gas) != share:
            raise Mismatch(f"{blend} holds {held.get(gas, 'no')} {gas} in the service, {share} in the case")


def _release(case: Case, wanted: Wanted, blend: str, found: list[Product], library: Library) -> Plan:
    masses = [figure for figure in found[0].figures if measure(figure.unit).powers]
    quantity = masses[0] if masses else Figure("one", Decimal(1), wanted.unit.under)
    place = library.activity((f"gas/{blend}",), "mass", ("refrigerant.",))
    if place is None:
        raise Mismatch(f"the service has no activity type for {blend}")
    estimate = Estimate(place[0], quantity.value, measure(quantity.unit).bare, basis(case, found[0]))
    readings = [Reading(Read.GAS_CO2E, place[1], product.gas) for product in found]
    return Plan(tuple(Share(estimate, (reading,)) for reading in readings), wanted.over)
