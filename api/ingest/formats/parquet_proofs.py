"""A Parquet file unpacked in a process of its own before the service reads it.

A page says how long it is unpacked. The library believes it, and one that says two exabytes ends the process that asks
for them; so a process that has nothing to lose unpacks everything once. What it could unpack, the service can.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from api.ingest.formats import unpacking
from api.ingest.formats.faults import FileFault, UnreadableFile


def prove_apart(path: Path, headers: Sequence[str], rows: Sequence[int]) -> None:
    """Unpack columns of each row group in another process; `rows` is how many the footer says each has.

    Raises `UnreadableFile` with what the library says, or says that it came to an end by it.
    """
    asked = json.dumps({"path": str(path), "headers": list(headers), "rows": list(rows)})
    command = (sys.executable, "-I", unpacking.__file__)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnreadableFile(FileFault.FORMAT, done.stdout or unpacking.told("a page says a length that cannot be"))
