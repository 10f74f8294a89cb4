"""The lines of the park method, their totals, and the headrooms of the core indicator."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import strawberry

from accounting.indicators import headroom as pure
from accounting.indicators.origins import origin_of
from accounting.indicators.park_headroom import ParkHeadroom, ThresholdHeadroom
from accounting.indicators.park_lines import ElectricityKind, FuelUse, HeatKind, ParkLine, Part
from accounting.indicators.park_year import ParkYearEmissions
from schema.indicator_enums import ParkPart, ParkSide
from schema.scalars import Day, ExactDecimal
from schema.types.indicator_systems import exact, exact_or_none
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.type(
    description="Activities behind an amount: what `activities(filter:)` takes as tenantId, siteId, activityTypes, "
    "firstDay and lastDay."
)
class ActivitiesBehind:
    """A way down."""

    activity_type: str = strawberry.field(description="Activity type.")
    first_day: Day = strawberry.field(description="First day of the year.")
    last_day: Day = strawberry.field(description="Last day of the year.")
    tenant_key: strawberry.Private[UUID]
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="Whose they are.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="Where.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def all_of(cls, keys: Sequence[str], year: int) -> "list[ActivitiesBehind]":
        """Make the types of keys."""
        return [
            cls(
                activity_type=one.activity_type,
                first_day=Day(date(year, 1, 1)),
                last_day=Day(date(year, 12, 31)),
                tenant_key=one.tenant,
                site_key=one.site,
            )
            for one in map(origin_of, keys)
        ]


@strawberry.type(description="One line of the park method: a quantity times a factor.")
class ParkEmissionLine:
    """A line."""

    part: ParkPart = strawberry.field(description="Of which sum it is a part.")
    name: str = strawberry.field(description="What, in English.")
    name_zh: str = strawberry.field(description="What, in Chinese.")
    fuel_use: FuelUse | None = strawberry.field(description="What a fuel is used for.")
    electricity_kind: ElectricityKind | None = strawberry.field(description="What electricity is; decides its factor.")
    heat_kind: HeatKind | None = strawberry.field(description="What heat is made of.")
    side: ParkSide = strawberry.field(description="Whether it is added or deducted.")
    quantity: ExactDecimal | None = strawberry.field(description="Quantity; none is missing.")
    unit: str = strawberry.field(description="Unit of the quantity.")
    factor: ExactDecimal | None = strawberry.field(description="t CO2 per unit; none is missing, not zero.")
    source: str = strawberry.field(description="Where the factor is from; of green power the instruments.")
    emissions: ExactDecimal | None = strawberry.field(description="t CO2, below zero where it is deducted.")
    activities: list[ActivitiesBehind] = strawberry.field(description="Where the quantity comes from.")

    @classmethod
    def of(cls, found: ParkLine, year: int) -> "ParkEmissionLine":
        """Make the type of a line."""
        kind = found.kind
        return cls(
            part=found.part,
            name=found.name,
            name_zh=found.name_zh,
            fuel_use=kind if isinstance(kind, FuelUse) else None,
            electricity_kind=kind if isinstance(kind, ElectricityKind) else None,
            heat_kind=kind if isinstance(kind, HeatKind) else None,
            side=found.side,
            quantity=exact_or_none(found.quantity),
            unit=found.unit,
            factor=exact_or_none(found.factor),
            source=found.source,
            emissions=exact_or_none(found.emissions),
            activities=ActivitiesBehind.all_of(found.activities, year),
        )


@strawberry.type(
    description="What a park emits by the method of notice 910, annex 4, in t CO2: E_park = E_fuel + E_conversion + "
    "E_indirect + E_process. A sum of which something is missing is none."
)
class ParkMethodEmissions:
    """Totals."""

    fuel: ExactDecimal | None = strawberry.field(description="E_fuel: fuels burnt.")
    conversion: ExactDecimal | None = strawberry.field(description="E_conversion: fuels made of fuels.")
    electricity: ExactDecimal | None = strawberry.field(description="E_el: electricity received less sent out.")
    heat: ExactDecimal | None = strawberry.field(description="E_heat: heat received less sent out.")
    indirect: ExactDecimal | None = strawberry.field(description="E_indirect: electricity and heat.")
    energy: ExactDecimal | None = strawberry.field(description="E_energy: fuel, conversion and indirect.")
    process: ExactDecimal | None = strawberry.field(description="E_process: CO2 that is not of energy.")
    park: ExactDecimal | None = strawberry.field(description="E_park.")
    reported: ExactDecimal = strawberry.field(
        description="What tenants' footprints under NDRC_910_2025 add up to, where each deducts what it supplies."
    )
    internal: ExactDecimal = strawberry.field(
        description="Reported less the lines: what neighbours exchange, which is in no line. Zero where both sides of "
        "every transfer agree."
    )
    missing: list[str] = strawberry.field(description="Quantities and factors that are missing, by name.")
    lines: list[ParkEmissionLine] = strawberry.field(description="The lines it is the sum of.")

    @classmethod
    def of(cls, found: ParkYearEmissions, year: int) -> "ParkMethodEmissions":
        """Make the type of a year's emissions."""
        sums = found.emissions
        return cls(
            fuel=exact_or_none(sums.of(Part.FUEL)),
            conversion=exact_or_none(sums.of(Part.CONVERSION)),
            electricity=exact_or_none(sums.of(Part.ELECTRICITY)),
            heat=exact_or_none(sums.of(Part.HEAT)),
            indirect=exact_or_none(sums.indirect),
            energy=exact_or_none(sums.energy),
            process=exact_or_none(sums.of(Part.PROCESS)),
            park=exact_or_none(sums.park),
            reported=exact(found.reported),
            internal=exact(found.internal),
            missing=list(sums.missing),
            lines=[ParkEmissionLine.of(one, year) for one in sums.lines],
        )


@strawberry.type(description="How much of one carrier a park may use for a threshold, all else as it is.")
class CarrierHeadroom:
    """A headroom."""

    carrier: str = strawberry.field(description="The carrier.")
    unit: str = strawberry.field(description="Unit of the amounts.")
    emissions_per_unit: ExactDecimal = strawberry.field(description="t CO2 of a unit.")
    energy_per_unit: ExactDecimal = strawberry.field(description="tce of a unit.")
    source: str = strawberry.field(description="Where both are from.")
    used: ExactDecimal = strawberry.field(description="What the park uses.")
    allowed: ExactDecimal | None = strawberry.field(
        description="The amount at which the indicator is the threshold; none where no amount is, or any keeps to it."
    )
    needed: ExactDecimal | None = strawberry.field(
        description="How much less is needed; of electricity, how much more of it must be green. None where less of it "
        "does not reach the threshold."
    )
    room: ExactDecimal | None = strawberry.field(description="How much more there may be; none where any amount may.")
    is_reachable: bool = strawberry.field(description="Whether any amount keeps to the threshold.")
    intensity_without: ExactDecimal | None = strawberry.field(
        description="t CO2/tce with none of it; none where nothing else is left."
    )
    leaves_band: bool = strawberry.field(
        description="Whether the total energy is then of another size, with another threshold or none."
    )

    @classmethod
    def of(cls, found: pure.Headroom) -> "CarrierHeadroom":
        """Make the type of a headroom."""
        return cls(
            carrier=found.carrier.name,
            unit=found.carrier.unit,
            emissions_per_unit=exact(found.carrier.emissions),
            energy_per_unit=exact(found.carrier.energy),
            source=found.carrier.source,
            used=exact(found.used),
            allowed=exact_or_none(found.allowed),
            needed=exact_or_none(found.needed),
            room=exact_or_none(found.room),
            is_reachable=found.is_reachable,
            intensity_without=exact_or_none(found.intensity_without),
            leaves_band=found.leaves_band,
        )


@strawberry.type(description="Both headrooms of a park for one threshold, and the shares for a park that is planned.")
class IndicatorHeadroom:
    """The headrooms of a threshold."""

    threshold: ExactDecimal = strawberry.field(description="t CO2/tce.")
    is_reference: bool = strawberry.field(
        description="Whether the park's size has no threshold, and this is another's."
    )
    excess: ExactDecimal = strawberry.field(
        description="t CO2 above what the threshold allows for the park's energy; below zero where there is room."
    )
    green: CarrierHeadroom = strawberry.field(description="Electricity that is not green: `needed` MWh must become so.")
    gas: CarrierHeadroom = strawberry.field(description="Natural gas that may be burnt.")
    green_percent_all_electric: ExactDecimal | None = strawberry.field(
        description="Percent of the electricity that must be green in a park of electricity alone; none: out of reach."
    )
    gas_percent_all_green: ExactDecimal | None = strawberry.field(
        description="Most percent of the energy that may be gas where all electricity is green; none: out of reach."
    )

    @classmethod
    def of(cls, found: ThresholdHeadroom) -> "IndicatorHeadroom":
        """Make the type of the headrooms of a threshold."""
        needed, most = found.all_electric.green_needed, found.most_gas
        return cls(
            threshold=exact(found.found.threshold),
            is_reference=found.found.is_reference,
            excess=exact(found.found.excess),
            green=CarrierHeadroom.of(found.found.electricity),
            gas=CarrierHeadroom.of(found.found.gas),
            green_percent_all_electric=None if needed is None else exact(100 * needed),
            gas_percent_all_green=None if most is None else exact(100 * most),
        )


@strawberry.type(description="How far a park is from the threshold of its core indicator.")
class ParkHeadrooms:
    """The headrooms of a park."""

    thresholds: list[IndicatorHeadroom] = strawberry.field(
        description="For the threshold of the park's size; for every threshold where its size has none."
    )
    lacking: list[str] = strawberry.field(description="What is missing where there are no headrooms.")

    @classmethod
    def of(cls, found: ParkHeadroom) -> "ParkHeadrooms":
        """Make the type of a park's headrooms."""
        return cls(thresholds=[IndicatorHeadroom.of(one) for one in found.thresholds], lacking=list(found.lacking))
