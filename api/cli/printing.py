"""What the commands print with: one console for results, one for progress and errors."""

from typing import Final

from rich.console import Console

out: Final = Console(highlight=False, soft_wrap=True)
err: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def tell(error: BaseException) -> None:
    """Print an expected failure."""
    err.print(f"parkledger: {error}", style="bold red")
