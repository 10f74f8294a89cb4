"""Emission targets: what a published method asks for in a year, and how far a company is on its way.

A target method is arithmetic; how fast it goes is a rate that a framework sets, changes between versions and cites. So
the rate is an argument here, with what each framework publishes in `RATES`. Emissions are in any one unit throughout.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from emission_factors import decimals
from emission_factors.activity_types import Method as Scope2Method
from emission_factors.activity_types import Scope

MOST_YEARS: Final = 100
"""Years a target may run; it keeps the compound rates, which are exact powers, small."""
_ROOTS: Final = Context(prec=decimals.FACTOR_DIGITS + 10, rounding=ROUND_HALF_EVEN)


class BadTarget(ValueError):
    """A target cannot be as stated; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Framework(StrEnum):
    """Whose rules a target follows, with their version."""

    SBTI_V1 = "SBTI_V1"
    """SBTi Corporate Net-Zero Standard V1.x with its near-term criteria."""
    SBTI_V2 = "SBTI_V2"
    """SBTi Corporate Net-Zero Standard V2.0 of 11 June 2026: scopes 1 and 2 apart. No rate of it is on record here."""
    OWN = "OWN"
    """The company's own policy, which states its rate and where it is written."""
    CHINA_DUAL_CONTROL = "CHINA_DUAL_CONTROL"
    """China's dual control of carbon: a five-year plan sets the cut of emissions per output (国办发〔2024〕39号)."""


class Ambition(StrEnum):
    """The warming a rate is compatible with."""

    ONE_POINT_FIVE = "ONE_POINT_FIVE"
    """1.5 degrees: what SBTi asks of scopes 1 and 2."""
    WELL_BELOW_TWO = "WELL_BELOW_TWO"
    """Well below 2 degrees: the least SBTi asks of scope 3."""


class TargetMethod(StrEnum):
    """How the value of the target year follows from the base year."""

    ABSOLUTE_CONTRACTION = "ABSOLUTE_CONTRACTION"
    """The same share of base year emissions less every year."""
    SECTORAL_DECARBONISATION = "SECTORAL_DECARBONISATION"
    """The intensity converges to that of its sector (SDA)."""
    ECONOMIC_INTENSITY = "ECONOMIC_INTENSITY"
    """Emissions per value added fall by the same percentage every year, compound (GEVA)."""
    OWN_PERCENTAGE = "OWN_PERCENTAGE"
    """Emissions fall by a share of the base value by the target year, as the company's or an authority's plan says."""
    INTENSITY_CUT = "INTENSITY_CUT"
    """Emissions per output fall by a share over a plan period, compound a year: dual control."""

    @property
    def metric(self) -> "Metric":
        """What a target by the method is measured in."""
        is_absolute = self in (TargetMethod.ABSOLUTE_CONTRACTION, TargetMethod.OWN_PERCENTAGE)
        return Metric.ABSOLUTE if is_absolute else Metric.INTENSITY

    @property
    def is_compound(self) -> bool:
        """Whether the same percentage falls every year, so that the way to the target is no straight line."""
        return self in (TargetMethod.ECONOMIC_INTENSITY, TargetMethod.INTENSITY_CUT)


class Metric(StrEnum):
    """What a target is measured in."""

    ABSOLUTE = "ABSOLUTE"
    """Emissions."""
    INTENSITY = "INTENSITY"
    """Emissions per unit of output or of value added."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A reduction per year as a fraction, and the document that sets it.

    `counts_from` is the year from which reductions count where the base year is later: a company that starts late still
    owes the years before. None where reductions count from the base year, whichever that is. Raises `BadTarget`.
    """

    annual: Decimal
    source: str
    counts_from: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.annual < 1:
            message = (
                f"the rate is {decimals.plain(self.annual)} a year; accepted is above 0 and below 1, such as 0.042"
            )
            raise BadTarget("rate", message)
        if not self.source.strip():
            raise BadTarget("source", "the rate names no document; accepted is where it is stated")


_NEAR_TERM: Final = "SBTi Corporate Near-term Criteria (V1.x of the Corporate Net-Zero Standard)"

RATES: Final[Mapping[tuple[Framework, TargetMethod, Ambition], Rate]] = MappingProxyType(
    {
        (Framework.SBTI_V1, TargetMethod.ABSOLUTE_CONTRACTION, Ambition.ONE_POINT_FIVE): Rate(
            Decimal("0.042"), f"{_NEAR_TERM}, absolute contraction, 1.5 degrees: 4.2 % a year, counted from 2020", 2020
        ),
        (Framework.SBTI_V1, TargetMethod.ABSOLUTE_CONTRACTION, Ambition.WELL_BELOW_TWO): Rate(
            Decimal("0.025"), f"{_NEAR_TERM}, absolute contraction, well below 2 degrees: 2.5 % a year"
        ),
        (Framework.SBTI_V1, TargetMethod.ECONOMIC_INTENSITY, Ambition.WELL_BELOW_TWO): Rate(
            Decimal("0.07"), f"{_NEAR_TERM}, greenhouse gases per value added (GEVA): 7 % a year, compound"
        ),
    }
)
"""What frameworks publish; the documents could not be opened again when it was written. A rate given replaces it."""


@dataclass(frozen=True, slots=True)
class Pathway:
    """Emission intensity of a sector: in the base year, in the target year and in 2050, in one unit, with its source.

    `market_share` is the company's share of the sector's output in the base year over that in the target year; 1 where
    it keeps its share, below 1 where it grows faster than the sector. Raises `BadTarget`.
    """

    base: Decimal
    target: Decimal
    final: Decimal
    source: str
    market_share: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if not 0 <= self.final <= self.target <= self.base or self.final == self.base:
            values = ", ".join(decimals.plain(value) for value in (self.base, self.target, self.final))
            raise BadTarget(
                "pathway", f"the sector's path is {values}; accepted is one that falls and is never below 0"
            )
        if self.market_share <= 0:
            message = f"the ratio of market shares is {decimals.plain(self.market_share)}; accepted is above 0"
            raise BadTarget("marketShare", message)
        if not self.source.strip():
            raise BadTarget("source", "the sector's path names no document; accepted is where it is published")


@dataclass(frozen=True, slots=True)
class Target:
    """A target: whose rules, which scopes, from what to what. `source` cites the rate or the sector's path.

    `scope_2_method` says which scope 2 total it is for, where scope 2 is in it (GHG Protocol Scope 2 Guidance, ch. 7).
    """

    framework: Framework
    method: TargetMethod
    scopes: frozenset[Scope]
    scope_2_method: Scope2Method | None
    base_year: int
    base_value: Decimal
    target_year: int
    value: Decimal
    source: str

    @property
    def reduction(self) -> Decimal:
        """Reduction from base year to target year as a fraction of the base value."""
        return decimals.rounded(1 - Fraction(self.value) / Fraction(self.base_value))

    def progress(self, current: Decimal) -> Decimal:
        """Return the part of the way gone: `(base - current) / (base - target)`; below 0 where emissions rose."""
        return progress(self.base_value, self.value, current)

    def value_in(self, year: int) -> Decimal:
        """Return what the way to the target asks for in a year, rounded to `decimals.FACTOR_DIGITS` digits.

        A straight line from base to target, `B + (T - B) (y - y0) / n`; for compound methods
        `B (T / B)^((y - y0) / n)`, whose root is rounded. Before the base year it is the base value, after the target
        year the target's.
        """
        years = self.target_year - self.base_year
        passed = min(max(year - self.base_year, 0), years)
        if passed in (0, years):
            return self.value if passed else self.base_value
        base, value = Fraction(self.base_value), Fraction(self.value)
        if not self.method.is_compound:
            return decimals.rounded(base + (value - base) * passed / years)
        left = _ROOTS.power(_quotient(value, base), _quotient(Fraction(passed), Fraction(years)))
        return decimals.rounded(base * Fraction(left))


@dataclass(frozen=True, slots=True)
class Starting:
    """What a target starts from; raises `BadTarget`."""

    framework: Framework
    scopes: frozenset[Scope]
    scope_2_method: Scope2Method | None
    base_year: int
    base_value: Decimal
    target_year: int

    def __post_init__(self) -> None:
        if not self.scopes or Scope.OUTSIDE in self.scopes:
            raise BadTarget("scopes", "a target is for one or more of scopes 1, 2 and 3")
        if (Scope.SCOPE_2 in self.scopes) != (self.scope_2_method is not None):
            raise BadTarget("scope2Method", "a target names its scope 2 method where scope 2 is in it, and only there")
        if self.base_value <= 0:
            raise BadTarget("baseValue", f"the base value is {decimals.plain(self.base_value)}; accepted is above 0")
        _accept_years(self.target_year - self.base_year, "targetYear")

    def reaching(self, method: TargetMethod, value: Fraction, source: str) -> Target:
        """Return the target of a value, rounded to `decimals.FACTOR_DIGITS` digits."""
        return Target(
            self.framework,
            method,
            self.scopes,
            self.scope_2_method,
            self.base_year,
            self.base_value,
            self.target_year,
            decimals.rounded(value),
            source,
        )


def published_rate(
    framework: Framework, method: TargetMethod, scopes: Iterable[Scope], ambition: Ambition | None = None
) -> Rate:
    """Return the rate a framework sets; raises `BadTarget` where none is on record.

    Without an ambition it is the least SBTi accepts: 1.5 degrees with scope 1 or 2 in it, well below 2 for scope 3, and
    for value added the one rate there is.
    """
    is_indirect = set(scopes) == {Scope.SCOPE_3} or method is TargetMethod.ECONOMIC_INTENSITY
    least = Ambition.WELL_BELOW_TWO if is_indirect else Ambition.ONE_POINT_FIVE
    found = RATES.get((framework, method, ambition or least))
    if found is None:
        known = ", ".join(" ".join(key) for key in RATES)
        message = (
            f"no rate of {framework} {method} {ambition or least} is on record; state one with its source, or take one "
            f"of {known}"
        )
        raise BadTarget("rate", message)
    return found


def absolute_contraction(starting: Starting, rate: Rate) -> Target:
    """Return a target by absolute contraction: `T = B (1 - rate * years)`, in the unit of the base value.

    Years run from the base year, or from `rate.counts_from` if that is earlier: with SBTi's 4.2 % from 2020, a target
    of 2030 is 42 % below the base year 2022 as it is below 2020. Raises `BadTarget` where nothing would be left.
    Source: SBTi Corporate Near-term Criteria, absolute contraction approach.
    """
    first = starting.base_year if rate.counts_from is None else min(starting.base_year, rate.counts_from)
    years = starting.target_year - first
    left = 1 - Fraction(rate.annual) * years
    if left < 0:
        message = f"{years} years at {decimals.plain(rate.annual)} take off more than all; give an earlier target year"
        raise BadTarget("targetYear", message)
    return starting.reaching(TargetMethod.ABSOLUTE_CONTRACTION, Fraction(starting.base_value) * left, rate.source)


def sectoral_decarbonisation(starting: Starting, pathway: Pathway) -> Target:
    """Return a target by the sectoral decarbonisation approach, an intensity in the unit of the pathway.

    `CI_y = d * p * m + SI_2050` with `d = CI_b - SI_2050` and `p = (SI_y - SI_2050) / (SI_b - SI_2050)`, for the
    company's intensity CI, the sector's SI and the ratio of market shares m. Source: SBTi, sectoral decarbonisation
    approach (2015), chapter 4.
    """
    final = Fraction(pathway.final)
    distance = Fraction(starting.base_value) - final
    if distance < 0:
        message = (
            f"the intensity of {decimals.plain(starting.base_value)} is below that of the sector in 2050, "
            f"{decimals.plain(pathway.final)}; there is nothing to converge to"
        )
        raise BadTarget("baseValue", message)
    part = (Fraction(pathway.target) - final) / (Fraction(pathway.base) - final)
    value = distance * part * Fraction(pathway.market_share) + final
    return starting.reaching(TargetMethod.SECTORAL_DECARBONISATION, value, pathway.source)


def economic_intensity(starting: Starting, rate: Rate) -> Target:
    """Return a target of emissions per value added: `T = B (1 - rate)^years`, in the unit of the base value.

    Source: SBTi, greenhouse gas emissions per unit of value added (GEVA).
    """
    years = starting.target_year - starting.base_year
    left = (1 - Fraction(rate.annual)) ** years
    return starting.reaching(TargetMethod.ECONOMIC_INTENSITY, Fraction(starting.base_value) * left, rate.source)


def own_percentage(starting: Starting, reduction: Decimal, source: str) -> Target:
    """Return a target by a reduction over all years that somebody decided: `T = B (1 - reduction)`. Raises `BadTarget`.

    Source: the plan or policy that `source` names.
    """
    return starting.reaching(
        TargetMethod.OWN_PERCENTAGE, Fraction(starting.base_value) * _left(reduction, source), source
    )


def intensity_cut(starting: Starting, cut: Decimal, source: str) -> Target:
    """Return a target of emissions per output that are cut over a plan period: `T = B (1 - cut)`. Raises `BadTarget`.

    A year it is `annual_cut`; what it means for the total `total_after` says. Source: dual control of carbon
    (国办发〔2024〕39号); the plan that sets the percentage is named by `source`.
    """
    _accept_cut(cut, starting.target_year - starting.base_year)
    return starting.reaching(TargetMethod.INTENSITY_CUT, Fraction(starting.base_value) * _left(cut, source), source)


def progress(base: Decimal, target: Decimal, current: Decimal) -> Decimal:
    """Return `(base - current) / (base - target)`: 0 at the base, 1 at the target, below 0 where emissions rose.

    Raises `BadTarget` where the target is the base, so that there is no way to go.
    """
    if base == target:
        raise BadTarget("value", f"base and target are both {decimals.plain(base)}; there is no way to go between them")
    return decimals.rounded((Fraction(base) - Fraction(current)) / (Fraction(base) - Fraction(target)))


def annual_cut(cut: Decimal, years: int) -> Decimal:
    """Return the cut a year that compounds to a cut over years: `1 - (1 - cut)^(1/years)`, all as fractions.

    The root is rounded to `decimals.FACTOR_DIGITS` digits. Source: China's dual control of carbon, where a five-year
    plan sets the cut of emissions per GDP (国办发〔2024〕39号). Raises `BadTarget`.
    """
    _accept_cut(cut, years)
    # A power of a decimal fraction is the one place that cannot be exact; ten spare digits keep the fiftieth right.
    left = _ROOTS.power(_ROOTS.subtract(1, cut), _ROOTS.divide(1, Decimal(years)))
    return decimals.rounded(1 - Fraction(left))


def total_after(base: Decimal, cut: Decimal, growth: Decimal, years: int) -> Decimal:
    """Return the total where emissions per output are cut and output grows: `base (1 - cut) (1 + growth)^years`.

    `cut` is over all years, `growth` a year, both fractions: an intensity may fall while the total rises. Rounded to
    `decimals.FACTOR_DIGITS` digits. Raises `BadTarget`.
    """
    _accept_cut(cut, years)
    if growth <= -1:
        raise BadTarget("growth", f"output grows by {decimals.plain(growth)} a year; accepted is above -1")
    return decimals.rounded(Fraction(base) * (1 - Fraction(cut)) * (1 + Fraction(growth)) ** years)


def _left(cut: Decimal, source: str) -> Fraction:
    """Return what a cut leaves; one of nothing is no target."""
    if not 0 < cut <= 1:
        raise BadTarget("cut", f"the cut is {decimals.plain(cut)}; accepted is above 0, up to 1, such as 0.17")
    if not source.strip():
        raise BadTarget("source", "the cut names no document; accepted is the plan or policy that sets it")
    return 1 - Fraction(cut)


def _quotient(one: Fraction, other: Fraction) -> Decimal:
    found = one / other
    return _ROOTS.divide(Decimal(found.numerator), Decimal(found.denominator))


def _accept_cut(cut: Decimal, years: int) -> None:
    if not 0 <= cut < 1:
        raise BadTarget("cut", f"the cut is {decimals.plain(cut)}; accepted is 0 or more and below 1, such as 0.17")
    _accept_years(years, "years")


def _accept_years(years: int, field: str) -> None:
    if not 0 < years <= MOST_YEARS:
        raise BadTarget(field, f"the target runs {years} years; accepted is 1 to {MOST_YEARS}, base year first")
