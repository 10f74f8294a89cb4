"""What a report's cells may be said to report: the concepts of our taxonomy `pk`, its axes, and their names elsewhere.

`data/concepts.csv` and `data/members.csv` list them; the taxonomy of the inline XBRL rendering is made from these rows
(`reports/rendering/taxonomy.py`). A cell names its concept in `Row.concepts`, spelled by `concept_name`. The columns
`esrs` and `vsme` map by datapoint to EFRAG's taxonomies of 2023-12-22 (Delegated Regulation (EU) 2023/2772, E1-5 and
E1-6) and 2026-05-01: the paragraphs of the revised ESRS are numbered anew, datapoints are not.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from reports.document import Bilingual

PREFIX: Final = "pk"
"""What the taxonomy's names are written with."""


SCOPE_3_AXIS: Final = "Scope3CategoryAxis"
"""The axis whose members are Category1 to Category15."""
_LISTS: Final = "reports/data"


class ConceptKind(StrEnum):
    """What a concept's fact is, and so in which units it may stand."""

    EMISSIONS = "EMISSIONS"
    """A mass of CO2e (or of CO2 alone), tCO2e."""
    ENERGY = "ENERGY"
    """Energy, MWh or GJ."""
    STANDARD_COAL = "STANDARD_COAL"
    """A mass of standard coal, tonnes."""
    MONEY = "MONEY"
    """An amount of money, CNY."""
    SHARE = "SHARE"
    """A part of a whole, pure; 0.25 is a quarter."""
    INTENSITY = "INTENSITY"
    """Emissions per amount of money, tCO2e over CNY."""
    RATIO = "RATIO"
    """Any other unit over another."""
    TEXT = "TEXT"
    """A text."""
    DAY = "DAY"
    """A date."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept. `parts` add up to it, one with a minus sign before its name is deducted.

    Readers check the sum (Calculations 1.1). Parts that a report does not state count as zero there, so a report that
    states a sum and one part states all parts that are not zero. `esrs` and `vsme` are the names of the same datapoint
    in EFRAG's taxonomies, where it has one.
    """

    group: str
    name: str
    kind: ConceptKind
    label: Bilingual
    parts: tuple[str, ...]
    esrs: str
    vsme: str


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an axis. Its name belongs to one axis alone, so a cell's concept names members only."""

    name: str
    label: Bilingual
    axis: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What a concept may be narrowed by. A fact that names no member of it is of the `whole`."""

    name: str
    label: Bilingual
    whole: Member
    members: tuple[Member, ...]


class UnknownConcept(ValueError):
    """A name is no concept and no member of the taxonomy."""


@cache
def concepts() -> tuple[Concept, ...]:
    """Return every concept, in the order of the taxonomy."""
    return tuple(_concept(row) for row in _rows("concepts.csv"))


@cache
def axes() -> tuple[Axis, ...]:
    """Return the axes: the categories of scope 3 (Scope 3 Standard, table 5.3) and the seven groups of gases."""
    found: list[Axis] = []
    for row in _rows("axes.csv"):
        label, whole = Bilingual(row["label_en"], row["label_zh"]), Bilingual(row["whole_en"], row["whole_zh"])
        members = tuple(
            Member(member["name"], Bilingual(member["label_en"], member["label_zh"]), row["name"])
            for member in _rows("members.csv")
            if member["axis"] == row["name"]
        )
        found.append(Axis(row["name"], label, Member(row["whole"], whole, row["name"]), members))
    return tuple(found)


def concept_name(name: str, *members: str) -> str:
    """Return how `Row.concepts` spells a concept, with the members that narrow it.

    Raises `UnknownConcept` for a name that the taxonomy has not, and for two members of one axis.

    >>> concept_name("Scope3Emissions", "Category4")
    'pk:Scope3Emissions[pk:Category4]'
    """
    spelled = f"{PREFIX}:{name}" + (f"[{','.join(f'{PREFIX}:{member}' for member in members)}]" if members else "")
    parse_concept(spelled)
    return spelled


def parse_concept(spelled: str) -> tuple[Concept, tuple[Member, ...]]:
    """Return the concept and the members that a text of `Row.concepts` names, members in the order of their axes.

    Raises `UnknownConcept` as `concept_name` does, and for a text of another form.
    """
    head, bracket, rest = spelled.partition("[")
    if bracket and not rest.endswith("]"):
        raise UnknownConcept(f"{spelled!r} has no closing bracket; accepted is pk:Concept[pk:Member,pk:Member]")
    found = next((concept for concept in concepts() if concept.name == _local(head, spelled)), None)
    if found is None:
        raise UnknownConcept(f"{head!r} is no concept of the taxonomy; {_LISTS} lists them")
    names = [_local(name, spelled) for name in rest[:-1].split(",")] if bracket else []
    members = tuple(member for axis in axes() for member in axis.members if member.name in names)
    missing = set(names) - {member.name for member in members}
    if missing:
        raise UnknownConcept(f"{min(missing)!r} in {spelled!r} is no member of an axis; {_LISTS} lists them")
    if len({member.axis for member in members}) != len(names):
        raise UnknownConcept(f"{spelled!r} names two members of one axis; a fact has one of each axis at most")
    return found, members


def _local(name: str, spelled: str) -> str:
    prefix, _, local = name.partition(":")
    if prefix != PREFIX or not local:
        raise UnknownConcept(f"{name!r} in {spelled!r} does not begin with {PREFIX}:")
    return local


def _concept(row: dict[str, str]) -> Concept:
    label = Bilingual(row["label_en"], row["label_zh"])
    parts = tuple(row["parts"].split())
    return Concept(row["group"], row["name"], ConceptKind(row["kind"]), label, parts, row["esrs"], row["vsme"])


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
