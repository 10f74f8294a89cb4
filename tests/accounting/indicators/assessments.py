"""The worked park of notice 910 as stated inputs, its assessment, and a system of somebody's own."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from accounting.indicators.indicators import Assessment, IndicatorResult, Status, assess
from accounting.indicators.inputs import ParkYear, ProductEnergy, Stated, Waiver
from accounting.indicators.national import CORE, NATIONAL

PASS, FAIL, NOT_DEFINED, WAIVED, INCOMPLETE = Status
CLEAN, PRODUCTS = "CLEAN_ENERGY_SHARE", "UNIT_PRODUCT_ENERGY"
SOLID, WASTE_ENERGY, WATER = "SOLID_WASTE_UTILISATION", "WASTE_ENERGY_UTILISATION", "WATER_REUSE"
DIRECT = "DIRECT_SUPPLY_SHARE"

WORKED = {
    "PARK_EMISSIONS": "117490.66427",
    "TOTAL_ENERGY": "223312",
    "ELECTRICITY": "600000",
    "NON_FOSSIL_ELECTRICITY": "550000",
    "DIRECT_ELECTRICITY": "320000",
    "EQUIVALENT_COEFFICIENT": "0.3",
    "NON_FOSSIL_HEAT": "0",
    "BIOMASS_AND_HYDROGEN": "0",
    "WASTE_GENERATED": "1000",
    "WASTE_UTILISED": "800",
    "STOCK_UTILISED": "50",
    "WASTE_HEAT": "40000",
    "WASTE_COLD": "10000",
    "WASTE_PRESSURE": "2000",
    "WASTE_HEAT_USED": "22000",
    "WASTE_COLD_USED": "3000",
    "WASTE_PRESSURE_USED": "1000",
    "WATER_REUSED": "800",
    "WATER_FRESH": "150",
}
"""The worked park of notice 910 (V19) with the shares of V21."""

DIRECT_CONNECTION: dict[str, Any] = {
    "code": "GREEN_DIRECT_688",
    "name_zh": "绿电直连",
    "name_en": "Multi-user green direct connection",
    "source": "发改能源〔2026〕688号",
    "inputs": [
        {"code": "GENERATED", "name_zh": "可用发电量", "name_en": "available generation", "unit": "GWh"},
        {"code": "LOAD", "name_zh": "总用电量", "name_en": "load", "unit": "GWh"},
        {"code": "SENT", "name_zh": "上网电量", "name_en": "sent to the grid", "unit": "GWh", "part_of": "GENERATED"},
    ],
    "indicators": [
        {
            "code": "SELF_CONSUMPTION",
            "name_zh": "自发自用比例",
            "name_en": "share of generation used",
            "definition": "Generation not sent out over generation",
            "numerator": ["GENERATED", "-SENT"],
            "denominator": ["GENERATED"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [{"threshold": "0.6"}],
            "role": "CORE",
            "source": "发改能源〔2026〕688号",
        },
        {
            "code": "COVER",
            "name_zh": "总用电量占比",
            "name_en": "share of load covered",
            "definition": "Generation not sent out over load",
            "numerator": ["GENERATED", "-SENT"],
            "denominator": ["LOAD"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [
                {"below": "1000", "threshold": "0.3"},
                {"least": "1000", "below": "2000", "threshold": "0.35"},
                {"least": "3000", "threshold": "0.4"},
            ],
            "banded_by": "LOAD",
            "role": "GUIDING",
            "is_waivable": True,
            "source": "发改能源〔2026〕688号",
        },
    ],
}
"""A system of somebody's own; 60 % and 30 % are the notice's, the bands of the second are made up."""


def stated(changed: Mapping[str, str | None] = {}, without: str = "") -> dict[str, Stated]:
    amounts: dict[str, str | None] = {**WORKED, **changed}
    amounts.pop(without, None)
    found = {}
    for code, amount in amounts.items():
        definition = NATIONAL.definition(code)
        assert definition is not None
        found[code] = Stated(None if amount is None else Fraction(amount), definition.unit, (f"key of {code}",))
    return found


def product(name: str, consumption: str | None, quota: str | None = "100") -> ProductEnergy:
    used, allowed = (None if text is None else Fraction(text) for text in (consumption, quota))
    return ProductEnergy(name, "kgce/t", used, allowed, "GB 21258", (f"key of {name}",))


def year(
    changed: Mapping[str, str | None] = {},
    without: str = "",
    products: Any = (),
    **waivers: str,
) -> ParkYear:
    return ParkYear(stated(changed, without), products, {code: Waiver(reason) for code, reason in waivers.items()})


def assessed(*arguments: Any, **named: Any) -> Assessment:
    return assess(NATIONAL, year(*arguments, **named))


def result(found: Assessment, code: str) -> IndicatorResult:
    one = found.result(code)
    assert one is not None
    return one


def core(*arguments: Any, **named: Any) -> IndicatorResult:
    return result(assessed(*arguments, **named), CORE.code)


def digits(value: Fraction | None, places: str) -> Decimal:
    assert value is not None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places), ROUND_HALF_EVEN)
