"""Tenancies: what a tenant rents in the park, how much floor it has, in which industry it works there, until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.validity import (
    BadManagement,
    check_days,
    check_industry,
    check_text,
    holds_on,
    refuse_overlaps,
)
from emission_factors import decimals


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The lease of `place`, a building or part of one, from `valid_from` to `valid_to`, both included.

    `site` is the tenant's site there, if it has one; `floor_area` m2; `industry_code` the class of GB/T 4754 of what is
    done there, empty where not known. Raises `BadManagement`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.TENANCY

    place: str
    site: UUID | None
    floor_area: Decimal
    industry_code: str
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        check_text("place", self.place, is_needed=True)
        check_text("document", self.document)
        check_industry(self.industry_code)
        check_days(f"the tenancy of {self.place}", self)
        if self.floor_area <= 0:
            stated = decimals.plain(self.floor_area)
            raise BadManagement("floor_area", f"{self.place} has {stated} m2; accepted is more than zero")

    @property
    def subject(self) -> str:
        """The place and the first day."""
        return f"{self.place} {self.valid_from}"


def check_tenancies(found: Iterable[Tenancy]) -> None:
    """Raise `BadManagement` where a tenant rents the same place twice on one day."""
    by_place: dict[str, list[Tenancy]] = {}
    for one in found:
        by_place.setdefault(one.place.strip().casefold(), []).append(one)
    for of_place in by_place.values():
        refuse_overlaps(of_place[0].place, of_place)


def area_on(found: Sequence[Tenancy], day: date) -> Decimal:
    """Return the m2 that tenancies have together on a day."""
    return decimals.total(one.floor_area for one in found if holds_on(one, day))
