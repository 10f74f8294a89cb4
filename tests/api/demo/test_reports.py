"""Reports of the demo park: two runs give the same bytes, foreign readers the same totals, and verify offline."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any, Final

import pytest
from python_calamine import CalamineWorkbook
from rich.progress import Progress

from api.demo.loading import load
from api.demo.parks import DEFAULT_SEED
from emission_factors.releases import shipped_catalogue
from ledger.releases import Catalogues
from proofs.keys import read_public_key
from reports.asked_reports import Asked, checked
from reports.document import Cadence, Document, ReportKind
from reports.drafting import drafted, read_values
from reports.planning import Plan, known_at, planned
from reports.reading import read_document
from reports.rendering import words
from reports.rendering.canonical_json import to_canonical_json
from reports.rendering.numbers import rounded, tonnes
from reports.verifying import verify_report
from schema.global_ids import decode_uuid
from tests.api.demo.loaded_park import LOADED_ON, TWO_YEARS, Demo
from tests.api.identity.replayed import Asker, granted
from tests.api.test_history import sealed
from tests.published import ASK, PUBLISH, STEP, trusted
from tests.reports.rendering.rendered import MAY_SKIP, ROOT, arelle_read, poppler
from tests.reports.test_independent_verifying import COMMAND, alone
from tests.world import opened

YEAR = "2025-01"
TENANT = "haiyan"
FORMS: Final = ("json", "xlsx", "pdf", "xhtml")
AGAIN = """
import sys
from hashlib import sha256
from pathlib import Path
from reports.reading import read_document
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
for path in sys.argv[1:]:
    document = read_document(Path(path).read_bytes())
    for form in (Form.JSON, Form.XLSX, Form.PDF, Form.IXBRL):
        print(sha256(render(document, form, Language.ZH).content).hexdigest())
"""
SHOWN = "query ($tenant: ID!) { reports(tenantId: $tenant) { nodes { kind cadence first version } } }"
DUE = """query ($park: ID!) { obligations(parkId: $park, from: "2025-01-01", to: "2026-12-31") {
  nodes { due state tenant { code } obligation { duty { code } } } } }"""


@dataclass(frozen=True, slots=True)
class Published:
    """A report that was published over HTTP, and its files."""

    plan: Plan
    files: dict[str, bytes]
    signed: bytes

    @property
    def document(self) -> Document:
        """Return what was published."""
        return read_document(self.files["json"])

    def totals(self) -> dict[str, Decimal]:
        """Return the totals in t as a reader is shown them."""
        return {name: rounded(tonnes(value)) for name, value in self.document.totals.items()}


def close(demo: Demo, tenant: str, by: Asker) -> None:
    """Submit, review and close the year."""
    key = demo.known.tenants[tenant].tenant_id
    reviewer = Asker(demo.service, granted(demo.client, key, "REVIEWER")["key"])
    given = {"tenantId": key, "kind": "YEAR", "first": YEAR}
    for name, asker in (("submitPeriod", by), ("reviewPeriod", reviewer), ("closePeriod", by)):
        answer = asker.ask(STEP.format(name), {"input": given}).json()
        assert answer["data"][name]["__typename"] == "PeriodChanged", answer


def plan_of(demo: Demo, **of: Any) -> Plan:
    """Return what will be published, as the ledger knows it before."""

    async def found() -> Plan:
        async with opened(demo.databases) as database:
            return await planned(database, checked(Asked(cadence=Cadence.YEAR, first=date(2025, 1, 1), **of)))

    return asyncio.run(found())


def assembled(demo: Demo, plan: Plan) -> bytes:
    """Assemble as of the instant that counts, beside the service."""

    async def document() -> bytes:
        async with opened(demo.databases) as database:
            instant = await known_at(database, plan)
            async with database.snapshot() as connection:
                values = await read_values(connection, Catalogues(shipped_catalogue()), plan, instant)
        return to_canonical_json(drafted(plan, values))

    return asyncio.run(document())


def publish(demo: Demo, by: Asker, kind: ReportKind, **of: str) -> Published:
    """Publish the year of a tenant or the park, and fetch its files, each twice."""
    name = next(iter(of)).removesuffix("Id")
    plan = plan_of(demo, kind=kind, **{name: decode_uuid(of[f"{name}Id"], name.capitalize())})
    answer = by.ask(PUBLISH, {"input": {"kind": kind, "cadence": "YEAR", "first": YEAR, **of}}).json()
    report = answer["data"]["publishReport"]["report"]
    assert by.ask(ASK, {"id": report["id"]}).json()["data"]["report"]["stale"] == {"isStale": False, "reasons": []}
    sealed(demo.databases)
    first, second = ({form: pulled(by, report, form) for form in (*FORMS, "signed.json")} for _ in range(2))
    assert first == second
    assert sha256(first["json"]).hexdigest() == report["sha256"]
    return Published(plan, first, first.pop("signed.json"))


def pulled(by: Asker, report: Any, form: str) -> bytes:
    answer = by.send("GET", f"/reports/v1/{report['id']}.{form}", params={"language": "zh"})
    assert answer.status_code == 200, answer.text
    return answer.content


def rendered_again(folder: Path, found: list[Published]) -> list[str]:
    """Return the hashes of all forms of reports, rendered by a process that was not there before."""
    paths = [folder / f"{number}.json" for number in range(len(found))]
    for path, one in zip(paths, found, strict=True):
        path.write_bytes(one.files["json"])
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", AGAIN, *map(str, paths)], env=env, capture_output=True, check=True)
    return done.stdout.decode().split()


def totals_in_workbook(xlsx: bytes) -> dict[str, tuple[Decimal, Decimal]]:
    """Return name -> the exact total and the one that is shown, by calamine."""
    lines = {
        line[0]: line[1:3] for line in CalamineWorkbook.from_filelike(BytesIO(xlsx)).get_sheet_by_index(0).to_python()
    }
    found = {name: lines[label.zh] for name, label in words.TOTALS.items() if label.zh in lines}
    return {name: (Decimal(str(exact)), Decimal(str(shown))) for name, (exact, shown) in found.items()}


def totals_on_paper(pdf: bytes) -> dict[str, Decimal]:
    """Return name -> total on the first page, by poppler."""
    text = poppler("pdftotext", pdf, "-enc", "UTF-8", "-layout", "FILE", "-").decode()
    lines = [line.strip() for line in text.partition("\f")[0].splitlines()]
    return {
        name: Decimal(line.split()[-1].replace(",", ""))
        for name, label in words.TOTALS.items()
        for line in lines
        if line.startswith(f"{label.zh}, tCO2e")
    }


def totals_as_facts(read: dict[str, Any]) -> dict[str, Decimal]:
    """Return name -> total, by Arelle."""
    facts = {fact["name"]: fact["value"] for fact in read["facts"] if not fact["members"]}
    concepts = {name: concept.removeprefix("pk:") for name, concept in words.TOTAL_CONCEPTS.items()}
    return {name: Decimal(facts[concept]) for name, concept in concepts.items() if concept in facts}


def check_offline(folder: Path, one: Published) -> None:
    """The command in a process without network: it holds; with one byte changed of either file it does not."""
    key, report, paper = str(trusted()), folder / "report.signed.json", folder / "report.pdf"
    changed = bytearray(one.signed)
    place = changed.index(b'"totals"') + len(b'"totals":{"')
    changed[place] ^= 1
    worn = bytearray(one.files["pdf"])
    worn[len(worn) // 2] ^= 1
    for signed, pdf, said in (
        (one.signed, one.files["pdf"], "HOLDS."),
        (changed, one.files["pdf"], "DOES NOT HOLD."),
        (one.signed, worn, "✗ report.pdf is not shown to be this report"),
    ):
        report.write_bytes(signed)
        paper.write_bytes(pdf)
        done = alone(COMMAND, "verify", str(report), "--key", key, "--rendering", str(paper))
        told = done.stdout + done.stderr
        assert (done.returncode, said in told, "the network" in told) == (int(said != "HOLDS."), True, False), told


@pytest.mark.long
def test_a_report_of_the_park_and_of_a_tenant_are_the_same_for_everybody(demo: Demo, tmp_path: Path) -> None:
    park, tenant = demo.known.park_id, demo.known.tenants[TENANT].tenant_id
    operator = demo.known.tenants["operator"].tenant_id
    operating = Asker(demo.service, granted(demo.client, operator, "PARK_OPERATOR")["key"])
    admin = Asker(demo.service, granted(demo.client, tenant, "TENANT_ADMINISTRATOR")["key"])
    close(demo, TENANT, admin)
    close(demo, "operator", operating)
    found = [
        publish(demo, operating, ReportKind.PARK, parkId=park),
        publish(demo, admin, ReportKind.ENTERPRISE, tenantId=tenant),
    ]

    for one in found:
        assert [assembled(demo, one.plan) for _ in range(2)] == [one.files["json"]] * 2
    assert rendered_again(tmp_path, found) == [sha256(one.files[form]).hexdigest() for one in found for form in FORMS]

    for one in found:
        assert one.totals()["SCOPE_1"] > 100
        assert totals_in_workbook(one.files["xlsx"]) == {
            name: (tonnes(value), rounded(tonnes(value))) for name, value in one.document.totals.items()
        }
        assert verify_report(one.signed, [read_public_key(str(trusted()))]).holds
        check_offline(tmp_path, one)

    missing = [
        name
        for name, is_there in (("pdftotext", which("pdftotext")), ("Arelle", find_spec("arelle")))
        if MAY_SKIP and not is_there
    ]
    if "pdftotext" not in missing:
        assert [totals_on_paper(one.files["pdf"]) for one in found] == [one.totals() for one in found]
    if "Arelle" not in missing:
        read = arelle_read({str(number): one.files["xhtml"] for number, one in enumerate(found)})
        assert [one["faults"] for one in read.values()] == [[], []]
        assert [totals_as_facts(one) for one in read.values()] == [one.totals() for one in found]
    if missing:
        pytest.skip(f"all but what {' and '.join(missing)} would read holds; not installed")


@pytest.mark.long
def test_a_second_start_finds_the_report_and_publishes_nothing(demo: Demo) -> None:
    before = demo.ask(SHOWN, TENANT)
    with Progress(disable=True) as progress:
        again = load(demo.client, DEFAULT_SEED, LOADED_ON, progress, TWO_YEARS)
    assert again.rows_added == 0
    assert again.report is not None
    assert (again.report.tenant, again.report.first_month) == ("Haiyan Vaccines (demo)", "2025-01")
    assert demo.ask(SHOWN, TENANT) == before


@pytest.mark.long
def test_a_loaded_park_shows_a_report_and_what_is_due(demo: Demo) -> None:
    shown = demo.ask(SHOWN, TENANT)["reports"]["nodes"]
    assert {"kind": "ENTERPRISE", "cadence": "QUARTER", "first": "2025-01", "version": 1} in shown
    due = demo.client.ask(DUE, {"park": demo.known.park_id})["obligations"]["nodes"]
    assert [(one["due"], one["tenant"]["code"], one["obligation"]["duty"]["code"]) for one in due] == [
        ("2025-04-30", TENANT, "agreed-tenant-quarter"),
        ("2025-07-30", TENANT, "agreed-tenant-quarter"),
        ("2025-10-30", TENANT, "agreed-tenant-quarter"),
        ("2026-01-30", TENANT, "agreed-tenant-quarter"),
        ("2026-06-30", "operator", "cn-910-park-report"),
    ]
