"""Matching: its two sums, its order, and what it says."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.regimes import RegimeCode
from accounting.scope2.instrument_faults import Reason, claimable
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import BadInstrument, Check, Instrument, Kind, Load, LoadKind, Serials
from accounting.scope2.matching import Matching, match
from tests.instruments import CERTIFICATES, EAST, ONE, TWO, WEST, claim, criteria, load

GHGP = RULES[RegimeCode.GHG_PROTOCOL]
MONTHS = ("2023-12", "2024-01", "2025-03", "2025-04", "2025-12", "2026-01")


@st.composite
def ledgers(draw: st.DrawFn) -> list[Load]:
    keys = st.tuples(
        st.sampled_from([(ONE, EAST), (ONE, WEST), (TWO, EAST)]),
        st.sampled_from(MONTHS),
        st.sampled_from(list(LoadKind)),
    )
    amounts = st.decimals(0, 30, places=3)
    return [
        load(str(draw(amounts)), when, tenant=tenant, site=site, kind=kind)
        for (tenant, site), when, kind in draw(st.lists(keys, max_size=8, unique=True))
    ]


@st.composite
def portfolios(draw: st.DrawFn) -> list[Instrument]:
    return [_drawn(draw, f"i{number}") for number in range(draw(st.integers(0, 7)))]


def _drawn(draw: st.DrawFn, name: str) -> Instrument:
    kind = draw(st.sampled_from(list(Kind)))
    whole = kind in CERTIFICATES
    quantity = str(draw(st.integers(1, 40) if whole else st.decimals("0.001", 40, places=3)))
    spans = st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(lambda pair: tuple(sorted(pair)))
    fields: dict[str, Any] = {
        "made": draw(spans),
        "claimed": draw(spans),
        "tenant": draw(st.sampled_from([ONE, ONE, TWO])),
        "site": draw(st.sampled_from([None, None, EAST, WEST])),
        "is_sold": draw(st.sampled_from([False] * 5 + [True])),
        "rate": draw(st.sampled_from(["0", "0.5", "410"])),
        "criteria": criteria(only_claim=draw(st.sampled_from([Check(True, ("letter",))] * 5 + [Check()]))),
    }
    if whole:
        fields["cancelled"] = draw(st.sampled_from(["", "2025-03-31", "2025-12-31", "2026-01-15", "2026-01-15"]))
    return claim(name, quantity, kind, **fields)


REGIMES = st.sampled_from(list(RULES.values()))


@given(ledgers(), portfolios(), REGIMES)
def test_matched_and_unmatched_are_the_load_exactly(loads: list[Load], some: list[Instrument], rules: Any) -> None:
    found = match(loads, some, rules)
    assert {one.load for one in found.unmatched} == set(loads)
    assert len(found.unmatched) == len(loads)
    for rest in found.unmatched:
        covered = sum((Fraction(one.quantity) for one in found.matches if one.load == rest.load), Fraction(0))
        assert covered + Fraction(rest.quantity) == Fraction(rest.load.quantity)
        assert rest.quantity >= 0
    assert all(one.quantity > 0 for one in found.matches)
    consumed = sum((Fraction(one.quantity) for one in loads), Fraction(0))
    assert Fraction(found.matched_mwh) + Fraction(found.unmatched_mwh) == consumed


@given(ledgers(), portfolios(), REGIMES)
def test_matched_and_refused_are_the_instrument_exactly(loads: list[Load], some: list[Instrument], rules: Any) -> None:
    found = match(loads, some, rules)
    for one in some:
        used = sum((Fraction(part.quantity) for part in found.matches if part.instrument is one), Fraction(0))
        refused = [part for part in found.rejections if part.instrument is one]
        assert used + sum((Fraction(part.quantity) for part in refused), Fraction(0)) == Fraction(one.quantity)
        assert used <= claimable(one, rules)
        assert all(part.quantity > 0 and part.faults and part.reason is part.faults[0].reason for part in refused)


@given(ledgers(), portfolios(), REGIMES, st.randoms())
def test_the_order_of_the_input_does_not_matter(
    loads: list[Load], some: list[Instrument], rules: Any, shuffle: random.Random
) -> None:
    found = match(loads, some, rules)
    shuffle.shuffle(loads)
    shuffle.shuffle(some)
    assert match(loads, some, rules) == found


@given(ledgers(), portfolios(), REGIMES)
def test_another_instrument_never_raises_what_is_unmatched(
    loads: list[Load], some: list[Instrument], rules: Any
) -> None:
    rests = [_rests(match(loads, some[:count], rules)) for count in range(len(some) + 1)]
    for fewer, more in pairwise(rests):
        assert all(more[key] <= fewer[key] for key in fewer)


def _rests(found: Matching) -> dict[Load, Decimal]:
    return {one.load: one.quantity for one in found.unmatched}


@given(ledgers(), portfolios(), REGIMES, st.sampled_from(["0", "530.6", "609.6"]))
def test_emissions_are_the_sum_over_what_is_covered_and_what_is_not(
    loads: list[Load], some: list[Instrument], rules: Any, rate: str
) -> None:
    found = match(loads, some, rules)
    covered = sum((Fraction(one.quantity) * Fraction(one.rate) for one in found.matches), Fraction(0))
    rest = sum((Fraction(one.quantity) * Fraction(rate) for one in found.unmatched), Fraction(0))
    assert Fraction(found.emissions(Decimal(rate))) == covered + rest
    assert not rules.is_zero or all(one.rate == 0 for one in found.matches)


def test_a_certificate_named_by_two_on_one_day_is_nobodys() -> None:
    """The one way in which another instrument raises what is unmatched: it puts an existing claim in doubt."""
    first = claim("a", "10", serials=Serials("batch", 1, 10))
    second = claim("b", "10", serials=Serials("batch", 1, 10))
    assert match([load("10")], [first], GHGP).unmatched_mwh == 0
    found = match([load("10")], [first, second], GHGP)
    assert found.unmatched_mwh == 10
    assert [one.reason for one in found.rejections] == [Reason.DOUBLE_CANCELLATION] * 2


def test_a_match_says_which_rung_and_which_months() -> None:
    (found,) = match([load("10")], [claim("a", "10", site=EAST)], GHGP).matches
    assert found.reason == (
        "rung 2 (CERTIFICATE): a covers its site of its beneficiary from 2025-01 to 2025-12, earliest first"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"market": "EU"}, "a is of market EU; the consumption is CN"),
        ({"site": WEST}, f"a is for site {WEST}; the consumption is at {EAST}"),
        ({"kind": Kind.DIRECT_SUPPLY}, "a is for DIRECT_LINE; the consumption is GRID"),
        ({"claimed": ("2024-02", "2024-03")}, "a is claimed for 2024-02 to 2024-03; the consumption is of 2025-06"),
        (
            {"made": ("2026-01", "2026-01"), "cancelled": "2026-02-01"},
            "from 2026-01 to 2026-01 and of what it claims good in no month; the consumption is of 2025-06",
        ),
        (
            {"made": ("2025-01", "2025-01"), "cancelled": "2025-03-01"},
            "and of what it claims good from 2025-01 to 2025-03; the consumption is of 2025-06",
        ),
        ({"quantity": Decimal(12)}, "a claims 12 MWh and 10 MWh of consumption were open to it; the excess of 2 MWh"),
    ],
)
def test_a_refusal_says_what_was_wrong_and_what_was_there(fields: dict[str, Any], message: str) -> None:
    quantity = str(fields.pop("quantity", 10))
    (found,) = match([load("10")], [claim("a", quantity, **fields)], GHGP).rejections
    assert message in found.faults[0].message
    assert found.faults[0].clause


def test_one_id_is_one_claim_and_one_load_is_given_once() -> None:
    with pytest.raises(BadInstrument, match="two instruments have the id 'a'"):
        match([], [claim("a", "10"), claim("a", "11")], GHGP)
    with pytest.raises(BadInstrument, match=r"GRID ELECTRICITY of 2025-06 at site .* is given twice"):
        match([load("10"), replace(load("11"))], [], GHGP)


def test_digits_are_kept() -> None:
    most, least = "9" * 20 + "." + "9" * 18, "0.000000000000000001"
    loads = [load(most), load(least, "2025-07")]
    found = match(loads, [claim("a", most, Kind.POWER_PURCHASE_AGREEMENT)], GHGP)
    assert [one.quantity for one in found.unmatched] == [0, Decimal(least)]
    assert found.emissions(Decimal("609.6")) == Decimal("0.0000000000000006096")
