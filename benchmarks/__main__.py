"""`python -m benchmarks NAME [options]`; without a name, what there is."""

import importlib
import sys
from typing import Final

NAMES: Final = {
    "concurrency": "footprints read while 64 clients post, and whether all they were told is stored",
    "ingest_bulk": "files of 300,000 rows through HTTP, against a plain COPY of the same rows",
    "footprint": "the footprint of a park of 10 million rows through HTTP, against SQL over its cells and its rows",
    "rebase": "the same footprint under another GWP set and another factor release, and that no row is touched",
    "sealing": "processor time of sealing over that of posting the same rows, of files, mutations and many tenants",
    "growth": "footprints and posting at a hundred thousand to ten million rows over the same number of cells",
    "ingest_mutation": "1,000-row mutations through HTTP, against the ordinary way and the driver's own batch path",
}
"""Benchmark -> what it measures. Each is a module of this package with a function `main(arguments)`."""


def main(arguments: list[str]) -> int:
    """Run the benchmark named first, with the rest as its options."""
    if not arguments or arguments[0] not in NAMES:
        print("python -m benchmarks NAME [--help]\n")
        for name, text in NAMES.items():
            print(f"  {name:<20}{text}")
        return 2 if arguments else 0
    importlib.import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
