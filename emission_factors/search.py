"""Finding factors and activity types by words, in English and in Chinese.

English text is matched by word beginnings; Chinese, which has no spaces, by characters in sequence. A hit in a name
counts more than one in a category path. Small enough to scan: fourteen thousand factors take tens of milliseconds.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, TypeVar

from emission_factors import activity_types, regions
from emission_factors.activity_types import ActivityType
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor, Purpose

T = TypeVar("T")
_TOKEN: Final = re.compile(r"[0-9a-z](?:[0-9a-z.\-]*[0-9a-z])?|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class FactorFilter:
    """Which factors; what is empty does not restrict. `activity_type` means any kind one of its lines asks for."""

    text: str = ""
    activity_type: str = ""
    kind: str = ""
    region: str = ""
    data_year: int | None = None
    publisher: str = ""
    dataset: str = ""
    record: str = ""
    purpose: Purpose | None = None
    valid_on: date | None = None


def find_factors(catalogue: Catalogue, wanted: FactorFilter) -> list[Factor]:
    """Return the factors that pass the filter, best match first, then in the order of the catalogue.

    Raises `activity_types.UnknownActivityType`.
    """
    kinds = _kinds(wanted)
    passing = [factor for factor in catalogue.factors.values() if _passes(factor, wanted, kinds)]
    if not wanted.text.strip():
        return passing
    texts = _texts(catalogue)
    return _ranked(passing, wanted.text, lambda factor: texts[factor.factor_id])


def find_activity_types(text: str, found: Iterable[ActivityType]) -> list[ActivityType]:
    """Return the activity types that match a text, best first; all of them for an empty text."""
    return _ranked(list(found), text, _type_text)


def _kinds(wanted: FactorFilter) -> tuple[str, ...]:
    """Return the kinds asked for; of an unqualified type with a qualifier, the stem up to the slash."""
    if wanted.kind:
        return (wanted.kind,)
    if not wanted.activity_type:
        return ()
    type_id = wanted.activity_type.partition("/")[0]
    known = {found.type_id: found for found in activity_types.all_activity_types()}
    if "/" not in wanted.activity_type and type_id in known:
        lines = known[type_id].lines
    else:
        lines = activity_types.activity_type(wanted.activity_type).lines
    kinds = [kind for line in lines for kind in (*line.kind.split(">"), line.complement) if kind]
    return tuple(kind.replace("{q}", "") for kind in kinds)


def _passes(factor: Factor, wanted: FactorFilter, kinds: Sequence[str]) -> bool:
    return (
        (not kinds or any(_is_kind(kind, kinds) for kind in factor.kinds))
        and (not wanted.region or factor.region == wanted.region)
        and (wanted.data_year is None or factor.data_year == wanted.data_year)
        and (not wanted.publisher or wanted.publisher.lower() in factor.dataset.publisher.lower())
        and (not wanted.dataset or factor.dataset.dataset_id == wanted.dataset)
        and (not wanted.record or factor.factor_id.partition(":")[2] == wanted.record)
        and (wanted.purpose is None or wanted.purpose in factor.purposes)
        and (wanted.valid_on is None or _is_valid(factor, wanted.valid_on))
    )


def _is_kind(kind: str, kinds: Sequence[str]) -> bool:
    return any(kind == asked or (asked.endswith("/") and kind.startswith(asked)) for asked in kinds)


def _is_valid(factor: Factor, day: date) -> bool:
    return factor.valid_from <= day and (factor.valid_to is None or factor.valid_to >= day)


def _ranked(items: list[T], text: str, text_of: Callable[[T], tuple[str, str]]) -> list[T]:
    if not text.strip():
        return items
    tokens = _TOKEN.findall(text.lower())
    scored = [(score, position) for position, item in enumerate(items) if (score := _score(tokens, *text_of(item)))]
    return [items[position] for score, position in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]


def _score(tokens: Sequence[str], name: str, more: str) -> int:
    """Return 0 unless there is a token and every one is found; 3 for each in the name, 1 for each elsewhere."""
    total = 0
    for token in tokens:
        if _holds(name, token):
            total += 3
        elif _holds(more, token):
            total += 1
        else:
            return 0
    return total


def _holds(text: str, token: str) -> bool:
    if not token.isascii():
        return token in text
    return text.startswith(token) or f" {token}" in text


@lru_cache(maxsize=4)
def _texts(catalogue: Catalogue) -> Mapping[str, tuple[str, str]]:
    """Return factor id -> name, and everything else: lower case, words apart. Made at a catalogue's first search."""
    return {factor_id: _factor_text(factor) for factor_id, factor in catalogue.factors.items()}


def _factor_text(factor: Factor) -> tuple[str, str]:
    more = (
        _names_of_kinds(factor.kinds),
        _repeated_words(factor.path),
        _repeated_words(f"{factor.dataset.publisher} {factor.dataset.title}"),
        _place_words(factor.region),
        _words(f"{factor.data_year} {factor.unit} {factor.factor_id} {factor.dataset.dataset_id.replace('-', ' ')}"),
    )
    return _words(f"{factor.name_en} {factor.name_zh}"), " ".join(filter(None, more))


@lru_cache(maxsize=1024)
def _place_words(code: str) -> str:
    place = regions.region(code) if code else None
    return _words(f"{place.code} {place.name_en} {place.name_zh}") if place else ""


@lru_cache(maxsize=1024)
def _type_text(found: ActivityType) -> tuple[str, str]:
    more = f"{found.code} {found.group} {found.substance} {found.description} {found.qualifier_kind}"
    return _words(f"{found.name_en} {found.name_zh}"), _words(more)


@lru_cache(maxsize=4096)
def _names_of_kinds(kinds: tuple[str, ...]) -> str:
    """Return the words of the names, in both languages, of the activity types that ask for a factor of these kinds."""
    asking = _asking()
    found = {place: name for kind in kinds for place, name in asking.get(kind.partition("/")[0], {}).items()}
    return _words(" ".join(found[place] for place in sorted(found)[:12]))


@lru_cache(maxsize=1)
def _asking() -> Mapping[str, Mapping[int, str]]:
    """Return kind up to its slash -> place in the catalogue and names of the activity types that ask for it."""
    asking: dict[str, dict[int, str]] = {}
    for place, found in enumerate(activity_types.all_activity_types()):
        for kind in (kind for line in found.lines for kind in line.kind.split(">")):
            asking.setdefault(kind.partition("/")[0], {})[place] = f"{found.name_en} {found.name_zh}"
    return asking


@lru_cache(maxsize=4096)
def _repeated_words(text: str) -> str:
    """Return the words of a text that thousands of factors share."""
    return _words(text)


def _words(text: str) -> str:
    return " ".join(_TOKEN.findall(text.lower().replace("_", " ").replace("/", " ")))
