"""What the commands print with: one console for results, one for progress and errors."""

import sys
from typing import Final

from rich.console import Console

_WHOLE_LINES: Final = 1000
"""Width of what is read by a program or kept in a file: no cell of a table is broken or cut."""

# What is printed has names and texts of users, whose brackets are no markup.
out: Final = Console(highlight=False, soft_wrap=True, markup=False, width=None if sys.stdout.isatty() else _WHOLE_LINES)
err: Final = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def tell(message: str) -> None:
    """Print an expected failure."""
    err.print(f"parkledger: {message}", style="bold red")
