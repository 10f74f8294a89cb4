"""Rows good and bad as a file may hold them, as columns and as `postActivities` takes them."""

from collections.abc import Iterator, Sequence
from random import Random

import polars as pl

from ledger.activities.rows import PostedRow, Quality
from ledger.bulk.chunks import COLUMNS, Chunk
from tests.world import row

GOOD_KINDS = [
    ("electricity.grid", "kWh"),
    ("electricity.grid", "MWh"),
    ("electricity.grid", "10^4 kWh"),
    ("stationary.natural_gas", "10^4Nm3"),
    ("stationary.diesel", "L"),
    ("stationary.diesel", "t"),
    ("refrigerant.leaked/R-410A", "kg"),
]
BAD_KINDS = [
    ("electricity.gird", "kWh"),
    ("electricity.grid", "ton"),
    ("electricity.grid", "kg"),
    ("refrigerant.leaked/R-9999", "kg"),
    ("refrigerant.leaked", "kg"),
    ("goods.spend_us/325414", "USD"),
    ("", ""),
]
GOOD_QUANTITIES = ["0", "1", "1.50", "007.250", "123456789012.123456", "0.000000000000000001", "9" * 38, "+2.5", "-0"]
GOOD_QUANTITIES += ["1234567890123456789.123456789012345678", "1234567890123456789.5", "0.00"]
BAD_QUANTITIES = ["-1", "1e3", "NaN", "", " 1", "1,5", "1.", "1" * 40, "0.1234567890123456789", "１", "Infinity", "1\n"]
GOOD_PERIODS = [
    ("2025-03-01T00:00:00+08:00", "2025-04-01T00:00:00+08:00"),
    ("2025-03-01T00:00:00Z", "2025-03-01T01:00:00Z"),
    ("2025-01-16T00:00:00+08:00", "2025-03-16T00:00:00+08:00"),
    ("2025-03-01t00:00:00z", "2025-03-01T01:00:00.5Z"),
    ("2025-03-01T00:00:00.000001+08:00", "2025-03-01T00:00:00.250000+08:00"),
    ("1990-01-01T00:00:00Z", "1990-02-01T00:00:00Z"),
    ("2024-12-31T23:00:00-11:30", "2025-01-31T23:59:59+14:00"),
    ("2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+01:00"),
    ("2025-03-30T01:00:00+01:00", "2025-03-30T03:00:00+02:00"),
]
BAD_PERIODS = [
    ("2025-03-01", "2025-04-01"),
    ("2025-03-01T00:00:00", "2025-04-01T00:00:00"),
    ("2025-02-30T00:00:00Z", "2025-03-30T00:00:00Z"),
    ("2025-03-01T00:00:60Z", "2025-03-01T01:00:00Z"),
    ("2025-03-01T24:00:00Z", "2025-03-02T01:00:00Z"),
    ("2025-03-01T00:00:00+24:00", "2025-03-02T01:00:00Z"),
    ("2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z"),
    ("2025-03-02T00:00:00Z", "2025-03-01T00:00:00Z"),
    ("1989-12-31T23:59:59Z", "1990-01-31T00:00:00Z"),
    ("2005-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
    ("2025-03-01 00:00:00+08:00", "2025-04-01 00:00:00+08:00"),
    ("0000-03-01T00:00:00Z", "2025-04-01T00:00:00Z"),
    ("２025-03-01T00:00:00Z", "2025-04-01T00:00:00Z"),
    ("", ""),
]
GOOD_TEXTS = [
    "",
    "",
    "",
    "INV-7",
    "供电局",
    "tab\there",
    "back\\slash",
    "two\nlines\r",
    "\\N",
    '"quoted",',
    "x" * 200,
    "😀",
]
BAD_TEXTS = ["x" * 201, "nul\x00here"]


def rows_of(seed: int, count: int, bad: float = 0.15) -> list[PostedRow]:
    """Return random rows of the sources m1 to m3; ids repeat now and then, with the same content and with other."""
    random = Random(seed)  # noqa: S311  the same rows every time
    return [_row(random, count, bad) for _ in range(count)]


def _row(random: Random, count: int, bad: float) -> PostedRow:
    def pick(good: Sequence[object], wrong: Sequence[object]) -> object:
        return random.choice(wrong if random.random() < bad / 6 else good)

    kind = pick(GOOD_KINDS, BAD_KINDS)
    period = pick(GOOD_PERIODS, BAD_PERIODS)
    assert isinstance(kind, tuple)
    assert isinstance(period, tuple)
    external = random.choice(["a-", "电表", "tab\t", "back\\", ""]) + str(random.randrange(count))
    return row(
        str(pick([external], [" ", "", "\u3000", "y" * 201, "n\x00l"])),
        pick(GOOD_QUANTITIES, [*BAD_QUANTITIES, None]),
        kind[1],
        source=pick(["m1", "m2", "m3"], ["m9", "", "M1", "m1 "]),
        activity_type=kind[0],
        period_start=period[0],
        period_end=period[1],
        supplier=pick(GOOD_TEXTS, BAD_TEXTS),
        quality=random.choice(list(Quality)),
        document=pick(GOOD_TEXTS, BAD_TEXTS),
    )


def chunk_of(rows: Sequence[PostedRow], first_row: int = 0) -> Chunk:
    """Return rows as a chunk."""
    said = [
        (
            found.source,
            found.external_id,
            found.activity_type,
            found.quantity,
            found.unit,
            found.period_start,
            found.period_end,
            found.supplier,
            found.quality.value,
            found.document,
        )
        for found in rows
    ]
    return Chunk(first_row, pl.DataFrame(said, dict.fromkeys(COLUMNS, pl.String), orient="row"))


def chunks_of(rows: Sequence[PostedRow], size: int) -> Iterator[Chunk]:
    """Return rows as chunks of at most `size`."""
    for start in range(0, len(rows), size):
        yield chunk_of(rows[start : start + size], start)
