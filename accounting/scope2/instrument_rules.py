"""What each regime asks of a contractual instrument, as data: kinds, proofs, cancellation, quality criteria, vintage.

Regimes contradict each other about green power (one counts a certificate at zero, the other at the grid average), so
the rules are an argument of the matching. Clauses: `source` of each value. A month is the date of its first day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.regimes import RegimeCode
from accounting.scope2.instruments import Attribute, Criterion, EnergyCarrier, EvidenceKind, Instrument, Kind, LoadKind


class Level(StrEnum):
    """The rung of the market-based hierarchy on which an instrument stands; what none covers takes the residual mix."""

    SOURCE = "SOURCE"
    """The source itself: direct line, own generation."""
    CERTIFICATE = "CERTIFICATE"
    """Energy attribute certificates, alone or with the power."""
    CONTRACT = "CONTRACT"
    """Contracts without certificates."""
    SUPPLIER_RATE = "SUPPLIER_RATE"
    """A supplier's product rate."""


LEVELS: Final = MappingProxyType(
    {
        Kind.DIRECT_SUPPLY: Level.SOURCE,
        Kind.SELF_USE: Level.SOURCE,
        Kind.GEC: Level.CERTIFICATE,
        Kind.OTHER_CERTIFICATE: Level.CERTIFICATE,
        Kind.GREEN_POWER_TRADE: Level.CERTIFICATE,
        Kind.POWER_PURCHASE_AGREEMENT: Level.CONTRACT,
        Kind.SUPPLIER_RATE: Level.SUPPLIER_RATE,
    }
)
"""Kind -> rung, highest precision first (GHG Protocol Scope 2 Guidance ch. 6, market-based hierarchy)."""

COVERS: Final = MappingProxyType(
    {
        Kind.DIRECT_SUPPLY: (LoadKind.DIRECT_LINE,),
        Kind.SELF_USE: (LoadKind.OWN_GENERATION,),
        # No rung below covers what a line or a roof lost by selling its attributes, so certificates go there first.
        Kind.GEC: (LoadKind.OWN_GENERATION, LoadKind.DIRECT_LINE, LoadKind.GRID),
        Kind.OTHER_CERTIFICATE: (LoadKind.OWN_GENERATION, LoadKind.DIRECT_LINE, LoadKind.GRID),
        Kind.GREEN_POWER_TRADE: (LoadKind.GRID,),
        Kind.POWER_PURCHASE_AGREEMENT: (LoadKind.GRID,),
        Kind.SUPPLIER_RATE: (LoadKind.GRID,),
    }
)
"""Kind -> the loads it can cover, in the order in which it does."""


@dataclass(frozen=True, slots=True)
class VintageRule:
    """Which months of consumption a month of generation may be claimed for.

    `valid_months` counts from the month of generation, that month included; 0 admits the months of generation alone.
    `in_year` also admits consumption earlier in the calendar year of generation (annual matching). Output before
    `extended[0]` stays valid to the end of `extended[1]`. From the year `same_year_from` on, consumption takes
    generation of its own calendar year only. `is_ahead` admits consumption after the month of cancellation.
    """

    source: str
    valid_months: int
    in_year: bool = False
    extended: tuple[date, date] | None = None
    same_year_from: int | None = None
    is_ahead: bool = False

    def expires(self, generated: date) -> date:
        """Return the last month in which output of a month is valid."""
        last = _later(generated, max(self.valid_months, 1) - 1)
        if self.extended is not None and generated < self.extended[0]:
            return max(last, self.extended[1])
        return last

    def months(self, claim: Instrument) -> tuple[date, date]:
        """Return the first and the last month of consumption admitted; no month where the first is after the last.

        An instrument over several months is as old as its first and as young as its last.
        """
        if self.valid_months == 0:
            return claim.first_month, claim.last_month
        first = date(claim.last_month.year, 1, 1) if self.in_year else claim.last_month
        return first, min(self._last_months(claim))

    def _last_months(self, claim: Instrument) -> list[date]:
        found = [self.expires(claim.first_month)]
        if self.same_year_from is not None:
            found.append(date(max(claim.first_month.year, self.same_year_from - 1), 12, 1))
        if claim.cancellation is not None and not self.is_ahead:
            found.append(claim.cancellation.on.replace(day=1))
        return found


@dataclass(frozen=True, slots=True)
class InstrumentRules:
    """One regime's rules.

    `admitted` are the kinds that count at all, `cancelled` those of them that must be cancelled by number, `proofs` the
    sets of evidence of which one must be complete (at least one document is always asked for), `criteria` the quality
    criteria by kind. `is_zero` counts what is admitted at zero; otherwise it counts at its own rate.
    """

    regime: RegimeCode
    source: str
    carriers: frozenset[EnergyCarrier]
    attributes: frozenset[Attribute]
    admitted: frozenset[Kind]
    cancelled: frozenset[Kind]
    proofs: Mapping[Kind, tuple[frozenset[EvidenceKind], ...]]
    criteria: Mapping[Kind, tuple[Criterion, ...]]
    vintages: Mapping[Kind, VintageRule]
    is_zero: bool


class Technology(StrEnum):
    """How power is generated, as far as the tradability of its certificates depends on it."""

    WIND = "WIND"
    """Wind."""
    SOLAR = "SOLAR"
    """Solar, distributed included."""
    BIOMASS = "BIOMASS"
    """Biomass."""
    GEOTHERMAL = "GEOTHERMAL"
    """Geothermal."""
    OCEAN = "OCEAN"
    """Ocean energy."""
    HYDRO = "HYDRO"
    """Conventional hydropower."""


_TRADABLE_HYDRO_FROM: Final = date(2023, 1, 1)


def is_tradable(technology: Technology, commissioned: date, is_self_use: bool, is_fully_market: bool) -> bool:
    """Return whether a GEC may be traded: grid-fed, and of hydropower only if fully marketed and new.

    `is_fully_market` says that all of a hydropower plant's output is sold on the market; it matters for hydropower
    alone, and so does `commissioned`, from 2023-01-01 on. Source: 国能发新能规〔2024〕67号.
    """
    if is_self_use:
        return False
    return technology is not Technology.HYDRO or (is_fully_market and commissioned >= _TRADABLE_HYDRO_FROM)


def _later(month: date, count: int) -> date:
    years, rest = divmod(month.month - 1 + count, 12)
    return date(month.year + years, rest + 1, 1)


_AS_DELIVERED: Final = VintageRule("as delivered: the months of generation", 0)
_GEC: Final = VintageRule(
    "国能发新能规〔2024〕67号: two years from the month of generation, that month included; before 2024 to end 2025",
    24,
    in_year=True,
    extended=(date(2024, 1, 1), date(2025, 12, 1)),
)
_OTHER: Final = VintageRule(
    "GHG Protocol Scope 2 Guidance table 7.1 (4): as close as possible; for want of a number the months after which a "
    "guarantee of origin expires (Directive (EU) 2018/2001 art. 19(3))",
    18,
    in_year=True,
)
VINTAGES: Final = MappingProxyType(
    {
        Kind.GEC: _GEC,
        Kind.GREEN_POWER_TRADE: _GEC,
        Kind.OTHER_CERTIFICATE: _OTHER,
        Kind.POWER_PURCHASE_AGREEMENT: _OTHER,
        Kind.DIRECT_SUPPLY: _AS_DELIVERED,
        Kind.SELF_USE: _AS_DELIVERED,
        Kind.SUPPLIER_RATE: _AS_DELIVERED,
    }
)
"""Kind -> how long it is good; the regimes agree."""

_ALL: Final = (
    Criterion.CONVEYS_RATE,
    Criterion.ONLY_CLAIM,
    Criterion.RETIRED,
    Criterion.NEAR_CONSUMPTION,
    Criterion.SAME_MARKET,
)
_OF_SUPPLIERS: Final = (*_ALL, Criterion.AS_DELIVERED, Criterion.RESIDUAL_MIX)
_OF_DIRECT: Final = (*_ALL, Criterion.ALL_ATTRIBUTES, Criterion.RESIDUAL_MIX)
_OF_OTHERS: Final = (*_ALL, Criterion.RESIDUAL_MIX)
_CRITERIA: Final = MappingProxyType(
    {
        Kind.GEC: _OF_OTHERS,
        Kind.OTHER_CERTIFICATE: _OF_OTHERS,
        Kind.GREEN_POWER_TRADE: _OF_OTHERS,
        Kind.POWER_PURCHASE_AGREEMENT: _OF_DIRECT,
        Kind.DIRECT_SUPPLY: _OF_DIRECT,
        Kind.SELF_USE: _OF_DIRECT,
        Kind.SUPPLIER_RATE: _OF_SUPPLIERS,
    }
)
"""Criteria 1 to 5 and 8 are asked of all, 6 of a supplier's rate, 7 of direct purchase and on-site generation."""

_CONTRACT: Final = frozenset({EvidenceKind.CONTRACT, EvidenceKind.SETTLEMENT})
_CERTIFICATE: Final = frozenset({EvidenceKind.CERTIFICATE})
_METERED: Final = frozenset({EvidenceKind.METER_RECORD})
_PROOFS: Final = MappingProxyType(
    {
        Kind.GEC: (_CERTIFICATE,),
        Kind.GREEN_POWER_TRADE: (_CONTRACT, _CERTIFICATE),
        Kind.DIRECT_SUPPLY: (_CONTRACT, _CERTIFICATE),
        Kind.SELF_USE: (_METERED,),
    }
)
"""GB/T 32151.34-2024 appendix D: contract and settlement, or GEC; for self-use monthly meter records."""


def _voluntary(regime: RegimeCode, source: str) -> InstrumentRules:
    return InstrumentRules(
        regime,
        source,
        frozenset(EnergyCarrier),
        frozenset(Attribute),
        frozenset(Kind),
        frozenset({Kind.GEC, Kind.OTHER_CERTIFICATE, Kind.GREEN_POWER_TRADE}),
        MappingProxyType({}),
        _CRITERIA,
        VINTAGES,
        is_zero=False,
    )


def _national(regime: RegimeCode, source: str, admitted: frozenset[Kind]) -> InstrumentRules:
    return InstrumentRules(
        regime,
        source,
        frozenset({EnergyCarrier.ELECTRICITY}),
        frozenset({Attribute.NON_FOSSIL, Attribute.FOSSIL_SELF}),
        admitted,
        frozenset({Kind.GEC}),
        _PROOFS,
        MappingProxyType({}),
        VINTAGES,
        is_zero=True,
    )


_GREEN: Final = frozenset({Kind.DIRECT_SUPPLY, Kind.SELF_USE, Kind.GEC, Kind.GREEN_POWER_TRADE})

RULES: Final = MappingProxyType(
    {
        rules.regime: rules
        for rules in (
            _voluntary(RegimeCode.GHG_PROTOCOL, "GHG Protocol Scope 2 Guidance ch. 6-7, table 7.1"),
            _voluntary(RegimeCode.ISO_14064_1, "ISO 14064-1:2018 annex E, by the criteria of the Scope 2 Guidance"),
            _national(
                RegimeCode.GBT_32150_2025,
                "GB/T 32151.34-2024 appendix D: non-fossil power at zero only with evidence (appendix B of GB/T "
                "32150-2025 was not seen)",
                _GREEN,
            ),
            _national(
                RegimeCode.NDRC_OTHER_2015,
                "NDRC guide for other industries, 2015: net purchased electricity counts, and no clause on green power "
                "was seen, so own generation alone counts at zero",
                frozenset({Kind.SELF_USE}),
            ),
            _national(
                RegimeCode.MEE_332_2023,
                "环办气候函〔2023〕332号: direct supply off the public grid and self-use at zero with proof; green "
                "power bought on the market at the national grid average",
                frozenset({Kind.DIRECT_SUPPLY, Kind.SELF_USE}),
            ),
            _national(
                RegimeCode.NDRC_910_2025,
                "发改环资〔2025〕910号 annex 4: direct supply, GEC and green-power trade at zero, all other power not",
                _GREEN,
            ),
        )
    }
)
"""Regime -> its rules."""
