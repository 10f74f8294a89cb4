"""Why two footprints differ: activity, factor, GWP, boundary and method effects that add up to exactly the difference.

A line is `quantity x factor x gwp x share`, and its difference is divided by the additive logarithmic mean Divisia
index (LMDI I), which leaves no residual:

    effect of x = L(E1, E0) ln(x1 / x0),   L(a, b) = (a - b) / ln(a / b),   L(a, a) = a

Source: B. W. Ang, "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33 (2005) 867-871.
Zeros and changes of sign take analytical limits (Ang and Liu, Energy Policy 35 (2007) 238-246 and 739-742), with one
convention of ours where several limits compete; `divided` states all rules. Logarithms are not exact: they are worked
out to `LOG_DIGITS` digits, an effect is rounded to `EFFECT_DIGITS`, and the first effect whose number changed (in the
order boundary, activity, factor, GWP) takes the rest, so that sums are exact to the digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from enum import StrEnum
from functools import lru_cache
from typing import Final

from emission_factors import decimals

EFFECT_DIGITS: Final = 30
"""Significant digits of an effect: enough for a nanogram (`decimals.SHOWN_PLACES`) of 10^15 t."""
LOG_DIGITS: Final = 2 * EFFECT_DIGITS
"""Digits of a logarithm: twice as many, as the ratio of two close numbers loses as many as it has noughts."""

_LOGS: Final = Context(prec=LOG_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_EFFECTS: Final = Context(
    prec=EFFECT_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_ZERO: Final = Decimal(0)


class Effect(StrEnum):
    """What a difference between two footprints comes from."""

    ACTIVITY = "ACTIVITY"
    """More or less was done, or a line appears or disappears."""
    FACTOR = "FACTOR"
    """A unit of activity emits another mass of gas."""
    GWP = "GWP"
    """A mass of gas counts for another mass of CO2e."""
    BOUNDARY = "BOUNDARY"
    """Another share of an operation is consolidated."""
    METHOD = "METHOD"
    """A line is worked out in another way, so that its numbers do not compare."""


class BadBridge(ValueError):
    """The lines of a footprint cannot be compared; the message names the key."""


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One line of a footprint: one gas of one inventory line of one source, at the grain the bridge shows.

    `quantity` in base units, `factor` in kg of gas per base unit, `gwp` in kg CO2e per kg, `share` consolidated.
    `method` is any text that differs where quantity and factor do not compare, such as the origin of the factor.
    `emission` is what the footprint counts, kg CO2e, where that is not the product to the last digit: a factor times
    its GWP is rounded once, before the quantity comes to it.
    """

    key: tuple[str, ...]
    quantity: Decimal
    factor: Decimal
    gwp: Decimal
    share: Decimal = Decimal(1)
    method: str = ""
    emission: Decimal | None = None

    @property
    def co2e(self) -> Decimal:
        """Return kg CO2e, exactly: what is counted where that is given, otherwise the product."""
        if self.emission is not None:
            return self.emission
        amount = decimals.product(self.quantity, self.factor)
        return decimals.product(decimals.product(amount, self.gwp), self.share)


@dataclass(frozen=True, slots=True)
class LineBridge:
    """One line's emissions before and after, kg CO2e, and its effects: `before + sum of effects = after`, exactly."""

    key: tuple[str, ...]
    before: Decimal
    after: Decimal
    effects: Mapping[Effect, Decimal]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two footprints, kg CO2e, and what leads from one to the other: `before + sum of effects = after`, exactly."""

    before: Decimal
    after: Decimal
    effects: Mapping[Effect, Decimal]
    lines: tuple[LineBridge, ...]


def bridge(before: Iterable[BridgeLine], after: Iterable[BridgeLine]) -> Bridge:
    """Return what leads from one footprint to another, in total and line by line, lines in the order of their keys.

    Every effect is there, zero where nothing is due to it. Raises `BadBridge` where a key comes twice in a footprint.
    """
    first, second = _by_key(before), _by_key(after)
    keys = sorted(first.keys() | second.keys())
    lines = tuple(divided(first.get(key), second.get(key)) for key in keys)
    effects = {effect: decimals.total(line.effects[effect] for line in lines) for effect in Effect}
    return Bridge(
        before=decimals.total(line.before for line in lines),
        after=decimals.total(line.after for line in lines),
        effects=effects,
        lines=lines,
    )


def divided(before: BridgeLine | None, after: BridgeLine | None) -> LineBridge:
    """Return the effects of one line, None where the footprint does not have it.

    The first rule that fits decides:

    1. A line that one footprint does not have is activity.
    2. Where the methods differ, all is method.
    3. Where emissions are zero on one side, all is due to the number that is zero there. If several are, to the share
       before the quantity, the factor and the GWP: what is outside the boundary is not asked how much it was.
    4. Where emissions change their sign, or two numbers do, all is due to the first number that does, in that order.
    5. Otherwise the logarithmic mean divides; what differs by rounding alone is factor.

    Raises `BadBridge` where neither footprint has the line, or the keys differ.
    """
    key = _key(before, after)
    start, end = before.co2e if before else _ZERO, after.co2e if after else _ZERO
    difference = decimals.EXACT.subtract(end, start)
    if before is None or after is None:
        effects = {Effect.ACTIVITY: difference}
    elif before.method != after.method:
        effects = {Effect.METHOD: difference}
    elif limit := _limit(before, after):
        effects = {limit: difference}
    else:
        effects = _logarithmic(before, after, difference)
    return LineBridge(key, start, end, {effect: effects.get(effect, _ZERO) for effect in Effect})


def logarithmic_mean(first: Decimal, second: Decimal) -> Decimal:
    """Return `L(a, b) = (a - b) / ln(a / b)` to `LOG_DIGITS` digits, for two numbers of one sign, not zero.

    >>> format(logarithmic_mean(Decimal("4198.05"), Decimal("3962.70")), ".6f")
    '4079.243529'
    """
    if first == second:
        return first
    return _LOGS.divide(_LOGS.subtract(first, second), _log_ratio(first, second))


def _numbers(line: BridgeLine) -> Sequence[tuple[Effect, Decimal]]:
    """Return the numbers whose product a line is; the order decides between limits."""
    return (
        (Effect.BOUNDARY, line.share),
        (Effect.ACTIVITY, line.quantity),
        (Effect.FACTOR, line.factor),
        (Effect.GWP, line.gwp),
    )


def _limit(before: BridgeLine, after: BridgeLine) -> Effect | None:
    """Return the effect to which a limit gives the whole difference, or None where the logarithms exist."""
    pairs = [(effect, old, new) for (effect, old), (_, new) in zip(_numbers(before), _numbers(after), strict=True)]
    for effect, old, new in pairs:
        if old == 0 or new == 0:
            return effect
    return next((effect for effect, old, new in pairs if (old < 0) != (new < 0)), None)


def _logarithmic(before: BridgeLine, after: BridgeLine, difference: Decimal) -> dict[Effect, Decimal]:
    pairs = zip(_numbers(before), _numbers(after), strict=True)
    changed = [(effect, old, new) for (effect, old), (_, new) in pairs if old != new]
    if len(changed) <= 1:
        return {changed[0][0] if changed else Effect.FACTOR: difference}
    mean = logarithmic_mean(after.co2e, before.co2e)
    effects = {effect: _EFFECTS.multiply(mean, _log_ratio(new, old)) for effect, old, new in changed[1:]}
    rest = decimals.EXACT.subtract(difference, decimals.total(effects.values()))
    return {changed[0][0]: rest, **effects}


def _log_ratio(over: Decimal, under: Decimal) -> Decimal:
    return _log(_LOGS.divide(over, under))


@lru_cache(maxsize=16384)  # many lines share the change of one factor, GWP or share, and a logarithm is slow
def _log(ratio: Decimal) -> Decimal:
    return _LOGS.ln(ratio)


def _key(before: BridgeLine | None, after: BridgeLine | None) -> tuple[str, ...]:
    keys = {line.key for line in (before, after) if line}
    if len(keys) != 1:
        raise BadBridge(f"lines of {sorted(keys)} do not compare; accepted are two lines of one key")
    return keys.pop()


def _by_key(lines: Iterable[BridgeLine]) -> Mapping[tuple[str, ...], BridgeLine]:
    found: dict[tuple[str, ...], BridgeLine] = {}
    for line in lines:
        if line.key in found:
            raise BadBridge(f"the line {' / '.join(line.key)} comes twice in one footprint; accepted is once")
        found[line.key] = line
    return found
