"""The data sets of the United Kingdom and the United States: their ids, the publishers' files, and who reads them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from emission_factors.factors import Status
from emission_factors.importers import (
    Imported,
    desnz,
    epa_hub,
    epa_supply_chain,
    uk_equipment,
    uk_fuel_properties,
    uk_spend,
)

Files = Sequence[list[str]]
"""The lines of each file of a job, in the job's order."""

HUB: Final = ("us-epa-ghg-emission-factors-hub-2025.csv",)
HUB_YEAR: Final = 2024
"""The Hub of 15 January 2025 holds nothing measured in 2025."""


def _desnz(year: int, status: Status, files: Files) -> Imported:
    return desnz.read(files[0], year, status)


def _hub(files: Files) -> Imported:
    return epa_hub.read(files[0], HUB_YEAR, Status.VERIFIED)


def _hub_waste(files: Files) -> Imported:
    return epa_hub.read_waste(files[0], HUB_YEAR, Status.VERIFIED)


def _supply_chain(files: Files) -> Imported:
    return epa_supply_chain.read(files[0], files[1], 2022, Status.VERIFIED)


def _uk_spend(files: Files) -> Imported:
    return uk_spend.read(files[0])


def _uk_equipment(files: Files) -> Imported:
    return uk_equipment.read(files[0], 2019)


def _uk_fuel_properties(files: Files) -> Imported:
    return uk_fuel_properties.read(files[0], 2025)


JOBS: Final[tuple[tuple[str, tuple[str, ...], Callable[[Files], Imported]], ...]] = (
    *(
        (f"uk-desnz-{year}", (f"uk-desnz-conversion-factors-{year}.csv",), partial(_desnz, year, status))
        for year, status in (
            (2022, Status.SINGLE_SOURCE),
            (2023, Status.SINGLE_SOURCE),
            (2024, Status.VERIFIED),
            (2025, Status.VERIFIED),
        )
    ),
    ("uk-desnz-2025-properties", ("uk-desnz-fuel-properties-2025.csv",), _uk_fuel_properties),
    ("uk-erg-2019-equipment", ("uk-refrigeration-equipment-defaults.csv",), _uk_equipment),
    ("uk-spend-2004-2009", ("uk-supply-chain-spend-factors-2004-2009.csv",), _uk_spend),
    ("us-epa-ghg-hub-2025", HUB, _hub),
    ("us-epa-ghg-hub-2025-waste", HUB, _hub_waste),
    (
        "us-epa-supply-chain-v1.3",
        (
            "us-epa-supply-chain-ghg-factors-v1.3-naics-co2e.csv",
            "us-epa-supply-chain-ghg-factors-v1.3-naics-bygas.csv",
        ),
        _supply_chain,
    ),
)
"""Data set id, the publisher's files, and what reads them; a status is VERIFIED where two independent copies agreed."""
