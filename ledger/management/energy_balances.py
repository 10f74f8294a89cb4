"""The energy balance of tenants of a park, read from what was posted.

Whoever is asked about, everyone of the park is read: a delivery has a meter on both sides.
"""

import asyncio
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.energy.balance import Balance
from accounting.energy.books import Books, Posted, books
from accounting.energy.carriers import Converter, Kind, described
from accounting.energy.quantities import Origin, Quantity
from accounting.energy.roles import ROLES
from accounting.energy.stocks import EnergyStock, Level, Stored, stock_changes
from accounting.footprints import Cell
from accounting.supply.plants import Plant, PlantKind
from emission_factors.units import unit
from ledger.beyond import beyond
from ledger.cells.typed import cells_of_types
from ledger.connections import Connection
from ledger.declarations import Declaration, declarations_of
from ledger.footprints.park_supplies import codes_by_park

_REGIONS: Final = "SELECT site_id, region FROM sites WHERE tenant_id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class AskedEnergy:
    """Of whom and when: `first` and `last` are first days of months, both included. `only_site` asks for one site of
    one tenant; `is_upper` says which end of a published range of coefficients applies.
    """

    tenants: Collection[UUID]
    first: date
    last: date
    only_site: UUID | None = None
    is_upper: bool | None = None


async def energy_balance(
    connection: Connection, basis: Basis, tenants: Collection[UUID], first: date, last: date
) -> Balance:
    """Return the energy balance of `tenants` together; `first` and `last` are first days of months, both included.

    Parties are tenants' ids as text (`str(tenant_id)`), plants are sites' ids as text, carriers are substances of the
    catalogue (`electricity`, `steam`, `natural_gas`, `diesel`) with `balance.carriers[code].unit`. Everyone of the park
    is read, so that a delivery is joined with the other side's meter whoever is asked about. Without any energy the
    balance has no cells. `basis.known_at` counts; the equivalent value of electricity is
    `basis.electricity_kgce_per_kwh`, missing without.

    Total energy in tce, electricity at equivalent value: `balance.sheet(EnergyValue.EQUIVALENT).total` (None where a
    coefficient in `.missing` is missing), there `.consumption` (VI, = I - V) and `.available` (I). Consumption of one
    carrier in its unit: `balance.column("electricity")`, there `.gross_consumption` or `.final_use`.
    """
    return (await energy_books(connection, basis, AskedEnergy(tenants, first, last))).balance


async def energy_books(connection: Connection, basis: Basis, asked: AskedEnergy) -> Books:
    """Return the balance with what stands behind each of its cells; see `energy_balance`."""
    async with beyond(connection, "the other side's meter of what is delivered between neighbours", asked.tenants):
        parks = (await codes_by_park(connection, asked.tenants, basis.known_at)).values()
        everyone = [tenant for codes in parks for tenant in codes]
        cells = await cells_of_types(connection, everyone, ROLES, asked.first, asked.last, basis.known_at)
        kinds = [DeclarationKind.PLANT, DeclarationKind.ENERGY_STOCK]
        found = await declarations_of(connection, everyone, kinds, basis.known_at)
        regions: dict[UUID, str] = dict(await (await connection.execute(_REGIONS, (everyone,))).fetchall())
    tenants = [{code: tenant for tenant, code in codes.items()} for codes in parks]
    reader = _Reader(basis, asked, {one: named for named in tenants for one in named.values()}, regions)
    return await asyncio.to_thread(_kept, reader, cells, found, asked)


class _Reader:
    """Turns what the ledger holds into what the arithmetic takes; remembers which carriers were met, and where."""

    def __init__(
        self, basis: Basis, asked: AskedEnergy, codes: Mapping[UUID, Mapping[str, UUID]], regions: Mapping[UUID, str]
    ) -> None:
        self._basis = basis
        self._asked = asked
        self._codes = codes
        self._regions = regions
        self._converter = Converter(basis)
        self._met: dict[Kind, set[str]] = {}

    def posted(self, cells: Iterable[Cell], declared: Sequence[Declaration]) -> Posted:
        quantities = tuple(self._quantity(cell) for cell in cells)
        levels = [self._level(one.tenant, one.content) for one in declared if isinstance(one.content, EnergyStock)]
        before, last = self._asked.first - timedelta(days=1), _last_day(self._asked.last)
        changes, missing = stock_changes(levels, before, last)
        plants = [one.content for one in declared if isinstance(one.content, Plant)]
        year, upper = self._asked.last.year, self._asked.is_upper
        carriers = {
            kind.code: described(self._basis, kind, met, year, is_upper=upper) for kind, met in self._met.items()
        }
        return Posted(quantities, _kinds(plants, self._asked), carriers, tuple(changes), tuple(missing))

    def _quantity(self, cell: Cell) -> Quantity:
        if cell.tenant is None or cell.site is None:
            raise RuntimeError("energy was read without its tenant and site")
        kind, ratio = self._carrier(cell.activity_type, cell.base_unit, cell.region, cell.day.year)
        neighbour = self._codes[cell.tenant].get(cell.supplier)
        return Quantity(
            party=str(cell.tenant),
            origin=Origin(cell.tenant, cell.site, cell.activity_type, cell.supplier),
            month=cell.day,
            carrier=kind.code,
            quantity=Fraction(cell.quantity) * ratio,
            neighbour=str(neighbour) if neighbour not in (None, cell.tenant) else "",
        )

    def _level(self, tenant: UUID, stock: EnergyStock) -> Level:
        stated = unit(stock.unit)
        base = stated.base
        kind, ratio = self._carrier(stock.activity_type, base, self._regions[stock.site], stock.day.year)
        quantity = Fraction(stock.quantity) * stated.to_base * ratio
        return Level(Stored(tenant, stock.site, stock.activity_type), str(tenant), kind.code, stock.day, quantity)

    def _carrier(self, code: str, base: str, region: str, year: int) -> tuple[Kind, Fraction]:
        kind, ratio = self._converter.carrier(code, base, region, year)
        self._met.setdefault(kind, set()).add(region)
        return kind, ratio


def _kept(reader: _Reader, cells: Iterable[Cell], declared: Sequence[Declaration], asked: AskedEnergy) -> Books:
    """Keep the books; a park's year takes half a second, in which the service is to answer others."""
    return books(reader.posted(cells, declared), {str(tenant) for tenant in asked.tenants}, asked.only_site)


def _kinds(plants: Iterable[Plant], asked: AskedEnergy) -> dict[tuple[UUID, date], PlantKind]:
    """Return which plant is declared at a site at the end of each month."""
    found: dict[tuple[UUID, date], PlantKind] = {}
    for plant in plants:
        month = asked.first
        while month <= asked.last:
            if plant.holds_on(_last_day(month)):
                found[plant.site, month] = plant.plant_kind
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
