"""Questions the API answers."""

from typing import Annotated
from uuid import UUID

import strawberry

from emission_factors import activity_types, regions, search, units
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor
from ledger.activities import reading as ledger_activities
from ledger.declarations import declarations_of, history_of
from ledger.instruments.rows import instruments_by_id
from ledger.registry import parks_where, sites_where, tenants_where
from ledger.releases import all_releases
from schema.access_queries import AccessQueries
from schema.asking import BasisArgument, all_tenants, answered, long_groups
from schema.bridge_queries import BridgeQueries
from schema.context import Context
from schema.energy_queries import EnergyQueries
from schema.enums import DeclarationKind, Dimension, Purpose
from schema.errors import BadInput
from schema.global_ids import decode, decode_uuid
from schema.history_queries import HistoryQueries
from schema.indicator_queries import IndicatorQueries
from schema.ingest_queries import IngestQueries
from schema.interval_queries import IntervalQueries
from schema.inventory_queries import InventoryQueries
from schema.limits import ESTIMATES_PER_REQUEST, SEARCH_TEXT
from schema.management_queries import ManagementQueries
from schema.methods import Methods
from schema.obligation_queries import ObligationQueries
from schema.pages import Connection, sliced
from schema.park_queries import ParkQueries
from schema.period_queries import PeriodQueries
from schema.report_queries import ReportQueries
from schema.scalars import Day
from schema.scenario_queries import ScenarioQueries
from schema.types.activities import Activity, ActivityFilterInput, After, First, activity_connection, filter_of
from schema.types.basis import resolved
from schema.types.catalogue import (
    ActivityType,
    EmissionFactor,
    FactorRelease,
    Gas,
    Region,
    UnitOfMeasure,
    known_gases,
)
from schema.types.declarations import Declaration
from schema.types.estimates import EstimateInput, EstimateResult, estimated
from schema.types.footprints import BoundaryInput, Footprint, MonthsInput, distinct
from schema.types.info import Info
from schema.types.instruments import Instrument, instrument_connection, tenants_asked
from schema.types.nodes import Node
from schema.types.registry import Park, Site, Source, Tenant
from schema.types.reports import Report
from schema.webhook_queries import WebhookQueries

Text = Annotated[str, strawberry.argument(description="Words to find, in English or Chinese; all of them must match.")]


@strawberry.input(description="Which emission factors; what is left out does not restrict.")
class EmissionFactorFilter:
    """A filter of factors."""

    activity_type: str = strawberry.field(default="", description="Factors that lines of this activity type ask for.")
    kind: str = strawberry.field(default="", description="Kind of factor, as inventory lines name it.")
    region: str = strawberry.field(default="", description="Region it is published for.")
    data_year: int | None = strawberry.field(default=None, description="Year the figure is of.")
    publisher: str = strawberry.field(default="", description="Part of the publisher's name.")
    dataset: str = strawberry.field(default="", description="Data set id, such as uk-desnz-2025.")
    record: str = strawberry.field(default="", description="The publisher's record id.")
    purpose: Purpose | None = strawberry.field(default=None, description="What it may be used for.")
    valid_on: Day | None = strawberry.field(default=None, description="Only factors valid on this day.")


@strawberry.type(description="Questions.")
class Query(
    ScenarioQueries,
    PeriodQueries,
    InventoryQueries,
    BridgeQueries,
    ParkQueries,
    EnergyQueries,
    IndicatorQueries,
    IngestQueries,
    IntervalQueries,
    ManagementQueries,
    ObligationQueries,
    AccessQueries,
    ReportQueries,
    WebhookQueries,
    HistoryQueries,
):
    """The root of queries."""

    @strawberry.field(description="Parks of the service.")
    async def parks(self, info: Info, first: First = None, after: After = None) -> Connection[Park]:
        """Page through the parks in the order of registration."""
        async with info.context.read() as connection:
            rows = await parks_where(connection)
        return sliced(rows, first, after, Park.of, lambda row: str(row.park_id))

    @strawberry.field(description="Tenants, of one park or of all.")
    async def tenants(
        self,
        info: Info,
        park_id: Annotated[strawberry.ID | None, strawberry.argument(description="The park.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Tenant]:
        """Page through the tenants in the order of registration."""
        wanted = {"park_id": decode_uuid(park_id, "Park")} if park_id else {}
        async with info.context.read() as connection:
            rows = await tenants_where(connection, **wanted)
        return sliced(rows, first, after, Tenant.of, lambda row: str(row.tenant_id))

    @strawberry.field(description="One tenant; none if there is no such tenant.")
    async def tenant(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the tenant.")]
    ) -> Tenant | None:
        """Find a tenant."""
        row = await info.context.tenants.load(decode_uuid(id, "Tenant"))
        return Tenant.of(row) if row else None

    @strawberry.field(description="Sites, of one tenant or of all.")
    async def sites(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID | None, strawberry.argument(description="The tenant.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Site]:
        """Page through the sites in the order of adding."""
        wanted = {"tenant_id": decode_uuid(tenant_id, "Tenant")} if tenant_id else {}
        async with info.context.read() as connection:
            rows = await sites_where(connection, **wanted)
        return sliced(rows, first, after, Site.of, lambda row: str(row.site_id))

    @strawberry.field(description="Activities, current versions unless asked otherwise, by start of period.")
    async def activities(
        self,
        info: Info,
        filter: Annotated[
            ActivityFilterInput | None, strawberry.argument(description="Which activities; all if left out.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Activity]:
        """Page through activities."""
        wanted = filter_of(filter or ActivityFilterInput(), await all_tenants(info.context))
        return await activity_connection(info.context, wanted, first, after)

    @strawberry.field(
        description="Instruments, current versions, in the order of recording; of one tenant, a park or all."
    )
    async def instruments(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID | None, strawberry.argument(description="The tenant.")] = None,
        park_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The park, if no tenant is named.")
        ] = None,
        include_withdrawn: Annotated[bool, strawberry.argument(description="Also those that were withdrawn.")] = False,
        first: First = None,
        after: After = None,
    ) -> Connection[Instrument]:
        """Page through instruments."""
        tenants = await tenants_asked(info.context, tenant_id, park_id)
        return await instrument_connection(info.context, tenants, include_withdrawn, first, after)

    @strawberry.field(description="What a tenant declares: by kind and subject, the versions in force or all.")
    async def declarations(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant.")],
        kind: Annotated[DeclarationKind, strawberry.argument(description="The kind.")],
        include_history: Annotated[
            bool, strawberry.argument(description="Every version, withdrawals included; otherwise what is in force.")
        ] = False,
        first: First = None,
        after: After = None,
    ) -> Connection[Declaration]:
        """Page through declarations."""
        tenant = decode_uuid(tenant_id, "Tenant")
        async with info.context.read() as connection:
            if include_history:
                found = await history_of(connection, tenant, kind)
            else:
                found = await declarations_of(connection, [tenant], [kind])
        return sliced(found, first, after, Declaration.of, lambda one: str(one.id))

    @strawberry.field(description="Activity types: what can be posted.")
    async def activity_types(
        self,
        info: Info,
        search_text: Annotated[
            str, strawberry.argument(name="search", description="Words to find, in English or Chinese.")
        ] = "",
        group: Annotated[str, strawberry.argument(description="Group of activity types.")] = "",
        first: First = None,
        after: After = None,
    ) -> Connection[ActivityType]:
        """Page through activity types, best match first."""
        known = await info.context.catalogue()
        found = [item for item in activity_types.all_activity_types() if group in ("", item.group)]
        matching = search.find_activity_types(_text(search_text), found)
        return sliced(matching, first, after, lambda item: ActivityType.of(item, known), lambda item: item.code)

    @strawberry.field(description="Emission factors of a release, found by words and filters.")
    async def emission_factors(
        self,
        info: Info,
        search_text: Annotated[
            str, strawberry.argument(name="search", description="Words to find, in English or Chinese.")
        ] = "",
        filter: Annotated[
            EmissionFactorFilter | None, strawberry.argument(description="Which factors; all if left out.")
        ] = None,
        release: Annotated[
            int | None, strawberry.argument(description="Factor release; the newest if left out.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[EmissionFactor]:
        """Page through factors, best match first."""
        known = await info.context.catalogue(release)
        found = _found(known, _text(search_text), filter or EmissionFactorFilter())
        return sliced(found, first, after, EmissionFactor.of, lambda factor: factor.factor_id)

    @strawberry.field(description="Factor releases, oldest first.")
    async def factor_releases(self, info: Info) -> list[FactorRelease]:
        """Return every release."""
        async with info.context.read() as connection:
            return [FactorRelease.of(found) for found in await all_releases(connection)]

    @strawberry.field(description="Units a quantity can be posted in.")
    def units(self) -> list[UnitOfMeasure]:
        """Return the units of the table."""
        return [UnitOfMeasure.of(found) for found in units.all_units()]

    @strawberry.field(description="Regions a site or factor can have.")
    def regions(self) -> list[Region]:
        """Return the regions of the table."""
        return [Region.of(found) for found in regions.all_regions()]

    @strawberry.field(description="Gases and blends, with their GWPs by assessment report.")
    def gases(self) -> list[Gas]:
        """Return the gases of the catalogue."""
        return list(known_gases())

    @strawberry.field(description="The object of an id, none if there is none.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id.")]
    ) -> Node | None:
        """Find an object again by its id."""
        return await _node(info.context, id)

    @strawberry.field(
        description="Inventory lines of each input, without storing anything: a result or an error for each, in order."
    )
    async def estimate(
        self,
        info: Info,
        inputs: Annotated[list[EstimateInput], strawberry.argument(description="1 to 1,000 inputs.")],
        basis: BasisArgument = None,
    ) -> list[EstimateResult]:
        """Estimate a batch."""
        if not 1 <= len(inputs) <= ESTIMATES_PER_REQUEST:
            raise BadInput(f"inputs holds {len(inputs)}; accepted is 1 to {ESTIMATES_PER_REQUEST}")
        known = await info.context.catalogue(basis.release if basis else None, basis.known_at if basis else None)
        return estimated(resolved(basis, known, ()), inputs)

    @strawberry.field(description="Arithmetic of the standards: stateless, each answer with its source.")
    def methods(self) -> Methods:
        """Return the methods, which read nothing."""
        return Methods()

    @strawberry.field(description="The footprint of a park, tenant or site over whole months.")
    async def footprint(
        self,
        info: Info,
        boundary: Annotated[BoundaryInput, strawberry.argument(description="Whose.")],
        period: Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")],
        basis: BasisArgument = None,
        group_by: Annotated[
            list[Dimension] | None,
            strawberry.argument(description="Dimensions of `groups`, and to keep apart in lines."),
        ] = None,
    ) -> Footprint:
        """Compute a footprint from the quantity cells, in one snapshot."""
        by = distinct(group_by or [])
        found = await answered(info.context, boundary, period, basis, by)
        within, grouped = found.boundary, await long_groups(found.footprint, by)
        return Footprint.of(found.footprint, found.basis, period, by, within.tenants, within.site, grouped)


def _text(text: str) -> str:
    if len(text) > SEARCH_TEXT:
        raise BadInput(f"search has {len(text)} characters; at most {SEARCH_TEXT}")
    return text


def _found(known: Catalogue, text: str, wanted: EmissionFactorFilter) -> list[Factor]:
    try:
        return search.find_factors(
            known,
            search.FactorFilter(
                text,
                wanted.activity_type,
                wanted.kind,
                wanted.region,
                wanted.data_year,
                wanted.publisher,
                wanted.dataset,
                wanted.record,
                wanted.purpose,
                wanted.valid_on,
            ),
        )
    except activity_types.UnknownActivityType as error:
        raise BadInput(str(error)) from None


async def _node(context: Context, text: str) -> Node | None:
    type_name, identity = decode(text)
    if type_name == "EmissionFactor":
        factor = (await context.catalogue()).factors.get(identity)
        return EmissionFactor.of(factor) if factor else None
    if type_name == "ActivityType":
        known = {found.code: found for found in activity_types.all_activity_types()}
        return ActivityType.of(known[identity], await context.catalogue()) if identity in known else None
    return await _stored_node(context, type_name, decode_uuid(text, type_name))


async def _stored_node(context: Context, type_name: str, key: UUID) -> Node | None:
    if type_name == "Activity":
        async with context.read() as connection:
            record = (await ledger_activities.activities_by_id(connection, [key])).get(key)
        return Activity.of(record) if record else None
    if type_name == "Instrument":
        async with context.read() as connection:
            version = (await instruments_by_id(connection, [key])).get(key)
        return Instrument.of(version) if version else None
    if type_name == "Report":
        report = await context.reports.by_id.load(key)
        return Report.of(report) if report else None
    if type_name == "Park":
        park = await context.parks.load(key)
        return Park.of(park) if park else None
    if type_name == "Tenant":
        tenant = await context.tenants.load(key)
        return Tenant.of(tenant) if tenant else None
    if type_name == "Site":
        site = await context.sites.load(key)
        return Site.of(site) if site else None
    if type_name == "Source":
        source = await context.sources.load(key)
        return Source.of(source) if source else None
    raise BadInput(f"{type_name} is not a type with ids of its own")
