"""What enters and leaves each pool of a network, and the quantity its emissions are divided by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from accounting.supply.network import LossBearer, Network, Pool

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What enters and leaves one pool, in the unit of its carrier; `transferred` and `exported` at its own meters.

    `own_losses` are borne by the pool's party, `shared_losses` by everyone supplied. `to_others` is what leaves the
    party, `kept` what stays with it: own use, and losses that it bears. `bearing` is what all that enters the pool is
    divided by; shared losses are not in it.
    """

    supplied: Fraction
    transferred: Fraction
    exported: Fraction
    drawn: Fraction
    own_losses: Fraction
    shared_losses: Fraction
    own_use: Fraction = _ZERO
    to_others: Fraction = field(init=False, repr=False, compare=False)
    kept: Fraction = field(init=False, repr=False, compare=False)
    bearing: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Add up once what every input and every party of the pool asks for."""
        to_others, kept = self.transferred + self.exported, self.own_use + self.own_losses
        sums = {"to_others": to_others, "kept": kept, "bearing": to_others + self.drawn + kept}
        for name, quantity in sums.items():
            object.__setattr__(self, name, quantity)

    @property
    def unaccounted(self) -> Fraction:
        """What was supplied above everything that left; negative where more left than entered."""
        return self.supplied - self.bearing - self.shared_losses


def balances(network: Network) -> Mapping[Pool, Balance]:
    """Return what enters and leaves each pool.

    Own use that is not metered is what is left of the supply, and at least zero: where more leaves than enters, the
    difference shows as unaccounted.
    """
    transfers = network.transfers
    entering = [(part.pool, part.quantity) for part in network.entering]
    supplied = _sums([*entering, *((part.target, part.arriving) for part in transfers)])
    transferred = _sums((part.source, part.quantity) for part in transfers)
    exported = _sums((part.pool, part.quantity) for part in network.exports)
    drawn = _sums((part.source, part.quantity) for part in network.draws)
    own, shared = (
        _sums((part.pool, part.quantity) for part in network.losses if part.borne_by == bearer)
        for bearer in (LossBearer.SUPPLIER, LossBearer.CUSTOMERS)
    )
    metered = {part.pool: part.quantity for part in network.own_use}
    found: dict[Pool, Balance] = {}
    for pool in network.pools:
        entered = supplied.get(pool, _ZERO)
        left = [sums.get(pool, _ZERO) for sums in (transferred, exported, drawn, own, shared)]
        used = metered[pool] if pool in metered else max(entered - sum(left, _ZERO), _ZERO)
        found[pool] = Balance(*(entered, *left, used))
    return found


def _sums(parts: Iterable[tuple[Pool, Fraction]]) -> Mapping[Pool, Fraction]:
    sums: dict[Pool, Fraction] = {}
    for pool, quantity in parts:
        sums[pool] = sums[pool] + quantity if pool in sums else quantity
    return sums
