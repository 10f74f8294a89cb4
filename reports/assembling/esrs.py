"""The datapoints of ESRS E1: energy consumption and mix (E1-5), gross emissions and their intensity (E1-6).

Datapoints by the names of Delegated Regulation (EU) 2023/2772; the revised ESRS number paragraphs anew.
"""

from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from accounting.change.intensity import Denominator
from accounting.energy.columns import Column as EnergyColumn
from accounting.energy.flows import Stage
from accounting.indicators.computed import BIOMASS
from accounting.judgement.data_quality import primary_share
from accounting.reporting.inputs import ReportInputs
from accounting.scope2.instruments import Attribute, EnergyCarrier, Instrument, Kind
from accounting.value_chain.scope3 import primary_percent
from emission_factors import decimals
from emission_factors.units import unit
from reports.assembling.judgements import denominators_of
from reports.assembling.lines import Lines
from reports.assembling.making import Given, TableMaker, both, number, text
from reports.concepts import concept_name
from reports.document import Table

_KINDS: Final = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *(
                    "anthracite",
                    "bituminous_coal",
                    "lignite",
                    "coke",
                    "briquettes",
                    "cleaned_coal",
                    "other_washed_coal",
                ),
                *("coal_tar", "other_coal_products", "crude_benzole", "petroleum_coke"),
            ),
            "COAL",
        ),
        **dict.fromkeys(
            (
                *("crude_oil", "diesel", "gasoline", "fuel_oil", "kerosene", "lpg", "naphtha", "jet_kerosene"),
                *(
                    "aviation_gasoline",
                    "other_petroleum_products",
                    "waste_oil",
                    "butane",
                    "propane",
                    "refinery_dry_gas",
                ),
            ),
            "OIL",
        ),
        **dict.fromkeys(("natural_gas", "lng", "cng"), "GAS"),
        **dict.fromkeys(BIOMASS, "RENEWABLE_FUEL"),
    }
)
"""Substance of the catalogue -> row of the mix; a fuel of no row is other fossil."""
_BOUGHT: Final = frozenset({"electricity", "steam", "hot_water", "heat"})
_MJ_PER_MWH: Final = unit("MWh").ratio_to(unit("MJ"))
_RENEWABLE: Final = (Stage.TRANSFER_IN, Stage.IMPORT)


def energy_mix_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return energy consumed by where it is from, MWh: fuels burnt, energy bought less sent on, sun and the like.

    What is bought counts as renewable as far as non-fossil instruments cover it, and otherwise as fossil: what of it is
    nuclear nobody states.
    """
    columns = (number("energy", "Energy", "能源", "MWh"),)
    maker = TableMaker(
        lines, code, both("E1-5 Energy consumption and mix", "E1-5 能源消费与结构"), columns, ("energy",)
    )
    found, lacking = _mix(inputs)
    for name, (en, zh, _) in _ROWS.items():
        if name in found:
            concept = _ROWS[name][2]
            concepts = {"energy": concept_name(concept)} if concept else None
            maker.row(name, both(en, zh), {"energy": found[name]}, concepts=concepts)
    for name, (en, zh, concept, parts) in _SUMS.items():
        stated = [
            part for part in parts if part in found or (part in _SUMS and any(one in found for one in _SUMS[part][3]))
        ]
        maker.total(name, both(en, zh), stated, concepts={"energy": concept_name(concept)})
    note = f" Without a calorific value, in no row: {', '.join(lacking)}." if lacking else ""
    return maker.made(both(f"{_MIX.en}{note}", f"{_MIX.zh}{note}"))


_MIX: Final = both(
    "Bought energy is renewable as far as non-fossil instruments cover it; what of the rest is nuclear is not stated.",
    "外购能源仅就非化石能源合同工具覆盖的部分计为可再生；其余部分中的核能未填报。",
)
_ROWS: Final = {
    "COAL": ("Coal and coal products", "煤炭及煤制品", ""),
    "OIL": ("Oil products", "石油制品", ""),
    "GAS": ("Natural gas", "天然气", ""),
    "OTHER_FOSSIL": ("Other fossil fuels", "其他化石燃料", ""),
    "BOUGHT_FOSSIL": ("Bought energy without proof of renewable origin", "外购能源（无可再生证明）", ""),
    "RENEWABLE_FUEL": ("Renewable fuels", "可再生燃料", "EnergyRenewableFuel"),
    "BOUGHT_RENEWABLE": ("Bought renewable energy", "外购可再生能源", "EnergyRenewablePurchased"),
    "SELF_GENERATED": ("Self-generated, no fuel", "自产非燃料可再生能源", "EnergyRenewableSelfGenerated"),
}
_SUMS: Final = {
    "FOSSIL": (
        "Fossil sources",
        "化石能源",
        "EnergyFossil",
        ("COAL", "OIL", "GAS", "OTHER_FOSSIL", "BOUGHT_FOSSIL"),
    ),
    "RENEWABLE": (
        "Renewable sources",
        "可再生能源",
        "EnergyRenewable",
        ("RENEWABLE_FUEL", "BOUGHT_RENEWABLE", "SELF_GENERATED"),
    ),
    "TOTAL": ("Energy consumption", "能源消费总量", "EnergyConsumption", ("FOSSIL", "RENEWABLE")),
}


def _mix(inputs: ReportInputs) -> tuple[dict[str, Fraction], list[str]]:
    """Return MWh by row, and the carriers that no calorific value turns into MWh."""
    found, lacking = dict[str, Fraction](), []
    balance = inputs.energy.balance
    for carrier, one in sorted(balance.carriers.items()):
        if one.is_service:
            continue
        if one.megajoules is None:
            lacking.append(carrier)
            continue
        for name, quantity in _parts(inputs, carrier, balance.column(carrier).scaled(one.megajoules / _MJ_PER_MWH)):
            found[name] = found.get(name, Fraction(0)) + quantity
    return {name: quantity for name, quantity in found.items() if quantity}, lacking


def _parts(inputs: ReportInputs, carrier: str, column: EnergyColumn) -> Iterator[tuple[str, Fraction]]:
    substance = carrier.partition("/")[0]
    if substance not in _BOUGHT:
        yield _KINDS.get(substance, "OTHER_FOSSIL"), column.gross_consumption
        return
    own = column.supply.get(Stage.PRIMARY_PRODUCTION, Fraction(0))
    bought = column.available - own
    green = min(_covered(inputs), max(bought, Fraction(0))) if substance == "electricity" else Fraction(0)
    yield "SELF_GENERATED", own
    yield "BOUGHT_RENEWABLE", green
    yield "BOUGHT_FOSSIL", bought - green


def _covered(inputs: ReportInputs) -> Fraction:
    """Return MWh of electricity bought that non-fossil instruments cover."""
    matches = inputs.footprint.matching.matches if inputs.footprint.matching else ()
    return sum((Fraction(one.quantity) for one in matches if _is_green(one.instrument)), Fraction(0))


def _is_green(one: Instrument) -> bool:
    is_power = one.carrier is EnergyCarrier.ELECTRICITY and one.attribute is Attribute.NON_FOSSIL
    return is_power and one.kind is not Kind.SELF_USE


def datapoints_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return revenue, intensity per revenue, and the shares that E1-6 asks for; what nobody stated stays open."""
    columns = (
        number("money", "Revenue", "营业收入", "CNY"),
        number("rate", "Intensity", "强度", "tCO2e/CNY"),
        number("share", "Share", "占比", "1"),
        text("missing", "Not stated", "未填报"),
    )
    maker = TableMaker(lines, code, both("E1-6 Intensity and shares", "E1-6 强度与占比"), columns, ())
    revenue, missing = _revenue(inputs)
    _add(maker, "NET_REVENUE", "NetRevenue", {"money": revenue, "missing": missing})
    for name, totals in _INTENSITIES.items():
        mass = decimals.total(one.shown.co2e for one in lines.of({"total": totals}))
        _add(maker, name, _NAMES[name][2], {"rate": Fraction(mass) / 1000 / revenue if revenue else None})
    _add(maker, "INSTRUMENTS", "ShareOfContractualInstruments", {"share": _instrument_share(inputs)})
    _add(maker, "PRIMARY", "ShareOfPrimaryDataInScope3", {"share": _primary(lines)})
    _add(maker, "TRADING", "ShareOfScope1InTradingSchemes", {})
    return maker.made()


_INTENSITIES: Final = {
    "INTENSITY_LOCATION": ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3"),
    "INTENSITY_MARKET": ("SCOPE_1", "SCOPE_2_MARKET", "SCOPE_3"),
}
_NAMES: Final = {
    "NET_REVENUE": ("Net revenue", "营业收入", ""),
    "INTENSITY_LOCATION": (
        "Emissions per revenue, location-based",
        "单位营业收入排放（基于位置）",
        "IntensityLocationBased",
    ),
    "INTENSITY_MARKET": ("Emissions per revenue, market-based", "单位营业收入排放（基于市场）", "IntensityMarketBased"),
    "INSTRUMENTS": ("Purchased electricity covered by instruments", "合同工具覆盖的外购电力占比", ""),
    "PRIMARY": ("Scope 3 on primary data", "范围三初级数据占比", ""),
    "TRADING": ("Scope 1 in emission trading schemes", "纳入碳市场的范围一占比", ""),
}


def _add(maker: TableMaker, name: str, concept: str, cells: dict[str, Given]) -> None:
    stated = [column for column, value in cells.items() if value is not None and column != "missing"]
    concepts = {column: concept_name(concept) for column in stated}
    maker.row(name, both(*_NAMES[name][:2]), cells, concepts=concepts)


def _revenue(inputs: ReportInputs) -> tuple[Fraction | None, str | None]:
    """Return revenue in CNY where every tenant with emissions stated every month, and who did not."""
    for one in denominators_of(inputs):
        if one.denominator is Denominator.REVENUE and one.found.unit:
            money = unit(one.found.unit)
            if one.found.missing or money.powers != unit("CNY").powers:
                missing = sorted(inputs.parties[tenant].code for tenant in one.found.missing)
                return None, ", ".join(missing) or one.found.unit
            whole = decimals.total(month.value for month in one.found.months)
            return Fraction(whole) * money.ratio_to(unit("CNY")), None
    return None, "revenue"


def _instrument_share(inputs: ReportInputs) -> Fraction | None:
    """Return MWh of electricity that instruments cover over all that was consumed by those who hold some."""
    matching = inputs.footprint.matching
    if matching is None:
        return None
    power = [one for one in matching.matches if one.load.carrier is EnergyCarrier.ELECTRICITY]
    rest = [one for one in matching.unmatched if one.load.carrier is EnergyCarrier.ELECTRICITY]
    covered = sum((Fraction(one.quantity) for one in power), Fraction(0))
    whole = covered + sum((Fraction(one.quantity) for one in rest), Fraction(0))
    return covered / whole if whole else None


def _primary(lines: Lines) -> Fraction | None:
    found = primary_share((one.shown.co2e, primary_percent(one.resolved)) for one in lines.of({"total": ["SCOPE_3"]}))
    return Fraction(found.primary_percent) / 100 if found else None
