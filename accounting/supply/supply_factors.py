"""Internal supply in a footprint: the customer's factor for what a neighbour supplies, and what a supplier sold on.

A customer's factor is what the transfer hands over, divided by what arrived, so that the customer's scope 2 is exactly
what left the supplier's pool, whatever the two meters show. Of what a supplier bought, the share that it passes on
leaves scope 2 for category 3(d) (GHG Protocol Scope 2 Guidance, chapter 5).
"""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final
from uuid import UUID

from accounting.footprints import Cell
from accounting.lines import OwnFactors
from accounting.scope2.coverage import Covered
from accounting.supply.emission_vectors import Emissions
from accounting.supply.network import Pool, Transfer
from accounting.supply.park_energy import FLOWS, RESOLD, Carrier, Flow, purchases_of
from accounting.supply.park_supply import BIOGENIC, CO2E, UNSPLIT, MonthOfSupply, ParkSupply
from accounting.supply.supply import PoolSupply, Supply
from emission_factors import decimals
from emission_factors.activity_types import Line, Method, Scope, activity_type
from emission_factors.factors import Dataset, Factor, GasBasis, Origin, Purpose

_BASE_UNITS: Final = {Carrier.COMPRESSED_AIR: "Nm3"}
_NOT_GASES: Final = frozenset({CO2E, UNSPLIT, BIOGENIC})
_EVERY_PURPOSE: Final = frozenset(Purpose)
_Notes = dict[tuple[date, Pool, Method], str]
"""What made the factor of a pool in a month; every customer of the pool is told the same."""


def factors_of_supply(found: ParkSupply, consumers: Collection[UUID]) -> dict[UUID, OwnFactors]:
    """Return tenant -> (activity type, line) -> factors for what neighbours supply, one for each supplier and month;
    of those of `consumers` that anybody supplies.
    """
    tenants = {code: tenant for tenant, code in found.codes.items() if tenant in consumers}
    factors: dict[UUID, dict[tuple[str, str], list[Factor]]] = {}
    notes: _Notes = {}
    for month, transfer in _transfers(found):
        tenant = tenants.get(transfer.consumer)
        if transfer.arriving and tenant is not None:
            of_tenant = factors.setdefault(tenant, {})
            for key, factor in _of_transfer(month, transfer, notes):
                of_tenant.setdefault(key, []).append(factor)
    return {tenant: dict(of_tenant) for tenant, of_tenant in factors.items()}


def _transfers(found: ParkSupply) -> Iterator[tuple[MonthOfSupply, Transfer]]:
    """Yield every transfer with the month that gives its factor.

    A month that has failed since a supplier closed it gives that supplier's customers what it was when it was closed.
    """
    for month in found.months.values():
        for transfer in month.by_location.network.transfers:
            yield month, transfer
    for day in found.failed:
        for party, closing in found.declared.closed.get(day, {}).items():
            for transfer in closing.known.by_location.network.transfers:
                if transfer.source.party == party:
                    yield closing.known, transfer


def as_supplied(found: ParkSupply, cell: Cell) -> Iterator[Cell]:
    """Yield the cells that a posted cell of a known tenant stands for.

    What is bought from a neighbour in a month that has failed is a gap, unless the neighbour had closed it; what a
    supplier bought is divided into what it uses and what it sold on.
    """
    flow, carrier = FLOWS.get(cell.activity_type, (None, None))
    if flow is not Flow.BOUGHT or carrier is None or cell.tenant is None:
        yield cell
        return
    failure = found.failed.get(cell.day)
    is_closed = cell.supplier in found.declared.closed.get(cell.day, {})
    if failure is not None and _is_internal(found, cell) and not is_closed:
        yield replace(cell, unbounded=failure)
        return
    yield from _divided(cell, carrier, _resold(found, cell.tenant, carrier, cell.day))


def _is_internal(found: ParkSupply, cell: Cell) -> bool:
    return cell.supplier in found.codes.values() and cell.supplier != found.codes.get(cell.tenant or UUID(int=0))


def _resold(found: ParkSupply, tenant: UUID, carrier: Carrier, month: date) -> Fraction:
    """Return the share of what enters a tenant's pool in a month that the tenant passes on."""
    supply, code = found.months.get(month), found.codes.get(tenant)
    if supply is None or code is None:
        return Fraction(0)
    pool = supply.by_location.pools.get(Pool(code, carrier.value))
    return pool.resale_share if pool else Fraction(0)


def _divided(cell: Cell, carrier: Carrier, share: Fraction) -> Iterator[Cell]:
    """Divide a quantity, and what instruments cover of it; the parts add up to it to the digit."""
    if not share:
        yield cell
        return
    sold = decimals.rounded(Fraction(cell.quantity) * share)
    kept = decimals.EXACT.subtract(cell.quantity, sold)
    if kept:
        yield replace(cell, quantity=kept, covered=tuple(_kept_covers(cell, kept, 1 - share)))
    yield replace(cell, activity_type=RESOLD[carrier], quantity=sold, covered=())


def _kept_covers(cell: Cell, kept: Decimal, share: Fraction) -> Iterator[Covered]:
    """Yield what instruments cover of the part that is kept; where they cover all of a cell, they cover all of it."""
    covered, before = Fraction(0), Decimal(0)
    for part in cell.covered:
        covered += Fraction(part.quantity)
        until = kept if covered == Fraction(cell.quantity) else decimals.rounded(covered * share)
        yield replace(part, quantity=decimals.EXACT.subtract(until, before))
        before = until


def _of_transfer(month: MonthOfSupply, transfer: Transfer, notes: _Notes) -> Iterator[tuple[tuple[str, str], Factor]]:
    carrier = Carrier(transfer.source.carrier)
    by_method = {
        method: _factor(month, supply, transfer, method, notes)
        for method, supply in ((Method.LOCATION, month.by_location), (Method.MARKET, month.by_market))
    }
    for code in (*purchases_of(carrier), RESOLD[carrier]):
        for line in activity_type(code).lines:
            if _takes(line):
                yield (code, line.code), by_method[line.method or Method.LOCATION]


def _takes(line: Line) -> bool:
    """Whether a line is of the energy itself, not of what lies upstream of it."""
    return line.scope is Scope.SCOPE_2 or line.code == "resale"


def _factor(month: MonthOfSupply, supply: Supply, transfer: Transfer, method: Method, notes: _Notes) -> Factor:
    """Return what a unit that arrives carries, as a factor of the supplier for the month."""
    noted = (month.month, transfer.source, method)
    if noted not in notes:
        notes[noted] = _note(month, supply, transfer.source, method)
    carried = supply.carried(transfer) / transfer.arriving
    return _handed(transfer.source, transfer.consumer, month.month, method, carried, notes[noted])


@lru_cache(maxsize=16384)
def _handed(source: Pool, consumer: str, month: date, method: Method, carried: Emissions, note: str) -> Factor:
    """Return what a unit carries as a factor, the same object for the same figures.

    Whoever selects among factors keeps what was selected, and looks for it by all factors there were: a hundred of them
    are compared field by field at every look-up unless they are the same objects.
    """
    (party, carrier), when = source, f"{month:%Y-%m}"
    masses = tuple((name, mass) for name, mass in sorted(carried.parts.items()) if name not in _NOT_GASES)
    return Factor(
        factor_id=f"park:{party}:{carrier}:{consumer}:{when}:{method}",
        dataset=_dataset(party, month),
        kinds=(),
        name_en=f"{carrier.replace('_', ' ').lower()} of {party}, {when}, {method.lower()}-based",
        name_zh="",
        path="",
        region="",
        data_year=month.year,
        valid_from=month,
        valid_to=month.replace(day=monthrange(month.year, month.month)[1]),
        unit=_BASE_UNITS.get(Carrier(carrier), "MJ"),
        basis=GasBasis.GAS_MASSES,
        # Beside masses a total is what no gas accounts for: CO2e of a figure that its publisher does not split.
        co2e=carried.of(UNSPLIT) or None,
        gases=masses or (("CO2", Fraction(0)),),
        co2_biogenic=carried.of(BIOGENIC) or None,
        locator=f"supplyFactors, {party} {carrier} {when}",
        purposes=_EVERY_PURPOSE,
        origin=Origin.SUPPLIER,
        supplier=party,
        note=note,
    )


def _dataset(party: str, month: date) -> Dataset:
    title = f"computed from the fuel and the purchases of {party}, {month:%Y-%m}"
    return Dataset("park", party, title, "", month, None, "", "", "", "not_allowed", "", "", None, 0)


def _note(month: MonthOfSupply, supply: Supply, pool: Pool, method: Method) -> str:
    """Write what made a pool's factor, as it was known when the month was closed if it was."""
    closed = month.closed_pool(pool, method)
    if closed is None:
        return _inputs(supply.pools[pool])
    return f"closed {month.closed[pool.party].at:%Y-%m-%d %H:%M:%S} UTC, as known then: {_inputs(closed)}"


def _inputs(found: PoolSupply) -> str:
    """Write every input of a pool with its quantity and CO2e, over what the pool delivers."""
    parts = [
        f"{one.kind} {one.code}: {_plain(one.quantity)} with {_plain(one.emissions.of(CO2E))} kg CO2e"
        for one in found.inputs
    ]
    return f"{'; '.join(parts)}; over {_plain(found.balance.bearing)}"


def _plain(value: Fraction) -> str:
    return decimals.plain(decimals.exact(value))
