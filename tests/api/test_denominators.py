"""Denominators over real HTTP: declared, changed, asked for as they were known, and related to footprints."""

from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import Park, row

DECLARE = """mutation ($tenantId: ID!, $rows: [DenominatorInput!]!, $reason: String! = "") {
  declareDenominators(tenantId: $tenantId, rows: $rows, reason: $reason) {
    ... on DeclarationsAdded { declarations { id subject version isNew reason recordedAt
      content { ... on DeclaredDenominator { denominator product unit month value document site { code } } } } }
    ... on Refusal { code field message } } }"""
HISTORY = """query ($tenantId: ID!) {
  declarations(tenantId: $tenantId, kind: DENOMINATOR, includeHistory: true) { nodes {
  subject version content { ... on DeclaredDenominator { value } } } } }"""
INTENSITY = """query (
  $boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput, $denominator: IntensityDenominator!,
  $product: String! = "", $unit: String! = ""
) { footprint(boundary: $boundary, period: $period, basis: $basis) {
  totals { totalLocation { co2e(unit: TONNE) } totalMarket { co2e(unit: TONNE) } scope3 { co2e(unit: TONNE) } }
  intensity(denominator: $denominator, product: $product, unit: $unit) {
    denominator product per status size months { month value } missing { tenant { code } months } leftOut { code }
    scope1 scope2Location scope2Market scope3 scopes1And2Location scopes1And2Market totalLocation totalMarket
    source } } }"""
QUARTER = {"first": "2024-01", "last": "2024-03"}
MONTHS = ("2024-01", "2024-02", "2024-03")
FIGURES = (
    "scope1",
    "scope2Location",
    "scope2Market",
    "scope3",
    "scopes1And2Location",
    "scopes1And2Market",
    "totalLocation",
    "totalMarket",
)


@pytest.fixture
def park(client: Client) -> Park:
    """A park whose tenant used 1,000 MWh and lost 8 kg of R-410A in March 2024."""
    found = Park(client)
    found.post(row("a", "electricity.grid", "1000", "MWh"), row("r", "refrigerant.leaked/R-410A", "8", "kg"))
    return found


def months(denominator: str, *values: str | None, **more: Any) -> list[dict[str, Any]]:
    return [
        {"denominator": denominator, "month": month, "value": value, **more}
        for month, value in zip(MONTHS, values, strict=False)
        if value is not None
    ]


def declare(park: Park, rows: list[dict[str, Any]], tenant: str = "", reason: str = "") -> dict[str, Any]:
    given = {"tenantId": tenant or park.tenant, "rows": rows, "reason": reason}
    answer: dict[str, Any] = park.client.ask(DECLARE, given)["declareDenominators"]
    return answer


def history(park: Park, tenant: str = "") -> list[tuple[str, int, str]]:
    nodes = park.client.ask(HISTORY, {"tenantId": tenant or park.tenant})["declarations"]["nodes"]
    return [(node["subject"], node["version"], node["content"]["value"]) for node in nodes]


def ask(park: Park, denominator: str, **more: Any) -> dict[str, Any]:
    variables = {"boundary": {"tenantId": park.tenant}, "period": QUARTER, "denominator": denominator, **more}
    variables["basis"] = {"gwpSet": "AR5", **more.get("basis", {})}
    answer: dict[str, Any] = park.client.ask(INTENSITY, variables)["footprint"]
    return answer


def test_output_of_months_adds_up(park: Park) -> None:
    assert park.post(row("f", "freight.hgv", "1000", "t.km"))["acceptedCount"] == 1
    rows = months("OUTPUT", "100", "150", "250", product="vials", unit="吨", document="ERP")
    added = declare(park, rows)["declarations"]
    assert [one["content"] for one in added] == [
        {**one, "unit": "t", "site": None} for one in rows
    ]  # the unit as the table writes it
    assert [(one["subject"], one["version"], one["isNew"]) for one in added] == [
        (f"OUTPUT {month} * t: vials", 1, True) for month in MONTHS
    ]
    answer = ask(park, "OUTPUT", product="vials")
    found = answer["intensity"]
    assert (found["status"], found["per"], found["size"], found["product"]) == ("DEFINED", "t", "500", "vials")
    assert found["months"] == [{"month": one["month"], "value": one["value"]} for one in rows]
    assert (found["missing"], found["leftOut"]) == ([], [])
    assert [found[name] for name in FIGURES if name not in ("scope3", "totalLocation", "totalMarket")] == [
        "0.030776",  # 15.388 t of R-410A over 500 t
        "0.8838",  # 441.9
        "1.2192",  # 609.6
        "0.914576",
        "1.249976",
    ]
    for name in ("totalLocation", "totalMarket", "scope3"):
        assert Decimal(found[name]) * 500 == Decimal(answer["totals"][name]["co2e"]) > 0
    assert "chapter 9" in found["source"]


def test_headcount_is_the_mean_of_the_months(park: Park) -> None:
    declare(park, months("HEADCOUNT", "100", "150", "350"))
    found = ask(park, "HEADCOUNT")["intensity"]
    assert (found["per"], found["size"], found["scope2Location"]) == ("person", "200", "2.2095")


def test_a_month_that_is_missing_is_named_and_nothing_is_divided(park: Park) -> None:
    declare(park, months("AREA", "100", None, "350"))
    found = ask(park, "AREA")["intensity"]
    assert (found["status"], found["size"]) == ("INCOMPLETE", "225")
    assert found["missing"] == [{"tenant": {"code": "t1"}, "months": ["2024-02"]}]
    assert {found[name] for name in FIGURES} == {None}
    nothing = ask(park, "DOSES")["intensity"]
    assert (nothing["status"], nothing["per"], nothing["size"], nothing["months"]) == ("INCOMPLETE", "dose", None, [])
    declare(park, months("DOSES", "0", "0", "0"))
    zero = ask(park, "DOSES")["intensity"]
    assert (zero["status"], zero["size"], zero["scope1"]) == ("NOT_DEFINED", "0", None)


def test_a_changed_value_is_the_next_version_and_the_old_one_is_remembered(park: Park) -> None:
    first = declare(park, months("REVENUE", "100", "100", "100", unit="10^4CNY"))["declarations"]
    again = declare(park, months("REVENUE", "100", "100", "100.0", unit="10^4 CNY"))["declarations"]
    assert [(one["id"], one["isNew"]) for one in again] == [(one["id"], False) for one in first]
    (changed,) = declare(park, months("REVENUE", "400", unit="10^4CNY"), reason="audited")["declarations"]
    assert (changed["version"], changed["reason"], changed["isNew"]) == (2, "audited", True)
    assert history(park) == [
        ("REVENUE 2024-01 * 10^4CNY", 1, "100"),
        ("REVENUE 2024-01 * 10^4CNY", 2, "400"),
        ("REVENUE 2024-02 * 10^4CNY", 1, "100"),
        ("REVENUE 2024-03 * 10^4CNY", 1, "100"),
    ]
    now, then = (ask(park, "REVENUE", basis=basis)["intensity"] for basis in ({}, {"knownAt": first[0]["recordedAt"]}))
    assert [(one["size"], one["scope2Location"]) for one in (now, then)] == [("600", "0.7365"), ("300", "1.473")]
    before = ask(park, "REVENUE", basis={"knownAt": "2024-01-01T00:00:00Z"})["intensity"]
    assert (before["status"], before["months"]) == ("INCOMPLETE", [])


def test_a_park_needs_the_denominator_of_every_tenant_with_emissions(park: Park) -> None:
    second, _ = park.add_tenant("t2")
    third, _ = park.add_tenant("t3")
    park.post(row("b", "electricity.grid", "500", "MWh"), tenant=second)
    declare(park, months("AREA", "1000", "1000", "1000"))
    declare(park, months("AREA", "7", "7", "7"), tenant=third)
    whole = {"boundary": {"parkId": park.park}}
    found = ask(park, "AREA", **whole)["intensity"]
    assert (found["status"], found["scope1"], found["months"]) == ("INCOMPLETE", None, [])
    assert found["missing"] == [{"tenant": {"code": "t2"}, "months": list(MONTHS)}]
    assert found["leftOut"] == [{"code": "t3"}]
    declare(park, months("AREA", "400", "500", "600"), tenant=second)
    found = ask(park, "AREA", **whole)["intensity"]
    assert (found["status"], found["size"], found["scope2Location"]) == ("DEFINED", "1500", "0.4419")
    assert [one["value"] for one in found["months"]] == ["1400", "1500", "1600"]
    quiet = {**whole, "period": {"first": "2023-01", "last": "2023-01"}}
    codes = [one["tenant"]["code"] for one in ask(park, "AREA", **quiet)["intensity"]["missing"]]
    assert sorted(codes) == ["t1", "t2", "t3"]


def test_a_site_has_rows_of_its_own(park: Park) -> None:
    declare(park, [*months("AREA", "200", "200", "200"), *months("AREA", "50", "50", "50", siteId=park.site)])
    of_tenant = ask(park, "AREA")["intensity"]
    of_site = ask(park, "AREA", boundary={"siteId": park.site})["intensity"]
    assert (of_tenant["size"], of_site["size"], of_site["scope2Location"]) == ("200", "50", "8.838")
    declare(park, months("HEADCOUNT", "9", "9", "9", siteId=park.site))
    assert ask(park, "HEADCOUNT")["intensity"]["status"] == "INCOMPLETE"


def test_two_units_stand_beside_each_other(park: Park) -> None:
    for unit, value in (("t", "1"), ("carton", "1000")):
        declare(park, months("OUTPUT", value, value, value, product="vials", unit=unit))
    with pytest.raises(ServiceError, match="unit: OUTPUT vials is stated in carton, t; name the unit"):
        ask(park, "OUTPUT", product="vials")
    found = [ask(park, "OUTPUT", product="vials", unit=unit)["intensity"]["size"] for unit in ("t", "carton")]
    assert found == ["3", "3000"]
    with pytest.raises(ServiceError, match="product: output is of a product, and none is named"):
        ask(park, "OUTPUT")


def test_a_regime_that_does_not_report_a_scope_has_no_figure_for_it(park: Park) -> None:
    declare(park, months("AREA", "10", "10", "10"))
    found = ask(park, "AREA", basis={"regime": "MEE_332_2023"})["intensity"]
    assert {name for name in FIGURES if found[name] is None} == {
        "scope2Market",
        "scope3",
        "scopes1And2Market",
        "totalLocation",
        "totalMarket",
    }
    assert found["status"] == "DEFINED"


@pytest.mark.parametrize(
    ("rows", "code", "field", "message"),
    [
        ([], "BAD_DECLARATION", "declarations", "0 declarations are given; accepted is 1 to 1000"),
        (months("AREA", "1", "-1"), "BAD_DECLARATION", "[1]", "AREA of 2024-02 is -1; accepted is zero or more"),
        (months("AREA", "1", unit="ha"), "BAD_DECLARATION", "[0]", "AREA is stated in 'ha'; accepted is m2"),
        (months("REVENUE", "1"), "BAD_DECLARATION", "[0]", "REVENUE is stated in ''; accepted is an ISO 4217 code"),
        (months("OUTPUT", "1", unit="t"), "BAD_DECLARATION", "[0]", "output is of a product, and none is named"),
        (months("DOSES", "1", product="x"), "BAD_DECLARATION", "[0]", "DOSES is of the whole tenant or site"),
        (
            [*months("AREA", "1"), *months("AREA", "2")],
            "BAD_DECLARATION",
            "declarations",
            "AREA 2024-01 * m2 is declared twice in one request",
        ),
    ],
)
def test_what_is_refused_is_not_written(
    park: Park, rows: list[dict[str, Any]], code: str, field: str, message: str
) -> None:
    declare(park, months("HEADCOUNT", "5"))
    kept = history(park)
    refused = declare(park, [*rows, *months("HEADCOUNT", "6")] if rows else [])
    assert (refused["code"], refused["field"]) == (code, field)
    assert refused["message"].startswith(message)
    assert history(park) == kept == [("HEADCOUNT 2024-01 * person", 1, "5")]


def test_a_thousand_rows_are_the_most(park: Park) -> None:
    rows = [
        {"denominator": "OUTPUT", "product": f"p{at}", "unit": "t", "month": "2024-01", "value": "1"}
        for at in range(1001)
    ]
    assert declare(park, rows)["message"] == "1001 declarations are given; accepted is 1 to 1000"
    assert history(park) == []
    assert len(declare(park, rows[:1000])["declarations"]) == 1000


def test_sites_of_others_and_unknown_tenants_are_refused(park: Park) -> None:
    other, other_site = park.add_tenant("t2")
    assert declare(park, months("AREA", "1", siteId=other_site))["code"] == "NOT_REGISTERED"
    assert history(park) == history(park, other) == []
    unknown = "VGVuYW50OjAwMDAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA"
    assert declare(park, months("AREA", "1"), tenant=unknown)["code"] == "NOT_REGISTERED"
