"""The main job over real HTTP: register, post, ask, correct, ask again."""

import http.client
from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from tests.service import Service

REGISTER_PARK = """mutation ($input: RegisterParkInput!) { registerPark(input: $input) {
  ... on ParkRegistered { park { id code region } } ... on Refusal { code field message } } }"""
REGISTER_TENANT = """mutation ($input: RegisterTenantInput!) { registerTenant(input: $input) {
  ... on TenantRegistered { tenant { id } } ... on Refusal { code field message } } }"""
ADD_SITE = """mutation ($input: AddSiteInput!) { addSite(input: $input) {
  ... on SiteAdded { site { id region timeZone } } ... on Refusal { code field message } } }"""
ADD_SOURCE = """mutation ($input: AddSourceInput!) { addSource(input: $input) {
  ... on SourceAdded { source { id code } } ... on Refusal { code field message } } }"""
POST = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { acceptedCount duplicateCount conflictCount rejectedCount isReplay
    outcomes { outcome activityId code field message conflictingFields } }
  ... on Refusal { code field message } } }"""
CORRECT = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { id version kind quantity isCurrent versions { version isCurrent } } }
  ... on Refusal { code field message } } }"""
VOID = """mutation ($input: VoidActivityInput!) { voidActivity(input: $input) {
  ... on ActivityVersionAdded { activity { id kind isCurrent } } ... on Refusal { code field message } } }"""
SUPPLIER = """mutation ($input: AddSupplierFactorInput!) { addSupplierFactor(input: $input) {
  ... on SupplierFactorAdded { id lines factor { factorId origin supplier } }
  ... on Refusal { code field message } } }"""
FOOTPRINT = """query (
    $boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput, $groupBy: [FootprintDimension!]
) {
  footprint(boundary: $boundary, period: $period, basis: $basis, groupBy: $groupBy) {
    isComplete basis { regime gwpSet release { number contentHash } }
    totals { scope1 { co2e(unit: TONNE) gases { gas mass } } scope2Location { co2e(unit: TONNE) }
      scope2Market { co2e(unit: TONNE) } scope3 { co2e(unit: TONNE) } outside { biogenicCo2 } }
    scope3Categories { number lineCount gapCount emissions { co2e } }
    groups { scope category activityType gas month tenant { code } site { code }
      totals { totalLocation { co2e } totalMarket { co2e } } }
    gaps { activityType quantity unit gap { code message line { code } } }
    lines { nodes { scope method activityType nameZh quantity unit rowCount emissions { co2e }
      explanation { rule flags factor { factorId citation { publisher document locator licence } }
        steps { kind text value unit citation { document } } lost { factorId reason } }
      activities { nodes { externalId document quantity unit quality source { code } } } } } } }"""
YEAR = {"first": "2024-01", "last": "2024-12"}


class Park:
    """A park with one tenant, registered over the API."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.code = uuid4().hex[:12]
        park = {"code": self.code, "nameEn": "Park", "nameZh": "园区", "region": "CN-GD", "timeZone": "Asia/Shanghai"}
        given = {**park, "proxyRegions": ["GB"]}
        self.park = client.ask(REGISTER_PARK, {"input": given})["registerPark"]["park"]["id"]
        self.tenant, self.site = self.add_tenant("t1")

    def add_tenant(self, code: str) -> tuple[str, str]:
        given = {"parkId": self.park, "code": code, "nameEn": "Tenant", "nameZh": "租户"}
        tenant = self.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
        given = {"tenantId": tenant, "code": "s1", "nameEn": "Site", "nameZh": "厂区"}
        site = self.client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"]
        given = {"siteId": site, "code": "m1", "nameEn": "Meter", "nameZh": "电表"}
        assert self.client.ask(ADD_SOURCE, {"input": given})["addSource"]["source"]["code"] == "m1"
        return tenant, site

    def post(self, *rows: dict[str, Any], tenant: str = "", key: str = "") -> dict[str, Any]:
        given = {"tenantId": tenant or self.tenant, "idempotencyKey": key or str(uuid4()), "rows": list(rows)}
        answer: dict[str, Any] = self.client.ask(POST, {"input": given})["postActivities"]
        return answer

    def footprint(self, boundary: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        variables = {"boundary": boundary or {"tenantId": self.tenant}, "period": YEAR, **more}
        answer: dict[str, Any] = self.client.ask(FOOTPRINT, variables)["footprint"]
        return answer


def row(external_id: str, activity_type: str, quantity: object, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "source": "m1",
        "externalId": external_id,
        "activityType": activity_type,
        "quantity": quantity,
        "unit": unit,
        "periodStart": "2024-03-01T00:00:00+08:00",
        "periodEnd": "2024-04-01T00:00:00+08:00",
        **more,
    }


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def test_post_then_footprint_down_to_the_invoice(park: Park) -> None:
    posted = park.post(
        row("INV-1", "electricity.grid", "1000", "MWh", document="INV-1.pdf", quality="BILLED"),
        row("INV-2", "stationary.natural_gas", "100", "10^4 Nm3"),
        row("INV-3", "stationary.diesel", "1000", "L"),
    )
    assert posted["acceptedCount"] == 3
    found = park.footprint(basis={"gwpSet": "AR5"})
    assert found["totals"]["scope2Location"]["co2e"] == "441.9"
    assert found["totals"]["scope2Market"]["co2e"] == "609.6"
    electricity = next(
        line
        for line in found["lines"]["nodes"]
        if line["activityType"] == "electricity.grid" and line["method"] == "LOCATION"
    )
    assert (electricity["quantity"], electricity["unit"]) == ("1000000", "kWh")
    assert electricity["explanation"]["factor"]["factorId"] == "cn-mee-electricity-2023:CN-GD"
    assert "47" in electricity["explanation"]["factor"]["citation"]["document"]
    assert electricity["activities"]["nodes"] == [
        {
            "externalId": "INV-1",
            "document": "INV-1.pdf",
            "quantity": "1000",
            "unit": "MWh",
            "quality": "BILLED",
            "source": {"code": "m1"},
        }
    ]
    gas = next(gas for gas in found["totals"]["scope1"]["gases"] if gas["gas"] == "CO2")
    diesel = next(
        line for line in found["lines"]["nodes"] if line["nameZh"] == "柴油（固定燃烧）" and line["scope"] == "SCOPE_1"
    )
    kinds = [step["kind"] for step in diesel["explanation"]["steps"]]
    assert "PROPERTY" in kinds, "litres became tonnes by a density"
    assert float(gas["mass"]) > 2162188.809


def test_every_row_has_its_own_outcome(park: Park) -> None:
    answer = park.post(
        row("a", "electricity.grid", "1.5", "kWh"),
        row("b", "electricity.grid", 1.5, "kWh"),
        row("c", "electricity.grid", "-1", "kWh"),
        row("d", "electricity.grid", "1", "kWh", periodStart="2024-03-01T00:00:00"),
        row("e", "electricity.grid", "NaN", "kWh"),
        row("a", "electricity.grid", "1.5", "kWh"),
        row("a", "electricity.grid", "2", "kWh"),
        row("f", "nothing.known", "2", "kWh"),
    )
    assert [(outcome["outcome"], outcome["code"], outcome["field"]) for outcome in answer["outcomes"]] == [
        ("ACCEPTED", None, ""),
        ("REJECTED", "NOT_A_NUMBER", "quantity"),
        ("REJECTED", "NEGATIVE_QUANTITY", "quantity"),
        ("REJECTED", "BAD_TIME", "periodStart"),
        ("REJECTED", "NOT_A_NUMBER", "quantity"),
        ("DUPLICATE", None, ""),
        ("CONFLICT", None, "externalId"),
        ("REJECTED", "UNKNOWN_ACTIVITY_TYPE", "activityType"),
    ]
    assert answer["outcomes"][6]["conflictingFields"] == ["quantity"]
    counts = {name: answer[f"{name}Count"] for name in ("accepted", "duplicate", "conflict", "rejected")}
    assert counts == {"accepted": 1, "duplicate": 1, "conflict": 1, "rejected": 5}


def test_a_retry_answers_the_same_and_a_reused_key_is_refused(park: Park) -> None:
    key = str(uuid4())
    first = park.post(row("a", "electricity.grid", "1", "kWh"), key=key)
    again = park.post(row("a", "electricity.grid", "1", "kWh"), key=key)
    assert again == {**first, "isReplay": True}
    other = park.post(row("b", "electricity.grid", "1", "kWh"), key=key)
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_correcting_and_voiding(park: Park) -> None:
    activity = park.post(row("a", "electricity.grid", "1000", "MWh"))["outcomes"][0]["activityId"]
    change = {"activityId": activity, "reason": "misread", "quantity": "500"}
    new = park.client.ask(CORRECT, {"input": change})["correctActivity"]["activity"]
    assert (new["version"], new["kind"], new["quantity"], new["isCurrent"]) == (2, "CORRECTION", "500", True)
    assert new["versions"] == [{"version": 1, "isCurrent": False}, {"version": 2, "isCurrent": True}]
    assert park.footprint()["totals"]["scope2Location"]["co2e"] == "220.95"
    stale = park.client.ask(CORRECT, {"input": change})["correctActivity"]
    assert stale["code"] == "SUPERSEDED"
    voiding = {"activityId": new["id"], "reason": "twice"}
    gone = park.client.ask(VOID, {"input": voiding})["voidActivity"]["activity"]
    assert (gone["kind"], gone["isCurrent"]) == ("VOID", False)
    assert park.footprint()["totals"]["scope2Location"]["co2e"] == "0"


def test_park_is_the_sum_of_its_tenants_and_sites(park: Park) -> None:
    other, other_site = park.add_tenant("t2")
    park.post(row("a", "electricity.grid", "123.456", "MWh"), row("d", "stationary.diesel", "7.7", "L"))
    park.post(
        row("a", "electricity.grid", "0.001", "kWh"), row("r", "refrigerant.leaked/R-404A", "3", "kg"), tenant=other
    )
    whole = park.footprint({"parkId": park.park}, groupBy=["TENANT"])
    groups = {group["tenant"]["code"]: group["totals"]["totalLocation"]["co2e"] for group in whole["groups"]}
    alone = {code: park.footprint({"tenantId": key}) for code, key in (("t1", park.tenant), ("t2", other))}
    for scope in ("scope1", "scope2Location", "scope2Market", "scope3"):
        parts = [float(found["totals"][scope]["co2e"]) for found in alone.values()]
        assert float(whole["totals"][scope]["co2e"]) == pytest.approx(sum(parts), abs=1e-12)
    assert set(groups) == {"t1", "t2"}
    assert park.footprint({"siteId": other_site})["totals"] == alone["t2"]["totals"]


def test_groups_by_every_dimension_add_up(park: Park) -> None:
    park.post(row("a", "electricity.grid", "10", "MWh"), row("g", "stationary.natural_gas", "1", "10^4 Nm3"))
    dimensions = ["SCOPE", "CATEGORY", "TENANT", "SITE", "ACTIVITY_TYPE", "GAS", "MONTH"]
    total = park.footprint()
    whole = sum(float(total["totals"][scope]["co2e"]) for scope in ("scope1", "scope2Location", "scope3"))
    for by in ([dimension] for dimension in dimensions):
        groups = park.footprint(groupBy=by)["groups"]
        assert sum(float(group["totals"]["totalLocation"]["co2e"]) for group in groups) == pytest.approx(whole * 1000)
    found = park.footprint(groupBy=dimensions)["groups"]
    assert {group["month"] for group in found} == {"2024-03"}
    assert [category["number"] for category in total["scope3Categories"]] == list(range(1, 16))


def test_the_same_question_on_other_bases(park: Park) -> None:
    park.post(row("a", "electricity.grid", "1000", "MWh"), row("r", "refrigerant.leaked/R-410A", "8", "kg"))
    answers = {
        name: park.footprint(basis=basis)["totals"]
        for name, basis in {
            "AR4": {"gwpSet": "AR4"},
            "AR5": {"gwpSet": "AR5"},
            "AR6": {"gwpSet": "AR6"},
            "2022": {"release": 1},
            "then": {"publishedBy": "2025-06-30"},
            "910": {"regime": "NDRC_910_2025"},
        }.items()
    }
    assert [answers[name]["scope1"]["co2e"] for name in ("AR4", "AR5", "AR6")] == ["16.7", "15.388", "18.044"]
    electricity = [answers[name]["scope2Location"]["co2e"] for name in ("AR6", "2022", "then", "910")]
    assert electricity == ["441.9", "440.3", "440.3", "832.5"]


def test_supplier_factor_goes_first_and_zero_needs_evidence(park: Park) -> None:
    park.post(row("s", "steam.purchased", "100", "GJ", supplier="Utility"))
    assert park.footprint()["totals"]["scope2Location"]["co2e"] == "11"
    part = {"gas": "CO2", "terms": [{"value": "65", "unit": "kg/GJ"}]}
    given = {
        "tenantId": park.tenant,
        "supplier": "Utility",
        "activityType": "steam.purchased",
        "unit": "GJ",
        "validFrom": "2024-01-01",
        "factor": {"name": "boiler", "parts": [part], "source": "contract 7"},
    }
    added = park.client.ask(SUPPLIER, {"input": given})["addSupplierFactor"]
    assert added["factor"]["origin"] == "SUPPLIER"
    assert added["lines"] == ["location", "market"]
    assert park.footprint()["totals"]["scope2Location"]["co2e"] == "6.5"
    nothing = {"gas": "CO2", "terms": [{"value": "0", "unit": "kg/GJ"}]}
    zero = {**given, "factor": {"name": "boiler", "parts": [nothing], "source": "contract 7"}}
    refused = park.client.ask(SUPPLIER, {"input": zero})["addSupplierFactor"]
    assert (refused["code"], refused["field"]) == ("ZERO_FACTOR_NEEDS_EVIDENCE", "ownFactor.evidence")


def test_what_cannot_be_used_is_told_and_not_written(park: Park) -> None:
    cases: list[tuple[str, dict[str, Any], str]] = [
        (REGISTER_TENANT, {"parkId": park.park, "code": "t1", "nameEn": "x", "nameZh": "x"}, "CODE_TAKEN"),
        (
            ADD_SITE,
            {"tenantId": park.tenant, "code": "s9", "nameEn": "x", "nameZh": "x", "region": "XX"},
            "UNKNOWN_REGION",
        ),
        (ADD_SOURCE, {"siteId": park.site, "code": "m1", "nameEn": "x", "nameZh": "x"}, "CODE_TAKEN"),
    ]
    for document, given, code in cases:
        assert next(iter(park.client.ask(document, {"input": given}).values()))["code"] == code
    tenant = park.client.ask(
        "query ($id: ID!) { tenant(id: $id) { sites { nodes { code sources { nodes { code } } } } } }",
        {"id": park.tenant},
    )
    assert tenant["tenant"]["sites"]["nodes"] == [{"code": "s1", "sources": {"nodes": [{"code": "m1"}]}}]


def test_pages_of_activities_do_not_shift(park: Park) -> None:
    park.post(*(row(f"{number:03}", "electricity.grid", str(number), "kWh") for number in range(25)))
    query = """query ($filter: ActivityFilterInput, $first: Int, $after: String) {
      activities(filter: $filter, first: $first, after: $after) {
        nodes { externalId } pageInfo { hasNextPage endCursor } } }"""
    seen: list[str] = []
    after: str | None = None
    while True:
        page = park.client.ask(query, {"filter": {"tenantId": park.tenant}, "first": 7, "after": after})["activities"]
        seen += [node["externalId"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        park.post(row(f"late-{len(seen)}", "electricity.grid", "1", "kWh", periodStart="2024-02-01T00:00:00+08:00"))
    assert seen == [f"{number:03}" for number in range(25)]


def test_nodes_are_found_again_by_their_ids(park: Park) -> None:
    activity = park.post(row("a", "electricity.grid", "1", "kWh"))["outcomes"][0]["activityId"]
    factor = park.client.ask('{ emissionFactors(search: "广东", first: 1) { nodes { id } } }')["emissionFactors"][
        "nodes"
    ][0]["id"]
    kind = park.client.ask('{ activityTypes(search: "柴油", first: 1) { nodes { id } } }')["activityTypes"]["nodes"][0][
        "id"
    ]
    names = ["Park", "Tenant", "Site", "Activity", "EmissionFactor", "ActivityType"]
    for name, key in zip(names, (park.park, park.tenant, park.site, activity, factor, kind), strict=True):
        found = park.client.ask("query ($id: ID!) { node(id: $id) { __typename id } }", {"id": key})["node"]
        assert found == {"__typename": name, "id": key}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('{ node(id: "nonsense") { id } }', "not an id this service gave out"),
        ("{ tenants(first: 0) { nodes { id } } }", "accepted is 1 to 500"),
        ("{ tenants(first: 501) { nodes { id } } }", "accepted is 1 to 500"),
        ('{ tenants(after: "xx") { nodes { id } } }', "not a cursor of this list"),
        ("{ estimate(inputs: []) { __typename } }", "accepted is 1 to 1000"),
        ("{ emissionFactors(release: 99) { nodes { id } } }", "there is no factor release 99"),
        (
            '{ footprint(boundary: {parkId: "x"}, period: {first: "0000-01", last: "0000-02"}) { isComplete } }',
            "'0000-01' is not a month",
        ),
        ("{ nothing }", "Cannot query field 'nothing'"),
        ("{ tenants", "Syntax Error"),
    ],
)
def test_a_bad_request_is_told_and_never_a_bug(client: Client, query: str, text: str) -> None:
    with pytest.raises(ServiceError, match=text.replace("(", r"\(")):
        client.ask(query)


@pytest.mark.parametrize(
    "body", [b"1", b'"x"', b"null", b"[1]", b"{", b"\xff", b'{"query": "{", "variables": 1}', b"[" * 100000]
)
def test_malformed_bodies_get_a_400_in_the_shape_of_an_error(service: Service, body: bytes) -> None:
    response = service.post(body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"]
    assert response.headers["x-request-id"]


def test_a_huge_body_is_refused_before_it_is_read(service: Service) -> None:
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/graphql")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_the_schema_file_and_the_health_answer(service: Service) -> None:
    assert "type Query" in service.get("/schema.graphql").text
    assert service.get("/livez").text == "ok"
    ready = service.get("/readyz").json()
    assert ready["status"] == "ready"
    assert 0 <= ready["secondsUnsealed"] < 3600
