"""Where the package's own data files are read from, in a checkout and in an installed wheel alike."""

from pathlib import Path
from typing import Final, TextIO

_DATA: Final = Path(__file__).parent / "data"


def open_data(name: str) -> TextIO:
    """Open a text file below `emission_factors/data/`; the caller closes it."""
    return (_DATA / name).open(encoding="utf-8", newline="")


def data_names(folder: str) -> list[str]:
    """Return the names of the files in a folder below `data/`, sorted."""
    return sorted(entry.name for entry in (_DATA / folder).iterdir())
