"""A tenant whose periods are closed and whose reports are published over HTTP, by keys of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from api.client import Client
from proofs.keys import PublicKey, read_private_key
from tests.api.identity.replayed import DENOMINATORS, INSTRUMENT, RECORD, Asker, granted
from tests.managed_park import ManagedPark
from tests.service import Service, signing_key_file

STEP = (
    """mutation ($input: PeriodStepInput!) {{ {}(input: $input) {{ __typename ... on Refusal {{ code message }} }} }}"""
)
REPORT = """id kind cadence first last version reason knownAt publishedAt publishedBy sha256 signature key gaps
  totals { name kilograms } tenant { code } park { code } supersedes { id version } supersededBy { id version }
  rests { factorRelease factorReleaseHash judgedOn basis { name value } heads { origin size root note } }
  stale { isStale reasons { code since count } } recipients { regulator }
  downloads { form language mediaType path }"""
PUBLISH = f"""mutation ($input: PublishReportInput!) {{ publishReport(input: $input) {{ __typename
  ... on ReportPublished {{ report {{ {REPORT} }} }} ... on Refusal {{ code field message }} }} }}"""
ASK = f"query ($id: ID!) {{ report(id: $id) {{ {REPORT} }} }}"
LIST = """query ($tenant: ID, $park: ID, $kind: ReportKind, $from: YearMonth, $to: YearMonth, $first: Int,
    $after: String) {
  reports(tenantId: $tenant, parkId: $park, kind: $kind, from: $from, to: $to, first: $first, after: $after) {
    nodes { id version kind first stale { isStale } } pageInfo { hasNextPage endCursor } } }"""
PREVIEW = """query ($input: ReportPreviewInput!) { reportPreview(input: $input) {
  knownAt sha256 content lineCount gaps totals { name kilograms } rests { heads { size } } } }"""


class Reported(ManagedPark):
    """A park whose tenant posts, closes and publishes; `admin` and `reviewer` are its keys, `operating` the park's."""

    def __init__(self, service: Service, client: Client) -> None:
        super().__init__(client)
        self.service = service
        self.admin = self.asker(self.tenant, "TENANT_ADMINISTRATOR")
        self.reviewer = self.asker(self.tenant, "REVIEWER")
        self.operating = self.asker(self.operator, "PARK_OPERATOR")

    def asker(self, tenant: str, role: str, **more: Any) -> Asker:
        """Return somebody with a key of a role."""
        return Asker(self.service, granted(self.client, tenant, role, **more)["key"])

    def regulator(self, *named: str, system: str = "") -> Asker:
        """Return a regulator that is named for tenants, in a grant of the operator."""
        more = {"system": system or f"bureau-{uuid4().hex[:6]}", "namedIds": list(named), "expiresAt": _until()}
        return self.asker(self.operator, "REGULATOR", **more)

    def close(self, kind: str, first: str, tenant: str = "", by: Asker | None = None) -> None:
        """Submit, review and close a period of the tenant."""
        key, admin = tenant or self.tenant, by or self.admin
        given = {"tenantId": key, "kind": kind, "first": first}
        for name, asker in (("submitPeriod", admin), ("reviewPeriod", self.checking(key)), ("closePeriod", admin)):
            answer = asker.ask(STEP.format(name), {"input": given}).json()
            assert answer["data"][name]["__typename"] == "PeriodChanged", answer

    def checking(self, tenant: str) -> Asker:
        """Return who reviews periods of a tenant."""
        return self.reviewer if tenant == self.tenant else self.asker(tenant, "REVIEWER")

    def asked(self, **more: Any) -> dict[str, Any]:
        """Return what is asked of a month of the tenant."""
        given = {"kind": "GHG_PROTOCOL", "cadence": "MONTH", "first": "2024-03", **more}
        return given if "parkId" in given else {"tenantId": self.tenant, **given}

    def publishing(self, by: Asker | None = None, **more: Any) -> Any:
        """Publish, and return the answer."""
        answer = (by or self.admin).ask(PUBLISH, {"input": self.asked(**more)}).json()
        assert "errors" not in answer, answer
        return answer["data"]["publishReport"]

    def publish(self, by: Asker | None = None, **more: Any) -> Any:
        """Publish, and return the report."""
        answer = self.publishing(by, **more)
        assert answer["__typename"] == "ReportPublished", answer
        return answer["report"]

    def report(self, key: str, by: Asker | None = None) -> Any:
        """Return a report as it is told."""
        answer = (by or self.admin).ask(ASK, {"id": key}).json()
        return answer["data"]["report"] if answer.get("data") else answer["errors"][0]["extensions"]["code"]

    def listed(self, by: Asker | None = None, **more: Any) -> list[str]:
        """Return the ids of reports in their order; `since` is the argument `from`."""
        more |= {"from": more.pop("since")} if "since" in more else {}
        answer = (by or self.admin).ask(LIST, more).json()
        return [one["id"] for one in answer["data"]["reports"]["nodes"]]

    def floor(self, month: str) -> None:
        """Declare the floor area of a month."""
        rows = [{"denominator": "AREA", "month": month, "value": "100", "unit": "m2"}]
        answer = self.client.ask(DENOMINATORS, {"t": self.tenant, "rows": rows})["declareDenominators"]
        assert "declarations" in answer, answer

    def certificate(self, month: str) -> None:
        """Record a certificate that is claimed for a month."""
        months = {"firstMonth": month, "lastMonth": month, "claimedFrom": month, "claimedTo": month}
        given = {**INSTRUMENT, **months, "tenantId": self.tenant, "code": "gec", "siteId": self.site}
        assert "instrument" in self.client.ask(RECORD, {"input": given})["recordInstrument"]

    def preview(self, by: Asker | None = None, **more: Any) -> Any:
        """Return a preview, or the code of the error."""
        answer = (by or self.admin).ask(PREVIEW, {"input": self.asked(**more)}).json()
        return answer["data"]["reportPreview"] if answer.get("data") else answer["errors"][0]

    def pull(self, report: Any, form: str, by: Asker | None = None, **more: Any) -> httpx.Response:
        """Fetch a file of a report."""
        return (by or self.admin).send("GET", f"/reports/v1/{report['id']}.{form}", **more)


def _until() -> str:
    """Return an end that a regulator's grant may have."""
    return (datetime.now(UTC) + timedelta(days=90)).isoformat()


def trusted() -> PublicKey:
    """Return the key that the tests' services sign with."""
    return read_private_key("parkledger", signing_key_file().read_bytes()).public
