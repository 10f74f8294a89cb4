"""Activity types that a text may mean which is none: what a dry run offers, so that a profile can name it."""

from collections import Counter
from functools import lru_cache
from typing import Final

from emission_factors.activity_types import ActivityType, all_activity_types
from emission_factors.search import find_activity_types

MOST: Final = 5
_ALIKE: Final = 0.25
"""The share of pairs of characters that two names must have in common to be told; below it they are strangers."""


@lru_cache(maxsize=1000)
def candidates(text: str) -> tuple[str, ...]:
    """Return the codes of activity types that match a text or are written alike, best first, at most five.

    >>> candidates("外购电力")[0]
    'electricity.grid'
    """
    known = all_activity_types()
    found = find_activity_types(text, known) if text.strip() else []
    alike = sorted(((_likeness(text, one), one.code) for one in known), key=lambda pair: -pair[0])
    codes = [one.code for one in found] + [code for likeness, code in alike if likeness >= _ALIKE]
    return tuple(dict.fromkeys(codes))[:MOST]


def _likeness(text: str, one: ActivityType) -> float:
    """Return how alike a text and the names of a type are: Dice's coefficient of the best (Dice, Ecology 26, 1945)."""
    given = _pairs(text)
    return max(_shared(given, _pairs(name)) for name in (one.code, one.name_en, one.name_zh))


def _shared(one: Counter[str], other: Counter[str]) -> float:
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 0.0


def _pairs(text: str) -> Counter[str]:
    bare = "".join(char for char in text.lower() if char.isalnum())
    return Counter(bare[place : place + 2] for place in range(len(bare) - 1))
