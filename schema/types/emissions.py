"""Amounts of emissions and how they are explained."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import strawberry

from accounting import explanation
from accounting.amounts import Amounts
from accounting.clauses import cited, clause_of, code_of
from accounting.lines import Gap, ResolvedLine
from emission_factors.decimals import EXACT, shown
from emission_factors.gases import GwpSet
from emission_factors.units import Unit
from schema.enums import LineFlag, MassUnit, StepKind, StepOperation
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


_HOW_TO_FOLLOW = (
    "The steps from the quantity to the emissions: the whole arithmetic. Begin with QUANTITY, times SHARE and SIGN "
    "where they stand. For each `factorId`, beginning anew, take its steps in order: CONVERSION and PROPERTY lead to "
    "the factor's unit, FACTOR or COMPLEMENT gives the figure of a `subject`, GWP changes the figure of its own: "
    "divided by the publisher's it is a mass, multiplied by the one asked for it is CO2e; CO2 needs neither. The "
    "CO2e of all subjects without an OUTSIDE step add up to RESULT."
)


@strawberry.type(description="One step from a quantity to its emissions.")
class ExplanationStep:
    """A step."""

    kind: StepKind = strawberry.field(description="What the step does.")
    text: str = strawberry.field(description="The step in words.")
    operation: StepOperation | None = strawberry.field(
        description="What is done with its number; none where it takes no part in the product."
    )
    value: ExactDecimal | None = strawberry.field(
        description="Its number, where it has one; at most 50 digits of it where `fraction` is given."
    )
    fraction: str | None = strawberry.field(
        description="Its number as numerator/denominator, where no decimal of 50 digits is that number."
    )
    unit: str = strawberry.field(description="Unit of the number.")
    subject: str = strawberry.field(
        description="Gas it is about, `UNSPLIT` or `CO2_BIOGENIC`; empty where it is about all of them."
    )
    factor_id: str = strawberry.field(description="Factor it belongs to; empty where it belongs to none.")
    citation: Citation | None = strawberry.field(description="Where the number comes from.")

    @classmethod
    def of(cls, found: explanation.Step) -> "ExplanationStep":
        """Make the type of a step."""
        return cls(
            kind=found.kind,
            text=found.text,
            operation=found.operation,
            value=None if found.value is None else ExactDecimal(found.value),
            fraction=None if found.fraction is None else str(found.fraction),
            unit=found.unit,
            subject=found.subject,
            factor_id=found.factor_id,
            citation=Citation.of(found.citation) if found.citation else None,
        )


@strawberry.type(description="Why a line has the value it has.")
class Explanation:
    """The explanation of a line; computed when asked for."""

    resolved: strawberry.Private[ResolvedLine]
    quantity: strawberry.Private[Decimal]
    counted_in: strawberry.Private[Unit]
    gwp: strawberry.Private[GwpSet]
    share: strawberry.Private[Decimal] = Decimal(1)

    @strawberry.field(description=_HOW_TO_FOLLOW)
    def steps(self) -> list[ExplanationStep]:
        """Return the steps."""
        found = explanation.explained(self.resolved, self.quantity, self.counted_in, self.gwp, self.share)
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
    code: str = strawberry.field(
        description="NO_FACTOR, FACTOR_CONFLICT, MISSING_PROPERTY where a density or calorific value is, "
        "NO_SUPPLY where what a neighbour supplied has none, or NO_STAKE "
        "where nobody declared whose it is."
    )
    message: str = strawberry.field(description="What was looked for, the nearest miss, and the rule.")
    clause: str = strawberry.field(description="Document and clause of the rule.")
    lost: list[LostCandidate] = strawberry.field(description="What became of each candidate.")

    @classmethod
    def of(cls, found: Gap) -> "LineGap":
        """Make the type of a gap."""
        code = code_of(found.error)
        return cls(
            line=InventoryLine.of(found.line),
            code=code.value,
            message=cited(code, str(found.error)),
            clause=clause_of(code),
            lost=[LostCandidate.of(verdict) for verdict in getattr(found.error, "verdicts", ())],
        )


def _gases(masses: Mapping[str, Decimal], co2e: Mapping[str, Decimal]) -> list[GasAmount]:
    return [GasAmount(gas=name, kilograms=value, co2e_kilograms=co2e.get(name)) for name, value in masses.items()]
