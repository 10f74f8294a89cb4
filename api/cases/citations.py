"""What the source of a figure says: which data set and record of the catalogue, which GWP, which steam table.

Only names of published files are known here. A source that names none ("case input", "stated in text") is the
caller's own figure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_FUEL_SETS: Final = {
    "GBT32151.34": "cn-gbt-32151-34-2024",
    "NDRC-industry": "cn-ndrc-industry-2015",
    "MEE-power": "cn-mee-power-2022",
}
_IPCC: Final = ("ipcc-2006-processes", "ipcc-2006-stationary", "ipcc-2019-wastewater")
_DESNZ_PARTS: Final = {"1": "", "2": "CO2", "3": "CH4", "4": "N2O"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure of the catalogue: in one of `datasets`, in one of `records` (any if empty), in a record joined of
    several of which `part_of` is one, or in one whose names hold all of `words`. `gas` is the gas an id is for.
    """

    datasets: tuple[str, ...]
    records: tuple[str, ...] = ()
    part_of: str = ""
    words: tuple[str, ...] = ()
    gas: str = ""
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class GridAverage:
    """The electricity average of a Chinese region (`全国` is all of China) for a data year."""

    year: int
    region_zh: str


@dataclass(frozen=True, slots=True)
class ParkMethod:
    """A figure of the accounting method of zero-carbon parks (notice 910 of 2025); `name` as the rules file has it."""

    name: str


@dataclass(frozen=True, slots=True)
class Potential:
    """A global warming potential: of a gas or blend, in one assessment report."""

    gas: str
    gwp_set: str


@dataclass(frozen=True, slots=True)
class SteamPoint:
    """A cell of the enthalpy tables of GB/T 32151.34: saturated steam where no temperature stands."""

    pressure_mpa: Decimal
    temperature_c: Decimal | None


@dataclass(frozen=True, slots=True)
class CoalEquivalent:
    """A standard-coal coefficient of GB/T 2589, by its English energy name."""

    energy: str


Citation = Printed | GridAverage | ParkMethod | Potential | SteamPoint | CoalEquivalent


def cited(source: str) -> Citation | None:
    """Return what a source names, or None where it names nothing that the service holds.

    >>> cited("uk-desnz-conversion-factors-2025.csv id 20_507_5292_15_1").records
    ('20_507_5292_15',)
    """
    for pattern, read in _SOURCES:
        found = pattern.search(source)
        if found:
            return read(*found.groups())
    return None


def _desnz(year: str, name: str) -> Printed:
    row = re.fullmatch(r"(\d{4}-r)(\d+)", name)
    dataset = (f"uk-desnz-{year}",)
    if row:  # in the edition of 2022 a gas's row follows the row of the total
        return Printed(dataset, tuple(f"{row[1]}{int(row[2]) - back}" for back in range(4)))
    stem, _, part = name.rpartition("_")
    return Printed(dataset, (stem,), gas=_DESNZ_PARTS.get(part, ""))


def _fuel(parameter_set: str, name: str) -> Printed | None:
    dataset = next((known for start, known in _FUEL_SETS.items() if parameter_set.startswith(start)), None)
    return Printed((dataset,), words=(f"{name}燃烧",)) if dataset else None


def _heat_or_carbonate(name: str) -> Printed:
    formula = re.sub(r"[^A-Za-z0-9]", "", name)
    if name.startswith("ncsc_"):
        return Printed(("cn-ncsc-efdb",), (name.removeprefix("ncsc_"), name))
    bare = name.removeprefix("cn_")
    return Printed(("cn-heat-and-carbonates",), (name, bare, bare.replace("_", "-"), f"carbonate-{formula}"))


def _hub(table: str, words: str) -> Printed:
    found = tuple(re.findall(r"[a-z0-9]+", words.lower()))
    return Printed(("us-epa-ghg-hub-2025", "us-epa-ghg-hub-2025-waste"), words=(f"t{table}.", *found), is_exact=False)


def _potential(gas: str, gwp_set: str) -> Potential:
    return Potential(gas.strip(), gwp_set)


def _steam(pressure: str, temperature: str | None) -> SteamPoint:
    return SteamPoint(Decimal(pressure), Decimal(temperature) if temperature else None)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


_SOURCES: Final[tuple[tuple[re.Pattern[str], Callable[..., Citation | None]], ...]] = (
    (_pattern(r"uk-desnz-conversion-factors-(\d{4})\.csv id (\S+)"), _desnz),
    (_pattern(r"china-fuel-default-parameters\.csv \[(.+?)\] *(\S+)"), _fuel),
    (_pattern(r"china-heat-carbonate-other-factors\.csv +(\S+)"), _heat_or_carbonate),
    (
        _pattern(r"china-grid-electricity-co2-factors\.csv (\d{4}) (\S+)"),
        lambda year, region: GridAverage(int(year), region),
    ),
    (_pattern(r"china-zero-carbon-park-rules-2025\.csv (.+)"), ParkMethod),
    (_pattern(r"us-epa-ghg-emission-factors-hub-2025\.csv table (\d+)(.*)"), _hub),
    (
        _pattern(r"us-epa-supply-chain-\S+\.csv (\d{6})"),
        lambda naics: Printed(("us-epa-supply-chain-v1.3",), (naics, f"{naics}-margins")),
    ),
    (
        _pattern(r"uk-supply-chain-spend-factors-2004-2009\.csv (\S+) (\d{4})"),
        lambda group, year: Printed(("uk-spend-2004-2009",), (f"{group}-{year}",)),
    ),
    (_pattern(r"ipcc-2006\S* (\d{5,7})"), lambda number: Printed(_IPCC, part_of=number)),
    (
        _pattern(r"china-electricity-footprint-factors\.csv (\d{4})"),
        lambda year: Printed((f"cn-mee-electricity-footprint-{year}",), is_exact=False),
    ),
    (_pattern(r"nz-mfe-electricity-factors\.csv (\d{4})"), lambda y: Printed(("nz-mfe-electricity",), (f"NZ-{y}",))),
    (_pattern(r"ipcc-gwp-100\.csv (.+) (SAR|AR4|AR5|AR6)\b"), _potential),
    (_pattern(r"refrigerant-blends\.csv (\S+) (AR4|AR5|AR6)\b"), _potential),
    (_pattern(r"\bC\.[45]\b\D*([\d.]+) ?MPa\b\D*([\d.]+)?"), _steam),
    (_pattern(r"china-tce-coefficients-gbt2589\.csv (.+)"), CoalEquivalent),
    (_pattern(r"^44/1[26]$"), lambda: Printed(("parkledger-definitions",), is_exact=False)),
)
