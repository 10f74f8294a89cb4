"""Prospects: companies that may come to a park, with the load that each is projected to have."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.validity import BadManagement, check_industry, check_text
from emission_factors import decimals
from emission_factors.activity_types import ActivityType, UnknownActivityType, activity_type
from emission_factors.units import UnknownUnit, unit

MOST_LOADS: Final = 50
"""Loads one prospect may have."""
LONGEST_CODE: Final = 64
"""Characters the code of a prospect may have."""


class Stage(StrEnum):
    """How far a prospect has come."""

    PLANNED = "PLANNED"
    """Planned: room is kept for such a company."""
    NEGOTIATING = "NEGOTIATING"
    """Negotiating with a company."""
    SIGNED = "SIGNED"
    """Signed: the company comes."""


@dataclass(frozen=True, slots=True)
class ProjectedLoad:
    """`quantity` of an activity type in a full year, in `unit`, and what that rests on.

    `supplier` may be the code of a tenant of the park that will supply it, such as the operator's. Raises
    `BadManagement`.
    """

    activity_type: str
    supplier: str
    quantity: Decimal
    unit: str
    assumption: str

    def __post_init__(self) -> None:
        check_text("supplier", self.supplier)
        check_text("assumption", self.assumption, is_needed=True)
        activity = _activity(self.activity_type)
        if self.quantity < 0:
            stated = f"{self.activity_type} is {decimals.plain(self.quantity)} {self.unit} a year"
            raise BadManagement("quantity", f"{stated}; accepted is zero or more")
        _check_unit(activity, self.unit)

    @property
    def base_unit(self) -> str:
        """The base unit of its quantity."""
        return unit(self.unit).base

    @property
    def base_quantity(self) -> Decimal:
        """Base units in a full year."""
        return unit(self.unit).in_base(self.quantity)


@dataclass(frozen=True, slots=True)
class Prospect:
    """A company that may come, from the month that begins on `starts`; `floor_area` m2, None where not known.

    `became` is the tenant that it became: from then on its own activities speak. Raises `BadManagement`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.PROSPECT

    code: str
    name_en: str
    name_zh: str
    stage: Stage
    industry_code: str
    floor_area: Decimal | None
    starts: date
    loads: tuple[ProjectedLoad, ...]
    became: UUID | None
    document: str

    def __post_init__(self) -> None:
        check_text("name_en", self.name_en, is_needed=True)
        check_text("name_zh", self.name_zh, is_needed=True)
        check_text("document", self.document)
        check_text("code", self.code, is_needed=True)
        check_industry(self.industry_code)
        if len(self.code) > LONGEST_CODE:
            raise BadManagement("code", f"{self.code[:40]!r} is no code: 1 to {LONGEST_CODE} characters")
        if self.starts.day != 1:
            raise BadManagement("starts", f"{self.starts} names no month; accepted is its first day")
        if self.floor_area is not None and self.floor_area <= 0:
            raise BadManagement("floor_area", f"{decimals.plain(self.floor_area)} m2; accepted is more than zero")
        if len(self.loads) > MOST_LOADS:
            raise BadManagement("loads", f"{len(self.loads)} loads are given; accepted is up to {MOST_LOADS}")

    @property
    def subject(self) -> str:
        """Its code."""
        return self.code


def _activity(code: str) -> ActivityType:
    try:
        return activity_type(code)
    except UnknownActivityType as error:
        raise BadManagement("activity_type", str(error)) from None


def _check_unit(activity: ActivityType, text: str) -> None:
    try:
        counted_in = unit(text)
    except UnknownUnit as error:
        raise BadManagement("unit", str(error)) from None
    if counted_in.dimension not in activity.dimensions:
        accepted = ", ".join(name.replace("_", " ") for name in activity.dimensions)
        message = f"{activity.code} is counted by {accepted} (such as {activity.default_unit}), not in {text}"
        raise BadManagement("unit", message)
    if counted_in.dimension == "money" and "_" not in counted_in.code:
        raise BadManagement("unit", f"{text} names no price year; write {text}_2024 for spend at prices of 2024")
