"""Unpacks a Parquet file and keeps nothing: run by path as a process of its own, see `parquet_proofs`.

It imports nothing of ours, so that it starts fast.
"""

import json
import sys
from typing import Any

import polars

ERRORS = (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)
"""What the library raises for a file that it cannot read."""
SHORT = "the Parquet file has fewer rows than its footer says"


def told(error: object) -> str:
    """Return what is told of a file that the library cannot read."""
    return f"the Parquet file cannot be unpacked: {str(error).splitlines()[0][:160]}"


def unpacked(path: str, headers: list[str], first: int, rows: int) -> polars.DataFrame:
    """Return columns of the row group that begins at row `first`. Raises `ValueError` where it cannot be had whole."""
    try:
        frame = polars.scan_parquet(path, glob=False, cache=False).select(headers).slice(first, rows).collect()
    except ERRORS as error:
        raise ValueError(told(error)) from None
    if frame.height != rows:
        raise ValueError(SHORT)
    return frame


def _main(asked: dict[str, Any]) -> int:
    """Return 0 where every row group could be unpacked; otherwise 1, and write why not."""
    first = 0
    for rows in asked["rows"]:
        try:
            unpacked(asked["path"], asked["headers"], first, rows)
        except ValueError as error:
            sys.stdout.write(str(error))
            return 1
        first += rows
    return 0


if __name__ == "__main__":
    sys.exit(_main(json.load(sys.stdin)))
