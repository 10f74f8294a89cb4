"""What a quantity emits: gases, CO2e, biogenic CO2, kept apart and exactly summable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

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

Term = tuple[Decimal, EffectiveFactor]
"""A quantity in base units, negative where it reduces a balance, and its factor."""


class Emitted(Amounts):
    """The sum of quantities times factors, exactly; each amount is worked out when it is asked for.

    A total over a thousand lines of a few dozen factors is a few dozen products, and of an amount nobody asks for none.
    """

    __slots__ = ("_found", "_terms")

    def __init__(self, terms: Iterable[Term]) -> None:
        object.__setattr__(self, "_terms", tuple(terms))
        object.__setattr__(self, "_found", {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amounts) and all(getattr(self, name) == getattr(other, name) for name in _NAMES)

    __hash__ = None  # type: ignore[assignment]  # amounts hold mappings

    def __repr__(self) -> str:
        return f"Emitted({', '.join(f'{name}={getattr(self, name)!r}' for name in _NAMES)})"

    @property
    def terms(self) -> tuple[Term, ...]:
        """Quantities with their factors."""
        return self._terms  # type: ignore[attr-defined, no-any-return]

    def amount(self, name: str) -> Any:
        """Return one of the amounts by the name of its field."""
        found = self._found  # type: ignore[attr-defined]
        if name not in found:
            found[name] = _summed(self._by_factor(), *_OF_FACTOR[name])
        return found[name]

    def _by_factor(self) -> Iterable[Term]:
        if len(self.terms) == 1:
            return self.terms
        sums: dict[int, Term] = {}
        for quantity, factor in self.terms:
            before = sums.get(id(factor))
            sums[id(factor)] = (decimals.EXACT.add(before[0], quantity) if before else quantity, factor)
        return sums.values()


def emitted(quantity: Decimal, factor: EffectiveFactor, sign: int = 1) -> Amounts:
    """Return quantity (base units) x factor (kg per base unit), exactly; `sign` -1 reduces a balance."""
    # A minus before the quantity would round to the context's 28 digits.
    return Emitted([(quantity if sign > 0 else quantity.copy_negate(), factor)])


def added(parts: Iterable[Amounts]) -> Amounts:
    """Return the exact sum, gas by gas."""
    found = list(parts)
    if len(found) <= 1:
        return found[0] if found else NOTHING
    terms = [part.terms for part in found if isinstance(part, Emitted)]
    if len(terms) == len(found):
        return Emitted(chain.from_iterable(terms))
    return Amounts(
        co2e=decimals.total(part.co2e for part in found),
        gases=_merged(part.gases for part in found),
        co2e_by_gas=_merged(part.co2e_by_gas for part in found),
        co2e_unsplit=decimals.total(part.co2e_unsplit for part in found),
        outside=_merged(part.outside for part in found),
        outside_co2e=_merged(part.outside_co2e for part in found),
        biogenic=decimals.total(part.biogenic for part in found),
    )


def _summed(terms: Iterable[Term], name: str, is_by_gas: bool) -> Decimal | dict[str, Decimal]:
    """Return the sum of one value of the factors, or of each gas's."""
    if is_by_gas:
        return _merged(_times(quantity, getattr(factor, name)) for quantity, factor in terms)
    return decimals.total(decimals.product(quantity, getattr(factor, name)) for quantity, factor in terms)


def _times(quantity: Decimal, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: decimals.product(quantity, value) for name, value in values.items()}


def _merged(parts: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        for name, value in part.items():
            sums[name] = decimals.EXACT.add(sums[name], value) if name in sums else value
    return sums


_OF_FACTOR: Final[Mapping[str, tuple[str, bool]]] = MappingProxyType(
    {
        "co2e": ("co2e_total", False),
        "gases": ("masses", True),
        "co2e_by_gas": ("co2e", True),
        "co2e_unsplit": ("co2e_unsplit", False),
        "outside": ("outside", True),
        "outside_co2e": ("outside_co2e", True),
        "biogenic": ("biogenic", False),
    }
)
"""Amount -> the factor's value that it is a multiple of, and whether that is one by gas."""
_NAMES: Final = tuple(_OF_FACTOR)


def _read(name: str) -> property:
    return property(lambda amounts: amounts.amount(name))


for _name in _NAMES:  # in place of the fields, which would have to be filled when the sum is made
    setattr(Emitted, _name, _read(_name))
