"""The tables of the demo park, read from `data/`: companies, sites, streams of data, and how quantities move.

Pure: text in, records out. Percentages and permille are integers, so that no float ever touches a quantity.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

DATA: Final = Path(__file__).parent / "data"
EVERY_TENANT: Final = "any"
COMPUTED: Final = "="
"""Begins the amount of what is worked out from what others use."""


@dataclass(frozen=True, slots=True)
class Company:
    """A row of tenants.csv. `size_percent` compares it with a typical company of its kind, `staff` are heads."""

    number: int
    code: str
    name_en: str
    name_zh: str
    kind: str
    size_percent: int
    staff: int
    industry_code: str


@dataclass(frozen=True, slots=True)
class Place:
    """A row of sites.csv; without `region` it is in the park's."""

    code: str
    name_en: str
    name_zh: str
    region: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A row of sources.csv: what one source posts. `monthly` is the mean of a month in `unit`, of a typical company of
    the kind or, where `per_head`, of one head; `growth_percent` is a year's, `noise_percent` the most a month strays.
    What `is_computed` follows from what others use; its `monthly` is the most there can be, 0 for no limit.
    """

    code: str
    site: str
    name_en: str
    name_zh: str
    kind: str
    activity_type: str
    unit: str
    monthly: Fraction
    decimals: int
    per_head: bool
    season: str
    growth_percent: int
    noise_percent: int
    cycle: str
    quality: str
    supplier: str
    document: str
    is_computed: bool = False


class Level(Protocol):
    """How much of something there is in a month, as streams and denominators say it."""

    @property
    def code(self) -> str:
        """What chance is thrown for."""

    @property
    def monthly(self) -> Fraction:
        """The mean of a month, of a typical company or of one head."""

    @property
    def decimals(self) -> int:
        """Decimals it is counted in."""

    @property
    def per_head(self) -> bool:
        """Whether the mean is of one head."""

    @property
    def season(self) -> str:
        """How it moves in a year."""

    @property
    def growth_percent(self) -> int:
        """Growth of a year."""

    @property
    def noise_percent(self) -> int:
        """The most a month strays."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of changes.csv: from `months_back` before the last month on, a stream runs at `percent` of its level."""

    months_back: int
    percent: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """A row of amendments.csv: a bill first posted at `percent` of the truth, or twice, and what became of it."""

    tenant: str
    source: str
    months_back: int
    action: str
    percent: int
    reason: str


@dataclass(frozen=True, slots=True)
class SupplierFigure:
    """A row of factors.csv: what a supplier states, kg CO2e per `unit`; `evidence` names what proves a zero."""

    supplier: str
    activity_type: str
    unit: str
    kg_co2e: str
    name: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class HourProfile:
    """A row of hours.csv: the weight of each hour of a day, and what percent of it remains at a weekend."""

    weights: tuple[int, ...]
    weekend_percent: int


@lru_cache(maxsize=1)
def companies() -> tuple[Company, ...]:
    """Return the companies, the operator first; `number` counts from 1."""
    return tuple(
        Company(
            number,
            row["code"],
            row["name_en"],
            row["name_zh"],
            row["kind"],
            int(row["size"]),
            int(row["staff"]),
            row["industry_code"],
        )
        for number, row in enumerate(rows_of("tenants"), 1)
    )


@lru_cache(maxsize=1)
def places() -> dict[str, tuple[Place, ...]]:
    """Return tenant code -> its sites, the main one first."""
    found: dict[str, tuple[Place, ...]] = {}
    for row in rows_of("sites"):
        place = Place(row["code"], row["name_en"], row["name_zh"], row["region"])
        found[row["tenant"]] = (*found.get(row["tenant"], ()), place)
    return found


def streams(company: Company) -> tuple[Stream, ...]:
    """Return what a company posts: its kind's streams, its own, and those of every company."""
    by_owner = _streams()
    owners = dict.fromkeys((company.kind, company.code, EVERY_TENANT))
    return tuple(stream for owner in owners for stream in by_owner.get(owner, ()))


@lru_cache(maxsize=1)
def seasons() -> dict[str, tuple[int, ...]]:
    """Return season -> permille of the mean in each month from January; twelve of them make 12,000."""
    return {
        row["season"]: tuple(int(value) for name, value in row.items() if name != "season")
        for row in rows_of("seasons")
    }


@lru_cache(maxsize=1)
def hour_profiles() -> dict[str, HourProfile]:
    """Return profile -> weights of the hours."""
    return {
        row["profile"]: HourProfile(tuple(int(row[f"h{hour:02}"]) for hour in range(24)), int(row["weekend"]))
        for row in rows_of("hours")
    }


@lru_cache(maxsize=1)
def hourly_meters() -> dict[tuple[str, str], HourProfile]:
    """Return (tenant, stream) -> profile of the meters that are read every hour, in the order of hourly.csv."""
    return {(row["tenant"], row["source"]): hour_profiles()[row["profile"]] for row in rows_of("hourly")}


@lru_cache(maxsize=1)
def changes() -> dict[tuple[str, str], Change]:
    """Return (tenant, stream) -> the lasting change of its level."""
    return {
        (row["tenant"], row["source"]): Change(int(row["months_back"]), int(row["percent"]))
        for row in rows_of("changes")
    }


@lru_cache(maxsize=1)
def events() -> dict[tuple[str, str], tuple[str, int]]:
    """Return (tenant, stream) -> a month, as in `windows.day_of`, and the percent of its level at which it ran then."""
    return {(row["tenant"], row["source"]): (row["month"], int(row["percent"])) for row in rows_of("events")}


@lru_cache(maxsize=1)
def amendments() -> tuple[Amendment, ...]:
    """Return the bills that were posted wrongly, in the order in which they are put right."""
    return tuple(
        Amendment(
            row["tenant"], row["source"], int(row["months_back"]), row["action"], int(row["percent"]), row["reason"]
        )
        for row in rows_of("amendments")
    )


@lru_cache(maxsize=1)
def supplier_figures() -> dict[tuple[str, str], SupplierFigure]:
    """Return (supplier, activity type) -> the supplier's figure."""
    return {(row["supplier"], row["activity_type"]): SupplierFigure(**row) for row in rows_of("factors")}


@lru_cache(maxsize=1)
def _streams() -> dict[str, tuple[Stream, ...]]:
    found: dict[str, tuple[Stream, ...]] = {}
    for row in rows_of("sources"):
        found[row["for"]] = (*found.get(row["for"], ()), _stream(row))
    return found


def _stream(row: dict[str, str]) -> Stream:
    return Stream(
        code=row["code"],
        site=row["site"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        kind=row["kind"],
        activity_type=row["activity_type"],
        unit=row["unit"],
        monthly=Fraction(row["monthly"].removeprefix(COMPUTED) or 0),
        decimals=int(row["decimals"]),
        per_head=row["scale"] == "staff",
        season=row["season"],
        growth_percent=int(row["growth"]),
        noise_percent=int(row["noise"]),
        cycle=row["cycle"],
        quality=row["quality"],
        supplier=row["supplier"],
        document=row["document"],
        is_computed=row["monthly"].startswith(COMPUTED),
    )


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table by column."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
