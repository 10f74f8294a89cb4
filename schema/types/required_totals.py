"""The totals that the report of a regime must contain."""

import strawberry

from accounting import required_totals as pure
from accounting.footprints import Footprint
from accounting.regimes import RegimeCode
from schema.types.emissions import Emissions


@strawberry.type(
    description="A total that the report of the regime must contain, the exact sum of its lines or of its parts. "
    "Biogenic CO2 stands in a total of its own alone."
)
class RequiredTotal:
    """A required total."""

    code: str = strawberry.field(description="Code: of the standard where it has one, such as ES, EI and ET.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    clause: str = strawberry.field(description="Document and clause that ask for it.")
    parts: list[str] = strawberry.field(description="Codes of the totals it is the sum of; empty for one of lines.")
    emissions: Emissions = strawberry.field(description="The total.")
    line_count: int = strawberry.field(description="Lines in it; none posted is not the same as zero emissions.")
    gap_count: int = strawberry.field(description="Lines that belong in it and are missing.")

    @classmethod
    def of(cls, found: pure.RequiredTotal) -> "RequiredTotal":
        """Make the type of a required total."""
        definition = found.definition
        return cls(
            code=definition.code,
            name_en=definition.name_en,
            name_zh=definition.name_zh,
            clause=definition.clause,
            parts=list(definition.parts),
            emissions=Emissions(amounts=found.amounts),
            line_count=found.line_count,
            gap_count=found.gap_count,
        )


def totals_required(found: Footprint, regime: RegimeCode) -> list[RequiredTotal]:
    """Return the totals of a footprint that a regime's report must contain."""
    return [RequiredTotal.of(total) for total in pure.required_totals(found, regime)]
