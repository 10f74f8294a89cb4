"""What contractual instruments cover of a footprint's energy, and what of them is refused, with every reason."""

from uuid import UUID

import strawberry

from accounting.scope2 import matching as pure
from accounting.scope2.instrument_faults import Fault
from schema.enums import InstrumentCriterion, InstrumentKind, InstrumentLevel, InstrumentReason
from schema.global_ids import encode
from schema.scalars import ExactDecimal, Month
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.type(description="One reason why an instrument, or a part of it, covers nothing.")
class InstrumentFault:
    """A fault."""

    reason: InstrumentReason = strawberry.field(description="Machine-readable reason.")
    message: str = strawberry.field(description="The reason in words, with the offending value.")
    clause: str = strawberry.field(description="Document and clause it rests on.")
    criterion: InstrumentCriterion | None = strawberry.field(description="The quality criterion, where it is one.")

    @classmethod
    def of(cls, found: Fault) -> "InstrumentFault":
        """Make the type of a fault."""
        return cls(reason=found.reason, message=found.message, clause=found.clause, criterion=found.criterion)


@strawberry.type(description="Energy that an instrument covers, at one site in one month.")
class InstrumentMatch:
    """A match."""

    instrument_id: strawberry.ID = strawberry.field(description="Id of the instrument.")
    kind: InstrumentKind = strawberry.field(description="Its kind.")
    month: Month = strawberry.field(description="Month of consumption.")
    quantity_mwh: ExactDecimal = strawberry.field(description="MWh covered.")
    rate: ExactDecimal = strawberry.field(description="kg CO2e/MWh at which they count under the regime.")
    level: InstrumentLevel = strawberry.field(description="Rung of the hierarchy.")
    reason: str = strawberry.field(description="Why by this instrument.")
    tenant_key: strawberry.Private[UUID]
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="Whose consumption.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other matches."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="Where it was consumed.")
    async def site(self, info: Info) -> Site:
        """Load the site with those of the other matches."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: pure.Match) -> "InstrumentMatch":
        """Make the type of a match."""
        return cls(
            instrument_id=strawberry.ID(encode("Instrument", found.instrument.id)),
            kind=found.instrument.kind,
            month=Month(found.load.month),
            quantity_mwh=ExactDecimal(found.quantity),
            rate=ExactDecimal(found.rate),
            level=found.level,
            reason=found.reason,
            tenant_key=found.load.tenant,
            site_key=found.load.site,
        )


@strawberry.type(description="An instrument, or a part of it, that covers nothing.")
class InstrumentRejection:
    """A rejection."""

    instrument_id: strawberry.ID = strawberry.field(description="Id of the instrument.")
    kind: InstrumentKind = strawberry.field(description="Its kind.")
    quantity_mwh: ExactDecimal = strawberry.field(description="MWh refused.")
    faults: list[InstrumentFault] = strawberry.field(description="All that is wrong with it; the first is the reason.")

    @classmethod
    def of(cls, found: pure.Rejection) -> "InstrumentRejection":
        """Make the type of a rejection."""
        return cls(
            instrument_id=strawberry.ID(encode("Instrument", found.instrument.id)),
            kind=found.instrument.kind,
            quantity_mwh=ExactDecimal(found.quantity),
            faults=[InstrumentFault.of(fault) for fault in found.faults],
        )


@strawberry.type(
    description="Instruments matched to the energy of a footprint. Matched and unmatched MWh are the load, exactly; "
    "what is unmatched falls to the supplier's factor, the residual mix or the grid average."
)
class InstrumentMatching:
    """A matching."""

    matched_mwh: ExactDecimal = strawberry.field(description="MWh covered by instruments.")
    unmatched_mwh: ExactDecimal = strawberry.field(
        description="MWh that no instrument covers, of the tenants that hold instruments."
    )
    matches: list[InstrumentMatch] = strawberry.field(description="What covers what, in the order of matching.")
    rejections: list[InstrumentRejection] = strawberry.field(description="What was refused, and why.")

    @classmethod
    def of(cls, found: pure.Matching) -> "InstrumentMatching":
        """Make the type of a matching."""
        return cls(
            matched_mwh=ExactDecimal(found.matched_mwh),
            unmatched_mwh=ExactDecimal(found.unmatched_mwh),
            matches=[InstrumentMatch.of(one) for one in found.matches],
            rejections=[InstrumentRejection.of(one) for one in found.rejections],
        )
