"""From a park's footprint of a year to the lines of the park method: fuel, electricity by kind, heat, process.

Under the regime of notice 910 tenants' totals deduct what they supply to each other. Here what crosses the boundary of
the park stands in lines and what neighbours exchange in none, so that meters that differ, or a side that is not posted,
do not move the total of the park; `internal` is what the two differ by (发改环资〔2025〕910号, annex 4; decision 0016).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.footprints import FootprintGap, FootprintLine
from accounting.indicators.origins import Origin
from accounting.indicators.park_lines import ElectricityKind, FuelUse, HeatKind, ParkLine, Part, Side, electricity
from accounting.indicators.park_method import ParkEmissions, park_emissions
from accounting.scope2.instruments import Instrument, Kind
from accounting.supply.plants import PlantKind
from emission_factors.activity_types import ActivityType, Line, Scope
from emission_factors.factors import Origin as FactorOrigin
from emission_factors.units import Unit, unit

_PARTS: Final = MappingProxyType(
    {
        "stationary": Part.FUEL,
        "mobile": Part.FUEL,
        "electricity": Part.ELECTRICITY,
        "steam": Part.HEAT,
        "heat": Part.HEAT,
        "cooling": Part.HEAT,
        "compressed_air": Part.HEAT,
        "other_energy": Part.HEAT,
    }
)
"""Category of a line -> its part. CO2 of all else, such as of carbonates, solvents and extinguishers, is process."""

_UNITS: Final = MappingProxyType({"electricity": "MWh", "steam": "GJ", "heat": "GJ", "cooling": "GJ"})
"""Category -> the unit in which the park's form states it."""

_GREEN: Final = MappingProxyType(
    {
        Kind.DIRECT_SUPPLY: ElectricityKind.DIRECT_NON_FOSSIL,
        Kind.GEC: ElectricityKind.GREEN_CERTIFICATE,
        Kind.GREEN_POWER_TRADE: ElectricityKind.GREEN_TRADE,
    }
)
"""Instrument -> the kind of the electricity it covers."""

_USES: Final = MappingProxyType({PlantKind.CHP: FuelUse.THERMAL_POWER, PlantKind.BOILER: FuelUse.HEAT_SUPPLY})
MADE: Final = MappingProxyType(
    {
        "generated.steam": FuelUse.HEAT_SUPPLY,
        "generated.hot_water": FuelUse.HEAT_SUPPLY,
        "generated.electricity": FuelUse.THERMAL_POWER,
    }
)
"""What a site makes -> what its fuel is used for where no plant is declared; power goes before heat."""


@dataclass(frozen=True, slots=True)
class Park:
    """What is known of a park beside its footprint: tenants' codes, what fuel is used for at sites where it is not for
    final use, and instruments by id.
    """

    codes: Mapping[UUID, str]
    uses: Mapping[UUID, FuelUse]
    instruments: Mapping[str, Instrument]


def fuel_uses(plants: Mapping[UUID, PlantKind], made: Collection[tuple[UUID, str]]) -> dict[UUID, FuelUse]:
    """Return what fuel is used for at the sites of plants: as declared, or by the activity types of what they make."""
    found: dict[UUID, FuelUse] = {}
    for code, use in MADE.items():
        found |= {site: use for site, activity_type in made if activity_type == code}
    return found | {site: _USES[kind] for site, kind in plants.items() if kind in _USES}


@dataclass(frozen=True, slots=True)
class ParkYearEmissions:
    """What a park emits in a year, by lines of the method. `reported` is the total of its footprint, t CO2."""

    emissions: ParkEmissions
    reported: Fraction

    @property
    def internal(self) -> Fraction:
        """T CO2 by which the footprint exceeds the lines: what neighbours exchanged, where its two sides differ."""
        stated = (line.emissions for line in self.emissions.lines)
        return self.reported - sum((one for one in stated if one is not None), Fraction(0))


def park_year_emissions(
    lines: Iterable[FootprintLine], gaps: Iterable[FootprintGap], park: Park, own: Sequence[ParkLine]
) -> ParkYearEmissions:
    """Return the lines of the park method for a footprint under NDRC_910_2025, by tenant and site.

    `own` are the lines of power made in the park. A gap is a line without a factor, so that the total is missing.
    Where a footprint has neither a line nor a gap, nothing is stated.
    """
    counted = [line for line in lines if line.line.scope in (Scope.SCOPE_1, Scope.SCOPE_2)]
    lacking = [gap for gap in gaps if gap.gap.line.scope in (Scope.SCOPE_1, Scope.SCOPE_2)]
    reported = sum((Fraction(line.amounts.co2e) for line in counted), Fraction(0)) / 1000
    if not counted and not lacking and not own:
        return ParkYearEmissions(park_emissions({}), reported)
    inside, outside = _split(counted, park)
    flows = [
        *(_flow(line, park) for line in outside),
        *(_gap(gap) for gap in lacking if not _is_inside(gap, park)),
    ]
    made = [*_merged(flow for flow in flows if not _is_silent(flow)), *own]
    stated: dict[Part, list[ParkLine]] = {part: [] for part in Part}
    for line in _named([*made, *_covered_inside(inside, park, made)]):
        stated[line.part].append(line)
    return ParkYearEmissions(park_emissions(stated), reported)


def _split(lines: Iterable[FootprintLine], park: Park) -> tuple[list[FootprintLine], list[FootprintLine]]:
    """Return what neighbours exchange, and the rest."""
    inside: list[FootprintLine] = []
    outside: list[FootprintLine] = []
    for line in lines:
        (inside if line.line.scope is Scope.SCOPE_2 and _is_inside(line, park) else outside).append(line)
    return inside, outside


def _is_inside(one: FootprintLine | FootprintGap, park: Park) -> bool:
    """Whether the other side is another tenant of the park."""
    whose = park.codes[one.tenant] if one.tenant else ""
    return one.supplier != whose and one.supplier in park.codes.values()


def _flow(line: FootprintLine, park: Park) -> ParkLine:
    shown = _shown_unit(line.line, line.activity, line.unit)
    scale = line.unit.ratio_to(shown)
    factor = Fraction(line.resolved.factor.co2e_total) / 1000 / scale
    return ParkLine(
        part=_part(line.line),
        name=line.activity.name_en,
        kind=_kind(line, park, factor),
        side=_side(line.line),
        quantity=Fraction(line.quantity) * Fraction(line.share) * scale,
        unit=shown.code,
        factor=factor,
        source=_source(line),
        activities=_keys(line),
        name_zh=line.activity.name_zh,
    )


def _gap(gap: FootprintGap) -> ParkLine:
    shown = _shown_unit(gap.gap.line, gap.activity, gap.unit)
    quantity = Fraction(gap.quantity) * gap.unit.ratio_to(shown)
    part, side, activity = _part(gap.gap.line), _side(gap.gap.line), gap.activity
    kind = FuelUse.FINAL if part is Part.FUEL else None
    return ParkLine(
        part, activity.name_en, kind, side, quantity, shown.code, None, "", _keys(gap), name_zh=activity.name_zh
    )


def _part(line: Line) -> Part:
    return _PARTS.get(line.category, Part.PROCESS)


def _side(line: Line) -> Side:
    return Side.IN if line.sign > 0 else Side.OUT


def _shown_unit(line: Line, activity: ActivityType, per: Unit) -> Unit:
    """Return the unit a quantity is shown in: that of the form, otherwise the usual one of its activity type."""
    usual = unit(_UNITS.get(line.category, activity.default_unit))
    return usual if usual.powers == per.powers else per


def _kind(line: FootprintLine, park: Park, factor: Fraction) -> FuelUse | ElectricityKind | HeatKind | None:
    part = _part(line.line)
    if part is Part.FUEL:
        at_plant = park.uses.get(line.site) if line.site and line.line.category == "stationary" else None
        return at_plant or FuelUse.FINAL
    if part is Part.ELECTRICITY:
        covering = _covering(line, park)
        return _GREEN.get(covering.kind, ElectricityKind.GRID) if covering else ElectricityKind.GRID
    if line.line.category in ("steam", "heat"):
        return HeatKind.FOSSIL if factor else HeatKind.NON_FOSSIL
    return None


def _covering(line: FootprintLine, park: Park) -> Instrument | None:
    """Return the instrument whose rate a line is at; see `own_factors.of_instrument`."""
    factor = line.resolved.selection.factor
    if factor.origin is not FactorOrigin.INSTRUMENT:
        return None
    return park.instruments[factor.factor_id.removeprefix("instrument:")]


def _source(line: FootprintLine) -> str:
    factor = line.resolved.selection.factor
    cited = factor.citation
    if factor.origin is FactorOrigin.INSTRUMENT:
        return f"{factor.name_en}: {factor.note}" if factor.note else factor.name_en
    return ", ".join(text for text in (cited.document or factor.name_en, cited.locator) if text)


def _keys(one: FootprintLine | FootprintGap) -> tuple[str, ...]:
    if one.tenant is None or one.site is None:
        raise RuntimeError("a line of the park method was read without its tenant and site")
    return (Origin(one.tenant, one.site, one.activity.code).key,)


def _is_silent(line: ParkLine) -> bool:
    """Whether a process emits no CO2: refrigerants and methane are no lines of a method that counts CO2 only."""
    return line.part is Part.PROCESS and line.factor == 0


def _merged(lines: Iterable[ParkLine]) -> Iterator[ParkLine]:
    """Add lines of one name, kind, unit and factor, with the sources and activities of all."""
    found: dict[tuple[object, ...], list[ParkLine]] = {}
    for line in lines:
        key = (line.part, line.name, line.kind, line.side, line.unit, line.factor)
        found.setdefault(key, []).append(line)
    for parts in found.values():
        yield replace(
            parts[0],
            quantity=sum((part.quantity or Fraction(0) for part in parts), Fraction(0)),
            source="; ".join(dict.fromkeys(part.source for part in parts)),
            activities=tuple(dict.fromkeys(key for part in parts for key in part.activities)),
        )


def _named(lines: Sequence[ParkLine]) -> Iterator[ParkLine]:
    """Yield lines with names that tell lines of one kind and side apart where they have several factors."""
    seen: dict[tuple[object, ...], int] = {}
    for line in lines:
        key = (line.part, line.name, line.kind, line.side)
        seen[key] = seen.get(key, 0) + 1
        number = f" ({seen[key]})" if seen[key] > 1 else ""
        yield replace(line, name=f"{line.name}{number}", name_zh=f"{line.name_zh}{number}")


def _covered_inside(inside: Collection[FootprintLine], park: Park, lines: Collection[ParkLine]) -> Iterator[ParkLine]:
    """Yield what certificates of customers inside cover of the grid power the park received: green in, grid out.

    A direct line inside needs none: the plant at its end is in the lines. What plants inside made is not received, so
    that certificates cover no more than the grid power.
    """
    grid = [line for line in lines if line.kind is ElectricityKind.GRID and line.side is Side.IN]
    left = sum((line.quantity or Fraction(0) for line in grid), Fraction(0))
    for line in inside:
        flow = _flow(line, park)
        is_covered = flow.kind in (ElectricityKind.GREEN_CERTIFICATE, ElectricityKind.GREEN_TRADE)
        taken = min(left, flow.quantity or Fraction(0)) if is_covered else Fraction(0)
        if taken and isinstance(flow.kind, ElectricityKind):
            left -= taken
            name, keys = f"{flow.name}, bought from a neighbour", flow.activities
            yield replace(electricity(name, flow.kind, Side.IN, taken, keys), name_zh=f"{flow.name_zh}（园区内购入）")
            grey = electricity(f"{name} with certificates", ElectricityKind.GRID, Side.OUT, taken, keys)
            yield replace(grey, name_zh=f"{flow.name_zh}（园区内购入并注销绿证）")
