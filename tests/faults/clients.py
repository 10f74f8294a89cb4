"""Clients that go on through every fault as ours do: what has no answer is sent again under its key."""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

import httpx

from api.client import Client, ServiceError
from tests.api.test_flows import POST, row

NAMESPACE: Final = UUID("6f1f5a52-0000-4000-8000-000000000001")
ROWS: Final = 10
AGAIN: Final = 0.2
"""Share of batches after which one that was acknowledged long ago is sent again, under its key or another."""
PATIENCE_S: Final = 120.0
PAUSE_S: Final = 0.05
"""Seconds from one try to the next: faults are to be met, not to be waited for."""


class Violated(AssertionError):
    """Something that must always hold does not."""


@dataclass(slots=True)
class Ledgered:
    """What a client sent, by number, and the ids of the rows that it was told are in."""

    prefix: str
    sent: int = 0
    acknowledged: dict[int, list[str]] = field(default_factory=dict)

    def rows(self, number: int) -> list[dict[str, Any]]:
        return [row(self.name(number, at), "electricity.grid", "1.1", "kWh") for at in range(ROWS)]

    def name(self, number: int, at: int) -> str:
        return f"{self.prefix}-{number}-{at}"

    def stored(self) -> dict[str, str]:
        """Return the global id of each external id that was acknowledged."""
        known = dict(self.acknowledged)
        return {self.name(number, at): ids[at] for number, ids in known.items() for at in range(ROWS)}

    def names(self) -> set[str]:
        """Return every external id that was ever sent."""
        return {self.name(number, at) for number in range(self.sent) for at in range(ROWS)}


class Working(threading.Thread, ABC):
    """Does something again and again against a service that comes and goes."""

    def __init__(self, name: str, url: Callable[[], str], stopping: threading.Event) -> None:
        super().__init__(name=name)
        self.url, self.stopping = url, stopping
        self.progress = threading.Semaphore(0)
        self.fault: BaseException | None = None
        self._pause = threading.Event()
        self._known: tuple[str, Client] | None = None

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.step()
        except BaseException as error:  # noqa: BLE001  told by the thread that waits for this one
            self.fault = error
            self.progress.release()
        finally:
            self._leave()

    @abstractmethod
    def step(self) -> None:
        """Do one thing."""

    def ask(self, document: str, variables: dict[str, Any], field_name: str) -> dict[str, Any]:
        """Return the answer to an operation, however often it has to be sent."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer: dict[str, Any] = self._client().ask(document, variables)[field_name]
                return answer
            except (httpx.TransportError, ServiceError) as error:
                told = error
                self._pause.wait(PAUSE_S)
        raise Violated(f"{self.name}: no answer in {PATIENCE_S:.0f} s, the last was {told}")

    def _wait(self, _: float) -> None:
        self._pause.wait(PAUSE_S)

    def _client(self) -> Client:
        """Return a client of the service where it is now."""
        url = self.url()
        if self._known is None or self._known[0] != url:
            self._leave()
            self._known = url, Client(url, timeout_s=PATIENCE_S, sleep=self._wait)
        return self._known[1]

    def _leave(self) -> None:
        """Close the connection to the service that was known last."""
        if self._known is not None:
            self._known[1].__exit__()


class Poster(Working):
    """Posts batches one after the other; sends some of those that were acknowledged again, which changes nothing."""

    def __init__(
        self, ledgered: Ledgered, tenant: str, url: Callable[[], str], stopping: threading.Event, seed: int
    ) -> None:
        super().__init__(f"poster {ledgered.prefix}", url, stopping)
        self.ledgered, self.tenant, self.chance = ledgered, tenant, random.Random(seed)  # noqa: S311
        self.repeats = 0

    def step(self) -> None:
        number = self.ledgered.sent
        self.ledgered.sent += 1
        self.ledgered.acknowledged[number] = self.post(number, {"ACCEPTED", "DUPLICATE"})
        self.progress.release()
        if self.chance.random() < AGAIN:
            self.repeat(self.chance.randrange(number + 1), under_its_key=self.chance.random() < 0.5)
        self.stopping.wait(0.01)

    def repeat(self, number: int, *, under_its_key: bool) -> None:
        """Send a batch again; its rows are the ones that were told."""
        expected = {"ACCEPTED", "DUPLICATE"} if under_its_key else {"DUPLICATE"}
        ids = self.post(number, expected, "" if under_its_key else f"again-{self.repeats}")
        self.repeats += 1
        if ids != self.ledgered.acknowledged[number]:
            raise Violated(f"{self.name}: batch {number} was {self.ledgered.acknowledged[number]} and is now {ids}")

    def post(self, number: int, expected: set[str], more: str = "") -> list[str]:
        key = str(uuid5(NAMESPACE, f"{self.ledgered.prefix}-{number}-{more}"))
        given = {"tenantId": self.tenant, "idempotencyKey": key, "rows": self.ledgered.rows(number)}
        outcomes = self.ask(POST, {"input": given}, "postActivities")["outcomes"]
        told = {one["outcome"] for one in outcomes}
        if not told <= expected:
            raise Violated(f"{self.name}: batch {number} was answered {outcomes}; expected were {sorted(expected)}")
        return [one["activityId"] for one in outcomes]
