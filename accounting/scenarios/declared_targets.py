"""Targets as they are kept: whose rules, of what, from which base, and the basis that figures of it are computed on.

The base value is stated with its source, or left to the ledger: the footprint of the base year on the basis kept here,
as it is known whenever it is asked. Values are t CO2e, or t CO2e per unit of the denominator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from accounting.change.base_year_declarations import ScopeMasses
from accounting.change.denominators import Wanted, unit_of
from accounting.change.intensity import BadDenominator, Denominator
from accounting.consolidation import Approach
from accounting.declarations import DeclarationKind
from accounting.regimes import REGIMES, RegimeCode
from accounting.scenarios import targets
from accounting.scenarios.targets import (
    Ambition,
    BadTarget,
    Framework,
    Metric,
    Pathway,
    Rate,
    Starting,
    Target,
    TargetMethod,
    published_rate,
)
from emission_factors import decimals
from emission_factors.activity_types import Method as Scope2Method
from emission_factors.activity_types import Scope
from emission_factors.gases import GwpSet

LONGEST_TEXT: Final = 400
"""Characters a name or the name of a document may have."""


class TargetStatus(StrEnum):
    """How binding a target is."""

    PROPOSED = "PROPOSED"
    """Under discussion."""
    ADOPTED = "ADOPTED"
    """Decided by the company or set for it by an authority."""
    VALIDATED = "VALIDATED"
    """Validated by the framework, such as by SBTi."""
    ENDED = "ENDED"
    """Replaced or given up; its progress is still shown."""


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A rate of its own with its source, or the framework's of an ambition."""

    ambition: Ambition | None = None
    annual: Decimal | None = None
    source: str = ""
    counts_from: int | None = None

    def rate(self, starting: Starting, method: TargetMethod) -> Rate:
        """Return the rate; raises `BadTarget`."""
        if self.annual is None:
            return published_rate(starting.framework, method, starting.scopes, self.ambition)
        return Rate(self.annual, self.source, self.counts_from)


@dataclass(frozen=True, slots=True)
class StatedCut:
    """A cut from base to target year as a fraction, and the document that sets it. Of an intensity, `growth` of output
    a year and the total of the base year say what it means for the total.
    """

    cut: Decimal
    source: str
    growth: Decimal | None = None
    base_total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StatedMethod:
    """How the value of the target year follows; exactly one part is given. Raises `BadTarget`."""

    absolute_contraction: StatedRate | None = None
    sectoral_decarbonisation: Pathway | None = None
    economic_intensity: StatedRate | None = None
    own_percentage: StatedCut | None = None
    intensity_cut: StatedCut | None = None

    def __post_init__(self) -> None:
        given = [one.name for one in fields(self) if getattr(self, one.name) is not None]
        if len(given) != 1:
            raise BadTarget("method", f"a target has {', '.join(given) or 'no method'}; accepted is exactly one")

    @property
    def kind(self) -> TargetMethod:
        """Which method it is."""
        return next(kind for name, kind in _KINDS.items() if getattr(self, name) is not None)

    def target(self, starting: Starting) -> Target:
        """Return the target; raises `BadTarget`."""
        if self.absolute_contraction:
            return targets.absolute_contraction(starting, self.absolute_contraction.rate(starting, self.kind))
        if self.economic_intensity:
            return targets.economic_intensity(starting, self.economic_intensity.rate(starting, self.kind))
        if self.sectoral_decarbonisation:
            return targets.sectoral_decarbonisation(starting, self.sectoral_decarbonisation)
        if self.own_percentage:
            return targets.own_percentage(starting, self.own_percentage.cut, self.own_percentage.source)
        assert self.intensity_cut is not None  # noqa: S101  exactly one is given
        return targets.intensity_cut(starting, self.intensity_cut.cut, self.intensity_cut.source)


_KINDS: Final[Mapping[str, TargetMethod]] = {
    "absolute_contraction": TargetMethod.ABSOLUTE_CONTRACTION,
    "sectoral_decarbonisation": TargetMethod.SECTORAL_DECARBONISATION,
    "economic_intensity": TargetMethod.ECONOMIC_INTENSITY,
    "own_percentage": TargetMethod.OWN_PERCENTAGE,
    "intensity_cut": TargetMethod.INTENSITY_CUT,
}


@dataclass(frozen=True, slots=True)
class PinnedBasis:
    """The basis of a target. Release and day of publication are of the base year's figure; what is emitted later is
    computed on the same regime, GWP set, approach and proxy regions with factors of its own time.
    """

    regime: RegimeCode
    gwp_set: GwpSet
    release: int
    approach: Approach | None
    proxies: tuple[str, ...]
    published_by: date | None


@dataclass(frozen=True, slots=True)
class PerUnit:
    """What an intensity is per: `product` of OUTPUT, otherwise empty."""

    denominator: Denominator
    product: str
    unit: str

    def wanted(self) -> Wanted:
        """Return the denominator to ask for."""
        return Wanted(self.denominator, self.product, self.unit, None)


@dataclass(frozen=True, slots=True)
class DeclaredTarget:
    """A target of a tenant, or of the park that it operates. Raises `BadTarget`.

    `code` is the tenant's own name of it; declared again it is the next version. `base_value` is None where the ledger
    says it, otherwise `base_source` names what does; `per` stands where the method gives an intensity.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.TARGET

    code: str
    name_en: str
    name_zh: str
    is_of_park: bool
    status: TargetStatus
    framework: Framework
    scopes: tuple[Scope, ...]
    scope_2_method: Scope2Method | None
    base_year: int
    base_value: Decimal | None
    base_source: str
    basis: PinnedBasis
    target_year: int
    method: StatedMethod
    per: PerUnit | None

    def __post_init__(self) -> None:
        if not self.code.strip():
            raise BadTarget("code", "the target has no code; accepted is a short name of your own")
        for field, text in _texts(self):
            if len(text) > LONGEST_TEXT or "\x00" in text:
                message = f"{text[:40]!r} is not accepted: at most {LONGEST_TEXT} characters, without NUL"
                raise BadTarget(field, message)
        if self.scopes != tuple(sorted(set(self.scopes))):
            raise BadTarget("scopes", f"the scopes are {', '.join(self.scopes)}; accepted is each once, in order")
        if not 1990 <= self.base_year <= 2100:
            raise BadTarget("baseYear", f"the base year is {self.base_year}; accepted is 1990 to 2100")
        if self.base_value is not None and not self.base_source.strip():
            raise BadTarget("baseSource", "the base value names no document; leave it out to compute it")
        _check_regime(self)
        _check_per(self)
        self.target(self._supposed())

    @property
    def subject(self) -> str:
        """The code."""
        return self.code

    @property
    def metric(self) -> Metric:
        """What it is measured in."""
        return self.method.kind.metric

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return f"t CO2e/{self.per.unit}" if self.per else "t CO2e"

    def target(self, base_value: Decimal) -> Target:
        """Return the target from a base value in `unit`; raises `BadTarget`."""
        scopes = frozenset(self.scopes)
        starting = Starting(self.framework, scopes, self.scope_2_method, self.base_year, base_value, self.target_year)
        return self.method.target(starting)

    def of(self, masses: ScopeMasses) -> Decimal:
        """Return t CO2e of the target's scopes; raises `BadTarget` where the regime does not report one of them."""
        parts = {Scope.SCOPE_1: masses.scope_1, Scope.SCOPE_2: masses.scope_2_location, Scope.SCOPE_3: masses.scope_3}
        if self.scope_2_method is Scope2Method.MARKET:
            parts[Scope.SCOPE_2] = masses.scope_2_market
        found = [parts[scope] for scope in self.scopes]
        if None in found:
            raise BadTarget("scopes", f"figures of {', '.join(self.scopes)} are not all reported under their regime")
        return decimals.total(mass for mass in found if mass is not None).scaleb(-3, decimals.EXACT)

    def _supposed(self) -> Decimal:
        """Return the base value, where the ledger says it one that every method takes."""
        pathway = self.method.sectoral_decarbonisation
        if self.base_value is not None:
            return self.base_value
        return pathway.base if pathway else Decimal(1)


def _texts(target: DeclaredTarget) -> tuple[tuple[str, str], ...]:
    names = (("code", target.code), ("nameEn", target.name_en), ("nameZh", target.name_zh))
    return (*names, ("baseSource", target.base_source))


def _check_regime(target: DeclaredTarget) -> None:
    """Raise `BadTarget` for scopes that the regime does not report."""
    regime = REGIMES[target.basis.regime]
    wrong = [scope for scope in target.scopes if scope not in regime.scopes]
    if wrong:
        raise BadTarget("scopes", f"{regime.code} does not report {wrong[0]}; accepted are {', '.join(regime.scopes)}")
    if target.scope_2_method is Scope2Method.MARKET and not regime.has_market_based:
        raise BadTarget("scope2Method", f"{regime.code} has no market-based total; accepted is LOCATION")


def _check_per(target: DeclaredTarget) -> None:
    is_intensity = target.metric is Metric.INTENSITY
    if is_intensity != (target.per is not None):
        accepted = "name the denominator" if is_intensity else "leave it out"
        raise BadTarget("per", f"{target.method.kind} is measured in {target.metric}; {accepted}")
    if target.per is None:
        return
    try:
        unit = unit_of(target.per.denominator, target.per.unit)
        target.per.wanted()
    except BadDenominator as error:
        raise BadTarget(f"per.{error.field}", str(error)) from None
    if unit != target.per.unit:
        raise BadTarget("per.unit", f"{target.per.unit!r} is written {unit!r}")
