"""The rows a source posts: bills of its cycle, and the readings of every hour where the meter is read hourly."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from accounting.management.ingest_profiles import FIELDS, Dataset
from api.demo.levels import Dice, decimal_text, hour_steps, month_steps
from api.demo.tables import Company, Stream, hourly_meters
from api.demo.windows import BillPeriod, Window, bill_periods, midnight, months_after

_UNREAD_ONE_IN: Final = 30
"""Of so many monthly meter readings one is estimated, because nobody could read the meter."""


class Row(NamedTuple):
    """One row as it is posted; quantity and times are text."""

    source: str
    external_id: str
    activity_type: str
    quantity: str
    unit: str
    period_start: str
    period_end: str
    supplier: str
    quality: str
    document: str

    def as_input(self) -> dict[str, str]:
        """Return the row under the names the API has for its fields; what is empty is left out."""
        return {name: text for name, text in zip(FIELDS[Dataset.ACTIVITIES], self, strict=True) if text}


class Bill(NamedTuple):
    """A row, with the month it is the bill of and its true quantity in steps of the stream's last decimal."""

    row: Row
    month: date
    steps: int


def source_code(company: Company, stream: Stream) -> str:
    """Return what the tenant's system calls a source, such as EM1-02: the second company's first electricity meter."""
    return f"{stream.code}-{company.number:02d}"


def month_amounts(dice: Dice, company: Company, stream: Stream, window: Window) -> dict[date, int]:
    """Return the quantity of every month in steps of the stream's last decimal, where nothing else decides it."""
    return {month: month_steps(dice, company, stream, month, window) for month in window.months}


def bills(dice: Dice, company: Company, stream: Stream, window: Window, amounts: Mapping[date, int]) -> Iterator[Bill]:
    """Yield the bills of a source for the amounts of its months; those of nothing are not sent."""
    for billed in bill_periods(stream.cycle, window):
        steps = sum(amounts[month] for month in billed.months)
        if steps:
            yield Bill(_bill(dice, company, stream, billed, steps), billed.months[-1], steps)


def hourly_rows(
    dice: Dice, company: Company, stream: Stream, window: Window, amounts: Mapping[date, int]
) -> Iterator[Row]:
    """Yield the readings of every hour of the window's last full year; a month's add up to the bill they replace."""
    source, profile = source_code(company, stream), hourly_meters()[company.code, stream.code]
    for number in range(12):
        month = date(window.full_year, number + 1, 1)
        days = [month + timedelta(days=passed) for passed in range((months_after(month, 1) - month).days)]
        quantities = hour_steps(dice.of(company.code, stream.code, month, "hours"), amounts[month], profile, days)
        hours = [(midnight(month) + timedelta(hours=passed)).isoformat() for passed in range(len(quantities) + 1)]
        for steps, (begin, end) in zip(quantities, pairwise(hours), strict=True):
            yield Row(
                source,
                f"{source}/{begin[:13]}",
                stream.activity_type,
                decimal_text(steps, stream.decimals),
                stream.unit,
                begin,
                end,
                stream.supplier,
                "MEASURED",
                "",
            )


def _bill(dice: Dice, company: Company, stream: Stream, billed: BillPeriod, steps: int) -> Row:
    source = source_code(company, stream)
    chance = dice.of(company.code, stream.code, billed.label, "bill")
    number = f"{stream.document}-{billed.label.replace('-', '')}-{chance.randrange(100_000, 1_000_000)}"
    is_unread = stream.kind == "METER" and stream.cycle == "month" and chance.randrange(_UNREAD_ONE_IN) == 0
    return Row(
        source,
        number if stream.kind == "INVOICE" else f"{source}/{billed.label}",
        stream.activity_type,
        decimal_text(steps, stream.decimals),
        stream.unit,
        midnight(billed.start).isoformat(),
        midnight(billed.end).isoformat(),
        stream.supplier,
        "ESTIMATED" if is_unread else stream.quality,
        f"{number}.pdf" if stream.document else "",
    )
