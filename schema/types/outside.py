"""What stands beside the scopes of a footprint, each kind by itself."""

import strawberry

from accounting.outside import Claim
from accounting.outside import OutsideScopes as Found
from schema.enums import MassUnit
from schema.scalars import ExactDecimal
from schema.types.emissions import Emissions, GasAmount, InUnit, mass


@strawberry.type(description="Offset credits, in CO2e; none where none were posted. Never netted with emissions.")
class Offsets:
    """Offsets."""

    found: strawberry.Private[Found]

    @strawberry.field(description="Bought, whether cancelled or not.")
    def bought(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return what was bought."""
        return _claimed(self.found, Claim.OFFSETS_BOUGHT, unit)

    @strawberry.field(description="Cancelled, so that nobody can use them any more.")
    def cancelled(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return what was cancelled."""
        return _claimed(self.found, Claim.OFFSETS_CANCELLED, unit)

    @strawberry.field(description="Sold from projects of one's own, so that somebody else uses them.")
    def sold(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return what was sold."""
        return _claimed(self.found, Claim.OFFSETS_SOLD, unit)


@strawberry.type(
    description="What stands beside the scopes: parallel lines in no total, never netted and never added to each other "
    "(GHG Protocol Corporate Standard, chapters 4, 8 and 9)."
)
class OutsideScopes:
    """Outside the scopes."""

    found: strawberry.Private[Found]

    @strawberry.field(
        description="Biogenic CO2 of every line, in the scopes or not; that of purchased energy once, by location."
    )
    def biogenic_co2(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the biogenic CO2."""
        return mass(self.found.biogenic_co2, unit)

    @strawberry.field(description="Gases outside the seven Kyoto groups, such as HCFCs.")
    def non_kyoto_gases(self) -> list[GasAmount]:
        """Return the gases outside the groups."""
        return [
            GasAmount(gas=name, kilograms=value, co2e_kilograms=self.found.non_kyoto.outside_co2e.get(name))
            for name, value in self.found.non_kyoto.outside.items()
        ]

    @strawberry.field(description="Gases of the seven groups that the regime of the basis does not count.")
    def not_counted_gases(self) -> list[GasAmount]:
        """Return the gases the regime leaves out."""
        return [
            GasAmount(gas=name, kilograms=value, co2e_kilograms=self.found.not_counted.outside_co2e.get(name))
            for name, value in self.found.not_counted.outside.items()
        ]

    @strawberry.field(description="Emissions for information, such as CO2 that emitted solvents become in the air.")
    def memo(self) -> Emissions:
        """Return the memo lines."""
        return Emissions(amounts=self.found.memo)

    @strawberry.field(description="CO2e that others were spared, against a baseline; none where none was posted.")
    def avoided(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return what was avoided."""
        return _claimed(self.found, Claim.AVOIDED, unit)

    @strawberry.field(description="CO2e taken from the atmosphere and stored; none where none was posted.")
    def removals(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return what was removed."""
        return _claimed(self.found, Claim.REMOVALS, unit)

    @strawberry.field(description="Offset credits.")
    def offsets(self) -> Offsets:
        """Return the offsets."""
        return Offsets(found=self.found)


def _claimed(found: Found, claim: Claim, unit: MassUnit) -> ExactDecimal | None:
    amounts = found.claims.get(claim)
    return None if amounts is None else mass(amounts.co2e, unit)
