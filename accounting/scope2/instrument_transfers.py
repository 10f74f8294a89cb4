"""Certificates divided and handed over: which instruments may change hands, and what is left where a part goes.

An instrument is cancelled once and claimed for one site and period; a batch for two is divided first. What is taken and
what is left are the instrument: no MWh and no number is lost or doubled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instrument_rules import VINTAGES
from accounting.scope2.instruments import Instrument, Kind, Serials
from emission_factors import decimals

TRANSFERABLE: Final = frozenset({Kind.GEC, Kind.OTHER_CERTIFICATE})
"""Kinds that can be separated from the energy."""

BOUND: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.GREEN_POWER_TRADE: (
            "its certificates go with the power to the user (发改能源〔2024〕1123号, chapter on green-power trade)"
        ),
        Kind.DIRECT_SUPPLY: (
            "its attributes go to whoever is supplied over the line (GHG Protocol Scope 2 Guidance table 7.1 (7))"
        ),
        Kind.SELF_USE: (
            "certificates of self-use are issued but not tradable (国能发新能规〔2024〕67号); attributes that went to "
            "others elsewhere are recorded as sold"
        ),
        Kind.POWER_PURCHASE_AGREEMENT: (
            "without certificates it conveys the power of its buyer only (GHG Protocol Scope 2 Guidance table 7.1 (2))"
        ),
        Kind.SUPPLIER_RATE: (
            "it is the rate of what was delivered to the customer (GHG Protocol Scope 2 Guidance table 7.1 (6))"
        ),
    }
)
"""Kind -> why it stays with the energy."""

TRADED_ONCE: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.GEC: "发改能源〔2023〕1044号: for now a tradable certificate is traded once, by its generator to its user"}
)
"""Kinds of which nobody but the generator hands anything over, and the rule. Read second-hand; 国能发新能规〔2024〕67号
says that one certificate is not sold twice.
"""

_GEC_RULES: Final = "国能发新能规〔2024〕67号"


@dataclass(frozen=True, slots=True)
class Holding:
    """MWh, and the certificates that stand for them where they are numbered."""

    quantity: Decimal
    serials: Serials | None


@dataclass(frozen=True, slots=True)
class Division:
    """What is taken of an instrument and what is left; None where nothing is."""

    part: Holding
    rest: Holding | None


def check_transfer(held: Instrument, on: date) -> None:
    """Raise `Refused` where an instrument may not go to another tenant on a day: its kind, its origin, its age.

    Sources: 国能发新能规〔2024〕67号 (tradable, valid for two years), `BOUND`, `TRADED_ONCE`.
    """
    if held.kind not in TRANSFERABLE:
        _refuse_transfer(f"{held.name} is {held.kind}: {BOUND[held.kind]}")
    if not held.is_tradable:
        _refuse_transfer(
            f"{held.name} is not tradable: certificates of self-use, and of hydropower before 2023-01-01 or not fully "
            f"on the market, stay with the generator ({_GEC_RULES})"
        )
    if held.kind in TRADED_ONCE and held.generator != held.tenant:
        _refuse_transfer(f"{held.name} was traded already, its holder is not its generator ({TRADED_ONCE[held.kind]})")
    _check_day(held, on)


def divided(held: Instrument, quantity: Decimal | None, serials: Serials | None) -> Division:
    """Return what is taken of an instrument, and what is left: quantities add up, certificates too.

    `quantity` is MWh; None for what `serials` stand for (1 GEC = 1 MWh), or for all. `serials` are at one end of those
    held; None for all, or the first `quantity` of them where they are GEC. Raises `Refused`.
    """
    if quantity is None:
        quantity = Decimal(serials.count) if serials and held.kind is Kind.GEC else held.quantity
    _check_quantity(held, quantity)
    taken = Holding(quantity, _taken(held, quantity, serials))
    if quantity == held.quantity:
        return Division(taken, None)
    left = decimals.EXACT.subtract(held.quantity, quantity)
    return Division(taken, Holding(left, _left(held.serials, taken.serials)))


def _check_day(held: Instrument, on: date) -> None:
    month = on.replace(day=1)
    if month < held.last_month:
        message = f"{held.name} is for generation up to {held.last_month:%Y-%m}; it cannot be handed over on {on}"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "transferredOn", message)
    expires = VINTAGES[held.kind].expires(held.first_month)
    if held.kind is Kind.GEC and month > expires:
        message = f"{held.name} was valid to {expires:%Y-%m}, and {on} is later ({VINTAGES[held.kind].source})"
        raise Refused(RefusalCode.INSTRUMENT_NOT_TRANSFERABLE, "transferredOn", message)


def _check_quantity(held: Instrument, quantity: Decimal) -> None:
    if not quantity.is_finite() or quantity <= 0:
        message = f"{quantity} MWh of {held.name} are to go; accepted is above 0"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "quantityMwh", message)
    if held.kind is Kind.GEC and quantity != quantity.to_integral_value():
        message = f"{quantity} MWh of {held.name} are to go; certificates are whole, 1 GEC = 1 MWh"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "quantityMwh", message)
    if quantity > held.quantity:
        message = f"{_plain(quantity)} MWh of {held.name} are to go, of which {_plain(held.quantity)} MWh are held"
        raise Refused(RefusalCode.INSTRUMENT_OVERDRAWN, "quantityMwh", message)


def _taken(held: Instrument, quantity: Decimal, serials: Serials | None) -> Serials | None:
    """Return the certificates that go: those named, if they can; else all, or the first ones."""
    if serials is not None:
        _check_named(held, quantity, serials)
        return serials
    if held.serials is None or quantity == held.quantity:
        return held.serials
    if held.kind is Kind.GEC:
        return Serials(held.serials.batch, held.serials.first, held.serials.first + int(quantity) - 1)
    message = f"{_plain(quantity)} of {_plain(held.quantity)} MWh of {held.name} are to go; name their certificates"
    raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)


def _check_named(held: Instrument, quantity: Decimal, named: Serials) -> None:
    asked = f"certificates {named.first} to {named.last} of {named.batch}"
    own = held.serials
    if own is None:
        raise Refused(RefusalCode.INSTRUMENT_OVERDRAWN, "serials", f"{held.name} names no certificates, not {asked}")
    there = f"{own.first} to {own.last} of {own.batch}"
    if named.batch != own.batch or named.first < own.first or named.last > own.last:
        message = f"{asked} are not among those of {held.name}, {there}"
        raise Refused(RefusalCode.INSTRUMENT_OVERDRAWN, "serials", message)
    if named.first != own.first and named.last != own.last:
        message = f"{asked} would leave two ranges of {there}; take them from one end, or split first"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)
    if held.kind is Kind.GEC and named.count != quantity:
        message = f"{asked} are {named.count}, for {_plain(quantity)} MWh; 1 GEC = 1 MWh"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)
    if (named == own) != (quantity == held.quantity):
        message = f"{asked} of {there} for {_plain(quantity)} of {_plain(held.quantity)} MWh: all go with all, not else"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)


def _left(own: Serials | None, taken: Serials | None) -> Serials | None:
    if own is None or taken is None:
        return None
    if taken.first == own.first:
        return Serials(own.batch, taken.last + 1, own.last)
    return Serials(own.batch, own.first, taken.first - 1)


def _refuse_transfer(message: str) -> None:
    raise Refused(RefusalCode.INSTRUMENT_NOT_TRANSFERABLE, "instrumentId", message)


def _plain(value: Decimal) -> str:
    return decimals.plain(value)
