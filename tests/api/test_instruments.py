"""Instruments over real HTTP: recorded, listed, cancelled once, corrected, withdrawn, found again."""

from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from schema.global_ids import decode, encode

REGISTER_PARK = """mutation ($input: RegisterParkInput!) { registerPark(input: $input) {
  ... on ParkRegistered { park { id } } } }"""
REGISTER_TENANT = """mutation ($input: RegisterTenantInput!) { registerTenant(input: $input) {
  ... on TenantRegistered { tenant { id } } } }"""
ADD_SITE = """mutation ($input: AddSiteInput!) { addSite(input: $input) { ... on SiteAdded { site { id } } } }"""
FIELDS = """id code version change reason isCurrent kind carrier attribute market firstMonth lastMonth quantityMwh rate
  claimedFrom claimedTo cancellation { cancelledOn quantityMwh } serials { batch first last } isSold isTradable
  evidence { document kind } criteria { criterion holds evidence } supersedes
  tenant { id } site { id } generator { id } versions { version change isCurrent }"""
CHANGES = {
    name: f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
      ... on InstrumentVersionAdded {{ instrument {{ {FIELDS} }} }} ... on Refusal {{ code field message }} }} }}"""
    for name in (
        "recordInstrument",
        "cancelInstrument",
        "sellInstrument",
        "withdrawInstrument",
        "correctInstrument",
    )
}
LIST = """query ($tenantId: ID, $parkId: ID, $includeWithdrawn: Boolean! = false, $first: Int, $after: String) {
  instruments(tenantId: $tenantId, parkId: $parkId, includeWithdrawn: $includeWithdrawn, first: $first, after: $after) {
    nodes { id code version change } pageInfo { hasNextPage endCursor } } }"""
BATCH = {"batch": "GD-2025", "first": "9007199254740993", "last": "9007199254741092"}
"""A number that a float would change."""


class Holder:
    """A tenant that holds instruments, in a park of its own."""

    def __init__(self, client: Client) -> None:
        self.client = client
        code = uuid4().hex[:12]
        given = {"code": code, "nameEn": "Park", "nameZh": "园区", "region": "CN-GD", "timeZone": "Asia/Shanghai"}
        self.park = client.ask(REGISTER_PARK, {"input": given})["registerPark"]["park"]["id"]
        given = {"parkId": self.park, "code": code, "nameEn": "Tenant", "nameZh": "租户"}
        self.tenant = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
        given = {"tenantId": self.tenant, "code": "s1", "nameEn": "Site", "nameZh": "厂区"}
        self.site = client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"]

    def change(self, name: str, **given: Any) -> dict[str, Any]:
        """Make a change; return the new version, or the refusal."""
        answer = self.client.ask(CHANGES[name], {"input": given})[name]
        found: dict[str, Any] = answer.get("instrument", answer)
        return found

    def record(self, code: str = "g1", **more: Any) -> dict[str, Any]:
        """Record certificates for 100 MWh of 2025."""
        given = {
            "tenantId": self.tenant,
            "code": code,
            "kind": "GEC",
            "carrier": "ELECTRICITY",
            "attribute": "NON_FOSSIL",
            "market": "CN",
            "firstMonth": "2025-01",
            "lastMonth": "2025-06",
            "quantityMwh": "100",
            "rate": "0",
            "claimedFrom": "2025-01",
            "claimedTo": "2025-12",
            "serials": BATCH,
            "evidence": [{"document": "contract 7", "kind": "CONTRACT"}],
            "criteria": [{"criterion": "ONLY_CLAIM", "holds": True, "evidence": ["letter"]}],
        }
        return self.change("recordInstrument", **(given | more))

    def codes(self, **asked: Any) -> list[str]:
        """Return the codes of the tenant's list."""
        page = self.client.ask(LIST, {"tenantId": self.tenant, **asked})["instruments"]
        return [node["code"] for node in page["nodes"]]


@pytest.fixture
def holder(client: Client) -> Holder:
    return Holder(client)


def test_record_list_cancel_and_no_second_cancellation(holder: Holder) -> None:
    first = holder.record(siteId=holder.site, generatorId=holder.tenant)
    checks = {check["criterion"]: (check["holds"], check["evidence"]) for check in first.pop("criteria")}
    assert len(checks) == 8
    assert (checks["ONLY_CLAIM"], checks["RETIRED"]) == ((True, ["letter"]), (None, []))
    assert first == {
        "id": first["id"],
        "code": "g1",
        "version": 1,
        "change": "RECORDED",
        "reason": "",
        "isCurrent": True,
        "kind": "GEC",
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": "CN",
        "firstMonth": "2025-01",
        "lastMonth": "2025-06",
        "quantityMwh": "100",
        "rate": "0",
        "claimedFrom": "2025-01",
        "claimedTo": "2025-12",
        "cancellation": None,
        "serials": BATCH,
        "isSold": False,
        "isTradable": True,
        "evidence": [{"document": "contract 7", "kind": "CONTRACT"}],
        "supersedes": None,
        "tenant": {"id": holder.tenant},
        "site": {"id": holder.site},
        "generator": {"id": holder.tenant},
        "versions": [{"version": 1, "change": "RECORDED", "isCurrent": True}],
    }
    some = {**BATCH, "first": "9007199254741033"}
    done = holder.change(
        "cancelInstrument",
        instrumentId=first["id"],
        cancelledOn="2026-01-15",
        quantityMwh="60",
        serials=some,
        evidence=[{"document": "statement 31", "kind": "CERTIFICATE"}],
        criteria=[{"criterion": "RETIRED", "holds": True, "evidence": ["statement 31"]}],
    )
    assert (done["version"], done["change"], done["supersedes"]) == (2, "CANCELLED", first["id"])
    assert done["cancellation"] == {"cancelledOn": "2026-01-15", "quantityMwh": "60"}
    assert (done["serials"], done["quantityMwh"]) == (some, "100")
    assert [document["document"] for document in done["evidence"]] == ["contract 7", "statement 31"]
    assert [check["criterion"] for check in done["criteria"] if check["holds"]] == ["ONLY_CLAIM", "RETIRED"]
    assert done["versions"] == [
        {"version": 1, "change": "RECORDED", "isCurrent": False},
        {"version": 2, "change": "CANCELLED", "isCurrent": True},
    ]
    again = holder.change("cancelInstrument", instrumentId=done["id"], cancelledOn="2026-01-16")
    assert (again["code"], again["field"]) == ("INSTRUMENT_CANCELLED", "instrumentId")
    stale = holder.change("cancelInstrument", instrumentId=first["id"], cancelledOn="2026-01-16")
    assert stale["code"] == "SUPERSEDED"
    page = holder.client.ask(LIST, {"tenantId": holder.tenant})["instruments"]["nodes"]
    assert page == [{"id": done["id"], "code": "g1", "version": 2, "change": "CANCELLED"}]


def test_a_correction_keeps_what_it_leaves_out_and_null_clears(holder: Holder) -> None:
    first = holder.record(siteId=holder.site, generatorId=holder.tenant, isTradable=False)
    kept = holder.change("correctInstrument", instrumentId=first["id"], reason="market", market="EU")
    changed = {name for name in kept if kept[name] != first[name]}
    assert changed == {"id", "version", "change", "reason", "market", "supersedes", "versions"}
    cleared = holder.change(
        "correctInstrument",
        instrumentId=kept["id"],
        reason="cleared",
        siteId=None,
        rate=None,
        serials=None,
        generatorId=None,
        market=None,
        evidence=[],
        criteria=[{"criterion": "ONLY_CLAIM"}],
    )
    assert {name: cleared[name] for name in ("site", "rate", "serials", "generator", "market", "evidence")} == {
        "site": None,
        "rate": None,
        "serials": None,
        "generator": None,
        "market": "EU",
        "evidence": [],
    }
    assert {check["holds"] for check in cleared["criteria"]} == {None}
    given = holder.change(
        "correctInstrument",
        instrumentId=cleared["id"],
        reason="again",
        kind="SELF_USE",
        attribute="FOSSIL_SELF",
        carrier="STEAM",
        firstMonth="2024-02",
        lastMonth="2024-03",
        claimedFrom="2024-04",
        claimedTo="2024-05",
        quantityMwh="99.5",
        rate="0.0",
        siteId=holder.site,
        serials=BATCH,
        generatorId=holder.tenant,
        isTradable=True,
        evidence=[{"document": "meters", "kind": "METER_RECORD"}],
    )
    wanted = {
        "kind": "SELF_USE",
        "attribute": "FOSSIL_SELF",
        "carrier": "STEAM",
        "firstMonth": "2024-02",
        "lastMonth": "2024-03",
        "claimedFrom": "2024-04",
        "claimedTo": "2024-05",
        "quantityMwh": "99.5",
        "rate": "0",
        "serials": BATCH,
        "isTradable": True,
        "site": {"id": holder.site},
        "generator": {"id": holder.tenant},
        "evidence": [{"document": "meters", "kind": "METER_RECORD"}],
    }
    assert {name: given[name] for name in wanted} == wanted


def test_selling_and_withdrawing(holder: Holder) -> None:
    first = holder.record(kind="SELF_USE", serials=None)
    sold = holder.change("sellInstrument", instrumentId=first["id"], reason="contract 3")
    assert (sold["change"], sold["isSold"], sold["reason"]) == ("SOLD", True, "contract 3")
    refused = holder.change("cancelInstrument", instrumentId=sold["id"], cancelledOn="2026-01-15")
    assert refused["code"] == "INSTRUMENT_SOLD"
    gone = holder.change("withdrawInstrument", instrumentId=sold["id"], reason="not ours")
    assert (gone["change"], gone["isCurrent"], gone["reason"]) == ("WITHDRAWN", False, "not ours")
    assert holder.change("withdrawInstrument", instrumentId=gone["id"], reason="x")["code"] == "INSTRUMENT_WITHDRAWN"
    assert holder.codes() == []
    assert holder.codes(includeWithdrawn=True) == ["g1"]


def test_what_cannot_be_used_is_told_and_not_kept(holder: Holder) -> None:
    other = Holder(holder.client)
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"code": " "}, "TEXT_NOT_ACCEPTED", "code"),
        ({"quantityMwh": "0"}, "BAD_INSTRUMENT", "quantityMwh"),
        ({"quantityMwh": "99.5", "serials": None}, "BAD_INSTRUMENT", "quantityMwh"),
        ({"lastMonth": "2024-12"}, "BAD_INSTRUMENT", "lastMonth"),
        ({"claimedTo": "2024-12"}, "BAD_INSTRUMENT", "claimedTo"),
        ({"attribute": "CONVENTIONAL"}, "BAD_INSTRUMENT", "attribute"),
        ({"serials": {**BATCH, "last": "1"}}, "BAD_INSTRUMENT", "serials"),
        ({"serials": {**BATCH, "last": "9007199254741092.5"}}, "BAD_INSTRUMENT", "serials"),
        ({"criteria": [{"criterion": "RETIRED"}] * 2}, "BAD_INSTRUMENT", "criteria"),
        ({"siteId": other.site}, "NOT_REGISTERED", ""),
        ({"generatorId": other.tenant}, "NOT_REGISTERED", ""),
    ]
    for given, code, field in cases:
        refused = holder.record(**given)
        assert (refused["code"], refused["field"]) == (code, field), given
    assert holder.codes(includeWithdrawn=True) == []
    first = holder.record()
    assert holder.record()["code"] == "CODE_TAKEN"
    missing = {"instrumentId": encode("Instrument", uuid4()), "reason": "x"}
    assert holder.change("withdrawInstrument", **missing)["code"] == "INSTRUMENT_NOT_FOUND"
    empty = holder.change("correctInstrument", instrumentId=first["id"], reason=" ")
    assert (empty["code"], empty["field"]) == ("TEXT_NOT_ACCEPTED", "reason")
    assert len(holder.client.ask(LIST, {"parkId": holder.park})["instruments"]["nodes"]) == 1


def test_pages_keep_the_order_of_recording_whatever_changes(holder: Holder) -> None:
    recorded = [holder.record(f"{number}") for number in range(5)]
    seen: list[str] = []
    after: str | None = None
    while True:
        asked = {"parkId": holder.park, "first": 2, "after": after}
        page = holder.client.ask(LIST, asked)["instruments"]
        seen += [node["code"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        if len(seen) == 2:
            holder.change("correctInstrument", instrumentId=recorded[0]["id"], reason="x", market="EU")
            holder.change("withdrawInstrument", instrumentId=recorded[1]["id"], reason="x")
    assert seen == ["0", "1", "2", "3", "4"]
    assert holder.codes() == ["0", "2", "3", "4"]


def test_every_version_is_a_node(holder: Holder) -> None:
    first = holder.record()
    new = holder.change("correctInstrument", instrumentId=first["id"], reason="x")
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Instrument { version isCurrent } } }"
    for version, is_current in ((first, False), (new, True)):
        found = holder.client.ask(query, {"id": version["id"]})["node"]
        assert found == {
            "__typename": "Instrument",
            "id": version["id"],
            "version": version["version"],
            "isCurrent": is_current,
        }
    assert holder.client.ask(query, {"id": encode("Instrument", uuid4())})["node"] is None


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"tenantId": "VGVuYW50Ong", "parkId": "UGFyazp4"}, "tenantId and parkId are both given"),
        ({"tenantId": "nonsense"}, "not an id this service gave out"),
        ({"after": "WyJ4Il0"}, "not a cursor of this list"),
        ({"first": 0}, "accepted is 1 to 500"),
    ],
)
def test_a_bad_list_is_told(client: Client, asked: dict[str, Any], text: str) -> None:
    with pytest.raises(ServiceError, match=text):
        client.ask(LIST, asked)


ADD_SOURCE = (
    """mutation ($input: AddSourceInput!) { addSource(input: $input) { ... on SourceAdded { source { id } } } }"""
)
POST = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { acceptedCount } ... on Refusal { code message } } }"""
FOOTPRINT = """query ($tenant: ID!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: "2025-01", last: "2025-12"}) {
    totals { scope2Location { co2e(unit: TONNE) } scope2Market { co2e(unit: TONNE) } }
    instruments { matchedMwh unmatchedMwh
      matches { instrumentId kind month quantityMwh rate level reason tenant { id } site { id code } }
      rejections { instrumentId kind quantityMwh faults { reason message clause criterion } } }
    lines { nodes { method quantity unit explanation { rule factor { factorId origin }
      steps { kind text value unit } } } } } }"""


def test_a_footprint_says_what_instruments_cover_and_what_is_refused(holder: Holder) -> None:
    client = holder.client
    client.ask(ADD_SOURCE, {"input": {"siteId": holder.site, "code": "m1", "nameEn": "Meter", "nameZh": "电表"}})
    row = {
        "source": "m1",
        "externalId": "1",
        "activityType": "electricity.grid",
        "quantity": "60",
        "unit": "MWh",
        "periodStart": "2025-03-01T00:00:00+08:00",
        "periodEnd": "2025-04-01T00:00:00+08:00",
    }
    given = {"tenantId": holder.tenant, "idempotencyKey": str(uuid4()), "rows": [row]}
    assert client.ask(POST, {"input": given})["postActivities"] == {"acceptedCount": 1}
    assert client.ask(FOOTPRINT, {"tenant": holder.tenant})["footprint"]["instruments"] is None
    criteria = ("CONVEYS_RATE", "ONLY_CLAIM", "RETIRED", "NEAR_CONSUMPTION", "SAME_MARKET", "RESIDUAL_MIX")
    checks = [{"criterion": name, "holds": True, "evidence": ["audit"]} for name in criteria]
    statement = [{"document": "registry", "kind": "CERTIFICATE"}]
    issued = holder.record("gec-1", firstMonth="2025-03", lastMonth="2025-03", criteria=checks, evidence=statement)
    holder.record("gec-2", serials={"batch": "B", "first": "1", "last": "100"}, criteria=checks, evidence=statement)
    cancelled = holder.change("cancelInstrument", instrumentId=issued["id"], cancelledOn="2025-12-20")
    found = client.ask(FOOTPRINT, {"tenant": holder.tenant})["footprint"]
    assert found["totals"] == {"scope2Location": {"co2e": "26.514"}, "scope2Market": {"co2e": "0"}}
    (match,) = found["instruments"]["matches"]
    assert match["reason"].startswith("rung 2 (CERTIFICATE): gec-1 covers any site of its beneficiary")
    assert {key: match[key] for key in ("instrumentId", "kind", "month", "quantityMwh", "rate", "level")} == {
        "instrumentId": cancelled["id"],
        "kind": "GEC",
        "month": "2025-03",
        "quantityMwh": "60",
        "rate": "0",
        "level": "CERTIFICATE",
    }
    assert (match["tenant"]["id"], match["site"]) == (holder.tenant, {"id": holder.site, "code": "s1"})
    refused = {one["faults"][0]["reason"]: one for one in found["instruments"]["rejections"]}
    assert {reason: one["quantityMwh"] for reason, one in refused.items()} == {"EXCESS": "40", "NOT_CANCELLED": "100"}
    assert "nothing of gec-2 is cancelled" in refused["NOT_CANCELLED"]["faults"][0]["message"]
    (line,) = [one for one in found["lines"]["nodes"] if one["method"] == "MARKET"]
    assert (line["quantity"], line["unit"]) == ("60000", "kWh")
    assert line["explanation"]["factor"] == {"factorId": f"instrument:{_uuid(cancelled['id'])}", "origin": "INSTRUMENT"}
    assert line["explanation"]["rule"] == match["reason"]


def _uuid(global_id: str) -> str:
    return decode(global_id)[1]
