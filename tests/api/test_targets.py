"""Targets over real HTTP: the published examples kept and judged, bases from the ledger, restatement, dual control."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, REGISTER_TENANT, Park, row
from tests.service import Service
from tests.worked_park import worked

DECLARE = """mutation ($tenant: ID!, $targets: [TargetDefinitionInput!]!, $basis: BasisInput) {
  declareTargets(tenantId: $tenant, targets: $targets, basis: $basis) {
    ... on DeclarationsAdded { declarations { kind subject version isNew content { ... on TargetDefinition {
      code status framework metric unit scopes scope2Method baseYear baseValue targetYear isOfPark
      method { method ambition annual cut growth pathway { final } source } per { denominator product unit }
      basis { regime gwpSet release approach proxyRegions } } } } }
    ... on Refusal { code field message } } }"""
PROGRESS = """query ($boundary: BoundaryInput!, $year: Int!, $basis: BasisInput) {
  targetProgress(boundary: $boundary, year: $year, basis: $basis) {
    declaration { subject tenant { code } } unit value reduction source restatedBase pathValue progress gap gapTonnes
    judgement missing isComparable dualControl { annualCut baseTotal growth total source }
    base { year tonnes size value footprint { firstMonth basis { regime release { number } } } }
    actual { year tonnes size value footprint { lastMonth basis { regime gwpSet }
      lines { nodes { activities { nodes { externalId } } } } } } } }"""
DENOMINATORS = """mutation ($tenant: ID!, $rows: [DenominatorInput!]!) {
  declareDenominators(tenantId: $tenant, rows: $rows) { ... on DeclarationsAdded { declarations { version } }
    ... on Refusal { code message } } }"""
RECORD = """mutation ($tenant: ID!, $year: Int!) { recordReportedYear(tenantId: $tenant, year: $year) {
  ... on DeclarationsAdded { declarations { version } } ... on Refusal { code message } } }"""
POLICY = """mutation ($tenant: ID!, $policy: BaseYearPolicyInput!) {
  declareBaseYear(tenantId: $tenant, policy: $policy) {
  ... on DeclarationsAdded { declarations { version } } ... on Refusal { code message } } }"""
CHANGES = """mutation ($tenant: ID!, $changes: [ReportedYearsChangeInput!]!) {
  declareBaseYearChanges(tenantId: $tenant, changes: $changes) {
    ... on DeclarationsAdded { declarations { version } } ... on Refusal { code message } } }"""
SCOPES = {"scopes": ["SCOPE_2", "SCOPE_1"], "scope2Method": "LOCATION"}
FRAMEWORK_RATE: dict[str, Any] = {"absoluteContraction": {}}


def target(code: str, **more: Any) -> dict[str, Any]:
    stated = {"baseYear": 2020, "baseValue": "50000", "baseSource": "report 2020", "targetYear": 2030}
    return {"code": code, "framework": "SBTI_V1", **SCOPES, **stated, "method": FRAMEWORK_RATE, **more}


def declare(park: Park, *targets: dict[str, Any], tenant: str = "", **more: Any) -> dict[str, Any]:
    given = {"tenant": tenant or park.tenant, "targets": list(targets), **more}
    answer: dict[str, Any] = park.client.ask(DECLARE, given)["declareTargets"]
    return answer


def progress(park: Park, year: int = 2024, boundary: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:
    given = {"boundary": boundary or {"tenantId": park.tenant}, "year": year, **more}
    answer: list[dict[str, Any]] = park.client.ask(PROGRESS, given)["targetProgress"]
    return answer


def money(park: Park, year: int, a_month: str, tenant: str = "") -> None:
    rows = [
        {"denominator": "OUTPUT_VALUE", "unit": "10^4CNY", "month": f"{year}-{month:02}", "value": a_month}
        for month in range(1, 13)
    ]
    found = park.client.ask(DENOMINATORS, {"tenant": tenant or park.tenant, "rows": rows})["declareDenominators"]
    assert len(found["declarations"]) == 12


def posted(park: Park, year: int, tonnes: str, tenant: str = "") -> None:
    """Post the CO2 of a year, in March."""
    period = {"periodStart": f"{year}-03-01T00:00:00+08:00", "periodEnd": f"{year}-04-01T00:00:00+08:00"}
    given = row(f"co2 {year}", "fire_suppression.released/CO2", tonnes, "t", **period)
    assert park.post(given, tenant=tenant)["acceptedCount"] == 1


@pytest.fixture(scope="module")
def own_client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture
def park(own_client: Client) -> Park:
    return Park(own_client)


@pytest.fixture(scope="module")
def untouched(own_client: Client) -> Park:
    """A park in which nothing is declared: all that is asked of it is refused."""
    return Park(own_client)


def operator_of(park: Park) -> str:
    given = {"parkId": park.park, "code": "op", "nameEn": "Operator", "nameZh": "运营", "isOperator": True}
    key: str = park.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
    site = {"tenantId": key, "code": "s1", "nameEn": "Site", "nameZh": "厂区"}
    site_id = park.client.ask(ADD_SITE, {"input": site})["addSite"]["site"]["id"]
    park.client.ask(ADD_SOURCE, {"input": {"siteId": site_id, "code": "m1", "nameEn": "Meter", "nameZh": "表"}})
    return key


def test_the_published_examples_kept_and_judged(park: Park) -> None:
    """V29 and the progress of standards.md 7.1: 50,000 t in 2020, 29,000 in 2030, 42,000 in 2024 is 38.1 %."""
    posted(park, 2024, "42000")
    money(park, 2024, "5000")
    pathway = {"base": "0.70", "target": "0.35", "final": "0.05", "source": "SBTi sectoral pathway, power"}
    per = {"denominator": "OUTPUT_VALUE", "unit": "10^4CNY"}
    added = declare(
        park,
        target("a", status="VALIDATED"),
        target("s", baseValue="0.60", method={"sectoralDecarbonisation": pathway}, per=per),
        target("v", baseValue="1", targetYear=2028, method={"economicIntensity": {}}, per=per),
        target("w", framework="OWN", method={"ownPercentage": {"reduction": "0.1", "source": "policy 7"}}),
    )["declarations"]
    content = added[0]["content"]
    assert (content["status"], content["metric"], content["unit"]) == ("VALIDATED", "ABSOLUTE", "t CO2e")
    assert (content["scopes"], content["basis"]["regime"]) == (["SCOPE_1", "SCOPE_2"], "GHG_PROTOCOL")
    assert added[1]["content"]["unit"] == "t CO2e/10^4CNY"

    absolute, sectoral, economic, own = progress(park)
    assert (absolute["value"], absolute["reduction"]) == ("29000", "0.42")
    assert "4.2 %" in absolute["source"]
    assert (absolute["pathValue"], absolute["actual"]["value"]) == ("41600", "42000")
    assert absolute["progress"].startswith("0.38095238")
    assert (absolute["gap"], absolute["gapTonnes"], absolute["judgement"]) == ("400", "400", "OFF_TRACK")
    assert (absolute["missing"], absolute["isComparable"], absolute["restatedBase"]) == ([], True, None)
    [line] = absolute["actual"]["footprint"]["lines"]["nodes"]
    assert line["activities"]["nodes"] == [{"externalId": "co2 2024"}]
    assert absolute["base"] == {"year": 2020, "tonnes": None, "size": None, "value": "50000", "footprint": None}

    assert sectoral["value"].startswith("0.303846")
    assert (sectoral["actual"]["size"], sectoral["actual"]["value"], sectoral["judgement"]) == (
        "60000",
        "0.7",
        "OFF_TRACK",
    )
    assert economic["value"] == "0.5595818096650401"
    # Compound: half the way in years is 0.93^4.
    assert abs(Decimal(economic["pathValue"]) - Decimal("0.93") ** 4) < Decimal("1e-45")
    assert (economic["judgement"], economic["gap"][0]) == ("ON_TRACK", "-")
    assert Decimal(economic["gapTonnes"]) == Decimal(economic["gap"]) * 60000
    assert (own["value"], own["pathValue"], own["judgement"]) == ("45000", "48000", "ON_TRACK")


def test_dual_control_of_a_park_with_the_intensity_of_its_ledger(park: Park) -> None:
    """A cut of 17 % in five years is 3.658 % a year; at 5 % growth the total still grows: 100 -> 105.9."""
    operator, tenant = operator_of(park), park.tenant
    for year, tonnes, value in ((2020, "60", "10"), (2022, "60", "12")):
        posted(park, year, tonnes, tenant)
        posted(park, year, "40", operator)
        money(park, year, value, tenant)
        money(park, year, value, operator)
    cut = {"cut": "0.17", "growth": "0.05", "source": "fifteenth five-year plan"}
    given = {
        "framework": "CHINA_DUAL_CONTROL",
        "isOfPark": True,
        "baseValue": None,
        "baseSource": "",
        "targetYear": 2025,
        "method": {"intensityCut": cut},
        "per": {"denominator": "OUTPUT_VALUE", "unit": "10^4CNY"},
    }
    own = declare(park, target("plan", **given))
    assert (own["code"], own["field"]) == ("BAD_DECLARATION", "isOfPark")
    assert declare(park, target("plan", **given), tenant=operator)["declarations"][0]["content"]["isOfPark"]
    assert progress(park, 2022, {"tenantId": operator}) == []
    [found] = progress(park, 2022, {"parkId": park.park})
    dual = found["dualControl"]
    assert round(Decimal(dual["annualCut"]) * 100, 3) == Decimal("3.658")
    assert (dual["baseTotal"], dual["total"]) == ("100", "105.9313696875")
    assert "2024〕39号" in dual["source"]
    assert (found["base"]["tonnes"], found["base"]["size"]) == ("100", "240")
    assert found["base"]["footprint"]["firstMonth"] == "2020-01"
    assert (found["actual"]["size"], found["declaration"]["tenant"]["code"]) == ("288", "op")
    expected = Decimal(100) / 240 * (Decimal(1) - Decimal("0.17")) ** (Decimal(2) / 5)
    assert abs(Decimal(found["pathValue"]) - expected) < Decimal("1e-20")
    assert found["judgement"] == "ON_TRACK"
    [later] = progress(park, 2023, {"parkId": park.park})
    assert later["judgement"] == "INCOMPLETE"
    assert any("nothing of 2023" in text for text in later["missing"])


def test_a_park_s_energy_counts_once_for_its_target(own_client: Client) -> None:
    """The worked case of standards.md 6.2: 18,864.284 t are reported, 11,701.631 t emitted."""
    park = worked(own_client)
    declare(park, target("p", isOfPark=True, baseValue="12000"), tenant=operator_of(park))
    [found] = progress(park, boundary={"parkId": park.park})
    assert f"{Decimal(found['actual']['tonnes']):.3f}" == "11701.631"


def test_a_recalculated_base_year_moves_base_and_target(park: Park) -> None:
    posted(park, 2020, "1000")
    posted(park, 2024, "900")
    assert park.client.ask(RECORD, {"tenant": park.tenant, "year": 2020})["recordReportedYear"]["declarations"]
    declare(park, target("a", baseValue=None, baseSource=""))
    [before] = progress(park)
    assert (before["base"]["value"], before["restatedBase"], before["value"]) == ("1000", None, "580")
    assert before["judgement"] == "OFF_TRACK"
    policy = {
        "year": 2020,
        "total": "SCOPES_1_AND_2_LOCATION",
        "approach": "OPERATIONAL_CONTROL",
        "thresholdPercent": "5",
        "document": "policy",
    }
    assert park.client.ask(POLICY, {"tenant": park.tenant, "policy": policy})["declareBaseYear"]["declarations"]
    change = {
        "code": "bought",
        "kind": "STRUCTURAL",
        "effectiveOn": "2022-01-01",
        "reason": "a works bought",
        "deltas": [{"year": 2020, "scope1": "200000"}],
    }
    changed = park.client.ask(CHANGES, {"tenant": park.tenant, "changes": [change]})["declareBaseYearChanges"]
    assert changed["declarations"]
    [after] = progress(park)
    assert (after["base"]["value"], after["restatedBase"], after["value"]) == ("1000", "1200", "696")
    assert (after["pathValue"], after["judgement"]) == ("998.4", "ON_TRACK")


def test_what_is_missing_is_named_and_never_zero(park: Park) -> None:
    declare(park, target("a"), target("b", scopes=["SCOPE_3"], scope2Method=None, baseValue="10"))
    assert [(one["actual"]["tonnes"], one["judgement"], one["progress"]) for one in progress(park)] == [
        (None, "INCOMPLETE", None)
    ] * 2
    posted(park, 2024, "100")
    assert [(one["actual"]["tonnes"], one["judgement"]) for one in progress(park)] == [
        ("100", "ON_TRACK"),
        (None, "INCOMPLETE"),
    ]
    park.post(row("taxi", "travel.taxi", "5", "passenger.km"), row("steam", "steam.purchased", "10", "GJ"))
    this_year = datetime.now(UTC).year
    assert all(f"{this_year} has not ended" in one["missing"] for one in progress(park, this_year))


def test_the_year_may_be_asked_for_on_another_basis_and_says_so(park: Park) -> None:
    posted(park, 2024, "100")
    declare(park, target("a"), basis={"gwpSet": "AR5"})
    [same] = progress(park)
    assert (same["isComparable"], same["actual"]["footprint"]["basis"]["gwpSet"]) == (True, "AR5")
    [other] = progress(park, basis={"gwpSet": "AR6"})
    assert other["isComparable"] is False


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"code": " "}, "code", "no code"),
        ({"baseSource": ""}, "baseSource", "names no document"),
        ({"scope2Method": None}, "scope2Method", "names its scope 2 method"),
        ({"targetYear": 2020}, "targetYear", "runs 0 years"),
        ({"per": {"denominator": "HEADCOUNT"}}, "per", "measured in ABSOLUTE; leave it out"),
        ({"method": {"economicIntensity": {}}}, "per", "measured in INTENSITY; name the denominator"),
        ({"framework": "OWN"}, "rate", "no rate of OWN"),
        ({"method": {"ownPercentage": {"reduction": "0", "source": "x"}}}, "cut", "the cut is 0"),
        ({"method": {"ownPercentage": {"reduction": "0.1", "source": " "}}}, "source", "names no document"),
    ],
)
def test_a_target_that_cannot_be_is_refused(untouched: Park, change: dict[str, Any], field: str, words: str) -> None:
    found = declare(untouched, target("good"), {**target("bad"), **change})
    assert (found["code"], found["field"]) == ("BAD_DECLARATION", f"[1].{field}")
    assert words in found["message"]
    assert progress(untouched) == []


def test_what_the_regime_does_not_report_is_no_target_of_it(untouched: Park) -> None:
    basis = {"regime": "NDRC_910_2025"}
    market = declare(untouched, target("m", scope2Method="MARKET"), basis=basis)
    assert (market["field"], "no market-based total" in market["message"]) == ("[0].scope2Method", True)
    third = declare(untouched, target("t", scopes=["SCOPE_3"], scope2Method=None), basis=basis)
    assert third["field"] == "[0].scopes"


def test_years_and_boundaries_that_have_no_figures_are_refused(untouched: Park) -> None:
    with pytest.raises(ServiceError, match="a target is of a tenant or of a park"):
        progress(untouched, boundary={"siteId": untouched.site})
    with pytest.raises(ServiceError, match="year: 2090 has no figures"):
        progress(untouched, 2090)
