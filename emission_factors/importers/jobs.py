"""Which importer makes which shipped data set of which publisher's files: China, IPCC, New Zealand, definitions."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from emission_factors.importers import (
    Imported,
    china_electricity,
    china_fuels,
    china_heat,
    china_park_rules,
    china_steam,
    china_tce,
    definitions,
    ipcc_combustion,
    ipcc_processes,
    ipcc_refinement,
    nz_electricity,
)
from emission_factors.importers.china_fuels import ParameterSet
from emission_factors.resources import open_data

Reader = Callable[[Sequence[list[str]]], Imported]

GRID: Final = "china-grid-electricity-co2-factors.csv"
FOOTPRINTS: Final = "china-electricity-footprint-factors.csv"
FUELS: Final = "china-fuel-default-parameters.csv"
HEAT: Final = "china-heat-carbonate-other-factors.csv"

GBT_32151_34: Final = ParameterSet("GBT32151.34-2024-C1", "2024", "table C.1")
NDRC_2015: Final = ParameterSet("NDRC-industry-guidelines-2013-2015", "2015", "annex 2, fuel default table")
MEE_POWER: Final = ParameterSet("MEE-power-generation-guideline", "2022", "default parameter table", "power_generation")


def _of_one(read: Callable[[Iterable[str]], Imported]) -> Reader:
    """Return a reader of a single file."""
    return lambda files: read(files[0])


def _of_year(read: Callable[[Iterable[str], str], Imported], year: str) -> Reader:
    return lambda files: read(files[0], year)


def _of_set(parameters: ParameterSet) -> Reader:
    return lambda files: china_fuels.read(files[0], parameters)


def _definitions(_: Sequence[list[str]]) -> Imported:
    with open_data("gases.csv") as lines:
        return definitions.read(lines)


JOBS: Final[tuple[tuple[str, tuple[str, ...], Reader], ...]] = (
    ("cn-mee-electricity-2021", (GRID,), _of_year(china_electricity.read, "2021")),
    ("cn-mee-electricity-2022", (GRID,), _of_year(china_electricity.read, "2022")),
    ("cn-mee-electricity-2023", (GRID,), _of_year(china_electricity.read, "2023")),
    ("cn-reporting-electricity", (GRID,), _of_one(china_electricity.read_reporting)),
    ("cn-mee-electricity-footprint-2023", (FOOTPRINTS,), _of_year(china_electricity.read_footprints, "2023")),
    ("cn-mee-electricity-footprint-2024", (FOOTPRINTS,), _of_year(china_electricity.read_footprints, "2024")),
    ("cn-gbt-32151-34-2024", (FUELS,), _of_set(GBT_32151_34)),
    ("cn-ndrc-industry-2015", (FUELS,), _of_set(NDRC_2015)),
    ("cn-mee-power-2022", (FUELS,), _of_set(MEE_POWER)),
    ("cn-heat-and-carbonates", (HEAT,), _of_one(china_heat.read)),
    ("cn-ncsc-efdb", (HEAT,), _of_one(china_heat.read_database)),
    ("cn-notice-910-2025", ("china-zero-carbon-park-rules-2025.csv",), _of_one(china_park_rules.read)),
    ("cn-gbt-2589-2020", ("china-tce-coefficients-gbt2589.csv",), _of_one(china_tce.read)),
    ("ipcc-2006-stationary", ("ipcc-2006-stationary-combustion-defaults.csv",), _of_one(ipcc_combustion.read)),
    (
        "ipcc-2006-processes",
        ("ipcc-2006-mobile-waste-wastewater-refrigeration-defaults.csv",),
        _of_one(ipcc_processes.read),
    ),
    ("ipcc-2019-wastewater", (), lambda _: ipcc_refinement.read()),
    ("nz-mfe-electricity", ("nz-mfe-electricity-factors.csv",), _of_one(nz_electricity.read)),
    ("parkledger-definitions", (), _definitions),
)
"""Data set id, the publisher's files it is made from, and the reader of those files' lines."""

TABLES: Final[tuple[tuple[str, Sequence[str], tuple[str, ...], Reader], ...]] = (
    ("steam.csv", china_steam.STEAM_COLUMNS, ("china-steam-enthalpy-gbt32151.csv",), _of_one(china_steam.read)),
)
"""Tables below `data/` that are no data sets: file name, columns, publisher's files, reader."""
