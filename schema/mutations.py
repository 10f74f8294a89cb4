"""Changes the API makes. Each commits before it answers; what is expected to go wrong is answered as a `Refusal`."""

from typing import Annotated
from uuid import UUID

import strawberry

from emission_factors.catalogue import Catalogue
from ledger import registry
from ledger.activities import posting
from ledger.activities.corrections import ActivityNotFound, correct, void
from ledger.activities.reading import activities_by_id
from ledger.footprints import own_factors
from ledger.registry import NewPark, NewSite, NewSource, NewTenant, NotRegistered, sites_where, tenants_where
from schema.access_mutations import AccessMutations
from schema.adoption_mutations import AdoptionMutations
from schema.context import Context
from schema.declaration_mutations import DeclarationMutations
from schema.energy_mutations import EnergyMutations
from schema.errors import BadInput, Refusal
from schema.global_ids import decode_uuid
from schema.indicator_mutations import IndicatorMutations
from schema.ingest_profile_mutations import IngestProfileMutations
from schema.instrument_mutations import InstrumentMutations
from schema.interval_mutations import IntervalMutations
from schema.inventory_mutations import InventoryMutations
from schema.limits import ROWS_PER_POSTING
from schema.management_mutations import ManagementMutations
from schema.obligation_mutations import ObligationMutations
from schema.period_mutations import PeriodMutations
from schema.report_mutations import ReportMutations
from schema.scenario_mutations import ScenarioMutations
from schema.screening_mutations import ScreeningMutations
from schema.supply_mutations import SupplyMutations
from schema.types.activities import Activity
from schema.types.adjustments import reason_given
from schema.types.catalogue import EmissionFactor
from schema.types.estimates import own_factor
from schema.types.info import Info
from schema.types.postings import (
    ActivitiesPosted,
    ActivityVersionAdded,
    AddSiteInput,
    AddSiteResult,
    AddSourceInput,
    AddSourceResult,
    AddSupplierFactorInput,
    AddSupplierFactorResult,
    CorrectActivityInput,
    CorrectActivityResult,
    ParkRegistered,
    PostActivitiesInput,
    PostActivitiesResult,
    RegisterParkInput,
    RegisterParkResult,
    RegisterTenantInput,
    RegisterTenantResult,
    SiteAdded,
    SourceAdded,
    SupplierFactorAdded,
    TenantRegistered,
    VoidActivityInput,
    VoidActivityResult,
)
from schema.types.registry import Park, Site, Source, Tenant
from schema.uncertainty_mutations import UncertaintyMutations
from schema.webhook_mutations import WebhookMutations


@strawberry.type(description="Changes.")
class Mutation(
    InstrumentMutations,
    DeclarationMutations,
    IntervalMutations,
    ScenarioMutations,
    ScreeningMutations,
    InventoryMutations,
    AdoptionMutations,
    UncertaintyMutations,
    IndicatorMutations,
    EnergyMutations,
    SupplyMutations,
    ManagementMutations,
    ObligationMutations,
    IngestProfileMutations,
    AccessMutations,
    WebhookMutations,
    PeriodMutations,
    ReportMutations,
):
    """The root of mutations."""

    @strawberry.mutation(description="Register a park.")
    async def register_park(
        self, info: Info, input: Annotated[RegisterParkInput, strawberry.argument(description="The park.")]
    ) -> RegisterParkResult:
        """Register a park."""
        new = NewPark(
            input.code, input.name_en, input.name_zh, input.region, input.time_zone, tuple(input.proxy_regions)
        )
        return ParkRegistered(park=Park.of(await registry.register_park(info.context.service.database, new)))

    @strawberry.mutation(description="Register a tenant of a park.")
    async def register_tenant(
        self, info: Info, input: Annotated[RegisterTenantInput, strawberry.argument(description="The tenant.")]
    ) -> RegisterTenantResult:
        """Register a tenant."""
        new = NewTenant(
            decode_uuid(input.park_id, "Park"),
            input.code,
            input.name_en,
            input.name_zh,
            input.is_operator,
            input.industry_code,
        )
        return TenantRegistered(tenant=Tenant.of(await registry.register_tenant(info.context.service.database, new)))

    @strawberry.mutation(description="Add a site to a tenant.")
    async def add_site(
        self, info: Info, input: Annotated[AddSiteInput, strawberry.argument(description="The site.")]
    ) -> AddSiteResult:
        """Add a site."""
        tenant = decode_uuid(input.tenant_id, "Tenant")
        new = NewSite(tenant, input.code, input.name_en, input.name_zh, input.region, input.time_zone)
        return SiteAdded(site=Site.of(await registry.add_site(info.context.service.database, new)))

    @strawberry.mutation(description="Add a source of data to a site.")
    async def add_source(
        self, info: Info, input: Annotated[AddSourceInput, strawberry.argument(description="The source.")]
    ) -> AddSourceResult:
        """Add a source."""
        site_id = decode_uuid(input.site_id, "Site")
        async with info.context.read() as connection:
            sites = await sites_where(connection, site_id=site_id)
        if not sites:
            raise NotRegistered("there is no such site")
        new = NewSource(sites[0].tenant_id, site_id, input.code, input.name_en, input.name_zh, input.kind)
        return SourceAdded(source=Source.of(await registry.add_source(info.context.service.database, new)))

    @strawberry.mutation(
        description="Post a batch of activities. Each row gets its own outcome; good rows land whatever the others do."
    )
    async def post_activities(
        self, info: Info, input: Annotated[PostActivitiesInput, strawberry.argument(description="The batch.")]
    ) -> PostActivitiesResult:
        """Post a batch."""
        if not 1 <= len(input.posted) <= ROWS_PER_POSTING:
            raise BadInput(f"rows holds {len(input.posted)}; accepted is 1 to {ROWS_PER_POSTING}")
        service = info.context.service
        tenant, key = decode_uuid(input.tenant_id, "Tenant"), _uuid(input.idempotency_key, "idempotencyKey")
        found = await posting.post(
            service.database, service.catalogues, tenant, key, input.posted, service.clock(),
            reason_given(input.adjustment),
        )  # fmt: skip
        return ActivitiesPosted.of(found)

    @strawberry.mutation(description="Correct an activity: a new version that says why. The old one stays.")
    async def correct_activity(
        self, info: Info, input: Annotated[CorrectActivityInput, strawberry.argument(description="The correction.")]
    ) -> CorrectActivityResult:
        """Correct an activity."""
        service = info.context.service
        key, tenant, catalogue = await _known_activity(info.context, input.activity_id)
        change, said = input.changed(), reason_given(input.adjustment)
        new = await correct(service.database, catalogue, tenant, key, change, input.reason, service.clock(), said)
        return await _version(info.context, new)

    @strawberry.mutation(description="Void an activity: a new version that says it did not happen. The old one stays.")
    async def void_activity(
        self, info: Info, input: Annotated[VoidActivityInput, strawberry.argument(description="The voiding.")]
    ) -> VoidActivityResult:
        """Void an activity."""
        service = info.context.service
        key, tenant, catalogue = await _known_activity(info.context, input.activity_id)
        said = reason_given(input.adjustment)
        new = await void(service.database, catalogue, tenant, key, input.reason, service.clock(), said)
        return await _version(info.context, new)

    @strawberry.mutation(description="Register a supplier's or the tenant's own factor.")
    async def add_supplier_factor(
        self, info: Info, input: Annotated[AddSupplierFactorInput, strawberry.argument(description="The factor.")]
    ) -> AddSupplierFactorResult:
        """Register an own factor."""
        tenant = await _known_tenant(info.context, input.tenant_id)
        new = own_factors.NewOwnFactor(
            tenant,
            input.supplier,
            input.activity_type,
            tuple(input.lines),
            input.unit,
            own_factor(input.factor),
            input.valid_from,
            input.valid_to,
            decode_uuid(input.supersedes, "OwnFactor") if input.supersedes else None,
        )
        row = await own_factors.add_own_factor(info.context.service.database, await info.context.catalogue(), new)
        return SupplierFactorAdded.of(row, EmissionFactor.of(own_factors.as_factor(row)))


async def _known_tenant(context: Context, text: str) -> UUID:
    key = decode_uuid(text, "Tenant")
    async with context.read() as connection:
        if not await tenants_where(connection, tenant_id=key):
            raise NotRegistered("there is no such tenant")
    return key


async def _known_activity(context: Context, text: str) -> tuple[UUID, UUID, Catalogue]:
    key = decode_uuid(text, "Activity")
    async with context.read() as connection:
        record = (await activities_by_id(connection, [key])).get(key)
    if record is None:
        raise ActivityNotFound("there is no such activity")
    return key, record.tenant_id, await context.catalogue()


async def _version(context: Context, key: UUID) -> ActivityVersionAdded | Refusal:
    """Read the new version back in a snapshot opened after it was committed."""
    await context.end_operation()
    context.begin_operation()
    async with context.read() as connection:
        record = (await activities_by_id(connection, [key]))[key]
    return ActivityVersionAdded(activity=Activity.of(record))


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(f"{field}: {text[:60]!r} is not a UUID") from None
