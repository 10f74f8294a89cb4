"""How many WebSockets are open: of one address before they say who they are, of one caller from then on."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from api.limiting.limiter import of_address

OF_ADDRESS: Final = 4
"""Times as many sockets an address may have as a caller: several systems of one company may share it."""


class TooManySockets(Exception):
    """The address has as many open as it may."""


@dataclass(slots=True)
class Socket:
    """One open WebSocket; `caller` is whose it counts as, empty until it said so."""

    sockets: "Sockets"
    caller: str = ""

    def claim(self, caller: str) -> bool:
        """Count it as a caller's; False where that one has as many as it may."""
        if self.caller:
            return self.caller == caller
        held = self.sockets.of_callers
        if held[caller] >= self.sockets.most:
            return False
        held[caller] += 1
        self.caller = caller
        return True


class Sockets:
    """The open WebSockets of one process, `most` of a caller."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.of_callers: Counter[str] = Counter()
        self._of_addresses: Counter[str] = Counter()

    @contextmanager
    def opened(self, address: str) -> Iterator[Socket]:
        """Count a socket of an address as long as it is open; raises `TooManySockets`."""
        name = of_address(address)
        if self._of_addresses[name] >= OF_ADDRESS * self.most:
            raise TooManySockets(f"{self._of_addresses[name]} WebSockets are open from here; close some of them first")
        self._of_addresses[name] += 1
        socket = Socket(self)
        try:
            yield socket
        finally:
            _less(self._of_addresses, name)
            _less(self.of_callers, socket.caller)


def _less(counted: Counter[str], name: str) -> None:
    counted[name] -= 1
    if counted[name] <= 0:
        del counted[name]
