"""The demo park's instruments and declarations in a real service: what they lead to; declared again they stay."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from api.demo.declaring import declare_everything
from api.demo.parks import DEFAULT_SEED, generate
from api.demo.windows import window_before
from tests.api.demo.loaded_park import LOADED_ON, TWO_YEARS, Demo

pytestmark = pytest.mark.long

MATCHING = """query ($park: ID!) { footprint(boundary: {parkId: $park}, period: {first: "2025-01", last: "2025-12"}) {
  basis { adoptedBy release { number } }
  instruments { matches { instrumentId quantityMwh } rejections { instrumentId quantityMwh faults { reason } } } } }"""
ROUNDED = Decimal("1e-11")
"""kg by which sums of totals may differ that the API rounds to twelve decimals."""
KINDS = ("ADOPTION", "BASE_YEAR", "BASE_YEAR_CHANGE", "DENOMINATOR", "ENERGY_STOCK", "EXPECTATION", "HOLDING",
         "INDICATOR_YEAR", "LEASE", "METER", "OBLIGATION", "PLANT", "PROSPECT", "REPORTED_YEAR", "SCENARIO",
         "SCREENING", "STORAGE", "SUPPLY_CLOSING", "TARGET", "TENANCY", "TRANSFER_TERMS", "UNCERTAINTY",
         "ZONE")  # fmt: skip
HISTORY = "query ($tenant: ID!) {{ {} }}".format(
    " ".join(
        f"{kind}: declarations(tenantId: $tenant, kind: {kind}, includeHistory: true, first: 500) "
        "{ nodes { subject version } }"
        for kind in KINDS
    )
)
ONE_SYSTEM = """query ($park: ID!, $operator: ID!) {
  parkConsolidation(parkId: $park, period: {first: "2025-01", last: "2025-12"}) {
    reported { co2e } byElimination { co2e } byImports { co2e } difference { co2e } failedMonths { month } }
  supplyFactors(parkId: $park, period: {first: "2024-12", last: "2025-01"}) { month isFrozen }
  energyTransfers(parkId: $park, period: {first: "2025-11", last: "2025-11"}) {
    carrier consumer { code } isBeyondTolerance }
  energyBalance(boundary: {tenantId: $operator}, period: {first: "2025-01", last: "2025-12"}) {
    carriers { code rows { unaccountedPercent } } }
  parkIndicators(parkId: $park, year: 2025) { results { indicator { code } status } }
  completeness(boundary: {parkId: $park}, period: {first: "2025-01", last: "2025-12"}) {
    counts { status months } }
  keptScenario(tenantId: $operator, code: "ROADMAP") { steps { code reached { __typename } } } }"""
FOUND = """query ($park: ID!, $kinds: [FindingKind!]) {
  findings(boundary: {parkId: $park}, period: {first: "2025-01", last: "2025-12"}, kinds: $kinds, on: "2026-01-22") {
    items { nodes { kind subject { tenant { code } } } } } }"""
BASE_YEAR = """query ($tenant: ID!) { baseYear(tenantId: $tenant) {
  judgements { day judgement { isTriggered } }
  series { year asFirstReported { total(of: SCOPES_1_TO_3_LOCATION) } restated { total(of: SCOPES_1_TO_3_LOCATION) }
    changes { state change { code kind } }
    recomputed { difference { total(of: SCOPES_1_TO_3_LOCATION) } } } } }"""
TOTALS = """query ($tenant: ID!, $approach: ConsolidationApproach!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: "2025-01", last: "2025-12"}, basis: {approach: $approach}) {
    totals { scope1 { co2e } scope2Location { co2e } } } }"""
FINDINGS = """query ($tenant: ID!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: "2025-01", last: "2025-12"}) {
    scope3Categories { number finding screening { decision } } } }"""
INTENSITY = """query ($tenant: ID!, $first: YearMonth!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: $first, last: "2025-12"}) {
    intensity(denominator: REVENUE) { status per missing { months } } } }"""
OUTSIDE = """query ($tenant: ID!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: "2025-01", last: "2025-12"}) {
    outsideScopes { avoided(unit: TONNE) offsets { bought(unit: TONNE) cancelled(unit: TONNE) } } } }"""
UNCERTAINTY = """query ($tenant: ID!) {
  footprint(boundary: {tenantId: $tenant}, period: {first: "2025-01", last: "2025-12"}) {
    uncertainty { scope2Location { total covered spread flags } }
    dataQuality { scope2Location { shares { undeclaredPercent } } } } }"""


@pytest.fixture(scope="module")
def matched(demo: Demo) -> dict[str, Any]:
    """The park's footprint of 2025, with what instruments cover."""
    found: dict[str, Any] = demo.client.ask(MATCHING, {"park": demo.known.park_id})["footprint"]
    return found


def test_each_refused_instrument_has_the_reason_it_was_made_for(demo: Demo, matched: dict[str, Any]) -> None:
    found = matched["instruments"]
    refused = {demo.name(one["instrumentId"]): one["faults"][0]["reason"] for one in found["rejections"]}
    assert refused == {
        "operator GEC-PV-2025": "NOT_CANCELLED",
        "jinzhen GEC-2025": "EXCESS",
        "hupo GEC-PV-2025": "SOLD",
        "heqing IREC-OLD": "WRONG_VINTAGE",
        "baotu GEC-2025": "CRITERION_FAILED",
        "hongxi GEC-2025": "NOT_CANCELLED",
    }


def test_what_counts_covers_all_it_claims(demo: Demo, matched: dict[str, Any]) -> None:
    found = matched["instruments"]
    covered: Counter[str] = Counter()
    for one in found["matches"]:
        covered[one["instrumentId"]] += Decimal(one["quantityMwh"])  # type: ignore[assignment]
    quantities = {
        demo.name(key): (mwh, Decimal(demo.instruments()[key]["quantityMwh"])) for key, mwh in covered.items()
    }
    (excess,) = [one for one in found["rejections"] if one["faults"][0]["reason"] == "EXCESS"]
    part, whole = quantities.pop("jinzhen GEC-2025")
    assert part + Decimal(excess["quantityMwh"]) == whole == 8500
    assert all(mwh == claimed for mwh, claimed in quantities.values())
    assert {name: str(mwh) for name, (mwh, _) in quantities.items() if "GEC" in name} == {
        "haiyan GEC-2025": "8940.000",
        "haiyan GEC-2025-BJ": "60.000",
        "tanfeng GEC-2025": "5000.000",
        "xibao GEC-PARK-2025": "2400.000",
    }
    assert {"lingqiao PV-2025", "qingluo GPT-2025", "bingchuan LINE-2025"} < set(quantities)


def test_declaring_everything_again_makes_no_new_version(demo: Demo) -> None:
    before = versions(demo)
    park = generate(DEFAULT_SEED, window_before(LOADED_ON, TWO_YEARS.months), TWO_YEARS)
    with ThreadPoolExecutor(2) as pool:
        declare_everything(demo.client, park, demo.known, pool)
    assert versions(demo) == before
    assert {version for (_, kind, _), version in before.items() if kind != "INSTRUMENT"} == {1}
    assert {kind for _, kind, _ in before} == {*KINDS, "INSTRUMENT"}


def test_the_park_has_adopted_the_newest_release(demo: Demo, matched: dict[str, Any]) -> None:
    basis = matched["basis"]
    newest = demo.client.ask("{ factorReleases { number } }")["factorReleases"][-1]["number"]
    assert basis["adoptedBy"]
    assert basis["release"]["number"] == newest


def test_an_acquisition_restates_and_an_error_waits(demo: Demo) -> None:
    changes = {
        (tenant, one["change"]["code"]): one["state"]
        for tenant in ("haiyan", "tanfeng", "heqing")
        for one in demo.ask(BASE_YEAR, tenant)["baseYear"]["series"][0]["changes"]
    }
    assert changes == {
        ("haiyan", "quality laboratory"): "RESTATED",
        ("haiyan", "filling line 2"): "NOT_COUNTED",
        ("tanfeng", "solvent balances"): "WAITING",
        ("heqing", "foil invoices"): "WAITING",
    }
    base, later = demo.ask(BASE_YEAR, "haiyan")["baseYear"]["series"]
    assert (base["year"], later["year"]) == (2024, 2025)
    first, restated = (Decimal(base[name]["total"]) for name in ("asFirstReported", "restated"))
    assert Decimal("1.05") < restated / first < Decimal("1.08")


def test_a_year_computed_anew_knows_the_correction_that_came_after(demo: Demo) -> None:
    """An invoice was entered twice in January 2025 and is voided after the year was reported."""
    _, later = demo.ask(BASE_YEAR, "heqing")["baseYear"]["series"]
    assert Decimal(later["recomputed"]["difference"]["total"]) < 0


def test_shares_and_leases_bear_on_the_approaches_that_ask_for_them(demo: Demo) -> None:
    def scopes_1_and_2(tenant: str, approach: str) -> Decimal:
        totals = demo.ask(TOTALS, tenant, approach=approach)["footprint"]["totals"]
        return sum((Decimal(one["co2e"]) for one in totals.values()), Decimal(0))

    own, shared = (scopes_1_and_2("lingqiao", name) for name in ("OPERATIONAL_CONTROL", "EQUITY_SHARE"))
    assert shared == pytest.approx(own * Decimal("0.6"), abs=ROUNDED)
    joined, alone = (scopes_1_and_2("haiyan", name) for name in ("EQUITY_SHARE", "OPERATIONAL_CONTROL"))
    assert joined == pytest.approx(alone + own * Decimal("0.4"), abs=ROUNDED)
    assert scopes_1_and_2("xibao", "FINANCIAL_CONTROL") == 0 < scopes_1_and_2("xibao", "OPERATIONAL_CONTROL")


def test_one_category_was_to_be_reported_and_nothing_is_posted(demo: Demo) -> None:
    findings = [
        (tenant, one["number"], one["finding"])
        for tenant in ("haiyan", "qingluo", "tanfeng", "jinzhen", "bingchuan", "qingxi")
        for one in demo.ask(FINDINGS, tenant)["footprint"]["scope3Categories"]
        if one["finding"] or one["screening"] is None
    ]
    assert findings == [("jinzhen", 4, "DECLARED_REPORTED_NOTHING_POSTED")]


def test_an_intensity_is_incomplete_where_a_month_is_missing(demo: Demo) -> None:
    year, rest = (
        demo.ask(INTENSITY, "mingque", first=first)["footprint"]["intensity"] for first in ("2025-01", "2025-09")
    )
    assert (year["status"], year["missing"]) == ("INCOMPLETE", [{"months": ["2025-08"]}])
    assert (rest["status"], rest["per"], rest["missing"]) == ("DEFINED", "CNY", [])


def test_offsets_and_avoided_emissions_stand_beside_the_scopes(demo: Demo) -> None:
    offsets = demo.ask(OUTSIDE, "qingxi")["footprint"]["outsideScopes"]
    assert offsets == {"avoided": None, "offsets": {"bought": "7200", "cancelled": "6000"}}
    avoided = demo.ask(OUTSIDE, "hupo")["footprint"]["outsideScopes"]["avoided"]
    assert Decimal(avoided) > 100


def test_electricity_has_an_interval(demo: Demo) -> None:
    found = demo.ask(UNCERTAINTY, "jinzhen")["footprint"]
    electricity = found["uncertainty"]["scope2Location"]
    assert Decimal(electricity["covered"]) > Decimal(electricity["total"]) * Decimal("0.7")
    assert 0 < Decimal(electricity["spread"]) < 10
    assert found["dataQuality"]["scope2Location"]["shares"]["undeclaredPercent"] == "0"


def test_the_park_is_one_system(demo: Demo) -> None:
    asked = {"park": demo.known.park_id, "operator": demo.known.tenants["operator"].tenant_id}
    found = demo.client.ask(ONE_SYSTEM, asked)
    once = found["parkConsolidation"]
    assert (once["difference"]["co2e"], once["failedMonths"]) == ("0", [])
    assert once["byElimination"] == once["byImports"]
    assert Decimal(once["reported"]["co2e"]) > Decimal("1.2") * Decimal(once["byImports"]["co2e"])
    assert {(one["month"], one["isFrozen"]) for one in found["supplyFactors"]} == {
        ("2024-12", True),
        ("2025-01", False),
    }
    beyond = [one for one in found["energyTransfers"] if one["isBeyondTolerance"]]
    assert [(one["carrier"], one["consumer"]["code"]) for one in beyond] == [("STEAM", "yuelu")]
    rows = {one["code"]: one["rows"] for one in found["energyBalance"]["carriers"]}
    unaccounted = {code: abs(Decimal(rows[code]["unaccountedPercent"])) for code in ("electricity", "steam")}
    assert all(0 < percent < 1 for percent in unaccounted.values())
    statuses = {one["indicator"]["code"]: one["status"] for one in found["parkIndicators"]["results"]}
    assert statuses["UNIT_PRODUCT_ENERGY"] == "WAIVED"
    assert "INCOMPLETE" not in statuses.values()
    counts = {one["status"]: one["months"] for one in found["completeness"]["counts"]}
    assert (counts["MISSING"], counts["NOT_APPLICABLE"]) == (1, 1)
    assert all(step["reached"] for step in found["keptScenario"]["steps"] if step["code"] != "PATIENTS")


def test_findings_are_few_and_each_was_made_for(demo: Demo) -> None:
    kinds = ("GAP", "METER_RESET", "CALIBRATION_DUE", "UNMATCHED_TRANSFER", "EXPIRING_TENANCY", "UNACCOUNTED_ENERGY")
    nodes = demo.client.ask(FOUND, {"park": demo.known.park_id, "kinds": kinds})["findings"]["items"]["nodes"]
    assert sorted((one["kind"], one["subject"]["tenant"]["code"]) for one in nodes) == [
        ("CALIBRATION_DUE", "yuelu"),
        ("EXPIRING_TENANCY", "shijing"),
        ("GAP", "baotu"),
        ("UNMATCHED_TRANSFER", "operator"),
    ]


def versions(demo: Demo) -> dict[tuple[str, str, str], int]:
    """Return tenant, kind and subject of everything declared -> its last version; instruments among them."""
    found = {
        (node["tenant"]["code"], "INSTRUMENT", node["code"]): node["version"] for node in demo.instruments().values()
    }
    for tenant in demo.known.tenants:
        for kind, declared in demo.ask(HISTORY, tenant).items():
            for node in declared["nodes"]:
                found[tenant, kind, node["subject"]] = node["version"]
    return found
