"""A client that publishes a report of a closed month, and restates it again and again."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import httpx

from api.client import Client, authorization
from ledger.identity.api_keys import derived_key
from ledger.identity.grant_checks import NewGrant
from ledger.identity.principals import NO_TENANT_ID, Role
from ledger.identity.standing_grants import grant_once
from ledger.setup import Databases
from proofs.keys import PublicKey
from reports.verifying import verify_report
from schema.global_ids import decode_uuid
from tests.api.test_flows import Park
from tests.faults.clients import Ledgered, Violated, Working
from tests.service import PEPPER

MONTH: Final = "2024-03"
_STEP: Final = """mutation ($input: PeriodStepInput!) {{ {0}Period(input: $input) {{
  ... on PeriodChanged {{ period {{ state }} }} ... on Refusal {{ code message }} }} }}"""
_PUBLISH: Final = """mutation ($input: PublishReportInput!) { publishReport(input: $input) {
  ... on ReportPublished { report { id version } } ... on Refusal { code message } } }"""
_NEWEST: Final = """query ($tenant: ID!) { reports(tenantId: $tenant, first: 1) { nodes { id version } } }"""
_REVIEWER: Final = derived_key(PEPPER.encode(), "reviewer")
_PUBLISHED_BEFORE: Final = {"ALREADY_PUBLISHED", "REPORT_SUPERSEDED"}


def closed_month(databases: Databases, client: Client, park: Park) -> tuple[str, Ledgered]:
    """Register a tenant with rows in a month that is closed; return its id and what was posted."""
    tenant, _ = park.add_tenant("t3")
    ledgered = Ledgered("reported", sent=1)
    ledgered.acknowledged[0] = [one["activityId"] for one in park.post(*ledgered.rows(0), tenant=tenant)["outcomes"]]
    new = NewGrant(NO_TENANT_ID, "reviewer", Role.PLATFORM)
    asyncio.run(grant_once(databases.service_url, PEPPER.encode(), [(new, _REVIEWER)]))
    given = {"input": {"tenantId": tenant, "kind": "MONTH", "first": MONTH}}
    park.client.ask(_STEP.format("submit"), given)
    client.ask(_STEP.format("review"), given)
    closed = park.client.ask(_STEP.format("close"), given)["closePeriod"]
    if closed.get("period") != {"state": "CLOSED"}:
        raise Violated(f"the month is not closed: {closed}")
    return tenant, ledgered


def reviewing(url: str) -> Client:
    """Return a client of somebody else than the one who submits."""
    return Client(url, key=_REVIEWER.text)


class Publisher(Working):
    """Publishes edition after edition; one whose answer is lost is looked for before the next."""

    def __init__(self, tenant: str, url: Callable[[], str], stopping: threading.Event) -> None:
        super().__init__("publisher", url, stopping)
        self.tenant = tenant
        self.newest: dict[str, Any] = {}
        self.published: list[str] = []

    def step(self) -> None:
        self.progress.release()  # a kill that waits for this one comes while it is published
        given = {"kind": "GHG_PROTOCOL", "cadence": "MONTH", "first": MONTH, "tenantId": self.tenant}
        if self.newest:
            given |= {"supersedes": self.newest["id"], "reason": "looked at again"}
        answer = self.ask(_PUBLISH, {"input": given}, "publishReport")
        if answer.get("code") in _PUBLISHED_BEFORE:
            found = self.ask(_NEWEST, {"tenant": self.tenant}, "reports")["nodes"][0]
        elif "report" in answer:
            found = answer["report"]
        else:
            raise Violated(f"publishing was answered {answer}")
        if found["version"] != self.newest.get("version", 0) + 1:
            raise Violated(f"after {self.newest} the newest report is {found}")
        self.newest = found
        self.published.append(found["id"])
        self.stopping.wait(0.2)

    def ids(self) -> list[UUID]:
        """Return what was published."""
        return [decode_uuid(one, "Report") for one in list(self.published)]

    def verify(self, key: PublicKey, most: int = 12) -> int:
        """Download the newest editions as signed files and verify them offline, as one chain; return how many."""
        files = [self._file(one) for one in self.published[-most:]]
        verdict = verify_report(files[-1], [key], files[:-1])
        if not verdict.holds:
            raise Violated("\n".join(verdict.told()))
        return len(files)

    def _file(self, report: str) -> bytes:
        found = httpx.get(f"{self.url()}/reports/v1/{report}.signed.json", headers=authorization(), timeout=60)
        if found.status_code != httpx.codes.OK:
            raise Violated(f"{report}.signed.json is answered with {found.status_code}: {found.text[:300]}")
        return found.content
