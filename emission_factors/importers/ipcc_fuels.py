"""What the fuels of the 2006 IPCC Guidelines are among our substances (Vol. 2, table 1.1 defines the fuels)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ROAD_TOO: Final = frozenset(
    {"lng", "lpg", "diesel", "gasoline", "cng", "jet_kerosene", "aviation_gasoline", "biodiesel", "bioethanol"}
)
"""Substances that vehicles, machines and aircraft burn as well as boilers. Their CO2 is the same in both, their CH4 and
N2O are not; so their combustion factor gives CO2 only, and each line takes CH4 and N2O from its own complement."""


@dataclass(frozen=True, slots=True)
class Fuel:
    """`substances` the fuel is; `stands_for` are substances without a fuel of their own, whose CH4 and N2O it lends."""

    substances: tuple[str, ...]
    name_zh: str
    stands_for: tuple[str, ...] = ()
    note: str = ""


FUELS: Final[Mapping[str, Fuel]] = {
    "Crude Oil": Fuel(("crude_oil",), "原油"),
    "Motor Gasoline": Fuel(("gasoline",), "车用汽油"),
    "Aviation Gasoline": Fuel(("aviation_gasoline",), "航空汽油"),
    "Jet Kerosene": Fuel(("jet_kerosene",), "喷气煤油"),
    "Other Kerosene": Fuel(("kerosene",), "其他煤油"),
    "Diesel Oil": Fuel(("diesel",), "柴油"),
    "Residual Fuel Oil": Fuel(("fuel_oil",), "残渣燃料油"),
    "Liquefied Petroleum Gases": Fuel(
        ("lpg", "propane", "butane"), "液化石油气", note="By the guidelines' definition propane, butane or a mixture."
    ),
    "Naphtha": Fuel(("naphtha",), "石脑油"),
    "Petroleum Coke": Fuel(("petroleum_coke",), "石油焦"),
    "Refinery Gas": Fuel(("refinery_dry_gas",), "炼厂气"),
    "Other Petroleum Products": Fuel(("other_petroleum_products",), "其他石油产品"),
    "Anthracite": Fuel(("anthracite",), "无烟煤"),
    "Other Bituminous Coal": Fuel(
        ("bituminous_coal",),
        "其他烟煤",
        ("cleaned_coal", "other_washed_coal", "other_coal_products"),
        "CH4 and N2O also for washed coals and coal products: the same two figures are printed for every coal.",
    ),
    "Lignite": Fuel(("lignite",), "褐煤"),
    "Patent Fuel": Fuel(("briquettes",), "型煤"),
    "Coke Oven Coke and Lignite Coke": Fuel(("coke",), "焦炭"),
    "Coal Tar": Fuel(("coal_tar",), "煤焦油"),
    "Gas Works Gas": Fuel(("other_coal_gas",), "煤气"),
    "Coke Oven Gas": Fuel(("coke_oven_gas",), "焦炉煤气"),
    "Blast Furnace Gas": Fuel(("blast_furnace_gas",), "高炉煤气"),
    "Oxygen Steel Furnace Gas": Fuel(("converter_gas",), "转炉煤气"),
    "Natural Gas": Fuel(
        ("natural_gas", "lng", "cng"), "天然气", note="Liquefied and compressed natural gas are natural gas, per TJ."
    ),
    "Waste Oils": Fuel(("waste_oil",), "废油"),
    "Wood/Wood Waste": Fuel(("wood_pellets", "wood_chips"), "木材与木质废料"),
    "Biogasoline": Fuel(("bioethanol",), "生物汽油"),
    "Biodiesels": Fuel(("biodiesel",), "生物柴油"),
    "Other Biogas": Fuel(("biogas",), "其他沼气"),
}
"""The guidelines' fuel -> ours. A fuel that is not here keeps its figures and has no kind."""
