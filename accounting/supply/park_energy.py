"""What parties of a park make, draw, lose, supply and buy, carrier by carrier: from readings of a month to a network.

A transfer has two sides. The supplier posts what it supplied, naming the customer; the customer posts what it bought,
naming the supplier. Where one side is missing the other stands alone, and the transfer says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from accounting.supply.network import (
    BadNetwork,
    Draw,
    Generation,
    Import,
    Loss,
    LossBearer,
    Network,
    OwnUse,
    Pool,
    Transfer,
)

K = TypeVar("K")

_SUPPLIERS: Final[Mapping[Pool, LossBearer]] = MappingProxyType({})


class Carrier(StrEnum):
    """What carries energy from one party of a park to another."""

    ELECTRICITY = "ELECTRICITY"
    """Electricity."""
    STEAM = "STEAM"
    """Steam, by its heat content."""
    HOT_WATER = "HOT_WATER"
    """Hot water and district heat."""
    CHILLED_WATER = "CHILLED_WATER"
    """Chilled water, by the cold it delivers."""
    COMPRESSED_AIR = "COMPRESSED_AIR"
    """Compressed air, in normal cubic metres."""


class Flow(StrEnum):
    """What a posted quantity of a carrier is."""

    GENERATED = "generated"
    """Made by the plant at the site."""
    DRAWN = "drawn"
    """Taken by the plant at the site to make another carrier."""
    USED = "used"
    """Used by the supplier itself."""
    LOST = "lost"
    """Lost in the supplier's network."""
    SUPPLIED = "supplied"
    """Supplied to a party of the park, at the supplier's meter."""
    BOUGHT = "bought"
    """Bought, from a party of the park or from outside, at the buyer's meter."""


_PURCHASES: Final = {
    "electricity.grid": Carrier.ELECTRICITY,
    "electricity.clean_room": Carrier.ELECTRICITY,
    "electricity.vehicle_charging": Carrier.ELECTRICITY,
    "electricity.direct_line": Carrier.ELECTRICITY,
    "electricity.own_generation": Carrier.ELECTRICITY,
    "steam.purchased": Carrier.STEAM,
    "heat.hot_water": Carrier.HOT_WATER,
    "heat.district": Carrier.HOT_WATER,
    "cooling.chilled_water": Carrier.CHILLED_WATER,
    "compressed_air.purchased": Carrier.COMPRESSED_AIR,
}
RESOLD: Final = MappingProxyType(
    {
        Carrier.ELECTRICITY: "electricity.resold",
        Carrier.STEAM: "steam.resold",
        Carrier.HOT_WATER: "heat.resold",
        Carrier.CHILLED_WATER: "cooling.resold",
        Carrier.COMPRESSED_AIR: "compressed_air.resold",
    }
)
"""Carrier -> the activity type of what is bought and sold on."""
FLOWS: Final[Mapping[str, tuple[Flow, Carrier]]] = MappingProxyType(
    {
        f"{flow.value}.{carrier.value.lower()}": (flow, carrier)
        for flow in Flow
        if flow is not Flow.BOUGHT
        for carrier in Carrier
    }
    | {code: (Flow.BOUGHT, carrier) for code, carrier in _PURCHASES.items()}
)
"""Activity type -> what a quantity of it is, and of which carrier."""
BOUGHT: Final = tuple(code for code, (flow, _) in FLOWS.items() if flow is Flow.BOUGHT)
"""Activity types of energy that is bought."""
SUPPLIED: Final = tuple(code for code, (flow, _) in FLOWS.items() if flow is Flow.SUPPLIED)
"""Activity types of energy that a party of a park supplies to another."""


def purchases_of(carrier: Carrier) -> tuple[str, ...]:
    """Return the activity types of buying a carrier."""
    return tuple(code for code, of in _PURCHASES.items() if of is carrier)


@dataclass(frozen=True, slots=True)
class Reading:
    """A month's sum of one activity type at a site, in its base unit. `counterparty` is the other side's tenant code,
    a supplier outside the park, or empty; `party` the tenant's code.
    """

    tenant: UUID
    party: str
    site: UUID
    activity_type: str
    counterparty: str
    quantity: Decimal

    @property
    def flow(self) -> Flow:
        """What the quantity is."""
        return FLOWS[self.activity_type][0]

    @property
    def carrier(self) -> Carrier:
        """Of which carrier."""
        return FLOWS[self.activity_type][1]

    @property
    def pool(self) -> Pool:
        """The party's pool of the carrier."""
        return Pool(self.party, self.carrier.value)


def import_code(reading: Reading) -> str:
    """Return what an import is called: who buys what from whom at which site."""
    return f"{reading.party} {reading.activity_type} {reading.counterparty or '-'} {reading.site}"


def suppliers(readings: Iterable[Reading]) -> frozenset[str]:
    """Return the codes of parties that supply others of the park, as they or their customers say."""
    found = list(readings)
    parties = {one.party for one in found}
    said = {one.party for one in found if one.flow is Flow.SUPPLIED}
    named = {one.counterparty for one in found if one.flow is Flow.BOUGHT and one.counterparty != one.party}
    return frozenset(said | (named & parties))


def network(
    readings: Iterable[Reading], parties: Iterable[str], bearers: Mapping[Pool, LossBearer] = _SUPPLIERS
) -> Network:
    """Return the network of one month's readings; `parties` are the codes of everyone in the park, `bearers` who bears
    the losses of a pool's network, its supplier where nothing is said.

    What is bought naming a party of the park is a transfer, anything else an import. Raises `BadNetwork` where a
    customer is no party, a plant that draws makes more than one carrier, or the network contradicts itself.
    """
    found, inside = list(readings), frozenset(parties)
    of: dict[Flow, list[Reading]] = {flow: [] for flow in Flow}
    for one in found:
        of[one.flow].append(one)
    made = _summed(((one.site, one.pool), one.quantity) for one in of[Flow.GENERATED])
    drawn = _summed(((one.site, one.pool, _target(one, made)), one.quantity) for one in of[Flow.DRAWN])
    bought = [one for one in of[Flow.BOUGHT] if not _is_internal(one, inside)]
    return Network(
        generations=tuple(Generation(str(site), pool, quantity) for (site, pool), quantity in made.items()),
        imports=tuple(Import(import_code(one), one.pool, Fraction(one.quantity)) for one in bought),
        draws=tuple(Draw(str(site), source, target, quantity) for (site, source, target), quantity in drawn.items()),
        transfers=_transfers(of[Flow.SUPPLIED], [one for one in of[Flow.BOUGHT] if _is_internal(one, inside)], inside),
        losses=tuple(_loss(pool, lost, bearers) for pool, lost in _by_pool(of[Flow.LOST]).items()),
        own_use=tuple(OwnUse(pool, used) for pool, used in _by_pool(of[Flow.USED]).items()),
    )


def _loss(pool: Pool, lost: Fraction, bearers: Mapping[Pool, LossBearer]) -> Loss:
    return Loss(pool, lost, bearers.get(pool, LossBearer.SUPPLIER))


def _is_internal(one: Reading, inside: frozenset[str]) -> bool:
    return one.counterparty in inside and one.counterparty != one.party


def _transfers(sent: Iterable[Reading], received: Iterable[Reading], inside: frozenset[str]) -> tuple[Transfer, ...]:
    """Join both sides by supplier, customer and carrier."""
    by_supplier: dict[tuple[str, str, str], Fraction] = {}
    for one in sent:
        if not _is_internal(one, inside):
            raise BadNetwork(
                "transfers",
                f"{one.party} supplied {one.carrier} to {one.counterparty or 'nobody'!r}; accepted is the code of "
                "another tenant of the park",
            )
        key = (one.party, one.counterparty, one.carrier.value)
        by_supplier[key] = by_supplier.get(key, Fraction(0)) + Fraction(one.quantity)
    by_customer = _summed(((one.counterparty, one.party, one.carrier.value), one.quantity) for one in received)
    return tuple(
        Transfer(
            code=" ".join(key),
            source=Pool(key[0], key[2]),
            consumer=key[1],
            quantity=by_supplier.get(key, by_customer.get(key, Fraction(0))),
            received=by_customer.get(key),
        )
        for key in sorted(by_supplier.keys() | by_customer.keys())
    )


def _target(one: Reading, made: Mapping[tuple[UUID, Pool], Fraction]) -> Pool:
    """Return what the plant at a site makes of what it draws."""
    products = [pool for site, pool in made if site == one.site and pool != one.pool]
    if len(products) != 1:
        raise BadNetwork(
            "draws",
            f"the plant at site {one.site} of {one.party} draws {one.carrier} and makes {len(products)} other "
            "carriers; accepted is one, so register each plant as a site of its own, and post own use as `used`",
        )
    return products[0]


def _by_pool(readings: Iterable[Reading]) -> dict[Pool, Fraction]:
    return _summed((one.pool, one.quantity) for one in readings)


def _summed(parts: Iterable[tuple[K, Decimal]]) -> dict[K, Fraction]:
    sums: dict[K, Fraction] = {}
    for key, quantity in parts:
        sums[key] = sums[key] + Fraction(quantity) if key in sums else Fraction(quantity)
    return sums
