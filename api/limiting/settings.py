"""The limits of one process of the service, as its settings say them."""

from dataclasses import dataclass

from api.limiting.limiter import Limiter, Limits
from api.limiting.sockets import Sockets
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Limiting:
    """Budgets and WebSockets of callers, and how many writes may wait for their turn."""

    limiter: Limiter
    sockets: Sockets
    waiting: int


def limiting(settings: Settings) -> Limiting:
    """Return what settings say."""
    limits = Limits(settings.limit_cost, settings.limit_rows, settings.limit_failures)
    return Limiting(Limiter(limits), Sockets(settings.limit_sockets), settings.limit_waiting)
