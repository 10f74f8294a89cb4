"""How much of something a company uses in a month: size, season, growth, change and chance, in exact integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from random import Random
from typing import Final

from api.demo.tables import Company, HourProfile, Level, changes, events, seasons
from api.demo.windows import Window, day_of

_MIDDLE: Final = 18
"""Months before the end at which a stream that grows is at its mean: the middle of the 36 months."""
_DIVISOR: Final = 100 * 1000 * 1200 * 100 * 1000
"""Turns the product of a size in percent, a season in permille, twelve hundredths of growth, a level in percent and a
chance in permille into a factor."""
_HOUR_NOISE: Final = 60
"""Permille by which one hour strays at most."""


@dataclass(frozen=True, slots=True)
class Dice:
    """Chance that depends on nothing but the seed and what it is thrown for, so that no order of work changes it."""

    seed: int

    def of(self, *what: object) -> Random:
        """Return the generator for one thing."""
        return Random("/".join(str(part) for part in (self.seed, *what)))  # noqa: S311  a demo, no secret


def month_steps(dice: Dice, company: Company, stream: Level, month: date, window: Window) -> int:
    """Return a month's quantity in steps of the last decimal, never less than 0."""
    months_back = window.months_back(month)
    change = changes().get((company.code, stream.code))
    level_percent = change.percent if change and months_back <= change.months_back else 100
    event = events().get((company.code, stream.code))
    if event and day_of(event[0], window) == month:
        level_percent = level_percent * event[1] // 100
    stray = stream.noise_percent * 10
    # One product of integers over one divisor, rounded once: twenty thousand of these are made.
    product: int = (
        stream.monthly.numerator
        * 10**stream.decimals
        * (company.staff * 100 if stream.per_head else company.size_percent)
        * seasons()[stream.season][month.month - 1]
        * (1200 + stream.growth_percent * (_MIDDLE - months_back))
        * level_percent
        * (1000 + dice.of(company.code, stream.code, month).randint(-stray, stray))
    )
    return max(0, (2 * product + _DIVISOR * stream.monthly.denominator) // (2 * _DIVISOR * stream.monthly.denominator))


def hour_steps(dice: Random, total: int, profile: HourProfile, days: Sequence[date]) -> list[int]:
    """Return the quantity of each hour of a month's days; they add up to `total` exactly, as a meter's readings do."""
    weights = [
        profile.weights[hour]
        * (profile.weekend_percent if day.weekday() >= 5 else 100)
        * (1000 + dice.randint(-_HOUR_NOISE, _HOUR_NOISE))
        for day in days
        for hour in range(24)
    ]
    passed = list(accumulate(weights, initial=0))
    return [total * after // passed[-1] - total * before // passed[-1] for before, after in pairwise(passed)]


def decimal_text(steps: int, decimals: int) -> str:
    """Return a quantity as text: 1250 steps of two decimals are `12.50`."""
    if not decimals:
        return str(steps)
    whole, part = divmod(steps, 10**decimals)
    return f"{whole}.{part:0{decimals}d}"
