"""The tables of what the operator supplies, read from `data/`: carriers, how plants convert, meters that disagree."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from api.demo.tables import rows_of


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """A row of carriers.csv: how the operator supplies what tenants buy from it as `purchased`.

    Meters to customers get codes of `prefix` and the customer's number. `lost` is the stream of losses, `permille` of
    what leaves; `balancing` the one that makes or buys what `made` does not; `used` are those that take from it.
    """

    purchased: str
    supplied: str
    prefix: str
    site: str
    name_en: str
    name_zh: str
    unit: str
    decimals: int
    lost: str
    loss_permille: int
    balancing: str
    made: tuple[str, ...]
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A row of conversions.csv: a stream is `ratio` of another, less `less_ratio` of a third, in their units."""

    stream: str
    of: str
    ratio: Fraction
    noise_permille: int
    less: str
    less_ratio: Fraction


@lru_cache(maxsize=1)
def mismatches() -> dict[tuple[str, str], tuple[str, int]]:
    """Return (customer, stream) -> a month, as in `windows.day_of`, and the permille of the customer's reading that the
    operator's meter showed then.
    """
    return {(row["tenant"], row["source"]): (row["month"], int(row["permille"])) for row in rows_of("mismatches")}


@lru_cache(maxsize=1)
def carriers() -> tuple[CarrierRow, ...]:
    """Return what the operator supplies, each after those whose making takes of it."""
    return tuple(
        CarrierRow(
            purchased=row["purchased"],
            supplied=row["supplied"],
            prefix=row["prefix"],
            site=row["site"],
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            unit=row["unit"],
            decimals=int(row["decimals"]),
            lost=row["lost"],
            loss_permille=int(row["loss_permille"]),
            balancing=row["balancing"],
            made=tuple(row["made"].split()),
            used=tuple(row["used"].split()),
        )
        for row in rows_of("carriers")
    )


@lru_cache(maxsize=1)
def conversions() -> dict[str, Conversion]:
    """Return stream -> what it follows from."""
    return {
        row["stream"]: Conversion(
            row["stream"],
            row["of"],
            Fraction(row["ratio"]),
            int(row["noise_permille"]),
            row["less"],
            Fraction(row["less_ratio"] or 0),
        )
        for row in rows_of("conversions")
    }
