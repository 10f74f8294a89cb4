"""The adopted basis: what footprints are computed on where a question leaves it open, until someone decides otherwise.

A new factor release, GWP table or approach changes no answer by being there. A tenant adopts a basis for a regime by
declaring it, with a reason; nothing is computed anew or stored beside that choice.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, TypeVar

from accounting.consolidation import Approach
from accounting.declarations import DeclarationKind
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.gases import GwpSet

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadAdoption(ValueError):
    """The basis to be adopted cannot be."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The basis adopted for a regime: one at a time, whatever the period a footprint is of.

    `release` is the number of the factor release; `approach` stands where the regime has approaches, and only there;
    `preview` is the digest of the impact preview that was looked at, empty where none was. Raises `BadAdoption`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.ADOPTION

    regime: RegimeCode
    gwp_set: GwpSet
    release: int
    approach: Approach | None
    published_by: date | None
    preview: str = ""

    def __post_init__(self) -> None:
        regime = REGIMES[self.regime]
        if self.release < 1:
            raise BadAdoption(f"release {self.release} is none; they are numbered from 1")
        if regime.has_approaches != (self.approach is not None):
            accepted = "one has to be named" if regime.has_approaches else "it takes legal entities and parks whole"
            raise BadAdoption(f"approach {self.approach or 'none'} does not go with {self.regime}: {accepted}")
        if self.preview and not _DIGEST.fullmatch(self.preview):
            raise BadAdoption(f"preview {self.preview[:80]!r} is no digest of an impact preview: 64 digits of base 16")

    @property
    def subject(self) -> str:
        """The regime: adopting for it again is the next version."""
        return self.regime.value


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question names of a basis, None where it leaves it open."""

    release: int | None = None
    gwp_set: GwpSet | None = None
    published_by: date | None = None
    approach: Approach | None = None


def completed(choice: Choice, adopted: Adoption) -> Choice:
    """Return a choice with what it leaves open as adopted.

    The day by which factors are published belongs to the release: who names another release gets all of it.
    """
    takes_release = choice.release is None
    return Choice(
        release=adopted.release if takes_release else choice.release,
        gwp_set=choice.gwp_set or adopted.gwp_set,
        published_by=choice.published_by or (adopted.published_by if takes_release else None),
        approach=choice.approach or adopted.approach,
    )


T = TypeVar("T")


def in_force(ladder: Sequence[Collection[T]]) -> T | None:
    """Return the adoption of the nearest rung that has one: the tenant's own, then that of its park's operator.

    Raises `BadAdoption` where a rung has several, as no one then knows which was meant.
    """
    for rung in ladder:
        if len(rung) > 1:
            raise BadAdoption(f"{len(rung)} operators of the park adopted a basis; name release, gwpSet and approach")
        for found in rung:
            return found
    return None
