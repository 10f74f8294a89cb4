"""Kills at moments of chance, while clients post, the sealer seals and reports are published; then what must hold.

    python -m tests.faults --kills 50 --seed 1

A round waits until work goes on, kills somebody by SIGKILL at a moment of chance, starts what died again and reads the
stored rows, while the clients go on. At the end all is sealed, proved and reconciled.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.client import Client
from proofs.keys import PublicKey, read_private_key
from tests.api.test_flows import Park
from tests.faults.clients import Ledgered, Poster, Violated, Working
from tests.faults.cluster import Cluster, Victim
from tests.faults.invariants import (
    Seen,
    check_growth,
    check_histories,
    check_publications,
    check_reports,
    check_rows,
    stored,
)
from tests.faults.publisher import Publisher, closed_month, reviewing
from tests.service import signing_key_file

CLIENTS: Final = 4
PATIENCE_S: Final = 120
DELAY_S: Final = 0.3
"""A kill comes up to so many seconds after the work that it is meant for was seen to go on."""
KEY_NAME: Final = "parkledger"

Tell = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What a run did and what it found."""

    kills: Counter[str] = field(default_factory=Counter)
    processes: int = 0
    rows: int = 0
    repeats: int = 0
    events: int = 0
    heads: int = 0
    reports: int = 0
    verified: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        kills = ", ".join(f"{count} x {victim}" for victim, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total()} kills ({self.processes} died; {kills}) in {self.seconds:.0f} s: "
            f"{self.rows} rows acknowledged and stored once, {self.repeats} batches repeated without effect, "
            f"{self.events} events under {self.heads} signed heads that only grew, {self.reports} reports whole, "
            f"the newest {self.verified} verified offline as one chain"
        )


def run(folder: Path, kills: int, seed: int, *, weak: bool = False, far: bool = False, tell: Tell = print) -> Outcome:
    """Kill so often, and return what was found; raises `Violated` where something does not hold.

    `weak`: the server acknowledges what is in its memory alone (`synchronous_commit = off`), and everything is killed
    each time: what is acknowledged gets lost, and is missed. `far`: nobody is killed but connections, all of them at
    once each time, and single ones in the middle of what is said.
    """
    chance, outcome, begun = random.Random(seed), Outcome(), time.monotonic()  # noqa: S311
    cluster = Cluster(folder, weak, random.Random(seed) if far else None)  # noqa: S311
    try:
        cluster.start()
        seen = Seen(_public_key())
        with _at_work(cluster, chance) as work:
            cluster.fray(cluster.far)
            for number, victim in enumerate(_victims(kills, chance, weak=weak, far=far), 1):
                _round(cluster, victim, chance, work, outcome)
                _check(cluster, seen, work, outcome)
                found = f"{outcome.rows} rows, {outcome.events} events, {outcome.reports} reports"
                tell(f"{number}/{kills} {victim}: {found}, {time.monotonic() - begun:.1f} s")
        cluster.fray(None)
        _finish(cluster, seen, work, outcome)
    finally:
        cluster.stop()
    outcome.seconds = time.monotonic() - begun
    return outcome


def _victims(kills: int, chance: random.Random, *, weak: bool, far: bool) -> Iterator[Victim]:
    """Yield whom to kill: each process as often as the others, in an order of chance."""
    if weak or far:
        yield from [Victim.EVERYTHING if weak else Victim.NETWORK] * kills
        return
    order: list[Victim] = []
    for _ in range(kills):
        if not order:
            order = [one for one in Victim if one is not Victim.NETWORK]
            chance.shuffle(order)
        yield order.pop()


@dataclass(frozen=True, slots=True)
class Work:
    """Who works, and what clients sent and were told."""

    posters: Sequence[Poster]
    publisher: Publisher
    ledgered: Sequence[Ledgered]

    @property
    def workers(self) -> Sequence[Working]:
        return [*self.posters, self.publisher]

    def raise_fault(self) -> None:
        """Raise what ended one of them."""
        for worker in self.workers:
            if worker.fault is not None:
                raise worker.fault


@contextmanager
def _at_work(cluster: Cluster, chance: random.Random) -> Iterator["Work"]:
    stopping = threading.Event()
    with Client(cluster.service.url) as client:
        park = Park(client)
        tenants = [park.tenant, park.add_tenant("t2")[0]]
        with reviewing(cluster.service.url) as reviewer:
            reported, before = closed_month(cluster.databases, reviewer, park)
    publisher = Publisher(reported, lambda: cluster.service.url, stopping)
    seeds = [chance.getrandbits(32) for _ in range(CLIENTS)]
    posters = [
        Poster(Ledgered(f"p{number}"), tenants[number % 2], lambda: cluster.service.url, stopping, seed)
        for number, seed in enumerate(seeds)
    ]
    work = Work(posters, publisher, [before, *(one.ledgered for one in posters)])
    cluster.weaken()
    for worker in work.workers:
        worker.start()
    try:
        yield work
    finally:
        stopping.set()
        for worker in work.workers:
            worker.join(timeout=PATIENCE_S)
    work.raise_fault()


def _round(cluster: Cluster, victim: Victim, chance: random.Random, work: Work, outcome: Outcome) -> None:
    """Wait until every client posts, and for a sealing or a publication that begins; kill, start again."""
    sealing, publishing = {"the sealer": cluster.seals}, {work.publisher.name: work.publisher.progress}
    also = chance.choice([{}, sealing, publishing])
    if victim is Victim.SEALER:
        also = sealing
    awaited = {one.name: one.progress for one in work.posters} | also
    for signal in awaited.values():
        while signal.acquire(blocking=False):
            pass
    for name, signal in awaited.items():
        if not signal.acquire(timeout=PATIENCE_S):
            raise Violated(f"before a kill of {victim}: {name} did not go on for {PATIENCE_S} s")
    work.raise_fault()
    died = 0
    while not died:  # a sealer may be through before it is killed
        threading.Event().wait(chance.uniform(0, DELAY_S))
        died = cluster.kill(victim, chance)
    outcome.processes += died
    outcome.kills[victim] += 1
    cluster.mend(victim)


def _check(cluster: Cluster, seen: Seen, work: Work, outcome: Outcome) -> None:
    published = work.publisher.ids()  # before the snapshot is taken, by the first query
    with stored(cluster.databases) as connection:
        outcome.rows = check_rows(connection, work.ledgered)
        outcome.events = check_histories(connection, seen)
        outcome.reports = check_reports(connection, seen, published)


def _finish(cluster: Cluster, seen: Seen, work: Work, outcome: Outcome) -> None:
    """Seal what is left, and prove and reconcile all of it."""
    cluster.run("seal")
    _check(cluster, seen, work, outcome)
    sent = sum(len(one.names()) for one in work.ledgered)
    if outcome.rows != sent:
        raise Violated(f"{sent} rows were sent and acknowledged, {outcome.rows} are stored")
    outcome.heads = check_growth(cluster.databases, seen)
    outcome.repeats = sum(one.repeats for one in work.posters)
    with stored(cluster.databases) as connection:
        check_publications(connection, seen)
    outcome.verified = work.publisher.verify(seen.key)
    cluster.run("check")
    cluster.run("verify", "log")


def _public_key() -> PublicKey:
    return read_private_key(KEY_NAME, signing_key_file().read_bytes()).public
