"""A factor made ready to multiply: kg of each gas and kg CO2e per base unit of quantity, under a GWP set.

Here the one rounding before display happens: each value is rounded to 50 significant digits per base unit, once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from emission_factors import decimals, gases
from emission_factors.factors import Factor, GasBasis
from emission_factors.gases import GwpSet


class Flag(StrEnum):
    """What a reader of a number must know about it."""

    CO2_ONLY = "CO2_ONLY"
    """The factor gives CO2 only; other gases are missing, not zero."""
    GWP_SET_AS_PUBLISHED = "GWP_SET_AS_PUBLISHED"
    """The publisher gives one CO2e total, so it stays under the publisher's GWP set."""
    PROXY_REGION = "PROXY_REGION"
    """The factor is published for another region, which the basis names as proxy."""
    NEAREST_EARLIER_YEAR = "NEAREST_EARLIER_YEAR"
    """The factor's data year is before the activity's."""
    NO_RESIDUAL_MIX = "NO_RESIDUAL_MIX"
    """No residual mix is published for the market; the grid average stands in (Scope 2 Guidance, last rung)."""
    GWP_MISSING = "GWP_MISSING"
    """The GWP set gives no value for a gas of the line; its mass is shown, its CO2e is missing."""
    GAS_NOT_COUNTED = "GAS_NOT_COUNTED"
    """The regime counts none of its gases; their mass is shown outside the totals."""
    CONFLICTING_SOURCE = "CONFLICTING_SOURCE"
    """Copies of the published figure disagree; see the factor's note."""


@dataclass(frozen=True, slots=True)
class EffectiveFactor:
    """Per base unit of quantity: `masses` kg of each gas in the totals, `co2e` kg CO2e of each, `co2e_unsplit` the CO2e
    that the publisher does not split (rounding, or a total only), `outside` kg of gases outside the regime's groups,
    `biogenic` kg of biogenic CO2, `co2e_total` all CO2e inside the totals, added up once for thousands of lines.
    """

    masses: Mapping[str, Decimal]
    co2e: Mapping[str, Decimal]
    co2e_unsplit: Decimal
    outside: Mapping[str, Decimal]
    outside_co2e: Mapping[str, Decimal]
    biogenic: Decimal
    flags: frozenset[Flag]
    co2e_total: Decimal = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "co2e_total", decimals.total((*self.co2e.values(), self.co2e_unsplit)))


def effective(
    factor: Factor, ratio: Fraction, gwp_set: GwpSet, kyoto_groups: frozenset[str], only: Iterable[str] = ()
) -> EffectiveFactor:
    """Return a factor per base unit of quantity: each published value x `ratio` (factor units per base unit) x GWP.

    A factor printed in CO2e by gas keeps its printed total under its own GWP set; under another the mass of each gas is
    recovered with the publisher's GWP, and what the printed total holds beyond its gas parts stays as printed.
    `only` restricts to gas families, for a factor that complements another one.
    """
    families = frozenset(only)
    parts = [
        (name, value * ratio) for name, value in _mass_parts(factor) if not families or name.split("_")[0] in families
    ]
    unsplit = Fraction(0) if families else _unsplit(factor) * ratio
    is_as_published = factor.basis is GasBasis.CO2E_TOTAL and factor.gwp_set is not gwp_set
    flags = {Flag.GWP_SET_AS_PUBLISHED} if is_as_published else set()
    return _weighted(parts, unsplit, (factor.co2_biogenic or Fraction(0)) * ratio, gwp_set, kyoto_groups, flags)


def combined(main: EffectiveFactor, complement: EffectiveFactor) -> EffectiveFactor:
    """Return a factor completed by another that gives the gases it lacks; no gas may stand in both."""
    return EffectiveFactor(
        MappingProxyType({**main.masses, **complement.masses}),
        MappingProxyType({**main.co2e, **complement.co2e}),
        main.co2e_unsplit,
        MappingProxyType({**main.outside, **complement.outside}),
        MappingProxyType({**main.outside_co2e, **complement.outside_co2e}),
        main.biogenic,
        main.flags | complement.flags,
    )


def _mass_parts(factor: Factor) -> list[tuple[str, Fraction]]:
    """Return kg of each gas per factor unit, recovering masses from printed CO2e where need be."""
    if factor.basis is not GasBasis.CO2E_BY_GAS or factor.gwp_set is None:
        return list(factor.gases)
    printed_with = factor.gwp_set
    return [(name, value / Fraction(gases.gwp(name, printed_with).value)) for name, value in factor.gases]


def _unsplit(factor: Factor) -> Fraction:
    """Return the printed CO2e that no gas part accounts for; negative where rounded parts exceed the total."""
    if factor.co2e is None:
        return Fraction(0)
    if factor.basis is GasBasis.CO2E_BY_GAS:
        return factor.co2e - sum((value for _, value in factor.gases), Fraction(0))
    return factor.co2e


def _weighted(
    parts: list[tuple[str, Fraction]],
    unsplit: Fraction,
    biogenic: Fraction,
    gwp_set: GwpSet,
    kyoto_groups: frozenset[str],
    flags: set[Flag],
) -> EffectiveFactor:
    inside: dict[str, Decimal] = {}
    outside: dict[str, Decimal] = {}
    co2e: dict[str, Decimal] = {}
    outside_co2e: dict[str, Decimal] = {}
    for name, mass in parts:
        is_inside = gases.gas(name).kyoto_group in kyoto_groups
        (inside if is_inside else outside)[name] = decimals.rounded(mass)
        try:
            weight = Fraction(gases.gwp(name, gwp_set).value)
            (co2e if is_inside else outside_co2e)[name] = decimals.rounded(mass * weight)
        except gases.UnknownGwp:
            if is_inside:
                flags.add(Flag.GWP_MISSING)
    return EffectiveFactor(
        MappingProxyType(inside),
        MappingProxyType(co2e),
        decimals.rounded(unsplit),
        MappingProxyType(outside),
        MappingProxyType(outside_co2e),
        decimals.rounded(biogenic),
        frozenset(flags),
    )
