"""Accounting regimes as data. Regimes contradict each other, so nothing of them is a constant in a function.

Each says which gases count, which electricity average is asked for, whether a market-based total exists, and which
scopes are reported. Clauses: `source` of each.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from emission_factors.activity_types import Method, Scope
from emission_factors.factors import Purpose
from emission_factors.gases import GwpSet


class RegimeCode(StrEnum):
    """The regimes a footprint can be asked for."""

    GHG_PROTOCOL = "GHG_PROTOCOL"
    """GHG Protocol Corporate Standard, Scope 2 Guidance and Scope 3 Standard."""
    ISO_14064_1 = "ISO_14064_1"
    """ISO 14064-1:2018."""
    GBT_32150_2025 = "GBT_32150_2025"
    """GB/T 32150-2025, greenhouse gas accounting of industrial enterprises in China."""
    NDRC_910_2025 = "NDRC_910_2025"
    """NDRC, MIIT and NEA notice 910 of 2025, accounting method of zero-carbon parks (trial)."""


@dataclass(frozen=True, slots=True)
class Regime:
    """One regime.

    `kyoto_groups` are the gas groups in its totals; `location_calibres` the electricity averages it takes, any of which
    the region ladder may find first; `steam_reference_enthalpy` in kJ/kg is subtracted from the enthalpy of steam.
    """

    code: RegimeCode
    name_en: str
    name_zh: str
    source: str
    kyoto_groups: frozenset[str]
    scopes: frozenset[Scope]
    has_market_based: bool
    location_calibres: tuple[str, ...]
    market_calibres: tuple[str, ...]
    purpose: Purpose
    default_gwp_set: GwpSet
    steam_reference_enthalpy: Decimal

    def calibres(self, method: Method | None) -> tuple[str, ...]:
        """Return the electricity averages admitted for a line of the given scope 2 method."""
        return self.market_calibres if method is Method.MARKET else self.location_calibres

    def reports(self, scope: Scope, method: Method | None) -> bool:
        """Whether lines of this scope and method appear in a footprint under the regime."""
        return scope in self.scopes and (method is not Method.MARKET or self.has_market_based)


SEVEN_GROUPS: Final = frozenset({"CO2", "CH4", "N2O", "HFCS", "PFCS", "SF6", "NF3"})
_ALL_SCOPES: Final = frozenset(Scope)
_MOST_LOCAL: Final = ("provincial_average", "regional_average", "subregion_average", "national_average")
_RESIDUAL: Final = "national_average_excluding_market_traded_non_fossil"

REGIMES: Final = MappingProxyType(
    {
        regime.code: regime
        for regime in (
            Regime(
                RegimeCode.GHG_PROTOCOL,
                "GHG Protocol",
                "温室气体核算体系",
                "GHG Protocol Corporate Standard ch. 4, 9; Scope 2 Guidance ch. 6-7; Scope 3 Standard ch. 5",
                SEVEN_GROUPS,
                _ALL_SCOPES,
                True,
                _MOST_LOCAL,
                (_RESIDUAL, *_MOST_LOCAL),
                Purpose.CORPORATE,
                GwpSet.AR6,
                Decimal(0),
            ),
            Regime(
                RegimeCode.ISO_14064_1,
                "ISO 14064-1:2018",
                "ISO 14064-1:2018",
                "ISO 14064-1:2018 cl. 5.2.4, annexes B and E (market-based as additional information)",
                SEVEN_GROUPS,
                _ALL_SCOPES,
                True,
                _MOST_LOCAL,
                (_RESIDUAL, *_MOST_LOCAL),
                Purpose.CORPORATE,
                GwpSet.AR6,
                Decimal(0),
            ),
            Regime(
                RegimeCode.GBT_32150_2025,
                "GB/T 32150-2025",
                "GB/T 32150-2025 工业企业温室气体排放核算和报告通则",
                "GB/T 32150-2025 cl. 7.5.2-7.5.8: electricity at the latest national average",
                SEVEN_GROUPS,
                frozenset({Scope.SCOPE_1, Scope.SCOPE_2, Scope.OUTSIDE}),
                False,
                ("national_average",),
                (),
                Purpose.CORPORATE,
                GwpSet.AR6,
                Decimal(0),
            ),
            Regime(
                RegimeCode.NDRC_910_2025,
                "Notice 910 of 2025, zero-carbon parks",
                "发改环资〔2025〕910号 国家级零碳园区核算方法（试行）",
                "Notice 910 of 2025, annex 4: CO2 only; electricity not proven green at 0.8325 kgCO2/kWh",
                frozenset({"CO2"}),
                frozenset({Scope.SCOPE_1, Scope.SCOPE_2, Scope.OUTSIDE}),
                False,
                ("park_method",),
                (),
                Purpose.PARK,
                GwpSet.AR6,
                Decimal("83.74"),
            ),
        )
    }
)
"""Regime code -> regime."""
