"""Decimals in columns of text, counted as integers: exact wherever 128 bits hold all digits, null elsewhere."""

from typing import Final

import polars as pl

MOST_DIGITS: Final = 38
"""Digits that any integer of 128 bits may have: 2 to the 127 is more than 10 to the 38."""
_POWERS: Final = pl.Series([10**power for power in range(MOST_DIGITS)], dtype=pl.Int128)


def digits(name: str) -> pl.Expr:
    """Return a column's numbers without their point, as integers; null where there are too many digits or it is none.

    An exponent is none, so 1E+3 is null too.
    """
    bare = pl.col(name).str.replace(".", "", literal=True)
    return pl.when(bare.str.len_bytes() <= MOST_DIGITS).then(bare).cast(pl.Int128, strict=False)


def places(name: str) -> pl.Expr:
    """Return how many digits are after the point; none without one."""
    point = pl.col(name).str.find(".", literal=True)
    return (pl.col(name).str.len_bytes() - 1 - point).fill_null(0).cast(pl.Int64)


def written(numbers: pl.DataFrame) -> pl.Series:
    """Return integers, the column `digits`, as numbers with as many digits after the point as `places` says.

    None is below zero. Where `places` is, that many zeros follow instead: 18 and -2 are 1800. Null stays null.
    """
    filled = numbers
    if filled.select((pl.col("places") < 0).any()).item():
        power = (-pl.col("places").clip(upper_bound=0)).replace_strict(range(MOST_DIGITS), _POWERS)
        filled = filled.with_columns(pl.col("digits") * power)
    count = pl.col("places")
    texts = filled.select(
        pl.col("digits").cast(pl.String).str.zfill(count.clip(0) + 1).alias("text"), count.clip(0).alias("places")
    )
    pointed = pl.concat_str(pl.col("text").str.head(-count), pl.lit("."), pl.col("text").str.tail(count))
    return texts.select(pl.when(count > 0).then(pointed).otherwise(pl.col("text"))).to_series()
