"""Certificates issued to one tenant, handed to another and cancelled there, over real HTTP: who is covered by what."""

from typing import Any

import pytest

from api.client import Client
from schema.global_ids import encode
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, Park, row

FIELDS = """id code version change reason isCurrent quantityMwh isSold claimedFrom claimedTo
  serials { batch first last } tenant { id } site { id } generator { id } evidence { document kind }
  criteria { criterion holds } movement { tenant { id } instrumentId quantityMwh transferredOn }"""
RECORD, CANCEL, CORRECT = (
    f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
      ... on InstrumentVersionAdded {{ instrument {{ {FIELDS} }} }} ... on Refusal {{ code field message }} }} }}"""
    for name in ("recordInstrument", "cancelInstrument", "correctInstrument")
)
TRANSFER = f"""mutation ($input: TransferInstrumentInput!) {{ transferInstrument(input: $input) {{
  ... on InstrumentTransferred {{ given {{ {FIELDS} }} received {{ {FIELDS} }} }}
  ... on Refusal {{ code field message }} }} }}"""
SPLIT = f"""mutation ($input: SplitInstrumentInput!) {{ splitInstrument(input: $input) {{
  ... on InstrumentSplit {{ part {{ {FIELDS} }} rest {{ {FIELDS} }} }} ... on Refusal {{ code field message }} }} }}"""
HISTORY = """query ($id: ID!) { node(id: $id) { ... on Instrument { code version
  versions { version change movement { tenant { id } instrumentId quantityMwh transferredOn } } } } }"""
LIST = """query ($parkId: ID!) { instruments(parkId: $parkId) { nodes { code version quantityMwh isSold } } }"""
FOOTPRINT = """query ($boundary: BoundaryInput!) {
  footprint(boundary: $boundary, period: {first: "2025-01", last: "2025-12"}) {
    totals { scope2Market { co2e(unit: TONNE) } scope2Location { co2e(unit: TONNE) } }
    instruments { matches { instrumentId quantityMwh month tenant { id } site { id } }
      rejections { instrumentId quantityMwh faults { reason } } } } }"""
CRITERIA = ("CONVEYS_RATE", "ONLY_CLAIM", "RETIRED", "NEAR_CONSUMPTION", "SAME_MARKET", "RESIDUAL_MIX")
CHECKS = [{"criterion": name, "holds": True, "evidence": ["audit"]} for name in CRITERIA]
STATEMENT = [{"document": "registry statement 9", "kind": "CERTIFICATE"}]


class Trade(Park):
    """A park with a generator, its first tenant, and a buyer; 60 and 80 MWh bought in March 2025."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.buyer, self.buyer_site = self.add_tenant("t2")
        for tenant, quantity in ((self.tenant, "60"), (self.buyer, "80")):
            assert self.post(bought("e", quantity), tenant=tenant)["acceptedCount"] == 1

    def change(self, document: str, **given: Any) -> dict[str, Any]:
        """Make a change; return what it made, or the refusal."""
        (answer,) = self.client.ask(document, {"input": given}).values()
        found: dict[str, Any] = answer.get("instrument", answer)
        return found

    def issue(self, code: str = "g1", **more: Any) -> dict[str, Any]:
        """Record 100 certificates of what the generator fed into the grid in the first half of 2025."""
        given = {
            "tenantId": self.tenant,
            "code": code,
            "kind": "GEC",
            "carrier": "ELECTRICITY",
            "attribute": "NON_FOSSIL",
            "market": "CN",
            "firstMonth": "2025-01",
            "lastMonth": "2025-03",
            "quantityMwh": "100",
            "rate": "0",
            "claimedFrom": "2025-01",
            "claimedTo": "2025-12",
            "serials": {"batch": "GD-2025", "first": "1", "last": "100"},
            "generatorId": self.tenant,
            "evidence": [{"document": "issue 4", "kind": "CERTIFICATE"}],
            "criteria": CHECKS,
        }
        return self.change(RECORD, **(given | more))

    def hand(self, key: str, **more: Any) -> dict[str, Any]:
        """Hand 60 of an instrument's certificates to the buyer."""
        given = {
            "instrumentId": key,
            "receiverId": self.buyer,
            "code": "r1",
            "transferredOn": "2025-05-08",
            "quantityMwh": "60",
            "evidence": STATEMENT,
            "criteria": CHECKS,
            "reason": "contract 12",
        }
        return self.change(TRANSFER, **(given | more))

    def cancel(self, key: str, **more: Any) -> dict[str, Any]:
        return self.change(CANCEL, instrumentId=key, cancelledOn="2025-12-20", **more)

    def covered(self, tenant: str) -> tuple[str, list[tuple[str, str]], list[tuple[str, str, str]]]:
        """Return a tenant's tonnes by market, its matches, and its refusals with their first reason."""
        found = self.client.ask(FOOTPRINT, {"boundary": {"tenantId": tenant}})["footprint"]
        matching = found["instruments"] or {"matches": [], "rejections": []}
        assert {match["tenant"]["id"] for match in matching["matches"]} <= {tenant}
        return (
            found["totals"]["scope2Market"]["co2e"],
            [(match["instrumentId"], match["quantityMwh"]) for match in matching["matches"]],
            [(one["instrumentId"], one["quantityMwh"], one["faults"][0]["reason"]) for one in matching["rejections"]],
        )

    def listed(self) -> list[tuple[str, int, str, bool]]:
        nodes = self.client.ask(LIST, {"parkId": self.park})["instruments"]["nodes"]
        return [(node["code"], node["version"], node["quantityMwh"], node["isSold"]) for node in nodes]


def bought(external_id: str, quantity: str, month: int = 3) -> dict[str, Any]:
    span = {"periodStart": f"2025-0{month}-01T00:00:00+08:00", "periodEnd": f"2025-0{month + 1}-01T00:00:00+08:00"}
    return row(external_id, "electricity.grid", quantity, "MWh", **span)


@pytest.fixture
def trade(client: Client) -> Trade:
    return Trade(client)


def test_what_was_given_covers_the_load_of_the_receiver_alone(trade: Trade) -> None:
    """60 and 80 MWh at 0.6096 t/MWh without certificates; 60 are cancelled by the buyer, then 40 by the generator."""
    assert trade.covered(trade.tenant) == ("36.576", [], [])
    assert trade.covered(trade.buyer) == ("48.768", [], [])
    issued = trade.issue()
    moved = trade.hand(issued["id"])
    given, received = moved["given"], moved["received"]
    assert trade.covered(trade.tenant) == ("36.576", [], [(given["id"], "40", "NOT_CANCELLED")])
    assert trade.covered(trade.buyer) == ("48.768", [], [(received["id"], "60", "NOT_CANCELLED")])
    theirs = trade.cancel(received["id"])
    assert trade.covered(trade.buyer) == ("12.192", [(theirs["id"], "60")], [])
    assert trade.covered(trade.tenant) == ("36.576", [], [(given["id"], "40", "NOT_CANCELLED")])
    own = trade.cancel(given["id"])
    assert trade.covered(trade.tenant) == ("12.192", [(own["id"], "40")], [])
    assert trade.covered(trade.buyer) == ("12.192", [(theirs["id"], "60")], [])
    park = trade.client.ask(FOOTPRINT, {"boundary": {"parkId": trade.park}})["footprint"]
    assert park["totals"] == {"scope2Market": {"co2e": "24.384"}, "scope2Location": {"co2e": "61.866"}}


def test_the_history_says_who_gave_and_who_received(trade: Trade) -> None:
    issued = trade.issue()
    moved = trade.hand(issued["id"], siteId=trade.buyer_site, claimedFrom="2025-03", claimedTo="2025-06")
    given, received = moved["given"], moved["received"]
    assert {name: given[name] for name in ("code", "version", "change", "reason", "quantityMwh", "isSold")} == {
        "code": "g1",
        "version": 2,
        "change": "TRANSFERRED",
        "reason": "contract 12",
        "quantityMwh": "40",
        "isSold": False,
    }
    assert given["serials"] == {"batch": "GD-2025", "first": "61", "last": "100"}
    assert given["evidence"] == issued["evidence"]
    wanted = {
        "code": "r1",
        "version": 1,
        "change": "RECEIVED",
        "reason": "contract 12",
        "isCurrent": True,
        "quantityMwh": "60",
        "isSold": False,
        "claimedFrom": "2025-03",
        "claimedTo": "2025-06",
        "serials": {"batch": "GD-2025", "first": "1", "last": "60"},
        "tenant": {"id": trade.buyer},
        "site": {"id": trade.buyer_site},
        "generator": {"id": trade.tenant},
        "evidence": STATEMENT,
    }
    assert {name: received[name] for name in wanted} == wanted
    cancelled = trade.cancel(received["id"])
    assert cancelled["movement"] is None
    side = {"quantityMwh": "60", "transferredOn": "2025-05-08"}
    history = trade.client.ask(HISTORY, {"id": cancelled["id"]})["node"]["versions"]
    assert history == [
        {
            "version": 1,
            "change": "RECEIVED",
            "movement": {"tenant": {"id": trade.tenant}, "instrumentId": given["id"], **side},
        },
        {"version": 2, "change": "CANCELLED", "movement": None},
    ]
    history = trade.client.ask(HISTORY, {"id": history[0]["movement"]["instrumentId"]})["node"]["versions"]
    assert history == [
        {"version": 1, "change": "RECORDED", "movement": None},
        {
            "version": 2,
            "change": "TRANSFERRED",
            "movement": {"tenant": {"id": trade.buyer}, "instrumentId": received["id"], **side},
        },
    ]


def test_whoever_gave_everything_claims_nothing(trade: Trade) -> None:
    moved = trade.hand(trade.issue()["id"], quantityMwh=None)
    given, received = moved["given"], moved["received"]
    assert (given["isSold"], given["quantityMwh"], received["quantityMwh"]) == (True, "100", "100")
    assert trade.cancel(given["id"])["code"] == "INSTRUMENT_SOLD"
    assert trade.hand(given["id"], code="r2")["code"] == "INSTRUMENT_SOLD"
    theirs = trade.cancel(received["id"])
    assert trade.covered(trade.tenant) == ("36.576", [], [(given["id"], "100", "SOLD")])
    assert trade.covered(trade.buyer) == ("0", [(theirs["id"], "80")], [(theirs["id"], "20", "EXCESS")])


def test_a_refused_transfer_changes_nothing_for_either(trade: Trade) -> None:
    issued = trade.issue()
    bound = trade.issue("contract", kind="GREEN_POWER_TRADE")
    fixed = trade.issue("own use", isTradable=False)
    before = (trade.listed(), trade.covered(trade.tenant), trade.covered(trade.buyer))
    range_of = {"batch": "GD-2025", "first": "41", "last": "60"}
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        (issued["id"], {"quantityMwh": "101"}, "INSTRUMENT_OVERDRAWN", "quantityMwh"),
        (issued["id"], {"serials": {**range_of, "last": "101"}}, "INSTRUMENT_OVERDRAWN", "serials"),
        (issued["id"], {"quantityMwh": None, "serials": range_of}, "BAD_INSTRUMENT", "serials"),
        (issued["id"], {"evidence": []}, "BAD_INSTRUMENT", "evidence"),
        (issued["id"], {"criteria": CHECKS[:1] * 2}, "BAD_INSTRUMENT", "criteria"),
        (issued["id"], {"transferredOn": "2025-02-28"}, "BAD_INSTRUMENT", "transferredOn"),
        (issued["id"], {"transferredOn": "2099-01-01"}, "BAD_INSTRUMENT", "transferredOn"),
        (issued["id"], {"receiverId": trade.tenant}, "BAD_INSTRUMENT", "receiverId"),
        (issued["id"], {"receiverId": Park(trade.client).tenant}, "NOT_REGISTERED", ""),
        (issued["id"], {"siteId": trade.site}, "NOT_REGISTERED", ""),
        (encode("Instrument", "019a0000-0000-7000-8000-000000000000"), {}, "INSTRUMENT_NOT_FOUND", ""),
        (bound["id"], {}, "INSTRUMENT_NOT_TRANSFERABLE", "instrumentId"),
        (fixed["id"], {}, "INSTRUMENT_NOT_TRANSFERABLE", "instrumentId"),
    ]
    for key, more, code, field in cases:
        refused = trade.hand(key, **more)
        assert (refused["code"], refused["field"]) == (code, field), more
    assert (trade.listed(), trade.covered(trade.tenant), trade.covered(trade.buyer)) == before
    assert "国能发新能规〔2024〕67号" in trade.hand(fixed["id"])["message"]
    moved = trade.hand(issued["id"])
    assert trade.hand(issued["id"], code="r2")["code"] == "SUPERSEDED"
    assert trade.hand(moved["given"]["id"])["code"] == "INSTRUMENT_OVERDRAWN"
    assert trade.hand(moved["given"]["id"], quantityMwh="1")["code"] == "CODE_TAKEN"
    onward = {"receiverId": trade.tenant, "code": "back", "quantityMwh": "1"}
    assert "traded already" in trade.hand(moved["received"]["id"], **onward)["message"]
    refused = trade.change(CORRECT, instrumentId=moved["given"]["id"], reason="x", quantityMwh="100", serials=None)
    assert (refused["code"], refused["field"]) == ("INSTRUMENT_MOVED", "instrumentId")
    assert trade.listed() == [("g1", 2, "40", False), *before[0][1:], ("r1", 1, "60", False)]


def test_one_batch_is_cancelled_for_two_sites_and_periods(trade: Trade) -> None:
    """40 certificates for the second site's 30 MWh of April, 60 for the first site's 60 MWh of March."""
    given = {"tenantId": trade.tenant, "code": "s2", "nameEn": "Site", "nameZh": "厂区"}
    other = trade.client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"]
    given = {"siteId": other, "code": "m2", "nameEn": "Meter", "nameZh": "电表"}
    trade.client.ask(ADD_SOURCE, {"input": given})
    assert trade.post({**bought("e2", "30", 4), "source": "m2"})["acceptedCount"] == 1
    issued = trade.issue()
    claim = {"siteId": other, "claimedFrom": "2025-04", "claimedTo": "2025-04"}
    divided = trade.change(SPLIT, instrumentId=issued["id"], code="g2", quantityMwh="40", reason="April", **claim)
    part, rest = divided["part"], divided["rest"]
    assert [(one["code"], one["change"], one["quantityMwh"], one["version"]) for one in (part, rest)] == [
        ("g2", "SPLIT_OFF", "40", 1),
        ("g1", "SPLIT", "60", 2),
    ]
    assert (part["site"], part["claimedFrom"], rest["site"], rest["claimedFrom"]) == (
        {"id": other},
        "2025-04",
        None,
        "2025-01",
    )
    assert part["movement"] == {
        "tenant": {"id": trade.tenant},
        "instrumentId": rest["id"],
        "quantityMwh": "40",
        "transferredOn": None,
    }
    assert rest["movement"] == part["movement"] | {"instrumentId": part["id"]}
    assert (part["evidence"], part["criteria"]) == (issued["evidence"], issued["criteria"])
    second = trade.cancel(part["id"])
    first = trade.cancel(rest["id"], siteId=trade.site, claimedFrom="2025-03", claimedTo="2025-03")
    assert (first["site"], first["claimedFrom"], first["claimedTo"]) == ({"id": trade.site}, "2025-03", "2025-03")
    found = trade.client.ask(FOOTPRINT, {"boundary": {"tenantId": trade.tenant}})["footprint"]
    assert found["totals"]["scope2Market"]["co2e"] == "0"
    matches = found["instruments"]["matches"]
    assert {(one["instrumentId"], one["quantityMwh"], one["month"], one["site"]["id"]) for one in matches} == {
        (first["id"], "60", "2025-03", trade.site),
        (second["id"], "30", "2025-04", other),
    }
    (excess,) = found["instruments"]["rejections"]
    assert (excess["instrumentId"], excess["quantityMwh"]) == (second["id"], "10")
    refused = trade.change(SPLIT, instrumentId=first["id"], code="g3", quantityMwh="1")
    assert refused["code"] == "INSTRUMENT_CANCELLED"


def test_a_refused_split_changes_nothing(trade: Trade) -> None:
    issued = trade.issue()
    before = trade.listed()
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"quantityMwh": "100"}, "BAD_INSTRUMENT", "quantityMwh"),
        ({}, "BAD_INSTRUMENT", "quantityMwh"),
        ({"quantityMwh": "101"}, "INSTRUMENT_OVERDRAWN", "quantityMwh"),
        ({"quantityMwh": "0.5"}, "BAD_INSTRUMENT", "quantityMwh"),
        ({"quantityMwh": "1", "code": "g1"}, "CODE_TAKEN", ""),
        ({"quantityMwh": "1", "code": " "}, "TEXT_NOT_ACCEPTED", "code"),
        ({"quantityMwh": "1", "siteId": trade.buyer_site}, "NOT_REGISTERED", ""),
        ({"quantityMwh": "1", "claimedFrom": "2026-01"}, "BAD_INSTRUMENT", "claimedTo"),
    ]
    for given, code, field in cases:
        refused = trade.change(SPLIT, **({"instrumentId": issued["id"], "code": "g2"} | given))
        assert (refused["code"], refused["field"]) == (code, field), given
    assert trade.listed() == before
