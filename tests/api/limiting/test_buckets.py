"""Budgets: what a burst and a flood get, how a debt is paid, what callers are told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.limiting.buckets import WINDOW_S, Bucket
from api.limiting.limiter import ANONYMOUS_SHARE, MOST_CALLERS, Limiter, Limits, caller_of, of_actor, of_address
from ledger.access import NOTHING
from ledger.identity.principals import ANONYMOUS, Principal, Role


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limiter(seconds: Seconds) -> Limiter:
    return Limiter(Limits(cost=600, rows=6000), seconds)


KEY = of_actor("key")


def test_a_burst_passes_and_a_flood_does_not(limiter: Limiter, seconds: Seconds) -> None:
    assert [limiter.spend(KEY, cost=1) for _ in range(600)] == [0.0] * 600
    assert limiter.spend(KEY, cost=1) == pytest.approx(0.1)
    seconds.now += 0.1
    assert limiter.spend(KEY, cost=1) == 0.0
    assert limiter.spend(KEY, cost=1) == pytest.approx(0.1)


def test_nothing_is_taken_where_one_of_both_is_too_little(limiter: Limiter) -> None:
    assert limiter.spend(KEY, cost=1, rows=6000) == 0.0
    assert limiter.spend(KEY, cost=500, rows=100) == pytest.approx(1.0)
    assert limiter.spend(KEY, cost=599) == 0.0, "the cost of what was refused is still there"


def test_credentials_that_fail_have_a_budget_of_their_own(seconds: Seconds) -> None:
    limiter, here, there = Limiter(Limits(600, 6000, failures=3), seconds), of_address("192.0.2.1"), of_address("::1")
    assert [limiter.fail(here) for _ in range(5)] == [0.0, 0.0, 0.0, 20.0, 20.0]
    assert limiter.fail(there) == 0.0
    assert limiter.wait(here, cost=55) == 0.0, "60 points a minute are an address's own, a failure costs one"
    assert limiter.wait(here, cost=56) > 0
    assert limiter.spend(KEY, cost=600) == 0.0, "a key from there has its own"
    seconds.now += 20
    assert [limiter.fail(here) for _ in range(2)] == [0.0, 20.0]


def test_what_needs_more_than_a_bucket_passes_when_it_is_full(limiter: Limiter, seconds: Seconds) -> None:
    assert limiter.spend(KEY, rows=9000) == 0.0
    assert limiter.spend(KEY, rows=1) == pytest.approx(30.01)
    seconds.now += 90
    assert limiter.spend(KEY, rows=9000) == 0.0


def test_a_debt_is_no_more_than_a_bucket(limiter: Limiter) -> None:
    limiter.owe(KEY, 10_000_000)
    assert limiter.wait(KEY, cost=0, rows=1) == pytest.approx(60.01)
    assert limiter.spend(KEY, cost=1) == 0.0, "questions go on"


def test_callers_have_budgets_of_their_own(limiter: Limiter) -> None:
    limiter.spend(KEY, cost=600)
    assert limiter.spend(of_actor("other"), cost=600) == 0.0
    assert limiter.spend(of_address("192.0.2.1"), cost=600 // ANONYMOUS_SHARE) == 0.0
    assert limiter.spend(of_address("192.0.2.1"), cost=1) > 0
    assert limiter.spend(of_address("192.0.2.2"), cost=1) == 0.0


def test_what_is_left_is_told_in_structured_fields(limiter: Limiter, seconds: Seconds) -> None:
    limiter.spend(KEY, cost=30, rows=1000)
    assert limiter.fields(KEY) == {
        "ratelimit-policy": '"cost";q=600;w=60, "rows";q=6000;w=60',
        "ratelimit": '"cost";r=570;t=3, "rows";r=5000;t=10',
    }
    limiter.owe(KEY, 9000)
    assert '"rows";r=0;t=100' in limiter.fields(KEY)["ratelimit"]
    seconds.now += 1000
    assert limiter.fields(KEY)["ratelimit"] == '"cost";r=600;t=0, "rows";r=6000;t=0'


def test_the_callers_remembered_have_an_end(limiter: Limiter) -> None:
    limiter.spend(KEY, cost=600)
    for number in range(MOST_CALLERS - 1):
        limiter.spend(of_actor(str(number)), cost=1)
    assert limiter.spend(KEY, cost=1) > 0
    for number in range(MOST_CALLERS):
        limiter.spend(of_actor(f"more {number}"), cost=1)
    assert limiter.spend(KEY, cost=1) == 0.0


def test_who_is_known_is_not_limited_by_address() -> None:
    known = Principal("key", Role.AUDITOR, frozenset(), NOTHING)
    assert caller_of(known, "192.0.2.1") == caller_of(known, "192.0.2.2") == KEY
    assert caller_of(ANONYMOUS, "192.0.2.1") == of_address("192.0.2.1") == of_address("::ffff:192.0.2.1")
    assert of_address("2001:db8:0:1::1") == of_address("2001:db8:0:1:ffff::2") != of_address("2001:db8:0:2::1")
    assert of_address("") == of_address("testclient")


@given(
    st.integers(1, 1000),
    st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2000)), max_size=30),
)
def test_no_more_passes_than_a_bucket_and_what_fills(size: int, asked: list[tuple[float, int]]) -> None:
    bucket, now, passed, largest = Bucket(size, size, 0.0), 0.0, 0, 0
    for pause, needed in asked:
        now += pause
        wait = bucket.wait(needed, now)
        if wait == 0.0:
            bucket.take(needed, now)
            passed, largest = passed + min(needed, 2 * size), max(largest, needed)
        else:
            assert replace(bucket).wait(needed, now + wait + 1e-6) < 1e-5, "it passes after the wait that was told"
    assert passed <= size + now * size / WINDOW_S + min(largest, 2 * size) + 1e-6
