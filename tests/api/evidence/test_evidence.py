"""Evidence over real HTTP: what is taken, by its content, and what comes back is what was sent, or nothing."""

import base64
import hashlib
import io
import socket
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psycopg
import pytest

from accounting.refusals import Refused
from api.app import create_app
from api.client import Client, ServiceError, authorization
from api.evidence.folder import EvidenceFolder
from api.evidence.media_types import JPEG, PDF, PNG, TEXT, XLSX, ZIP, media_type_of
from api.evidence.routes import EvidenceSettings
from api.limiting.limiter import Limiter, Limits
from api.limiting.settings import Limiting
from api.limiting.sockets import Sockets
from ledger.setup import Databases
from schema.global_ids import decode_uuid
from tests.api.identity.replayed import HTTP, granted
from tests.api.test_flows import Park, row
from tests.service import EVERYTHING, Service, evidence_folder

A_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
EVIDENCE = """query ($tenant: ID!, $kind: EvidenceSubject!, $subject: String!) {
  evidence(tenantId: $tenant, subjectKind: $kind, subject: $subject) { nodes {
    id subjectKind subject fileName mediaType byteCount sha256 note actor path } }
  period(tenantId: $tenant, kind: MONTH, first: "2024-03") { evidence { fileName } } }"""
COUNT = "SELECT count(*) FROM evidence WHERE tenant_id = %s"


def archive(*names: str) -> bytes:
    """Return an archive of ZIP with empty members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as found:
        for name in names:
            found.writestr(name, b"")
    return file.getvalue()


ACCEPTED = {
    PDF: A_PDF,
    PNG: b"\x89PNG\r\n\x1a\n" + bytes(20),
    JPEG: b"\xff\xd8\xff\xe0" + bytes(20),
    XLSX: archive("[Content_Types].xml", "xl/workbook.xml"),
    ZIP: archive("a.csv"),
    TEXT: "日期,电量 kWh\r\n2024-03,1\r\n".encode(),
}
REFUSED = {
    "empty": b"",
    "nul": b"a\x00b",
    "escape": b"\x1b[31mred",
    "latin": "m³".encode("latin-1"),
    "cut": "月".encode()[:-1],
    "executable": b"\x7fELF\x02\x01\x01",
    "torn archive": ACCEPTED[XLSX][:60],
    "macros": archive("xl/workbook.xml", "xl/vbaProject.bin"),
    "utf-16": "a,b".encode("utf-16"),
}


@pytest.mark.parametrize("found", ACCEPTED)
def test_a_file_is_what_its_content_says(found: str, tmp_path: Path) -> None:
    path = tmp_path / "report.exe"
    path.write_bytes(ACCEPTED[found])
    assert media_type_of(path) == found


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_evidence_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(REFUSED[name])
    with pytest.raises(Refused, match="accepted are PDF, PNG, JPEG"):
        media_type_of(path)


def test_text_is_judged_to_its_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes("月".encode() * 700_000 + b"\x07")
    with pytest.raises(Refused, match="0x07"):
        media_type_of(path)


class Files:
    """A tenant's evidence, on a service."""

    def __init__(self, service: Service, client: Client, databases: Databases) -> None:
        self.url, self.client, self.databases, self.park = service.url, client, databases, Park(client)
        self.tenant = self.park.tenant

    def key(self, role: str, tenant: str = "") -> str:
        """Return a new key of a role."""
        return str(granted(self.client, tenant or self.tenant, role)["key"])

    def post(self, body: Any, key: str = EVERYTHING.text, **more: Any) -> httpx.Response:
        """Post a file; what is not a header is a parameter."""
        headers = {**authorization(key), **more.pop("headers", {})}
        given = {"tenant": self.tenant, "kind": "PERIOD", "subject": "MONTH 2024-03", "name": "bill.pdf", **more}
        params = {name: value for name, value in given.items() if value is not None}
        return HTTP.post(f"{self.url}/evidence/v1", content=body, headers=headers, params=params)

    def get(self, path: str, key: str = EVERYTHING.text) -> httpx.Response:
        """Fetch a file."""
        return HTTP.get(f"{self.url}{path}", headers=authorization(key))

    def listed(self, kind: str = "PERIOD", subject: str = "MONTH 2024-03") -> dict[str, Any]:
        """Return what the API tells of evidence."""
        return self.client.ask(EVIDENCE, {"tenant": self.tenant, "kind": kind, "subject": subject})

    def kept(self) -> list[Path]:
        """Return the files of the tenant on the disk."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    @property
    def folder(self) -> Path:
        """The tenant's folder."""
        return evidence_folder(self.databases) / "files" / str(decode_uuid(self.tenant, "Tenant"))

    def rows(self) -> int:
        """Return how many rows there are."""
        with psycopg.connect(self.databases.owner_url) as connection:
            found = connection.execute(COUNT, (UUID(str(decode_uuid(self.tenant, "Tenant"))),)).fetchone()
        return int(found[0]) if found else 0

    def incoming(self) -> list[Path]:
        """Return what is being received."""
        return list((evidence_folder(self.databases) / "incoming").glob("*"))


@pytest.fixture
def files(service: Service, client: Client, databases: Databases) -> Files:
    return Files(service, client, databases)


def test_what_is_sent_comes_back(files: Files) -> None:
    digest = hashlib.sha256(A_PDF)
    stated = f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    name = '电费 2024-03 "final".pdf'
    told = files.post(A_PDF, files.key("CONTRIBUTOR"), name=name, note="paid", headers={"content-digest": stated})
    assert told.status_code == 201, told.text
    found = told.json()
    assert (found["sha256"], found["mediaType"], found["byteCount"]) == (digest.hexdigest(), PDF, len(A_PDF))
    assert told.headers["location"] == found["path"]
    back = files.get(found["path"], files.key("AUDITOR"))
    assert (back.status_code, back.content, back.headers["content-type"]) == (200, A_PDF, PDF)
    assert back.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E7%94%B5")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in back.headers["content-security-policy"]
    assert (back.headers["content-digest"], back.headers["etag"]) == (stated, f'"{digest.hexdigest()}"')
    part = HTTP.get(f"{files.url}{found['path']}", headers={**authorization(EVERYTHING.text), "range": "bytes=1-3"})
    assert (part.status_code, part.content, part.headers["repr-digest"]) == (206, b"PDF", stated)
    assert "content-digest" not in part.headers, "that would be the digest of these three bytes (RFC 9530)"
    again = files.post(A_PDF, name="other.pdf")
    assert (again.status_code, again.json()["id"], again.json()["name"]) == (200, found["id"], name)
    listed = files.listed()
    [one] = listed["evidence"]["nodes"]
    assert (one["id"], one["fileName"], one["note"], one["subject"]) == (found["id"], name, "paid", "MONTH 2024-03")
    assert listed["period"]["evidence"] == [{"fileName": name}]
    [path] = files.kept()
    assert (path.name, path.read_bytes(), path.stat().st_mode & 0o777) == (digest.hexdigest(), A_PDF, 0o400)
    assert files.incoming() == []


def test_evidence_of_an_activity(files: Files) -> None:
    activity = files.park.post(row("r1", "electricity.grid", "1", "kWh"))["outcomes"][0]["activityId"]
    assert files.post(A_PDF, kind="ACTIVITY", subject=activity).status_code == 201
    [one] = files.listed("ACTIVITY", activity)["evidence"]["nodes"]
    assert (one["subjectKind"], one["subject"]) == ("ACTIVITY", activity)
    assert files.listed()["evidence"]["nodes"] == []
    other = Park(files.client)
    foreign = other.post(row("r1", "electricity.grid", "1", "kWh"))["outcomes"][0]["activityId"]
    assert files.post(A_PDF, kind="ACTIVITY", subject=foreign).status_code == 404
    with pytest.raises(ServiceError, match="holds NUL"):
        files.listed(subject="MONTH\x002024-03")


FAULTS: list[tuple[dict[str, Any], int, str]] = [
    ({"body": REFUSED["macros"]}, 415, "has macros"),
    ({"body": REFUSED["executable"]}, 415, "accepted are PDF"),
    (
        {"headers": {"content-digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"}},
        400,
        "Content-Digest states",
    ),
    ({"headers": {"content-digest": "sha-256=nonsense"}}, 400, "is no digest"),
    ({"subject": "MONTH 2024-13"}, 400, "names no period"),
    ({"subject": "QUARTER 2024-03"}, 400, "no QUARTER begins"),
    ({"kind": "PARK"}, 400, "accepted are PERIOD"),
    ({"kind": "ACTIVITY", "subject": "x"}, 400, "is not an id"),
    ({"name": None}, 400, "name is missing"),
    ({"name": "x" * 201}, 400, "1 to 200 characters"),
    ({"colour": "red"}, 400, "'colour' is unknown"),
    ({"body": bytes(26 << 20)}, 413, "at most 25"),
]


def test_a_file_that_is_not_taken_leaves_nothing(files: Files) -> None:
    for more, status, message in FAULTS:
        given = dict(more)
        told = files.post(given.pop("body", A_PDF), **given)
        assert (told.status_code, message in told.text) == (status, True), (more.keys(), told.text)
    for key, status in (
        ("", 401),
        (files.key("AUDITOR"), 403),
        (files.key("CONTRIBUTOR", Park(files.client).tenant), 404),
    ):
        assert files.post(A_PDF, key).status_code == status
    assert (files.kept(), files.incoming(), files.rows()) == ([], [], 0)


def test_a_body_without_length_ends_at_the_limit(files: Files) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"x" * (1 << 20) for _ in range(26))

    told = files.post(pieces())
    assert (told.status_code, "more than 25" in told.text) == (413, True)
    assert (files.kept(), files.incoming(), files.rows()) == ([], [], 0)


@pytest.mark.anyio
@pytest.mark.parametrize(("is_stated", "cost"), [(True, 1), (False, 1 + 5 * 25)])
async def test_a_body_without_length_counts_as_the_longest(is_stated: bool, cost: int, tmp_path: Path) -> None:
    spent: list[int] = []

    class Told(Limiter):
        def spend(self, caller: str, cost: int = 0, rows: int = 0) -> float:
            spent.append(cost)
            return super().spend(caller, cost, rows)

    async def pieces() -> AsyncIterator[bytes]:
        yield A_PDF

    limits = Limiting(Told(Limits(10_000, 1)), Sockets(1), 1)
    settings = EvidenceSettings(tmp_path, 25 << 20)
    app = create_app("postgresql://nobody@127.0.0.1:1/nothing", evidence=settings, limits=limits)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ledger.example") as asker:
        answer = await asker.post("/evidence/v1", content=A_PDF if is_stated else pieces())
    assert (answer.status_code, spent[0]) == (401, cost)


def test_a_client_that_hangs_up_leaves_nothing(files: Files) -> None:
    host, port = urlsplit(files.url).hostname, urlsplit(files.url).port
    path = f"/evidence/v1?tenant={files.tenant}&kind=PERIOD&subject=MONTH%202024-03&name=a.pdf"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {EVERYTHING.text}\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection((host, port)) as connection:
        connection.sendall(head.encode() + A_PDF)
        deadline = time.monotonic() + 30
        while not files.incoming():
            assert time.monotonic() < deadline, "it was never received"
            time.sleep(0.01)
    while files.incoming():
        assert time.monotonic() < deadline, "what was received stays"
        time.sleep(0.01)
    assert (files.kept(), files.rows()) == ([], 0)


def test_who_reaches_a_file(files: Files) -> None:
    path = files.post(A_PDF).json()["path"]
    other = Park(files.client).tenant
    told = {
        name: files.get(path, key).status_code
        for name, key in {
            "nobody": "",
            "auditor": files.key("AUDITOR"),
            "contributor": files.key("CONTRIBUTOR"),
            "neighbour": files.key("AUDITOR", other),
        }.items()
    }
    assert told == {"nobody": 401, "auditor": 200, "contributor": 403, "neighbour": 404}
    missing = files.get("/evidence/v1/RXZpZGVuY2U6MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw")
    foreign = files.get(path, files.key("AUDITOR", other))
    assert missing.status_code == 404
    assert missing.json()["errors"][0]["extensions"] == foreign.json()["errors"][0]["extensions"]
    assert files.get("/evidence/v1/nonsense").status_code == 400


def test_a_file_that_changed_on_the_disk_is_not_handed_out(files: Files) -> None:
    told = files.post(A_PDF).json()
    [path] = files.kept()
    path.chmod(0o600)
    path.write_bytes(A_PDF.replace(b"1 0", b"2 0"))
    answer = files.get(told["path"])
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (500, "DAMAGED")
    assert b"2 0 obj" not in answer.content
    path.unlink()
    assert files.get(told["path"]).status_code == 500
    assert files.post(A_PDF).status_code == 200, "sent again it is whole again"
    assert files.get(told["path"]).content == A_PDF


def test_what_a_process_that_is_gone_was_receiving_is_swept(tmp_path: Path) -> None:
    left, kept = tmp_path / "incoming" / "left.part", tmp_path / "files" / "t" / "ab" / "abcd"
    for path in (left, kept):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
    EvidenceFolder(tmp_path).sweep()
    assert (left.exists(), kept.exists()) == (False, True)
