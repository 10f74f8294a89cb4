"""Units of activity data and of factors: what a text means, its dimension, and exact conversion.

The table is `data/units.csv`; pint holds the algebra of compound units (GJ/t, t.km) with `Decimal` numbers. Every
unit converts to the base unit of its dimension by a finite decimal, so a ledger in base units is exact. Conversion
across dimensions (litres to tonnes) is not here: it needs a physical property, see `properties`.
"""

import csv
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from emission_factors import decimals
from emission_factors.resources import open_data

if TYPE_CHECKING:
    import pint

Powers = tuple[tuple[str, int], ...]
"""A dimension as base dimension -> exponent, sorted by name: energy per mass is `(("energy", 1), ("mass", -1))`."""

BASE_UNITS: Final = {
    "mass": "kg",
    "energy": "MJ",
    "gross_energy": "MJ_gross",
    "volume": "m3",
    "normal_volume": "Nm3",
    "distance": "km",
    "freight": "kg.km",
    "passenger_distance": "passenger.km",
    "passengers": "passenger",
    "area": "m2",
    "count": "item",
    "doses": "dose",
    "room_nights": "room.night",
    "time": "h",
    "working_hours": "working_hour",
    "bed_days": "bed.day",
    "animals": "animal",
    "dimensionless": "fraction",
}
"""Base unit of each dimension; quantity cells hold sums in these. Money has a base unit per currency and year."""

_MONEY = re.compile(r"(?P<scale>10\^4 ?|万)?(?P<currency>[A-Z]{3})(?:[_ ](?P<year>(?:19|20)[0-9]{2}))?")
_LONGEST = 80
CURRENCIES: Final = frozenset(
    "AUD BRL CAD CHF CNY DKK EUR GBP HKD IDR INR JPY KRW MOP MXN MYR NOK NZD PHP PLN RUB SEK SGD THB TRY TWD USD "
    "VND ZAR".split()
)
"""ISO 4217 codes that spend may be posted in."""


class UnknownUnit(ValueError):
    """A text names no unit of the table; the message proposes near ones.

    They are looked for when the message is read: `kgC/GJ` in a chain is tried as a unit before its label is read.
    """

    def __str__(self) -> str:
        return _unknown(*self.args)


class IncompatibleUnits(ValueError):
    """Two units measure different things, so no number alone converts one into the other."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `to_base` is the exact number of base units in one of it; `dimension` is empty for a compound unit."""

    code: str
    dimension: str
    base: str
    to_base: Fraction
    name_en: str = ""
    name_zh: str = ""
    powers: Powers = ()

    def ratio_to(self, other: "Unit") -> Fraction:
        """Return how many of `other` one of this unit is, exactly.

        Raises `IncompatibleUnits` where the dimensions differ, or the base units of money do.
        """
        if self.powers != other.powers:
            raise IncompatibleUnits(
                f"{self.code} measures {self.measures} and {other.code} measures {other.measures}: "
                "converting one into the other needs a property of the substance"
            )
        return self.to_base / other.to_base

    @property
    def measures(self) -> str:
        """The dimension in words, for messages."""
        compound = " ".join(f"{name}^{power}" if power != 1 else name for name, power in self.powers)
        return (self.dimension or compound or "a number").replace("_", " ")

    def in_base(self, quantity: Decimal) -> Decimal:
        """Return `quantity` of this unit in its base unit, exactly; every unit of the table allows it."""
        return decimals.product(quantity, decimals.rounded(self.to_base))


def unit(text: str) -> Unit:
    """Return the unit that `text` names: a code, an alias, its Chinese name, money with its year, or a compound such as
    `GJ/t`.

    Spelling is exact, case included: `Mt` is a megatonne and `mt` is nothing. Raises `UnknownUnit`.

    >>> unit("MWh").to_base, unit("10^4 kWh").base
    (Fraction(3600, 1), 'MJ')
    """
    return _unit(text.strip())


def all_units() -> tuple[Unit, ...]:
    """Return every unit of the table, in its order."""
    return tuple(_atom(row["code"]) for row in _table().values())


@lru_cache(maxsize=4096)
def _unit(text: str) -> Unit:
    if text in _aliases():
        return _atom(_aliases()[text])
    money = _MONEY.fullmatch(text)
    if money and money["currency"] in CURRENCIES:
        return _money(money["currency"], money["year"], bool(money["scale"]))
    return _compound(text)


def _money(currency: str, year: str | None, is_scaled: bool) -> Unit:
    base = f"{currency}_{year}" if year else currency
    code = f"10^4{base}" if is_scaled else base
    priced = f" at prices of {year}" if year else ", price year not stated"
    return Unit(
        code, "money", base, Fraction(10000 if is_scaled else 1), f"{currency}{priced}", base, ((f"money {base}", 1),)
    )


def _compound(text: str) -> Unit:
    parts = re.sub(r"^/", "1/", re.sub(r" ?\bper +", "/", text)).split("/")
    if len(text) > _LONGEST or len(parts) > 2 or text in ("", "/"):
        raise UnknownUnit(text)
    with _LOCK:
        try:
            over = _described(text, _product(parts[0]))
            if len(parts) == 1:
                return over
            under = _described(text, _product(parts[1]))
        except KeyError:
            raise UnknownUnit(text) from None
    powers = multiplied(over.powers, tuple((name, -power) for name, power in under.powers))
    return Unit(text, "", f"{over.base}/{under.base}", over.to_base / under.to_base, text, text, powers)


def multiplied(*dimensions: Powers) -> Powers:
    """Return the dimension of a product: exponents added, those that cancel left out."""
    totals: dict[str, int] = {}
    for name, power in (pair for powers in dimensions for pair in powers):
        totals[name] = totals.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in totals.items() if power))


def base_of(powers: Powers) -> "Unit | None":
    """Return the base unit of a dimension of ours or of an amount of money, or None for a compound one."""
    if len(powers) == 1 and powers[0][1] == 1 and powers[0][0].startswith("money "):
        return unit(powers[0][0].removeprefix("money "))
    return next((unit(code) for code in BASE_UNITS.values() if unit(code).powers == powers), None)


def _product(text: str) -> "pint.Quantity[Decimal]":
    """Multiply the atoms of `t.km`, `t*km` or `t·km`; money takes part as an atom of its own."""
    result = _registry().Quantity(Decimal(1))
    for name in re.split(r"[.*·]", text.strip()):
        atom = name.strip()
        code = _aliases().get(atom)
        if code is None:
            code = _money_atom(atom)
        result = result * _registry().Quantity(Decimal(1), _identifier(code))
    return result


def _money_atom(text: str) -> str:
    money = _MONEY.fullmatch(text)
    if not money or money["currency"] not in CURRENCIES or money["scale"]:
        raise KeyError(text)
    code = text.replace(" ", "_")
    identifier = _identifier(code)
    if identifier not in _registry():
        _registry().define(f"{identifier} = [money_{identifier}]")
    return code


@lru_cache(maxsize=512)
def _atom(code: str) -> Unit:
    row = _table()[code]
    with _LOCK:
        described = _described(code, _registry().Quantity(Decimal(1), _identifier(code)))
    return Unit(
        code,
        row["dimension"],
        described.base,
        described.to_base,
        row["name_en"],
        row["name_zh"],
        described.powers,
    )


def _described(text: str, quantity: "pint.Quantity[Decimal]") -> Unit:
    """Reduce a pint quantity to base units, exactly, and name its dimension if it is one of ours."""
    with localcontext(decimals.EXACT):
        root = quantity.to_root_units()
        size = Decimal(root.magnitude)
        powers = _powers(root.dimensionality)
        dimension = _dimensions().get(powers, "")
        base = BASE_UNITS.get(dimension, str(root.units).removeprefix("u_"))
        return Unit(text, dimension, base, Fraction(size), text, text, powers)


def _powers(dimensionality: Mapping[str, object]) -> Powers:
    """Read pint's `{"[energy]": 1}`; money's dimension is written as its base unit is."""
    named = {name.strip("[]").replace("money_u_", "money "): power for name, power in dimensionality.items()}
    return tuple(sorted((name, int(str(power))) for name, power in named.items()))


@lru_cache(maxsize=1)
def _dimensions() -> dict[Powers, str]:
    dimension_of = _registry().get_dimensionality
    return {_powers(dimension_of(_identifier(base))): name for name, base in BASE_UNITS.items()}


def _identifier(code: str) -> str:
    """Return the name pint knows a code by; pint takes letters, digits and underscores only."""
    return "u_" + re.sub(r"[^A-Za-z0-9_]", lambda found: f"_{ord(found[0])}_", code)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    with open_data("units.csv") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    names = {code: code for code in _table()}
    for code, row in _table().items():
        names.update({alias: code for alias in (row["name_zh"], *row["aliases"].split("|")) if alias})
    return names


@lru_cache(maxsize=1)
def _registry() -> "pint.UnitRegistry[Any]":
    import pint  # noqa: PLC0415  a tenth of a second that commands without a unit (--help, schema) need not wait

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
    for code, row in _table().items():
        registry.define(f"{_identifier(code)} = {_definition(row['definition'])}")
    return registry


def _definition(text: str) -> str:
    """Rewrite `1000 kg` or `t*km` in pint's identifiers; the `[mass]` of a base unit stays."""
    if text.startswith("["):
        return text
    number, _, rest = text.rpartition(" ")
    product = "*".join(_identifier(name) for name in rest.split("*"))
    return f"{number} {product}".strip()


def _unknown(text: str) -> str:
    near = difflib.get_close_matches(text[:_LONGEST], _aliases(), n=4, cutoff=0.5)
    hint = f"; near it are {', '.join(dict.fromkeys(_aliases()[name] for name in near))}" if near else ""
    currency = "; money is written with its price year, such as CNY_2024"
    return f"{text[:_LONGEST]!r} is not a unit of the table{hint or currency}"


_LOCK = Lock()
"""pint's registry is not safe to define and convert in from several threads at once."""
