"""Two services of the pages' own: one fresh, one with a park, so that what is first in them is known."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from api.client import Client
from tests.conftest import Server
from tests.service import Service, environment, start_service

YEAR = datetime.now(UTC).year - 1

REGISTER = """mutation ($park: RegisterParkInput!) {
  registerPark(input: $park) { ... on ParkRegistered { park { id } } ... on Refusal { message } } }"""
TENANT = """mutation ($tenant: RegisterTenantInput!) {
  registerTenant(input: $tenant) { ... on TenantRegistered { tenant { id } } ... on Refusal { message } } }"""
SITE = """mutation ($site: AddSiteInput!) {
  addSite(input: $site) { ... on SiteAdded { site { id } } ... on Refusal { message } } }"""
SOURCE = """mutation ($source: AddSourceInput!) {
  addSource(input: $source) { ... on SourceAdded { source { id } } ... on Refusal { message } } }"""
POST = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { acceptedCount outcomes { activityId } } ... on Refusal { message } } }"""
CORRECT = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { version } } ... on Refusal { message } } }"""

BASE_YEAR = """mutation ($tenant: ID!, $policy: BaseYearPolicyInput!) {
  declareBaseYear(tenantId: $tenant, policy: $policy) { ... on DeclarationsAdded { declarations { version } }
    ... on Refusal { message } } }"""


@pytest.fixture(scope="session")
def fresh_service(server: Server, worker_id: str) -> Iterator[Service]:
    """A service without a park."""
    started = start_service(environment(server.create(f"fresh_pages_{worker_id}")))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def stocked_service(server: Server, worker_id: str) -> Iterator[Service]:
    """A service with one park, one tenant, and a year of electricity, gas and refrigerant."""
    started = start_service(environment(server.create(f"stocked_pages_{worker_id}")))
    with Client(started.url) as client:
        stock(client)
    yield started
    started.stop()


def stock(client: Client) -> None:
    """Register a park, post a year and declare it the base year.

    The earliest activity is corrected, so that it no longer stands as posted.
    """
    park = {"code": "p", "nameEn": "Test park", "nameZh": "测试园区", "region": "CN-GD", "timeZone": "Asia/Shanghai"}
    park_id = client.ask(REGISTER, {"park": park | {"proxyRegions": ["GB"]}})["registerPark"]["park"]["id"]
    tenant = {"parkId": park_id, "code": "t", "nameEn": "Tenant", "nameZh": "企业"}
    tenant_id = client.ask(TENANT, {"tenant": tenant})["registerTenant"]["tenant"]["id"]
    site = {"tenantId": tenant_id, "code": "s", "nameEn": "Site", "nameZh": "厂区"}
    site_id = client.ask(SITE, {"site": site})["addSite"]["site"]["id"]
    source = {"siteId": site_id, "code": "m1", "nameEn": "Meter", "nameZh": "电表"}
    assert client.ask(SOURCE, {"source": source})["addSource"]["source"]["id"]
    rows = [row for month in range(1, 12) for row in month_rows(month)]
    given = {"tenantId": tenant_id, "idempotencyKey": str(uuid4()), "rows": rows}
    posted = client.ask(POST, {"input": given})["postActivities"]
    assert posted["acceptedCount"] == 33
    change = {"activityId": posted["outcomes"][0]["activityId"], "quantity": "1000", "reason": "misread"}
    assert client.ask(CORRECT, {"input": change})["correctActivity"]["activity"]["version"] == 2
    total, approach = "SCOPES_1_AND_2_LOCATION", "OPERATIONAL_CONTROL"
    policy = {"year": YEAR, "total": total, "approach": approach, "thresholdPercent": "5", "document": "board 12"}
    declared = client.ask(BASE_YEAR, {"tenant": tenant_id, "policy": policy})["declareBaseYear"]
    assert declared == {"declarations": [{"version": 1}]}


def month_rows(month: int) -> list[dict[str, str]]:
    """Return the rows of one month: electricity, gas, refrigerant."""
    quantities = [
        ("electricity.grid", "120000.5", "kWh"),
        ("stationary.natural_gas", "1.25", "10^4Nm3"),
        ("refrigerant.leaked/R-410A", "0.8", "kg"),
    ]
    return [
        {
            "source": "m1",
            "externalId": f"{activity_type}-{month}",
            "activityType": activity_type,
            "quantity": quantity,
            "unit": unit,
            "periodStart": f"{YEAR}-{month:02}-01T00:00:00+08:00",
            "periodEnd": f"{YEAR}-{month + 1:02}-01T00:00:00+08:00",
            "document": f"bill {month}",
        }
        for activity_type, quantity, unit in quantities
    ]
