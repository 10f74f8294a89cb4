"""The pages a browser sees: what is where, and the GraphQL editor or how to get it."""

from pathlib import Path
from typing import Final

EDITOR_FOLDER: Final = Path(__file__).parent / "static" / "editor"
"""Where the editor's files are after they were built; missing where Node was."""


def home_page() -> str:
    """Return the page at `/`: what is where."""
    return "<!doctype html><title>Parkledger</title><a href='/graphql'>GraphQL</a>"


def editor_page() -> str:
    """Return the editor's page, or the one that offers the examples and says how to get the editor."""
    return "<!doctype html><title>Parkledger</title>"
