"""What a quantity emits: gases, CO2e, biogenic CO2, kept apart and exactly summable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from accounting.effective import EffectiveFactor
from emission_factors import decimals

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Kilograms. `gases` mass by gas inside the totals; `co2e` CO2e inside the totals, `co2e_by_gas` its split and
    `co2e_unsplit` the rest; `outside` masses and `outside_co2e` of gases outside the groups; `biogenic` CO2.
    """

    co2e: Decimal = ZERO
    gases: Mapping[str, Decimal] = field(default_factory=dict)
    co2e_by_gas: Mapping[str, Decimal] = field(default_factory=dict)
    co2e_unsplit: Decimal = ZERO
    outside: Mapping[str, Decimal] = field(default_factory=dict)
    outside_co2e: Mapping[str, Decimal] = field(default_factory=dict)
    biogenic: Decimal = ZERO


NOTHING: Final = Amounts()
"""The sum of no amounts."""


def emitted(quantity: Decimal, factor: EffectiveFactor, sign: int = 1) -> Amounts:
    """Return quantity (base units) x factor (kg per base unit), exactly; `sign` -1 reduces a balance."""
    signed = quantity if sign > 0 else quantity.copy_negate()  # a minus would round to the context's 28 digits
    return Amounts(
        co2e=decimals.product(signed, factor.co2e_total),
        gases=_times(signed, factor.masses),
        co2e_by_gas=_times(signed, factor.co2e),
        co2e_unsplit=decimals.product(signed, factor.co2e_unsplit),
        outside=_times(signed, factor.outside),
        outside_co2e=_times(signed, factor.outside_co2e),
        biogenic=decimals.product(signed, factor.biogenic),
    )


def added(parts: Iterable[Amounts]) -> Amounts:
    """Return the exact sum, gas by gas."""
    found = list(parts)
    if len(found) <= 1:
        return found[0] if found else NOTHING
    return Amounts(
        co2e=decimals.total(part.co2e for part in found),
        gases=_merged(part.gases for part in found),
        co2e_by_gas=_merged(part.co2e_by_gas for part in found),
        co2e_unsplit=decimals.total(part.co2e_unsplit for part in found),
        outside=_merged(part.outside for part in found),
        outside_co2e=_merged(part.outside_co2e for part in found),
        biogenic=decimals.total(part.biogenic for part in found),
    )


def _times(quantity: Decimal, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: decimals.product(quantity, value) for name, value in values.items()}


def _merged(parts: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        for name, value in part.items():
            sums[name] = decimals.EXACT.add(sums[name], value) if name in sums else value
    return sums
