"""Token buckets: a budget that fills steadily and is spent at once, so that a burst passes and a flood does not.

A request is taken while the bucket holds what it needs, or is full: one that needs more than a whole bucket passes too,
and leaves a debt that is filled first. So no size of request is refused for ever. Pure arithmetic on a clock given.
"""

from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 60.0
"""Seconds in which an empty bucket fills."""
DEBT: Final = 1.0
"""The most a bucket owes, in whole buckets: what was posted of a long file is paid for by a minute of waiting."""


@dataclass(slots=True)
class Bucket:
    """What is left of one budget at an instant of a monotonic clock, in seconds; `size` is a minute's budget."""

    size: int
    left: float
    at: float

    def level(self, now: float) -> float:
        """Return what is left now, negative where something is owed.

        >>> Bucket(60, left=-10, at=100.0).level(130.0)
        20.0
        """
        gone = max(0.0, now - self.at)
        self.left, self.at = min(float(self.size), self.left + gone * self.size / WINDOW_S), max(now, self.at)
        return self.left

    def wait(self, needed: int, now: float) -> float:
        """Return the seconds until so much can be taken, 0 where it can be now.

        >>> Bucket(60, left=10, at=0.0).wait(25, 0.0)
        15.0
        """
        missing = min(needed, self.size) - self.level(now)
        return missing * WINDOW_S / self.size if missing > 0 else 0.0

    def take(self, spent: int, now: float) -> None:
        """Spend so much, whether it is there or not."""
        self.left = max(self.level(now) - spent, -DEBT * self.size)

    def refills(self, now: float) -> float:
        """Return the seconds until the bucket is full."""
        return (self.size - self.level(now)) * WINDOW_S / self.size
