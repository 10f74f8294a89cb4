"""Factors that are not of the catalogue: given with a request, named by id, or registered by a tenant.

All become the same `Factor` as a published one, so that selection, arithmetic and explanation treat them alike.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from accounting.basis import Basis
from accounting.lines import Place
from accounting.refusals import RefusalCode, Refused
from emission_factors.activity_types import ActivityType, Line, Scope
from emission_factors.chains import CO2E, Term, kilograms_per
from emission_factors.factors import Dataset, Factor, GasBasis, Origin, Purpose, Status
from emission_factors.gases import GwpSet, UnknownGas, gas
from emission_factors.properties import Conversion, NotConvertible, Step, convert
from emission_factors.selection import Selection, Wanted, usable_properties
from emission_factors.units import Unit, unit

BIOGENIC_CO2: Final = "CO2_BIOGENIC"
"""Stands for a gas where a part of an own factor is biogenic CO2, outside the scopes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One gas of an own factor and the chain that gives its mass per unit of activity. `gas` is a gas code, `CO2E` or
    `CO2_BIOGENIC`.
    """

    gas: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class OwnFactor:
    """A factor someone answers for: its parts, where it comes from, and the documents that prove it.

    `gwp_set` says with which GWPs a CO2E part was computed, if it is known.
    """

    name: str
    parts: tuple[Part, ...]
    source: str
    gwp_set: GwpSet | None = None
    evidence: tuple[str, ...] = ()


def of_caller(own: OwnFactor, line: Line, place: Place, per: Unit) -> Selection:
    """Return the selection of a factor given with the request, per unit of the quantity.

    Raises `BadChain` or `Refused`; zero-emission purchased energy needs evidence (GB/T 32151.34-2024 app. D).
    """
    factor = factor_of(own, per, "caller", Origin.CALLER, "", place.day, None, place.day)
    require_evidence(factor, own, line)
    return _chosen(factor, line, place, per, _itself(per), "given by the caller")


def of_instrument(own: OwnFactor, instrument_id: str, line: Line, place: Place, per: Unit, rule: str) -> Selection:
    """Return the selection of an instrument's rate for the energy it covers, per unit of the quantity."""
    factor = factor_of(own, per, f"instrument:{instrument_id}", Origin.INSTRUMENT, "", place.day, None, place.day)
    return _chosen(factor, line, place, per, _itself(per), rule)


def named(basis: Basis, factor_id: str, activity: ActivityType, line: Line, place: Place, per: Unit) -> Selection:
    """Return the selection of a catalogue factor named by its id; raises `Refused`."""
    factor = basis.catalogue.factors.get(factor_id)
    if factor is None:
        message = (
            f"release {basis.catalogue.release.number} has no factor {factor_id!r}; search emissionFactors for its id"
        )
        raise Refused(RefusalCode.UNKNOWN_FACTOR, "factorId", message)
    if factor.status is Status.QUARANTINED:
        message = f"{factor_id} failed a loading check and is shown only, never used: {factor.note}"
        raise Refused(RefusalCode.BAD_FACTOR, "factorId", message)
    known = usable_properties(
        basis.catalogue,
        activity.substance,
        (factor.region, "WORLD", *basis.proxies),
        place.year,
        factor.dataset.dataset_id,
    )
    try:
        conversion = convert(per, unit(factor.unit), known, activity.substance)
    except NotConvertible as error:
        raise Refused(RefusalCode.UNIT_NOT_ACCEPTED, "unit", f"{factor_id} is per {factor.unit}: {error}") from None
    return _chosen(factor, line, place, per, conversion, "named by the caller")


def factor_of(
    own: OwnFactor,
    per: Unit,
    factor_id: str,
    origin: Origin,
    supplier: str,
    valid_from: date,
    valid_to: date | None,
    recorded_on: date,
) -> Factor:
    """Return an own factor as a `Factor` per unit `per`; raises `BadChain`, or `Refused` for an unknown gas or none."""
    if not own.parts:
        raise Refused(RefusalCode.BAD_FACTOR, "parts", "the factor has no part; give a gas, or CO2E for a total")
    try:
        values = [(_canonical(part.gas), kilograms_per(part.terms, _gas_of(part), per)) for part in own.parts]
    except UnknownGas as error:
        raise Refused(RefusalCode.BAD_FACTOR, "parts", str(error)) from None
    co2e = [value for name, value in values if name == CO2E]
    masses = tuple((name, value) for name, value in values if name not in (CO2E, BIOGENIC_CO2))
    _refuse_repeated([name for name, _ in values])
    return Factor(
        factor_id=factor_id,
        dataset=_dataset(own, recorded_on),
        kinds=(),
        name_en=own.name,
        name_zh="",
        path="",
        region="",
        data_year=valid_from.year,
        valid_from=valid_from,
        valid_to=valid_to,
        unit=per.code,
        basis=_basis_of(bool(co2e), [name for name, _ in masses]),
        co2e=co2e[0] if co2e else None,
        gases=masses,
        co2_biogenic=next((value for name, value in values if name == BIOGENIC_CO2), None),
        locator=own.source,
        purposes=frozenset(Purpose),
        terms=tuple((part.gas, part.terms) for part in own.parts),
        origin=origin,
        supplier=supplier,
        note="; ".join(own.evidence),
    )


def require_evidence(factor: Factor, own: OwnFactor, line: Line) -> None:
    """Raise `Refused` where purchased energy is claimed at zero without a document."""
    is_zero = not factor.co2e and not any(value for _, value in factor.gases)
    if line.scope is Scope.SCOPE_2 and is_zero and not own.evidence:
        message = (
            f"zero factor needs evidence: {own.name or 'the factor'} counts purchased energy as zero; "
            "name the certificate, contract or settlement that proves it"
        )
        raise Refused(RefusalCode.ZERO_FACTOR_NEEDS_EVIDENCE, "ownFactor.evidence", message)


def _canonical(name: str) -> str:
    """Return a gas by its code, so that `R-134a` and `HFC-134a` are one gas."""
    return name if name in (CO2E, BIOGENIC_CO2) else gas(name).code


def _gas_of(part: Part) -> str:
    return "CO2" if part.gas == BIOGENIC_CO2 else part.gas


def _refuse_repeated(names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        message = f"{', '.join(repeated)} stands in more than one part; give each gas once"
        raise Refused(RefusalCode.BAD_FACTOR, "parts", message)


def _basis_of(has_total: bool, masses: list[str]) -> GasBasis:
    if has_total and masses:
        message = "a factor is either one CO2E total or a mass of each gas; both together would count twice"
        raise Refused(RefusalCode.BAD_FACTOR, "parts", message)
    if has_total:
        return GasBasis.CO2E_TOTAL
    return GasBasis.CO2_ONLY if masses == ["CO2"] else GasBasis.GAS_MASSES


def _dataset(own: OwnFactor, recorded_on: date) -> Dataset:
    """An own factor has no data set; its citation is what its owner wrote."""
    return Dataset("own", "", own.source, "", recorded_on, own.gwp_set, "", "", "", "not_allowed", "", "", None, 0)


def _itself(per: Unit) -> Conversion:
    return Conversion((Step(per.code, per.code, Fraction(1)),))


def _chosen(factor: Factor, line: Line, place: Place, per: Unit, conversion: Conversion, rule: str) -> Selection:
    wanted = Wanted(line.kind, place.region, place.day, place.year, per, supplier=place.supplier)
    return Selection(wanted, factor, conversion, rule, (), False)
