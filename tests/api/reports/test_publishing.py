"""Reports over real HTTP: closed, published, pulled in every form, restated; who sees them, and what refuses one."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from hashlib import sha256
from typing import Any

import httpx
import psycopg
import pytest

from api.client import Client
from emission_factors import decimals
from ledger.setup import Databases
from reports.reading import read_document
from reports.recomputing import recompute
from reports.rendering.languages import Language
from reports.rendering.renderings import RENDERERS, Form, render
from reports.verifying import verify_report
from tests.api.identity.replayed import Asker, elsewhere
from tests.api.test_flows import CORRECT, row
from tests.api.test_history import sealed
from tests.managed_park import whole
from tests.published import STEP, Reported, trusted
from tests.reports.reported import cell
from tests.service import Service

WRITTEN = ("reports", "report_recipients", "recordings", "period_events")


class Published:
    """A tenant's month, closed and published, and its editions."""

    def __init__(self, service: Service, client: Client) -> None:
        self.park = Reported(service, client)
        [self.power, _] = self.park.book(
            row("a", "electricity.grid", "1000", "MWh"), row("b", "stationary.diesel", "500", "L")
        )
        self.park.close("MONTH", "2024-03")
        contact = [{"name": "contact", "value": "Li Hua"}]
        self.report = self.park.publish(identifiers=contact)

    def pulled(self, form: Form, language: Language) -> httpx.Response:
        """Fetch a rendering."""
        return self.park.pull(self.report, RENDERERS[form].ending, params={"language": language.value})


@pytest.fixture(scope="module")
def there(service: Service) -> Iterator[Published]:
    with Client(service.url) as client:
        yield Published(service, client)


@pytest.fixture
def park(service: Service, client: Client) -> Reported:
    return Reported(service, client)


def counts(databases: Databases) -> dict[str, Any]:
    with psycopg.connect(databases.owner_url) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in WRITTEN}


def refused(park: Reported, databases: Databases, by: Asker | None = None, **more: Any) -> Any:
    """Return the refusal of a publication that leaves nothing."""
    before = counts(databases)
    answer = park.publishing(by, **more)
    assert answer["__typename"] == "Refusal", answer
    assert counts(databases) == before
    return answer["code"], answer["field"]


def test_what_is_pulled_is_what_was_published(there: Published) -> None:
    report = there.park.report(there.report["id"])
    content = there.park.pull(report, "json").content
    assert sha256(content).hexdigest() == report["sha256"]
    document = read_document(content)
    told = {one["name"]: Decimal(one["kilograms"]) for one in report["totals"]}
    assert {name: decimals.shown(value) for name, value in document.totals.items()} == {
        name: decimals.shown(value) for name, value in told.items()
    }
    assert recompute(json.loads(content)) == ()
    for form, language in [*((form, Language.EN) for form in Form), (Form.IXBRL, Language.ZH)]:
        pulled, made = there.pulled(form, language), render(document, form, language)
        assert pulled.content == made.content
        assert pulled.headers["content-type"].startswith(made.media_type)
        assert f'filename="{made.file_name}"' in pulled.headers["content-disposition"]


def test_its_totals_are_those_of_the_footprint_as_of_its_instant(there: Published) -> None:
    asked = """query ($t: ID!, $at: DateTime) { footprint(boundary: {tenantId: $t},
      period: {first: "2024-03", last: "2024-03"}, basis: {knownAt: $at}) {
      totals { scope1 { co2e } scope2Location { co2e } totalMarket { co2e } } } }"""
    report = there.park.report(there.report["id"])
    given = {"t": there.park.tenant, "at": report["knownAt"]}
    found = there.park.admin.ask(asked, given).json()["data"]["footprint"]["totals"]
    told = {one["name"]: decimals.shown(Decimal(one["kilograms"])) for one in report["totals"]}
    names = {"scope1": "SCOPE_1", "scope2Location": "SCOPE_2_LOCATION", "totalMarket": "TOTAL_MARKET"}
    assert {names[name]: Decimal(one["co2e"]) for name, one in found.items()} == {
        name: told[name] for name in names.values()
    }


def test_a_file_has_its_hash_as_tag_and_is_not_sent_twice(there: Published) -> None:
    first, again = (there.park.pull(there.report, "pdf") for _ in range(2))
    assert first.content == again.content
    assert first.headers["etag"] == f'"{sha256(first.content).hexdigest()}"'
    assert first.headers["content-digest"].startswith("sha-256=:")
    assert first.headers["cache-control"] == "private, no-cache"
    there.park.admin.headers["if-none-match"] = f'"x", W/{first.headers["etag"]}'
    held = there.park.pull(there.report, "pdf")
    del there.park.admin.headers["if-none-match"]
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "content-digest" not in held.headers, "there is no content (RFC 9530)"
    chinese = there.park.pull(there.report, "pdf", params={"language": "zh"})
    assert chinese.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("form", "params", "status", "code"),
    [
        ("docx", {}, 404, "NOT_FOUND"),
        ("", {}, 404, "NOT_FOUND"),
        ("pdf", {"language": "fr"}, 400, "BAD_USER_INPUT"),
        ("pdf", {"lang": "zh"}, 400, "BAD_USER_INPUT"),
    ],
)
def test_other_forms_and_parameters_are_refused(
    there: Published, form: str, params: dict[str, str], status: int, code: str
) -> None:
    answer = there.park.pull(there.report, form, params=params)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


def test_the_signed_file_verifies_offline_and_stays_the_same(there: Published, databases: Databases) -> None:
    early = there.park.pull(there.report, "signed.json")
    assert early.status_code in (200, 409)
    assert early.status_code == 200 or (early.headers["retry-after"], early.json()["errors"][0]["extensions"]) == (
        "5",
        {"code": "NOT_SEALED"},
    )
    sealed(databases)
    first = there.park.pull(there.report, "signed.json")
    verdict = verify_report(first.content, [trusted()])
    assert verdict.holds, verdict
    there.park.book(row("later", "electricity.grid", "5", "MWh", **whole("2024-05")))
    sealed(databases)
    assert there.park.pull(there.report, "signed.json").content == first.content
    broken = first.content.replace(b"441900", b"441901")
    assert broken != first.content
    assert not verify_report(broken, [trusted()]).holds


def test_the_publication_is_an_event_that_names_the_bytes(there: Published, databases: Databases) -> None:
    sealed(databases)
    asked = """query ($t: ID!) { history(tenantId: $t, first: 500) { nodes { kind rows { table count }
      changes { table before { name } after { name value } } } } }"""
    events = there.park.client.ask(asked, {"t": there.park.tenant})["history"]["nodes"]
    event = next(one for one in events if one["kind"] == "publishReport")
    assert {one["table"]: one["count"] for one in event["rows"]} == {"reports": 1, "report_recipients": 1}
    [change] = [one for one in event["changes"] if one["table"] == "reports"]
    after = {one["name"]: one["value"] for one in change["after"]}
    assert change["before"] is None
    assert after["sha256"] == after["content"] == there.report["sha256"]


def test_a_correction_leads_to_a_restatement_that_the_bridge_explains(park: Reported, databases: Databases) -> None:
    [power] = park.book(row("a", "electricity.grid", "1000", "MWh"))
    park.close("MONTH", "2024-03")
    contact = [{"name": "contact", "value": "Li Hua"}]
    first = park.publish(identifiers=contact, regulators=["bureau"])
    sealed(databases)
    signed = park.pull(first, "signed.json").content
    correction = {"activityId": power, "quantity": "1100", "unit": "MWh", "reason": "misread"}
    answer = park.admin.ask(CORRECT, {"input": {**correction, "adjustment": {"reason": "meter factor"}}}).json()
    assert "activity" in answer["data"]["correctActivity"], answer
    stale = park.report(first["id"])["stale"]
    assert [(one["code"], one["count"]) for one in stale["reasons"]] == [("ACTIVITIES", 1)]

    second = park.publish(supersedes=first["id"], reason="meter factor of substation 3")
    assert (second["version"], second["supersedes"]["id"], second["reason"]) == (
        2,
        first["id"],
        "meter factor of substation 3",
    )
    assert [one["regulator"] for one in second["recipients"]] == ["bureau"]
    document = read_document(park.pull(second, "json").content)
    assert document.supersedes == first["sha256"]
    assert document.subject.identifiers["contact"] == "Li Hua"
    effects = [
        cell(document, "CHANGES", "LOCATION.TOTAL", name)
        for name in ("activity", "factor", "gwp", "boundary", "method")
    ]
    before, after, difference = (
        cell(document, "CHANGES", "LOCATION.TOTAL", name) for name in ("before", "after", "difference")
    )
    old = read_document(park.pull(first, "json").content)
    assert before * 1000 == old.totals["TOTAL_LOCATION"]
    assert after * 1000 == document.totals["TOTAL_LOCATION"]
    assert effects == [difference, 0, 0, 0, 0]
    assert cell(document, "CHANGES", "LOCATION.SCOPE_2.electricity", "activity") == Decimal("44.19")

    sealed(databases)
    assert park.pull(first, "signed.json").content == signed
    assert verify_report(signed, [trusted()]).holds
    new = park.pull(second, "signed.json").content
    assert verify_report(new, [trusted()], earlier=[signed]).holds
    told = park.report(first["id"])
    assert told["supersededBy"] == {"id": second["id"], "version": 2}
    assert [one["code"] for one in told["stale"]["reasons"]] == ["ACTIVITIES", "SUPERSEDED"]
    assert park.report(second["id"])["stale"] == {"isStale": False, "reasons": []}


def test_a_period_that_is_not_closed_is_previewed_and_not_published(park: Reported, databases: Databases) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    assert refused(park, databases) == ("PERIOD_NOT_CLOSED", "first")
    before = counts(databases)
    shown = park.preview()
    document = read_document(shown["content"].encode())
    assert (sha256(shown["content"].encode()).hexdigest(), shown["rests"]["heads"]) == (shown["sha256"], [])
    assert document.totals["SCOPE_2_LOCATION"] == 441900
    basis = {"regime": "GHG_PROTOCOL", "knownAt": shown["knownAt"]}
    park.book(row("b", "electricity.grid", "7", "MWh"))
    assert park.preview(basis=basis)["sha256"] == shown["sha256"], "as of the same instant"
    assert park.preview()["sha256"] != shown["sha256"]
    assert counts(databases)["reports"] == before["reports"]


def test_what_cannot_be_published_leaves_nothing(there: Published, databases: Databases) -> None:
    park, first = there.park, there.report["id"]
    assert refused(park, databases) == ("ALREADY_PUBLISHED", "supersedes")
    assert refused(park, databases, kind="PARK") == ("BAD_REPORT", "kind")
    assert refused(park, databases, parkId=park.park, tenantId=park.tenant) == ("BAD_REPORT", "tenantId")
    assert refused(park, databases, regime="NDRC_910_2025") == ("BAD_REPORT", "regime")
    assert refused(park, databases, cadence="QUARTER") == ("BAD_PERIOD", "first")
    assert refused(park, databases, reason="because") == ("BAD_REPORT", "supersedes")
    assert refused(park, databases, supersedes=first) == ("TEXT_NOT_ACCEPTED", "reason")
    assert refused(park, databases, supersedes=first, reason="x", kind="ISO_14064") == ("BAD_REPORT", "supersedes")
    early = {"supersedes": first, "reason": "x", "knownAt": "2024-04-01T00:00:00Z"}
    assert refused(park, databases, **early) == ("BAD_REPORT", "knownAt")
    assert refused(park, databases, identifiers=[{"name": "iban", "value": "1"}]) == ("BAD_REPORT", "identifiers")
    assert refused(park, databases, regulators=[" "]) == ("TEXT_NOT_ACCEPTED", "regulators")
    assert refused(park, databases, supersedes=elsewhere(first), reason="x") == ("REPORT_NOT_FOUND", "")
    assert refused(park, databases, park.operating) == ("NOT_REGISTERED", "")
    assert refused(park, databases, parkId=park.park, kind="PARK") == ("NOT_REGISTERED", "")


def test_of_two_who_publish_at_once_one_wins(park: Reported, databases: Databases) -> None:
    park.book(row("a", "electricity.grid", "1", "MWh"))
    park.close("MONTH", "2024-03")

    def at_once(**more: Any) -> list[Any]:
        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(lambda: Reported.publishing(park, **more)) for _ in range(4)]
            return [job.result() for job in jobs]

    first = at_once()
    assert sorted(one["__typename"] for one in first) == ["Refusal"] * 3 + ["ReportPublished"]
    assert {one["code"] for one in first if "code" in one} == {"ALREADY_PUBLISHED"}
    report = next(one["report"] for one in first if "report" in one)
    again = at_once(supersedes=report["id"], reason="again")
    assert sorted(one["__typename"] for one in again) == ["Refusal"] * 3 + ["ReportPublished"]
    assert {one["code"] for one in again if "code" in one} <= {"ALREADY_PUBLISHED", "REPORT_SUPERSEDED"}
    assert len(park.listed(tenant=park.tenant)) == 2
    assert refused(park, databases, supersedes=report["id"], reason="x") == ("REPORT_SUPERSEDED", "supersedes")


def test_reopening_and_what_is_declared_make_a_report_stale(park: Reported) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    park.close("MONTH", "2024-03")
    report = park.publish()
    park.book(row("b", "electricity.grid", "1", "MWh", **whole("2024-04")))
    park.book(row("c", "electricity.grid", "1", "MWh", **whole("2024-01")))
    park.floor("2024-04")
    assert park.report(report["id"])["stale"] == {"isStale": False, "reasons": []}, "of other months alone"
    park.floor("2024-03")
    park.certificate("2024-03")
    reopened = {"tenantId": park.tenant, "kind": "MONTH", "first": "2024-03", "reason": "late bill"}
    answer = park.admin.ask(
        STEP.format("reopenPeriod").replace("PeriodStepInput", "ReopenPeriodInput"), {"input": reopened}
    )
    assert answer.json()["data"]["reopenPeriod"]["__typename"] == "PeriodChanged", answer.text
    reasons = park.report(report["id"])["stale"]["reasons"]
    assert [(one["code"], one["count"]) for one in reasons] == [
        ("DECLARATIONS", 1),
        ("INSTRUMENTS", 1),
        ("REOPENED", 1),
    ]


def test_a_parks_report_is_of_its_operator_and_says_who_did_not_close(park: Reported) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    of_park = {"kind": "PARK", "parkId": park.park}
    park.close("MONTH", "2024-03", park.operator, park.operating)
    report = park.publish(park.operating, **of_park)
    assert (report["park"]["code"], report["tenant"]["code"]) == (park.code, "op")
    assert len(report["rests"]["heads"]) == 2
    assert "t1: month 2024-03 was not closed by the tenant" in report["gaps"]
    assert not any(one.startswith("op: month") for one in report["gaps"])
    administrator = park.asker(park.operator, "TENANT_ADMINISTRATOR")
    assert [park.report(report["id"], by) for by in (park.admin, administrator)] == ["NOT_FOUND"] * 2
    assert park.report(report["id"], park.operating)["id"] == report["id"]
    assert park.listed(park.operating, park=park.park) == [report["id"]]
    assert park.listed(administrator, park=park.park) == park.listed(administrator) == []


def test_who_does_not_read_the_tenant_does_not_find_its_reports(there: Published, service: Service) -> None:
    park, report = there.park, there.report
    stranger = park.asker(park.add_tenant("t2")[0], "TENANT_ADMINISTRATOR")
    assert (park.report(report["id"], stranger), park.listed(stranger)) == ("NOT_FOUND", [])
    foreign, none = park.pull(report, "json", stranger), park.pull({"id": elsewhere(report["id"])}, "json", stranger)
    assert (foreign.status_code, foreign.content) == (none.status_code, none.content) == (404, none.content)
    assert park.pull(report, "json", Asker(service, "")).status_code == 401
    contributor = park.asker(park.tenant, "CONTRIBUTOR")
    assert park.pull(report, "json", contributor).status_code == 403
    assert park.report(report["id"], park.reviewer)["id"] == report["id"]
    assert park.report(report["id"], park.operating)["id"] == report["id"]


def test_a_regulator_sees_exactly_what_is_published_to_it(park: Reported, databases: Databases) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    park.close("MONTH", "2024-03")
    named, other = park.regulator(park.tenant, system="bureau-a"), park.regulator(park.tenant, system="bureau-b")
    stranger = park.regulator(park.operator, system="bureau-a")
    reports = {
        "all": park.publish(),
        "a": park.publish(kind="ISO_14064", regulators=["bureau-a"]),
        "nobody": park.publish(kind="ESRS_E1", regulators=[]),
    }
    ids = {name: one["id"] for name, one in reports.items()}
    assert park.listed(named) == [ids["a"], ids["all"]]
    assert park.listed(other) == [ids["all"]]
    assert park.listed(stranger) == []
    assert [park.report(ids["a"], by) for by in (other, stranger)] == ["NOT_FOUND"] * 2
    told = park.report(ids["a"], named)
    assert (told["stale"], told["tenant"]["code"], told["sha256"]) == (None, "t1", reports["a"]["sha256"])
    assert [one["regulator"] for one in told["recipients"]] == ["bureau-a"]
    sealed(databases)
    signed = park.pull(reports["a"], "signed.json", named)
    assert verify_report(signed.content, [trusted()]).holds
    assert park.pull(reports["nobody"], "signed.json", named).status_code == 404
    assert park.preview(named)["extensions"]["code"] == "FORBIDDEN"


ADDRESS = """mutation ($input: AddressReportInput!) { addressReport(input: $input) { __typename
  ... on ReportAddressed { added report { sha256 recipients { regulator } } }
  ... on Refusal { code field message } } }"""


def addressed(park: Reported, report: str, by: Asker | None = None, **more: Any) -> Any:
    """Address a report, and return the answer."""
    answer = (by or park.admin).ask(ADDRESS, {"input": {"reportId": report, **more}}).json()
    return answer["data"]["addressReport"] if answer.get("data") else answer["errors"][0]["extensions"]["code"]


def test_a_published_report_is_addressed_to_another_regulator(park: Reported, databases: Databases) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    park.close("MONTH", "2024-03")
    named, other = park.regulator(park.tenant, system="bureau-a"), park.regulator(park.tenant, system="bureau-b")
    first = park.publish(regulators=["bureau-a"])
    assert park.report(first["id"], other) == "NOT_FOUND"
    told = addressed(park, first["id"], regulators=["bureau-b", "bureau-a"])
    assert (told["added"], told["report"]["sha256"]) == (["bureau-b"], first["sha256"])
    assert [one["regulator"] for one in told["report"]["recipients"]] == ["bureau-a", "bureau-b"]
    assert park.report(first["id"], other)["sha256"] == first["sha256"]
    before = counts(databases)
    assert addressed(park, first["id"], regulators=["bureau-b"])["added"] == [], "a retry"
    refusals: list[tuple[dict[str, Any], Asker | None, str]] = [
        ({"regulators": []}, None, "BAD_REPORT"),
        ({"regulators": [" "]}, None, "TEXT_NOT_ACCEPTED"),
        ({"regulators": [f"r{n}" for n in range(101)]}, None, "BAD_REPORT"),
        ({"regulators": [f"r{n}" for n in range(99)]}, None, "BAD_REPORT"),
        ({"regulators": ["x"]}, park.operating, "NOT_REGISTERED"),
    ]
    for given, by, code in refusals:
        assert addressed(park, first["id"], by, **given)["code"] == code, given
    assert addressed(park, elsewhere(first["id"]), regulators=["x"])["code"] == "REPORT_NOT_FOUND"
    assert addressed(park, first["id"], named, regulators=["x"]) == "FORBIDDEN"
    second = park.publish(supersedes=first["id"], reason="late bill")
    assert addressed(park, first["id"], regulators=["x"])["code"] == "REPORT_SUPERSEDED"
    written = {name: count[0] - before[name][0] for name, count in counts(databases).items()}
    assert written == {"reports": 1, "report_recipients": 2, "recordings": 1, "period_events": 0}, "the second edition"
    assert addressed(park, second["id"])["added"] == [None]
    sealed(databases)
    asked = """query ($t: ID!) { history(tenantId: $t, first: 500) {
      nodes { kind changes { after { name value } } } } }"""
    kinds = park.client.ask(asked, {"t": park.tenant})["history"]["nodes"]
    events = [one for one in kinds if one["kind"] == "addressReport"]
    found = [{one["name"]: one["value"] for one in change["after"]} for one in events for change in one["changes"]]
    assert [one["regulator"] for one in found] == ["bureau-b", ""]


WITHDRAW = """mutation ($input: WithdrawReportAddressInput!) { withdrawReportAddress(input: $input) { __typename
  ... on ReportAddressWithdrawn { isNew report { sha256 recipients { regulator } } }
  ... on Refusal { code field message } } }"""


def withdrawn(park: Reported, report: str, regulator: str | None, by: Asker | None = None, **more: Any) -> Any:
    """Withdraw an address, and return the answer."""
    given = {"reportId": report, "regulator": regulator, "reason": "meant for the city", **more}
    answer = (by or park.admin).ask(WITHDRAW, {"input": given}).json()
    return answer["data"]["withdrawReportAddress"] if answer.get("data") else answer["errors"][0]["extensions"]["code"]


def test_an_address_is_withdrawn(park: Reported, databases: Databases) -> None:
    park.book(row("a", "electricity.grid", "1000", "MWh"))
    park.close("MONTH", "2024-03")
    named, other = park.regulator(park.tenant, system="bureau-a"), park.regulator(park.tenant, system="bureau-b")
    report = park.publish(regulators=["bureau-a", "bureau-b"])
    key = report["id"]
    assert park.report(key, other)["sha256"] == report["sha256"]
    before = counts(databases)
    refusals: list[tuple[str | None, dict[str, Any], Asker | None, str]] = [
        ("bureau-c", {}, None, "NOT_A_RECIPIENT"),
        (None, {}, None, "NOT_A_RECIPIENT"),
        ("bureau-b", {"reason": " "}, None, "TEXT_NOT_ACCEPTED"),
        (" ", {}, None, "TEXT_NOT_ACCEPTED"),
        ("bureau-b", {}, park.operating, "NOT_REGISTERED"),
    ]
    for regulator, given, by, code in refusals:
        assert withdrawn(park, key, regulator, by, **given)["code"] == code, (regulator, given)
    assert withdrawn(park, elsewhere(key), "bureau-b")["code"] == "REPORT_NOT_FOUND"
    assert withdrawn(park, key, "bureau-b", named) == "FORBIDDEN"
    assert counts(databases) == before
    told = withdrawn(park, key, "bureau-b")
    assert (told["isNew"], told["report"]) == (
        True,
        {"sha256": report["sha256"], "recipients": [{"regulator": "bureau-a"}]},
    )
    assert (park.report(key, other), park.pull(report, "json", other).status_code) == ("NOT_FOUND", 404)
    assert (park.listed(other), park.listed(named)) == ([], [key])
    assert park.report(key, named)["sha256"] == report["sha256"]
    assert withdrawn(park, key, "bureau-b")["isNew"] is False, "a retry"
    again = addressed(park, key, regulators=["bureau-b"])
    assert (again["code"], "was withdrawn on" in again["message"]) == ("BAD_REPORT", True)
    written = {name: count[0] - before[name][0] for name, count in counts(databases).items()}
    assert written == {name: int(name == "recordings") for name in WRITTEN}
    assert addressed(park, key)["added"] == [None]
    assert park.report(key, other)["sha256"] == report["sha256"], "another address is for it"
    assert withdrawn(park, key, None)["isNew"] is True
    assert park.report(key, other) == "NOT_FOUND"
    sealed(databases)
    asked = """query ($t: ID!) { history(tenantId: $t, first: 500) {
      nodes { kind changes { after { name value } } } } }"""
    kinds = park.client.ask(asked, {"t": park.tenant})["history"]["nodes"]
    events = [one for one in kinds if one["kind"] == "withdrawReportAddress"]
    found = [{one["name"]: one["value"] for one in change["after"]} for one in events for change in one["changes"]]
    assert [(one["regulator"], one["reason"]) for one in found] == [
        ("bureau-b", "meant for the city"), ("", "meant for the city"),
    ]  # fmt: skip


def test_reports_are_listed_by_pages_and_filters(park: Reported) -> None:
    for month in ("2024-01", "2024-02"):
        park.close("MONTH", month)
    ids = [park.publish(first=month)["id"] for month in ("2024-01", "2024-02")]
    ids.append(park.publish(first="2024-02", kind="ISO_14064")["id"])
    assert park.listed() == ids[::-1]
    assert park.listed(tenant=park.tenant, kind="ISO_14064") == [ids[2]]
    assert park.listed(to="2024-01") == [ids[0]]
    assert park.listed(since="2024-02") == [ids[2], ids[1]]
    assert park.listed(first=1) == [ids[2]]
    assert park.listed(tenant=park.operator) == []
