"""Who has how much left: two budgets for each caller of this process, cost of what is asked and rows of what is posted.

A caller is the actor of a grant - an API key or a token's subject - or, of those who do not say who they are, the
address. The fields tell it as draft-ietf-httpapi-ratelimit-headers has it; see docs/limits.md.

An address has a third budget, of credentials that prove nobody. One is counted when it has failed, so that a key that
is good is taken from there as ever, however many others were tried.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from api.limiting.buckets import WINDOW_S, Bucket
from ledger.identity.principals import Principal

COST: Final = "cost"
ROWS: Final = "rows"
ANONYMOUS_SHARE: Final = 10
"""An address has a tenth of a key's budget: it may stand for anybody."""
FAILURES: Final = 120
"""Credentials of an address that may fail in a minute: some systems whose keys were revoked, and no search."""
MOST_CALLERS: Final = 20_000
"""Callers that are remembered; the one that was seen longest ago is forgotten, and begins with a full budget."""

Seconds = Callable[[], float]
"""A monotonic clock."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A key's budget a minute: points of cost, and rows; of an address credentials that may fail."""

    cost: int
    rows: int
    failures: int = FAILURES

    def of_address(self) -> "Limits":
        """Return the budget of a caller that does not say who it is."""
        return Limits(max(1, self.cost // ANONYMOUS_SHARE), max(1, self.rows // ANONYMOUS_SHARE), self.failures)


@dataclass(slots=True)
class Budget:
    """What one caller has left; `policy` is how its limits are told."""

    cost: Bucket
    rows: Bucket
    failures: Bucket
    policy: str


class Limiter:
    """The budgets of a process's callers. Threads may share it."""

    def __init__(self, limits: Limits, seconds: Seconds = time.monotonic) -> None:
        self._of_keys, self._of_addresses = limits, limits.of_address()
        self._seconds = seconds
        self._budgets: OrderedDict[str, Budget] = OrderedDict()
        self._lock = Lock()

    def spend(self, caller: str, cost: int = 0, rows: int = 0) -> float:
        """Take from a caller's budgets, from both or neither; return the seconds to wait where one has too little."""
        with self._lock:
            budget, now = self._budget(caller), self._seconds()
            wait = budget.cost.wait(cost, now) if cost else 0.0
            if rows:
                wait = max(wait, budget.rows.wait(rows, now))
            if wait == 0.0:
                budget.cost.take(cost, now)
                if rows:
                    budget.rows.take(rows, now)
            return wait

    def wait(self, caller: str, cost: int = 1, rows: int = 0) -> float:
        """Return the seconds until so much could be taken, 0 where it can be now; nothing is."""
        with self._lock:
            budget, now = self._budget(caller), self._seconds()
            return max(budget.cost.wait(cost, now), budget.rows.wait(rows, now))

    def owe(self, caller: str, rows: int) -> None:
        """Take rows that were posted already, as of a file whose rows nobody could count before it was read."""
        with self._lock:
            self._budget(caller).rows.take(rows, self._seconds())

    def fail(self, caller: str) -> float:
        """Count a credential from an address that proved nobody, and what looking it up cost.

        Returns the seconds to wait where too many did.
        """
        with self._lock:
            budget, now = self._budget(caller), self._seconds()
            wait = budget.failures.wait(1, now)
            for bucket in (budget.failures, budget.cost):
                if bucket.wait(1, now) == 0.0:
                    bucket.take(1, now)
            return wait

    def fields(self, caller: str) -> Mapping[str, str]:
        """Return the fields of an answer that tell a caller its limits and what is left of them."""
        with self._lock:
            budget, now = self._budget(caller), self._seconds()
            told = f"{_told(COST, budget.cost, now)}, {_told(ROWS, budget.rows, now)}"
            return {"ratelimit-policy": budget.policy, "ratelimit": told}

    def _budget(self, caller: str) -> Budget:
        found = self._budgets.get(caller)
        if found is not None:
            self._budgets.move_to_end(caller)
            return found
        limits, now = self._of_addresses if caller.startswith(_ADDRESS) else self._of_keys, self._seconds()
        cost, rows, failures = (Bucket(size, size, now) for size in (limits.cost, limits.rows, limits.failures))
        made = Budget(cost, rows, failures, _policy(limits))
        self._budgets[caller] = made
        if len(self._budgets) > MOST_CALLERS:
            self._budgets.popitem(last=False)
        return made


_ADDRESS: Final = "address "


def caller_of(principal: Principal, address: str) -> str:
    """Return whose budget a request is taken from."""
    return of_actor(principal.actor) if principal.is_known else of_address(address)


def of_actor(actor: str) -> str:
    """Return the caller that a key's id or a token's subject is."""
    return f"actor {actor}"


def of_address(address: str) -> str:
    """Return the caller that an address stands for; of IPv6 that is a network of 64 bits, which one machine may have.

    >>> of_address("2001:db8::1") == of_address("2001:db8::2"), of_address("192.0.2.1")
    (True, 'address 192.0.2.1')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{_ADDRESS}unknown"
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address
    return f"{_ADDRESS}{found}"


def retry_after(wait: float) -> str:
    """Return seconds to wait as `Retry-After` says them: whole ones, at least one."""
    return str(max(1, math.ceil(wait)))


def _policy(limits: Limits) -> str:
    return f'"{COST}";q={limits.cost};w={WINDOW_S:.0f}, "{ROWS}";q={limits.rows};w={WINDOW_S:.0f}'


def _told(name: str, bucket: Bucket, now: float) -> str:
    refills = math.ceil(bucket.refills(now))
    return f'"{name}";r={max(0, int(bucket.left))};t={refills}'
