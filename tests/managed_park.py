"""A park that is managed over real HTTP, and what tests ask and tell it."""

from typing import Any

from api.client import Client
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, REGISTER_TENANT, Park, row

REFUSED = "... on Refusal { code field message }"
DECLARED = "... on DeclarationsAdded { declarations { id version subject isNew content { __typename } } }"


def declaring(field: str, argument: str, kind: str) -> str:
    return (
        f"mutation ($tenant: ID!, $given: [{kind}!]!) {{ "
        f"{field}(tenantId: $tenant, {argument}: $given) {{ {DECLARED} {REFUSED} }} }}"
    )


TENANCIES = declaring("declareTenancies", "tenancies", "TenancyInput")
PROSPECTS = declaring("declareProspects", "prospects", "ProspectInput")
METERS = declaring("declareMeters", "meters", "MeterInput")
EXPECTATIONS = declaring("declareExpectations", "expectations", "ExpectationInput")
TERMS = declaring("declareTransferTerms", "terms", "TransferTermsInput")
WITHDRAW = """mutation ($tenant: ID!, $id: ID!) {
  withdrawDeclaration(tenantId: $tenant, declarationId: $id, reason: "gone") { ... on DeclarationsAdded {
    declarations { isWithdrawn } } ... on Refusal { code message } } }"""
HISTORY = """query ($tenant: ID!, $kind: DeclarationKind!) {
  declarations(tenantId: $tenant, kind: $kind, includeHistory: true) { nodes { version content {
    ... on Tenancy { place floorAreaM2 industryCode validTo site { code } }
    ... on Prospect { code stage loads { activityType quantity unit supplier assumption } became { code } }
    ... on Meter { instrument calibrationDue rollover source { code } }
    ... on Expectation { every dueDays of: source { code } at: site { code } notApplicable { first reason } } } } } }"""
RENTED = """query ($park: ID!, $on: Date) { tenancies(parkId: $park, on: $on) {
  on floorAreaM2 tenancies { declarationId tenant { code } tenancy { place } } } }"""
MATRIX = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $on: Date, $knownAt: DateTime) {
  completeness(boundary: $boundary, period: $period, on: $on, knownAt: $knownAt) {
    on months completePercent counts { status months }
    rows { nodes { tenant { code } site { code } source { code } activityTypes isDerived statuses
      expectation { every activityType validFrom }
      months { month status rowCount quantity unit due reason } } pageInfo { hasNextPage } } } }"""
FINDINGS = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $kinds: [FindingKind!], $on: Date,
    $withinDays: Int! = 90) {
  findings(boundary: $boundary, period: $period, kinds: $kinds, on: $on, withinDays: $withinDays) {
    on counts { kind count }
    items { nodes { id kind severity message since whoShouldAct whatToDo evidence { name value unit text }
      subject { tenant { code } counterparty { code } site { code } source { code } activityTypes supplier factorId
        carrier instrumentId declarationId }
      where { tenantId siteId sourceId activityTypes firstDay lastDay } } } } }"""
ACTIVITIES = """query ($filter: ActivityFilterInput!) { activities(filter: $filter) { nodes { id externalId } } }"""
SCOPES = "scope1 { co2e } scope2Location { co2e } scope2Market { co2e } scope3 { co2e }"
PLANNED = f"""query ($park: ID!, $year: Int!, $reference: Int, $stages: [ProspectStage!]) {{
  plannedFootprint(parkId: $park, year: $year, referenceYear: $reference, stages: $stages) {{
    year referenceYear isComplete reference {{ {SCOPES} }} added {{ {SCOPES} }} planned {{ {SCOPES} }}
    prospects {{ prospect {{ code stage }} months totals {{ {SCOPES} }}
      loads {{ load {{ activityType }} quantity unit totals {{ {SCOPES} }} gaps {{ gap {{ code message }} }} }} }}
    demands {{ carrier unit reference added byNeighbours planned }} }} }}"""
FUTURE = """query ($park: ID!, $stages: [ProspectStage!], $came: Boolean! = false) {
  prospects(parkId: $park, stages: $stages, includeCame: $came) { prospect { code } } }"""
OWN_FACTOR = """mutation ($input: AddSupplierFactorInput!) { addSupplierFactor(input: $input) {
  ... on SupplierFactorAdded { id } ... on Refusal { code message } } }"""
RECORD = """mutation ($input: RecordInstrumentInput!) { recordInstrument(input: $input) {
  __typename ... on Refusal { code field message } } }"""
ADD_SERIES = """mutation ($input: AddIntervalSeriesInput!) { addIntervalSeries(input: $input) {
  ... on IntervalSeriesAdded { series { id } } ... on Refusal { code message } } }"""
POST_INTERVALS = """mutation ($input: PostIntervalsInput!) { postIntervals(input: $input) {
  __typename ... on Refusal { code message } } }"""


class ManagedPark(Park):
    """A park with an operator and a tenant; sources are known by their codes."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        given = {"parkId": self.park, "code": "op", "nameEn": "Operator", "nameZh": "园区", "isOperator": True}
        self.operator = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
        given = {"tenantId": self.operator, "code": "s1", "nameEn": "Site", "nameZh": "厂区"}
        self.station = client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"]
        self.sources = {"op": self.add_source(self.station, "m1")}

    def add_source(self, site: str, code: str) -> str:
        given = {"siteId": site, "code": code, "nameEn": "Meter", "nameZh": "电表"}
        return str(self.client.ask(ADD_SOURCE, {"input": given})["addSource"]["source"]["id"])

    def source(self, code: str) -> str:
        """Return a new source at the tenant's site."""
        return self.add_source(self.site, code)

    def power(self, month: str, quantity: str, source: str, **more: Any) -> dict[str, Any]:
        """Return a row of grid electricity of a whole month."""
        return {
            **row(f"{source} {month}", "electricity.grid", quantity, "MWh", **whole(month)),
            "source": source,
            **more,
        }

    def book(self, *rows: dict[str, Any], tenant: str = "") -> list[str]:
        """Post rows, all of which are taken."""
        found = self.post(*rows, tenant=tenant)
        assert found["acceptedCount"] == len(rows), found
        return [one["activityId"] for one in found["outcomes"]]

    def declare(self, mutation: str, *given: dict[str, Any], tenant: str = "") -> Any:
        [found] = self.client.ask(mutation, {"tenant": tenant or self.tenant, "given": list(given)}).values()
        return found

    def declared(self, kind: str, tenant: str = "") -> list[dict[str, Any]]:
        asked = {"tenant": tenant or self.tenant, "kind": kind}
        nodes: list[dict[str, Any]] = self.client.ask(HISTORY, asked)["declarations"]["nodes"]
        return nodes

    def matrix(self, first: str, last: str, on: str, **more: Any) -> Any:
        boundary = more.pop("boundary", {"siteId": self.site})
        asked = {"boundary": boundary, "period": {"first": first, "last": last}, "on": on, **more}
        return self.client.ask(MATRIX, asked)["completeness"]

    def found(self, kind: str, first: str, last: str, on: str, boundary: dict[str, str] | None = None) -> Any:
        """Return the findings of one kind about the tenant."""
        period = {"first": first, "last": last}
        asked = {"boundary": boundary or {"tenantId": self.tenant}, "period": period, "kinds": [kind], "on": on}
        found = self.client.ask(FINDINGS, asked)["findings"]
        assert found["counts"] == [{"kind": kind, "count": len(found["items"]["nodes"])}]
        return found["items"]["nodes"]


def whole(month: str) -> dict[str, str]:
    year, number = map(int, month.split("-"))
    after = f"{year + number // 12}-{number % 12 + 1:02d}"
    return {"periodStart": f"{month}-01T00:00:00+08:00", "periodEnd": f"{after}-01T00:00:00+08:00"}


def months(year: int, *numbers: int) -> list[str]:
    return [f"{year}-{number:02d}" for number in numbers or range(1, 13)]


def evidence(found: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] or one["text"] for one in found["evidence"]}


def load(code: str, quantity: str, unit: str, supplier: str = "") -> dict[str, str]:
    return {
        "activityType": code,
        "quantity": quantity,
        "unit": unit,
        "supplier": supplier,
        "assumption": "design document 3.2",
    }


def source_id(park: ManagedPark, code: str) -> str:
    query = "query ($id: ID!) { node(id: $id) { ... on Site { sources { nodes { id code } } } } }"
    found = park.client.ask(query, {"id": park.site})["node"]["sources"]["nodes"]
    return str(next(one["id"] for one in found if one["code"] == code))
