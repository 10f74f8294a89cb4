"""What the operator's plants make, draw, lose and supply: worked out from what tenants buy, so that its books close.

Each customer is metered a second time; losses and own use are added; engine and photovoltaics run as far as they can;
boilers, chillers, compressors and the grid make up the rest, with the fuel and the power that takes. Little of each
carrier stays unaccounted for, as meters have it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from api.demo.levels import Dice, month_steps
from api.demo.supply_tables import CarrierRow, carriers, conversions, mismatches
from api.demo.tables import Company, Stream, changes, streams
from api.demo.windows import Window, day_of

_METER_PERMILLE: Final = (-5, 11)
"""By how much the operator's meter differs from the customer's."""
_UNACCOUNTED_PERMILLE: Final = (2, 9)
"""What of everything that leaves a network no meter sees."""
_MOST_OF_POWER: Final = {"CE1": Fraction(45, 100), "PV2": Fraction(30, 100)}
"""Share of the power asked for that the gas engine, and the photovoltaics, make at most."""
_BOILERS: Final = "EM1"
"""The boilers' power, known only when the engine's steam is."""

Steps = Mapping[date, int]
"""Month -> quantity in steps of a stream's last decimal."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a company buys of the operator by one stream."""

    company: Company
    stream: Stream
    steps: Steps


@dataclass(frozen=True, slots=True)
class Supply:
    """The operator's meters to customers, and stream -> quantities of them and of everything worked out."""

    meters: tuple[Stream, ...]
    steps: Mapping[str, Steps]


@dataclass(slots=True)
class _Month:
    """One month of the operator: stream -> quantity in its unit, as far as it is known."""

    dice: Dice
    operator: Company
    window: Window
    month: date
    streams: Mapping[str, Stream]
    known: dict[str, Fraction] = field(default_factory=dict)

    def of(self, code: str) -> Fraction:
        """Return the quantity of a stream, worked out where it is a conversion, else its own level."""
        if code not in self.known:
            found = self._converted(code) if code in conversions() else self._level(code)
            self.put(code, found)
        return self.known[code]

    def put(self, code: str, quantity: Fraction) -> None:
        """Keep a quantity, rounded as the meter shows it, never below 0."""
        steps = 10 ** self.streams[code].decimals
        self.known[code] = max(Fraction(0), Fraction(round(quantity * steps), steps))

    def stray(self, what: str, low: int, high: int) -> Fraction:
        """Return a chance of so many permille, as a fraction."""
        return Fraction(self.dice.of(self.operator.code, what, self.month, "supply").randint(low, high), 1000)

    def steps(self, code: str) -> int:
        """Return the quantity in steps of the stream's last decimal."""
        return int(self.of(code) * 10 ** self.streams[code].decimals)

    def _level(self, code: str) -> Fraction:
        stream = self.streams[code]
        steps = month_steps(self.dice, self.operator, stream, self.month, self.window)
        return Fraction(steps, 10**stream.decimals)

    def _converted(self, code: str) -> Fraction:
        rule = conversions()[code]
        ratio = rule.ratio * (1 + self.stray(code, -rule.noise_permille, rule.noise_permille))
        change = changes().get((self.operator.code, code))
        if change and self.window.months_back(self.month) <= change.months_back:
            ratio = ratio * change.percent / 100
        less = rule.less_ratio * self.of(rule.less) if rule.less else 0
        return ratio * self.of(rule.of) - less


def supply(dice: Dice, operator: Company, purchases: Sequence[Purchase], window: Window) -> Supply:
    """Return what the operator does to supply the purchases."""
    meters = tuple(_meter(row, one) for row in carriers() for one in _bought(row, purchases))
    known = {stream.code: stream for stream in (*streams(operator), *meters)}
    found = {month: _month(_Month(dice, operator, window, month, known), purchases) for month in window.months}
    worked_out = [stream.code for stream in known.values() if stream.is_computed]
    return Supply(meters, {code: {month: of.steps(code) for month, of in found.items()} for code in worked_out})


def purchases_of(dice: Dice, company: Company, operator: Company, window: Window) -> list[Purchase]:
    """Return what a company buys of the operator, carrier by carrier."""
    bought = {row.purchased for row in carriers()}
    return [
        Purchase(company, one, {month: month_steps(dice, company, one, month, window) for month in window.months})
        for one in streams(company)
        if one.supplier == operator.code and one.activity_type in bought
    ]


def _month(found: _Month, purchases: Sequence[Purchase]) -> _Month:
    for row in carriers():
        for one in _bought(row, purchases):
            _read(found, row, one)
    # Cold and air first, then steam, of which the engine makes some, and at last the power that all of them take.
    cold, air, steam, power = carriers()
    _balance(found, cold, purchases)
    _balance(found, air, purchases)
    _run_engine(found, power, purchases)
    _balance(found, steam, purchases)
    _balance(found, power, purchases)
    return found


def _read(found: _Month, row: CarrierRow, one: Purchase) -> None:
    """Read the operator's meter of a customer."""
    bought = Fraction(one.steps[found.month], 10**one.stream.decimals)
    ratio = 1 + found.stray(_code(row, one), *_METER_PERMILLE)
    month, permille = mismatches().get((one.company.code, one.stream.code), ("", 0))
    if month and day_of(month, found.window) == found.month:
        ratio = Fraction(permille, 1000)
    found.put(_code(row, one), bought * ratio)


def _run_engine(found: _Month, power: CarrierRow, purchases: Sequence[Purchase]) -> None:
    """Run the engine and the photovoltaics, as far as the power asked for goes, the boilers' apart."""
    used = (found.of(code) for code in power.used if code != _BOILERS)
    asked = sum(used, _metered(found, power, purchases))
    for code, most in _MOST_OF_POWER.items():
        found.put(code, min(found.of(code), asked * most))


def _balance(found: _Month, row: CarrierRow, purchases: Sequence[Purchase]) -> None:
    """Make or buy what is missing of a carrier: all that leaves, its losses, and what no meter sees."""
    leaving = sum((found.of(code) for code in row.used), _metered(found, row, purchases))
    lost = leaving * Fraction(row.loss_permille, 1000) * (1 + found.stray(row.lost, -80, 80))
    found.put(row.lost, lost)
    unseen = 1 + found.stray(row.balancing, *_UNACCOUNTED_PERMILLE)
    found.put(row.balancing, (leaving + lost) * unseen - sum(found.of(code) for code in row.made))


def _metered(found: _Month, row: CarrierRow, purchases: Sequence[Purchase]) -> Fraction:
    return sum((found.of(_code(row, one)) for one in _bought(row, purchases)), Fraction(0))


def _bought(row: CarrierRow, purchases: Sequence[Purchase]) -> list[Purchase]:
    return [one for one in purchases if one.stream.activity_type == row.purchased]


def _code(row: CarrierRow, one: Purchase) -> str:
    return f"{row.prefix}{one.company.number:02d}"


def _meter(row: CarrierRow, one: Purchase) -> Stream:
    """Return the operator's meter of a customer, named by the customer's code as the other side of the transfer."""
    return Stream(
        code=_code(row, one),
        site=row.site,
        name_en=f"{row.name_en} {one.company.name_en}",
        name_zh=f"{row.name_zh}{one.company.name_zh}",
        kind="METER",
        activity_type=row.supplied,
        unit=row.unit,
        monthly=Fraction(0),
        decimals=row.decimals,
        per_head=False,
        season="flat",
        growth_percent=0,
        noise_percent=0,
        cycle="month",
        quality="MEASURED",
        supplier=one.company.code,
        document="PUS",
        is_computed=True,
    )
