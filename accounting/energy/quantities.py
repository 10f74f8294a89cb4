"""Posted quantities as an energy balance takes them, and the pools they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

from accounting.energy.roles import ROLES, Role, RoleKind

_ZERO: Final = Fraction(0)


class Origin(NamedTuple):
    """Where a quantity was posted: what `activities` can be asked for. `counterparty` as posted."""

    tenant: UUID
    site: UUID
    activity_type: str
    counterparty: str


class Term(NamedTuple):
    """A posted quantity in the unit of its carrier, negative where it is deducted."""

    origin: Origin
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """A month's sum of one activity type at a site in the unit of its `carrier`; `neighbour` is the other party's name
    where the counterparty is a party of the park, empty otherwise.
    """

    party: str
    origin: Origin
    month: date
    carrier: str
    quantity: Fraction
    neighbour: str = ""

    @property
    def role(self) -> Role:
        """What it is."""
        return ROLES[self.origin.activity_type]

    @property
    def term(self) -> Term:
        """It as a term of an entry."""
        return Term(self.origin, self.quantity)

    @property
    def pool(self) -> "Pool":
        """The month's pool of its party."""
        return Pool(self.party, self.carrier, self.month)

    @property
    def is_supply(self) -> bool:
        """Whether a neighbour supplied it, as the buyer says."""
        return self.role.kind is RoleKind.BOUGHT and bool(self.neighbour)


class Pool(NamedTuple):
    """What a party has of a carrier in a month."""

    party: str
    carrier: str
    month: date


def folded(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return terms with those of one origin added up, without those that cancel."""
    sums: dict[Origin, Fraction] = {}
    for origin, quantity in terms:
        sums[origin] = sums.get(origin, _ZERO) + quantity
    return tuple(Term(origin, quantity) for origin, quantity in sums.items() if quantity)


def total_of(terms: Iterable[Term]) -> Fraction:
    """Return the exact sum of terms."""
    return sum((term.quantity for term in terms), _ZERO)
