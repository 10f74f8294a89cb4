"""The benchmark of readers among writers at a tiny size, and that its proof finds what is wrong with a ledger."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from benchmarks import concurrency, parks
from benchmarks.acknowledged import Fact, prove
from benchmarks.concurrency import quantile
from benchmarks.parks import SeededTenant
from benchmarks.posting_clients import Plan, posted
from ledger.setup import Databases
from tests.service import Service

pytestmark = pytest.mark.long


def test_it_measures_reads_and_proves_what_was_acknowledged(databases: Databases, service: Service) -> None:
    options = argparse.Namespace(clients=4, rows=5, tenants=2, seconds=1.5, rounds=1)
    text = concurrency.measured(databases, service.url, options)
    assert "| both, p99 | " in text
    assert "none with an error" in text


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted of one tenant, and what was told of it."""

    tenant: SeededTenant
    facts: list[Fact]
    accepted: int


@pytest.fixture(scope="module")
def done(databases: Databases, service: Service) -> Posted:
    """Rows posted and corrected by two clients."""
    tenant = parks.register(databases, 1, 3).tenants[0]
    told = posted(Plan(service.url, [tenant], 2, 4, 1.0))
    assert told.errors == []
    return Posted(tenant, told.facts, told.accepted)


def test_the_ledger_holds_what_was_told(databases: Databases, done: Posted) -> None:
    rows = prove(databases, [done.tenant.tenant_id], done.facts, done.accepted)
    assert rows == len(done.facts) + sum(fact.corrections for fact in done.facts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda facts: facts[1:], "nobody sent"),
        (lambda facts: [*facts, changed(facts[0], external_id="never")], "acknowledged was"),
        (lambda facts: [changed(facts[0], quantity="0.1234"), *facts[1:]], "acknowledged was"),
        (lambda facts: [changed(facts[0], corrections=7), *facts[1:]], "acknowledged was"),
        (lambda facts: [changed(facts[0], activity_id=facts[1].activity_id), *facts[1:]], "acknowledged was"),
    ],
    ids=["not sent", "lost", "other content", "lost correction", "other row"],
)
def test_the_proof_finds_what_is_wrong(
    databases: Databases, done: Posted, change: Callable[[list[Fact]], list[Fact]], message: str
) -> None:
    facts = change(done.facts)
    with pytest.raises(RuntimeError, match=message):
        prove(databases, [done.tenant.tenant_id], facts, len(facts))


def test_a_row_told_twice_to_be_accepted_is_found(databases: Databases, done: Posted) -> None:
    with pytest.raises(RuntimeError, match="told to be accepted"):
        prove(databases, [done.tenant.tenant_id], done.facts, done.accepted + 1)


def changed(fact: Fact, **values: object) -> Fact:
    """Return a fact that says something else."""
    return msgspec.structs.replace(fact, **values)


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert [quantile([4.0, 1.0, 3.0, 2.0], part) for part in (0.25, 0.5, 0.51, 0.99)] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="nothing was measured"):
        quantile([], 0.5)
