"""Rows as they are posted, checked one by one: what each says, or why it is refused and in which field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from accounting.estimates import accept_dimension, accept_price_year, parse_quantity, parse_unit
from accounting.refusals import RefusalCode, Refused
from emission_factors.activity_types import ActivityType, UnknownActivityType, activity_type
from emission_factors.catalogue import Catalogue
from ledger.periods import Period, period
from ledger.texts import is_storable

LONGEST_TEXT: Final = 200
"""Characters an external id, a supplier or a document reference may have."""


class Quality(StrEnum):
    """How a quantity came about; the share of each is reported with a footprint."""

    MEASURED = "MEASURED"
    """Read from a meter or weighed."""
    BILLED = "BILLED"
    """Taken from an invoice."""
    ESTIMATED = "ESTIMATED"
    """Estimated or extrapolated."""


Anything = str | int | float | bool | list[Any] | dict[str, Any]
"""What JSON can hold, null excepted: the API says of a quantity and of a time that there is one."""


class PostedRow(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One row as a client sent it; nothing is checked yet, so quantity and times may be anything.

    A structure of msgspec, because a thousand of them are made, hashed and thrown away with every posting.
    """

    source: str
    external_id: str
    activity_type: str
    quantity: Anything
    unit: str
    period_start: Anything
    period_end: Anything
    supplier: str = ""
    quality: Quality = Quality.BILLED
    document: str = ""


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a source's rows belong: the site, and the clock that decides which month an instant is in."""

    source_id: UUID
    site_id: UUID
    time_zone: str


class Content(NamedTuple):
    """What a fact says, apart from who says it; two postings of one fact must agree in all of it."""

    activity_type: str
    quantity: Decimal
    unit: str
    period_start: datetime
    period_end: datetime
    supplier: str
    quality: str
    document: str

    def differs_from(self, other: "Content") -> tuple[str, ...]:
        """Return the fields, by their names in the API, in which another content says something else."""
        return tuple(name for name, mine, theirs in zip(_API_NAMES, self, other, strict=True) if mine != theirs)


_API_NAMES: Final = (
    "activityType",
    "quantity",
    "unit",
    "periodStart",
    "periodEnd",
    "supplier",
    "quality",
    "document",
)


class CheckedRow(msgspec.Struct, frozen=True):
    """A row that may be posted; `base_quantity` is exact in `base_unit`."""

    place: SourcePlace
    external_id: str
    activity_type: str
    supplier: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    base_unit: str
    period: Period
    quality: str
    document: str

    @property
    def natural_key(self) -> tuple[UUID, str]:
        """Source and external id: together with the tenant, what makes a fact one fact."""
        return self.place.source_id, self.external_id

    @property
    def content(self) -> Content:
        """What the row says."""
        return Content(
            self.activity_type,
            self.quantity,
            self.unit,
            self.period.start,
            self.period.end,
            self.supplier,
            self.quality,
            self.document,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not posted: a code, the field at fault, and a message with the offending value."""

    code: RefusalCode
    field: str
    message: str


def check(
    row: PostedRow, sources: Mapping[str, SourcePlace], catalogue: Catalogue, now: datetime
) -> CheckedRow | Refusal:
    """Return the row ready to post, or the first thing wrong with it."""
    try:
        return _checked(row, sources, catalogue, now)
    except Refused as error:
        return Refusal(error.code, error.field, str(error))


def _checked(row: PostedRow, sources: Mapping[str, SourcePlace], catalogue: Catalogue, now: datetime) -> CheckedRow:
    place = sources.get(row.source)
    if place is None:
        message = f"the tenant has no source {row.source!r}; add it with addSource"
        raise Refused(RefusalCode.UNKNOWN_SOURCE, "source", message)
    return check_content(row, place, catalogue, now)


def check_content(row: PostedRow, place: SourcePlace, catalogue: Catalogue, now: datetime) -> CheckedRow:
    """Return the row as a fact of a place; raises `Refused` at the first field that cannot be kept."""
    _check_texts(row)
    activity = known_activity(row.activity_type, catalogue)
    quantity = parse_quantity(row.quantity)
    counted_in = parse_unit(row.unit)
    accept_dimension(activity, counted_in, "unit")
    accept_price_year(counted_in, "unit")
    return CheckedRow(
        place=place,
        external_id=row.external_id,
        activity_type=activity.code,
        supplier=row.supplier,
        quantity=quantity,
        unit=counted_in.code,
        base_quantity=counted_in.in_base(quantity),
        base_unit=counted_in.base,
        period=period(row.period_start, row.period_end, place.time_zone, now),
        quality=str(row.quality),
        document=row.document,
    )


def known_activity(code: str, catalogue: Catalogue) -> ActivityType:
    """Return an activity type whose qualifier the release knows; raises `Refused`."""
    try:
        found = activity_type(code)
    except UnknownActivityType as error:
        raise Refused(RefusalCode.UNKNOWN_ACTIVITY_TYPE, "activityType", str(error)) from None
    if found.qualifier and not any(catalogue.knows_kind(line.kind) for line in found.lines):
        known = ", ".join(catalogue.qualifiers.get(found.lines[0].kind.partition("/")[0], ())[:8])
        message = f"{found.qualifier!r} is no {found.qualifier_kind} of the release; known are {known}, ..."
        raise Refused(RefusalCode.UNKNOWN_ACTIVITY_TYPE, "activityType", message)
    return found


def is_text(text: str) -> bool:
    """Whether the ledger keeps a text: not too long, and nothing in it that PostgreSQL has no character for."""
    return len(text) <= LONGEST_TEXT and is_storable(text)


def _check_texts(row: PostedRow) -> None:
    if not row.external_id.strip():
        raise Refused(
            RefusalCode.MISSING_EXTERNAL_ID,
            "externalId",
            "a row needs the id its own system gave it, so that it counts once",
        )
    texts = {"externalId": row.external_id, "supplier": row.supplier, "document": row.document}
    for field, text in texts.items():
        if not is_text(text):
            accepted = f"at most {LONGEST_TEXT}, without NUL and halves of surrogate pairs"
            message = f"{text[:40]!r}... has {len(text)} characters; {accepted}"
            raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, field, message)
