"""Regions a factor is valid for, and the ladder from a site's region to wider ones.

Codes are ISO 3166-1 and 3166-2; grid regions have codes of ours (`CN-GRID-SOUTH`, `US-EGRID-CAMX`). Chinese
provinces stand below their regional grid as the MEE/NBS announcements group them.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from emission_factors.resources import open_data

WORLD: Final = "WORLD"


class UnknownRegion(ValueError):
    """A text is no region code of the table."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region. `level` is world, country, grid_region or province; `parent` the next wider region or empty."""

    code: str
    level: str
    parent: str
    name_en: str
    name_zh: str


def region(code: str) -> Region:
    """Return the region of a code; raises `UnknownRegion`."""
    found = _table().get(code)
    if found is None:
        raise UnknownRegion(
            f"{code!r} is not a region of the table: write ISO 3166 (CN, CN-GD, GB) or a grid region (CN-GRID-SOUTH)"
        )
    return found


def ladder(code: str) -> tuple[str, ...]:
    """Return the codes from a region to the world, nearest first; raises `UnknownRegion`.

    >>> ladder("CN-GD")
    ('CN-GD', 'CN-GRID-SOUTH', 'CN', 'WORLD')
    """
    found = region(code)
    return (found.code, *ladder(found.parent)) if found.parent else (found.code,)


def country(code: str) -> str:
    """Return the country a region lies in, itself where it is one or lies in none; raises `UnknownRegion`.

    >>> country("CN-GD")
    'CN'
    """
    return next((wider for wider in ladder(code) if region(wider).level == "country"), code)


def all_regions() -> tuple[Region, ...]:
    """Return every region of the table."""
    return tuple(_table().values())


@lru_cache(maxsize=1)
def _table() -> dict[str, Region]:
    with open_data("regions.csv") as lines:
        return {row["code"]: Region(**row) for row in csv.DictReader(lines)}
