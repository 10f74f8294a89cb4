"""A real PostgreSQL for the tests: one server for all workers, a template made by the migrations, a copy for each.

`PARKLEDGER_DATABASE_URL` names a server to use instead of the embedded one. The tests make databases of their own there
and drop them; the database that the URL names is never touched.
"""

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import is_hypothesis_test, settings
from psycopg import sql
from sqlalchemy import make_url

from api.client import KEY_VARIABLE, Client
from api.settings import Settings
from ledger import embedded, setup
from ledger.setup import Databases
from tests.service import EVERYTHING, Service, environment, let_in, start_service

SHARED = "PARKLEDGER_TEST_FOLDER"
MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
ROOM = 2 << 30
"""Bytes that must be free in memory for the run's folder to be there: several times what a run takes."""
MOST_WORKERS = 8
CONNECTIONS = 50
"""What the services and commands of one worker's tests have at a time, and some to spare."""

# A test of arithmetic says nothing about time, and machines that run tests are shared.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=None, max_examples=100)


@dataclass(frozen=True, slots=True)
class Server:
    """The server the tests share: URLs of its owner and of the service, to any database of it."""

    owner_url: str
    service_url: str
    prefix: str
    """What the names of all databases of this run begin with."""

    def databases(self, name: str) -> Databases:
        """Return the URLs of one database of the server."""
        owner, service = (_with_database(url, self.prefix + name) for url in (self.owner_url, self.service_url))
        return Databases(owner, service, f"test database {name}", lambda: None)

    def create(self, name: str, *, is_empty: bool = False) -> Databases:
        """Create a database, a copy of the template unless it is to be empty."""
        source = "template0" if is_empty else f"{self.prefix}template"
        names = sql.Identifier(self.prefix + name), sql.Identifier(source)
        with self.connect() as connection:
            # One at a time: PostgreSQL refuses to copy a template that another copy is being made of.
            connection.execute("SELECT pg_advisory_lock(73)")
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.databases(name)

    def drop(self, name: str) -> None:
        """Drop a database of this run, whoever is connected to it."""
        with self.connect() as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(self.prefix + name)))

    def drop_all(self) -> None:
        """Drop every database of this run."""
        with self.connect() as connection:
            query = "SELECT substr(datname, %s) FROM pg_database WHERE starts_with(datname, %s)"
            names = connection.execute(query, (len(self.prefix) + 1, self.prefix)).fetchall()
        for (name,) in names:
            self.drop(name)

    def connect(self) -> psycopg.Connection:
        """Connect to the database from which others are made."""
        return psycopg.connect(_with_database(self.owner_url, "postgres"), autocommit=True)


def pytest_configure(config: pytest.Config) -> None:
    """Name one folder for the whole run, in the process that starts the workers."""
    os.environ[KEY_VARIABLE] = EVERYTHING.text
    settings.load_profile("thorough" if _is_thorough(config) else "quick")
    gc.set_threshold(50_000)  # importing and collecting make a million objects that stay
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = tempfile.mkdtemp(prefix="pk-", dir=_memory())
        _trust_nobody(Path(os.environ[SHARED]))


def _memory() -> Path | None:
    """Return where files need no disk, if there is such a place with room: every commit waits for its file."""
    if not os.access(MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return None if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else MEMORY


def _trust_nobody(folder: Path) -> None:
    """Let HTTP clients find no certificates, which each would read anew: the tests speak plain HTTP to this machine."""
    (folder / "certificates").mkdir()
    os.environ["SSL_CERT_DIR"] = str(folder / "certificates")
    os.environ.pop("SSL_CERT_FILE", None)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Let no more workers run than the server has connections for, however many processors there are."""
    found = yield
    return max(1, min(found, _connections_there() // CONNECTIONS))


def _connections_there() -> int:
    given = Settings()
    if not given.database_url:
        return MOST_WORKERS * CONNECTIONS
    with psycopg.connect(given.owner_url or given.database_url) as connection:
        (most,) = connection.execute("SHOW max_connections").fetchone() or (0,)
    return int(most)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the server as it was found, after the last worker."""
    folder = os.environ.get(SHARED)
    if hasattr(config, "workerinput") or not folder:
        return
    data = Path(folder) / "data"
    if embedded.is_running(data):
        embedded.start(data).stop()
    elif (Path(folder) / "template.claim").exists():
        _find_server(Path(folder)).drop_all()
    shutil.rmtree(folder, ignore_errors=True)


def _is_thorough(config: pytest.Config) -> bool:
    """Tell whether the long tests are asked for."""
    return bool(config.getoption("markexpr") != "not long")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where the long tests run, those that draw their examples run too, with more of them."""
    for item in items if _is_thorough(config) else ():
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """Keep the collector from walking modules and tests, which stay to the end, again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Server:
    """The running server, with the template made by whichever worker comes first."""
    folder = Path(os.environ[SHARED])
    done, claim = folder / "template.done", folder / "template.claim"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        _wait_for(done)
        return _find_server(folder)
    _make_room(folder / "data")
    found = _find_server(folder)
    _make_template(found)
    done.touch()
    return found


def _make_room(data: Path) -> None:
    """Let an embedded server take the connections of all workers; its own default is for one service."""
    if not Settings().database_url:
        started = embedded.start(data)
        with psycopg.connect(started.owner_url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET max_connections = {MOST_WORKERS * CONNECTIONS}".encode())
        started.stop()


def _find_server(folder: Path) -> Server:
    prefix = f"parkledger_test_{folder.name.removeprefix('pk-')}_"
    given = Settings()
    if given.database_url:
        return Server(given.owner_url or given.database_url, given.database_url, prefix)
    started = embedded.start(folder / "data")
    return Server(started.owner_url, started.service_url, prefix)


@pytest.fixture(scope="session")
def databases(server: Server, worker_id: str) -> Databases:
    """A database of this worker's own; tests share it and keep apart by registering tenants of their own."""
    return server.create(worker_id)


def _make_template(server: Server) -> None:
    """Migrate and load the releases once, in the worker that comes first; the others wait for it."""
    made = server.create("template", is_empty=True)
    setup.prepare(made)
    let_in(made.service_url)


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
    yield server.create(name, is_empty=True)
    server.drop(name)


@pytest.fixture(scope="session")
def service(databases: Databases) -> Iterator[Service]:
    """One real service for the worker's tests, on its database."""
    started = start_service(environment(databases))
    yield started
    assert started.stop() in (0, -15)


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client of the worker's service."""
    with Client(service.url) as found:
        yield found
