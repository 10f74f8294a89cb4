"""What a posted quantity is in an energy balance: fuel burnt; energy bought, made, drawn, used, lost or supplied.

Energy is what the catalogue calls it: fuels of combustion by quantity, purchases of energy, and what plants of a park
make. A distance driven is no quantity of energy, and neither is what others used in the value chain (scope 3).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.energy.flows import EndUse
from accounting.supply.park_energy import FLOWS, RESOLD, Carrier, Flow
from emission_factors.activity_types import all_activity_types


class RoleKind(StrEnum):
    """What a quantity is."""

    FUEL = "FUEL"
    """Fuel burnt: it was had, and used or converted."""
    BOUGHT = "BOUGHT"
    """Energy bought, from a neighbour or from outside the park."""
    OWN_GENERATION = "OWN_GENERATION"
    """Power of its own that a party used."""
    RESOLD = "RESOLD"
    """Energy bought and sold on."""
    SENT_OUT = "SENT_OUT"
    """Energy sent out of the park."""
    GENERATED = "GENERATED"
    """Made by the plant at the site."""
    DRAWN = "DRAWN"
    """Taken by the plant at the site."""
    USED = "USED"
    """Used, at a meter of its own."""
    LOST = "LOST"
    """Lost in the party's network."""
    SUPPLIED = "SUPPLIED"
    """Supplied to a neighbour."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a quantity of an activity type is, and of which carrier: a substance of the catalogue.

    `use` is what it is used for where the type says so. `is_made_here` is a fuel that is taken to be made inside the
    boundary unless a supplier is named.
    """

    kind: RoleKind
    carrier: str
    use: EndUse = EndUse.UNSPECIFIED
    is_made_here: bool = False


SERVICES: Final = frozenset({"chilled_water", "compressed_air"})
"""Carriers that are services: what they are made of is in the totals, so that they never are."""
HEAT: Final = frozenset({"steam", "hot_water"})
"""Carriers that are heat."""
POWER: Final = "electricity"
"""The carrier that has an equivalent value of its own."""

_FUELS: Final = {
    "stationary_combustion": EndUse.UNSPECIFIED,
    "mobile_combustion": EndUse.TRANSPORT,
    "offroad_combustion": EndUse.TRANSPORT,
}
_MADE_HERE: Final = frozenset({"biogas"})
"""Fuels that a works makes of waste water or waste; wood and biodiesel are bought."""
_USES: Final = {"electricity.clean_room": EndUse.HVAC, "electricity.vehicle_charging": EndUse.TRANSPORT}
_OWN_GENERATION: Final = "electricity.own_generation"
_SENT_OUT: Final = {
    "electricity.exported": Carrier.ELECTRICITY,
    "electricity.exported_non_fossil": Carrier.ELECTRICITY,
    "steam.exported": Carrier.STEAM,
    "heat.exported": Carrier.HOT_WATER,
}


def _found() -> Iterator[tuple[str, Role]]:
    for one in all_activity_types():
        if one.group in _FUELS and one.substance:
            made = one.substance in _MADE_HERE
            yield one.code, Role(RoleKind.FUEL, one.substance, _FUELS[one.group], is_made_here=made)
    for code, (flow, carrier) in FLOWS.items():
        kind = RoleKind.OWN_GENERATION if code == _OWN_GENERATION else RoleKind[Flow(flow).name]
        yield code, Role(kind, carrier.value.lower(), _USES.get(code, EndUse.UNSPECIFIED))
    for carrier, code in RESOLD.items():
        yield code, Role(RoleKind.RESOLD, carrier.value.lower())
    for code, carrier in _SENT_OUT.items():
        yield code, Role(RoleKind.SENT_OUT, carrier.value.lower())


ROLES: Final[Mapping[str, Role]] = MappingProxyType(dict(_found()))
"""Activity type -> what a quantity of it is; types that are not here are no energy of the balance."""
