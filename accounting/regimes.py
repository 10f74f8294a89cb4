"""Accounting regimes as data. Regimes contradict each other, so nothing of them is a constant in a function.

Each says which gases count, which electricity average is asked for, whether a market-based total exists, and which
scopes are reported. Clauses: `source` of each.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.consolidation import Approach
from emission_factors.activity_types import Line, Method, Scope
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
    NDRC_OTHER_2015 = "NDRC_OTHER_2015"
    """NDRC guide of 2015 for enterprises of other industries (third batch), which pharmaceutical works fall under."""
    MEE_332_2023 = "MEE_332_2023"
    """MEE notice 332 of 2023, reports of key industries for 2023 to 2025."""
    NDRC_910_2025 = "NDRC_910_2025"
    """NDRC, MIIT and NEA notice 910 of 2025, accounting method of zero-carbon parks (trial)."""


class TceConvention(StrEnum):
    """How electricity counts in standard coal (GB/T 2589-2020)."""

    EQUAL = "EQUAL"
    """Equal value 当量值: its own heat content, 0.1229 kgce/kWh."""
    EQUIVALENT = "EQUIVALENT"
    """Equivalent value 等价值: what thermal plants spend on it in the year."""


@dataclass(frozen=True, slots=True)
class Regime:
    """One regime.

    `kyoto_groups` are the gas groups in its totals; `location_calibres` the electricity averages it takes, any of which
    the region ladder may find first; `steam_reference_enthalpy` in kJ/kg is subtracted from the enthalpy of steam.
    Which lines arise under which regime (exports deducted or not, resale) stands with the lines themselves.
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
    tce_convention: TceConvention
    has_approaches: bool = False

    @property
    def default_approach(self) -> Approach | None:
        """How a boundary is drawn where nobody says or adopted it; None where the regime has no approaches."""
        return Approach.OPERATIONAL_CONTROL if self.has_approaches else None

    def calibres(self, method: Method | None) -> tuple[str, ...]:
        """Return the electricity averages admitted for a line of the given scope 2 method."""
        return self.market_calibres if method is Method.MARKET else self.location_calibres

    def reports(self, line: Line) -> bool:
        """Whether an inventory line appears in a footprint under the regime."""
        if line.regimes and self.code not in line.regimes:
            return False
        return line.scope in self.scopes and (line.method is not Method.MARKET or self.has_market_based)


SEVEN_GROUPS: Final = frozenset({"CO2", "CH4", "N2O", "HFCS", "PFCS", "SF6", "NF3"})
_ALL_SCOPES: Final = frozenset(Scope)
_MOST_LOCAL: Final = ("provincial_average", "regional_average", "subregion_average", "national_average")
_RESIDUAL: Final = "national_average_excluding_market_traded_non_fossil"

_ENTERPRISE: Final = frozenset({Scope.SCOPE_1, Scope.SCOPE_2, Scope.OUTSIDE})
"""Direct emissions and purchased energy: what the Chinese enterprise and park methods total."""

_GHG_PROTOCOL: Final = Regime(
    code=RegimeCode.GHG_PROTOCOL,
    name_en="GHG Protocol",
    name_zh="温室气体核算体系",
    source="GHG Protocol Corporate Standard ch. 4, 9; Scope 2 Guidance ch. 6-7; Scope 3 Standard ch. 5",
    kyoto_groups=SEVEN_GROUPS,
    scopes=_ALL_SCOPES,
    has_market_based=True,
    location_calibres=_MOST_LOCAL,
    market_calibres=(_RESIDUAL, *_MOST_LOCAL),
    purpose=Purpose.CORPORATE,
    default_gwp_set=GwpSet.AR6,
    steam_reference_enthalpy=Decimal(0),
    tce_convention=TceConvention.EQUAL,
    has_approaches=True,
)

_ISO_14064_1: Final = replace(
    _GHG_PROTOCOL,
    code=RegimeCode.ISO_14064_1,
    name_en="ISO 14064-1:2018",
    name_zh="ISO 14064-1:2018",
    source="ISO 14064-1:2018 cl. 5.2.4, annexes B and E (market-based as additional information)",
)

_GBT_32150: Final = Regime(
    code=RegimeCode.GBT_32150_2025,
    name_en="GB/T 32150-2025",
    name_zh="GB/T 32150-2025 工业企业温室气体排放核算和报告通则",
    source="GB/T 32150-2025 cl. 7.5.2-7.5.8: electricity at the latest national average; exports deducted",
    kyoto_groups=SEVEN_GROUPS,
    scopes=_ENTERPRISE,
    has_market_based=False,
    location_calibres=("national_average",),
    market_calibres=(),
    purpose=Purpose.CORPORATE,
    default_gwp_set=GwpSet.AR6,
    steam_reference_enthalpy=Decimal(0),
    tce_convention=TceConvention.EQUAL,
)

_NDRC_OTHER: Final = replace(
    _GBT_32150,
    code=RegimeCode.NDRC_OTHER_2015,
    name_en="NDRC guide for other industries (2015)",
    name_zh="工业其他行业企业温室气体排放核算方法与报告指南（试行）",
    source="NDRC guide for other industries, third batch 2015: CO2 and the CH4 of wastewater, GWPs of the second "
    "assessment report, average of the regional grid, heat of steam above 83.74 kJ/kg (clauses not re-opened)",
    kyoto_groups=frozenset({"CO2", "CH4"}),
    location_calibres=("regional_average",),
    default_gwp_set=GwpSet.SAR,
    steam_reference_enthalpy=Decimal("83.74"),
)

_MEE_332: Final = replace(
    _GBT_32150,
    code=RegimeCode.MEE_332_2023,
    name_en="MEE notice 332 of 2023, key industries",
    name_zh="环办气候函〔2023〕332号 重点行业企业温室气体排放报告",
    source="MEE notice 332 of 2023 and the sector guides it names: CO2, and PFCs of aluminium; electricity at the "
    "factor each year's notice names (0.5703 kgCO2/kWh for 2022, notice 43 of 2023)",
    kyoto_groups=frozenset({"CO2", "PFCS"}),
    location_calibres=("reporting_factor",),
    default_gwp_set=GwpSet.AR5,
)

_NOTICE_910: Final = replace(
    _GBT_32150,
    code=RegimeCode.NDRC_910_2025,
    name_en="Notice 910 of 2025, zero-carbon parks",
    name_zh="发改环资〔2025〕910号 国家级零碳园区核算方法（试行）",
    source="Notice 910 of 2025, annex 4: CO2 only; electricity not proven green at 0.8325 kgCO2/kWh; "
    "annex 3: standard coal with electricity at equivalent value",
    kyoto_groups=frozenset({"CO2"}),
    location_calibres=("park_method",),
    purpose=Purpose.PARK,
    steam_reference_enthalpy=Decimal("83.74"),
    tce_convention=TceConvention.EQUIVALENT,
)

REGIMES: Final = MappingProxyType(
    {regime.code: regime for regime in (_GHG_PROTOCOL, _ISO_14064_1, _GBT_32150, _NDRC_OTHER, _MEE_332, _NOTICE_910)}
)
"""Regime code -> regime."""
