"""Declarations: what tenants say about themselves, each kind with a content of its own, every version kept."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from ledger.declarations import Declaration as Record
from schema.enums import DeclarationKind
from schema.errors import Refusal
from schema.global_ids import encode
from schema.scalars import Instant
from schema.types.adoptions import Adoption
from schema.types.base_year import BaseYearPolicy, ReportedYear, ReportedYearsChange
from schema.types.boundary_declarations import LeasedSite, SiteHolding
from schema.types.declared_uncertainty import DeclaredUncertainty
from schema.types.denominators import DeclaredDenominator
from schema.types.duties import ReportingObligation
from schema.types.energy_stocks import EnergyStock
from schema.types.expected_data import Expectation, Meter
from schema.types.indicator_declarations import DeclaredIndicatorSystem, StatedIndicatorYear
from schema.types.info import Info
from schema.types.ingest_profiles import IngestProfile
from schema.types.plants import Plant
from schema.types.prospects import Prospect
from schema.types.registry import Tenant, present
from schema.types.scenario_definitions import ScenarioDefinition
from schema.types.screening import CategoryScreening
from schema.types.storage_units import StorageUnit
from schema.types.supply_declarations import SupplyClosing, TransferTerms, Zone
from schema.types.target_definitions import TargetDefinition
from schema.types.tenancies import Tenancy

DeclarationContent = Annotated[
    SiteHolding
    | LeasedSite
    | CategoryScreening
    | DeclaredDenominator
    | BaseYearPolicy
    | ReportedYearsChange
    | ReportedYear
    | DeclaredUncertainty
    | ScenarioDefinition
    | TargetDefinition
    | Adoption
    | Plant
    | Tenancy
    | Prospect
    | Meter
    | Expectation
    | StorageUnit
    | DeclaredIndicatorSystem
    | StatedIndicatorYear
    | EnergyStock
    | TransferTerms
    | SupplyClosing
    | Zone
    | ReportingObligation
    | IngestProfile,
    strawberry.union("DeclarationContent", description="What is declared, by kind."),
]

_CONTENTS: Final[Mapping[DeclarationKind, Callable[[Any], Any]]] = MappingProxyType(
    {
        DeclarationKind.ADOPTION: Adoption.of,
        DeclarationKind.PLANT: Plant.of,
        DeclarationKind.TENANCY: Tenancy.of,
        DeclarationKind.PROSPECT: Prospect.of,
        DeclarationKind.METER: Meter.of,
        DeclarationKind.EXPECTATION: Expectation.of,
        DeclarationKind.TRANSFER_TERMS: TransferTerms.of,
        DeclarationKind.SUPPLY_CLOSING: SupplyClosing.of,
        DeclarationKind.ZONE: Zone.of,
        DeclarationKind.OBLIGATION: ReportingObligation.of,
        DeclarationKind.INGEST_PROFILE: IngestProfile.of,
        DeclarationKind.ENERGY_STOCK: EnergyStock.of,
        DeclarationKind.HOLDING: SiteHolding.of,
        DeclarationKind.INDICATOR_SYSTEM: DeclaredIndicatorSystem.of,
        DeclarationKind.INDICATOR_YEAR: StatedIndicatorYear.of,
        DeclarationKind.LEASE: LeasedSite.of,
        DeclarationKind.DENOMINATOR: DeclaredDenominator.of,
        DeclarationKind.BASE_YEAR: BaseYearPolicy.of,
        DeclarationKind.BASE_YEAR_CHANGE: ReportedYearsChange.of,
        DeclarationKind.REPORTED_YEAR: ReportedYear.of,
        DeclarationKind.SCENARIO: ScenarioDefinition.of,
        DeclarationKind.SCREENING: CategoryScreening.of,
        DeclarationKind.TARGET: TargetDefinition.of,
        DeclarationKind.STORAGE: StorageUnit.of,
        DeclarationKind.UNCERTAINTY: DeclaredUncertainty.of,
    }
)
"""Kind -> how its content becomes a type of the API."""


@strawberry.type(description="One version of what a tenant declares on a subject.")
class Declaration:
    """A declaration."""

    id: strawberry.ID = strawberry.field(description="Id of this version.")
    kind: DeclarationKind = strawberry.field(description="What it is about.")
    subject: str = strawberry.field(description="What exactly; declaring it again makes the next version.")
    version: int = strawberry.field(description="Version of the subject, from 1.")
    supersedes: strawberry.ID | None = strawberry.field(description="The version before, if any.")
    is_withdrawn: bool = strawberry.field(description="Whether this version says that it does not hold any more.")
    reason: str = strawberry.field(description="Why, if it was said.")
    content: DeclarationContent = strawberry.field(description="What is declared.")
    recorded_at: Instant = strawberry.field(description="When it was recorded.")
    is_new: bool = strawberry.field(
        description="In the answer to declaring: whether this request wrote it, or it was declared just so before."
    )
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="Who declares.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other declarations."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @classmethod
    def of(cls, found: Record) -> "Declaration":
        """Make the type of a version."""
        return cls(
            id=_id(found.id),
            kind=found.kind,
            subject=found.subject,
            version=found.version,
            supersedes=_id(found.supersedes) if found.supersedes else None,
            is_withdrawn=found.is_withdrawn,
            reason=found.reason,
            content=_CONTENTS[found.kind](found.content),
            recorded_at=Instant(found.recorded_at),
            is_new=found.is_new,
            tenant_key=found.tenant,
        )


@strawberry.type(description="What was declared is in force.")
class DeclarationsAdded:
    """The current version of each declaration, in the order given."""

    declarations: list[Declaration] = strawberry.field(description="The current versions, in the order given.")

    @classmethod
    def of(cls, found: Sequence[Record]) -> "DeclarationsAdded":
        """Make the type of versions."""
        return cls(declarations=[Declaration.of(one) for one in found])


DeclareResult = Annotated[
    DeclarationsAdded | Refusal,
    strawberry.union("DeclareResult", description="What is in force now, or why nothing was written."),
]


def _id(key: UUID) -> strawberry.ID:
    return strawberry.ID(encode("Declaration", str(key)))
