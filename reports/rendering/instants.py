"""The instant that a rendering carries as its date: when its data was known. No clock is read."""

from datetime import UTC, datetime

from reports.document import Document
from reports.rendering.errors import CannotRender


def known_at(document: Document) -> datetime:
    """Return the instant of knowledge in UTC, whole seconds. Raises `CannotRender` for a text that names no instant."""
    text = document.rests.known_at
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CannotRender(f"{text!r} as the instant of knowledge; accepted is ISO 8601 with an offset") from error
    if instant.tzinfo is None:
        raise CannotRender(f"the instant of knowledge {text!r} has no offset; accepted is one such as Z or +08:00")
    return instant.astimezone(UTC).replace(microsecond=0)
