"""Terms of transfers: one bearer of a network's losses, meters held against a tolerance, which side is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.footprints import Footprint
from accounting.supply.network import LossBearer, Pool
from accounting.supply.park_energy import Carrier, Reading
from accounting.supply.park_supply import Declared, park_supply
from accounting.supply.transfer_terms import DEFAULT_TOLERANCE, BadTerms, TransferTerms, check_terms, loss_bearers
from accounting.supply.transfers import MeteredTransfer, Side, metered_transfers
from tests.build import number

MARCH = date(2025, 3, 1)
POWER = Pool("op", "ELECTRICITY")
CODES = {number(1): "op", number(2): "a"}


def terms(customer: str = "a", tolerance: str = "0.02", bearer: LossBearer = LossBearer.SUPPLIER) -> TransferTerms:
    valid_from = date(2025, 1, 1)
    return TransferTerms(customer, Carrier.ELECTRICITY, "m1", "m2", Decimal(tolerance), bearer, valid_from, None, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer": ""}, "customer"),
        ({"tolerance": Decimal("1.01")}, "tolerance"),
        ({"tolerance": Decimal("-0.01")}, "tolerance"),
        ({"valid_to": date(2024, 12, 31)}, "valid_to"),
    ],
)
def test_terms_that_cannot_be(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadTerms) as refused:
        replace(terms(), **changes)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_terms_of_one_customer_follow_each_other() -> None:
    before = replace(terms(), valid_to=date(2025, 6, 30))
    check_terms([replace(terms(), valid_from=date(2025, 7, 1)), before])
    with pytest.raises(BadTerms, match="two terms for ELECTRICITY to a hold on 2025-06-30"):
        check_terms([replace(terms(), valid_from=date(2025, 6, 30)), before])


def test_a_network_has_one_bearer_at_a_time() -> None:
    other = terms("b", bearer=LossBearer.CUSTOMERS)
    check_terms([terms(), replace(other, carrier=Carrier.STEAM)])
    check_terms([replace(terms(), valid_to=date(2025, 6, 30)), replace(other, valid_from=date(2025, 7, 1))])
    with pytest.raises(BadTerms, match="accepted is one bearer"):
        check_terms([terms(), other])


def test_terms_say_who_bears_the_losses_of_a_pool() -> None:
    declared = {"op": [terms(bearer=LossBearer.CUSTOMERS)]}
    assert loss_bearers(declared, MARCH) == {POWER: LossBearer.CUSTOMERS}
    assert loss_bearers(declared, date(2024, 12, 1)) == {}


def metered(sent: str | None, received: str | None, declared: Sequence[TransferTerms] = ()) -> MeteredTransfer:
    """The transfer of a month in which the two sides posted what is given; nothing emits."""
    site = number(3)
    readings = [Reading(number(1), "op", site, "electricity.grid", "", Decimal(1000))]
    if sent is not None:
        readings.append(Reading(number(1), "op", site, "supplied.electricity", "a", Decimal(sent)))
    if received is not None:
        readings.append(Reading(number(2), "a", site, "electricity.grid", "op", Decimal(received)))
    terms_of = {"op": declared} if declared else {}
    [found] = metered_transfers(park_supply(CODES, {MARCH: readings}, Footprint((), ()), Declared(terms=terms_of)))
    return found


@pytest.mark.parametrize(
    ("sent", "received", "share", "is_beyond"),
    [
        ("100", "98", Fraction(1, 50), False),
        ("100", "97.9", Fraction(21, 1000), True),
        ("100", "102.1", Fraction(-21, 1000), True),
        ("0", "0", None, False),
    ],
)
def test_a_mismatch_is_held_against_the_default(
    sent: str, received: str, share: Fraction | None, is_beyond: bool
) -> None:
    found = metered(sent, received)
    assert (found.terms, found.tolerance, found.missing) == (None, DEFAULT_TOLERANCE, None)
    assert (found.mismatch_share, found.is_beyond_tolerance) == (share, is_beyond)


def test_terms_of_the_month_decide() -> None:
    agreed = terms(tolerance="0.05")
    assert metered("100", "96", [agreed]).is_beyond_tolerance is False
    ended = replace(agreed, valid_to=date(2025, 2, 28))
    assert metered("100", "96", [ended]).terms is None


@pytest.mark.parametrize(("sent", "received", "side"), [("9", None, Side.CUSTOMER), (None, "9", Side.SUPPLIER)])
def test_a_side_that_posted_nothing_is_missing_and_no_mismatch(
    sent: str | None, received: str | None, side: Side
) -> None:
    found = metered(sent, received)
    assert found.missing is side
    assert (found.mismatch, found.mismatch_share, found.is_beyond_tolerance) == (None, None, None)
    assert found.transfer.quantity == 9
