"""Carbon-free energy (CFE) matched to load in the interval it was made: scores, and what the rest emits.

`matched = min(load, CFE)` in each interval; annual matching is the same of the sums. The method is Google's and
EnergyTag's (recalled). A year matched by its sums can be half unmatched by the hour: both stand side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from accounting.intervals.attribute_storage import Storage, StorageUse, stored
from accounting.intervals.series import (
    BadSeries,
    MissingSpan,
    Series,
    added,
    known_values,
    missing_spans,
    same_intervals,
)
from emission_factors import decimals

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """What a plant, wire or contract supplied; `has_attribute` is false where its certificates were sold, and then it
    matches nothing.
    """

    series: Series
    has_attribute: bool = True


@dataclass(frozen=True, slots=True)
class Matching:
    """Load, CFE and what matched, by interval; `discharged` is what storage matched beside.

    `grid` is the carbon-free part of what the grid supplied for the rest, None where its share is not known.
    """

    load: Series
    supply: Series
    matched: Series
    discharged: Series | None
    storage: StorageUse | None
    grid: Decimal | None

    @property
    def load_total(self) -> Decimal:
        """All load."""
        return _sum(self.load)

    @property
    def supply_total(self) -> Decimal:
        """All CFE with attribute."""
        return _sum(self.supply)

    @property
    def annual(self) -> Decimal:
        """What matches by the sums of the period."""
        return min(self.load_total, self.supply_total)

    @property
    def hourly(self) -> Decimal:
        """What matches interval by interval."""
        return _sum(self.matched)

    @property
    def with_storage(self) -> Decimal | None:
        """What matches interval by interval, with what storage shifted; None without storage."""
        return None if self.discharged is None else decimals.total((self.hourly, _sum(self.discharged)))

    @property
    def with_grid(self) -> Decimal | None:
        """What matches with storage, if any, and the grid's own CFE; None where that is not known."""
        own = self.hourly if self.with_storage is None else self.with_storage
        return None if self.grid is None else decimals.total((own, self.grid))

    def unmatched(self, covered: Decimal) -> Decimal:
        """Return what of the load is not covered."""
        return decimals.EXACT.subtract(self.load_total, covered)

    def score(self, covered: Decimal | None) -> Fraction | None:
        """Return what is covered as a share of the load, 0 to 1; None without load, or where it is not known."""
        load = self.load_total
        return Fraction(covered) / Fraction(load) if load and covered is not None else None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """No matching, for intervals are missing; filled with zero they would raise or lower every score."""

    missing: tuple[MissingSpan, ...]


@dataclass(frozen=True, slots=True)
class MarketBased:
    """Market-based emissions of the same load by annual and by hourly matching, side by side, in the factor's mass.

    `with_storage` is None without storage.
    """

    annual: Decimal
    hourly: Decimal
    with_storage: Decimal | None


def match(
    load: Mapping[str, Series],
    sources: Mapping[str, Source],
    storage: Storage | None = None,
    grid_cfe: Series | None = None,
) -> Matching | Incomplete:
    """Match the meters of `load` together to the `sources` that have attributes, interval by interval.

    Only surplus of these sources charges storage: `stock + charge x efficiency - discharge`. `grid_cfe` is the share
    of carbon-free energy in the grid by interval, 0 to 1. Source: Google, 24/7 carbon-free energy methodology (2021);
    EnergyTag. Raises `BadSeries` where intervals differ, a meter or a source is lacking, or a share is above 1.
    """
    with_attribute = {name: source.series for name, source in sources.items() if source.has_attribute}
    series = _named(load, with_attribute, storage, grid_cfe)
    if not load or not sources:
        raise BadSeries("sources" if load else "load", "at least one meter of load and one source are needed")
    same_intervals({**series, **{name: source.series for name, source in sources.items()}})
    missing = missing_spans(series)
    if missing:
        return Incomplete(missing)
    needed = added(list(load.values()))
    supply = added(list(with_attribute.values())) if with_attribute else _nothing(needed)
    return _matched(needed, supply, storage, grid_cfe)


def market_based(matching: Matching, residual_mix: Decimal) -> MarketBased:
    """Return unmatched load x residual mix, mass per unit of energy, by each way of matching.

    What the grid's own CFE covers is no claim of the load, and takes the residual mix too. Source: GHG Protocol Scope 2
    Guidance (2015), chapter 6; by the hour as in the drafts of its revision.
    """
    return MarketBased(
        annual=decimals.product(matching.unmatched(matching.annual), residual_mix),
        hourly=decimals.product(matching.unmatched(matching.hourly), residual_mix),
        with_storage=None
        if matching.with_storage is None
        else decimals.product(matching.unmatched(matching.with_storage), residual_mix),
    )


def _named(
    load: Mapping[str, Series], supply: Mapping[str, Series], storage: Storage | None, grid_cfe: Series | None
) -> Mapping[str, Series]:
    """Return every series the result rests on by name; a meter that is both load and source has one name too many."""
    twice = sorted(load.keys() & supply.keys())
    if twice:
        raise BadSeries("sources", f"{twice[0]!r} is a meter of load too; each series needs a name of its own")
    others = {
        "storage.charged": storage.charged if storage else None,
        "storage.discharged": storage.discharged if storage else None,
        "gridCfe": grid_cfe,
    }
    return {**load, **supply, **{name: one for name, one in others.items() if one is not None}}


def _matched(load: Series, supply: Series, storage: Storage | None, grid_cfe: Series | None) -> Matching:
    matched = tuple(map(min, known_values(load), known_values(supply)))
    with localcontext(decimals.EXACT):
        surplus = [made - part for made, part in zip(known_values(supply), matched, strict=True)]
        short = [needed - part for needed, part in zip(known_values(load), matched, strict=True)]
    discharged, use = (None, None) if storage is None else stored(storage, load, surplus, short)
    if discharged is not None:
        with localcontext(decimals.EXACT):
            short = [needed - part for needed, part in zip(short, discharged, strict=True)]
    return Matching(
        load,
        supply,
        Series(load.start, load.minutes, matched),
        None if discharged is None else Series(load.start, load.minutes, tuple(discharged)),
        use,
        None if grid_cfe is None else _from_grid(short, grid_cfe),
    )


def _from_grid(short: list[Decimal], grid_cfe: Series) -> Decimal:
    shares = known_values(grid_cfe)
    highest = max(shares)
    if highest > 1:
        raise BadSeries("gridCfe", f"a share of {highest}; accepted are 0 to 1, where 1 is all")
    return decimals.total(decimals.product(*pair) for pair in zip(short, shares, strict=True))


def _nothing(like: Series) -> Series:
    return Series(like.start, like.minutes, (_ZERO,) * len(like.values))


def _sum(series: Series) -> Decimal:
    """Return the sum of a series that is complete."""
    found = series.total()
    return _ZERO if found is None else found
