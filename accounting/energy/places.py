"""What a quantity does at the place it was posted at: at a plant, which is a site of its own, or anywhere else.

Fuel burnt is converted at a plant and finally used elsewhere. What a plant makes is primary production where nothing is
burnt or drawn for it, output of a conversion otherwise. A plant is a site with something `generated` in the month, or a
declared one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from accounting.energy.flows import ConversionKind, Detail, EndUse, Stage
from accounting.energy.quantities import Pool, Quantity
from accounting.energy.roles import HEAT, POWER, SERVICES, Role, RoleKind
from accounting.supply.plants import PlantKind

Kinds = Mapping[tuple[UUID, date], PlantKind]
"""(site, month) -> what plant is declared there."""


class Pools:
    """What is known of the pools of everyone: which supply neighbours, which have something made for them, and of which
    the rest is nobody's use (`open`); and the plants that make services alone in all the months.
    """

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        metered: set[Pool] = set()
        energy: set[str] = set()
        services: set[str] = set()
        self.made: set[Pool] = set()
        self.supplying: set[Pool] = set()
        for one in quantities:
            if one.is_supply:
                self.supplying.add(Pool(one.neighbour, one.carrier, one.month))
            elif one.role.kind is RoleKind.SUPPLIED and one.neighbour:
                self.supplying.add(one.pool)
            elif one.role.kind is RoleKind.GENERATED:
                self.made.add(one.pool)
                (services if one.role.carrier in SERVICES else energy).add(str(one.origin.site))
            elif one.role.kind is RoleKind.USED:
                metered.add(one.pool)
        self.open: Final = self.supplying | (self.made & metered)
        self.of_services: Final = frozenset(services - energy)


Stages = Iterator[tuple[Stage, Detail | None, str]]
_BURNING: Final = (PlantKind.BOILER, PlantKind.CHP, PlantKind.HEAT_PUMP)
"""Plants that turn what they take into heat and power, whether or not their output is metered."""
_COLD: Final = (PlantKind.CHILLER, PlantKind.COMPRESSOR)


@dataclass(slots=True)
class Place:
    """A site in a month: what is declared there and what was posted."""

    name: str
    kind: PlantKind | None
    posted: Sequence[Quantity]
    pools: Pools
    made: frozenset[str] = field(init=False)
    takes: bool = field(init=False)

    def __post_init__(self) -> None:
        self.made = frozenset(one.role.carrier for one in self.posted if one.role.kind is RoleKind.GENERATED)
        self.takes = any(one.role.kind in (RoleKind.FUEL, RoleKind.DRAWN) for one in self.posted)

    def stages(self, one: Quantity) -> Stages:
        """Yield the stages of the balance that a quantity enters at the site."""
        kind = one.role.kind
        if kind in (RoleKind.FUEL, RoleKind.DRAWN):
            yield self._taken(one.role)
        elif kind is RoleKind.GENERATED:
            yield self._output(one.role.carrier)
        elif kind is RoleKind.OWN_GENERATION:
            yield from self._own_generation(one.pool)
        elif kind is RoleKind.USED:
            yield Stage.FINAL_USE, self._use(), self._plant()
        elif kind is RoleKind.LOST:
            yield Stage.LOSS, None, ""
        elif kind in (RoleKind.RESOLD, RoleKind.BOUGHT):
            yield from self._bought(one)
        elif kind is RoleKind.SENT_OUT or (kind is RoleKind.SUPPLIED and not one.neighbour):
            yield Stage.TRANSFER_OUT, None, ""

    def _bought(self, one: Quantity) -> Stages:
        if not one.is_supply:
            yield Stage.TRANSFER_IN, None, ""
        if one.role.kind is RoleKind.RESOLD and one.pool not in self.pools.supplying:
            yield Stage.TRANSFER_OUT, None, ""
        elif one.role.use is not EndUse.UNSPECIFIED:
            yield Stage.FINAL_USE, one.role.use, ""

    def _taken(self, role: Role) -> tuple[Stage, Detail | None, str]:
        """Return what a plant does with what it takes; anyone else uses it."""
        if self._makes_services_only():
            return Stage.FINAL_USE, self._service_use(), self.name
        if self.kind is PlantKind.STORAGE:
            return Stage.CONVERSION_INPUT, ConversionKind.OTHER, self.name
        if self.kind in _BURNING or (self.made and self.kind is not PlantKind.PHOTOVOLTAICS):
            return Stage.CONVERSION_INPUT, self._conversion(), self.name
        use = role.use if role.kind is RoleKind.FUEL else self._use()
        return Stage.FINAL_USE, use, self._plant() if role.kind is RoleKind.FUEL else self.name

    def _output(self, carrier: str) -> tuple[Stage, Detail | None, str]:
        if carrier in SERVICES:
            cold = ConversionKind.REFRIGERATION if carrier == "chilled_water" else ConversionKind.OTHER
            return Stage.CONVERSION_OUTPUT, cold, self.name
        if self.kind is PlantKind.STORAGE:
            return Stage.CONVERSION_OUTPUT, ConversionKind.OTHER, self.name
        from_something = self.takes or self.kind in _BURNING
        if self.kind is PlantKind.PHOTOVOLTAICS or (carrier == POWER and not from_something):
            return Stage.PRIMARY_PRODUCTION, None, self.name
        if not from_something:
            return Stage.CONVERSION_OUTPUT, ConversionKind.RECOVERY, self.name
        return Stage.CONVERSION_OUTPUT, ConversionKind.POWER if carrier == POWER else ConversionKind.HEAT, self.name

    def _own_generation(self, pool: Pool) -> Stages:
        """Power of its own that a party used: it was made too, unless a meter of the party says what was made."""
        if pool not in self.pools.made:
            if self.kind is PlantKind.CHP:
                yield Stage.CONVERSION_OUTPUT, ConversionKind.POWER, self.name
            else:
                yield Stage.PRIMARY_PRODUCTION, None, ""
        yield Stage.FINAL_USE, None, ""

    def _conversion(self) -> ConversionKind:
        if POWER in self.made or self.kind is PlantKind.CHP:
            return ConversionKind.POWER
        return ConversionKind.HEAT if self.made & HEAT or self.kind in _BURNING else ConversionKind.OTHER

    def _makes_services_only(self) -> bool:
        if self.name in self.pools.of_services:
            return True
        return (self.made <= SERVICES) if self.made else self.kind in _COLD

    def _service_use(self) -> EndUse:
        is_cold = "chilled_water" in self.made or self.kind is PlantKind.CHILLER
        return EndUse.REFRIGERATION if is_cold else EndUse.AUXILIARY

    def _use(self) -> EndUse:
        if self.kind is PlantKind.VEHICLE_CHARGING:
            return EndUse.TRANSPORT
        return EndUse.AUXILIARY if self.kind is PlantKind.WASTEWATER_WORKS else EndUse.UNSPECIFIED

    def _plant(self) -> str:
        return self.name if self.kind is not None or self.made else ""
