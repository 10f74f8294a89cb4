"""Heat of steam and hot water: the service looks the enthalpy up, interpolates, and applies the regime's reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.adapters import plain
from api.cases.citations import SteamPoint, cited
from api.cases.expressions import Expansion, expand
from api.cases.library import Library
from api.cases.matching import matched
from api.cases.measures import Measure, alike, decimal_of, measure
from api.cases.plans import Estimate, NotSupported, OnBasis, OwnPart, Plan, Probe, Read, Reading, Share
from api.cases.reading import Answer, Case, Figure
from api.cases.roles import terms

_PRESSURES: Final = {"MPa": Fraction(1), "kPa": Fraction(1, 1000), "bar": Fraction(1, 10)}
_TEMPERATURES: Final = frozenset({"degC", "℃", "°C"})
_NDRC_REFERENCE: Final = Fraction("83.74")
_HEAT_CAPACITY: Final = Fraction("4.1868")
_ENTHALPY: Final = "kJ/kg"
_DEGREES: Final = Measure("degC", Fraction(1), ())
_TONNE: Final = Figure("one", Decimal(1), "t")


@dataclass(frozen=True, slots=True)
class State:
    """The condition of steam, or of hot water where no pressure is given."""

    pressure_mpa: Decimal | None
    temperature_c: Decimal | None


def planned(case: Case, answer: Answer, library: Library) -> Plan:
    """Plan a point of the enthalpy tables, the heat in a mass of steam or water, or what that heat emits."""
    state = _state(case)
    if answer.unit in _TEMPERATURES:
        return _point(case, state, Reading(Read.STEAM_TEMPERATURE), _DEGREES)
    if answer.unit == _ENTHALPY:
        return _point(case, state, Reading(Read.STEAM_ENTHALPY), measure(_ENTHALPY))
    expansion = expand(answer.expression)
    is_water = state.pressure_mpa is None and _HEAT_CAPACITY in expansion.constants
    if not is_water and state.pressure_mpa is None:
        return plain.planned(case, answer, library)
    return _heat(case, answer, state, expansion, library)


def _state(case: Case) -> State:
    """Read the condition from the inputs, else from the table cell that an enthalpy of the case cites."""
    pressure = next((figure for figure in case.figures.values() if figure.unit in _PRESSURES), None)
    temperature = next(
        (figure for figure in case.figures.values() if figure.is_input and figure.unit in _TEMPERATURES), None
    )
    cell = next(iter(_cells(case)), None)
    if pressure is None and cell is not None:
        return State(cell[1].pressure_mpa, cell[1].temperature_c)
    size = _PRESSURES[pressure.unit] if pressure else Fraction(1)
    return State(
        decimal_of(Fraction(pressure.value) * size) if pressure else None, temperature.value if temperature else None
    )


def _cells(case: Case) -> Iterator[tuple[Figure, SteamPoint]]:
    for figure in case.figures.values():
        cite = cited(figure.source)
        if isinstance(cite, SteamPoint) and figure.unit == _ENTHALPY:
            yield figure, cite


def _checks(case: Case) -> tuple[Probe, ...]:
    """Every enthalpy that a case takes from the tables must be the service's."""
    return tuple(
        Probe(
            _estimate(_TONNE, State(cell.pressure_mpa, cell.temperature_c), OnBasis()),
            Reading(Read.STEAM_ENTHALPY),
            figure.name,
            figure.value,
            measure(_ENTHALPY),
        )
        for figure, cell in _cells(case)
    )


def _point(case: Case, state: State, reading: Reading, unit: Measure) -> Plan:
    if state.pressure_mpa is None:
        raise NotSupported("the case gives no pressure to look an enthalpy up for")
    share = Share(_estimate(_TONNE, state, OnBasis()), (reading,))
    return Plan((share,), unit, _checks(case))


def _heat(case: Case, answer: Answer, state: State, expansion: Expansion, library: Library) -> Plan:
    wanted = plain.wanted_of(answer)
    figures = _figures(case, expansion)
    masses = [figure for figure in figures if alike(measure(figure.unit).powers) == (("mass", 1),)]
    if len(masses) != 1:
        raise NotSupported("the formula must have one mass of steam or water")
    rates = [figure for figure in figures if figure not in masses and measure(figure.unit).powers]
    multipliers = [figure for figure in figures if not measure(figure.unit).powers]
    regime = "NDRC_910_2025" if _NDRC_REFERENCE in expansion.constants else "GHG_PROTOCOL"
    estimate = replace(_estimate(masses[0], state, OnBasis(regime)), multipliers=terms(multipliers))
    if not wanted.label:
        return Plan((Share(estimate, (Reading(Read.STEAM_HEAT),)),), wanted.unit, _checks(case))
    return Plan((_emitting(estimate, rates, library),), wanted.unit, _checks(case))


def _figures(case: Case, expansion: Expansion) -> list[Figure]:
    """The figures of the formula but those that the condition of the steam stands for."""
    names = dict.fromkeys(name for monomial in expansion.monomials for name, _ in monomial.powers)
    missing = [name for name in names if name not in case.figures]
    if missing:
        raise NotSupported(f"the formula names {missing[0]!r}, which the case does not give")
    skipped = {*_PRESSURES, *_TEMPERATURES, _ENTHALPY}
    return [case.figures[name] for name in names if case.figures[name].unit not in skipped]


def _emitting(estimate: Estimate, rates: Sequence[Figure], library: Library) -> Share:
    if len(rates) != 1:
        raise NotSupported("the formula must have one factor per unit of heat")
    reading = Reading(Read.GAS_MASS, "location", "CO2")
    match = matched(rates, wants_biogenic=False, library=library)
    if match is not None:
        priced = replace(estimate, factor_id=match.factor.factor_id, line="location")
        return Share(priced, (reading,))
    return Share(replace(estimate, own=(OwnPart("CO2", terms(rates)),), line="location"), (reading,))


def _estimate(mass: Figure, state: State, basis: OnBasis) -> Estimate:
    return Estimate(
        "heat.hot_water" if state.pressure_mpa is None else "steam.purchased",
        mass.value,
        measure(mass.unit).bare,
        basis,
        region="CN",
        pressure_mpa=state.pressure_mpa,
        temperature_c=state.temperature_c,
    )
