"""The history over real HTTP: every change with who, when, what, before and after; heads and proofs that hold."""

import asyncio
import json
from typing import Any

import pytest

from api.client import Client, ServiceError
from ledger.history.sealing import seal
from ledger.setup import Databases
from proofs.checkpoints import open_checkpoint
from proofs.events import event_leaf
from proofs.keys import read_private_key
from proofs.merkle import verify_consistency, verify_inclusion
from schema.global_ids import decode_uuid
from tests.api.identity.replayed import Asker, granted
from tests.api.ingest.bulk import Bulk, ndjson
from tests.api.test_flows import CORRECT, Park, row
from tests.service import Service, signing_key_file
from tests.world import opened

HISTORY = """query ($t: ID!, $first: Int, $after: String) { history(tenantId: $t, first: $first, after: $after) {
  nodes { index recordedAt actor kind requestId rows { table count sha256 } text salt leaf
    changes { table before { name value } after { name value } } }
  pageInfo { hasNextPage endCursor } } }"""
HEAD = "query ($t: ID!) { checkpoint(tenantId: $t) { size root note sealedAt } }"
INCLUDED = """query ($t: ID!, $index: Int!, $size: Int!) { inclusionProof(tenantId: $t, index: $index, size: $size) {
  index size hashes } }"""
GREW = """query ($t: ID!, $old: Int!, $new: Int!) { consistencyProof(tenantId: $t, old: $old, new: $new) {
  old new hashes } }"""


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def sealed(databases: Databases) -> None:
    """Seal now, beside the service's own sealer."""
    key = read_private_key("parkledger", signing_key_file().read_bytes())

    async def done() -> None:
        async with opened(databases) as database:
            while (await seal(database, key))[1] is None:
                await asyncio.sleep(0)

    asyncio.run(done())


def values(row: list[dict[str, str]]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in row}


def test_a_correction_is_told_with_who_and_what_was_before(park: Park, service: Service, databases: Databases) -> None:
    [posted] = park.post(row("a", "electricity.grid", "10", "kWh"))["outcomes"]
    key = granted(park.client, park.tenant, "TENANT_ADMINISTRATOR")
    asker = Asker(service, key["key"])
    given = {"activityId": posted["activityId"], "quantity": "12.50", "reason": "misread"}
    assert "errors" not in asker.ask(CORRECT, {"input": given}).json()
    sealed(databases)
    found = asker.ask(HISTORY, {"t": park.tenant}).json()["data"]["history"]["nodes"]
    kinds = ["registerTenant", "addSite", "addSource", "postActivities", "grant", "correctActivity"]
    assert [event["kind"] for event in found] == kinds
    assert [event["index"] for event in found] == list(range(6))
    assert (found[5]["actor"], found[5]["requestId"]) == (key["grant"]["keyId"], "replay")
    assert len({event["requestId"] for event in found[:5]}) == 5
    [change] = found[5]["changes"]
    before, after = values(change["before"]), values(change["after"])
    assert (before["quantity"], after["quantity"], after["reason"]) == ("10", "12.50", "misread")
    assert [(one["table"], one["count"]) for one in found[3]["rows"]] == [("activities", 1), ("postings", 1)]


def test_pages_follow_each_other(park: Park, databases: Databases) -> None:
    sealed(databases)
    first = park.client.ask(HISTORY, {"t": park.tenant, "first": 2})["history"]
    assert ([one["index"] for one in first["nodes"]], first["pageInfo"]["hasNextPage"]) == ([0, 1], True)
    after = {"t": park.tenant, "first": 2, "after": first["pageInfo"]["endCursor"]}
    then = park.client.ask(HISTORY, after)["history"]
    assert ([one["index"] for one in then["nodes"]], then["pageInfo"]["hasNextPage"]) == ([2], False)


def test_heads_and_proofs_hold_without_the_service(park: Park, databases: Databases) -> None:
    sealed(databases)
    old = park.client.ask(HEAD, {"t": park.tenant})["checkpoint"]
    park.post(row("a", "electricity.grid", "1", "kWh"))
    sealed(databases)
    new = park.client.ask(HEAD, {"t": park.tenant})["checkpoint"]
    assert (old["size"], new["size"]) == (3, 4)
    origin = f"parkledger/{decode_uuid(park.tenant, 'Tenant')}"
    public = read_private_key("parkledger", signing_key_file().read_bytes()).public
    heads = [open_checkpoint(one["note"].encode(), origin, [public]).checkpoint for one in (old, new)]
    assert [head.root.hex() for head in heads] == [old["root"], new["root"]]
    events = park.client.ask(HISTORY, {"t": park.tenant})["history"]["nodes"]
    for event in events:
        leaf = event_leaf(bytes.fromhex(event["salt"]), event["text"].encode())
        assert leaf.hex() == event["leaf"]
        proof = hashes(park.client.ask(INCLUDED, {"t": park.tenant, "index": event["index"], "size": 4}))
        verify_inclusion(leaf, event["index"], 4, proof, heads[1].root)
    grew = hashes(park.client.ask(GREW, {"t": park.tenant, "old": 3, "new": 4}))
    verify_consistency(3, heads[0].root, 4, heads[1].root, grew)


def hashes(answer: dict[str, Any]) -> list[bytes]:
    [proof] = answer.values()
    return [bytes.fromhex(one) for one in proof["hashes"]]


def test_what_is_not_sealed_has_no_proof(park: Park, databases: Databases) -> None:
    sealed(databases)
    with pytest.raises(ServiceError, match="a tree of 99 events; the history of the tenant has 3"):
        park.client.ask(INCLUDED, {"t": park.tenant, "index": 0, "size": 99})
    with pytest.raises(ServiceError, match="the older size is 4; accepted is 0 to 3"):
        park.client.ask(GREW, {"t": park.tenant, "old": 4, "new": 3})


def test_a_history_is_its_tenants_own(park: Park, service: Service, databases: Databases) -> None:
    other, _ = park.add_tenant("t2")
    sealed(databases)
    stranger = Asker(service, granted(park.client, other, "TENANT_ADMINISTRATOR")["key"])
    assert stranger.ask(HISTORY, {"t": park.tenant}).json()["data"]["history"]["nodes"] == []
    assert stranger.ask(HEAD, {"t": park.tenant}).json()["data"]["checkpoint"] is None
    proof = stranger.ask(INCLUDED, {"t": park.tenant, "index": 0, "size": 1}).json()
    assert "the history of the tenant has 0" in json.dumps(proof)
    reviewer = Asker(service, granted(park.client, park.tenant, "REVIEWER")["key"])
    assert reviewer.ask(HISTORY, {"t": park.tenant}).json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_what_a_file_brings_is_of_whoever_sent_it(park: Park, service: Service, databases: Databases) -> None:
    key = granted(park.client, park.tenant, "CONTRIBUTOR")
    bulk = Bulk(service, park.client, park)
    sent = bulk.post(
        ndjson(row("f", "electricity.grid", "1", "kWh")), headers={"authorization": f"Bearer {key['key']}"}
    )
    job = bulk.done(sent)
    sealed(databases)
    last = park.client.ask(HISTORY, {"t": park.tenant})["history"]["nodes"][-1]
    assert (last["kind"], last["actor"]) == ("postActivities", key["grant"]["keyId"])
    assert last["requestId"] == f"job {decode_uuid(job['id'], 'IngestJob')}"
