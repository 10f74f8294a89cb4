"""A park that is large in everything but size, for the tests of what measures large ones."""

from typing import Final

from benchmarks import filling
from benchmarks.large_parks import KINDS, LargePark, Size
from ledger.setup import Databases

TINY: Final = Size(tenants=2, sites=1, months=2)
CELLS: Final = 2 * 1 * 2 * len(KINDS)


def filled(databases: Databases, rows: int) -> LargePark:
    """Return a tiny park with so many rows."""
    park = filling.build(databases, TINY)
    filling.fill(databases, park, rows)
    return park
