"""A footprint: quantity cells times factors, folded into inventory lines. Linear in quantity, additive over its parts.

Cells arrive summed to the grain that the factor depends on. What is not asked apart (tenant, site, month) is added up
before it is multiplied, so the work does not grow with the park.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.amounts import ZERO, Amounts, emitted
from accounting.answers import Answer, Answers, Asked
from accounting.basis import Basis
from accounting.boundary import ONE as ONE
from accounting.boundary import placed
from accounting.consolidation import NoStake, Placement
from accounting.lines import Gap, NoSupply, OwnFactors, ResolvedLine
from accounting.scope2.coverage import Covered, line_of, takes
from accounting.scope2.matching import Matching
from emission_factors import decimals
from emission_factors.activity_types import ActivityType, Line, activity_type
from emission_factors.units import Unit, unit


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum of quantity cells. `tenant`, `site` and `month` are None where they were added up; `own_tenant` is the
    tenant whose own factors apply, if it has any; `day` is the first of the month that decides the factor; `covered`
    what instruments cover of the quantity. The quantity is the operation's; `share` of it is reported, at `placement`,
    unless `unbounded` says that nobody stated whose it is, or that its internal supply has no factor. `quality` is
    empty where it was added up.
    """

    activity_type: str
    base_unit: str
    supplier: str
    region: str
    day: date
    tenant: UUID | None
    site: UUID | None
    own_tenant: UUID | None
    quantity: Decimal
    row_count: int
    covered: tuple[Covered, ...] = ()
    share: Decimal = ONE
    placement: Placement = Placement.SCOPE_1_AND_2
    unbounded: NoStake | NoSupply | None = None
    quality: str = ""


@dataclass(frozen=True, slots=True)
class FootprintLine:
    """One inventory line of a footprint: a quantity, its factor, what `share` of it emits; `quality` where asked."""

    tenant: UUID | None
    site: UUID | None
    month: date | None
    first_month: date
    last_month: date
    activity: ActivityType
    region: str
    supplier: str
    unit: Unit
    quantity: Decimal
    share: Decimal
    row_count: int
    resolved: ResolvedLine
    amounts: Amounts
    quality: str = ""

    @property
    def line(self) -> Line:
        """The inventory line of the activity type."""
        return self.resolved.line


@dataclass(frozen=True, slots=True)
class FootprintGap:
    """A line that is missing from the totals: what quantity, where and when, and why no factor was found."""

    tenant: UUID | None
    site: UUID | None
    first_month: date
    last_month: date
    activity: ActivityType
    region: str
    supplier: str
    unit: Unit
    quantity: Decimal
    gap: Gap


@dataclass(frozen=True, slots=True)
class Footprint:
    """Lines and gaps; everything else is a sum over the lines. `matching` says what instruments cover, and what of them
    is refused; None where nobody holds any.
    """

    lines: tuple[FootprintLine, ...]
    gaps: tuple[FootprintGap, ...]
    matching: Matching | None = None


def fold(basis: Basis, cells: Iterable[Cell], own: Mapping[UUID, OwnFactors], keeps_months: bool) -> Footprint:
    """Return the footprint of cells; `own` holds tenants' factors, `keeps_months` keeps months apart."""
    answers = Answers(basis, own)
    quantities: dict[tuple[object, ...], _Sum] = {}
    missing: dict[tuple[object, ...], _Sum] = {}
    for cell in cells:
        month = cell.day if keeps_months else None
        where = (cell.tenant, cell.site, cell.activity_type, cell.region, cell.supplier, cell.base_unit, cell.quality)
        which = (*where, cell.share, cell.placement, month)
        answer = answers.of(_asked(cell)) if cell.unbounded is None else _unbounded(basis, cell, cell.unbounded)
        for identity, line in answer.lines:
            _gathered(quantities, (*which, identity), _uncovered(basis, cell, line.line), line)
        for gap in answer.gaps:
            _gathered(missing, (*where, gap.line.code, type(gap.error)), _uncovered(basis, cell, gap.line), gap)
        for part, line in _covered_lines(basis, cell):
            identity = f"{line.line.code} {part.instrument.id}"
            _gathered(quantities, (*which, identity), replace(cell, quantity=part.quantity), line)
    return Footprint(
        tuple(_line(found, keeps_months) for found in quantities.values()),
        tuple(_gap(found) for found in missing.values()),
    )


class _Sum:
    """Quantity gathered for one line or gap."""

    __slots__ = ("cell", "first", "last", "quantity", "rows", "what")

    def __init__(self, cell: Cell, what: ResolvedLine | Gap) -> None:
        self.cell = cell
        self.what = what
        self.quantity = ZERO
        self.rows = 0
        self.first = self.last = cell.day

    def add(self, cell: Cell) -> None:
        self.quantity = decimals.EXACT.add(self.quantity, cell.quantity)
        self.rows += cell.row_count
        self.first = min(self.first, cell.day)
        self.last = max(self.last, cell.day)


def _asked(cell: Cell) -> Asked:
    return Asked(cell.activity_type, cell.region, cell.day, cell.supplier, cell.base_unit, cell.own_tenant)


def _unbounded(basis: Basis, cell: Cell, error: NoStake | NoSupply) -> Answer:
    """Return a gap for every line of a cell of which nobody can say whose it is, or what its supply carries."""
    lines = activity_type(cell.activity_type).lines
    return Answer((), tuple(Gap(line, error) for line in lines if basis.regime.reports(line)))


def _uncovered(basis: Basis, cell: Cell, line: Line) -> Cell | None:
    """Return the cell with what instruments leave of it to a line, None where they leave nothing of it, or a lease."""
    if cell.placement is not Placement.SCOPE_1_AND_2 and placed(line, cell.placement) is None:
        return None
    if not cell.covered or cell.unbounded:
        return cell
    taken = decimals.total(part.quantity for part in cell.covered if takes(line, part.instrument, basis.regime))
    left = decimals.EXACT.subtract(cell.quantity, taken)
    return replace(cell, quantity=left) if left else None


def _covered_lines(basis: Basis, cell: Cell) -> Iterator[tuple[Covered, ResolvedLine]]:
    """Yield the lines that instruments give: for every scope 2 line they take a part of."""
    for part in cell.covered if cell.unbounded is None else ():
        for line in activity_type(cell.activity_type).lines:
            if placed(line, cell.placement) is None:
                continue
            if basis.regime.reports(line) and takes(line, part.instrument, basis.regime):
                yield part, line_of(basis, line, part, cell.region, cell.day)


def _gathered(
    sums: dict[tuple[object, ...], _Sum], key: tuple[object, ...], cell: Cell | None, what: ResolvedLine | Gap
) -> None:
    if cell is None:
        return
    found = sums.get(key)
    if found is None:
        found = sums[key] = _Sum(cell, what)
    found.add(cell)


def _line(found: _Sum, keeps_months: bool) -> FootprintLine:
    cell, resolved = found.cell, found.what
    assert isinstance(resolved, ResolvedLine)  # noqa: S101  lines and gaps are gathered apart
    line = placed(resolved.line, cell.placement)
    assert line is not None  # noqa: S101  what a lease drops was not gathered
    reported = found.quantity if cell.share == ONE else decimals.product(found.quantity, cell.share)
    return FootprintLine(
        tenant=cell.tenant,
        site=cell.site,
        month=found.first if keeps_months else None,
        first_month=found.first,
        last_month=found.last,
        activity=activity_type(cell.activity_type),
        region=cell.region,
        supplier=cell.supplier,
        unit=unit(cell.base_unit),
        quantity=found.quantity,
        share=cell.share,
        row_count=found.rows,
        resolved=resolved if line is resolved.line else replace(resolved, line=line),
        amounts=emitted(reported, resolved.factor, line.sign),
        quality=cell.quality,
    )


def _gap(found: _Sum) -> FootprintGap:
    cell, gap = found.cell, found.what
    assert isinstance(gap, Gap)  # noqa: S101  lines and gaps are gathered apart
    return FootprintGap(
        cell.tenant,
        cell.site,
        found.first,
        found.last,
        activity_type(cell.activity_type),
        cell.region,
        cell.supplier,
        unit(cell.base_unit),
        found.quantity,
        gap,
    )
