"""The completeness matrix: which source has posted which month, against what is expected of it.

Missing is not zero, and what nobody expects is not missing. Where nothing is declared of a source, what it posted so
far says what is expected, so that the matrix is of use from the first quarter on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.management.expectations import Expectation, Frequency
from emission_factors import decimals

LEAST_MONTHS: Final = 3
"""Months a source has to have posted before it is taken to post every month; two could be any two."""


class Status(StrEnum):
    """How a month of a source stands."""

    POSTED = "POSTED"
    """Something other than zero was posted for it."""
    ZERO = "ZERO"
    """Zero was posted for it: nothing was used, and somebody says so."""
    MISSING = "MISSING"
    """Something is due, and nothing was posted."""
    NOT_YET_DUE = "NOT_YET_DUE"
    """Nothing was posted, and there is time to."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """Nothing is due, as was declared with a reason."""
    NOT_EXPECTED = "NOT_EXPECTED"
    """Nothing is due: nothing is expected of it then, or its quarter or year was posted in another month."""


@dataclass(frozen=True, slots=True)
class PostedMonth:
    """What one source posted of one activity type in one unit for one month; a longer period is in each of its months
    with its part.
    """

    tenant: UUID
    site: UUID
    source: UUID
    activity_type: str
    unit: str
    month: date
    quantity: Decimal
    row_count: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of a tenant at a site."""

    tenant: UUID
    site: UUID
    source: UUID


@dataclass(frozen=True, slots=True)
class MatrixMonth:
    """A month of a row. `quantity` in `unit` where all of it is of one activity type and unit; `due` is the last day in
    time where something is due; `reason` why nothing is.
    """

    month: date
    status: Status
    row_count: int = 0
    quantity: Decimal | None = None
    unit: str = ""
    due: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """What is expected of a source, or of a site where `source` is None, month by month.

    `expectation` is the last that holds, None where nothing is expected; `is_derived` says that it was not declared.
    """

    tenant: UUID
    site: UUID
    source: UUID | None
    activity_types: tuple[str, ...]
    expectation: Expectation | None
    is_derived: bool
    months: tuple[MatrixMonth, ...]

    @property
    def key(self) -> str:
        """What tells it from the other rows."""
        declared = self.expectation.activity_type if self.expectation and not self.is_derived else ""
        return f"{self.source or self.site} {declared}".strip()


@dataclass(frozen=True, slots=True)
class Counted:
    """Months by status over all rows."""

    by_status: Mapping[Status, int]

    @property
    def complete(self) -> Fraction | None:
        """The share of what is due by now that was posted, zero included; None where nothing is due."""
        there = self.by_status[Status.POSTED] + self.by_status[Status.ZERO]
        due = there + self.by_status[Status.MISSING]
        return Fraction(there, due) if due else None


def matrix(
    streams: Iterable[Stream],
    expectations: Iterable[tuple[UUID, Expectation]],
    posted: Iterable[PostedMonth],
    months: Sequence[date],
    today: date,
) -> list[MatrixRow]:
    """Return the rows of the matrix over `months`: those of each source, then those of whole sites.

    `expectations` are the declared ones with their tenants; `posted` reaches back to the first month ever, so that what
    is not declared can be derived.
    """
    by_source: dict[UUID, list[PostedMonth]] = {}
    by_site: dict[UUID, list[PostedMonth]] = {}
    for one in posted:
        by_source.setdefault(one.source, []).append(one)
        by_site.setdefault(one.site, []).append(one)
    declared = list(expectations)
    of_source: dict[UUID, list[Expectation]] = {}
    for _, one_expected in declared:
        if one_expected.source is not None:
            of_source.setdefault(one_expected.source, []).append(one_expected)
    asked = _Asked(tuple(months), today)
    rows = [
        row
        for stream in streams
        for row in _rows(stream, of_source.get(stream.source, ()), by_source.get(stream.source, ()), asked)
    ]
    return [*rows, *_site_rows(declared, by_site, asked)]


def counted(rows: Iterable[MatrixRow]) -> Counted:
    """Return how many months stand how."""
    found = dict.fromkeys(Status, 0)
    for row in rows:
        for month in row.months:
            found[month.status] += 1
    return Counted(found)


def derived(source: UUID, posted: Iterable[PostedMonth]) -> Expectation | None:
    """Return what a source is taken to post for want of a declaration: every month from its first on.

    It has to have posted at least three months, and more than half of those from its first to its last: a source that
    posts by quarters, or when a refrigerant is filled up, owes no month.
    """
    months = sorted({one.month for one in posted})
    if len(months) < LEAST_MONTHS or 2 * len(months) <= _span(months[0], months[-1]):
        return None
    return Expectation(source, None, "", Frequency.MONTH, months[0], None)


def late(row: MatrixRow, today: date) -> list[tuple[date, ...]]:
    """Return the runs of missing months of a row whose grace is over by `today`."""
    runs: list[list[date]] = []
    grace = row.expectation.grace_days if row.expectation else 0
    before: date | None = None
    for one in row.months:
        is_late = one.status is Status.MISSING and one.due is not None and one.due + timedelta(grace) < today
        if is_late:
            if before is None:
                runs.append([])
            runs[-1].append(one.month)
        before = one.month if is_late else None
    return [tuple(run) for run in runs]


@dataclass(frozen=True, slots=True)
class _Asked:
    months: tuple[date, ...]
    today: date


def _rows(
    stream: Stream, declared: Sequence[Expectation], posted: Sequence[PostedMonth], asked: _Asked
) -> Iterator[MatrixRow]:
    """Yield a row for each activity type that something is declared of, and one for what is left."""
    by_type: dict[str, list[Expectation]] = {}
    for one in declared:
        by_type.setdefault(one.activity_type, []).append(one)
    for code, expected in sorted(by_type.items()):
        taken = [one for one in posted if code in ("", one.activity_type)]
        yield _row(stream.tenant, stream.site, stream.source, expected, taken, asked, is_derived=False)
    rest = [] if "" in by_type else [one for one in posted if one.activity_type not in by_type]
    if rest or not by_type:
        found = derived(stream.source, rest)
        yield _row(stream.tenant, stream.site, stream.source, [found] if found else [], rest, asked, is_derived=True)


def _site_rows(
    declared: Iterable[tuple[UUID, Expectation]], by_site: Mapping[UUID, Sequence[PostedMonth]], asked: _Asked
) -> Iterator[MatrixRow]:
    by_stream: dict[tuple[UUID, UUID, str], list[Expectation]] = {}
    for tenant, one in declared:
        if one.site is not None:
            by_stream.setdefault((tenant, one.site, one.activity_type), []).append(one)
    for (tenant, site, code), expected in by_stream.items():
        taken = [one for one in by_site.get(site, ()) if one.activity_type == code]
        yield _row(tenant, site, None, expected, taken, asked, is_derived=False)


def _row(
    tenant: UUID,
    site: UUID,
    source: UUID | None,
    expected: Sequence[Expectation],
    posted: Sequence[PostedMonth],
    asked: _Asked,
    *,
    is_derived: bool,
) -> MatrixRow:
    by_month: dict[date, list[PostedMonth]] = {}
    for one in posted:
        by_month.setdefault(one.month, []).append(one)
    named = {one.activity_type for one in expected if one.activity_type}
    ordered = sorted(expected, key=lambda one: one.valid_from)
    return MatrixRow(
        tenant=tenant,
        site=site,
        source=source,
        activity_types=tuple(sorted({one.activity_type for one in posted} | named)),
        expectation=ordered[-1] if ordered else None,
        is_derived=is_derived and bool(expected),
        months=tuple(_month(month, ordered, by_month, asked.today) for month in asked.months),
    )


def _month(
    month: date, expected: Sequence[Expectation], posted: Mapping[date, Sequence[PostedMonth]], today: date
) -> MatrixMonth:
    here = posted.get(month)
    if here:
        return _posted(month, here)
    holding = next((one for one in expected if one.takes(month)), None)
    if holding is None:
        return MatrixMonth(month, Status.NOT_EXPECTED)
    exempt = holding.exemption(month)
    if exempt is not None:
        return MatrixMonth(month, Status.NOT_APPLICABLE, reason=exempt.reason)
    if any(one in posted for one in holding.months(month)):
        return MatrixMonth(month, Status.NOT_EXPECTED)
    due = holding.due(month)
    return MatrixMonth(month, Status.MISSING if due < today else Status.NOT_YET_DUE, due=due)


def _posted(month: date, here: Sequence[PostedMonth]) -> MatrixMonth:
    kinds = {(one.activity_type, one.unit) for one in here}
    is_one = len(kinds) == 1
    return MatrixMonth(
        month=month,
        status=Status.POSTED if any(one.quantity for one in here) else Status.ZERO,
        row_count=sum(one.row_count for one in here),
        quantity=decimals.total(one.quantity for one in here) if is_one else None,
        unit=here[0].unit if is_one else "",
    )


def _span(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1
