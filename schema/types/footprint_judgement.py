"""How far a footprint, or a group of it, can be relied on: its uncertainty and what it rests on."""

from collections.abc import Mapping
from typing import Annotated

import strawberry

from accounting.grouping import Dimension
from accounting.judgement.uncertainty import UncertaintyForm
from schema.context import Context
from schema.footprint_detail import FootprintDetail, Parts
from schema.types.footprint_quality import FootprintQuality
from schema.types.footprint_uncertainty import FootprintSimulation, FootprintUncertainty, Form
from schema.types.info import Info


@strawberry.type(description="Totals that can be judged.")
class Judged:
    """The whole footprint, or the group with `group_key`."""

    detail: strawberry.Private[FootprintDetail]
    group_key: strawberry.Private[Mapping[Dimension, object] | None]

    @strawberry.field(
        description="Uncertainty of each total from what is declared of quantities and factors, by error propagation."
    )
    async def uncertainty(self, info: Info, form: Form = UncertaintyForm.PERCENT) -> FootprintUncertainty:
        """Combine uncertainties."""
        return FootprintUncertainty(form=form, parts=await self._parts(info.context), detail=self.detail)

    @strawberry.field(description="Uncertainty of each total by sampling; reproducible by its seed.")
    async def simulation(
        self,
        info: Info,
        seed: Annotated[int, strawberry.argument(description="Seed, 0 or more.")],
        draws: Annotated[
            int | None,
            strawberry.argument(
                description="Draws, 10,000 to 1,000,000; if left out, doubled from 10,000 until a total is stable. "
                "Draws times pairs of quantity and factor in a total is at most 50,000,000."
            ),
        ] = None,
    ) -> FootprintSimulation:
        """Sample totals."""
        parts = await self._parts(info.context)
        return FootprintSimulation(parts=parts, detail=self.detail, seed_asked=seed, draws_asked=draws)

    @strawberry.field(
        description="What each total rests on: measured or estimated, primary or not, data quality scores."
    )
    async def data_quality(self, info: Info) -> FootprintQuality:
        """Weigh data quality."""
        return FootprintQuality(parts=await self._parts(info.context), detail=self.detail)

    async def _parts(self, context: Context) -> Parts:
        if self.group_key is None:
            return await self.detail.parts(context)
        return await self.detail.parts_of_group(context, self.group_key)
