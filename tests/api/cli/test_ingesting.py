"""`parkledger ingest`: a file to the bulk endpoint, from the command line."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.failures import Failed
from api.cli.main import app
from api.cli.posting import tenant_of
from api.client import Client
from tests.api.identity.replayed import Asker, granted
from tests.api.ingest.bulk import ndjson, row
from tests.api.test_flows import Park
from tests.published import STEP
from tests.service import Service

HEADER = "source,external_id,activity_type,quantity,unit,period_start,period_end\n"
CSV = HEADER + "".join(
    f"m1,{number},electricity.grid,{number}.5,kWh,2024-01-01T00:00:00+08:00,2024-01-02T00:00:00+08:00\n"
    for number in range(3)
)


@pytest.fixture(scope="module")
def tenant(service: Service) -> str:
    """The code of a tenant that is the only one of its code; tests use files of their own."""
    with Client(service.url) as client:
        park = Park(client)
        given = {"parkId": park.park, "code": park.code, "nameEn": "Tenant", "nameZh": "租户"}
        register = """mutation ($input: RegisterTenantInput!) { registerTenant(input: $input) {
          ... on TenantRegistered { tenant { id } } } }"""
        key = client.ask(register, {"input": given})["registerTenant"]["tenant"]["id"]
        site = """mutation ($input: AddSiteInput!) { addSite(input: $input) { ... on SiteAdded { site { id } } } }"""
        given = {"tenantId": key, "code": "s1", "nameEn": "Site", "nameZh": "厂区"}
        place = client.ask(site, {"input": given})["addSite"]["site"]["id"]
        source = "mutation ($input: AddSourceInput!) { addSource(input: $input) { __typename } }"
        client.ask(source, {"input": {"siteId": place, "code": "m1", "nameEn": "Meter", "nameZh": "电表"}})
        return park.code


def ingested(service: Service, file: Path, tenant: str, *more: str, command: str = "ingest") -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [command, str(file), "--tenant", tenant, "--url", service.url, *more])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_a_csv_file_is_posted_once(service: Service, tenant: str, tmp_path: Path) -> None:
    file = tmp_path / "bills.csv"
    file.write_text(CSV, encoding="utf-8")
    told = "accepted 3, duplicate 0, conflict 0, rejected 0\n"
    assert ingested(service, file, tenant)[:2] == (0, told)
    assert ingested(service, file, tenant)[:2] == (0, told), "the same job"
    assert ingested(service, file, tenant, "--run", "2")[1].startswith("accepted 0, duplicate 3")
    packed = tmp_path / "BILLS.CSV.gz"
    packed.write_bytes(gzip.compress(CSV.encode()))
    assert ingested(service, packed, tenant)[1].startswith("accepted 0, duplicate 3")


def test_refused_rows_are_named_and_the_result_is_kept(service: Service, tenant: str, tmp_path: Path) -> None:
    file, result = tmp_path / "rows.ndjson", tmp_path / "result.ndjson"
    file.write_bytes(ndjson(row("n1"), row("n2", unit="apples")))
    code, told, errors = ingested(service, file, tenant, "--result", str(result))
    assert (code, told) == (1, "accepted 1, duplicate 0, conflict 0, rejected 1\n")
    assert "row 2, REJECTED: line 2, column 'unit': 'apples' is not a unit" in errors
    lines = [json.loads(line) for line in result.read_text(encoding="utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == ["ACCEPTED", "REJECTED"]


def test_a_dry_run_posts_nothing(service: Service, tenant: str, tmp_path: Path) -> None:
    file = tmp_path / "dry.ndjson"
    file.write_bytes(ndjson(row("d1")))
    assert ingested(service, file, tenant, "--dry-run")[1].startswith("accepted 1")
    assert ingested(service, file, tenant)[1].startswith("accepted 1"), "it was not there yet"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("bills.doc", b"x", "does not tell its format"),
        ("bills.csv", b"", "the file is empty"),
        ("bills.csv", HEADER.encode(), "EMPTY"),
        ("bills.ndjson.gz", b"no gzip", "COMPRESSION"),
    ],
)
def test_a_file_that_cannot_be_posted_says_why(
    service: Service, tenant: str, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Failed, match=says):
        ingested(service, file, tenant)


def test_a_profile_that_is_not_there_is_named(service: Service, tenant: str, tmp_path: Path) -> None:
    file = tmp_path / "bills.csv"
    file.write_text(CSV, encoding="utf-8")
    with pytest.raises(Failed, match="no profile 'hers'"):
        ingested(service, file, tenant, "--profile", "hers")


def test_rows_of_a_closed_month_need_an_adjustment(service: Service, tenant: str, tmp_path: Path) -> None:
    with Client(service.url) as client:
        key = tenant_of(client, tenant)
        admin, reviewer = (
            Asker(service, granted(client, key, role)["key"]) for role in ("TENANT_ADMINISTRATOR", "REVIEWER")
        )
    month = {"tenantId": key, "kind": "MONTH", "first": "2024-02"}
    for name, by in (("submitPeriod", admin), ("reviewPeriod", reviewer), ("closePeriod", admin)):
        assert by.ask(STEP.format(name), {"input": month}).json()["data"][name]["__typename"] == "PeriodChanged"
    file, posted = tmp_path / "late.csv", tmp_path / "later.csv"
    file.write_text(CSV.replace("2024-01", "2024-02").replace("m1,", "m1,late "), encoding="utf-8")
    posted.write_text(CSV.replace("2024-01", "2024-02").replace("m1,", "m1,later "), encoding="utf-8")
    refused, told = (f"accepted {n}, duplicate 0, conflict 0, rejected {3 - n}\n" for n in (0, 3))
    late = ("--adjustment", "the bill came late")
    assert ingested(service, file, tenant)[:2] == (1, refused)
    assert ingested(service, file, tenant, *late)[:2] == (0, told)
    assert ingested(service, posted, tenant, command="post")[:2] == (1, refused)
    assert ingested(service, posted, tenant, *late, command="post")[:2] == (0, told)
    assert ingested(service, posted, tenant, *late, command="post")[1] == (
        f"{told}posted before and told again as then, nothing added: 3\n"
    ), "a retry"
    again = ingested(service, file, tenant, "--run", "2", "--adjustment", "again")
    assert again[1].startswith("accepted 0, duplicate 3")
