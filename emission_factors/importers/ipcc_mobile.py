"""2006 IPCC Guidelines Vol. 2 ch. 3: CH4 and N2O of vehicles, machines, trains, ships and aircraft, per net terajoule.

They complement a CO2-only factor of the fuel. One factor per fuel and technology, its two gases folded together.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, collected, decimal_text, factor_row
from emission_factors.importers.sheets import Row

YEAR: Final = "2006"
GASES: Final = ("CH4", "N2O")
BIOMASS: Final = frozenset({"Biogasoline", "Biodiesels"})

_NEWEST: Final = "Low Mileage Light Duty Vehicle Vintage 1995 or later"
_INDUSTRY: Final = "Off-Road Source: Industry"

KINDS: Final[Mapping[tuple[str, str, str], str]] = {
    ("1.A.3.b", "Diesel Oil", ""): "fuel.diesel.road_non_co2",
    ("1.A.3.b", "Motor Gasoline", _NEWEST): "fuel.gasoline.road_non_co2",
    ("1.A.3.b", "Natural Gas", ""): "fuel.lng.road_non_co2|fuel.cng.road_non_co2",
    ("1.A.3.b", "Liquefied Petroleum Gases", ""): "fuel.lpg.road_non_co2",
    ("1.A.3.b", "Biogasoline", "US trucks"): "fuel.bioethanol.road_non_co2",
    ("1.A.3.e.ii", "Diesel Oil", _INDUSTRY): "fuel.diesel.offroad_non_co2",
    ("1.A.3.e.ii", "Motor Gasoline", f"{_INDUSTRY}, Engine type: Motor gasoline, 4-stroke"): (
        "fuel.gasoline.offroad_non_co2"
    ),
    ("1.A.3.a", "Jet Kerosene", ""): "fuel.jet_kerosene.aviation_non_co2",
    ("1.A.3.a", "Aviation Gasoline", ""): "fuel.aviation_gasoline.aviation_non_co2",
}
"""Category, fuel and technology -> what the factor is for. Where several technologies are printed one is chosen."""

NOTES: Final = {
    "fuel.gasoline.road_non_co2": "Newest technology printed; uncontrolled and oxidation-catalyst cars are separate.",
    "fuel.bioethanol.road_non_co2": "Heavy trucks, the only ethanol figures printed for both gases; high for cars.",
    "fuel.gasoline.offroad_non_co2": "Four-stroke machines of industry; two-stroke and household ones are separate.",
}


def add(rows: Iterable[Row], result: Imported) -> None:
    """Add the factors of the mobile categories (1.A.3)."""
    groups: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in rows:
        collected(row, result, lambda row, _: _group(row, groups))
    for (category, fuel, technology), group in groups.items():
        result.rows.append(_factor(category, fuel, technology, group))


def _group(row: Row, groups: dict[tuple[str, str, str], dict[str, Row]]) -> None:
    if row["gas"] not in GASES:
        raise BadCell("gas", row["gas"], f"is no gas of this table: {', '.join(GASES)} are accepted")
    if row["unit"] != "kg/TJ":
        raise BadCell("unit", row["unit"], "is not accepted: kg/TJ is")
    decimal_text(row, "value")
    category = row["ipcc_2006_category"].partition(" - ")[0]
    group = groups.setdefault((category, row["fuel"], row["technology"]), {})
    earlier = group.setdefault(row["gas"], row)
    if earlier is not row:
        message = f"is a second {row['gas']} figure; row {earlier.number} has {earlier['value']}"
        raise BadCell("value", row["value"], message)


def _factor(category: str, fuel: str, technology: str, group: Mapping[str, Row]) -> Mapping[str, str]:
    first = next(iter(group.values()))
    kinds = KINDS.get((category, fuel, technology), "")
    origin = "CH4_BIOGENIC" if fuel in BIOMASS else "CH4_FOSSIL"
    codes = {"CH4": origin, "N2O": "N2O"}
    where = first["ipcc_2006_category"].partition(" - ")[2]
    present = [gas for gas in GASES if gas in group]
    return factor_row(
        record="+".join(group[gas]["efdb_id"] for gas in present),
        kinds=kinds,
        name_en=", ".join(part for part in (where, fuel, technology) if part) + f" ({' and '.join(present)})",
        path=" > ".join(part for part in (first["ipcc_2006_category"], fuel, technology) if part),
        region="WORLD",
        data_year=YEAR,
        unit="TJ",
        basis=GasBasis.GAS_MASSES,
        gases=";".join(f"{codes[gas]}={group[gas]['value']}" for gas in present),
        stage="combustion",
        purposes="CORPORATE|PARK",
        locator=first["source"].partition(", ")[2] or first["source"],
        note=NOTES.get(kinds, ""),
    )
