"""Pattern tables: what a publisher's row is for, said as data in `data/mappings/`, not in code.

A pattern table has one pattern per line over the publisher's own texts (`*` any text, `|` alternatives, empty anything,
case ignored) and columns that say something about the rows it matches. A row takes the kinds of every line it matches
and, of each other column, the first text that is given; notes are all kept. A words table turns texts into the words of
kinds: `{fuel:level_3}` asks for a word of a closed vocabulary, and a line says nothing about a text that is not in it;
`{level_3}` is open, a text without a word becomes its own slug. So a new edition is read as the old ones were, and rows
nobody has described yet have no kind.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from emission_factors.importers.sheets import slug
from emission_factors.resources import open_data

_TOKEN = re.compile(r"\{(?:(?P<vocabulary>\w+):)?(?P<column>\w+)\}")


@dataclass(frozen=True, slots=True)
class Word:
    """A publisher's text as it stands in kinds, and in Chinese."""

    slug: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is known about a row: its kinds, and column of the pattern table -> what that says."""

    kinds: tuple[str, ...]
    says: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.says.get(column, "")


@dataclass(frozen=True, slots=True)
class _Line:
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    says: Mapping[str, str]

    def matches(self, cells: Mapping[str, str]) -> bool:
        """Whether a row's texts, in lower case, fit every pattern of the line."""
        return all(pattern.fullmatch(cells[column]) for column, pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Meanings:
    """One pattern table with its words."""

    lines: tuple[_Line, ...]
    words: Mapping[tuple[str, str], Word]

    def of(self, cells: Mapping[str, str]) -> Meaning:
        """Return what a row is for; `cells` are the publisher's texts of the columns the patterns are over."""
        folded = {column: text.casefold() for column, text in cells.items()}
        said = [line.says for line in self.lines if line.matches(folded)]
        kinds = (self._rendered(says.get("kinds", ""), cells, in_chinese=False) for says in said)
        return Meaning(tuple(dict.fromkeys(kind for kind in kinds if kind)), self._others(said, cells))

    def word(self, vocabulary: str, text: str) -> Word | None:
        """Return the word for a text in a vocabulary, or None."""
        return self.words.get((vocabulary, text.casefold()))

    def _others(self, said: Sequence[Mapping[str, str]], cells: Mapping[str, str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for column, template in (pair for says in said for pair in says.items() if pair[0] != "kinds"):
            text = self._rendered(template, cells, in_chinese=column == "name_zh")
            if column == "note" and text not in found.get(column, ""):
                found[column] = f"{found.get(column, '')} {text}".strip()
            elif text:
                found.setdefault(column, text)
        return found

    def _rendered(self, template: str, cells: Mapping[str, str], *, in_chinese: bool) -> str:
        """Fill in a template's words; empty where one of them is unknown."""
        words: list[str] = []
        for token in _TOKEN.finditer(template):
            text = cells[token["column"]]
            found = self.word(token["vocabulary"] or "", text)
            if found is None and (in_chinese or token["vocabulary"]):
                return ""
            words.append((found.name_zh if in_chinese else found.slug) if found else slug(text))
        filled = iter(words)
        return _TOKEN.sub(lambda _: next(filled), template)


@lru_cache(maxsize=8)
def meanings(name: str, patterned: tuple[str, ...]) -> Meanings:
    """Read `data/mappings/<name>_kinds.csv` and `<name>_words.csv`; `patterned` are the columns that hold patterns."""
    with open_data(f"mappings/{name}_kinds.csv") as lines:
        table = tuple(_line(row, patterned) for row in csv.DictReader(lines))
    return Meanings(table, words(name))


@lru_cache(maxsize=8)
def words(name: str) -> Mapping[tuple[str, str], Word]:
    """Read `data/mappings/<name>_words.csv`: (vocabulary, text in lower case) -> word."""
    with open_data(f"mappings/{name}_words.csv") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["vocabulary"], row["text"].casefold()): Word(row["slug"], row["name_zh"]) for row in rows}


def _line(row: Mapping[str, str], patterned: tuple[str, ...]) -> _Line:
    patterns = tuple((column, _pattern(row[column])) for column in patterned if row[column] not in ("", "*"))
    return _Line(patterns, {column: text for column, text in row.items() if column not in patterned})


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("|".join(translate(part) for part in text.casefold().split("|")))
