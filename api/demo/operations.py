"""The GraphQL operations the loader sends, and how a refusal among the answers is told."""

from collections.abc import Sequence
from typing import Any, Final

from api.client import Client, ServiceError


def _declaring(what: str, given: str, name: str = "") -> str:
    """Return a mutation that declares several of one kind, given as `$given`."""
    return f"""
mutation Declare{what}($tenant: ID!, $given: [{given}!]!) {{
  answer: declare{what}(tenantId: $tenant, {name or what.lower()}: $given) {{
    ... on DeclarationsAdded {{ declarations {{ id }} }}
    ... on Refusal {{ code message }}
  }}
}}
"""


def _step(name: str) -> str:
    """Return a mutation that takes a step of a reporting period."""
    return f"""
mutation Step($input: PeriodStepInput!) {{
  answer: {name}(input: $input) {{
    ... on PeriodChanged {{ period {{ state }} }}
    ... on Refusal {{ code message }}
  }}
}}
"""


PARKS: Final = """
query Parks($after: String) {
  parks(first: 500, after: $after) { nodes { id code } pageInfo { hasNextPage endCursor } }
}
"""
TENANTS: Final = """
query Tenants($park: ID!) {
  tenants(parkId: $park, first: 100) {
    nodes { id code sites(first: 20) { nodes { id code sources(first: 200) { nodes { id code } } } } }
  }
}
"""
FIRST_ACTIVITY: Final = """
query FirstActivity($tenant: ID!, $source: ID!) {
  activities(filter: { tenantId: $tenant, sourceId: $source }, first: 1) { nodes { periodStart } }
}
"""
VERSIONS: Final = """
query Versions($tenant: ID!, $external: String!) {
  activities(filter: { tenantId: $tenant, externalId: $external, includeSuperseded: true }, first: 10) {
    nodes { id version }
  }
}
"""
SUPPLIERS_IN_USE: Final = """
query SuppliersInUse($tenant: ID!, $first: YearMonth!, $last: YearMonth!) {
  footprint(boundary: { tenantId: $tenant }, period: { first: $first, last: $last }) {
    lines(first: 500) { nodes { activityType supplier explanation { factor { origin } } } }
  }
}
"""
REGISTER_PARK: Final = """
mutation RegisterPark($input: RegisterParkInput!) {
  answer: registerPark(input: $input) { ... on ParkRegistered { park { id } } ... on Refusal { code message } }
}
"""
REGISTER_TENANT: Final = """
mutation RegisterTenant($input: RegisterTenantInput!) {
  answer: registerTenant(input: $input) { ... on TenantRegistered { tenant { id } } ... on Refusal { code message } }
}
"""
ADD_SITE: Final = """
mutation AddSite($input: AddSiteInput!) {
  answer: addSite(input: $input) { ... on SiteAdded { site { id } } ... on Refusal { code message } }
}
"""
ADD_SUPPLIER_FACTOR: Final = """
mutation AddSupplierFactor($input: AddSupplierFactorInput!) {
  answer: addSupplierFactor(input: $input) { ... on SupplierFactorAdded { id } ... on Refusal { code message } }
}
"""
POST: Final = """
mutation Post($input: PostActivitiesInput!) {
  answer: postActivities(input: $input) {
    ... on ActivitiesPosted { acceptedCount duplicateCount conflictCount rejectedCount }
    ... on Refusal { code message }
  }
}
"""
POST_FOR_OUTCOMES: Final = """
mutation PostForOutcomes($input: PostActivitiesInput!) {
  answer: postActivities(input: $input) {
    ... on ActivitiesPosted { outcomes { outcome field message conflictingFields } }
    ... on Refusal { code message }
  }
}
"""
CORRECT: Final = """
mutation Correct($input: CorrectActivityInput!) {
  answer: correctActivity(input: $input) {
    ... on ActivityVersionAdded { activity { id } }
    ... on Refusal { code message }
  }
}
"""
VOID: Final = """
mutation Void($input: VoidActivityInput!) {
  answer: voidActivity(input: $input) {
    ... on ActivityVersionAdded { activity { id } }
    ... on Refusal { code message }
  }
}
"""
INSTRUMENTS: Final = """
query Instruments($park: ID!) {
  instruments(parkId: $park, first: 500) { nodes { id code tenant { id } isSold cancellation { cancelledOn } } }
}
"""
RECORD_INSTRUMENT: Final = """
mutation RecordInstrument($input: RecordInstrumentInput!) {
  answer: recordInstrument(input: $input) {
    ... on InstrumentVersionAdded { instrument { id } }
    ... on Refusal { code message }
  }
}
"""
SPLIT_INSTRUMENT: Final = """
mutation SplitInstrument($input: SplitInstrumentInput!) {
  answer: splitInstrument(input: $input) {
    ... on InstrumentSplit { part { id } rest { id } }
    ... on Refusal { code message }
  }
}
"""
TRANSFER_INSTRUMENT: Final = """
mutation TransferInstrument($input: TransferInstrumentInput!) {
  answer: transferInstrument(input: $input) {
    ... on InstrumentTransferred { part: received { id } rest: given { id } }
    ... on Refusal { code message }
  }
}
"""
CANCEL_INSTRUMENT: Final = """
mutation CancelInstrument($input: CancelInstrumentInput!) {
  answer: cancelInstrument(input: $input) {
    ... on InstrumentVersionAdded { instrument { id } }
    ... on Refusal { code message }
  }
}
"""
SELL_INSTRUMENT: Final = """
mutation SellInstrument($input: SellInstrumentInput!) {
  answer: sellInstrument(input: $input) {
    ... on InstrumentVersionAdded { instrument { id } }
    ... on Refusal { code message }
  }
}
"""
NEWEST_RELEASE: Final = """
query NewestRelease { factorReleases { number } }
"""
DECLARED_ADOPTION: Final = """
query DeclaredAdoption($tenant: ID!) {
  declarations(tenantId: $tenant, kind: ADOPTION, first: 1) { nodes { id } }
}
"""
REPORTED_YEARS: Final = """
query ReportedYears($tenant: ID!) {
  declarations(tenantId: $tenant, kind: REPORTED_YEAR, first: 100) {
    nodes { content { ... on ReportedYear { year figures { scope1 scope2Location scope2Market scope3 } } } }
  }
}
"""
ADOPT_BASIS: Final = """
mutation AdoptBasis($tenant: ID!, $basis: AdoptedBasisInput!, $reason: String!) {
  answer: adoptBasis(tenantId: $tenant, basis: $basis, reason: $reason) {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
DECLARE_BASE_YEAR: Final = """
mutation DeclareBaseYear($tenant: ID!, $policy: BaseYearPolicyInput!) {
  answer: declareBaseYear(tenantId: $tenant, policy: $policy) {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
RECORD_YEAR: Final = """
mutation RecordYear($tenant: ID!, $year: Int!) {
  answer: recordReportedYear(tenantId: $tenant, year: $year) {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
DECLARE_HOLDINGS: Final = _declaring("Holdings", "SiteHoldingInput")
DECLARE_LEASES: Final = _declaring("Leases", "LeasedSiteInput")
DECLARE_PLANTS: Final = _declaring("Plants", "PlantInput")
DECLARE_TENANCIES: Final = _declaring("Tenancies", "TenancyInput")
DECLARE_METERS: Final = _declaring("Meters", "MeterInput")
DECLARE_EXPECTATIONS: Final = _declaring("Expectations", "ExpectationInput")
DECLARE_PROSPECTS: Final = _declaring("Prospects", "ProspectInput")
DECLARE_TRANSFER_TERMS: Final = _declaring("TransferTerms", "TransferTermsInput", "terms")
DECLARE_ZONES: Final = _declaring("Zones", "ZoneInput")
DECLARE_ENERGY_STOCKS: Final = _declaring("EnergyStocks", "EnergyStockInput", "stocks")
DECLARE_STORAGE: Final = _declaring("Storage", "StorageUnitInput", "units")
DECLARE_OBLIGATIONS: Final = _declaring("Obligations", "ObligationInput")
DECLARE_TARGETS: Final = _declaring("Targets", "TargetDefinitionInput")
DECLARE_SCENARIO: Final = """
mutation DeclareScenario($tenant: ID!, $given: ScenarioDefinitionInput!) {
  answer: declareScenario(tenantId: $tenant, scenario: $given) {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
STATE_INDICATOR_YEAR: Final = """
mutation StateIndicatorYear($tenant: ID!, $given: IndicatorYearInput!) {
  answer: stateIndicatorYear(tenantId: $tenant, statement: $given) {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
CLOSE_SUPPLY: Final = """
mutation CloseSupply($tenant: ID!, $months: [YearMonth!]!) {
  answer: closeSupply(tenantId: $tenant, months: $months, reason: "Settled with all customers") {
    ... on DeclarationsAdded { declarations { id } }
    ... on Refusal { code message }
  }
}
"""
ADD_SERIES: Final = """
mutation AddSeries($input: AddIntervalSeriesInput!) {
  answer: addIntervalSeries(input: $input) {
    ... on IntervalSeriesAdded { series { id } }
    ... on Refusal { code message }
  }
}
"""
POST_INTERVALS: Final = """
mutation PostIntervals($input: PostIntervalsInput!) {
  answer: postIntervals(input: $input) {
    ... on IntervalsPosted { conflictCount }
    ... on Refusal { code message }
  }
}
"""
DECLARE_SCREENINGS: Final = _declaring("Screenings", "CategoryScreeningInput")
DECLARE_UNCERTAINTIES: Final = _declaring("Uncertainties", "DeclaredUncertaintyInput")
DECLARE_DENOMINATORS: Final = _declaring("Denominators", "DenominatorInput", "rows")
DECLARE_CHANGES: Final = _declaring("BaseYearChanges", "ReportedYearsChangeInput", "changes")


PERIOD: Final = """
query Period($tenantId: ID!, $kind: PeriodKind!, $first: YearMonth!) {
  period(tenantId: $tenantId, kind: $kind, first: $first) { state }
}
"""
SUBMIT_PERIOD: Final = _step("submitPeriod")
REVIEW_PERIOD: Final = _step("reviewPeriod")
CLOSE_PERIOD: Final = _step("closePeriod")
CREATE_KEY: Final = """
mutation CreateKey($input: GrantInput!) {
  answer: createApiKey(input: $input) { ... on ApiKeyCreated { key } ... on Refusal { code message } }
}
"""
REPORTS: Final = """
query Reports($tenant: ID!, $kind: ReportKind!, $first: YearMonth!) {
  reports(tenantId: $tenant, kind: $kind, cadence: QUARTER, from: $first, to: $first, first: 1) {
    nodes { id first last tenant { nameEn } }
  }
}
"""
PUBLISH_REPORT: Final = """
mutation PublishReport($input: PublishReportInput!) {
  answer: publishReport(input: $input) {
    ... on ReportPublished { report { id } }
    ... on Refusal { code message }
  }
}
"""


def adding_sources(number: int) -> str:
    """Return a mutation that adds so many sources, given as `$s0`, `$s1`, ...: one request instead of many."""
    variables = ", ".join(f"$s{index}: AddSourceInput!" for index in range(number))
    fields = "\n".join(
        f"  s{index}: addSource(input: $s{index}) {{ ... on SourceAdded {{ source {{ id }} }} "
        "... on Refusal { code message } }"
        for index in range(number)
    )
    return f"mutation AddSources({variables}) {{\n{fields}\n}}"


def change(client: Client, document: str, given: dict[str, Any]) -> dict[str, Any]:
    """Send a mutation and return its answer; raises `ServiceError` where it was refused."""
    return _accepted(client.ask(document, {"input": given})["answer"])


def declare(client: Client, document: str, tenant_id: str, **given: Any) -> None:
    """Send a mutation that declares something of a tenant; raises `ServiceError` where it was refused."""
    _accepted(client.ask(document, {"tenant": tenant_id, **given})["answer"])


def add_sources(client: Client, given: Sequence[dict[str, Any]]) -> list[str]:
    """Add sources and return their ids; raises `ServiceError` at the first that was refused."""
    answers = client.ask(adding_sources(len(given)), {f"s{index}": one for index, one in enumerate(given)})
    return [str(_accepted(answers[f"s{index}"])["source"]["id"]) for index in range(len(given))]


def _accepted(answer: dict[str, Any]) -> dict[str, Any]:
    if "message" in answer:
        raise ServiceError(f"{answer['code']}: {answer['message']}", answer["code"])
    return answer
