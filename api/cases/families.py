"""What a feature is about: under which activity types its figures belong when a case does not say it by its factors."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """`own` takes a factor that the case gives. `groups` are activity types preferred for a factor of the catalogue and
    for a gas, best first.
    """

    own: str
    groups: tuple[str, ...] = ()
    gas: tuple[str, ...] = ("lab_gas.",)


_ANY: Final = Family("other.stationary")

FAMILIES: Final = MappingProxyType(
    {
        "fuel-combustion-cn": Family("other.stationary", ("stationary.",)),
        "process-emissions": Family("other.process", ("process.",)),
        "electricity-location": Family("electricity.grid", ("electricity.grid",)),
        "electricity-market": Family("electricity.grid", ("electricity.grid",)),
        "factor-year": Family("electricity.grid", ("electricity.grid",)),
        "park-totals": Family("electricity.grid", ("electricity.grid",)),
        "heat-steam": Family("other.purchased_energy", ("heat.district", "steam.", "heat.")),
        "energy-tce": Family("other.stationary"),
        "gwp-aggregation": Family("other.fugitive"),
        "refrigerant": Family("other.fugitive", ("refrigerant.",), ("refrigerant.leaked", "refrigerant.returned")),
        "wastewater": Family("other.process", ("wastewater.",)),
        "waste": Family("other.category_05", ("waste.", "incineration.")),
        "us-fuel": Family("other.stationary", ("stationary.", "mobile.", "electricity.grid", "steam.")),
        "unit-chain": Family("other.stationary", ("stationary.", "mobile.")),
        "gas-split-sum": Family("other.stationary", ("stationary.",)),
        "mobile-combustion": Family("other.mobile", ("mobile.", "fleet.")),
        "uk-energy-chain": Family("other.category_03", ("electricity.grid", "heat.district", "goods.water")),
        "freight": Family("other.category_04", ("freight.",)),
        "travel": Family("other.category_06", ("travel.", "commute.")),
        "spend-based": Family("other.category_01", ("goods.",)),
        "pcf-sum": Family("other.category_01"),
        "biogenic": Family("other.stationary", ("stationary.", "mobile.")),
    }
)
"""Feature -> family."""


def family_of(feature: str) -> Family:
    """Return the family of a feature; one that is not known is a direct source like any other."""
    return FAMILIES.get(feature, _ANY)
