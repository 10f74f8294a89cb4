"""The benchmark of footprints at a tiny size: it runs, and what it compares is the same to the last digit."""

import argparse
from uuid import UUID

import msgspec
import psycopg
import pytest

from api.client import Client
from benchmarks import asking, bare, footprint
from benchmarks.asking import Answer
from benchmarks.bare import OVER_CELLS, OVER_ROWS
from benchmarks.large_parks import LargePark
from ledger.setup import Databases
from schema.global_ids import encode
from tests.benchmarks.large import CELLS, TINY, filled
from tests.service import Service

pytestmark = pytest.mark.long

CORRECT = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { kind } } } }"""
VOID = """mutation ($input: VoidActivityInput!) { voidActivity(input: $input) {
  ... on ActivityVersionAdded { activity { kind } } } }"""


@pytest.fixture(scope="module")
def park(databases: Databases) -> LargePark:
    """A tiny park in the worker's database."""
    return filled(databases, CELLS + 10)


def two_activities(databases: Databases, park: LargePark) -> list[UUID]:
    """Return the ids of two rows that a footprint counts."""
    query = "SELECT activity_id FROM activities WHERE tenant_id = %s AND activity_type = 'mobile.diesel' LIMIT 2"
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET LOCAL app.reach = 'all'")
        return [found for (found,) in connection.execute(query, (park.tenants[0][0],))]


def test_it_measures_every_contestant(databases: Databases, service: Service, park: LargePark) -> None:
    options = argparse.Namespace(rows=CELLS + 10, rounds=1, requests=2)
    text = footprint.measured(databases, service.url, park, options)
    for name in (footprint.FIRST, footprint.REPEATED):
        assert f"| {name}, p99, ms | " in text
        assert f"| {name}, times the {footprint.CELLS} | " in text
        assert f"| {footprint.ROWS}, times {name} | " in text
    assert f"{TINY.tenants} tenants, {TINY.months} months, {CELLS} quantity cells" in text


def test_the_service_and_sql_answer_the_same(
    databases: Databases, service: Service, park: LargePark, client: Client
) -> None:
    corrected, voided = (encode("Activity", activity_id) for activity_id in two_activities(databases, park))
    correction = {"activityId": corrected, "quantity": "5000000.125", "reason": "misread"}
    assert client.ask(CORRECT, {"input": correction})["correctActivity"]["activity"]["kind"] == "CORRECTION"
    voiding = {"activityId": voided, "reason": "counted twice"}
    assert client.ask(VOID, {"input": voiding})["voidActivity"]["activity"]["kind"] == "VOID"
    with (
        asking.connected(service.url) as asked,
        bare.connected(databases, park, footprint.default_basis()) as yardstick,
    ):
        answers = [asked.ask(asking.question_body(park)), yardstick.ask(OVER_CELLS), yardstick.ask(OVER_ROWS)]
    ours, cells, rows = (answer.groups() for answer in answers)
    assert ours == cells == rows
    assert {scope for scope, _, _ in ours} == {"SCOPE_1", "SCOPE_2", "SCOPE_3"}
    assert {month for _, _, month in ours} == {"2023-01", "2023-02"}
    assert float(ours["SCOPE_2", "electricity", "2023-01"]["scope2Market"]) > 0


def test_a_difference_of_the_last_digit_is_told() -> None:
    def answer(co2e: str) -> Answer:
        group = {"scope": "SCOPE_1", "category": "mobile", "month": "2023-01", "totals": {"scope1": {"co2e": co2e}}}
        return Answer(msgspec.json.encode({"data": {"footprint": {"groups": [group]}}}), 1)

    footprint.refuse_difference({"ours": answer("0.3"), "theirs": answer("0.3000000000000")})
    with pytest.raises(
        RuntimeError, match=r"^ours and theirs differ in 1 groups; \('SCOPE_1', 'mobile', '2023-01'\): "
    ):
        footprint.refuse_difference({"ours": answer("0.3"), "theirs": answer("0.300000000001")})


def test_an_error_is_no_answer() -> None:
    with pytest.raises(RuntimeError, match=r"^the service answered .*too deep"):
        Answer(b'{"errors": [{"message": "too deep"}]}', 1).groups()
