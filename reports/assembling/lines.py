"""The inventory lines of a document, in one order, and sums over them.

Cells of the tables are added up here, by the same description (`LineSum`) that stands in the document beside them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.footprints import FootprintLine
from accounting.lines import ResolvedLine
from accounting.outside import is_claim
from accounting.reporting.inputs import ReportInputs
from emission_factors import decimals
from emission_factors.activity_types import Line, Scope
from reports.document import InventoryLine, LineSum

CLAIM: Final = "CLAIM"
"""What stands for the total of avoided emissions, removals and offsets, which are in none."""
PER_TONNE: Final = Decimal("0.001")
"""Tonnes in a kilogram."""
EMISSIONS: Final = ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3", "OUTSIDE")
"""Totals in which each emission stands once; purchased energy is counted by location."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the document with the footprint's line it was made of."""

    shown: InventoryLine
    found: FootprintLine

    @property
    def resolved(self) -> ResolvedLine:
        """The line's factor, and why it was chosen."""
        return self.found.resolved


class Lines:
    """The lines of a document, added up by what they have; each set of fields is looked through once."""

    def __init__(self, counted: Sequence[Counted]) -> None:
        self.counted = tuple(counted)
        self._indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[Counted]]] = {}

    @property
    def shown(self) -> tuple[InventoryLine, ...]:
        """The lines as the document shows them."""
        return tuple(one.shown for one in self.counted)

    def of(self, where: Mapping[str, Sequence[str]]) -> Iterator[Counted]:
        """Yield the lines that have one of the values of each field."""
        fields = tuple(sorted(where))
        index = self._indexes.get(fields)
        if index is None:
            index = self._indexes[fields] = self._indexed(fields)
        for key in product(*(dict.fromkeys(where[field]) for field in fields)):
            yield from index.get(key, ())

    def sum(self, of: LineSum) -> Decimal:
        """Return what a description of a sum comes to, exactly."""
        measured = decimals.total(measure(one.shown, of.measure) for one in self.of(of.where))
        return decimals.product(measured, of.times)

    def values(self, field: str) -> list[str]:
        """Return every value that a field has, in order."""
        return sorted({value(one.shown, field) for one in self.counted})

    def _indexed(self, fields: tuple[str, ...]) -> dict[tuple[str, ...], list[Counted]]:
        found: dict[tuple[str, ...], list[Counted]] = {}
        for one in self.counted:
            found.setdefault(tuple(value(one.shown, field) for field in fields), []).append(one)
        return found


_FIELDS: Final[Mapping[str, Callable[[InventoryLine], str]]] = MappingProxyType(
    {
        "total": lambda line: line.total,
        "category": lambda line: line.category,
        "isoCategory": lambda line: line.iso_category,
        "tenant": lambda line: line.tenant,
        "site": lambda line: line.site,
        "month": lambda line: line.month.isoformat(),
        "activityType": lambda line: line.activity_type,
        "line": lambda line: line.line,
        "unit": lambda line: line.unit,
        "sign": lambda line: str(line.sign),
        "supplier": lambda line: line.supplier,
        "region": lambda line: line.region,
        "quality": lambda line: line.quality,
        "factors": lambda line: " ".join(line.factors),
    }
)
"""Field by its name in the JSON -> a line's value of it; of a list, its members with spaces between."""

_MAPPINGS: Final[Mapping[str, Callable[[InventoryLine], Mapping[str, Decimal]]]] = MappingProxyType(
    {
        "gases": lambda line: line.gases,
        "gasCo2e": lambda line: line.gas_co2e,
        "outsideGases": lambda line: line.outside_gases,
        "outsideCo2e": lambda line: line.outside_co2e,
    }
)
_MEASURES: Final[Mapping[str, Callable[[InventoryLine], Decimal]]] = MappingProxyType(
    {
        "co2e": lambda line: line.co2e,
        "biogenicCo2": lambda line: line.biogenic_co2,
        "reported": lambda line: decimals.product(line.quantity, line.share),
        "rowCount": lambda line: Decimal(line.row_count),
        "unsplit": lambda line: decimals.EXACT.subtract(line.co2e, decimals.total(line.gas_co2e.values())),
    }
)


def value(line: InventoryLine, field: str) -> str:
    """Return a line's value of a field that sums are restricted by."""
    return _FIELDS[field](line)


def measure(line: InventoryLine, name: str) -> Decimal:
    """Return what of a line is added up."""
    head, _, key = name.partition(".")
    if key:
        return _MAPPINGS[head](line).get(key, Decimal(0))
    return _MEASURES[head](line)


def lines_of(inputs: ReportInputs) -> Lines:
    """Return the lines of a footprint in the order of the document, numbered."""
    ordered = sorted((_unnumbered(inputs, found) for found in inputs.footprint.lines), key=_order)
    width = len(str(len(ordered)))
    return Lines([Counted(_numbered(one.shown, f"{at:0{width}}"), one.found) for at, one in enumerate(ordered, 1)])


def total_of(line: Line) -> str:
    """Return the name of the total that an inventory line belongs to."""
    if is_claim(line):
        return CLAIM
    return (
        f"{line.scope.value}_{line.method.value}" if line.scope is Scope.SCOPE_2 and line.method else line.scope.value
    )


def site_name(inputs: ReportInputs, holder: UUID, site: UUID) -> str:
    """Return what a line calls a site: its code, with that of the tenant that runs it where another one reports it."""
    place = inputs.places[site]
    return place.code if place.tenant == holder else f"{place.operator}/{place.code}"


def co2e(where: Mapping[str, Sequence[str]], times: Decimal = PER_TONNE) -> LineSum:
    """Return the description of a sum of CO2e, in tonnes."""
    return LineSum("co2e", where, times)


def joined(parts: Iterable[str]) -> str:
    """Return texts as one, each once, in order."""
    return "; ".join(sorted({part for part in parts if part}))


def _unnumbered(inputs: ReportInputs, found: FootprintLine) -> Counted:
    if found.tenant is None or found.site is None or found.month is None:
        raise RuntimeError("a report is assembled from lines by tenant, site and month")
    resolved, amounts = found.resolved, found.amounts
    selections = [one for one in (resolved.selection, resolved.complement) if one]
    shown = InventoryLine(
        code="",
        tenant=inputs.parties[found.tenant].code,
        site=site_name(inputs, found.tenant, found.site),
        month=found.month,
        activity_type=found.activity.code,
        line=found.line.code,
        total=total_of(found.line),
        category=found.line.category,
        quantity=found.quantity,
        unit=found.unit.code,
        share=found.share,
        sign=found.line.sign,
        co2e_per_unit=resolved.factor.co2e_total,
        co2e=amounts.co2e,
        gases=_sorted(amounts.gases),
        biogenic_co2=amounts.biogenic,
        factors=tuple(one.factor.factor_id for one in selections),
        row_count=found.row_count,
        iso_category=found.line.iso_category,
        supplier=found.supplier,
        region=found.region,
        quality=found.quality,
        gas_co2e=_sorted(amounts.co2e_by_gas),
        outside_gases=_sorted(amounts.outside),
        outside_co2e=_sorted(amounts.outside_co2e),
    )
    return Counted(shown, found)


def _sorted(masses: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: masses[name] for name in sorted(masses)}


def _order(one: Counted) -> tuple[object, ...]:
    line = one.shown
    where = (line.tenant, line.site, line.month, line.activity_type, line.line, line.total, line.category)
    return (*where, line.supplier, line.region, line.quality, line.factors, line.unit, line.share, line.quantity)


def _numbered(line: InventoryLine, number: str) -> InventoryLine:
    return InventoryLine(**{**{name: getattr(line, name) for name in line.__slots__}, "code": number})
