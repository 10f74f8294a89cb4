"""What every benchmark shares: a database of its own, a running service, interleaved rounds, ratios with their spread.

A machine that runs benchmarks is rarely quiet, so no figure stands alone: contestants take turns within a round, a
ratio is formed per round, and its median is told with the lowest and the highest.
"""

import asyncio
import os
import platform
import queue
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from api.client import KEY_VARIABLE
from ledger import setup
from ledger.identity.api_keys import new_key
from ledger.identity.grant_checks import NewGrant
from ledger.identity.principals import NO_TENANT_ID, Role
from ledger.identity.standing_grants import grant_once
from ledger.setup import Databases
from proofs.keys import make_key

PAGE: Final = Path(__file__).parent.parent / "docs" / "performance.md"
"""The page whose sections the benchmarks write."""
_PEPPER: Final = secrets.token_urlsafe(32)
_KEY: Final = new_key()
_SIGNING_KEY: Final = make_key("parkledger").pem()
"""What this run's services sign their histories with: whoever starts again on a database has the key it began with."""
SERVE: Final = (sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0")
"""The command of our own service."""
_LIBRARIES: Final = ("strawberry-graphql", "graphql-core", "psycopg", "sqlmodel", "uvicorn", "msgspec")

Contestant = Callable[[], float]
"""Runs once and returns how much it did in a second, or another figure of which more is better."""


@contextmanager
def database() -> Iterator[Databases]:
    """Make a migrated database of this run's own, and leave nothing of it.

    It is made on the server of PARKLEDGER_BENCH_URL, whose role must be allowed to, or on an embedded server in a
    temporary folder.
    """
    url = os.environ.get("PARKLEDGER_BENCH_URL")
    with _on_server(url) if url else _embedded() as found:
        setup.prepare(found)
        _let_in(found)
        yield found


@contextmanager
def _embedded() -> Iterator[Databases]:
    folder = Path(tempfile.mkdtemp(prefix="pk-bench-"))
    try:
        found = setup.find(None, None, folder / "data")
        try:
            yield found
        finally:
            found.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_server(url: str) -> Iterator[Databases]:
    name = f"parkledger_bench_{uuid4().hex[:12]}"
    own = make_url(url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield Databases(own, own, f"benchmark database {name}", lambda: None)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def sibling(databases: Databases) -> Iterator[Databases]:
    """Make another migrated database on the server of one, and leave nothing of it."""
    with _on_server(databases.owner_url) as found:
        setup.prepare(found)
        _let_in(found)
        yield found


@contextmanager
def service(
    databases: Databases, command: Sequence[str] = SERVE, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Start a service on a database in a process of its own and return its address; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="pk-bench-") as folder:
        file = Path(folder) / "log-key.pem"
        file.write_bytes(_SIGNING_KEY)
        given = {**_environment(databases), "PARKLEDGER_SIGNING_KEY_FILE": str(file), **settings}
        process = subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(timeout=60)
            if process.stdout:
                process.stdout.close()


def _let_in(databases: Databases) -> None:
    """Grant everything to this run's key, and let whoever asks a service from here present it."""
    os.environ[KEY_VARIABLE] = _KEY.text
    new = NewGrant(NO_TENANT_ID, "benchmarks", Role.PLATFORM)
    asyncio.run(grant_once(databases.service_url, _PEPPER.encode(), [(new, _KEY)]))


def _environment(databases: Databases) -> dict[str, str]:
    given = {
        "PARKLEDGER_DATABASE_URL": databases.service_url,
        "PARKLEDGER_OWNER_URL": databases.owner_url,
        "PARKLEDGER_KEY_PEPPER": _PEPPER,
    }
    path = os.pathsep.join([str(PAGE.parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **given, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path}


def _address(process: "subprocess.Popen[str]") -> str:
    """Wait until the service says where it is, and go on reading, so that it never waits for us to read."""
    lines: queue.Queue[str | None] = queue.Queue()
    if process.stdout is None:
        raise RuntimeError("the service was started without a pipe to read its address from")
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    told: list[str] = []
    while (line := lines.get(timeout=120)) is not None:
        told.append(line)
        if line.strip().startswith("http://"):
            return line.split()[0].rstrip("/")
    raise RuntimeError(f"the service did not start:\n{''.join(told)}")


def _read(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def interleaved(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, list[float]]:
    """Let each contestant run once a round, another one first each time; a round before the first is not counted."""
    names = list(contestants)
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            rate = contestants[name]()
            if turn:
                found[name].append(rate)
    return found


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times a yardstick: the median of the rounds, the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        digits = 1 if self.median >= 10 else 2
        return f"{self.median:.{digits}f} ({self.lowest:.{digits}f} to {self.highest:.{digits}f})"


def ratio(measured: Sequence[float], yardstick: Sequence[float]) -> Ratio:
    """Return measured over yardstick, formed round by round."""
    found = [ours / theirs for ours, theirs in zip(measured, yardstick, strict=True)]
    return Ratio(statistics.median(found), min(found), max(found))


def rounded(value: float) -> str:
    """Write a figure with two significant digits and thousands separated; more would be noise."""
    return f"{float(f'{value:.2g}'):,.0f}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; figures are to the right."""
    rule = ["---" if not index else "---:" for index in range(len(head))]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in (head, rule, *rows))


def machine(databases: Databases) -> str:
    """Return one line on what the figures were measured on."""
    with psycopg.connect(databases.owner_url) as connection:
        server = connection.info.parameter_status("server_version")
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = f", load average {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores{load}; {platform.system()} {platform.release()}, PostgreSQL {server}, "
        f"Python {platform.python_version()}, {libraries}."
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Put a benchmark's text into its section of the page, in place of what it wrote before."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    old = page.read_text(encoding="utf-8") if page.exists() else "# Performance\n"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    new = pattern.sub(lambda _: section, old) if pattern.search(old) else f"{old.rstrip()}\n\n{section}\n"
    page.write_text(new, encoding="utf-8")
