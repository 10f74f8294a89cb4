"""Zones: a park within the park, by its members, with what supplies it from the rest of the park as an import."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind

LONGEST_BOUNDARY: Final = 10_000
"""Characters a boundary may be described in."""


class BadZone(ValueError):
    """A zone cannot be as declared; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Zone:
    """The tenants in a part of a park, from `valid_from` to `valid_to`, both included. `boundary` says where it lies.

    Raises `BadZone` for a zone without a code or members, one named twice, or an end before the beginning.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.ZONE

    code: str
    name_en: str
    name_zh: str
    members: tuple[UUID, ...]
    boundary: str
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise BadZone("code", "the code is empty; accepted is a text that names the zone")
        if not self.members:
            raise BadZone("members", f"the zone {self.code} has no members; accepted are one or more tenants")
        if len(set(self.members)) < len(self.members):
            raise BadZone("members", f"the zone {self.code} names a member twice")
        if len(self.boundary) > LONGEST_BOUNDARY:
            length = len(self.boundary)
            raise BadZone("boundary", f"the boundary has {length} characters; accepted are up to {LONGEST_BOUNDARY}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadZone("valid_to", f"the zone ends on {self.valid_to}, before it begins on {self.valid_from}")

    @property
    def subject(self) -> str:
        """The code and the first day."""
        return f"{self.code} {self.valid_from}"

    def holds_on(self, day: date) -> bool:
        """Whether the zone is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def check_zones(zones: Iterable[Zone]) -> None:
    """Raise `BadZone` where a code stands for two sets of members on one day."""
    ordered = sorted(zones, key=lambda one: (one.code, one.valid_from))
    for before, after in pairwise(ordered):
        if before.code == after.code and before.holds_on(after.valid_from):
            raise BadZone(
                "valid_from",
                f"the zone {after.code} is declared twice for {after.valid_from}; end the first the day before",
            )
