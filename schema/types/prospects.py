"""Prospects of a park, as its operator declares them, and the park with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from uuid import UUID

import strawberry

from accounting.amounts import added
from accounting.explanation import in_usual_unit
from accounting.grouping import Totals, totals
from accounting.management import planning, prospects
from accounting.supply.park_energy import Carrier
from emission_factors import decimals
from emission_factors.activity_types import activity_type
from emission_factors.units import unit
from ledger.declarations import Declaration as Record
from ledger.management.prospects import PlannedPark
from schema.enums import SuppliedCarrier
from schema.global_ids import decode_uuid, encode
from schema.management_enums import ProspectStage
from schema.scalars import ExactDecimal, Month
from schema.types.basis import Basis
from schema.types.footprints import FootprintGap, ScopeTotals
from schema.types.info import Info
from schema.types.registry import Tenant, present

_UNITS: Final[Mapping[Carrier, str]] = MappingProxyType(
    {
        Carrier.ELECTRICITY: "MWh",
        Carrier.STEAM: "GJ",
        Carrier.HOT_WATER: "GJ",
        Carrier.CHILLED_WATER: "MWh",
        Carrier.COMPRESSED_AIR: "Nm3",
    }
)
"""Carrier -> the unit its demand is planned in."""


@strawberry.input(description="What a prospect is projected to use or emit in a full year.")
class ProjectedLoadInput:
    """A load."""

    activity_type: str = strawberry.field(description="Activity type, qualifier included.")
    quantity: ExactDecimal = strawberry.field(description="Quantity in a full year.")
    unit: str = strawberry.field(description="Its unit.")
    supplier: str = strawberry.field(
        default="", description="The code of the tenant of the park that will supply it, such as the operator's."
    )
    assumption: str = strawberry.field(description="What it rests on: a design document, a comparable plant, a norm.")

    def load(self) -> prospects.ProjectedLoad:
        """Return the load; raises `validity.BadManagement`."""
        return prospects.ProjectedLoad(
            self.activity_type, self.supplier.strip(), self.quantity, self.unit, self.assumption.strip()
        )


@strawberry.input(description="A company that may come to the park.")
class ProspectInput:
    """A prospect."""

    code: str = strawberry.field(description="Short code; declaring it again makes its next version.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    stage: ProspectStage = strawberry.field(description="How far it has come.")
    industry_code: str = strawberry.field(default="", description="Class of GB/T 4754, 4 digits.")
    floor_area_m2: ExactDecimal | None = strawberry.field(default=None, description="Floor area it needs, in m2.")
    starts: Month = strawberry.field(description="First month of its operation.")
    loads: list[ProjectedLoadInput] = strawberry.field(description="Its projected loads, at most 50.")
    became_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The tenant that it became; from then on its own activities speak, and it is planned for no more.",
    )
    document: str = strawberry.field(default="", description="Letter of intent or contract.")

    def content(self) -> prospects.Prospect:
        """Return the prospect; raises `validity.BadManagement`."""
        return prospects.Prospect(
            code=self.code.strip(),
            name_en=self.name_en.strip(),
            name_zh=self.name_zh.strip(),
            stage=self.stage,
            industry_code=self.industry_code.strip(),
            floor_area=self.floor_area_m2,
            starts=self.starts,
            loads=tuple(one.load() for one in self.loads),
            became=decode_uuid(self.became_id, "Tenant") if self.became_id else None,
            document=self.document.strip(),
        )


@strawberry.type(description="What a prospect is projected to use or emit in a full year.")
class ProjectedLoad:
    """A load as declared."""

    activity_type: str = strawberry.field(description="Activity type.")
    quantity: ExactDecimal = strawberry.field(description="Quantity in a full year.")
    unit: str = strawberry.field(description="Its unit.")
    supplier: str = strawberry.field(description="Who will supply it, empty if not a tenant of the park.")
    assumption: str = strawberry.field(description="What it rests on.")

    @classmethod
    def of(cls, found: prospects.ProjectedLoad) -> "ProjectedLoad":
        """Make the type of a load."""
        return cls(
            activity_type=found.activity_type,
            quantity=ExactDecimal(found.quantity),
            unit=found.unit,
            supplier=found.supplier,
            assumption=found.assumption,
        )


@strawberry.type(description="A company that may come to the park.")
class Prospect:
    """A prospect as declared."""

    code: str = strawberry.field(description="Short code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    stage: ProspectStage = strawberry.field(description="How far it has come.")
    industry_code: str = strawberry.field(description="Class of GB/T 4754, empty where not known.")
    floor_area_m2: ExactDecimal | None = strawberry.field(description="Floor area it needs, in m2.")
    starts: Month = strawberry.field(description="First month of its operation.")
    loads: list[ProjectedLoad] = strawberry.field(description="Its projected loads.")
    document: str = strawberry.field(description="Letter of intent or contract.")
    became_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The tenant that it became, if it came.")
    async def became(self, info: Info) -> Tenant | None:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.became_key))) if self.became_key else None

    @classmethod
    def of(cls, found: prospects.Prospect) -> "Prospect":
        """Make the type of a prospect."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            stage=found.stage,
            industry_code=found.industry_code,
            floor_area_m2=None if found.floor_area is None else ExactDecimal(found.floor_area),
            starts=Month(found.starts),
            loads=[ProjectedLoad.of(one) for one in found.loads],
            document=found.document,
            became_key=found.became,
        )


@strawberry.type(description="A prospect of a park, with the declaration that it is known by.")
class ParkProspect:
    """A prospect of a park."""

    declaration_id: strawberry.ID = strawberry.field(description="The declaration's version; withdraw it by this id.")
    prospect: Prospect = strawberry.field(description="The prospect.")

    @classmethod
    def of(cls, found: Record) -> "ParkProspect":
        """Make the type of a declaration."""
        return cls(
            declaration_id=strawberry.ID(encode("Declaration", str(found.id))), prospect=Prospect.of(found.content)
        )


@strawberry.type(description="A load of a prospect in the planned year.")
class PlannedLoad:
    """A load in the year."""

    load: ProjectedLoad = strawberry.field(description="The load as declared.")
    quantity: ExactDecimal = strawberry.field(description="What falls on the year, in `unit`.")
    unit: str = strawberry.field(description="The activity type's usual unit where that is exact, or the base unit.")
    totals: ScopeTotals = strawberry.field(description="What it emits, at the factors of the reference year.")
    gaps: list[FootprintGap] = strawberry.field(description="Lines without a factor: missing, not zero.")

    @classmethod
    def of(cls, found: planning.PlannedLoad) -> "PlannedLoad":
        """Make the type of a load."""
        load = found.load
        quantity, shown_in = in_usual_unit(activity_type(load.activity_type), found.quantity, unit(load.base_unit))
        return cls(
            load=ProjectedLoad.of(load),
            quantity=ExactDecimal(quantity),
            unit=shown_in.code,
            totals=ScopeTotals(found=found.totals),
            gaps=[FootprintGap.of(gap) for gap in found.gaps],
        )


@strawberry.type(description="A prospect in the planned year.")
class PlannedProspect:
    """A prospect in the year."""

    declaration_id: strawberry.ID = strawberry.field(description="The declaration that it is known by.")
    prospect: Prospect = strawberry.field(description="The prospect.")
    months: int = strawberry.field(description="Months of the year in which it is there; loads count by twelfths.")
    totals: ScopeTotals = strawberry.field(description="What its loads emit.")
    loads: list[PlannedLoad] = strawberry.field(description="Its loads, in the order declared.")

    @classmethod
    def of(cls, found: planning.PlannedProspect) -> "PlannedProspect":
        """Make the type of a prospect."""
        return cls(
            declaration_id=strawberry.ID(encode("Declaration", str(found.candidate.declaration))),
            prospect=Prospect.of(found.candidate.prospect),
            months=len(found.months),
            totals=ScopeTotals(found=found.totals),
            loads=[PlannedLoad.of(one) for one in found.loads],
        )


@strawberry.type(description="The energy a park has to bring up, without and with its prospects.")
class PlannedDemand:
    """A carrier's demand."""

    carrier: SuppliedCarrier = strawberry.field(description="Carrier.")
    unit: str = strawberry.field(description="Unit: MWh, GJ of heat, or Nm3.")
    reference: ExactDecimal = strawberry.field(
        description="In the reference year: bought or made by its tenants, less what they supplied on to each other."
    )
    added: ExactDecimal = strawberry.field(description="What prospects buy in the planned year.")
    by_neighbours: ExactDecimal = strawberry.field(description="Part of `added` that tenants of the park supply.")
    planned: ExactDecimal = strawberry.field(description="Reference and added.")

    @classmethod
    def of(cls, found: planning.CarrierDemand) -> "PlannedDemand":
        """Make the type of a carrier's demand."""
        shown_in = _UNITS[found.carrier]

        def shown(quantity: Decimal) -> ExactDecimal:
            return ExactDecimal(decimals.exact(Fraction(quantity) / unit(shown_in).to_base))

        return cls(
            carrier=found.carrier,
            unit=shown_in,
            reference=shown(found.reference),
            added=shown(found.added),
            by_neighbours=shown(found.by_neighbours),
            planned=shown(decimals.EXACT.add(found.reference, found.added)),
        )


@strawberry.type(
    description="A park with its prospects. What a neighbour supplies is counted with the prospect, at the factor of "
    "the neighbour's pool in the reference year, and not again with the neighbour. Nothing is stored."
)
class PlannedFootprint:
    """A planned park."""

    basis: Basis = strawberry.field(description="The basis it was computed on.")
    year: int = strawberry.field(description="The planned year.")
    reference_year: int = strawberry.field(description="The year whose activities and factors it rests on.")
    reference: ScopeTotals = strawberry.field(description="The park's footprint of the reference year.")
    added: ScopeTotals = strawberry.field(description="What the prospects add.")
    planned: ScopeTotals = strawberry.field(description="Reference and added.")
    is_complete: bool = strawberry.field(description="Whether neither the reference nor a load lacks a factor.")
    reference_gaps: list[FootprintGap] = strawberry.field(description="What the reference lacks.")
    prospects: list[PlannedProspect] = strawberry.field(description="The prospects, by code.")
    demands: list[PlannedDemand] = strawberry.field(description="Energy by carrier, without and with the prospects.")

    @classmethod
    def of(cls, found: PlannedPark, basis: Basis, year: int, reference_year: int) -> "PlannedFootprint":
        """Make the type of a planned park."""
        reference = totals(found.reference.lines)
        more = summed([one.totals for one in found.prospects])
        lacking = [gap for one in found.prospects for load in one.loads for gap in load.gaps]
        return cls(
            basis=basis,
            year=year,
            reference_year=reference_year,
            reference=ScopeTotals(found=reference),
            added=ScopeTotals(found=more),
            planned=ScopeTotals(found=summed([reference, more])),
            is_complete=not found.reference.gaps and not lacking,
            reference_gaps=[FootprintGap.of(gap) for gap in found.reference.gaps],
            prospects=[PlannedProspect.of(one) for one in found.prospects],
            demands=[PlannedDemand.of(one) for one in found.demands],
        )


def summed(parts: Sequence[Totals]) -> Totals:
    """Return totals added up scope by scope."""
    made: Callable[..., Totals] = Totals
    return made(*(added(getattr(part, field.name) for part in parts) for field in fields(Totals)))
