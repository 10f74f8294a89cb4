"""Findings where two records of one thing differ: intervals and bills, what entered a network and what left it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.energy.balance import Balance
from accounting.energy.books import Books
from accounting.energy.columns import Column
from accounting.management.findings import Actor, Evidence, Finding, FindingKind, Severity, Subject, amount
from accounting.management.validity import last_day
from emission_factors import decimals

INTERVAL_TOLERANCE: Final = Fraction(2, 100)
"""Share of the bill by which a month's intervals may differ: a meter read half a day off midnight is 1.6 % off."""
UNACCOUNTED_TOLERANCE: Final = Fraction(2, 100)
"""Share of what came in that may be unaccounted: two meters of accuracy class 1 (IEC 62053-21), each off by its limit
in the other direction."""


@dataclass(frozen=True, slots=True)
class MeteredMonth:
    """A month of a source by intervals and as posted, None where nothing was; `missing` counts intervals not read."""

    tenant: UUID
    site: UUID
    source: UUID
    month: date
    activity_type: str
    unit: str
    metered: Decimal
    missing: int
    posted: Decimal | None


def differing_intervals(found: Iterable[MeteredMonth]) -> Iterator[Finding]:
    """Yield a finding for every month whose intervals differ from the bill by more than two percent of it, or that was
    metered and not posted.
    """
    for one in found:
        if one.posted is None or abs(_difference(one)) > INTERVAL_TOLERANCE * Fraction(one.posted):
            yield _intervals(one)


def unaccounted(books: Books, first: date, last: date) -> Iterator[Finding]:
    """Yield a finding for every carrier of a party of which more than two percent of what came in went nowhere, or of
    which more went than came. `first` and `last` are months.
    """
    for party in sorted({cell.party for cell in books.balance.cells}):
        of_party = {cell: amount for cell, amount in books.balance.cells.items() if cell.party == party}
        balance = Balance(books.balance.carriers, frozenset({party}), of_party)
        for carrier in sorted({cell.carrier for cell in of_party}):
            column = balance.column(carrier)
            percent = column.unaccounted_percent
            if column.unaccounted and (percent is None or abs(percent) > 100 * UNACCOUNTED_TOLERANCE):
                subject = Subject(UUID(party), activity_types=_types(books, party, carrier), carrier=carrier)
                yield _unaccounted(subject, column, balance.carriers[carrier].unit, (first, last))


def _intervals(one: MeteredMonth) -> Finding:
    evidence = [amount("intervals", one.activity_type, one.metered, one.unit)]
    if one.posted is None:
        how = "was metered by intervals and not posted"
    else:
        how = "does not agree with its intervals"
        evidence.append(amount("posted", one.activity_type, one.posted, one.unit))
        if one.posted:
            share = decimals.exact(100 * _difference(one) / Fraction(one.posted))
            evidence.append(Evidence("difference", share, "%"))
    return Finding(
        kind=FindingKind.INTERVALS_DIFFER,
        severity=Severity.WARNING,
        subject=Subject(one.tenant, one.site, one.source, activity_types=(one.activity_type,)),
        message=f"{one.activity_type} of {one.month:%Y-%m} {how}.",
        evidence=(
            *evidence,
            Evidence("tolerance", decimals.exact(100 * INTERVAL_TOLERANCE), "%"),
            Evidence("intervals without a reading", Decimal(one.missing)),
        ),
        since=one.month,
        actor=Actor.METERING,
        action="Post the intervals that are missing, or the month; correct whichever of the two is wrong.",
        first=one.month,
        last=last_day(one.month),
    )


def _unaccounted(subject: Subject, column: Column, unit: str, months: tuple[date, date]) -> Finding:
    percent, name = column.unaccounted_percent, subject.carrier.replace("_", " ")
    share = "" if percent is None else f", {decimals.plain(Decimal(round(abs(percent) * 100)).scaleb(-2))} % of it"
    how = "came in and is not accounted for" if column.unaccounted > 0 else "more went than came in"
    quantity = decimals.exact(abs(column.unaccounted))
    shown = () if percent is None else (Evidence("share of what came in", decimals.exact(percent), "%"),)
    return Finding(
        kind=FindingKind.UNACCOUNTED_ENERGY,
        severity=Severity.WARNING,
        subject=subject,
        message=f"{name}: {decimals.plain(round(quantity, 3))} {unit} {how}{share}.",
        evidence=(
            Evidence("unaccounted", decimals.exact(column.unaccounted), unit),
            Evidence("available", decimals.exact(column.available), unit),
            Evidence("made less taken by plants", decimals.exact(column.conversion), unit),
            Evidence("used", decimals.exact(column.final_use), unit),
            Evidence("lost", decimals.exact(column.lost), unit),
            *shown,
            Evidence("tolerance", decimals.exact(100 * UNACCOUNTED_TOLERANCE), "%"),
        ),
        since=months[0],
        actor=Actor.PARK_OPERATOR,
        action="Post own use as used and what the network loses as lost; look for a meter or a customer that is not "
        "posted.",
        first=months[0],
        last=last_day(months[1]),
    )


def _types(books: Books, party: str, carrier: str) -> tuple[str, ...]:
    terms = (books.terms[cell] for cell in books.terms if (cell.party, cell.carrier) == (party, carrier))
    return tuple(sorted({term.origin.activity_type for found in terms for term in found}))


def _difference(one: MeteredMonth) -> Fraction:
    return Fraction(one.metered) - Fraction(one.posted or 0)
