"""No secret is told: not in what a service and its commands say, nor in the history or anywhere in the database."""

import json
import re
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from api.client import KEY_VARIABLE, Client
from api.ingress.signatures import secret_of, signature
from ledger.setup import Databases
from proofs.keys import make_key
from tests import forking
from tests.api.egress.receiver import receiver
from tests.api.identity.provider import AUDIENCE, STRANGER, claims, provider, token
from tests.api.identity.replayed import granted, identity
from tests.api.identity.test_tokens import GRANT
from tests.api.test_flows import Park, row
from tests.conftest import Server
from tests.service import EVERYTHING, PEPPER, SERVE, environment

VIEWER = "{ viewer { actor } }"
INSTRUMENTS = "query ($t: ID!) { instruments(tenantId: $t) { nodes { id } } }"
ADD = """mutation ($i: AddWebhookTargetInput!) { addWebhookTarget(input: $i) {
  ... on WebhookTargetAdded { secret target { id } } ... on Refusal { code message } } }"""
ROTATE = """mutation ($i: ID!) { rotateWebhookSecret(id: $i) { ... on WebhookTargetAdded { secret } } }"""
EVENT = """
BEGIN; SET LOCAL app.tenant = '{tenant}';
INSERT INTO period_events (tenant_id, event_id, kind, first_month, sequence, state, basis)
VALUES ('{tenant}', gen_random_uuid(), 'MONTH', '2026-03-01', 1, 'CLOSED', '{{}}'); COMMIT
"""
TABLES = """SELECT format('%I', relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace
  AND relkind IN ('r', 'p') AND NOT relispartition"""
CLOSE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""
SHORTEST = 16
"""Characters of a part of a secret that is looked for."""


@dataclass
class Talking:
    """A process, and everything that it said."""

    process: forking.Forked
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said.append(line)

    def address(self) -> str:
        """Return where the service is, once it says so."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for line in self.said:
                if line.strip().startswith("http://"):
                    return line.split()[0].rstrip("/")
            time.sleep(0.02)
        raise AssertionError(f"the service did not start: {self.said}")

    def ended(self) -> str:
        """Return all that it said, once it has ended."""
        self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        self.process.stdout.close()
        return "".join(self.said)


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that is looked through from end to end."""
    yield server.create(f"secrets_{worker_id}")
    server.drop(f"secrets_{worker_id}")


def told_by(databases: Databases) -> str:
    """Return every row of every table as text."""
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET app.reach = 'all'")
        names = [name for (name,) in connection.execute(TABLES).fetchall()]
        queries = [f"SELECT t::text FROM {name} AS t".encode() for name in names]
        return "\n".join(text for query in queries for (text,) in connection.execute(query).fetchall())


def parts(secret: str) -> set[str]:
    """Return what must not be found of a secret: itself, in base64 and hex, and any half of it."""
    half = len(secret) // 2
    forms = {secret, secret[:half], secret[half:], b64encode(secret.encode()).decode(), secret.encode().hex()}
    return {one for one in forms if len(one) >= SHORTEST}


def used(name: str, secrets: dict[str, str], text: str) -> None:
    """Note a secret that the test has used."""
    assert len(text) >= SHORTEST, name
    secrets[name] = text


def test_what_is_looked_for_would_be_found() -> None:
    assert parts("0123456789abcdef0123456789ABCDEF") >= {"0123456789abcdef", "0123456789ABCDEF"}


@pytest.mark.long
def test_no_secret_is_told(own_databases: Databases, tmp_path: Path) -> None:
    secrets: dict[str, str] = {"pepper": PEPPER, "the tests' key": EVERYTHING.secret}
    for role, url in (("owner", own_databases.owner_url), ("service", own_databases.service_url)):
        if password := make_url(url).password:
            used(f"password of the {role}", secrets, str(password))
    pem = make_key("parkledger").pem()
    (tmp_path / "key.pem").write_bytes(pem)
    used("signing key", secrets, pem.decode().splitlines()[1])
    with provider() as issuer, receiver() as there:
        there.statuses, there.answer = [500], b"an answer that is kept nowhere"
        with psycopg.connect(own_databases.owner_url, autocommit=True) as owner:
            inward = "whsec_" + b64encode(b"taken from a meter platform").decode()
            used("secret of webhooks in", secrets, inward)
            env = _environment(own_databases, tmp_path, issuer, there.host)
            park = _prepared(env, tmp_path, inward)
            service = Talking(forking.start(SERVE, env))
            url = service.address()
            _use(url, park, issuer, inward, secrets)
            _tell(url, park, owner, there.url, secrets)
            _break(url, park, owner)
            service.process.terminate()
            said = service.ended() + _commands(env, secrets)
    assert '"unexpected error"' in said, "a bug is logged"
    assert "not delivered" in said, "so is a webhook that failed"
    stored = told_by(own_databases)
    assert "addWebhookTarget" in stored, "the history was sealed"
    found = [
        f"{name} in {place}"
        for name, secret in secrets.items()
        for one in parts(secret)
        for place, text in (("what was said", said), ("the database", stored))
        if one in text
    ]
    assert found == []
    assert "an answer that is kept nowhere" not in stored + said


def _environment(databases: Databases, folder: Path, issuer: str, inside: str) -> dict[str, str]:
    one = {"issuer": issuer, "audience": AUDIENCE, "key_set": f"{issuer}/keys"}
    return {
        **environment(databases),
        "PARKLEDGER_LOG_LEVEL": "DEBUG",
        "PARKLEDGER_CONNECTIONS": "2",
        "PARKLEDGER_SIGNING_KEY_FILE": str(folder / "key.pem"),
        "PARKLEDGER_INGEST_FOLDER": str(folder / "ingest"),
        "PARKLEDGER_WEBHOOK_SECRETS": str(folder / "secrets.json"),
        "PARKLEDGER_WEBHOOK_INSIDE": json.dumps([inside]),
        "PARKLEDGER_IDENTITY_PROVIDERS": json.dumps([one]),
        "PARKLEDGER_PRIVATE_KEY_SETS": "true",
    }


def _prepared(env: dict[str, str], folder: Path, inward: str) -> Park:
    """Register a park by a service that has no secrets of webhooks yet, and write the file of them."""
    without = {name: one for name, one in env.items() if name != "PARKLEDGER_WEBHOOK_SECRETS"}
    first = Talking(forking.start(SERVE, without))
    with Client(first.address()) as client:
        park = Park(client)
    first.process.terminate()
    first.ended()
    (folder / "secrets.json").write_text(json.dumps({park.tenant: [inward]}))
    return park


def _use(url: str, park: Park, issuer: str, inward: str, secrets: dict[str, str]) -> None:
    """Post with good keys and tokens, and with bad ones of every kind."""
    with Client(url) as client:
        park.client = client
        assert park.post(row("r1", "electricity.grid", "1", "kWh"))["acceptedCount"] == 1
        key = granted(client, park.tenant, "CONTRIBUTOR")["key"]
        used("a new key", secrets, key[-40:])
        claim = {"issuer": issuer, "name": "sub", "value": "device-7"}
        client.ask(GRANT, {"claim": claim, "input": {"tenantId": park.tenant, "system": "d", "role": "CONTRIBUTOR"}})
        good, forged = token(claims(issuer)), token(claims(issuer), STRANGER)
        used("a good token", secrets, good.rpartition(".")[2])
        used("a forged token", secrets, forged.rpartition(".")[2])
        swapped = "".join(reversed(key[-49:]))
        used("a wrong key", secrets, swapped)
        for credential, expected in (
            (key, {200}), (good, {200}), (forged, {401}), (key[:-1] + "~", {401}), (key[:17] + swapped, {401}),
            (f"{key} {key}", {401}),
        ):  # fmt: skip
            headers = {"authorization": f"Bearer {credential}", "x-request-id": "r"}
            for path, more in (("/graphql", {"json": {"query": VIEWER}}), ("/ingest/v1/activities", {"content": b"x"})):
                answer = httpx.post(f"{url}{path}", headers=headers, timeout=60, **more)
                assert answer.status_code in expected | {400}
    for secret, status in ((secret_of(inward), 404), (b"x" * 32, 401)):
        name, stamp = uuid4().hex, str(int(time.time()))
        signed = {"webhook-id": name, "webhook-timestamp": stamp}
        signed["webhook-signature"] = f"v1,{signature(secret, name, stamp, b'{}')}"
        address = f"{url}/ingest/v1/webhook/none?tenant={park.tenant}"
        assert httpx.post(address, content=b"{}", headers=signed, timeout=60).status_code == status


def _tell(url: str, park: Park, owner: psycopg.Connection[Any], target: str, secrets: dict[str, str]) -> None:
    """Add a target, rotate its secret, and wait until a webhook to it has failed and the history is sealed."""
    given = {"tenantId": park.tenant, "name": "hooks", "url": target, "events": ["PERIOD_CLOSED"]}
    with Client(url) as client:
        added = client.ask(ADD, {"i": given})["addWebhookTarget"]
        used("secret of a target", secrets, added["secret"].removeprefix("whsec_"))
        rotated = client.ask(ROTATE, {"i": added["target"]["id"]})["rotateWebhookSecret"]["secret"]
        used("its next secret", secrets, rotated.removeprefix("whsec_"))
    owner.execute(EVENT.format(tenant=identity(park.tenant)).encode())
    owner.execute("SET app.reach = 'all'")
    waiting = "SELECT count(*) > 0 FROM webhook_attempts"
    sealed = "SELECT count(*) > 0 FROM history WHERE event LIKE '%closePeriod%'"
    deadline = time.monotonic() + 30
    while not all(owner.execute(one.encode()).fetchone() == (True,) for one in (waiting, sealed)):
        assert time.monotonic() < deadline, "no webhook was sent, or nothing sealed"
        time.sleep(0.1)


def _break(url: str, park: Park, owner: psycopg.Connection[Any]) -> None:
    """Let the service fail: a table is gone, and its connections are closed."""
    owner.execute("ALTER TABLE instruments RENAME TO gone")
    body = {"query": INSTRUMENTS, "variables": {"t": park.tenant}}
    headers = {"authorization": f"Bearer {EVERYTHING.text}"}
    told = httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=60).json()
    assert told["errors"][0]["extensions"]["code"] == "INTERNAL", told
    owner.execute("ALTER TABLE gone RENAME TO instruments")
    owner.execute(CLOSE)
    httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=60)


def _commands(env: dict[str, str], secrets: dict[str, str]) -> str:
    """Return what commands say that are given keys and passwords, right ones and wrong ones."""
    wrong = "wR0ng-p4ssw0rd-0f-n0b0dy-at-all"
    used("a wrong password", secrets, wrong)
    url = make_url(env["PARKLEDGER_DATABASE_URL"])
    bad = url.set(password=wrong, host="127.0.0.1", port=1, query={}).render_as_string(hide_password=False)
    runs = [
        (("check",), {}),
        (("seal",), {}),
        (("deliver",), {}),
        (("check",), {"PARKLEDGER_DATABASE_URL": bad, "PARKLEDGER_OWNER_URL": bad}),
        (("check",), {"PARKLEDGER_DATABASE_URL": f"nonsense://u:{wrong}@h/d", "PARKLEDGER_OWNER_URL": ""}),
        (("check",), {"PARKLEDGER_DATABASE_URL": f"postgresql://u:{wrong}@h:port/d", "PARKLEDGER_OWNER_URL": ""}),
        (("serve", "--port", "0"), {"PARKLEDGER_KEY_PEPPER": wrong[:31]}),
        (("post", "nothing.json", "--url", "http://127.0.0.1:1"), {KEY_VARIABLE: f"pk_live_{wrong}"}),
    ]
    said = ""
    for command, more in runs:
        said += Talking(forking.start(command, {**env, **more})).ended()
    assert re.search("cells of .* rows compared", said), said
    return said
