"""Activity types that an unknown name may mean, for a file whose words are not the catalogue's."""

from collections.abc import Iterable
from typing import Final

from emission_factors.activity_types import ActivityType
from emission_factors.search import find_activity_types

_LEAST: Final = 0.2
"""Share of pairs of characters in common below which two names have nothing to do with each other."""


def candidates(name: str, known: Iterable[ActivityType], most: int = 5) -> list[ActivityType]:
    """Return activity types that `name` may mean, likeliest first, at most `most`; none where nothing is like it.

    First those that hold every word of it, as a search finds them; where there are none, those whose code or names
    share most pairs of characters with it (the coefficient of Dice), so that 外购电力 finds what 电力 is called.
    """
    types = list(known)
    if not name.strip():
        return []
    found = find_activity_types(name, types)
    if found:
        return found[:most]
    scored = [(max(_alike(name, text) for text in _names(one)), place) for place, one in enumerate(types)]
    likely = sorted((pair for pair in scored if pair[0] >= _LEAST), key=lambda pair: (-pair[0], pair[1]))
    return [types[place] for _, place in likely[:most]]


def _names(one: ActivityType) -> tuple[str, str, str]:
    return one.code.replace("_", " ").replace(".", " "), one.name_en, one.name_zh


def _alike(name: str, other: str) -> float:
    mine, theirs = _pairs(name), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters within words; Chinese runs on as one word."""
    words = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return {word[place : place + 2] for word in words for place in range(len(word) - 1)}
