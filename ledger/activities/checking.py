"""The rows of one batch, checked fast: what many rows have in common is judged once.

A meter's rows differ in id, quantity and period; source, activity type and unit are the same a thousand times. A row
like an accepted one before it is put together from what was found then. Any other row, and whatever may be wrong with
one, is judged by `ledger.activities.rows.check`: every refusal and its order are of that one place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from accounting.refusals import Refused
from emission_factors import decimals
from emission_factors.catalogue import Catalogue
from emission_factors.units import unit
from ledger.activities.rows import LONGEST_TEXT, CheckedRow, PostedRow, Refusal, SourcePlace, check, is_text
from ledger.periods import Period, period

_PLAIN: Final = re.compile(r"[0-9]{1,19}(\.[0-9]{1,18})?", re.ASCII)
"""A quantity that `emission_factors.decimals.parse` takes, whatever its digits are."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was found for a source, an activity type and a unit that go together."""

    place: SourcePlace
    activity_type: str
    unit: str
    base_unit: str
    to_base: Decimal


class Checker:
    """Checks rows against one set of sources, one catalogue and one instant; made for a batch and thrown away."""

    def __init__(self, sources: Mapping[str, SourcePlace], catalogue: Catalogue, now: datetime) -> None:
        self._sources = sources
        self._catalogue = catalogue
        self._now = now
        self._counted: dict[tuple[str, str, str], _Counted] = {}
        self._periods: dict[tuple[str, str, str], Period] = {}

    def check(self, row: PostedRow) -> CheckedRow | Refusal:
        """Return the row ready to post, or the first thing wrong with it, as `ledger.activities.rows.check` does."""
        counted = self._counted.get((row.source, row.activity_type, row.unit))
        if counted is None:
            return self._first(row)
        start, end, written = row.period_start, row.period_end, row.quantity
        if not (
            isinstance(start, str) and isinstance(end, str) and isinstance(written, str) and _is_plain(row, written)
        ):
            return self._judged(row)
        key = start, end, counted.place.time_zone
        when = self._periods.get(key)
        if when is None:
            try:
                when = self._periods[key] = period(*key, self._now)
            except Refused:
                return self._judged(row)
        quantity = Decimal(written)
        return CheckedRow(
            counted.place,
            row.external_id,
            counted.activity_type,
            row.supplier,
            quantity,
            counted.unit,
            decimals.product(quantity, counted.to_base),
            counted.base_unit,
            when,
            str(row.quality),
            row.document,
        )

    def _judged(self, row: PostedRow) -> CheckedRow | Refusal:
        return check(row, self._sources, self._catalogue, self._now)

    def _first(self, row: PostedRow) -> CheckedRow | Refusal:
        found = self._judged(row)
        if isinstance(found, CheckedRow):
            to_base = decimals.rounded(unit(row.unit).to_base)
            counted = _Counted(found.place, found.activity_type, found.unit, found.base_unit, to_base)
            self._counted[row.source, row.activity_type, row.unit] = counted
        return found


def _is_plain(row: PostedRow, quantity: str) -> bool:
    """Whether nothing can be wrong with the quantity and the texts of a row."""
    text = row.external_id
    return (
        _PLAIN.fullmatch(quantity) is not None
        and (text.isascii() and text.isprintable() and len(text) <= LONGEST_TEXT and not text.isspace() and text != "")
        and (not row.supplier or is_text(row.supplier))
        and (not row.document or is_text(row.document))
    )
