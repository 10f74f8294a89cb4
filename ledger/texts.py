"""What texts are accepted: not empty, not endless, of characters that the database can store."""

from typing import Final

from accounting.refusals import RefusalCode, Refused

LONGEST_CODE: Final = 80
"""Characters a code or a market may have."""
LONGEST_TEXT: Final = 200
"""Characters a batch or the id of a document may have."""
LONGEST_REASON: Final = 1000
"""Characters a reason may have."""


def check_text(text: str, field_name: str, longest: int) -> None:
    """Raise `Refused` for a text that is empty, too long or cannot be stored."""
    if not text.strip() or len(text) > longest or "\x00" in text:
        message = f"{text[:40]!r} is not accepted: 1 to {longest} characters, without NUL"
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, field_name, message)


def reason_of(text: str, is_needed: bool = True) -> str:
    """Return why a change is made; raises `Refused` where that is needed and empty."""
    if is_needed and not text.strip():
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "reason", "such a change says why; the reason is empty")
    if text.strip():
        check_text(text, "reason", LONGEST_REASON)
    return text.strip()
