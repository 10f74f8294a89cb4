"""Transfers with their two meters side by side: what differs, by how much, and which side has not posted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from accounting.supply.network import Pool, Transfer
from accounting.supply.park_energy import Flow
from accounting.supply.park_supply import MonthOfSupply, ParkSupply
from accounting.supply.transfer_terms import DEFAULT_TOLERANCE, TransferTerms


class Side(StrEnum):
    """A side of a transfer."""

    SUPPLIER = "SUPPLIER"
    """Who supplies."""
    CUSTOMER = "CUSTOMER"
    """Who is supplied."""


@dataclass(frozen=True, slots=True)
class MeteredTransfer:
    """A month's transfer; `terms` are None where none are declared, `missing` the side that has posted nothing."""

    month: date
    transfer: Transfer
    terms: TransferTerms | None
    missing: Side | None

    @property
    def tolerance(self) -> Decimal:
        """By what fraction of the supplier's quantity the meters may differ."""
        return DEFAULT_TOLERANCE if self.terms is None else self.terms.tolerance

    @property
    def mismatch(self) -> Fraction | None:
        """What the supplier's meter shows above the customer's; None where a side is missing."""
        return None if self.missing else self.transfer.mismatch

    @property
    def mismatch_share(self) -> Fraction | None:
        """The mismatch as a fraction of what the supplier's meter shows; None where that is nothing."""
        found = self.mismatch
        return None if found is None or not self.transfer.quantity else found / self.transfer.quantity

    @property
    def is_beyond_tolerance(self) -> bool | None:
        """Whether the meters differ by more than they may; None where a side is missing."""
        if self.mismatch is None:
            return None
        return abs(self.mismatch_share or Fraction(0)) > Fraction(self.tolerance)


def metered_transfers(found: ParkSupply) -> list[MeteredTransfer]:
    """Return every transfer of the months that have a network, by month, supplier, customer and carrier."""
    return [
        MeteredTransfer(month, transfer, _terms(found, transfer, month), _missing(sent, transfer))
        for month, supply in sorted(found.months.items())
        for sent in (_sent(supply),)
        for transfer in supply.by_location.network.transfers
    ]


def _terms(found: ParkSupply, transfer: Transfer, month: date) -> TransferTerms | None:
    of_supplier = found.declared.terms.get(transfer.source.party, ())
    wanted = (transfer.consumer, transfer.source.carrier)
    return next((one for one in of_supplier if (one.customer, one.carrier) == wanted and one.holds_on(month)), None)


def _sent(supply: MonthOfSupply) -> frozenset[tuple[Pool, str]]:
    """Return the pools that suppliers post supplying from, each with the customer."""
    return frozenset((one.pool, one.counterparty) for one in supply.readings if one.flow is Flow.SUPPLIED)


def _missing(sent: Collection[tuple[Pool, str]], transfer: Transfer) -> Side | None:
    if transfer.received is None:
        return Side.CUSTOMER
    return None if (transfer.source, transfer.consumer) in sent else Side.SUPPLIER
