"""Authors: who makes a change, and in which request, as the settings of a transaction that its recording takes over."""

from dataclasses import dataclass
from typing import Final

from psycopg import sql

_LONGEST: Final = 200
"""Characters that are kept of an actor or a request id."""


@dataclass(frozen=True, slots=True)
class Author:
    """`actor` is the id of a key or the subject of a token, `request_id` what the answer names too; empty for none."""

    actor: str
    request_id: str = ""

    def settings(self) -> bytes:
        """Return the statements that say so for a transaction."""
        return b"; ".join(
            b"SET LOCAL app." + name + b" = " + sql.Literal(_printable(text)).as_bytes(None)
            for name, text in ((b"actor", self.actor), (b"request", self.request_id))
        )


OURSELVES: Final = Author("service")
"""The process itself: its daily work and its command line."""


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:_LONGEST]
