"""What the commands print with: one console for results, one for progress and errors."""

from typing import Final

import httpx
from rich.console import Console

from api.cli.failures import Failed
from ledger.database import UnsafeDatabase
from ledger.embedded import EmbeddedServerError
from ledger.setup import DatabaseUnavailable

out: Final = Console(highlight=False, soft_wrap=True)
err: Final = Console(stderr=True, highlight=False, soft_wrap=True)

EXPECTED: Final = (Failed, DatabaseUnavailable, UnsafeDatabase, EmbeddedServerError, httpx.TransportError)
"""Failures that a user can mend, told in one line."""


def tell(error: BaseException) -> None:
    """Print an expected failure."""
    err.print(f"parkledger: {error}", style="bold red")
