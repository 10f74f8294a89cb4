"""Storage as its owner declares it, and several units in one boundary as the one store that matching takes.

Attributes are not kept apart by unit: what is charged at one meter may be discharged at another. That needs one
efficiency; units that differ in it are matched site by site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.intervals.attribute_storage import Storage
from accounting.intervals.series import BadSeries, Series
from accounting.scope2.instruments import EnergyCarrier
from emission_factors import decimals
from emission_factors.units import UnknownUnit, unit

LONGEST_NAME: Final = 200
"""Characters that the name of a storage may have."""
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class StorageUnit:
    """A battery or heat store at a site of the declaring tenant, from `valid_from` to `valid_to`, both included.

    `efficiency` is of a round trip, above 0 to 1. `capacity` and `opening`, the attributes it holds as `valid_from`
    begins, are in `unit`; powers in `unit` per hour, None where nothing limits them. Raises `BadSeries`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.STORAGE

    site: UUID
    name: str
    carrier: EnergyCarrier
    efficiency: Decimal
    capacity: Decimal | None
    charge_power: Decimal | None
    discharge_power: Decimal | None
    opening: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadSeries("validTo", f"the storage ends on {self.valid_to}, before it begins on {self.valid_from}")
        if not self.name.strip():
            raise BadSeries("name", "the storage has no name; its site may have several")
        if len(self.name) > LONGEST_NAME:
            message = f"{self.name[:40]!r}... has {len(self.name)} characters; at most {LONGEST_NAME}"
            raise BadSeries("name", message)
        try:
            found = unit(self.unit)
        except UnknownUnit as error:
            raise BadSeries("unit", str(error)) from None
        if found.dimension != "energy":
            raise BadSeries("unit", f"{found.code} is no unit of energy, such as kWh or MWh")
        self.store(is_opening=True)

    @property
    def subject(self) -> str:
        """The site, the name and the first day."""
        return f"{self.site} {self.name} {self.valid_from}"

    def store(self, *, is_opening: bool) -> Storage:
        """Return it as matching takes it, in MJ, with what it holds at the start or empty; raises `BadSeries`."""
        ratio = decimals.exact(unit(self.unit).to_base)
        limits = (self.capacity, self.charge_power, self.discharge_power)
        capacity, charge, discharge = (None if one is None else decimals.product(one, ratio) for one in limits)
        opening = decimals.product(self.opening, ratio) if is_opening else _ZERO
        return Storage(self.efficiency, capacity, charge, discharge, opening)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it is there on some day of a period."""
        return self.valid_from <= last and (self.valid_to is None or first <= self.valid_to)


def check_storage(units: Sequence[StorageUnit]) -> None:
    """Raise `BadSeries` where a unit of one name is declared twice at a site for the same days."""
    for index, one in enumerate(units):
        for other in units[index + 1 :]:
            same = (one.site, one.name) == (other.site, other.name)
            if same and one.overlaps(other.valid_from, other.valid_to or date.max):
                message = f"{one.name} is declared from {one.valid_from} and again from {other.valid_from}; end one"
                raise BadSeries("validFrom", message)


def one_store(
    units: Sequence[StorageUnit],
    first: date,
    last: date,
    opening: Decimal | None = None,
    charged: Series | None = None,
    discharged: Series | None = None,
) -> Storage | None:
    """Return the units of a period as one store in MJ; None without any.

    It holds `opening` MJ at the start; without it what units begin with that begin with the period, and others nothing.
    `charged` and `discharged` are its meters, in MJ. Raises `BadSeries` for meters without a unit, a unit that is there
    on some days of the period only, or units that differ in efficiency.
    """
    there = [one for one in units if one.overlaps(first, last)]
    if not there:
        if charged or discharged:
            raise BadSeries("storage", "storage is metered and none is declared; declareStorage says its efficiency")
        return None
    for one in there:
        if one.valid_from > first or (one.valid_to is not None and one.valid_to < last):
            message = f"{one.name} is there from {one.valid_from} to {one.valid_to or 'now'}; ask for days within"
            raise BadSeries("storage", message)
    efficiencies = sorted({one.efficiency for one in there})
    if len(efficiencies) > 1:
        shown = ", ".join(map(str, efficiencies))
        raise BadSeries("storage", f"storage of efficiencies {shown} is no one store; ask by site")
    stores = [one.store(is_opening=one.valid_from == first) for one in there]
    return Storage(
        efficiency=efficiencies[0],
        capacity=_sum([one.capacity for one in stores]),
        charge_power=_sum([one.charge_power for one in stores]),
        discharge_power=_sum([one.discharge_power for one in stores]),
        opening=decimals.total(one.opening for one in stores) if opening is None else opening,
        charged=charged,
        discharged=discharged,
    )


def _sum(limits: Sequence[Decimal | None]) -> Decimal | None:
    """Return the limit of all together; None where one of them has none."""
    known = [limit for limit in limits if limit is not None]
    return decimals.total(known) if len(known) == len(limits) else None
