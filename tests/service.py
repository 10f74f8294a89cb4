"""A real service in a process of its own, spoken to over real HTTP."""

import asyncio
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
from sqlalchemy import make_url

from api.client import authorization
from ledger.identity.api_keys import derived_key
from ledger.identity.grant_checks import NewGrant
from ledger.identity.principals import NO_TENANT_ID, Role
from ledger.identity.standing_grants import grant_once
from ledger.setup import Databases
from proofs.keys import make_key
from tests import forking
from tests.forking import Forked

PEPPER = "tests-8fQ2vL0xYb3kR7mWz1cT5nJ9dH4s"
"""The secret that the tests' services keep API keys under."""
EVERYTHING = derived_key(PEPPER.encode(), "tests")
"""The key of every test database that reaches everything."""
COMMAND = (sys.executable, "-c", "from api.cli import main; main()")
SERVE = ("serve", "--port", "0")


@dataclass(slots=True)
class Service:
    """A running service: its address and process."""

    url: str
    process: "subprocess.Popen[str] | Forked"
    reader: threading.Thread

    def get(self, path: str) -> httpx.Response:
        """Fetch a page, however busy the machine is."""
        return httpx.get(f"{self.url}{path}", headers=authorization(), timeout=60)

    def post(self, body: str | bytes) -> httpx.Response:
        """Post a body to the API as it stands."""
        headers = authorization() | {"content-type": "application/json"}
        return httpx.post(f"{self.url}/graphql", content=body, headers=headers, timeout=60)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.wait()

    def stop(self) -> int:
        """Ask the process to end and return its exit code."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Return the exit code once the process has ended."""
        code = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def let_in(service_url: str) -> None:
    """Grant everything to the tests' key in a database, once."""
    new = NewGrant(NO_TENANT_ID, "tests", Role.PLATFORM)
    asyncio.run(grant_once(service_url, PEPPER.encode(), [(new, EVERYTHING)]))


def ingest_folder(databases: Databases) -> Path:
    """Return the folder of a test database's bulk files, which goes with the run."""
    name = str(make_url(databases.service_url).database)
    return Path(os.environ["PARKLEDGER_TEST_FOLDER"]) / "ingest" / name


def evidence_folder(databases: Databases) -> Path:
    """Return the folder of a test database's evidence, which goes with the run."""
    name = str(make_url(databases.service_url).database)
    return Path(os.environ["PARKLEDGER_TEST_FOLDER"]) / "evidence" / name


def signing_key_file() -> Path:
    """Return the file with the key that this process's services sign their histories with, made when first needed."""
    file = Path(os.environ["PARKLEDGER_TEST_FOLDER"]) / f"log-key-{os.getpid()}.pem"
    if not file.exists():
        file.write_bytes(make_key("parkledger").pem())
    return file


def environment(databases: Databases) -> dict[str, str]:
    """Return the environment of a service on a database."""
    return {
        **os.environ,
        "PARKLEDGER_DATABASE_URL": databases.service_url,
        "PARKLEDGER_OWNER_URL": databases.owner_url,
        "PARKLEDGER_INGEST_FOLDER": str(ingest_folder(databases)),
        "PARKLEDGER_EVIDENCE_FOLDER": str(evidence_folder(databases)),
        "PARKLEDGER_KEY_PEPPER": PEPPER,
        "PARKLEDGER_LIMIT_FAILURES": "1000000",
        "PARKLEDGER_SIGNING_KEY_FILE": str(signing_key_file()),
        "PARKLEDGER_SHOWCASE_KEY": EVERYTHING.text,
        "PYTHONUNBUFFERED": "1",
    }


def start_service(env: dict[str, str], *, as_command: bool = False) -> Service:
    """Start `parkledger serve` on a free port and wait until it says where it is: forked from a process that has loaded
    the application or, `as_command`, from nothing as a user starts it.
    """
    process = _started_command(env) if as_command else forking.start(SERVE, env)
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    told: list[str] = []
    while (line := lines.get(timeout=120)) is not None:
        told.append(line)
        if line.strip().startswith("http://"):
            return Service(line.split()[0].rstrip("/"), process, reader)
    raise AssertionError(f"the service did not start:\n{''.join(told)}")


def _started_command(env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen((*COMMAND, *SERVE), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _read(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
