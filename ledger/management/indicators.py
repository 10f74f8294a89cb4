"""What the indicators of a park rest on, read from the ledger: its footprint, its energy, and what its operator states.

The regime is always that of notice 910, whatever else a basis says.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.energy.books import Books
from accounting.energy.content import EnergyContent, energy_content
from accounting.energy.flows import EnergyValue
from accounting.footprints import Cell, Footprint
from accounting.grouping import Dimension
from accounting.indicators.computed import BIOMASS, COEFFICIENT, Biomass, Ledger, coefficient, computed_inputs
from accounting.indicators.inputs import BadIndicatorInput, Stated
from accounting.indicators.national import NATIONAL
from accounting.indicators.origins import Origin
from accounting.indicators.own_power import OWN_POWER, OwnPower, Sites, own_power
from accounting.indicators.park_headroom import Gas, natural_gas
from accounting.indicators.park_year import MADE, Park, ParkYearEmissions, fuel_uses, park_year_emissions
from accounting.indicators.statements import IndicatorYear
from accounting.indicators.systems import IndicatorSystem
from accounting.management.validity import last_day
from accounting.scope2.instruments import Instrument
from accounting.supply.plants import PlantKind
from emission_factors.activity_types import activity_type, all_activity_types
from emission_factors.units import unit
from ledger.cells.typed import cells_of_types
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary, footprint
from ledger.instruments.instruments import instruments_of
from ledger.management.energy_balances import AskedEnergy, energy_books
from ledger.registry import sites_where, tenants_where
from ledger.tables import Tenant

_BURNT: Final = tuple(
    one.code
    for one in all_activity_types()
    if one.substance in BIOMASS and one.group in ("stationary_combustion", "mobile_combustion", "offroad_combustion")
)
_TYPES: Final = tuple(dict.fromkeys((*OWN_POWER, *MADE, *_BURNT)))
"""Activity types that the park method asks for and that have no line under its regime, or no energy in it."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What the operator of a park declared: systems by code, the national one among them, and years."""

    systems: Mapping[str, IndicatorSystem]
    years: Mapping[int, IndicatorYear]


@dataclass(frozen=True, slots=True)
class AskedPark:
    """Which park, in which region; `is_upper` says which end of a published range of tce coefficients applies."""

    park: UUID
    region: str
    is_upper: bool | None = None


@dataclass(frozen=True, slots=True)
class LedgerYear:
    """A park's year, or months of one: its emissions by lines, the inputs computed from the ledger, its gas for the
    headroom, and the energy that all of it rests on.
    """

    year: int
    emissions: ParkYearEmissions
    inputs: Mapping[str, Stated]
    gas: Gas | None
    energy: Books


async def statements_of(connection: Connection, park: UUID, known_at: datetime | None) -> Statements:
    """Return what a park's operator declares for its indicators; raises `BadIndicatorInput` where two contradict."""
    operators = [one.tenant_id for one in await tenants_where(connection, park_id=park, is_operator=True)]
    kinds = (DeclarationKind.INDICATOR_SYSTEM, DeclarationKind.INDICATOR_YEAR)
    found = await declarations_of(connection, operators, kinds, known_at)
    contents: dict[tuple[DeclarationKind, str], object] = {}
    for one in found:
        if contents.setdefault((one.kind, one.subject), one.content) != one.content:
            message = f"two operators of the park declare {one.kind} {one.subject}, not alike; one of them withdraws it"
            raise BadIndicatorInput(one.subject, message)
    systems = [one.content.system() for one in found if one.kind is DeclarationKind.INDICATOR_SYSTEM]
    years = [one.content for one in found if one.kind is DeclarationKind.INDICATOR_YEAR]
    return Statements({one.code: one for one in (NATIONAL, *systems)}, {one.year: one for one in years})


async def ledger_year(connection: Connection, basis: Basis, asked: AskedPark, stated: IndicatorYear) -> LedgerYear:
    """Return what the ledger holds of the year that is stated, on a basis under NDRC_910_2025.

    The standard coal of electricity is the basis's, otherwise as it is stated.
    """
    return await ledger_months(connection, basis, asked, stated, (date(stated.year, 1, 1), date(stated.year, 12, 1)))


async def ledger_months(
    connection: Connection,
    basis: Basis,
    asked: AskedPark,
    stated: IndicatorYear,
    months: tuple[date, date],
    posted: Footprint | None = None,
) -> LedgerYear:
    """Return the same of months of the year that is stated, both included.

    `posted` is the park's footprint of these months on the basis, by tenant and site at least, where it was read
    before.
    """
    given = stated.amount(COEFFICIENT)
    is_stated = given is not None and basis.electricity_kgce_per_kwh is None
    counted = replace(basis, electricity_kgce_per_kwh=given.amount) if given and is_stated else basis
    read = await _read(connection, counted, asked, months, posted)
    emissions = park_year_emissions(read.footprint.lines, read.footprint.gaps, read.park, read.power.lines)
    source = given.source if given and is_stated else "as the question gives it"
    sheet = read.energy.balance.sheet(EnergyValue.EQUIVALENT)
    biomass = list(_biomass(counted, read.cells, stated.year))
    held = Ledger(emissions.emissions, read.power, sheet, _behind(read.energy), biomass)
    inputs = computed_inputs(held)
    inputs[COEFFICIENT] = coefficient(counted.electricity_kgce_per_kwh, source)
    gas = natural_gas(counted, asked.region, stated.year, emissions.emissions.lines, read.energy.balance)
    return LedgerYear(stated.year, emissions, inputs, gas, read.energy)


@dataclass(frozen=True, slots=True)
class _Read:
    footprint: Footprint
    energy: Books
    cells: Sequence[Cell]
    park: Park
    power: OwnPower


async def _read(
    connection: Connection, basis: Basis, asked: AskedPark, months: tuple[date, date], posted: Footprint | None
) -> _Read:
    tenants = await tenants_where(connection, park_id=asked.park)
    keys, (first, last) = [one.tenant_id for one in tenants], months
    by = (Dimension.TENANT, Dimension.SITE)
    found = posted or await footprint(connection, basis, Boundary(tuple(keys)), first, last, by)
    cells = await cells_of_types(connection, keys, _TYPES, first, last, basis.known_at)
    plants = await _plants(connection, keys, basis.known_at, first, last)
    codes = {one.tenant_id: one.code for one in tenants}
    made = [(cell.site, cell.activity_type) for cell in cells if cell.site is not None]
    matches = found.matching.matches if found.matching else ()
    instruments = {one.instrument.id: one.instrument for one in matches}
    sites = Sites(await _names(connection, tenants), plants, _burning(found))
    claims = _of_year(await instruments_of(connection, keys, basis.known_at), first, last)
    return _Read(
        footprint=found,
        energy=await energy_books(connection, basis, AskedEnergy(keys, first, last, is_upper=asked.is_upper)),
        cells=cells,
        park=Park(codes, fuel_uses(plants, made), instruments),
        power=own_power([cell for cell in cells if cell.activity_type in OWN_POWER], sites, claims, codes.values()),
    )


def _behind(energy: Books) -> tuple[str, ...]:
    origins = {Origin(*term.origin[:3]) for terms in energy.terms.values() for term in terms}
    return tuple(one.key for one in sorted(origins))


async def _plants(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None, first: date, last: date
) -> dict[UUID, PlantKind]:
    """Return the plants that are there in a year; of two in turn at a site the later."""
    declared = await declarations_of(connection, tenants, [DeclarationKind.PLANT], known_at)
    plants = sorted((one.content for one in declared), key=lambda plant: plant.valid_from)
    end = last_day(last)
    return {
        plant.site: plant.plant_kind
        for plant in plants
        if plant.valid_from <= end and (plant.valid_to is None or plant.valid_to >= first)
    }


async def _names(connection: Connection, tenants: Sequence[Tenant]) -> dict[UUID, str]:
    codes = {one.tenant_id: one.code for one in tenants}
    found = await sites_where(connection, tenant_id=list(codes))
    return {one.site_id: f"{codes[one.tenant_id]}/{one.code}" for one in found}


def _burning(found: Footprint) -> set[UUID]:
    """Return the sites at which fuel emits CO2 in a plant or furnace."""
    return {
        line.site for line in found.lines if line.site and line.line.category == "stationary" and line.amounts.co2e > 0
    }


def _of_year(instruments: Iterable[Instrument], first: date, last: date) -> list[Instrument]:
    return [one for one in instruments if one.claimed_from <= last and one.claimed_to >= first]


def _biomass(basis: Basis, cells: Iterable[Cell], year: int) -> Iterable[Biomass]:
    for cell in cells:
        if cell.activity_type in _BURNT and cell.tenant is not None and cell.site is not None:
            activity = activity_type(cell.activity_type)
            per = unit(cell.base_unit)
            content = energy_content(basis, activity, Fraction(cell.quantity), per, cell.region, year)
            key = Origin(cell.tenant, cell.site, cell.activity_type).key
            yield Biomass(activity.name_en, _tce(content), (key,))


def _tce(content: EnergyContent | None) -> Fraction | None:
    """Return standard coal by the published coefficient, otherwise by the net calorific value over 29,307.6 kJ."""
    if content is None:
        return None
    if content.tce_equivalent is not None:
        return content.tce_equivalent
    return None if content.megajoules is None else content.megajoules / unit("tce").to_base
