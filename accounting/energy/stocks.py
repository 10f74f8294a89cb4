"""Stock of fuel as it is declared: how much lies in store at the end of a day, and what it changed by over a period."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, NamedTuple
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.energy.quantities import Origin, Term
from accounting.energy.roles import ROLES, RoleKind
from emission_factors.activity_types import activity_type
from emission_factors.units import UnknownUnit, unit


class BadStock(ValueError):
    """A stock cannot be as declared; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class EnergyStock:
    """How much of the fuel of an activity type lies in store at a site at the end of `day`.

    Raises `BadStock` for what is no fuel, a unit it is not posted in, or less than nothing.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.ENERGY_STOCK

    site: UUID
    activity_type: str
    day: date
    quantity: Decimal
    unit: str
    document: str

    def __post_init__(self) -> None:
        if self.quantity < 0:
            raise BadStock("quantity", f"{self.quantity} lie in store; accepted is zero or more")
        role = ROLES.get(self.activity_type)
        if role is None or role.kind is not RoleKind.FUEL:
            raise BadStock("activityType", f"{self.activity_type!r} burns no fuel; name a type of combustion")
        accepted = activity_type(self.activity_type).dimensions
        if _dimension(self.unit) not in accepted:
            raise BadStock("unit", f"{self.unit!r} does not measure the fuel; accepted is {', '.join(accepted)}")

    @property
    def subject(self) -> str:
        """The site, the fuel and the day."""
        return f"{self.site} {self.activity_type} {self.day}"


class Stored(NamedTuple):
    """A store: what `activity_type` burns, kept at a site."""

    tenant: UUID
    site: UUID
    activity_type: str


class Level(NamedTuple):
    """What lay in a store at the end of a day, in the unit of its carrier; `party` is the tenant's name."""

    store: Stored
    party: str
    carrier: str
    day: date
    quantity: Fraction


class MissingLevel(NamedTuple):
    """A store whose change over a period is not known, for no level is declared for the end of `day`."""

    store: Stored
    day: date


@dataclass(frozen=True, slots=True)
class StockChange:
    """What a store of a party changed by: opening less closing level; above zero where stock was drawn."""

    party: str
    carrier: str
    store: Stored
    opening: Fraction
    closing: Fraction

    @property
    def drawn(self) -> Fraction:
        """Opening less closing."""
        return self.opening - self.closing

    @property
    def term(self) -> Term:
        """The change as a term; of a store, not of a posted quantity."""
        return Term(Origin(self.store.tenant, self.store.site, self.store.activity_type, ""), self.drawn)


def stock_changes(levels: Iterable[Level], before: date, last: date) -> tuple[list[StockChange], list[MissingLevel]]:
    """Return the changes from the end of `before` to the end of `last`, and the levels that stores lack for one.

    A store of which nothing is declared in these days has no change, and lacks nothing.
    """
    stores: dict[Stored, dict[date, Level]] = {}
    for level in levels:
        if before <= level.day <= last:
            stores.setdefault(level.store, {})[level.day] = level
    missing = list(_missing(stores, before, last))
    whole = stores.keys() - {one.store for one in missing}
    return [_change(store, known[before], known[last]) for store, known in stores.items() if store in whole], missing


def _change(store: Stored, opening: Level, closing: Level) -> StockChange:
    return StockChange(closing.party, closing.carrier, store, opening.quantity, closing.quantity)


def _missing(stores: Mapping[Stored, Mapping[date, Level]], before: date, last: date) -> Iterator[MissingLevel]:
    for store, known in stores.items():
        for day in (before, last):
            if day not in known:
                yield MissingLevel(store, day)
        if {before, last} <= known.keys() and known[before].carrier != known[last].carrier:
            yield MissingLevel(store, before)  # in a unit that nothing turns into that of the last


def _dimension(code: str) -> str:
    try:
        return unit(code).dimension
    except UnknownUnit:
        return ""
