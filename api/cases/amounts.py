"""From one product of a formula to one estimate: whose factor is used, under which activity type, what is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from api.cases.citations import Potential, cited
from api.cases.families import Family, family_of
from api.cases.library import Library
from api.cases.matching import Match, matched
from api.cases.measures import measure
from api.cases.plans import Estimate, NotSupported, OnBasis, OwnPart, Read, Reading, Share, Term
from api.cases.products import Product, Turned
from api.cases.reading import Case, Figure
from api.cases.roles import (
    CO2E_LABELS,
    COAL_UNITS,
    ELEMENTS,
    EMISSIONS,
    LABEL_GASES,
    Roles,
    Wanted,
    emitting,
    in_unit_of,
    is_mass,
    priced,
    roles_of,
    split,
    terms,
)
from emission_factors.units import base_of, multiplied, unit

_REPORTED: Final = "investment.reported"
_BIOGENIC_CH4: Final = "CH4_BIOGENIC"
_BY_ELEMENT: Final = {
    Turned.METHANE: Figure("carbon", Decimal(1), "kg CH4-C/kg", is_input=False),
    Turned.NITROGEN: Figure("nitrogen", Decimal(1), "kg N2O-N/kg", is_input=False),
}
"""A product that is a mass of an element already: all of it turns into the gas."""
_STEM: Final = 6
"""Letters in which an answer's name and an activity type must agree."""


@dataclass(frozen=True, slots=True)
class Job:
    """One product of one answer, and what is needed to make an estimate of it."""

    case: Case
    product: Product
    wanted: Wanted
    family: Family
    library: Library


def share(case: Case, product: Product, wanted: Wanted, library: Library) -> Share:
    """Return the estimate that makes one product, and what to read of it; raises `NotSupported` or `Mismatch`."""
    job = Job(case, product, wanted, family_of(case.feature), library)
    match = _usable(matched(product.figures, wanted.is_biogenic, library), product, library)
    if match is not None:
        return _of_catalogue(job, match)
    given = emitting(product, wanted)
    roles = roles_of([figure for figure in product.figures if figure not in given], wanted)
    if given:
        return _of_case(job, given, roles)
    if product.turned in _BY_ELEMENT:
        return _of_case(job, [_BY_ELEMENT[product.turned]], roles)
    if product.turned is not Turned.NOTHING or measure(roles.quantity.unit).substance in ELEMENTS:
        return _of_balance(job, roles)
    gas = product.gas or _gas_of(job, roles.quantity)
    return _of_gas(job, roles, gas) if gas else _without_factor(job, roles)


def basis(case: Case, product: Product, match: Match | None = None) -> OnBasis:
    """Return the basis: the GWP set that a product names, else that of the factor as printed, else the case's."""
    printed = match.factor.gwp_set if match and match.reading.read in (Read.CO2E, Read.GAS_CO2E) else ""
    named = next((name for name in ("AR4", "AR5", "AR6", "SAR") if case.gwp_set.startswith(name)), "")
    return OnBasis(gwp_set=product.gwp_set or printed or named)


def nothing_emitted(quantity: Figure, rest: Sequence[Figure]) -> tuple[OwnPart, ...]:
    """Return a factor of zero per unit of a quantity with its multipliers, for an estimate that is not of emissions.

    Raises `NotSupported` where they measure nothing that activities are counted in.
    """
    powers = multiplied(measure(quantity.unit).powers, *(measure(figure.unit).powers for figure in rest))
    counted = base_of(powers)
    if counted is None:
        raise NotSupported(f"{quantity.unit} times the other figures measures nothing that activities are counted in")
    return (OwnPart("CO2E", (Term("nothing emitted", Decimal(0), f"kg/{counted.code}"),)),)


def _usable(match: Match | None, product: Product, library: Library) -> Match | None:
    """Leave out a factor whose gas the case counts with another GWP: methane by origin, or a GWP of its own."""
    if match is None or any(_is_own_gwp(figure) for figure in product.figures if figure not in match.covered):
        return None
    if product.gwp is None or not match.reading.gas:
        return match
    return match if library.gwps.get((match.reading.gas, product.gwp_set)) == product.gwp else None


def _is_own_gwp(figure: Figure) -> bool:
    found = measure(figure.unit)
    return found.substance in CO2E_LABELS and bool(found.under) and not found.powers


def _of_catalogue(job: Job, match: Match) -> Share:
    """Use a factor of the service's catalogue by its id, under the first activity type that asks for such a factor."""
    factor = match.factor
    roles = roles_of([figure for figure in job.product.figures if figure not in match.covered], job.wanted)
    place, sign = _place(job, factor.kinds, unit(factor.unit).dimension, job.family.groups)
    activity, line = place or (job.family.own, "")
    quantity = roles.quantity if match.properties else in_unit_of(roles, factor.unit)
    estimate = Estimate(
        activity,
        quantity.value,
        measure(quantity.unit).bare,
        basis(job.case, job.product, match),
        multipliers=terms(roles.rest),
        line=line,
        factor_id=factor.factor_id,
        region=factor.region,
        first_day=f"{factor.data_year}-01-01",
        last_day=f"{factor.data_year}-12-31",
    )
    return Share(
        estimate, (replace(_counted(match.reading, job.wanted), line=line),), sign, properties=match.properties
    )


def _place(job: Job, kinds: Sequence[str], dimension: str, groups: Sequence[str]) -> tuple[tuple[str, str] | None, int]:
    """Return the activity type and line for a factor kind, and the sign that is left to the runner.

    What reduces a balance has types of its own; where there is none, the difference of two estimates is taken.
    """
    balancing = job.library.activity(kinds, dimension, groups, job.product.sign)
    if balancing is not None:
        return balancing, 1
    return job.library.activity(kinds, dimension, groups), job.product.sign


def _counted(reading: Reading, wanted: Wanted) -> Reading:
    """Read a gas as CO2e where the answer is one."""
    if reading.read is Read.GAS_MASS and wanted.label in CO2E_LABELS:
        return replace(reading, read=Read.GAS_CO2E)
    return reading


def _of_case(job: Job, given: Sequence[Figure], roles: Roles) -> Share:
    """Use the factor that the case gives."""
    gas = _case_gas(job, given)
    multipliers, more = split(roles, job.wanted)
    line = _line_of_case(job) if gas != "CO2_BIOGENIC" else ""
    estimate = Estimate(
        job.family.own if gas != "CO2_BIOGENIC" else "other.stationary",
        roles.quantity.value,
        measure(roles.quantity.unit).bare,
        basis(job.case, job.product),
        region="CN" if line else "WORLD",  # beside a supplier's figure the grid's own must be found
        multipliers=terms(multipliers),
        line=line,
        own=(OwnPart(gas, terms([*(priced(figure, roles.quantity) for figure in given), *more])),),
    )
    read = {"CO2E": Read.CO2E, "CO2_BIOGENIC": Read.BIOGENIC}.get(gas, Read.GAS_MASS)
    reading = Reading(read, line, gas if read is Read.GAS_MASS else "")
    return Share(estimate, (_counted(reading, job.wanted),), job.product.sign)


def _line_of_case(job: Job) -> str:
    """Return the line that a factor of the case is for, where the answer says which of two."""
    return "market" if "market" in job.wanted.name and job.family.own == "electricity.grid" else ""


def _case_gas(job: Job, given: Sequence[Figure]) -> str:
    """Return the gas of the case's factor; with a GWP of its own in it, it is a factor of CO2e."""
    labels = [measure(figure.unit).substance for figure in given]
    if not job.product.gas and any(label in CO2E_LABELS for label in labels):
        return "CO2E"
    gases = [(LABEL_GASES | ELEMENTS).get(label, "") for label in (*labels, job.wanted.label)]
    gas = job.product.gas or next((gas for gas in gases if gas), "CO2E")
    return "CO2_BIOGENIC" if gas == "CO2" and job.wanted.is_biogenic else gas


def _of_balance(job: Job, roles: Roles) -> Share:
    """Account a mass of carbon, or of volatile matter, that enters or leaves a process."""
    kind = "balance.methane_oxidised" if job.product.turned is Turned.VOLATILES else "balance.carbon"
    place, sign = _place(job, (kind,), "mass", ("process.",))
    if place is None:
        raise NotSupported(f"the service has no activity type for {kind}")
    return _plain(job, roles, place, Reading(Read.GAS_MASS, gas="CO2"), sign)


def _of_gas(job: Job, roles: Roles, gas: str) -> Share:
    """Account a mass of gas released, or taken out of a balance."""
    kinds = [f"gas/{gas}"]
    if gas == "CH4" and job.product.gwp in (None, job.library.gwps.get((_BIOGENIC_CH4, job.product.gwp_set))):
        kinds.append(f"gas/{_BIOGENIC_CH4}")  # what a treatment recovers is counted as the treatment counts it
    place, sign = _place(job, kinds, "mass", (*_named_after(job), *job.family.gas))
    if place is None:
        raise NotSupported(f"the service has no activity type for {gas}")
    is_blend = gas in job.library.compositions
    if job.wanted.label in ("", gas.split("_", maxsplit=1)[0]):
        reading = Reading(Read.MASS) if is_blend else Reading(Read.GAS_MASS, gas=gas)
    else:
        reading = Reading(Read.CO2E) if is_blend else Reading(Read.GAS_CO2E, gas=gas)
    return _plain(job, roles, place, reading, sign)


def _named_after(job: Job) -> list[str]:
    """Return the activity types that an answer is named after: `disposal` is refrigerant.disposed."""
    group = job.family.gas[0].partition(".")[0]
    codes = dict.fromkeys(
        line.activity_type for line in job.library.type_lines if line.activity_type.startswith(f"{group}.")
    )
    return [code for code in codes if code.partition(".")[2][:_STEM] in job.wanted.name]


def _plain(job: Job, roles: Roles, place: tuple[str, str], reading: Reading, sign: int) -> Share:
    estimate = Estimate(
        place[0],
        roles.quantity.value,
        measure(roles.quantity.unit).bare,
        basis(job.case, job.product),
        multipliers=terms(roles.rest),
    )
    return Share(estimate, (replace(reading, line=place[1]),), sign)


def _gas_of(job: Job, quantity: Figure) -> str:
    """Name the gas a quantity is a mass of: by its unit or name, by the case's GWP, or because the answer is CO2."""
    found = measure(quantity.unit)
    if not is_mass(found) or found.substance in CO2E_LABELS:
        return ""
    named = job.library.gas(found.substance or quantity.name)
    if named:
        return named
    if job.family.gas[0].startswith("refrigerant."):
        potentials = (cited(figure.source) for figure in job.case.figures.values())
        return next((job.library.gas(cite.gas) or "" for cite in potentials if isinstance(cite, Potential)), "")
    return "CO2" if job.wanted.label in ("CO2", *CO2E_LABELS) and not job.wanted.unit.under else ""


def _without_factor(job: Job, roles: Roles) -> Share:
    """Ask for the quantity itself (a mass, an energy, tonne-kilometres), or for a CO2e as another party reports it."""
    if measure(roles.quantity.unit).substance in CO2E_LABELS:
        return _plain(job, roles, (_REPORTED, "main"), Reading(Read.CO2E), job.product.sign)
    counted = base_of(job.wanted.over.powers)
    if counted is None or job.wanted.label in EMISSIONS:
        raise NotSupported(f"no factor of the formula makes {job.wanted.unit.text} of {roles.quantity.unit}")
    estimate = Estimate(
        "other.stationary",
        roles.quantity.value,
        measure(roles.quantity.unit).bare,
        multipliers=terms(roles.rest),
        own=nothing_emitted(roles.quantity, roles.rest),
    )
    read = Read.ENERGY if counted.dimension == "energy" else Read.QUANTITY
    if job.wanted.over.bare in COAL_UNITS:
        read = Read.TCE
    return Share(estimate, (Reading(read),), job.product.sign)
