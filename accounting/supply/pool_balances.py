"""What enters and leaves each pool of a network, and the quantity its emissions are divided by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from accounting.supply.network import LossBearer, Network, Pool

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What enters and leaves one pool, in the unit of its carrier; `transferred` and `exported` at its own meters.

    `own_losses` are borne by the pool's party, `shared_losses` by everyone supplied.
    """

    supplied: Fraction
    transferred: Fraction
    exported: Fraction
    drawn: Fraction
    own_losses: Fraction
    shared_losses: Fraction
    own_use: Fraction = _ZERO

    @property
    def to_others(self) -> Fraction:
        """What leaves the party."""
        return self.transferred + self.exported

    @property
    def kept(self) -> Fraction:
        """What stays with the party: own use, and losses that it bears."""
        return self.own_use + self.own_losses

    @property
    def bearing(self) -> Fraction:
        """What all that enters the pool is divided by; shared losses are not in it."""
        return self.to_others + self.drawn + self.kept

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
        known = Balance(*(sums.get(pool, _ZERO) for sums in (supplied, transferred, exported, drawn, own, shared)))
        found[pool] = replace(known, own_use=metered.get(pool, max(known.unaccounted, _ZERO)))
    return found


def _sums(parts: Iterable[tuple[Pool, Fraction]]) -> Mapping[Pool, Fraction]:
    sums: dict[Pool, Fraction] = {}
    for pool, quantity in parts:
        sums[pool] = sums.get(pool, _ZERO) + quantity
    return sums
