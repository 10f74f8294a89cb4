"""What is declared of supply in a park: terms of transfers, closed months, zones."""

from uuid import UUID

import strawberry

from accounting.supply import closings, transfer_terms, zones
from schema.enums import LossBearer, SuppliedCarrier
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal, Month
from schema.types.info import Info
from schema.types.registry import Tenant, present

DEFAULT_BEARER = LossBearer.SUPPLIER
DEFAULT_TOLERANCE = ExactDecimal(transfer_terms.DEFAULT_TOLERANCE)


@strawberry.input(description="On what terms the tenant supplies a carrier to a customer.")
class TransferTermsInput:
    """Terms."""

    customer: str = strawberry.field(description="Code of the tenant that is supplied.")
    carrier: SuppliedCarrier = strawberry.field(description="What is supplied.")
    supplier_meter: str = strawberry.field(
        default="", description="Code of the supplier's source that measures it, if agreed."
    )
    customer_meter: str = strawberry.field(
        default="", description="Code of the customer's source that measures it, if agreed."
    )
    tolerance: ExactDecimal = strawberry.field(
        default=DEFAULT_TOLERANCE,
        description="By what fraction of the supplier's quantity the two meters may differ; two meters of accuracy "
        "class 1, each 1 % off in the other direction, differ by 0.02.",
    )
    loss_bearer: LossBearer = strawberry.field(
        default=DEFAULT_BEARER,
        description="Whose emissions the losses of the supplier's network are; one for all customers of a carrier.",
    )
    valid_from: Day = strawberry.field(description="First day; terms count for months whose first day they hold on.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="The supply contract.")

    def content(self) -> transfer_terms.TransferTerms:
        """Return the terms; raises `transfer_terms.BadTerms`."""
        return transfer_terms.TransferTerms(
            customer=self.customer,
            carrier=self.carrier,
            supplier_meter=self.supplier_meter,
            customer_meter=self.customer_meter,
            tolerance=self.tolerance,
            loss_bearer=self.loss_bearer,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document,
        )


@strawberry.type(description="On what terms a tenant supplies a carrier to a customer.")
class TransferTerms:
    """Terms as declared."""

    customer: str = strawberry.field(description="Code of the tenant that is supplied.")
    carrier: SuppliedCarrier = strawberry.field(description="What is supplied.")
    supplier_meter: str = strawberry.field(description="Code of the supplier's source; empty where nothing is agreed.")
    customer_meter: str = strawberry.field(description="Code of the customer's source; empty where nothing is agreed.")
    tolerance: ExactDecimal = strawberry.field(description="By what fraction the meters may differ.")
    loss_bearer: LossBearer = strawberry.field(description="Whose emissions losses are.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="The supply contract.")

    @classmethod
    def of(cls, found: transfer_terms.TransferTerms) -> "TransferTerms":
        """Make the type of terms."""
        return cls(
            customer=found.customer,
            carrier=found.carrier,
            supplier_meter=found.supplier_meter,
            customer_meter=found.customer_meter,
            tolerance=ExactDecimal(found.tolerance),
            loss_bearer=found.loss_bearer,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
        )


@strawberry.type(description="A month of a supplier that is closed: its factors stand as known when this was recorded.")
class SupplyClosing:
    """A closing as declared."""

    month: Month = strawberry.field(description="The month.")
    number: int = strawberry.field(description="How often it has been closed; above 1 it was restated.")

    @classmethod
    def of(cls, found: closings.SupplyClosing) -> "SupplyClosing":
        """Make the type of a closing."""
        return cls(month=Month(found.month), number=found.number)


@strawberry.input(description="A park within the park: some of its tenants, whose total is found as a park's is.")
class ZoneInput:
    """A zone."""

    code: str = strawberry.field(description="Code, by which it is asked for.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    member_ids: list[strawberry.ID] = strawberry.field(description="Its tenants; each with all of its sites.")
    boundary: str = strawberry.field(default="", description="Where it lies, such as a polygon of coordinates.")
    valid_from: Day = strawberry.field(description="First day; the zone is there in months whose first day it holds.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="What establishes it.")

    def content(self) -> zones.Zone:
        """Return the zone; raises `zones.BadZone`."""
        return zones.Zone(
            code=self.code,
            name_en=self.name_en,
            name_zh=self.name_zh,
            members=tuple(decode_uuid(one, "Tenant") for one in self.member_ids),
            boundary=self.boundary,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document,
        )


@strawberry.type(description="A park within the park.")
class Zone:
    """A zone as declared."""

    code: str = strawberry.field(description="Code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    boundary: str = strawberry.field(description="Where it lies.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="What establishes it.")
    member_keys: strawberry.Private[tuple[UUID, ...]]

    @strawberry.field(description="Its tenants.")
    async def members(self, info: Info) -> list[Tenant]:
        """Load the members together."""
        found = await info.context.tenants.load_many(list(self.member_keys))
        return [Tenant.of(present(one)) for one in found]

    @classmethod
    def of(cls, found: zones.Zone) -> "Zone":
        """Make the type of a zone."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            boundary=found.boundary,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            member_keys=found.members,
        )
