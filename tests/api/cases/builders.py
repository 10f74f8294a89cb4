"""Constructors for tests of the case runner: cases in a line or two, and a small library that stands for a service.

The figures are publishers' own; the library holds a handful of them under the ids that the service has.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from api.cases.library import KnownFactor, KnownTerm, Library, TypeLine
from api.cases.reading import Answer, Case, Figure

GBT = "china-fuel-default-parameters.csv [GBT32151.34-2024-C1]"
HUB = "us-epa-ghg-emission-factors-hub-2025.csv"
DESNZ = "uk-desnz-conversion-factors-2025.csv"
GRID = "china-grid-electricity-co2-factors.csv"
GWP = "ipcc-gwp-100.csv"
IPCC = "ipcc-2006-*.csv"
HEAT = "china-heat-carbonate-other-factors.csv cn_heat_default"
STEAM = "china-steam-enthalpy-gbt32151.csv"


def figure(name: str, value: str, unit: str, source: str = "", *, is_input: bool = True) -> Figure:
    """Return a figure."""
    return Figure(name, Decimal(value), unit, source, is_input)


def case(
    feature: str,
    inputs: Mapping[str, tuple[str, str]],
    factors: Mapping[str, tuple[str, str, str]] | None = None,
    **fields: str,
) -> Case:
    """Return a case; inputs are name -> (value, unit), factors name -> (value, unit, source)."""
    figures = [figure(name, *body) for name, body in inputs.items()]
    figures += [figure(name, *body, is_input=False) for name, body in (factors or {}).items()]
    return Case(
        case_id=fields.get("case_id", "made-1"),
        title=fields.get("title", "made"),
        feature=feature,
        section=fields.get("section", ""),
        location=fields.get("location", ""),
        gwp_set=fields.get("gwp_set", ""),
        figures={item.name: item for item in figures},
        answers=(),
        expect_error=fields.get("expect_error", ""),
    )


def answer(expression: str, unit: str, value: str = "1", name: str = "co2", tolerance: str = "0.001") -> Answer:
    """Return an answer."""
    return Answer(name, Decimal(value), unit, Decimal(tolerance), expression)


def factor(factor_id: str, unit: str, kinds: Sequence[str] = (), **fields: object) -> KnownFactor:
    """Return a factor: `gases`, `co2e`, `biogenic` in kg per unit, `terms` as (gas, name, value, unit)."""
    dataset, _, record = factor_id.partition(":")
    gases = fields.get("gases", {})
    terms = fields.get("terms", ())
    assert isinstance(gases, dict)
    assert isinstance(terms, tuple)
    year = fields.get("data_year", 2024)
    assert isinstance(year, int)
    return KnownFactor(
        factor_id=factor_id,
        dataset=dataset,
        record=record,
        kinds=tuple(kinds),
        names=str(fields.get("names", "")),
        name_zh=str(fields.get("name_zh", "")),
        unit=unit,
        co2e=_decimal(fields.get("co2e")),
        biogenic=_decimal(fields.get("biogenic")),
        gases={gas: Decimal(value) for gas, value in gases.items()},
        is_co2e_by_gas=bool(fields.get("is_co2e_by_gas", False)),
        terms=tuple(KnownTerm(gas, name, Decimal(value), text) for gas, name, value, text in terms),
        gwp_set=str(fields.get("gwp_set", "")),
        data_year=year,
        region=str(fields.get("region", "WORLD")),
        calibre=str(fields.get("calibre", "")),
        published_on=str(fields.get("published_on", "")),
    )


def library() -> Library:
    """Return a library of the factors below."""
    return Library(
        fetch=lambda dataset, record: [
            item for item in _FACTORS if item.dataset == dataset and record in ("", item.record)
        ],
        type_lines=_TYPE_LINES,
        gwps={(gas, name): Decimal(value) for gas, name, value in _GWPS},
        compositions={"R-410A": {"HFC-32": Decimal("0.5"), "HFC-125": Decimal("0.5")}},
        gas_names={
            "co2": "CO2",
            "ch4": "CH4",
            "n2o": "N2O",
            "hfc32": "HFC-32",
            "hfc125": "HFC-125",
            "r410a": "R-410A",
            "ch4fossilorigin": "CH4_FOSSIL",
        },
        regions_zh={"广东": "CN-GD", "南方区域电网": "CN-GRID-SOUTH", "中国": "CN"},
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


_DIESEL_TERMS = (("CO2", "NCV", "42.652", "GJ/t"), ("CO2", "CC", "0.0202", "tC/GJ"), ("CO2", "OF", "0.98", "fraction"))
_FACTORS = (
    factor(
        "cn-gbt-32151-34-2024:diesel",
        "t",
        ["fuel.diesel.combustion"],
        name_zh="柴油燃烧",
        gases={"CO2": "3095.911"},
        terms=_DIESEL_TERMS,
        region="CN",
    ),
    factor(
        "cn-gbt-32151-34-2024:diesel-energy",
        "GJ",
        ["fuel.diesel.combustion"],
        name_zh="柴油燃烧（按低位热值）",
        gases={"CO2": "72.585"},
        terms=_DIESEL_TERMS[1:],
        region="CN",
    ),
    factor(
        "us-epa-ghg-hub-2025:t1.natural_gas.mmBtu_gross",
        "mmBtu_gross",
        ["fuel.natural_gas.combustion"],
        names="Stationary combustion (US): Natural Gas Table 1: Natural Gas",
        gases={"CO2": "53.06", "CH4": "0.001", "N2O": "0.0001"},
        gwp_set="AR5",
        region="US",
    ),
    factor(
        "us-epa-ghg-hub-2025:t1.natural_gas.scf",
        "scf",
        names="Stationary combustion (US): Natural Gas Table 1: Natural Gas",
        gases={"CO2": "0.05444", "CH4": "0.00000103", "N2O": "0.0000001"},
        gwp_set="AR5",
        region="US",
    ),
    factor(
        "uk-desnz-2025:1_100_1004_6",
        "kWh_gross",
        ["fuel.natural_gas.combustion"],
        co2e="0.18296",
        gases={"CO2": "0.18259", "CH4": "0.00028", "N2O": "0.00009"},
        is_co2e_by_gas=True,
        gwp_set="AR5",
        region="GB",
        data_year=2025,
    ),
    factor(
        "uk-desnz-2025:7_400_4000_5",
        "kWh",
        ["electricity.grid"],
        co2e="0.177",
        gwp_set="AR5",
        region="GB",
        data_year=2025,
    ),
    factor("uk-desnz-2025:99_104_1045_15", "t", biogenic="1677.18", gwp_set="AR5", region="GB", data_year=2025),
    factor(
        "ipcc-2006-processes:614965+614969",
        "kg",
        ["wastewater.cod/anaerobic_sludge_digester"],
        gases={"CH4_BIOGENIC": "0.2"},
        terms=(("CH4_BIOGENIC", "BO", "0.25", "kg CH4/kg COD"), ("CH4_BIOGENIC", "MCF", "0.8", "fraction")),
        data_year=2006,
    ),
    factor(
        "ipcc-2006-processes:614965+614970",
        "kg",
        ["wastewater.cod/anaerobic_reactor"],
        gases={"CH4_BIOGENIC": "0.2"},
        terms=(("CH4_BIOGENIC", "BO", "0.25", "kg CH4/kg COD"), ("CH4_BIOGENIC", "MCF", "0.8", "fraction")),
        data_year=2006,
    ),
    factor(
        "cn-heat-and-carbonates:heat_default",
        "GJ",
        ["steam.purchased", "heat.purchased"],
        gases={"CO2": "110"},
        region="CN",
        data_year=2015,
    ),
    factor(
        "cn-mee-electricity-2023:CN",
        "kWh",
        ["electricity.grid"],
        gases={"CO2": "0.5306"},
        region="CN",
        data_year=2023,
        calibre="national_average",
        published_on="2025-12-31",
    ),
    factor(
        "cn-mee-electricity-2023:CN-residual",
        "kWh",
        ["electricity.market"],
        gases={"CO2": "0.6096"},
        region="CN",
        data_year=2023,
        calibre="national_average_excluding_market_traded_non_fossil",
        published_on="2025-12-31",
    ),
    factor(
        "cn-mee-electricity-2021:CN-GD",
        "kWh",
        ["electricity.grid"],
        gases={"CO2": "0.4715"},
        region="CN-GD",
        data_year=2021,
        calibre="provincial_average",
        published_on="2024-04-12",
    ),
    factor(
        "cn-notice-910-2025:electricity_other",
        "kWh",
        ["electricity.grid"],
        gases={"CO2": "0.8325"},
        region="CN",
        data_year=2022,
        calibre="park_method",
    ),
)
_FUEL = ("mass", "volume", "energy", "gross_energy", "normal_volume")
_TYPE_LINES = (
    TypeLine("stationary.natural_gas", "combustion", ("fuel.natural_gas.combustion",), 1, _FUEL),
    TypeLine("stationary.diesel", "combustion", ("fuel.diesel.combustion",), 1, _FUEL),
    TypeLine("process.carbon_in", "main", ("balance.carbon",), 1, ("mass",)),
    TypeLine("process.carbon_out", "main", ("balance.carbon",), -1, ("mass",)),
    TypeLine("process.volatiles_in", "main", ("balance.methane_oxidised",), 1, ("mass",)),
    TypeLine("wastewater.industrial_cod", "main", ("wastewater.cod/{q}",), 1, ("mass",)),
    TypeLine("wastewater.industrial_sludge", "main", ("wastewater.cod/{q}",), -1, ("mass",)),
    TypeLine("wastewater.methane_recovered", "main", ("gas/CH4_BIOGENIC",), -1, ("mass",)),
    TypeLine("refrigerant.leaked", "main", ("gas/{q}",), 1, ("mass",)),
    TypeLine("refrigerant.disposed", "main", ("gas/{q}",), 1, ("mass",)),
    TypeLine("refrigerant.closing_stock", "main", ("gas/{q}",), -1, ("mass",)),
    TypeLine("refrigerant.returned", "main", ("gas/{q}",), -1, ("mass",)),
    TypeLine("lab_gas.used", "main", ("gas/{q}",), 1, ("mass",)),
    TypeLine("electricity.grid", "location", ("electricity.grid",), 1, ("energy",)),
    TypeLine("electricity.grid", "market", ("electricity.market", "electricity.grid"), 1, ("energy",)),
    TypeLine("steam.purchased", "location", ("steam.purchased",), 1, ("energy",)),
    TypeLine("heat.district", "location", ("heat.purchased",), 1, ("energy",)),
)
_GWPS = (
    ("CH4", "AR5", "28"),
    ("CH4_BIOGENIC", "AR5", "28"),
    ("CH4", "AR6", "27.9"),
    ("CH4_BIOGENIC", "AR6", "27.0"),
    ("N2O", "AR5", "265"),
    ("HFC-32", "AR5", "677"),
    ("HFC-125", "AR5", "3170"),
    ("R-410A", "AR5", "1923.5"),
)
