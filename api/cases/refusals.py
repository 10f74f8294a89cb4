"""Cases that the service must refuse: what is sent, and whether the refusal is the one the case expects."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from api.cases.measures import UnknownMeasure, measure
from api.cases.plans import Estimate, NotSupported, OwnPart, Term
from api.cases.reading import Case, Figure
from emission_factors.units import UnknownUnit, unit

_EVIDENCE: Final = "documents"
_MOST_DOCUMENTS: Final = 10
_REFERENCE: Final = "one fuel"
_CARBONATES: Final = ("CaCO3", "MgCO3", "Na2CO3", "BaCO3", "SrCO3", "Li2CO3", "K2CO3", "NaHCO3")
"""Substances that the parts of a material are taken for; the refusal does not depend on which they are."""
_BY_DIMENSION: Final = {
    "energy": "electricity.grid",
    "normal_volume": "stationary.natural_gas",
    "volume": "stationary.diesel",
    "mass": "stationary.diesel",
    "distance": "fleet.car",
    "freight": "freight.hgv",
    "passenger_distance": "travel.rail",
    "money": "goods.spend_uk/UK-1",
}
"""What a quantity is taken for where a case does not say: the refusals tried here do not depend on it."""
_CODES: Final = {
    "negative": "NEGATIVE_QUANTITY",
    "fraction": "FRACTION_OUT_OF_RANGE",
    "percent": "FRACTION_OUT_OF_RANGE",
    "range": "FRACTION_OUT_OF_RANGE",
    "balance": "NEGATIVE_BALANCE",
    "above 100": "FRACTION_OUT_OF_RANGE",
    "exceed": "FRACTION_OUT_OF_RANGE",
    "evidence": "ZERO_FACTOR_NEEDS_EVIDENCE",
    "duplicate": "DUPLICATE_PATH",
    "steam": "OUTSIDE_TABLE",
    "table": "OUTSIDE_TABLE",
    "enthalpy": "OUTSIDE_TABLE",
    "unit": "UNKNOWN_UNIT UNIT_NOT_ACCEPTED BAD_FACTOR",
    "dimension": "UNIT_NOT_ACCEPTED BAD_FACTOR",
    "missing factor": "NO_FACTOR MISSING_PROPERTY",
    "density": "MISSING_PROPERTY",
    "price year": "PRICE_YEAR_MISSING",
    "no factor": "NO_FACTOR",
    "region": "UNKNOWN_REGION NO_FACTOR",
    "number": "NOT_A_NUMBER",
}
"""Word of an expected error -> the codes that say it."""


def estimates(case: Case) -> list[Estimate]:
    """Return what to send for a case that must be refused; raises `NotSupported`."""
    figures = list(case.figures.values())
    pressure = next((figure for figure in figures if figure.unit == "MPa"), None)
    if pressure is not None:
        return [_steam(pressure, figures)]
    shares = [figure for figure in figures if _is_share(figure)]
    factors = [figure for figure in figures if "/" in figure.unit]
    quantities = [figure for figure in figures if figure not in (*shares, *factors) and figure.unit != _EVIDENCE]
    if not quantities and not shares:
        raise NotSupported("the case gives nothing that can be sent")
    if factors:
        return [_priced(quantities, factors, figures)]
    if "balance" in case.expect_error and len(quantities) > 1:
        return _balance(quantities, shares)
    if _is_composition(shares):
        return _composition(quantities, shares)
    if len(quantities) > 1:
        return [_of(quantity, _shared_type(quantities), shares, _REFERENCE) for quantity in quantities]
    quantity = quantities[0] if quantities else Figure("one", Decimal(1), "t")
    activity = "process.carbon_in" if shares and not quantities else _type_of(quantity)
    return [_of(quantity, activity, shares)]


def refused_as_expected(expected: str, results: Sequence[dict[str, Any]]) -> str:
    """Return nothing where one result is the refusal expected, else what happened instead."""
    errors = [result for result in results if result["__typename"] == "EstimateError"]
    if not errors:
        return "the service accepts it"
    wanted = {code for word, codes in _CODES.items() if word in expected.lower() for code in codes.split()}
    if any(error["code"] in wanted or expected.lower() in error["message"].lower() for error in errors):
        return ""
    return f"the service refuses it for another reason: {errors[0]['code']}: {errors[0]['message']}"


def _balance(quantities: Sequence[Figure], shares: Sequence[Figure]) -> list[Estimate]:
    """What a balance is made of: the first quantity enters, the others leave; so with the shares of carbon in them."""
    enters, *leave = quantities
    of_leaving = shares[1:2] or shares
    return [
        _of(enters, "process.carbon_in", shares[:1], _REFERENCE),
        *(_of(quantity, "process.carbon_out", of_leaving, _REFERENCE) for quantity in leave),
    ]


def _is_composition(shares: Sequence[Figure]) -> bool:
    """Whether shares are parts of one material that together are more than the whole."""
    parts = [Fraction(share.value) * measure(share.unit).to_base for share in shares]
    return 1 < len(parts) <= len(_CARBONATES) and max(parts) <= 1 < sum(parts)


def _composition(quantities: Sequence[Figure], shares: Sequence[Figure]) -> list[Estimate]:
    quantity = quantities[0] if quantities else Figure("one", Decimal(1), "t")
    return [
        _of(quantity, f"process.carbonate/{substance}", [share], _REFERENCE)
        for share, substance in zip(shares, _CARBONATES, strict=False)
    ]


def _is_share(figure: Figure) -> bool:
    try:
        return not measure(figure.unit).powers and "/" not in figure.unit
    except UnknownMeasure:
        return False


def _steam(pressure: Figure, figures: Sequence[Figure]) -> Estimate:
    temperature = next((figure.value for figure in figures if figure.unit == "degC"), None)
    mass = next((figure for figure in figures if figure.unit in ("t", "kg")), Figure("one", Decimal(1), "t"))
    return Estimate(
        "steam.purchased",
        mass.value,
        mass.unit,
        region="CN",
        pressure_mpa=pressure.value,
        temperature_c=temperature,
    )


def _priced(quantities: Sequence[Figure], factors: Sequence[Figure], figures: Sequence[Figure]) -> Estimate:
    """A quantity with a factor of the case, and as many documents as it names."""
    quantity = quantities[0] if quantities else Figure("one", Decimal(1), factors[0].unit.partition("/")[2])
    documents = min(sum(int(figure.value) for figure in figures if figure.unit == _EVIDENCE), _MOST_DOCUMENTS)
    gas = "CO2E" if re.search("CO2 ?e", factors[0].unit) else "CO2"
    part = OwnPart(gas, tuple(Term(factor.name, factor.value, factor.unit) for factor in factors))
    evidence = tuple(f"document {number}" for number in range(1, documents + 1))
    return Estimate(_type_of(quantity), quantity.value, quantity.unit, own=(part,), evidence=evidence)


def _of(quantity: Figure, activity: str, shares: Sequence[Figure], reference: str = "") -> Estimate:
    multipliers = tuple(Term(figure.name, figure.value, figure.unit) for figure in shares)
    return Estimate(activity, quantity.value, quantity.unit, region="CN", multipliers=multipliers, reference=reference)


def _type_of(quantity: Figure) -> str:
    try:
        return _BY_DIMENSION.get(unit(quantity.unit).dimension, "other.stationary")
    except UnknownUnit:
        return "electricity.grid"


def _shared_type(quantities: Sequence[Figure]) -> str:
    types = {_type_of(quantity) for quantity in quantities}
    return types.pop() if len(types) == 1 else "stationary.natural_gas"
