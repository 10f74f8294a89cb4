"""A database, a service and a sealer of the harness's own, and what can be killed of them."""

import os
import random
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import psycopg

from ledger import embedded
from ledger.setup import Databases
from tests import forking
from tests.forking import Forked
from tests.ledger.embedded.processes import postmaster_pid, server_pids
from tests.network import Way
from tests.service import Service, environment, let_in, start_service

SEAL_EVERY_S: Final = 0.4
"""Seconds from the end of one sealing to the start of the next."""


class Victim(StrEnum):
    """Whom a kill is for; each dies by SIGKILL, without a chance to say good-bye."""

    SERVICE = "the service"
    SEALER = "the sealer"
    BACKEND = "one process of PostgreSQL"
    BACKENDS = "every process of PostgreSQL but the first"
    POSTMASTER = "the first process of PostgreSQL"
    DATABASE = "every process of PostgreSQL"
    EVERYTHING = "everything"
    NETWORK = "every connection to PostgreSQL"


@dataclass(slots=True)
class Cluster:
    """An embedded server in a folder, and a service on it. `weak` is told to acknowledge what is not on disk yet.

    Service and sealer of one that is `far` reach it over a way that also breaks by itself, in the middle of a message.
    """

    folder: Path
    weak: bool = False
    far: random.Random | None = None
    databases: Databases = field(init=False)
    service: Service = field(init=False)
    way: Way | None = None
    sealing: Forked | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    seals: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _sealer: threading.Thread = field(init=False)

    def start(self) -> None:
        """Start all of it."""
        self._start_database()
        if self.far:
            self.way = Way(self.databases.service_url)
            self.way.begin()
        self._start_service()
        let_in(self.databases.service_url)
        self._sealer = threading.Thread(target=self._seal, name="sealer")
        self._sealer.start()

    def kill(self, victim: Victim, chance: random.Random) -> int:
        """Kill, and return how many processes died, or connections."""
        if self.way is not None:
            return self.way.cut()
        pids: set[int] = set()
        if victim in {Victim.SEALER, Victim.EVERYTHING} and self.sealing is not None:
            pids |= {self.sealing.pid}
        if victim in {Victim.SERVICE, Victim.EVERYTHING}:
            pids |= {self._service_pid(), *_children(self._service_pid())}
        pids |= self._of_database(victim, chance)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def mend(self, victim: Victim) -> None:
        """Start again what was killed."""
        if self.way is not None:
            self.way.mend()
            return
        if victim not in {Victim.SERVICE, Victim.SEALER}:
            self._start_database()
        if victim in {Victim.SERVICE, Victim.EVERYTHING}:
            self.service.wait()
            self._start_service()
        self.weaken()

    def stop(self) -> None:
        """Stop all of it in good order, if it runs."""
        self.stopping.set()
        if hasattr(self, "_sealer"):
            self._sealer.join(timeout=60)
        if hasattr(self, "service"):
            self.service.stop()
        if self.way is not None:
            self.way.end()
        if embedded.is_running(self.folder):
            embedded.start(self.folder).stop()

    def run(self, *arguments: str) -> str:
        """Run a command to its end and return what it said; it must succeed."""
        done = forking.run(*arguments, env=environment(self.databases))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _start_database(self) -> None:
        server = embedded.start(self.folder)
        self.databases = Databases(server.owner_url, server.service_url, "the harness's database", lambda: None)
        if self.weak:
            self._configure("ALTER SYSTEM RESET synchronous_commit", "ALTER SYSTEM RESET wal_writer_delay")

    def _start_service(self) -> None:
        self.service = start_service(self._environment())

    def _environment(self) -> dict[str, str]:
        """Return what service and sealer are started with, who reach the database as far as the way is whole."""
        way = self.way and self.way.url
        return environment(replace(self.databases, service_url=way) if way else self.databases)

    def fray(self, chance: random.Random | None) -> None:
        """Let the way break by itself from here on, or no longer."""
        if self.way is not None:
            self.way.fray = chance

    def weaken(self) -> None:
        """Let a weak server acknowledge what is in its memory alone; a service does not start on such a one."""
        if self.weak:
            self._configure("ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'")

    def _configure(self, *statements: str) -> None:
        with psycopg.connect(self.databases.owner_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
            connection.execute("SELECT pg_reload_conf()")

    def _of_database(self, victim: Victim, chance: random.Random) -> set[int]:
        if victim in {Victim.SERVICE, Victim.SEALER}:
            return set()
        first, all_of_them = postmaster_pid(self.folder), server_pids(self.folder)
        others = all_of_them - {first}
        if victim is Victim.BACKEND:
            return {chance.choice(sorted(others))}
        return {Victim.BACKENDS: others, Victim.POSTMASTER: {first}}.get(victim, all_of_them)

    def _service_pid(self) -> int:
        process = self.service.process
        return process.pid

    def _seal(self) -> None:
        """Seal again and again, each time as a command of its own, which is killed now and then."""
        while not self.stopping.wait(SEAL_EVERY_S):
            self.sealing = forking.start(("seal",), self._environment())
            self.seals.release()
            with self.sealing.stdout as output:
                output.read()
            self.sealing.wait(timeout=120)
            self.sealing = None


def _children(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    found = set()
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found |= {int(child) for child in tasks.read_text().split()}
    return found
