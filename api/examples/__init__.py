"""Example operations, one .graphql file each, with the variables they take in a .json file beside it.

A file begins with two paragraphs of comment, Chinese then English; the first line of each is the title. A variable of
the form `{park.id}` stands for something that only a running service knows; `filled` puts it in.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z.]+)\}")


class BadExample(ValueError):
    """An example's file does not begin as it should; the message names the file."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example. `example_id` is the file's name without its number; variables may hold placeholders."""

    example_id: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    operation: str
    variables: Mapping[str, Any]

    @property
    def is_ready(self) -> bool:
        """Whether it can run as it is: no placeholder is left in its variables."""
        return not placeholders(self.variables)


@lru_cache(maxsize=1)
def all_examples() -> tuple[Example, ...]:
    """Return the examples in their order, placeholders and all; raises `BadExample`."""
    return tuple(read_example(path) for path in sorted(_FOLDER.glob("*.graphql")))


def filled(example: Example, known: Mapping[str, Any]) -> Example:
    """Return the example with the placeholders that `known` has a value for put in; the others stay."""
    return Example(
        example.example_id,
        example.title_zh,
        example.title_en,
        example.text_zh,
        example.text_en,
        example.operation,
        _filled(example.variables, known),
    )


def placeholders(value: object) -> set[str]:
    """Return the names of the placeholders anywhere in variables."""
    if isinstance(value, Mapping):
        return set().union(*(placeholders(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(placeholders(item) for item in value))
    found = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    return {found[1]} if found else set()


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    found = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    return known.get(found[1], value) if found else value


def read_example(path: Path) -> Example:
    """Read one example with the variables beside it; raises `BadExample`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next((number for number, line in enumerate(lines) if not line.startswith("#")), 0)
    paragraphs = "\n".join(line[1:].strip() for line in lines[:start]).split("\n\n")
    if len(paragraphs) != len(("zh", "en")) or not all("\n" in paragraph for paragraph in paragraphs):
        raise BadExample(f"{path.name} must begin with two paragraphs of comment, each a title and a text")
    (title_zh, *text_zh), (title_en, *text_en) = (paragraph.splitlines() for paragraph in paragraphs)
    beside = path.with_suffix(".json")
    return Example(
        example_id=path.stem.partition("-")[2],
        title_zh=title_zh,
        title_en=title_en,
        text_zh="".join(text_zh),
        text_en=" ".join(text_en),
        operation="\n".join(lines[start:]) + "\n",
        variables=json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {},
    )
