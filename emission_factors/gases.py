"""Greenhouse gases, their GWP-100 values by assessment report, and blends computed from their components.

A blend has no GWP of its own here: publishers disagree about it (the EPA prints 3104 for R-424A, its own
composition gives 2211.85). Every value names the table it stands in (`data/gwp100.csv`).
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from emission_factors import decimals
from emission_factors.resources import open_data


class GwpSet(StrEnum):
    """One IPCC assessment report's table of 100-year global warming potentials."""

    SAR = "SAR"
    """Second assessment report, 1995."""
    AR4 = "AR4"
    """Fourth assessment report, 2007."""
    AR5 = "AR5"
    """Fifth assessment report, 2013, without climate-carbon feedback."""
    AR6 = "AR6"
    """Sixth assessment report, 2021."""


class UnknownGas(ValueError):
    """A text names no gas and no blend of the catalogue."""


class UnknownGwp(ValueError):
    """The assessment report gives no GWP-100 for the gas; that is not the same as zero."""


@dataclass(frozen=True, slots=True)
class Gas:
    """One gas. `kyoto_group` is CO2, CH4, N2O, HFCS, PFCS, SF6 or NF3, or OTHER outside the seven groups."""

    code: str
    name_en: str
    name_zh: str
    kyoto_group: str

    @property
    def is_kyoto(self) -> bool:
        """Whether the gas belongs to the seven groups that scopes 1 to 3 hold (GHG Protocol, 2013 amendment)."""
        return self.kyoto_group != "OTHER"


@dataclass(frozen=True, slots=True)
class Gwp:
    """A 100-year global warming potential in kg CO2e per kg, and the table it is printed in."""

    gas: str
    gwp_set: GwpSet
    value: Decimal
    table: str


CO2: Final = "CO2"


def gas(text: str) -> Gas:
    """Return the gas of a code or an alias such as `R-134a`; raises `UnknownGas`."""
    found = _names().get(text)
    if found is None:
        raise UnknownGas(f"{text!r} is not a gas of the catalogue: write a code such as CO2, CH4_FOSSIL or HFC-134a")
    return found


def gwp(code: str, gwp_set: GwpSet) -> Gwp:
    """Return the GWP-100 of a gas in one assessment report; raises `UnknownGas` or `UnknownGwp`."""
    found = _gwps().get((gas(code).code, gwp_set))
    if found is None:
        raise UnknownGwp(f"{gwp_set} gives no 100-year GWP for {code}")
    return found


def composition(substance: str) -> "MappingProxyType[str, Decimal]":
    """Return gas -> mass fraction (summing to 1) of a blend such as `R-410A`, or of a single gas.

    Raises `UnknownGas`.
    """
    if substance in _blends():
        return _blends()[substance]
    return MappingProxyType({gas(substance).code: Decimal(1)})


def blend_gwp(substance: str, gwp_set: GwpSet) -> Decimal:
    """Return kg CO2e per kg of a blend: the sum over its Kyoto components of mass fraction x GWP-100.

    Components outside the Kyoto groups (HCFCs, hydrocarbons) are reported apart and do not count here
    (GHG Protocol, required greenhouse gases, 2013). Raises `UnknownGas`, `UnknownGwp`.

    >>> blend_gwp("R-410A", GwpSet.AR6)
    Decimal('2255.5')
    """
    parts = composition(substance).items()
    return decimals.total(
        decimals.product(share, gwp(code, gwp_set).value) for code, share in parts if gas(code).is_kyoto
    ).normalize(decimals.EXACT)


def all_gases() -> tuple[Gas, ...]:
    """Return every gas of the catalogue once, in the order of its table."""
    return tuple(dict.fromkeys(_names().values()))


def blends() -> tuple[str, ...]:
    """Return the names of the blends whose composition is known."""
    return tuple(_blends())


@lru_cache(maxsize=1)
def _names() -> dict[str, Gas]:
    names: dict[str, Gas] = {}
    with open_data("gases.csv") as lines:
        for row in csv.DictReader(lines):
            found = Gas(row["code"], row["name_en"], row["name_zh"], row["kyoto_group"])
            names.update({name: found for name in (row["code"], *row["aliases"].split("|")) if name})
    return names


@lru_cache(maxsize=1)
def _gwps() -> dict[tuple[str, GwpSet], Gwp]:
    with open_data("gwp100.csv") as lines:
        rows = [
            Gwp(row["gas"], GwpSet(row["gwp_set"]), Decimal(row["value"]), row["table"])
            for row in csv.DictReader(lines)
        ]
    return {(row.gas, row.gwp_set): row for row in rows}


@lru_cache(maxsize=1)
def _blends() -> dict[str, "MappingProxyType[str, Decimal]"]:
    parts: dict[str, dict[str, Decimal]] = {}
    with open_data("blends.csv") as lines:
        for row in csv.DictReader(lines):
            parts.setdefault(row["blend"], {})[gas(row["gas"]).code] = Decimal(row["mass_fraction"])
    return {name: MappingProxyType(shares) for name, shares in parts.items()}
