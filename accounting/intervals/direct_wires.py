"""Direct wires from a plant to a park: how much of the generation its members use, and of their load it covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from accounting.intervals.hourly_matching import Incomplete, Source, match
from accounting.intervals.series import Series


class WireRatio(StrEnum):
    """What a rule on direct wires limits."""

    SELF_CONSUMPTION = "SELF_CONSUMPTION"
    """Used in the interval it was generated, of all available generation (自发自用电量占总可用发电量)."""
    COVER = "COVER"
    """Used in the interval it was generated, of all load (自发自用电量占总用电量)."""


class WireStatus(StrEnum):
    """Whether a threshold is met."""

    PASS = "PASS"  # noqa: S105
    """The ratio is at or above the threshold."""
    FAIL = "FAIL"
    """The ratio is below the threshold."""
    NOT_DEFINED = "NOT_DEFINED"
    """Nothing was generated, or there was no load."""


@dataclass(frozen=True, slots=True)
class WireThreshold:
    """A least ratio, 0 to 1, in the years it is asked for; `last_year` is None where none is stated."""

    ratio: WireRatio
    minimum: Decimal
    first_year: int
    last_year: int | None
    source: str

    def is_in_force(self, year: int) -> bool:
        """Whether the ratio is asked for in a year."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


NOTICE_688: Final = "发改能源〔2026〕688号"
THRESHOLDS: Final = (
    WireThreshold(WireRatio.SELF_CONSUMPTION, Decimal("0.60"), 2026, None, NOTICE_688),
    WireThreshold(WireRatio.COVER, Decimal("0.30"), 2026, 2029, NOTICE_688),
    WireThreshold(WireRatio.COVER, Decimal("0.35"), 2030, None, NOTICE_688),
)
"""Annual thresholds of multi-user green direct connections; 35 % is to be reached before 2030, and holds then."""


@dataclass(frozen=True, slots=True)
class WireRatios:
    """Energy of a period in one unit: available generation, what of it was used at once, and load."""

    generated: Decimal
    used: Decimal
    load: Decimal

    def of(self, ratio: WireRatio) -> Fraction | None:
        """Return a ratio, 0 to 1; None where it is not defined."""
        base = {WireRatio.SELF_CONSUMPTION: self.generated, WireRatio.COVER: self.load}[ratio]
        return Fraction(self.used) / Fraction(base) if base else None


@dataclass(frozen=True, slots=True)
class WireCheck:
    """A threshold with the ratio it is held against; one that is not in force yet shows what is to come."""

    threshold: WireThreshold
    ratio: Fraction | None
    is_in_force: bool
    status: WireStatus


def wire_ratios(generation: Series, load: Series) -> WireRatios | Incomplete:
    """Return generation, load and `sum of min(generation, load)` by interval; what storage shifts is not in it.

    Raises `BadSeries` where the intervals differ.
    """
    found = match({"load": load}, {"generation": Source(generation)})
    if isinstance(found, Incomplete):
        return found
    return WireRatios(found.supply_total, found.hourly, found.load_total)


def wire_checks(
    ratios: WireRatios, year: int, thresholds: Iterable[WireThreshold] = THRESHOLDS
) -> tuple[WireCheck, ...]:
    """Return every threshold in force in a year or coming later, with its status; the ratios are of a whole year."""
    asked = [one for one in thresholds if one.last_year is None or year <= one.last_year]
    return tuple(_check(one, ratios.of(one.ratio), year) for one in asked)


def _check(threshold: WireThreshold, ratio: Fraction | None, year: int) -> WireCheck:
    if ratio is None:
        status = WireStatus.NOT_DEFINED
    else:
        status = WireStatus.PASS if ratio >= Fraction(threshold.minimum) else WireStatus.FAIL
    return WireCheck(threshold, ratio, threshold.is_in_force(year), status)
