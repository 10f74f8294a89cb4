"""What is wrong with an instrument by itself: all of it is told, in words, with the clause."""

from dataclasses import replace

import pytest

from accounting.regimes import RegimeCode
from accounting.scope2.instrument_faults import Fault, Reason, claimable, claimed_before, faults
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import (
    Attribute,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Instrument,
    Kind,
    Serials,
)
from tests.instruments import TWO, claim, criteria

GHGP, GBT, MEE, PARK = (
    RULES[code]
    for code in (
        RegimeCode.GHG_PROTOCOL,
        RegimeCode.GBT_32150_2025,
        RegimeCode.MEE_332_2023,
        RegimeCode.NDRC_910_2025,
    )
)


def of(made: Instrument) -> tuple[Fault, ...]:
    return faults(made, GHGP, {})


def test_nothing_is_wrong_with_an_instrument_that_qualifies() -> None:
    assert [faults(claim("a", "10", kind), GHGP, {}) for kind in Kind] == [()] * len(Kind)


@pytest.mark.parametrize("criterion", [one for one in Criterion if one not in ("AS_DELIVERED", "ALL_ATTRIBUTES")])
@pytest.mark.parametrize(
    ("check", "reason", "words"),
    [
        (Check(None, ("letter",)), Reason.CRITERION_FAILED, "was not checked"),
        (Check(False, ("letter",)), Reason.CRITERION_FAILED, "does not hold"),
        (Check(True, ()), Reason.MISSING_EVIDENCE, "without evidence"),
    ],
)
def test_each_criterion_must_hold_with_evidence(criterion: Criterion, check: Check, reason: Reason, words: str) -> None:
    (found,) = of(claim("a", "10", criteria=criteria(**{criterion.value.lower(): check})))
    assert (found.reason, found.criterion) == (reason, criterion)
    assert words in found.message
    assert found.clause == f"GHG Protocol Scope 2 Guidance table 7.1 ({list(Criterion).index(criterion) + 1})"


def test_all_faults_are_told() -> None:
    bad = claim(
        "a", "10", cancelled="", is_sold=True, is_tradable=False, criteria=Criteria(), evidence=(), serials=None
    )
    assert [found.reason for found in of(bad)] == [
        Reason.SOLD,
        Reason.NOT_TRADABLE,
        Reason.NOT_CANCELLED,
        *[Reason.CRITERION_FAILED] * 6,
        *[Reason.MISSING_EVIDENCE] * 2,
    ]


def test_a_regime_says_what_it_counts() -> None:
    heat = claim("a", "10", Kind.SUPPLIER_RATE, carrier=EnergyCarrier.HEAT, attribute=Attribute.CONVENTIONAL)
    found = faults(heat, MEE, {})
    assert [one.reason for one in found] == [Reason.NOT_ADMITTED, Reason.WRONG_CARRIER, Reason.WRONG_ATTRIBUTE]
    assert found[0].message == "a is SUPPLIER_RATE; MEE_332_2023 counts DIRECT_SUPPLY, SELF_USE"
    assert found[1].message == "a is for HEAT; MEE_332_2023 counts instruments for ELECTRICITY"
    assert all(one.clause == MEE.source for one in found)


def test_what_proves_a_claim_is_said() -> None:
    (found,) = faults(claim("a", "10", Kind.GREEN_POWER_TRADE, evidence=()), GBT, {})
    assert found.message == "a is proved by nothing; GBT_32150_2025 accepts CONTRACT and SETTLEMENT or CERTIFICATE"


@pytest.mark.parametrize(
    ("cancelled", "is_accepted"),
    [("2025-02-28", False), ("2025-03-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_a_cancellation_lies_between_generation_and_expiry(cancelled: str, is_accepted: bool) -> None:
    found = of(claim("a", "10", made=("2025-01", "2025-03"), cancelled=cancelled))
    assert [one.reason for one in found] == ([] if is_accepted else [Reason.WRONG_VINTAGE])
    assert all("accepted is 2025-03 to 2026-12" in one.message for one in found)


def test_what_must_be_cancelled_counts_as_far_as_it_is() -> None:
    trade = claim("a", "10", Kind.GREEN_POWER_TRADE, cancelled="")
    assert [claimable(trade, GHGP), claimable(trade, PARK)] == [0, 10]


def test_the_first_cancellation_keeps_the_certificate() -> None:
    some = [
        claim("late", "10", serials=Serials("batch", 1, 10), cancelled="2025-12-03"),
        claim("early", "10", serials=Serials("batch", 1, 10), cancelled="2025-12-01"),
        claim("middle", "10", serials=Serials("batch", 10, 19), cancelled="2025-12-02", tenant=TWO),
        claim("elsewhere", "10", serials=Serials("other", 1, 10), cancelled="2025-12-04"),
        claim("apart", "10", serials=Serials("batch", 20, 29), cancelled="2025-12-04"),
    ]
    found = claimed_before(some, GHGP)
    assert set(found) == {"late", "middle"}
    assert found["middle"] == "early"
    assert claimed_before(list(reversed(some)), GHGP) == found


def test_ranges_within_ranges_are_seen() -> None:
    some = [
        claim("wide", "100", serials=Serials("batch", 1, 100), cancelled="2025-12-01"),
        claim("first", "2", serials=Serials("batch", 2, 3), cancelled="2025-12-02"),
        claim("second", "2", serials=Serials("batch", 50, 51), cancelled="2025-12-02"),
    ]
    assert claimed_before(some, GHGP) == {"first": "wide", "second": "wide"}


def test_who_sold_or_did_not_cancel_does_not_stand_in_the_way() -> None:
    numbers = Serials("batch", 1, 10)
    buyer = claim("buyer", "10", Kind.GREEN_POWER_TRADE, cancelled="", serials=numbers)
    sold = claim("pv", "10", Kind.SELF_USE, is_sold=True, serials=numbers)
    idle = claim("idle", "10", cancelled="", serials=numbers)
    assert claimed_before([buyer, sold, idle], PARK) == {}
    kept = replace(sold, is_sold=False)
    assert claimed_before([buyer, kept], PARK) == {"buyer": "pv", "pv": "buyer"}
    assert claimed_before([buyer, kept], MEE) == {}
