"""Power made inside a park: what of it is non-fossil, what is of other plants, and what nobody has proven.

It has no emissions of its own under the park method, as fuel counts where it is burnt; it decides the shares of green
and of direct power. Non-fossil is what a declared photovoltaic plant makes, or own generation with an instrument of
self-use that holds evidence; whose certificates were sold, that part is not (发改环资〔2025〕910号, annex 4: zero for
direct supply; one kWh has one claim).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.footprints import Cell
from accounting.indicators.origins import Origin
from accounting.indicators.park_lines import ElectricityKind, ParkLine, Side, electricity
from accounting.scope2.instruments import Attribute, EnergyCarrier, Instrument, Kind
from accounting.supply.plants import PlantKind
from emission_factors.activity_types import activity_type
from emission_factors.units import unit

GENERATED: Final = "generated.electricity"
"""What a plant makes, at its meter."""
SELF_USED: Final = "electricity.own_generation"
"""What is consumed of own generation where no plant's meter is posted."""
SENT_OUT: Final = "electricity.exported_non_fossil"
"""What of it leaves the park."""
OWN_POWER: Final = (GENERATED, SELF_USED, SENT_OUT)
"""The activity types read for it."""
_FOSSIL: Final = frozenset({PlantKind.CHP, PlantKind.BOILER})


@dataclass(frozen=True, slots=True)
class Sites:
    """What is known of a park's sites: their names for messages, declared plants, and where fossil fuel is burnt."""

    names: Mapping[UUID, str]
    plants: Mapping[UUID, PlantKind]
    burning: Collection[UUID]


@dataclass(frozen=True, slots=True)
class OwnPower:
    """Power made in the park: `lines` of non-fossil power, made and sent out; `other` MWh of other plants, and
    `unproven` MWh by site of which nobody says what makes it. `activities` are keys of all of it.
    """

    lines: tuple[ParkLine, ...]
    other: Fraction
    unproven: Mapping[str, Fraction]
    activities: tuple[str, ...]

    @property
    def total(self) -> Fraction:
        """MWh made in the park that are in no line."""
        return self.other + sum(self.unproven.values(), Fraction(0))

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is missing to know what is non-fossil, in words."""
        return tuple(f"what makes the electricity at {site}: declare its plant" for site in self.unproven)


def own_power(
    cells: Iterable[Cell], sites: Sites, instruments: Sequence[Instrument], parties: Collection[str]
) -> OwnPower:
    """Return the power that tenants make, by the cells of `OWN_POWER` with tenant and site.

    `parties` are the codes of the park's tenants: what names one as its supplier is another's generation. Where the
    meter of a plant is posted at a site, self-use at that site is part of it. What is sent out is deducted from what
    meters of plants of the tenant show, as self-use does not include it.
    """
    found = list(cells)
    metered = {cell.site for cell in found if cell.activity_type == GENERATED}
    made = [cell for cell in found if _is_made(cell, metered, parties) and not _is_storage(cell, sites)]
    green: dict[str, list[tuple[Cell, Fraction]]] = {}
    other, unproven = Fraction(0), dict[str, Fraction]()
    for site, of_site in _by_site(made).items():
        quantity = sum((_mwh(cell) for cell in of_site), Fraction(0))
        share = _green_share(site, of_site[0], quantity, sites, instruments)
        if share is None:
            unproven[sites.names.get(site, str(site))] = quantity
            continue
        other += quantity * (1 - share)
        for cell in of_site if share else ():
            green.setdefault(cell.activity_type, []).append((cell, _mwh(cell) * share))
    lines = [*(_line(code, Side.IN, parts) for code, parts in sorted(green.items())), *_sent(found, green)]
    return OwnPower(tuple(lines), other, unproven, tuple(dict.fromkeys(_key(cell) for cell in made)))


def _is_made(cell: Cell, metered: Collection[UUID | None], parties: Collection[str]) -> bool:
    if cell.activity_type == GENERATED:
        return True
    return cell.activity_type == SELF_USED and cell.site not in metered and cell.supplier not in parties


def _is_storage(cell: Cell, sites: Sites) -> bool:
    """Whether a battery gives it back: that was received or made before."""
    return cell.site is not None and sites.plants.get(cell.site) is PlantKind.STORAGE


def _by_site(cells: Iterable[Cell]) -> Mapping[UUID, list[Cell]]:
    found: dict[UUID, list[Cell]] = {}
    for cell in cells:
        if cell.site is None:
            raise RuntimeError("generation was read without its site")
        found.setdefault(cell.site, []).append(cell)
    return found


def _green_share(
    site: UUID, cell: Cell, quantity: Fraction, sites: Sites, instruments: Sequence[Instrument]
) -> Fraction | None:
    """Return what share of a site's generation is non-fossil and not sold; None where nobody says what makes it."""
    plant = sites.plants.get(site)
    claims = [one for one in instruments if _is_of(one, site, cell.tenant)]
    proven = sum((Fraction(one.quantity) for one in claims if not one.is_sold and one.evidence), Fraction(0))
    if plant in _FOSSIL:
        return Fraction(0)
    if plant is not PlantKind.PHOTOVOLTAICS and proven < quantity:
        return Fraction(0) if site in sites.burning else None
    sold = sum((Fraction(one.quantity) for one in claims if one.is_sold), Fraction(0))
    return max(Fraction(0), quantity - sold) / quantity if quantity else Fraction(1)


def _is_of(one: Instrument, site: UUID, tenant: UUID | None) -> bool:
    is_green = one.attribute is Attribute.NON_FOSSIL and one.carrier is EnergyCarrier.ELECTRICITY
    return one.kind is Kind.SELF_USE and is_green and one.tenant == tenant and one.site in (None, site)


def _sent(cells: Iterable[Cell], green: Mapping[str, Sequence[tuple[Cell, Fraction]]]) -> Iterable[ParkLine]:
    """Yield what is sent out of what plants' meters show, at most that."""
    left: dict[UUID | None, Fraction] = {}
    for cell, quantity in green.get(GENERATED, ()):
        left[cell.tenant] = left.get(cell.tenant, Fraction(0)) + quantity
    parts = []
    for cell in cells:
        if cell.activity_type == SENT_OUT and left.get(cell.tenant):
            quantity = min(left[cell.tenant], _mwh(cell))
            left[cell.tenant] -= quantity
            parts.append((cell, quantity))
    return [_line(SENT_OUT, Side.OUT, parts)] if parts else []


def _line(code: str, side: Side, parts: Sequence[tuple[Cell, Fraction]]) -> ParkLine:
    name = activity_type(code)
    quantity = sum((quantity for _, quantity in parts), Fraction(0))
    keys = tuple(dict.fromkeys(_key(cell) for cell, _ in parts))
    made = electricity(name.name_en, ElectricityKind.DIRECT_NON_FOSSIL, side, quantity, keys)
    return replace(made, name_zh=name.name_zh)


def _mwh(cell: Cell) -> Fraction:
    return Fraction(cell.quantity) * unit(cell.base_unit).ratio_to(unit("MWh"))


def _key(cell: Cell) -> str:
    if cell.tenant is None or cell.site is None:
        raise RuntimeError("generation was read without its tenant and site")
    return Origin(cell.tenant, cell.site, cell.activity_type).key
