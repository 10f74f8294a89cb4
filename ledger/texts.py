"""What texts are accepted: not empty, not endless, of characters that the database can store."""

import re
from typing import Any, Final

from accounting.refusals import RefusalCode, Refused

LONGEST_CODE: Final = 80
"""Characters a code or a market may have."""
LONGEST_TEXT: Final = 200
"""Characters a batch or the id of a document may have."""
LONGEST_REASON: Final = 1000
"""Characters a reason may have."""
_HALF: Final = re.compile("[\ud800-\udfff]")
"""Half a character of JSON's `\\ud83d\\ude00` notation; alone it is none."""
_STORABLE: Final = "without NUL and halves of surrogate pairs"


def is_storable(text: str) -> bool:
    """Whether there is nothing in a text that PostgreSQL has no character for."""
    return "\x00" not in text and (text.isascii() or not has_half(text))


def has_half(text: str) -> bool:
    """Whether a text holds half a character."""
    return _HALF.search(text) is not None


def check_text(text: str, field_name: str, longest: int) -> None:
    """Raise `Refused` for a text that is empty, too long or cannot be stored."""
    if not text.strip() or len(text) > longest or not is_storable(text):
        message = f"{text[:40]!r} is not accepted: 1 to {longest} characters, {_STORABLE}"
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, field_name, message)


def check_storable(content: Any, field_name: str) -> None:
    """Raise `Refused` for the first text, of those in dictionaries and lists, that cannot be stored."""
    if isinstance(content, str):
        if not is_storable(content):
            message = f"{content[:40]!r} is not accepted: a text is {_STORABLE}"
            raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, field_name, message)
    elif isinstance(content, dict | list | tuple):
        for one in content.values() if isinstance(content, dict) else content:
            check_storable(one, field_name)


def reason_of(text: str, is_needed: bool = True) -> str:
    """Return why a change is made; raises `Refused` where that is needed and empty."""
    if is_needed and not text.strip():
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "reason", "such a change says why; the reason is empty")
    if text.strip():
        check_text(text, "reason", LONGEST_REASON)
    return text.strip()
