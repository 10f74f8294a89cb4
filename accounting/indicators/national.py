"""The national indicator system of zero-carbon parks, with the inputs its indicators ask for.

发改环资〔2025〕910号, annexes 3 and 4. The annex defines the core indicator; what it names without a formula is defined
here and marked so. A province's authority may define it otherwise, in a system of its own (`documents`).
"""

from typing import Final

from accounting.indicators.documents import indicator_system
from accounting.indicators.systems import IndicatorSystem

_ANNEX_3: Final = "发改环资〔2025〕910号 annex 3"

_INPUTS: Final = (
    {
        "code": "PARK_EMISSIONS",
        "name_zh": "园区碳排放总量",
        "name_en": "CO2 emissions of the park",
        "unit": "tCO2",
        "is_signed": True,
    },
    {"code": "TOTAL_ENERGY", "name_zh": "年综合能源消费总量", "name_en": "total energy consumption", "unit": "tce"},
    {"code": "ELECTRICITY", "name_zh": "用电量", "name_en": "electricity consumption", "unit": "MWh"},
    {
        "code": "NON_FOSSIL_ELECTRICITY",
        "name_zh": "非化石能源电力消费量",
        "name_en": "non-fossil electricity consumed: direct, by certificate and by green power trade",
        "unit": "MWh",
        "part_of": "ELECTRICITY",
    },
    {
        "code": "DIRECT_ELECTRICITY",
        "name_zh": "绿电直接供应电量",
        "name_en": "non-fossil electricity supplied directly",
        "unit": "MWh",
        "part_of": "NON_FOSSIL_ELECTRICITY",
    },
    {
        "code": "EQUIVALENT_COEFFICIENT",
        "name_zh": "电力折标系数（等价值）",
        "name_en": "standard coal of electricity at equivalent value",
        "unit": "kgce/kWh",
    },
    {
        "code": "NON_FOSSIL_HEAT",
        "name_zh": "非化石能源热力消费量",
        "name_en": "non-fossil heat consumed",
        "unit": "tce",
        "part_of": "TOTAL_ENERGY",
    },
    {
        "code": "BIOMASS_AND_HYDROGEN",
        "name_zh": "生物质与氢能消费量",
        "name_en": "biomass and hydrogen consumed",
        "unit": "tce",
        "part_of": "TOTAL_ENERGY",
    },
    {"code": "WASTE_GENERATED", "name_zh": "工业固体废弃物产生量", "name_en": "solid waste generated", "unit": "t"},
    {
        "code": "WASTE_UTILISED",
        "name_zh": "当年产生的工业固体废弃物综合利用量",
        "name_en": "solid waste of the year utilised",
        "unit": "t",
        "part_of": "WASTE_GENERATED",
    },
    {
        "code": "STOCK_UTILISED",
        "name_zh": "综合利用往年贮存量",
        "name_en": "solid waste of earlier years utilised",
        "unit": "t",
    },
    {"code": "WASTE_HEAT", "name_zh": "余热资源量", "name_en": "waste heat available", "unit": "GJ"},
    {"code": "WASTE_COLD", "name_zh": "余冷资源量", "name_en": "waste cold available", "unit": "GJ"},
    {"code": "WASTE_PRESSURE", "name_zh": "余压资源量", "name_en": "waste pressure available", "unit": "GJ"},
    {
        "code": "WASTE_HEAT_USED",
        "name_zh": "余热利用量",
        "name_en": "waste heat used",
        "unit": "GJ",
        "part_of": "WASTE_HEAT",
    },
    {
        "code": "WASTE_COLD_USED",
        "name_zh": "余冷利用量",
        "name_en": "waste cold used",
        "unit": "GJ",
        "part_of": "WASTE_COLD",
    },
    {
        "code": "WASTE_PRESSURE_USED",
        "name_zh": "余压利用量",
        "name_en": "waste pressure used",
        "unit": "GJ",
        "part_of": "WASTE_PRESSURE",
    },
    {"code": "WATER_REUSED", "name_zh": "重复用水量", "name_en": "industrial water reused", "unit": "m3"},
    {"code": "WATER_FRESH", "name_zh": "取用新水量", "name_en": "fresh industrial water taken", "unit": "m3"},
)

_CORE: Final = {
    "code": "CARBON_PER_ENERGY",
    "name_zh": "单位能耗碳排放",
    "name_en": "CO2 per unit of energy consumption",
    "definition": "CO2 emitted by the park, by the method of annex 4, per tce of energy it consumed in the year, "
    "electricity at equivalent value",
    "numerator": ["PARK_EMISSIONS"],
    "denominator": ["TOTAL_ENERGY"],
    "unit": "tCO2/tce",
    "direction": "AT_MOST",
    "bands": [
        {"least": "200000", "below": "1000000", "threshold": "0.2"},
        {"least": "1000000", "threshold": "0.3"},
    ],
    "banded_by": "TOTAL_ENERGY",
    "role": "CORE",
    "source": f"{_ANNEX_3}, core indicator; it has no threshold below 200,000 tce",
}

_CLEAN: Final = {
    "code": "CLEAN_ENERGY_SHARE",
    "name_zh": "清洁能源消费占比",
    "name_en": "clean-energy consumption share",
    "definition": "Non-fossil electricity at equivalent value, non-fossil heat, biomass and hydrogen, over all energy "
    "consumed",
    "numerator": ["NON_FOSSIL_ELECTRICITY * EQUIVALENT_COEFFICIENT", "NON_FOSSIL_HEAT", "BIOMASS_AND_HYDROGEN"],
    "denominator": ["TOTAL_ENERGY"],
    "bands": [{"threshold": "0.9"}],
    "is_own_definition": True,
}

_PRODUCTS: Final = {
    "code": "UNIT_PRODUCT_ENERGY",
    "name_zh": "产品单位能耗",
    "name_en": "unit energy consumption of products",
    "definition": "The highest ratio of a product's unit energy consumption to the grade 2 quota of its GB standard",
    "form": "PRODUCT_QUOTAS",
    "direction": "AT_MOST",
    "bands": [{"threshold": "1"}],
}

_SOLID_WASTE: Final = {
    "code": "SOLID_WASTE_UTILISATION",
    "name_zh": "工业固体废弃物综合利用率",
    "name_en": "industrial solid-waste comprehensive utilisation",
    "definition": "Waste of the year and of stock utilised, over waste generated and utilised from stock",
    "numerator": ["WASTE_UTILISED", "STOCK_UTILISED"],
    "denominator": ["WASTE_GENERATED", "STOCK_UTILISED"],
    "bands": [{"threshold": "0.8"}],
    "is_own_definition": True,
}

_WASTE_ENERGY: Final = {
    "code": "WASTE_ENERGY_UTILISATION",
    "name_zh": "余热/余冷/余压综合利用率",
    "name_en": "waste heat, cold and pressure utilisation",
    "definition": "The mean of the three rates weighted by the energy available, which is energy used over available",
    "numerator": ["WASTE_HEAT_USED", "WASTE_COLD_USED", "WASTE_PRESSURE_USED"],
    "denominator": ["WASTE_HEAT", "WASTE_COLD", "WASTE_PRESSURE"],
    "bands": [{"threshold": "0.5"}],
    "is_own_definition": True,
}

_WATER: Final = {
    "code": "WATER_REUSE",
    "name_zh": "工业用水重复利用率",
    "name_en": "industrial water reuse",
    "definition": "Water reused over water reused and fresh water taken",
    "numerator": ["WATER_REUSED"],
    "denominator": ["WATER_REUSED", "WATER_FRESH"],
    "bands": [{"threshold": "0.8"}],
    "is_own_definition": True,
}

_DIRECT: Final = {
    "code": "DIRECT_SUPPLY_SHARE",
    "name_zh": "绿电直接供应比例",
    "name_en": "direct-supply share of electricity",
    "definition": "Non-fossil electricity supplied directly over electricity consumed; in principle at least half",
    "numerator": ["DIRECT_ELECTRICITY"],
    "denominator": ["ELECTRICITY"],
    "unit": "1",
    "direction": "AT_LEAST",
    "bands": [{"threshold": "0.5"}],
    "role": "INFORMATIVE",
    "source": "发改环资〔2025〕910号 annex 4: green power by direct supply first, in principle 50 % or more",
}

_GUIDING: Final = {
    "unit": "1",
    "direction": "AT_LEAST",
    "role": "GUIDING",
    "is_waivable": True,
    "source": f"{_ANNEX_3}, guiding indicator",
}

NATIONAL: Final[IndicatorSystem] = indicator_system(
    {
        "code": "NDRC_910_2025",
        "name_zh": "国家级零碳园区建设指标体系（试行）",
        "name_en": "National indicator system of zero-carbon parks (trial)",
        "source": _ANNEX_3,
        "inputs": _INPUTS,
        "indicators": [
            _CORE,
            *({**_GUIDING, **one} for one in (_CLEAN, _PRODUCTS, _SOLID_WASTE, _WASTE_ENERGY, _WATER)),
            _DIRECT,
        ],
    }
)
"""The system of notice 910: one core and five guiding indicators, and the share of direct supply beside them."""

CORE: Final = NATIONAL.indicators[0]
"""CO2 per unit of energy consumption, the indicator whose headrooms are asked for."""
