"""Estimates: stateless, in batches, a result or an error for each input in order."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import strawberry

from accounting import estimates as pure
from accounting.amounts import added
from accounting.basis import Basis
from accounting.clauses import clause_of
from accounting.explanation import in_usual_unit
from accounting.own_factors import OwnFactor, Part
from accounting.references import judged
from accounting.refusals import Refused
from accounting.steam_heat import SteamConditions
from emission_factors.activity_types import Method, Scope
from emission_factors.chains import Term
from emission_factors.decimals import rounded
from emission_factors.units import Unit
from schema.enums import GwpSet, Scope2Method
from schema.scalars import Day, ExactDecimal, PostedDecimal
from schema.types.catalogue import InventoryLine
from schema.types.emissions import Emissions, Explanation, LineGap


@strawberry.input(description="A number with its unit, multiplied into a quantity or a factor.")
class TermInput:
    """A term."""

    name: str = strawberry.field(default="", description="What it is, such as NCV, purity or distance.")
    value: ExactDecimal = strawberry.field(description="Value; a fraction or percentage lies between 0 and 1.")
    unit: str = strawberry.field(description="Unit, such as GJ/t, tC/GJ, kgCO2/mmBtu, km, % or fraction.")
    source: str = strawberry.field(default="", description="Where it comes from.")


@strawberry.input(description="One gas of a factor, as the product of terms. Carbon (kgC) becomes CO2 by 44/12.")
class FactorPartInput:
    """A part."""

    gas: str = strawberry.field(description="Gas code, `CO2E` for a total in CO2e, or `CO2_BIOGENIC`.")
    terms: list[TermInput] = strawberry.field(
        description="Terms whose product is a mass of the gas per unit of quantity."
    )


@strawberry.input(description="A factor of the caller's own.")
class FactorInput:
    """An own factor."""

    name: str = strawberry.field(default="", description="Name of the factor.")
    parts: list[FactorPartInput] = strawberry.field(description="Gases, each once; either one CO2E total or masses.")
    source: str = strawberry.field(default="", description="Where it comes from.")
    gwp_set: GwpSet | None = strawberry.field(default=None, description="GWP set of a CO2E part, where known.")
    evidence: list[str] = strawberry.field(
        default_factory=list, description="Documents that prove it; purchased energy at zero needs one."
    )


@strawberry.input(description="Condition of steam or hot water, from which its heat is found.")
class SteamInput:
    """A steam condition."""

    pressure_mpa: ExactDecimal | None = strawberry.field(
        default=None, description="Absolute pressure in MPa. Alone: saturated steam."
    )
    temperature_c: ExactDecimal | None = strawberry.field(
        default=None, description="Temperature in degC. With pressure: superheated steam. Alone: hot water."
    )


@strawberry.input(description="What is to be estimated.")
class EstimateInput:
    """One estimate."""

    activity_type: str = strawberry.field(description="Activity type, with its qualifier if it takes one.")
    quantity: PostedDecimal = strawberry.field(description="Quantity, not negative.")
    unit: str = strawberry.field(description="Unit of the quantity.")
    region: str = strawberry.field(description="Region, ISO 3166 or a grid region.")
    first_day: Day = strawberry.field(description="First day of the period.")
    last_day: Day | None = strawberry.field(default=None, description="Last day of the period; the first if not given.")
    multipliers: list[TermInput] = strawberry.field(
        default_factory=list, description="Multiplied into the quantity: a distance, a purity, a leak rate."
    )
    supplier: str = strawberry.field(default="", description="Supplier, if any.")
    line: str = strawberry.field(
        default="", description="Inventory line that `factorId` or `factor` is for; the first if empty."
    )
    factor_id: str = strawberry.field(default="", description="Catalogue factor to use instead of the server's choice.")
    factor: FactorInput | None = strawberry.field(default=None, description="Factor of your own to use instead.")
    steam: SteamInput | None = strawberry.field(
        default=None, description="Condition of steam or hot water given by mass."
    )
    reference: str = strawberry.field(
        default="",
        description="What the input is about in your system. Inputs of one reference are judged together: the same "
        "activity in two dimensions, shares of one material above the whole, and a balance below zero are refused.",
    )


@strawberry.type(description="One inventory line of an estimate.")
class EstimateLine:
    """A line."""

    line: InventoryLine = strawberry.field(description="The line.")
    scope: Scope = strawberry.field(description="Its scope.")
    method: Scope2Method | None = strawberry.field(description="Its scope 2 method, for scope 2 lines.")
    emissions: Emissions = strawberry.field(description="What it emits.")
    explanation: Explanation = strawberry.field(description="Why.")


@strawberry.type(description="Energy content of a quantity; none where no published coefficient applies.")
class EnergyContent:
    """Energy."""

    gigajoules: ExactDecimal | None = strawberry.field(description="GJ on the net calorific basis.")
    tce: ExactDecimal | None = strawberry.field(
        description="Standard coal, equal value (GB/T 2589-2020), lower figure."
    )
    tce_high: ExactDecimal | None = strawberry.field(description="Upper figure where a range is printed.")
    tce_equivalent: ExactDecimal | None = strawberry.field(
        description="Standard coal, equivalent value; for electricity only where the basis gives the year's figure."
    )


@strawberry.type(description="Heat found from the condition of steam or hot water.")
class SteamHeat:
    """Steam heat."""

    gigajoules: ExactDecimal = strawberry.field(description="Heat in GJ.")
    enthalpy_kj_per_kg: ExactDecimal | None = strawberry.field(description="Enthalpy of the steam; none for hot water.")
    temperature_c: ExactDecimal | None = strawberry.field(description="Temperature of the steam.")
    reference_kj_per_kg: ExactDecimal = strawberry.field(description="Reference enthalpy subtracted by the regime.")
    formula: str = strawberry.field(description="Formula used.")
    table: str = strawberry.field(description="Table of GB/T 32151.34-2024 used; empty for hot water.")
    warnings: list[str] = strawberry.field(description="Doubts about the table cells used.")


@strawberry.type(description="An estimate: inventory lines, and those that are missing.")
class Estimate:
    """The result of one input."""

    activity_type: str = strawberry.field(description="Activity type.")
    quantity: ExactDecimal = strawberry.field(description="Quantity accounted for, after multipliers.")
    unit: str = strawberry.field(description="Unit of the quantity: the activity type's usual one where that is exact.")
    lines: list[EstimateLine] = strawberry.field(description="Inventory lines.")
    gaps: list[LineGap] = strawberry.field(description="Lines without a factor; missing from the totals, not zero.")
    scope_1: Emissions = strawberry.field(name="scope1", description="Sum of scope 1 lines.")
    scope_2_location: Emissions = strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    scope_2_market: Emissions = strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    scope_3: Emissions = strawberry.field(name="scope3", description="Sum of scope 3 lines.")
    outside: Emissions = strawberry.field(description="Lines outside the scopes.")
    energy: EnergyContent | None = strawberry.field(description="Energy content, for energy carriers.")
    steam: SteamHeat | None = strawberry.field(description="How heat was found from a steam condition.")

    @classmethod
    def of(cls, found: pure.Estimate, basis: Basis) -> "Estimate":
        """Make the type of an estimate."""
        quantity, shown_in = in_usual_unit(found.activity, found.quantity, found.unit)
        return cls(
            activity_type=found.activity.code,
            quantity=ExactDecimal(quantity),
            unit=shown_in.code,
            lines=[_line(line, quantity, shown_in, basis) for line in found.lines],
            gaps=[LineGap.of(gap) for gap in found.gaps],
            scope_1=_sum(found, Scope.SCOPE_1),
            scope_2_location=_sum(found, Scope.SCOPE_2, Method.LOCATION),
            scope_2_market=_sum(found, Scope.SCOPE_2, Method.MARKET),
            scope_3=_sum(found, Scope.SCOPE_3),
            outside=_sum(found, Scope.OUTSIDE),
            energy=_energy(found),
            steam=_steam(found),
        )


@strawberry.type(description="An input that could not be estimated.")
class EstimateError:
    """The refusal of one input."""

    code: str = strawberry.field(description="Machine-readable reason.")
    field: str = strawberry.field(description="Field of the input at fault.")
    message: str = strawberry.field(description="What was wrong, the offending value, and what would be accepted.")
    clause: str = strawberry.field(description="Document and clause of the rule; empty where it rests on no standard.")

    @classmethod
    def of(cls, error: Refused) -> "EstimateError":
        """Make the type of a refusal."""
        clause = error.clause or clause_of(error.code)
        return cls(code=error.code.value, field=error.field, message=str(error), clause=clause)


EstimateResult = Annotated[
    Estimate | EstimateError, strawberry.union("EstimateResult", description="An estimate, or why there is none.")
]


def estimated(basis: Basis, inputs: list[EstimateInput]) -> list[Estimate | EstimateError]:
    """Return the result of each input, in order; one that is refused does not touch the others."""
    requests = [_request(given) for given in inputs]
    found = judged(requests, [_alone(basis, request) for request in requests])
    return [EstimateError.of(one) if isinstance(one, Refused) else Estimate.of(one, basis) for one in found]


def _alone(basis: Basis, request: pure.EstimateRequest) -> pure.Estimate | Refused:
    try:
        return pure.estimate(basis, request)
    except Refused as error:
        return error


def own_factor(given: FactorInput) -> OwnFactor:
    """Return an own factor as the arithmetic knows it."""
    parts = tuple(Part(part.gas, _terms(part.terms)) for part in given.parts)
    return OwnFactor(given.name, parts, given.source, given.gwp_set, tuple(given.evidence))


def _request(given: EstimateInput) -> pure.EstimateRequest:
    last: date = given.last_day or given.first_day
    steam = given.steam
    return pure.EstimateRequest(
        activity_type=given.activity_type,
        quantity=given.quantity,
        unit=given.unit,
        region=given.region,
        first_day=given.first_day,
        last_day=last,
        multipliers=_terms(given.multipliers),
        supplier=given.supplier,
        line=given.line,
        factor_id=given.factor_id,
        own_factor=own_factor(given.factor) if given.factor else None,
        steam=SteamConditions(steam.pressure_mpa, steam.temperature_c) if steam else None,
        reference=given.reference,
    )


def _terms(given: list[TermInput]) -> tuple[Term, ...]:
    return tuple(
        Term(term.name or f"term {number}", term.value, term.unit, term.source) for number, term in enumerate(given, 1)
    )


def _line(found: pure.LineEstimate, quantity: Decimal, shown_in: Unit, basis: Basis) -> EstimateLine:
    line = found.resolved.line
    return EstimateLine(
        line=InventoryLine.of(line),
        scope=line.scope,
        method=line.method,
        emissions=Emissions(amounts=found.amounts),
        explanation=Explanation(resolved=found.resolved, quantity=quantity, counted_in=shown_in, gwp=basis.gwp_set),
    )


def _sum(found: pure.Estimate, scope: Scope, method: Method | None = None) -> Emissions:
    parts = [
        line.amounts
        for line in found.lines
        if line.resolved.line.scope is scope and line.resolved.line.method is method
    ]
    return Emissions(amounts=added(parts))


def _energy(found: pure.Estimate) -> EnergyContent | None:
    if found.energy is None:
        return None
    joules = found.energy.megajoules
    return EnergyContent(
        gigajoules=_exact(None if joules is None else joules / 1000),
        tce=_exact(found.energy.tce),
        tce_high=_exact(found.energy.tce_high),
        tce_equivalent=_exact(found.energy.tce_equivalent),
    )


def _steam(found: pure.Estimate) -> SteamHeat | None:
    heat = found.steam
    if heat is None:
        return None
    return SteamHeat(
        gigajoules=ExactDecimal(rounded(heat.megajoules / 1000)),
        enthalpy_kj_per_kg=ExactDecimal(heat.enthalpy.value) if heat.enthalpy else None,
        temperature_c=ExactDecimal(heat.enthalpy.temperature_c) if heat.enthalpy else None,
        reference_kj_per_kg=ExactDecimal(heat.reference),
        formula=heat.formula,
        table=heat.enthalpy.table if heat.enthalpy else "",
        warnings=list(heat.enthalpy.warnings) if heat.enthalpy else [],
    )


def _exact(value: Fraction | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(rounded(value))
