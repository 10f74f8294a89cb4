"""A real PostgreSQL for the tests: one server for all workers, a template made by the migrations, a copy for each.

`PARKLEDGER_TEST_DATABASE_URL` names a server to use instead of the embedded one; its role must be able to make
databases and roles.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ledger import embedded, setup
from ledger.setup import Databases

SHARED = "PARKLEDGER_TEST_FOLDER"
TEMPLATE = "parkledger_template"


@dataclass(frozen=True, slots=True)
class Server:
    """The server the tests share: URLs of its owner and of the service, to any database of it."""

    owner_url: str
    service_url: str

    def databases(self, name: str) -> Databases:
        """Return the URLs of one database of the server."""
        owner, service = (_with_database(url, name) for url in (self.owner_url, self.service_url))
        return Databases(owner, service, f"test database {name}", lambda: None)

    def create(self, name: str, template: str | None = None) -> Databases:
        """Create a database anew, a copy of the template unless another is named; an empty text makes an empty one."""
        source = TEMPLATE if template is None else template or "template0"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        with psycopg.connect(_with_database(self.owner_url, "postgres"), autocommit=True) as connection:
            # One at a time: PostgreSQL refuses to copy a template that another copy is being made of.
            connection.execute("SELECT pg_advisory_lock(73)")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(statement)
        return self.databases(name)


def pytest_configure(config: pytest.Config) -> None:
    """Name one folder for the whole run, in the process that starts the workers."""
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = tempfile.mkdtemp(prefix="pk-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server after the last worker."""
    folder = os.environ.get(SHARED)
    if hasattr(config, "workerinput") or not folder:
        return
    data = Path(folder) / "data"
    if embedded.is_running(data):
        embedded.start(data).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Server:
    """The running server, with the template made."""
    folder = Path(os.environ[SHARED])
    url = os.environ.get("PARKLEDGER_TEST_DATABASE_URL")
    if url:
        found = Server(url, url)
    else:
        started = embedded.start(folder / "data")
        found = Server(started.owner_url, started.service_url)
    _make_template(found, folder)
    return found


@pytest.fixture(scope="session")
def databases(server: Server, worker_id: str) -> Databases:
    """A database of this worker's own; tests share it and keep apart by registering tenants of their own."""
    return server.create(f"parkledger_{worker_id}")


def _make_template(server: Server, folder: Path) -> None:
    """Migrate and load the releases once, whichever worker comes first; the others wait for it."""
    done, claim = folder / "template.done", folder / "template.claim"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        _wait_for(done)
        return
    made = server.create(TEMPLATE, template="")
    setup.prepare(made)
    done.touch()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        if time.monotonic() > deadline:
            pytest.fail("the template database was not made in two minutes")
        time.sleep(0.05)


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def fresh(server: Server, worker_id: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """An empty database for one test, not migrated."""
    name = f"fresh_{worker_id}_{abs(hash(request.node.nodeid)) % 10**8}"
    yield server.create(name, template="")
    with psycopg.connect(_with_database(server.owner_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
