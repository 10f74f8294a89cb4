"""What supplier and customer agreed on for what one supplies to the other: meters, how far they may differ, losses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Final

from accounting.declarations import DeclarationKind
from accounting.supply.network import LossBearer, Pool
from accounting.supply.park_energy import Carrier

DEFAULT_TOLERANCE: Final = Decimal("0.02")
"""Two meters of accuracy class 1 (IEC 62053-21), each 1 % off in the other direction, differ by 2 %."""


class BadTerms(ValueError):
    """Terms cannot be as declared; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class TransferTerms:
    """Terms on which the declaring tenant supplies `customer`, a tenant code, from `valid_from` to `valid_to`, both
    included.

    The meters are codes of sources, empty where nothing is agreed. `tolerance` is a fraction of what the supplier's
    meter shows, 0 to 1. Raises `BadTerms`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.TRANSFER_TERMS

    customer: str
    carrier: Carrier
    supplier_meter: str
    customer_meter: str
    tolerance: Decimal
    loss_bearer: LossBearer
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        if not self.customer:
            raise BadTerms("customer", "the customer is missing; accepted is the code of another tenant of the park")
        if not 0 <= self.tolerance <= 1:
            raise BadTerms("tolerance", f"the tolerance is {self.tolerance}; accepted is a fraction, 0 to 1")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadTerms("valid_to", f"the terms end on {self.valid_to}, before they begin on {self.valid_from}")

    @property
    def subject(self) -> str:
        """The customer, the carrier and the first day."""
        return f"{self.customer} {self.carrier} {self.valid_from}"

    def holds_on(self, day: date) -> bool:
        """Whether the terms hold on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def check_terms(terms: Iterable[TransferTerms]) -> None:
    """Raise `BadTerms` where a supplier's terms with one customer overlap, or two of one carrier name different bearers
    of the losses on one day: a network has one, as its losses are shared by everyone supplied or by none.
    """
    found = list(terms)
    _check_apart(found)
    for one in found:
        for other in found:
            if one.carrier is other.carrier and other.holds_on(one.valid_from):
                _check_bearers(one, other)


def loss_bearers(terms: Mapping[str, Sequence[TransferTerms]], day: date) -> dict[Pool, LossBearer]:
    """Return who bears the losses of the pools of which terms say so on a day; keys of `terms` are tenant codes."""
    return {
        Pool(party, one.carrier.value): one.loss_bearer
        for party, of_party in terms.items()
        for one in of_party
        if one.holds_on(day)
    }


def _check_apart(terms: Iterable[TransferTerms]) -> None:
    ordered = sorted(terms, key=lambda one: (one.customer, one.carrier, one.valid_from))
    for before, after in pairwise(ordered):
        is_same = (before.customer, before.carrier) == (after.customer, after.carrier)
        if is_same and before.holds_on(after.valid_from):
            raise BadTerms(
                "valid_from",
                f"two terms for {after.carrier} to {after.customer} hold on {after.valid_from}; "
                "end the first the day before the second begins",
            )


def _check_bearers(one: TransferTerms, other: TransferTerms) -> None:
    if one.loss_bearer is not other.loss_bearer:
        raise BadTerms(
            "loss_bearer",
            f"losses of {one.carrier} are borne by {one.loss_bearer} in the terms with {one.customer} and by "
            f"{other.loss_bearer} in those with {other.customer}; accepted is one bearer for a network",
        )
