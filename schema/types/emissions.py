"""Amounts of emissions and how they are explained."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import strawberry

from accounting import explanation
from accounting.amounts import Amounts
from accounting.lines import Gap, ResolvedLine
from emission_factors.decimals import EXACT, shown
from emission_factors.gases import GwpSet
from emission_factors.selection import FactorConflict
from emission_factors.units import Unit
from schema.enums import LineFlag, MassUnit, StepKind
from schema.scalars import ExactDecimal
from schema.types.catalogue import Citation, EmissionFactor, InventoryLine, LostCandidate

InUnit = Annotated[MassUnit, strawberry.argument(description="Unit of the mass.")]


def mass(value: Decimal, unit: MassUnit) -> ExactDecimal:
    """Return kilograms in the unit asked for, rounded once, to a nanogram."""
    rounded = shown(value)
    return ExactDecimal(rounded if unit is MassUnit.KILOGRAM else rounded.scaleb(-3, EXACT))


@strawberry.type(description="Mass of one gas, and its CO2e.")
class GasAmount:
    """A gas's amount."""

    gas: str = strawberry.field(description="Gas.")
    kilograms: strawberry.Private[Decimal]
    co2e_kilograms: strawberry.Private[Decimal | None]

    @strawberry.field(description="Mass of the gas itself.")
    def mass(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the mass."""
        return mass(self.kilograms, unit)

    @strawberry.field(description="Its CO2e under the basis' GWP set; none where the set gives no GWP for it.")
    def co2e(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return the CO2e."""
        return None if self.co2e_kilograms is None else mass(self.co2e_kilograms, unit)


@strawberry.type(description="Emissions, with what is outside the totals kept apart and never netted.")
class Emissions:
    """Emissions of a line or a total."""

    amounts: strawberry.Private[Amounts]

    @strawberry.field(description="CO2e of the gases in the totals.")
    def co2e(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the CO2e."""
        return mass(self.amounts.co2e, unit)

    @strawberry.field(description="Each gas in the totals.")
    def gases(self) -> list[GasAmount]:
        """Return the gases."""
        return _gases(self.amounts.gases, self.amounts.co2e_by_gas)

    @strawberry.field(description="CO2e in the total that the publisher does not split by gas.")
    def co2e_unsplit(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the unsplit CO2e."""
        return mass(self.amounts.co2e_unsplit, unit)

    @strawberry.field(description="Biogenic CO2, outside the scopes.")
    def biogenic_co2(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the biogenic CO2."""
        return mass(self.amounts.biogenic, unit)

    @strawberry.field(description="Gases outside the regime's groups, such as HCFCs; not in the totals.")
    def outside_gases(self) -> list[GasAmount]:
        """Return the gases outside the totals."""
        return _gases(self.amounts.outside, self.amounts.outside_co2e)


@strawberry.type(description="One step from a quantity to its emissions.")
class ExplanationStep:
    """A step."""

    kind: StepKind = strawberry.field(description="What the step does.")
    text: str = strawberry.field(description="The step in words.")
    value: ExactDecimal | None = strawberry.field(description="Its number, where it has one.")
    unit: str = strawberry.field(description="Unit of the number.")
    citation: Citation | None = strawberry.field(description="Where the number comes from.")

    @classmethod
    def of(cls, found: explanation.Step) -> "ExplanationStep":
        """Make the type of a step."""
        return cls(
            kind=found.kind,
            text=found.text,
            value=None if found.value is None else ExactDecimal(found.value),
            unit=found.unit,
            citation=Citation.of(found.citation) if found.citation else None,
        )


@strawberry.type(description="Why a line has the value it has.")
class Explanation:
    """The explanation of a line; computed when asked for."""

    resolved: strawberry.Private[ResolvedLine]
    quantity: strawberry.Private[Decimal]
    counted_in: strawberry.Private[Unit]
    gwp: strawberry.Private[GwpSet]

    @strawberry.field(description="The steps from the quantity to the emissions.")
    def steps(self) -> list[ExplanationStep]:
        """Return the steps."""
        found = explanation.explained(self.resolved, self.quantity, self.counted_in, self.gwp)
        return [ExplanationStep.of(step) for step in found]

    @strawberry.field(description="The rule by which the factor won.")
    def rule(self) -> str:
        """Return the rule."""
        return self.resolved.selection.rule

    @strawberry.field(description="The factor used.")
    def factor(self) -> EmissionFactor:
        """Return the factor."""
        return EmissionFactor.of(self.resolved.selection.factor)

    @strawberry.field(description="The factor that supplied CH4 and N2O where the first gives CO2 only.")
    def complement(self) -> EmissionFactor | None:
        """Return the complement."""
        return EmissionFactor.of(self.resolved.complement.factor) if self.resolved.complement else None

    @strawberry.field(description="Candidates that lost, each with the reason.")
    def lost(self) -> list[LostCandidate]:
        """Return the losers."""
        return [LostCandidate.of(verdict) for verdict in self.resolved.selection.lost]

    @strawberry.field(description="What a reader must know about the number.")
    def flags(self) -> list[LineFlag]:
        """Return the flags."""
        return sorted(self.resolved.flags)


@strawberry.type(description="A line that belongs in the total and has no factor. It is missing, not zero.")
class LineGap:
    """A gap."""

    line: InventoryLine = strawberry.field(description="The line.")
    code: str = strawberry.field(description="NO_FACTOR or FACTOR_CONFLICT.")
    message: str = strawberry.field(description="What was looked for, and the nearest miss.")
    lost: list[LostCandidate] = strawberry.field(description="What became of each candidate.")

    @classmethod
    def of(cls, found: Gap) -> "LineGap":
        """Make the type of a gap."""
        return cls(
            line=InventoryLine.of(found.line),
            code="FACTOR_CONFLICT" if isinstance(found.error, FactorConflict) else "NO_FACTOR",
            message=str(found.error),
            lost=[LostCandidate.of(verdict) for verdict in found.error.verdicts],
        )


def _gases(masses: Mapping[str, Decimal], co2e: Mapping[str, Decimal]) -> list[GasAmount]:
    return [GasAmount(gas=name, kilograms=value, co2e_kilograms=co2e.get(name)) for name, value in masses.items()]
