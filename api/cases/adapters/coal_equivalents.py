"""Standard coal (GB/T 2589-2020): the service's own coefficients, of which it gives the lower and the upper figure."""

import re
from decimal import Decimal
from typing import Final

from api.cases.adapters import plain
from api.cases.amounts import nothing_emitted
from api.cases.citations import CoalEquivalent, cited
from api.cases.expressions import expand
from api.cases.library import Library
from api.cases.measures import Measure, alike, measure
from api.cases.plans import Estimate, NotSupported, OnBasis, Plan, Probe, Read, Reading, Share, Term
from api.cases.products import Product, products
from api.cases.reading import Answer, Case, Figure
from api.cases.roles import COAL_UNITS, Wanted
from emission_factors.units import unit

_CARRIERS: Final = {"electricity": "electricity.grid", "heat": "heat.district", "coke": "stationary.coke"}
_EQUIVALENT: Final = "equivalent"


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Plan the energy content of each carrier; what the service has no coefficient for takes the case's."""
    wanted = plain.wanted_of(answer)
    if alike(wanted.unit.powers) != (("energy", 1),):
        return _per_unit(case, answer, wanted.unit, library)
    found = products(case, expand(answer.expression), wanted.unit, library)
    return Plan(tuple(_share(case, product, wanted, library) for product in found), wanted.unit)


def _per_unit(case: Case, answer: Answer, target: Measure, library: Library) -> Plan:
    """Read what one unit is in another: 1 tce in GJ. The formula must hold nothing but conversions of units."""
    under = measure(target.under) if target.under else None
    found = products(case, expand(answer.expression), target, library)
    if under is None or alike(under.powers) != (("energy", 1),) or any(product.figures for product in found):
        return plain.planned(case, answer, library)
    estimate = _estimate("other.stationary", Figure("one", Decimal(1), target.under), ())
    return Plan((Share(estimate, (Reading(Read.ENERGY),)),), measure(target.over))


def _share(case: Case, product: Product, wanted: Wanted, library: Library) -> Share:
    coefficients = [figure for figure in product.figures if _is_coefficient(figure)]
    if len(coefficients) > 1:
        raise NotSupported("one product holds two standard-coal coefficients")
    others = [figure for figure in product.figures if figure not in coefficients]
    amounts = [figure for figure in others if measure(figure.unit).powers]
    if not amounts:
        raise NotSupported("no figure of the formula is a quantity")
    quantity, *more = amounts
    rest = (*more, *(figure for figure in others if figure not in amounts))
    if not coefficients:
        read = Read.TCE if wanted.unit.bare in COAL_UNITS else Read.ENERGY
        return Share(_estimate("other.stationary", quantity, rest), (Reading(read),), product.sign)
    return _with_coefficient(case, product, quantity, rest, coefficients[0], library)


def _is_coefficient(figure: Figure) -> bool:
    found = measure(figure.unit)
    return bool(found.under) and measure(found.over).bare in COAL_UNITS


def _with_coefficient(
    case: Case, product: Product, quantity: Figure, rest: tuple[Figure, ...], coefficient: Figure, library: Library
) -> Share:
    cite = cited(coefficient.source)
    carrier = _carrier(cite, quantity, library) if isinstance(cite, CoalEquivalent) else None
    if carrier is not None:
        estimate = _estimate(carrier, quantity, rest)
        readings = (Reading(Read.TCE), Reading(Read.TCE_HIGH))
        per = measure(coefficient.unit)
        one = _estimate(carrier, Figure("one", Decimal(1), per.under), ())
        probes = tuple(
            Probe(one, reading, coefficient.name, coefficient.value, measure(per.over)) for reading in readings
        )
        return Share(estimate, readings, product.sign, probes=probes)
    if unit(measure(quantity.unit).bare).dimension == "energy" and _is_equivalent(case, coefficient):
        basis = OnBasis(electricity_kgce_per_kwh=format(coefficient.value, "f"))
        return Share(
            _estimate("electricity.grid", quantity, rest, basis), (Reading(Read.TCE_EQUIVALENT),), product.sign
        )
    return Share(_estimate("other.stationary", quantity, (*rest, coefficient)), (Reading(Read.TCE),), product.sign)


def _is_equivalent(case: Case, coefficient: Figure) -> bool:
    """Whether a coefficient is the equivalent value of electricity: the coal that thermal plants spend on it."""
    is_electric = measure(coefficient.unit).under in ("kWh", "MWh")
    return is_electric and _EQUIVALENT in f"{case.title} {case.section} {coefficient.source}".lower()


def _carrier(cite: CoalEquivalent, quantity: Figure, library: Library) -> str | None:
    """Return the activity type of an energy name of the standard that is counted in the quantity's dimension."""
    name = re.sub(r"\(.*|,.*", "", cite.energy).strip().lower()
    wanted = _CARRIERS.get(name, f"stationary.{name.replace(' ', '_').replace('-', '_')}")
    dimension = unit(measure(quantity.unit).bare).dimension
    is_there = any(line.activity_type == wanted and dimension in line.dimensions for line in library.type_lines)
    return wanted if is_there else None


def _estimate(activity: str, quantity: Figure, rest: tuple[Figure, ...], basis: OnBasis | None = None) -> Estimate:
    """An estimate for its energy alone: the emission factor is nothing, so that none has to be found."""
    multipliers = tuple(Term(figure.name, figure.value, measure(figure.unit).text) for figure in rest)
    return Estimate(
        activity,
        quantity.value,
        measure(quantity.unit).bare,
        basis or OnBasis(),
        region="CN",
        multipliers=multipliers,
        own=nothing_emitted(quantity, rest) if not activity.startswith(("electricity.", "heat.", "steam.")) else (),
    )
