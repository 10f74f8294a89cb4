"""A battery as a stock of attributes: only surplus that has them charges it, losses consume them, discharge uses them.

No certificate is issued for what storage discharges; it hands on what was generated (EnergyTag, recalled).
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from accounting.intervals.series import BadSeries, Series, known_values
from emission_factors import decimals

_ZERO: Final = Decimal(0)
_MINUTES_PER_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Storage:
    """A battery: `efficiency` of a round trip above 0 to 1, taken when charging; `capacity` in the unit of the series;
    powers in that unit per hour, None where nothing limits them. `opening` are attributes it holds at the start.

    Without meters it charges all surplus and discharges as soon as load is short. With its meters, `charged` is what at
    most it took, and `discharged` what left it, attributes first. Its charging is no part of the load. Raises
    `BadSeries`.
    """

    efficiency: Decimal
    capacity: Decimal | None = None
    charge_power: Decimal | None = None
    discharge_power: Decimal | None = None
    opening: Decimal = _ZERO
    charged: Series | None = None
    discharged: Series | None = None

    def __post_init__(self) -> None:
        if not 0 < self.efficiency <= 1:
            raise BadSeries("efficiency", f"an efficiency of {self.efficiency}; accepted is above 0 to 1")
        limits = (self.capacity, self.charge_power, self.discharge_power, self.opening)
        if any(limit is not None and limit < 0 for limit in limits):
            raise BadSeries("storage", f"{self} has a negative limit or stock; accepted is zero or more")
        if self.capacity is not None and self.opening > self.capacity:
            raise BadSeries("opening", f"a stock of {self.opening} in a capacity of {self.capacity}")


@dataclass(frozen=True, slots=True)
class StorageUse:
    """What storage did with attributes: `charged` is the surplus it took, `lost` the part of it that became losses.

    Opening + charged - lost = discharged + `released` + closing. What was `released` left a metered battery when no
    load was short of it. Losses are load that the attributes taken for them cover; no score counts them again.
    """

    opening: Decimal
    charged: Fraction
    stored: Decimal
    discharged: Decimal
    released: Decimal
    closing: Decimal

    @property
    def lost(self) -> Fraction:
        """Attributes consumed by the losses of charging."""
        return self.charged - Fraction(self.stored)


def stored(
    storage: Storage, load: Series, surplus: list[Decimal], short: list[Decimal]
) -> tuple[list[Decimal], StorageUse]:
    """Return what storage gives to the load in each interval, and what it did in all; the series are complete.

    `surplus` is CFE beyond the load, `short` load beyond the CFE, by interval of `load`. The stock follows `stock +
    charge x efficiency - discharge`.
    """
    stock, charged, filled, gains, released = storage.opening, _ZERO, _ZERO, _ZERO, _ZERO
    discharged: list[Decimal] = []
    at_most, drawable = _charge_limits(storage, load), _draws(storage, load, short)
    with localcontext(decimals.EXACT):
        for over, needed, limit, wanted in zip(surplus, short, at_most, drawable, strict=True):
            taken = over if limit is None else min(over, limit)
            gained = taken * storage.efficiency
            if storage.capacity is None or stock + gained <= storage.capacity:
                charged += taken
            else:
                # What fills the rest is a quotient, which may be no finite decimal: divided once, at the end.
                gained = storage.capacity - stock
                filled += gained
            drawn = min(stock + gained, wanted)
            stock += gained - drawn
            gains += gained
            discharged.append(min(drawn, needed))
            released += drawn - discharged[-1]
    taken_in_all = Fraction(charged) + Fraction(filled) / Fraction(storage.efficiency)
    return discharged, StorageUse(storage.opening, taken_in_all, gains, decimals.total(discharged), released, stock)


def _charge_limits(storage: Storage, load: Series) -> list[Decimal | None]:
    """Return what may be charged in each interval, before losses; None where nothing limits it."""
    power = _per_interval(storage.charge_power, load)
    if storage.charged is None:
        return [power] * len(load.values)
    return [value if power is None else min(value, power) for value in known_values(storage.charged)]


def _draws(storage: Storage, load: Series, short: list[Decimal]) -> list[Decimal]:
    """Return what leaves storage where it holds so much: by its meter, or what is short up to its power."""
    if storage.discharged is not None:
        return list(known_values(storage.discharged))
    power = _per_interval(storage.discharge_power, load)
    return short if power is None else [min(needed, power) for needed in short]


def _per_interval(power: Decimal | None, load: Series) -> Decimal | None:
    if power is None:
        return None
    return decimals.product(power, decimals.exact(Fraction(load.minutes, _MINUTES_PER_HOUR)))
