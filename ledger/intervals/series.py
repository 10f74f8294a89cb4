"""Series of readings by interval: registered once for a source, a carrier and a role; read with their site's clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.estimates import accept_dimension, parse_unit
from accounting.intervals.roles import SeriesRole as Role
from accounting.intervals.roles import base_unit, check_series
from accounting.intervals.series import LENGTHS, BadSeries
from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import EnergyCarrier
from emission_factors import decimals
from emission_factors.catalogue import Catalogue
from emission_factors.units import Unit
from ledger.activities.rows import known_activity
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.registry import CodeTaken, NotRegistered, sources_where
from ledger.statements import add
from ledger.tables.intervals import IntervalSeriesRow
from ledger.taking_turns import take_turn


@dataclass(frozen=True, slots=True)
class NewSeries:
    """A series to be added. `has_attribute`: it is carbon-free and nobody else holds its certificates;
    `activity_type` is what the same source posts month by month, empty where it posts none.
    """

    tenant: UUID
    source: UUID
    carrier: EnergyCarrier
    role: Role
    unit: str
    minutes: int
    has_attribute: bool = False
    activity_type: str = ""


@dataclass(frozen=True, slots=True)
class IntervalSeries:
    """A series with the place of its source."""

    tenant: UUID
    id: UUID
    source: UUID
    site: UUID
    source_code: str
    region: str
    time_zone: str
    carrier: EnergyCarrier
    role: Role
    unit: str
    minutes: int
    has_attribute: bool
    activity_type: str
    recorded_at: datetime

    @property
    def counted_in(self) -> Unit:
        """The unit its readings are posted in."""
        return parse_unit(self.unit)

    @property
    def to_base(self) -> Decimal:
        """How many of the unit its readings are stored in make one of its own, exactly."""
        return decimals.exact(self.counted_in.to_base)

    @property
    def base_unit(self) -> str:
        """The unit its readings are stored in."""
        return base_unit(self.role)


_SERIES: Final = """
SELECT series.tenant_id, series.series_id, series.source_id, source.site_id, source.code, site.region, site.time_zone,
       series.carrier, series.role, series.unit, series.minutes, series.has_attribute, series.activity_type,
       series.recorded_at
FROM interval_series AS series JOIN sources AS source USING (tenant_id, source_id)
JOIN sites AS site USING (tenant_id, site_id)
WHERE (%(tenants)s::uuid[] IS NULL OR series.tenant_id = ANY(%(tenants)s::uuid[]))
    AND (%(ids)s::uuid[] IS NULL OR series.series_id = ANY(%(ids)s::uuid[]))
    AND (%(site)s::uuid IS NULL OR source.site_id = %(site)s)
    AND (%(source)s::uuid IS NULL OR series.source_id = %(source)s)
ORDER BY series.series_id
"""


async def add_series(database: Database, catalogue: Catalogue, new: NewSeries) -> tuple[IntervalSeries, bool]:
    """Add a series and return it, and whether it is new: the same again writes nothing.

    Raises `Refused`, `NotRegistered`, or `CodeTaken` where the source has another series of this carrier and role.
    """
    _check(catalogue, new)
    async with database.write_registry(new.tenant) as connection:
        if not await sources_where(connection, tenant_id=new.tenant, source_id=new.source):
            raise NotRegistered("the tenant has no such source")
        await take_turn(connection, f"series of {new.source}")
        for found in await series_where(connection, tenants=[new.tenant], source=new.source):
            if (found.carrier, found.role) == (new.carrier, new.role):
                return _same(found, new), False
        row = IntervalSeriesRow(
            tenant_id=new.tenant,
            series_id=new_id(),
            source_id=new.source,
            carrier=new.carrier.value,
            role=new.role.value,
            unit=parse_unit(new.unit).code,
            minutes=new.minutes,
            has_attribute=new.has_attribute,
            activity_type=new.activity_type,
        )
        await add(connection, row)
        [added] = await series_where(connection, tenants=[new.tenant], ids=[row.series_id])
        return added, True


async def series_where(
    connection: Connection,
    tenants: Collection[UUID] | None = None,
    ids: Collection[UUID] | None = None,
    site: UUID | None = None,
    source: UUID | None = None,
) -> list[IntervalSeries]:
    """Return the series of tenants, of these ids, of a site or source, oldest first; None does not restrict."""
    asked = {
        "tenants": None if tenants is None else list(tenants),
        "ids": None if ids is None else list(ids),
        "site": site,
        "source": source,
    }
    return [_series(row) for row in await (await connection.execute(_SERIES, asked)).fetchall()]


def _check(catalogue: Catalogue, new: NewSeries) -> None:
    counted_in = parse_unit(new.unit)
    if new.minutes not in LENGTHS:
        message = f"intervals of {new.minutes} minutes; accepted are {', '.join(map(str, LENGTHS))}"
        raise Refused(RefusalCode.BAD_INTERVALS, "minutes", message)
    try:
        check_series(new.role, new.carrier, counted_in, new.has_attribute)
    except BadSeries as error:
        raise Refused(RefusalCode.BAD_INTERVALS, error.field, str(error)) from None
    if new.activity_type:
        accept_dimension(known_activity(new.activity_type, catalogue), counted_in, "activityType")


def _same(found: IntervalSeries, new: NewSeries) -> IntervalSeries:
    said = (parse_unit(new.unit).code, new.minutes, new.has_attribute, new.activity_type)
    if (found.unit, found.minutes, found.has_attribute, found.activity_type) != said:
        message = (
            f"the source has a series of {found.carrier} {found.role} already, in {found.unit} by {found.minutes} "
            "minutes; other readings need a source of their own"
        )
        raise CodeTaken(message)
    return found


def _series(row: Sequence[Any]) -> IntervalSeries:
    tenant, key, source, site, code, region, zone, carrier, role, *rest = row
    return IntervalSeries(tenant, key, source, site, code, region, zone, EnergyCarrier(carrier), Role(role), *rest)
