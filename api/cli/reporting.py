"""`parkledger report`: publish a report of a closed period, list what is published, fetch its files and its pack."""

import base64
import hashlib
import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli.failures import Failed
from api.cli.posting import tenant_of
from api.cli.printing import err, out

if TYPE_CHECKING:
    import httpx

    from api.client import Client

app = typer.Typer(
    help="Reports that are published: publish, list, pull, pack. PARKLEDGER_KEY proves to the service who asks.",
    no_args_is_help=True,
)
FORMS: Final = ("json", "xlsx", "pdf", "xhtml", "signed.json")
_PATIENCE_S: Final = 60
"""How long a publication is waited for to be sealed."""
_PERIOD: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_NAME: Final = re.compile(r'filename="([A-Za-z0-9._-]+)"', re.ASCII)

_PARKS: Final = "query { parks(first: 500) { nodes { id code } } }"
_PUBLISH: Final = """
mutation Publish($input: PublishReportInput!) {
  publishReport(input: $input) {
    ... on ReportPublished { report { id kind first last version sha256 knownAt key totals { name kilograms } } }
    ... on Refusal { code field message }
  }
}
"""
_LIST: Final = """
query List($tenant: ID, $park: ID, $after: String) {
  reports(tenantId: $tenant, parkId: $park, first: 100, after: $after) {
    nodes { id kind first last version publishedAt tenant { code } park { code } supersededBy { version }
      stale { isStale reasons { code } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
Url = Annotated[str, typer.Option(help="Address of the service.")]
Tenant = Annotated[str, typer.Option(help="Code of the tenant.")]
Park = Annotated[str, typer.Option(help="Code of the park, for a report of all of it.")]
_SERVICE: Final = "http://127.0.0.1:8000"


@app.command()
def publish(
    kind: Annotated[str, typer.Argument(help="ENTERPRISE, PARK, GHG_PROTOCOL, ISO_14064 or ESRS_E1.")],
    period: Annotated[str, typer.Argument(help="A closed month, quarter or year: 2024-03, 2024-Q1, 2024.")],
    tenant: Tenant = "",
    park: Park = "",
    supersedes: Annotated[str, typer.Option(help="Id of the edition that this one restates.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is restated.")] = "",
    regulator: Annotated[
        list[str] | None, typer.Option(help="System of a regulator's grant; repeat. Every one named if left out.")
    ] = None,
    url: Url = _SERVICE,
) -> None:
    """Publish a report of a closed period, and print its id and its totals, rounded; the document has every digit."""
    from api.client import Client

    cadence, first = _period(period)
    given: dict[str, Any] = {"kind": _kind(kind), "cadence": cadence, "first": f"{first:%Y-%m}", "reason": reason}
    given |= {"regulators": regulator} if regulator else {}
    given |= {"supersedes": supersedes} if supersedes else {}
    with Client(url) as client:
        answer = client.ask(_PUBLISH, {"input": given | _subject(client, tenant, park)})["publishReport"]
    if "report" not in answer:
        raise Failed(f"{answer['code']}: {answer['message']}")
    report = answer["report"]
    out.print(f"{report['id']}  edition {report['version']}, known at {report['knownAt']}")
    out.print(f"sha256 {report['sha256']}, signed by {report['key']}")
    for total in report["totals"]:
        out.print(f"{total['name']:<18} {Decimal(total['kilograms']):>20,.3f} kg")


@app.command("list")
def list_reports(tenant: Tenant = "", park: Park = "", url: Url = _SERVICE) -> None:
    """List published reports, the newest first, and whether what they rest on moved since: to a regulator, which cannot
    be told, the last edition is `newest`.
    """
    from api.client import Client

    with Client(url) as client:
        asked = {name.removesuffix("Id"): key for name, key in _subject(client, tenant, park, is_needed=False).items()}
        after = None
        while True:
            page = client.ask(_LIST, asked | {"after": after})["reports"]
            for one in page["nodes"]:
                out.print(_line(one))
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]


@app.command()
def pull(
    report: Annotated[str, typer.Argument(help="Id of the report, as `report list` prints it.")],
    form: Annotated[
        list[str] | None, typer.Option(help="json, xlsx, pdf, xhtml or signed.json; repeat. All if left out.")
    ] = None,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    to: Annotated[Path, typer.Option(help="Folder that takes the files.")] = Path(),
    url: Url = _SERVICE,
) -> None:
    """Fetch files of a report. signed.json is what `parkledger verify` checks offline; it is there when the publication
    is sealed into the history, some seconds after it.
    """
    import httpx

    from api.client import authorization

    to.mkdir(parents=True, exist_ok=True)
    with httpx.Client(base_url=url.rstrip("/"), headers=authorization(), timeout=120) as client:
        for one in form or FORMS:
            answer = _fetched(client, report, one, language)
            path = to / _file_name(answer)
            path.write_bytes(answer.content)
            out.print(f"{path}  {len(answer.content)} bytes")


@app.command()
def pack(
    report: Annotated[str, typer.Argument(help="Id of the report, as `report list` prints it.")],
    to: Annotated[Path, typer.Option(help="File that takes the pack, a ZIP.")],
    url: Url = _SERVICE,
) -> None:
    """Fetch the evidence pack of a report: the report, histories, rows, factors and evidence in one ZIP, whose README
    says how to verify it offline. For auditors, administrators and operators; it may take a minute to be made.
    """
    import httpx

    from api.client import authorization

    held = to.with_name(f"{to.name}.part")
    try:
        with httpx.Client(base_url=url.rstrip("/"), headers=authorization(), timeout=600) as client:
            _received(client, report, held)
        held.replace(to)
    except OSError as error:
        raise Failed(f"{to} cannot be written: {error.strerror}") from None
    finally:
        held.unlink(missing_ok=True)
    out.print(f"{to}  {to.stat().st_size} bytes")


def _received(client: "httpx.Client", report: str, path: Path) -> None:
    """Write a pack to a file as it comes; what is not sealed yet is waited for as the service asks."""
    waited = 0
    while wait := _streamed(client, report, path):
        if waited + wait > _PATIENCE_S:
            raise Failed(f"the service has no pack after {waited} seconds; try again later")
        if not waited:
            err.print("waiting for the service, which asks for some seconds")
        time.sleep(wait)
        waited += wait


def _streamed(client: "httpx.Client", report: str, path: Path) -> int:
    """Write a pack to a file as it comes, and return 0, or the seconds to wait for it."""
    with client.stream("GET", f"/evidence/v1/packs/{report}.zip") as answer:
        if answer.status_code in (409, 503) and (wait := int(answer.headers.get("retry-after", "0"))):
            return wait
        if answer.status_code != 200:
            answer.read()
            raise _failed(answer)
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for piece in answer.iter_raw():
                file.write(piece)
                digest.update(piece)
    _check_digest(answer, digest.digest())
    return 0


def _kind(text: str) -> str:
    from reports.document import ReportKind

    if text.upper() not in list(ReportKind):
        raise Failed(f"{text!r} is no kind of report; accepted are {', '.join(ReportKind)}")
    return text.upper()


def _period(text: str) -> tuple[str, date]:
    """Return kind and first month of a period as it is written."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise Failed(f"{text!r} is no period; accepted are a month 2024-03, a quarter 2024-Q1, a year 2024")
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return "QUARTER", date(year, int(quarter) * 3 - 2, 1)
    return ("MONTH", date(year, int(month), 1)) if month else ("YEAR", date(year, 1, 1))


def _subject(client: "Client", tenant: str, park: str, *, is_needed: bool = True) -> dict[str, str]:
    if is_needed and bool(tenant) == bool(park):
        raise Failed("a report is of one tenant or of one park: --tenant CODE or --park CODE")
    found = {"tenantId": tenant_of(client, tenant)} if tenant else {}
    return found | ({"parkId": _park_of(client, park)} if park else {})


def _park_of(client: "Client", code: str) -> str:
    for one in client.ask(_PARKS)["parks"]["nodes"]:
        if one["code"] == code:
            return str(one["id"])
    raise Failed(f"no park has the code {code!r}")


def _line(one: dict[str, Any]) -> str:
    months = one["first"] if one["first"] == one["last"] else f"{one['first']}..{one['last']}"
    whose = f"park {one['park']['code']}" if one["park"] else one["tenant"]["code"]
    if one["supersededBy"]:
        state = f"superseded by edition {one['supersededBy']['version']}"
    elif one["stale"] is None:  # who does not read the ledger is not told
        state = "newest"
    else:
        moved = ", ".join(reason["code"] for reason in one["stale"]["reasons"])
        state = f"stale: {moved}" if moved else "current"
    return f"{one['id']}  {one['kind']} {whose} {months} edition {one['version']}  {state}"


def _fetched(client: "httpx.Client", report: str, form: str, language: str) -> "httpx.Response":
    """Return a file; what is not sealed yet is waited for as the service asks."""
    if form not in FORMS:
        raise Failed(f"{form!r} is no form; accepted are {', '.join(FORMS)}")
    waited = 0
    while True:
        answer = client.get(f"/reports/v1/{report}.{form}", params={"language": language})
        wait = int(answer.headers.get("retry-after", "0"))
        if answer.status_code not in (409, 503) or not wait or waited + wait > _PATIENCE_S:
            return _checked(answer)
        if not waited:
            err.print("waiting for the publication to be sealed into the history")
        time.sleep(wait)
        waited += wait


def _checked(answer: "httpx.Response") -> "httpx.Response":
    if answer.status_code != 200:
        raise _failed(answer)
    _check_digest(answer, hashlib.sha256(answer.content).digest())
    return answer


def _failed(answer: "httpx.Response") -> Failed:
    told = answer.json()["errors"][0]["message"] if "json" in answer.headers.get("content-type", "") else ""
    return Failed(f"the service answered {answer.status_code}: {told}")


def _check_digest(answer: "httpx.Response", digest: bytes) -> None:
    stated = f"sha-256=:{base64.b64encode(digest).decode()}:"
    if answer.headers.get("content-digest") != stated:
        raise Failed("what arrived is not what the service sent: its Content-Digest differs")


def _file_name(answer: "httpx.Response") -> str:
    found = _NAME.search(answer.headers.get("content-disposition", ""))
    if found is None:
        raise Failed("the service named no file")
    return found[1]
