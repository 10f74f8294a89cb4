"""Instruments in a footprint: what part of each quantity of purchased energy an instrument covers, at which rate.

Matching is by tenant, site and month, over all of a tenant's energy whatever a question asks for; so a footprint with
instruments is additive over sites, months and activity types like one without.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting import own_factors
from accounting.basis import Basis
from accounting.lines import Place, ResolvedLine, with_factor
from accounting.own_factors import OwnFactor, Part
from accounting.regimes import Regime
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import EnergyCarrier, Instrument, Kind, Load, LoadKind
from accounting.scope2.matching import Match, Matching, match
from emission_factors import decimals, regions
from emission_factors.activity_types import Line, Method, Scope, activity_type
from emission_factors.chains import CO2E, Term
from emission_factors.units import unit

LOADS: Final = MappingProxyType(
    {
        "electricity.grid": (EnergyCarrier.ELECTRICITY, LoadKind.GRID),
        "electricity.clean_room": (EnergyCarrier.ELECTRICITY, LoadKind.GRID),
        "electricity.vehicle_charging": (EnergyCarrier.ELECTRICITY, LoadKind.GRID),
        "electricity.direct_line": (EnergyCarrier.ELECTRICITY, LoadKind.DIRECT_LINE),
        "electricity.own_generation": (EnergyCarrier.ELECTRICITY, LoadKind.OWN_GENERATION),
        "steam.purchased": (EnergyCarrier.STEAM, LoadKind.GRID),
        "heat.hot_water": (EnergyCarrier.HEAT, LoadKind.GRID),
        "heat.district": (EnergyCarrier.HEAT, LoadKind.GRID),
        "cooling.chilled_water": (EnergyCarrier.COOLING, LoadKind.GRID),
    }
)
"""Activity type -> what an instrument must be for to cover it, and how it is supplied."""

ENERGY_UNIT: Final = "MJ"
"""Base unit of the cells that can be covered."""
_PER_MWH: Final = 3600
"""MJ in a MWh."""
_LOAD_PLACES: Final = Decimal(1).scaleb(-decimals.MAX_FRACTION_DIGITS)
_DOWN: Final = Context(prec=1000, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Supplied:
    """One quantity cell of energy: `quantity` in MJ, of a tenant, site and month; `quality` where it is kept apart."""

    tenant: UUID
    site: UUID
    month: date
    region: str
    activity_type: str
    supplier: str
    quantity: Decimal
    quality: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """`quantity` MJ of a cell that an instrument covers, at `rate` kg CO2e/MWh, and why by this one."""

    instrument: Instrument
    quantity: Decimal
    rate: Decimal
    reason: str


def covered(
    cells: Sequence[Supplied], instruments: Iterable[Instrument], regime: Regime
) -> tuple[Mapping[Supplied, tuple[Covered, ...]], Matching]:
    """Return what instruments cover of each cell under a regime, and the matching with its refusals.

    `cells` are all energy of the tenants in the months that instruments are claimed for. Within one load the cells are
    filled by activity type, then supplier, then quality. Raises `BadInstrument` where two instruments have one id.
    """
    loads: dict[Load, list[Supplied]] = {}
    counted = [cell for cell in cells if cell.quantity > 0 and _is_load(cell.activity_type, regime)]
    for key, members in _by_load(counted).items():
        loads[replace(key, quantity=_megawatt_hours(members))] = members
    found = match(loads, instruments, RULES[regime.code])
    parts: dict[Supplied, list[Covered]] = {}
    left = {cell: cell.quantity for cell in cells}
    for one in found.matches:
        for cell, quantity in _filled(one, loads[one.load], left):
            parts.setdefault(cell, []).append(Covered(one.instrument, quantity, one.rate, one.reason))
    return {cell: tuple(covers) for cell, covers in parts.items()}, found


def takes(line: Line, instrument: Instrument, regime: Regime) -> bool:
    """Whether a line leaves what an instrument covers to the instrument.

    The market-based line does, or under a regime without one the line it has; a direct line is also the first rung of
    the location-based hierarchy (GHG Protocol Scope 2 Guidance ch. 6).
    """
    if line.scope is not Scope.SCOPE_2:
        return False
    is_asked = Method.MARKET if regime.has_market_based else Method.LOCATION
    return line.method is is_asked or instrument.kind is Kind.DIRECT_SUPPLY


def line_of(basis: Basis, line: Line, part: Covered, region: str, month: date) -> ResolvedLine:
    """Return the inventory line of what an instrument covers, per MJ, with the instrument as its factor."""
    instrument = part.instrument
    rate = Term("rate", part.rate, "kgCO2e/MWh", instrument.name)
    evidence = tuple(document.id for document in instrument.evidence)
    own = OwnFactor(f"{instrument.kind} {instrument.name}", (Part(CO2E, (rate,)),), instrument.market, None, evidence)
    place = Place(region, month, month.year)
    return with_factor(
        basis, line, own_factors.of_instrument(own, instrument.id, line, place, unit(ENERGY_UNIT), part.reason)
    )


def _is_load(code: str, regime: Regime) -> bool:
    """Whether a regime reports a scope 2 line of an activity type: own generation is no import of a park."""
    lines = activity_type(code).lines
    return code in LOADS and any(regime.reports(line) and line.scope is Scope.SCOPE_2 for line in lines)


def _by_load(cells: Sequence[Supplied]) -> Mapping[Load, list[Supplied]]:
    found: dict[Load, list[Supplied]] = {}
    for cell in sorted(cells, key=lambda one: (one.activity_type, one.supplier, one.quality)):
        carrier, kind = LOADS[cell.activity_type]
        market = regions.country(cell.region)
        key = Load(cell.tenant, cell.site, cell.month, carrier, market, kind, Decimal(0))
        found.setdefault(key, []).append(cell)
    return found


def _megawatt_hours(cells: Sequence[Supplied]) -> Decimal:
    """Return MWh, cut at the last digit a quantity may have; the rest, if any, stays uncovered."""
    whole = decimals.total(cell.quantity for cell in cells)
    return decimals.rounded(Fraction(whole) / _PER_MWH).quantize(_LOAD_PLACES, context=_DOWN).normalize(_DOWN)


def _filled(one: Match, cells: Sequence[Supplied], left: dict[Supplied, Decimal]) -> Iterator[tuple[Supplied, Decimal]]:
    """Put what is matched into the cells of its load in order, and take it off `left`."""
    rest = decimals.product(one.quantity, Decimal(_PER_MWH))
    for cell in cells:
        quantity = min(rest, left[cell])
        if quantity > 0:
            rest = decimals.EXACT.subtract(rest, quantity)
            left[cell] = decimals.EXACT.subtract(left[cell], quantity)
            yield cell, quantity
