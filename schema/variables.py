"""Variables as a request gives them, before anything is made of them: texts that hold half a character are refused.

JSON writes a character beyond 16 bits as two halves, and lets a client send one of them alone. No database stores it,
and no answer can show it. Of the rows of a posting each has its own outcome, also for this: they are left to it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import DocumentNode

from ledger.texts import has_half
from schema.errors import BadInput
from schema.fast_inputs import bulk_variables


def refused_text(document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> BadInput | None:
    """Return why variables cannot be used, with the place of the first text that holds half a character, or None."""
    bulk = bulk_variables(document, operation_name)
    for name, value in variables.items():
        if name in bulk:
            continue
        for place, text in _texts(value, name):
            if not text.isascii() and has_half(text):
                return BadInput(f"{place}: {text[:40]!r} holds half a character; accepted are whole ones")
    return None


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value with their places."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, f"{place}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, f"{place}[{number}]")
