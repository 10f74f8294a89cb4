"""A plant's total between its heat and its power: what is asked, and the division."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

import strawberry

from accounting.supply import allocation as pure
from emission_factors.decimals import rounded
from schema.enums import CogenerationFlag, HeatCarrier, PowerWeight
from schema.scalars import ExactDecimal

_SOURCES: Final[Mapping[type[pure.Rule], str]] = {
    pure.Efficiency: "WRI/WBCSD, Calculation tool for CHP plants v1.0 (2006), efficiency method",
    pure.EnergyContent: "WRI/WBCSD, Calculation tool for CHP plants v1.0 (2006), energy content",
    pure.TwiceForPower: "UK Government GHG conversion factors, methodology paper, CHP; "
    "Digest of UK Energy Statistics, chapter 7",
    pure.WorkPotential: "WRI/WBCSD, Calculation tool for CHP plants v1.0 (2006), work potential method",
    pure.Carnot: "Exergy, outside the GHG Protocol's tool; as in Directive (EU) 2018/2001, annex V part C point 1, "
    "which takes surroundings of 273.15 K",
}


@strawberry.input(description="What a combined heat and power plant delivers in a period.")
class CogenerationOutputsInput:
    """Outputs."""

    heat_gj: ExactDecimal = strawberry.field(description="Heat in GJ, not negative.")
    power_mwh: ExactDecimal = strawberry.field(description="Power in MWh, not negative.")
    carrier: HeatCarrier = strawberry.field(description="What carries the heat.")


@strawberry.input(description="Efficiencies of making heat and power apart, by lower heating value, above 0 to 1.")
class EfficiencyRuleInput:
    """Efficiencies."""

    heat: ExactDecimal | None = strawberry.field(
        default=None, description="Of making the heat alone, as measured; 0.80 and a flag if left out."
    )
    power: ExactDecimal | None = strawberry.field(
        default=None, description="Of making the power alone, as measured; 0.35 and a flag if left out."
    )


@strawberry.input(description="How much steam there is: exactly one of mass and heat.", one_of=True)
class SteamAmountInput:
    """An amount of steam."""

    mass_t: ExactDecimal | None = strawberry.field(default=strawberry.UNSET, description="Mass in tonnes.")
    heat_gj: ExactDecimal | None = strawberry.field(
        default=strawberry.UNSET, description="Metered heat in GJ; the mass is what carries it above the surroundings."
    )


@strawberry.input(description="A stream of steam of one state.")
class SteamStreamInput:
    """Steam."""

    amount: SteamAmountInput = strawberry.field(description="How much.")
    enthalpy_kj_per_kg: ExactDecimal = strawberry.field(description="Specific enthalpy.")
    entropy_kj_per_kg_k: ExactDecimal = strawberry.field(description="Specific entropy in kJ/(kg K).")


@strawberry.input(description="The state to which steam can do work, of water.")
class SurroundingsInput:
    """Surroundings."""

    temperature_k: ExactDecimal = strawberry.field(description="Temperature in K.")
    enthalpy_kj_per_kg: ExactDecimal = strawberry.field(description="Specific enthalpy.")
    entropy_kj_per_kg_k: ExactDecimal = strawberry.field(description="Specific entropy in kJ/(kg K).")


@strawberry.input(description="The steam whose work is compared with the power; not for hot water.")
class WorkPotentialRuleInput:
    """Work potential."""

    streams: list[SteamStreamInput] = strawberry.field(description="All the steam delivered; at most 1,000 streams.")
    surroundings: SurroundingsInput | None = strawberry.field(
        default=None, description="Water at 20 degC if left out: 293.15 K, 83.9 kJ/kg, 0.2965 kJ/(kg K)."
    )


@strawberry.input(description="Temperatures between which heat could do work.")
class CarnotRuleInput:
    """Carnot."""

    supply_k: ExactDecimal = strawberry.field(description="Temperature of the heat supplied, in K.")
    surroundings_k: ExactDecimal | None = strawberry.field(
        default=None, description="Temperature of the surroundings, in K; 293.15 if left out."
    )


@strawberry.input(description="How a plant's total is divided; seller and buyers use the same rule.", one_of=True)
class CogenerationRuleInput:
    """A rule; exactly one is given."""

    efficiency: EfficiencyRuleInput | None = strawberry.field(
        default=strawberry.UNSET, description="By the fuel that heat and power would need apart."
    )
    energy_content: PowerWeight | None = strawberry.field(
        default=strawberry.UNSET, description="By energy delivered, a GJ of power counted once or twice."
    )
    work_potential: WorkPotentialRuleInput | None = strawberry.field(
        default=strawberry.UNSET, description="By the work that the steam could do, power as it is."
    )
    carnot: CarnotRuleInput | None = strawberry.field(
        default=strawberry.UNSET, description="By exergy, heat at one temperature, power as it is."
    )


@strawberry.type(description="A plant's total divided; `heat` and `power` add up to exactly `total`.")
class Cogeneration:
    """A division."""

    total: ExactDecimal = strawberry.field(description="What was divided.")
    heat: ExactDecimal = strawberry.field(description="What the heat takes, in the unit of the total.")
    power: ExactDecimal = strawberry.field(description="What the power takes, in the unit of the total.")
    heat_share: ExactDecimal = strawberry.field(description="Share of the heat, 0 to 1, rounded to 50 digits.")
    heat_per_gj: ExactDecimal | None = strawberry.field(
        description="Unit of the total per GJ of heat; none where no heat is delivered."
    )
    power_per_mwh: ExactDecimal | None = strawberry.field(
        description="Unit of the total per MWh of power; none where no power is delivered."
    )
    flags: list[CogenerationFlag] = strawberry.field(description="What to know about the inputs.")
    source: str = strawberry.field(description="Document and clause of the rule.")


def plant_divided(total: Decimal, outputs: CogenerationOutputsInput, given: CogenerationRuleInput) -> Cogeneration:
    """Divide a plant's total; raises `BadAllocation`."""
    rule = _rule(given)
    found = pure.split_plant(total, pure.Outputs(outputs.heat_gj, outputs.power_mwh, outputs.carrier), rule)
    return Cogeneration(
        total=ExactDecimal(total),
        heat=ExactDecimal(found.heat),
        power=ExactDecimal(found.power),
        heat_share=ExactDecimal(rounded(found.heat_share)),
        heat_per_gj=_per(found.heat, outputs.heat_gj),
        power_per_mwh=_per(found.power, outputs.power_mwh),
        flags=sorted(found.flags),
        source=_SOURCES[type(rule)],
    )


def _per(amount: Decimal, output: Decimal) -> ExactDecimal | None:
    return ExactDecimal(rounded(Fraction(amount) / Fraction(output))) if output else None


def _rule(given: CogenerationRuleInput) -> pure.Rule:
    if given.efficiency:
        return pure.Efficiency(given.efficiency.heat, given.efficiency.power)
    if given.work_potential:
        return _work_potential(given.work_potential)
    if given.carnot:
        supply, surroundings = given.carnot.supply_k, given.carnot.surroundings_k
        return pure.Carnot(supply) if surroundings is None else pure.Carnot(supply, surroundings)
    return pure.TwiceForPower() if given.energy_content is PowerWeight.TWICE else pure.EnergyContent()


def _work_potential(given: WorkPotentialRuleInput) -> pure.WorkPotential:
    state, around = given.surroundings, pure.Surroundings()
    if state:
        around = pure.Surroundings(state.temperature_k, state.enthalpy_kj_per_kg, state.entropy_kj_per_kg_k)
    return pure.WorkPotential(tuple(_steam(stream, around) for stream in given.streams), around)


def _steam(given: SteamStreamInput, around: pure.Surroundings) -> pure.Steam:
    state = given.enthalpy_kj_per_kg, given.entropy_kj_per_kg_k
    if isinstance(given.amount.mass_t, Decimal):
        return pure.Steam(given.amount.mass_t, *state)
    return pure.steam_carrying(given.amount.heat_gj or Decimal(0), *state, around)
