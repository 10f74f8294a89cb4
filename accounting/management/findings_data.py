"""Findings in what sources post: gaps, months far from the usual, meters that stopped or began again.

What is usual is told by medians, which one wrong month does not move. The thresholds are judgement, no norm, and are
set so that seasons pass: a heating month is up to four times the median month of its year, while a mistaken unit makes
ten or a thousand times, and against the same month of other years, where seasons cancel, twice is much.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.management.completeness import MatrixRow, PostedMonth, late
from accounting.management.findings import Actor, Evidence, Finding, FindingKind, Severity, Subject, amount
from accounting.management.meters import Meter
from accounting.management.validity import holds_on, last_day
from emission_factors import decimals
from emission_factors.decimals import product

NEAREST: Final = 12
"""Months nearest to the one that is judged, whose median it is compared with: a year of seasons."""
LEAST_NEAREST: Final = 6
"""Months that have to be there before anything is called usual."""
FAR_FROM_NEAREST: Final = 4
"""Times the median of the nearest months; see the module on why."""
FAR_FROM_SAME_MONTH: Final = 2
"""Times the median of the same month of other years."""
NEAR_ZERO: Final = Decimal("0.05")
"""Share of the usual below which a month counts as nearly nothing: less than a plant at rest draws for its lights."""
ORDINARY: Final = Decimal("0.5")
"""Share of the usual that the months on both sides reach, where one that is nearly nothing is no shutdown."""
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Series:
    """What a source posted of one activity type in one unit, month by month."""

    tenant: UUID
    site: UUID
    source: UUID
    activity_type: str
    unit: str
    months: Mapping[date, Decimal]

    @property
    def subject(self) -> Subject:
        """What findings in it are about."""
        return Subject(self.tenant, self.site, self.source, activity_types=(self.activity_type,))


@dataclass(frozen=True, slots=True)
class Usual:
    """What a month is judged by: medians of the nearest months and of the same month of other years, None where there
    are too few of them, or the median is zero.
    """

    nearest: Decimal | None
    same_month: Decimal | None

    @property
    def limits(self) -> tuple[tuple[Decimal, int], ...]:
        """Each median there is, with how many times it is far."""
        if self.nearest is None:
            return ()
        if self.same_month is None:
            return ((self.nearest, FAR_FROM_NEAREST),)
        return ((self.nearest, FAR_FROM_SAME_MONTH), (self.same_month, FAR_FROM_SAME_MONTH))


def series_of(posted: Iterable[PostedMonth], before: date) -> list[Series]:
    """Return what sources posted for the months before that of `before`, whose own is not over."""
    found: dict[tuple[UUID, UUID, UUID, str, str], dict[date, Decimal]] = {}
    for one in posted:
        if one.month < before.replace(day=1):
            key = (one.tenant, one.site, one.source, one.activity_type, one.unit)
            found.setdefault(key, {})[one.month] = one.quantity
    return [Series(*key, months) for key, months in found.items()]


def gaps(rows: Iterable[MatrixRow], today: date) -> Iterator[Finding]:
    """Yield a finding for every run of months that are missing beyond their grace."""
    for row in rows:
        for run in late(row, today):
            yield _gap(row, run)


def unusual(found: Series, meters: Sequence[Meter], asked: Collection[date]) -> Iterator[Finding]:
    """Yield a finding for every month asked that is not as the source's others are.

    A spike is far from each of the medians there are: with the same month of other years known, twice both or half of
    both; without, four times or a quarter of the median of the nearest twelve months. Nearly nothing between two
    ordinary months is a meter that stopped; so is, for another reason, more than the register of a meter counts.
    """
    for month, quantity in found.months.items():
        if month not in asked:
            continue
        usual = usual_of(found.months, month)
        if _is_nothing(quantity, usual):
            if _is_between_ordinary(found.months, month, usual):
                yield _stopped(found, month, usual)
        elif usual.limits:
            yield from _spikes(found, month, usual)
        counts = [one.most_counted for one in meters if one.source == found.source and holds_on(one, month)]
        yield from (_overrun(found, month, most) for most in counts if most is not None and quantity > most)


def _spikes(found: Series, month: date, usual: Usual) -> Iterator[Finding]:
    quantity = found.months[month]
    is_high = all(quantity > product(median, Decimal(times)) for median, times in usual.limits)
    if is_high or all(product(quantity, Decimal(times)) < median for median, times in usual.limits):
        yield _spike(found, month, usual, is_high=is_high)


def usual_of(months: Mapping[date, Decimal], month: date) -> Usual:
    """Return what is usual for a month, itself left out."""
    nearest = _nearest(months, month)
    same = [quantity for one, quantity in months.items() if one.month == month.month and one != month]
    return Usual(_median(nearest) if len(nearest) >= LEAST_NEAREST else None, _median(same) if same else None)


def _nearest(months: Mapping[date, Decimal], month: date) -> list[Decimal]:
    """Return the quantities of the twelve months nearest to one, of two as near the earlier."""
    others = min(NEAREST, len(months) - (month in months))
    found: list[Decimal] = []
    distance = 1
    while len(found) < others:
        beside = [months.get(_moved(month, step)) for step in (-distance, distance)]
        found += [quantity for quantity in beside if quantity is not None]
        distance += 1
    return found[:NEAREST]


def _median(values: Sequence[Decimal]) -> Decimal | None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    pair = (ordered[middle], ordered[middle if len(ordered) % 2 else middle - 1])
    return product(decimals.total(pair), _HALF) or None


def _is_nothing(quantity: Decimal, usual: Usual) -> bool:
    return usual.nearest is not None and quantity <= product(NEAR_ZERO, usual.nearest)


def _is_between_ordinary(months: Mapping[date, Decimal], month: date, usual: Usual) -> bool:
    beside = [months.get(_moved(month, step)) for step in (-1, 1)]
    if usual.nearest is None:
        return False
    least = product(ORDINARY, usual.nearest)
    if any(one is None or one < least for one in beside):
        return False
    # Nothing in the same month of other years is a season: heating in summer, the week of the spring festival.
    same = [quantity for one, quantity in months.items() if one.month == month.month and one != month]
    return not same or not all(_is_nothing(quantity, usual) for quantity in same)


def _gap(row: MatrixRow, run: tuple[date, ...]) -> Finding:
    due = next(one.due for one in row.months if one.month == run[-1])
    assert due is not None  # noqa: S101  what is missing was due
    whole = f"{run[0]:%Y-%m}" if len(run) == 1 else f"{run[0]:%Y-%m} to {run[-1]:%Y-%m}"
    why = "it posts every month" if row.is_derived else "so it is declared"
    first_due = next(one.due for one in row.months if one.month == run[0])
    return Finding(
        kind=FindingKind.GAP,
        severity=Severity.SEVERE,
        subject=Subject(row.tenant, row.site, row.source, activity_types=row.activity_types),
        message=f"Nothing was posted for {whole}, and something is due ({why}). The footprint lacks it.",
        evidence=(
            Evidence("months missing", Decimal(len(run))),
            Evidence("due by", text=due.isoformat()),
            Evidence("expectation", text="derived from what was posted" if row.is_derived else "declared"),
        ),
        since=first_due or due,
        actor=Actor.CONTRIBUTOR,
        action="Post the months; post zero where nothing was used; or declare why nothing is due.",
        first=run[0],
        last=last_day(run[-1]),
    )


def _spike(found: Series, month: date, usual: Usual, *, is_high: bool) -> Finding:
    quantity = found.months[month]
    ratio = Fraction(quantity) / Fraction(usual.limits[0][0])
    how = f"{_short(ratio)} times" if is_high else f"only {_short(100 * ratio)} % of"
    return Finding(
        kind=FindingKind.SPIKE,
        severity=Severity.WARNING,
        subject=found.subject,
        message=f"{found.activity_type} of {month:%Y-%m} is {how} the median month.",
        evidence=(*_compared(found, month, usual), Evidence("ratio to the median", decimals.exact(ratio))),
        since=month,
        actor=Actor.CONTRIBUTOR,
        action="Compare the rows with their bills: unit, decimal point, period, a bill posted twice. Correct them, or "
        "keep them if production explains it.",
        first=month,
        last=last_day(month),
    )


def _stopped(found: Series, month: date, usual: Usual) -> Finding:
    return Finding(
        kind=FindingKind.METER_RESET,
        severity=Severity.WARNING,
        subject=found.subject,
        message=f"{found.activity_type} of {month:%Y-%m} is nearly nothing between two ordinary months: the meter may "
        "have stopped, been exchanged or begun again at zero.",
        evidence=(
            *_compared(found, month, usual),
            amount("month before", found.activity_type, found.months[_moved(month, -1)], found.unit),
            amount("month after", found.activity_type, found.months[_moved(month, 1)], found.unit),
        ),
        since=month,
        actor=Actor.METERING,
        action="Read the meter's log. Correct the month by the bill or an estimate; declare the new meter if it was "
        "exchanged.",
        first=month,
        last=last_day(month),
    )


def _overrun(found: Series, month: date, most: Decimal) -> Finding:
    return Finding(
        kind=FindingKind.METER_RESET,
        severity=Severity.SEVERE,
        subject=found.subject,
        message=f"{found.activity_type} of {month:%Y-%m} is more than the meter's register counts before it begins "
        "again at zero: two readings were subtracted across that.",
        evidence=(
            amount("quantity", found.activity_type, found.months[month], found.unit),
            amount("most the register counts", found.activity_type, most, found.unit),
        ),
        since=month,
        actor=Actor.METERING,
        action="Work the quantity out again from both readings and the roll-over, and correct the row.",
        first=month,
        last=last_day(month),
    )


def _compared(found: Series, month: date, usual: Usual) -> Iterator[Evidence]:
    yield amount("quantity", found.activity_type, found.months[month], found.unit)
    if usual.nearest is not None:
        name = "median of the nearest months, up to twelve"
        yield amount(name, found.activity_type, decimals.exact(Fraction(usual.nearest)), found.unit)
    if usual.same_month is not None:
        name = "median of the same month of other years"
        yield amount(name, found.activity_type, decimals.exact(Fraction(usual.same_month)), found.unit)


def _short(value: Fraction) -> str:
    """Write a ratio for reading, to one decimal; the exact one stands in the evidence."""
    return f"{Decimal(round(value * 10)).scaleb(-1)}"


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _moved(month: date, by: int) -> date:
    years, number = divmod(_number(month) + by, 12)
    return date(years, number + 1, 1)
