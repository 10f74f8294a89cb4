"""Carbon-free energy matched to load by the hour, and direct wires held against their rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import strawberry
from strawberry.dataloader import DataLoader

from accounting.amounts import emitted
from accounting.intervals import attribute_storage, direct_wires, hourly_matching
from accounting.intervals import residual_mixes as pure
from accounting.lines import ResolvedLine
from emission_factors import decimals
from emission_factors.gases import GwpSet
from emission_factors.units import unit
from ledger.intervals import series as interval_series
from ledger.intervals.matching import FoundMatching
from schema.enums import LineFlag, WireRatio, WireStatus
from schema.pages import Connection, sliced
from schema.scalars import Day, ExactDecimal, Instant
from schema.types.activities import After, First
from schema.types.emissions import Emissions, Explanation
from schema.types.intervals import IntervalSeries, MissingIntervals, in_unit
from schema.types.storage_units import StorageUnit

SHOWN_IN: Final = unit("kWh")
TO_BASE: Final = decimals.exact(SHOWN_IN.to_base)

Totals = DataLoader[interval_series.IntervalSeries, Decimal | None]
"""Loads the sums of series over the period of a question, MJ."""


def kilowatt_hours(value: Decimal) -> ExactDecimal:
    """Return MJ in kWh."""
    return in_unit(value, TO_BASE)


def percent(share: Fraction | None) -> ExactDecimal | None:
    """Return a share in percent, at most 50 digits of it."""
    return None if share is None else ExactDecimal(decimals.exact(share * 100))


@strawberry.input(description="A residual mix to use instead of the server's choice.")
class ResidualMixInput:
    """A residual mix."""

    kg_co2e_per_kwh: ExactDecimal = strawberry.field(description="kg CO2e per kWh.")
    source: str = strawberry.field(description="Publisher, document and table it comes from.")

    def mix(self) -> pure.GivenMix:
        """Return the mix as the arithmetic knows it."""
        return pure.GivenMix(self.kg_co2e_per_kwh, self.source)


@strawberry.type(description="The factor of load that nothing matches: market-based electricity without instrument.")
class ResidualMix:
    """A residual mix as it was chosen."""

    resolved: strawberry.Private[ResolvedLine]
    gwp: strawberry.Private[GwpSet]

    @strawberry.field(description="kg CO2e per kWh.")
    def kg_co2e_per_kwh(self) -> ExactDecimal:
        """Return the rate."""
        return ExactDecimal(decimals.shown(decimals.product(self.resolved.factor.co2e_total, TO_BASE)))

    @strawberry.field(description="What a reader must know, such as that the grid average stands in.")
    def flags(self) -> list[LineFlag]:
        """Return the flags."""
        return sorted(self.resolved.flags)

    @strawberry.field(description="Why this factor, and how a kWh comes to its emissions.")
    def explanation(self) -> Explanation:
        """Explain one kWh."""
        return Explanation(resolved=self.resolved, quantity=Decimal(1), counted_in=SHOWN_IN, gwp=self.gwp)


@strawberry.type(description="Load matched in one of the ways, and what the rest of it emits.")
class MatchingResult:
    """One way of matching."""

    matched: ExactDecimal = strawberry.field(description="Load that is matched, kWh.")
    unmatched: ExactDecimal = strawberry.field(description="Load that is not, kWh.")
    percent: ExactDecimal | None = strawberry.field(description="Matched in percent of the load; none without load.")
    market_based: Emissions | None = strawberry.field(
        description="Market-based emissions: unmatched load at the residual mix. None where no one mix applies, and "
        "where the grid's own carbon-free energy is counted, which is no claim of the load."
    )


@strawberry.type(
    description="What storage did with attributes, kWh: opening + charged - lost = discharged + released + closing."
)
class StorageUse:
    """A store over the period."""

    opening: ExactDecimal = strawberry.field(description="Attributes it held at the start.")
    charged: ExactDecimal = strawberry.field(description="Surplus with attributes that it took.")
    lost: ExactDecimal = strawberry.field(description="Attributes that its losses used up.")
    discharged: ExactDecimal = strawberry.field(description="Attributes it gave to the load.")
    released: ExactDecimal = strawberry.field(description="Attributes that left it when no load was short of them.")
    closing: ExactDecimal = strawberry.field(
        description="Attributes it held at the end; `storageOpening` of the period that follows."
    )

    @classmethod
    def of(cls, found: attribute_storage.StorageUse) -> "StorageUse":
        """Make the type of a use."""
        per = Fraction(TO_BASE)
        return cls(
            opening=kilowatt_hours(found.opening),
            charged=ExactDecimal(decimals.exact(found.charged / per)),
            lost=ExactDecimal(decimals.exact(found.lost / per)),
            discharged=kilowatt_hours(found.discharged),
            released=kilowatt_hours(found.released),
            closing=kilowatt_hours(found.closing),
        )


@strawberry.type(description="A series that the answer rests on, with its sum.")
class MatchedSeries:
    """An input."""

    series: IntervalSeries = strawberry.field(description="The series; `intervalReadings` shows its readings.")
    totals: strawberry.Private[Totals | None]

    @strawberry.field(
        description="Sum over the period, kWh; none where intervals are missing, and of shares. It is read when asked "
        "for; a question may read two million intervals."
    )
    async def total(self) -> ExactDecimal | None:
        """Load the sum."""
        found = await self.totals.load(self.series.found) if self.totals else None
        return None if found is None else kilowatt_hours(found)


def matched_series(found: Sequence[interval_series.IntervalSeries], totals: Totals | None) -> list[MatchedSeries]:
    """Make the types of inputs; shares have no `totals`."""
    return [MatchedSeries(series=IntervalSeries.of(one), totals=totals) for one in found]


@strawberry.type(description="One interval as it was matched, kWh.")
class MatchedInterval:
    """An interval."""

    start: Instant = strawberry.field(description="Start.")
    end: Instant = strawberry.field(description="End, not part of it.")
    load: ExactDecimal = strawberry.field(description="Load.")
    carbon_free: ExactDecimal = strawberry.field(description="Carbon-free supply with its attributes.")
    matched: ExactDecimal = strawberry.field(description="The lesser of both.")
    discharged: ExactDecimal = strawberry.field(description="What storage matched beside.")
    unmatched: ExactDecimal = strawberry.field(description="Load that is left.")


@dataclass(frozen=True, slots=True)
class Mixed:
    """The residual mix of a question, or why there is none."""

    resolved: ResolvedLine | None
    reason: str
    gwp: GwpSet


@strawberry.type(
    description="Load of a boundary matched to carbon-free energy, by the sums of the period and interval by interval, "
    "side by side. Without every reading there are no results: a gap filled with zero would raise or lower them."
)
class HourlyMatching:
    """A matching."""

    first_day: Day = strawberry.field(description="First day.")
    last_day: Day = strawberry.field(description="Last day, included.")
    time_zone: str = strawberry.field(description="IANA time zone whose clock the days are of.")
    minutes: int = strawberry.field(description="Minutes of the intervals matched.")
    unit: str = strawberry.field(description="Unit of the quantities.")
    no_residual_mix: str = strawberry.field(description="Why there is no residual mix; empty where there is one.")
    found: strawberry.Private[FoundMatching]
    mix: strawberry.Private[Mixed]
    totals: strawberry.Private[Totals]

    @strawberry.field(description="Whether nothing is missing.")
    def is_complete(self) -> bool:
        """Whether there are results."""
        return self._matching is not None

    @strawberry.field(description="What nobody read, by series; it keeps results away.")
    def missing(self) -> list[MissingIntervals]:
        """Return the runs of missing intervals."""
        found = self.found.found
        return MissingIntervals.all_of(found.missing) if isinstance(found, hourly_matching.Incomplete) else []

    @strawberry.field(description="The series matched: load, supply and storage.")
    def series(self) -> list[MatchedSeries]:
        """Return the inputs."""
        return matched_series(self.found.inputs, self.totals)

    @strawberry.field(description="The series of the grid's share of carbon-free energy, if there is one.")
    def grid_cfe(self) -> MatchedSeries | None:
        """Return the share."""
        share = self.found.grid_cfe
        return matched_series([share.series], None)[0] if share else None

    @strawberry.field(description="Storage declared for the period.")
    def storage_units(self) -> list[StorageUnit]:
        """Return the declared units."""
        return [StorageUnit.of(one) for one in self.found.storage]

    @strawberry.field(description="All load, kWh.")
    def load(self) -> ExactDecimal | None:
        """Return the load."""
        return kilowatt_hours(self._matching.load_total) if self._matching else None

    @strawberry.field(description="All carbon-free supply with its attributes, kWh.")
    def carbon_free(self) -> ExactDecimal | None:
        """Return the supply."""
        return kilowatt_hours(self._matching.supply_total) if self._matching else None

    @strawberry.field(description="Matched by the sums of the period, as certificates of a year are.")
    def annual(self) -> MatchingResult | None:
        """Return matching by sums."""
        return self._result(self._matching.annual) if self._matching else None

    @strawberry.field(description="Matched interval by interval.")
    def hourly(self) -> MatchingResult | None:
        """Return matching by interval."""
        return self._result(self._matching.hourly) if self._matching else None

    @strawberry.field(description="Matched interval by interval, with what storage shifted; none without storage.")
    def with_storage(self) -> MatchingResult | None:
        """Return matching with storage."""
        return self._result(self._matching.with_storage) if self._matching else None

    @strawberry.field(
        description="The same with the carbon-free part of what the grid supplied for the rest; none where the share "
        "of the grid is not known."
    )
    def with_grid(self) -> MatchingResult | None:
        """Return matching with the grid."""
        return self._result(self._matching.with_grid, is_claim=False) if self._matching else None

    @strawberry.field(description="What storage did; none without storage.")
    def storage(self) -> StorageUse | None:
        """Return the use of storage."""
        use = self._matching.storage if self._matching else None
        return StorageUse.of(use) if use else None

    @strawberry.field(description="The factor of what nothing matches; none where no one factor applies.")
    def residual_mix(self) -> ResidualMix | None:
        """Return the residual mix."""
        return ResidualMix(resolved=self.mix.resolved, gwp=self.mix.gwp) if self.mix.resolved else None

    @strawberry.field(description="Interval by interval; none while readings are missing.")
    def intervals(self, first: First = None, after: After = None) -> Connection[MatchedInterval]:
        """Page through the intervals."""
        indices = range(len(self._matching.load.values)) if self._matching else range(0)
        return sliced(indices, first, after, self._interval, str)

    @property
    def _matching(self) -> hourly_matching.Matching | None:
        found = self.found.found
        return found if isinstance(found, hourly_matching.Matching) else None

    def _result(self, covered: Decimal | None, *, is_claim: bool = True) -> MatchingResult | None:
        found, line = self._matching, self.mix.resolved
        if found is None or covered is None:
            return None
        rest = found.unmatched(covered)
        emissions = Emissions(amounts=emitted(rest, line.factor)) if line and is_claim else None
        return MatchingResult(
            matched=kilowatt_hours(covered),
            unmatched=kilowatt_hours(rest),
            percent=percent(found.score(covered)),
            market_based=emissions,
        )

    def _interval(self, index: int) -> MatchedInterval:
        found = self._matching
        if found is None:
            raise RuntimeError("an interval of a matching without results was asked for")
        shifted = found.discharged.values[index] if found.discharged else None
        load, supply, matched, discharged = (
            value or Decimal(0)
            for value in (found.load.values[index], found.supply.values[index], found.matched.values[index], shifted)
        )
        rest = decimals.EXACT.subtract(decimals.EXACT.subtract(load, matched), discharged)
        return MatchedInterval(
            start=Instant(found.load.at(index)),
            end=Instant(found.load.at(index + 1)),
            load=kilowatt_hours(load),
            carbon_free=kilowatt_hours(supply),
            matched=kilowatt_hours(matched),
            discharged=kilowatt_hours(discharged),
            unmatched=kilowatt_hours(rest),
        )


@strawberry.type(description="A rule on direct wires, and the ratio held against it.")
class WireCheck:
    """A check."""

    ratio: WireRatio = strawberry.field(description="What the rule limits.")
    minimum_percent: ExactDecimal = strawberry.field(description="The least it may be, %.")
    percent: ExactDecimal | None = strawberry.field(description="What it is, %; none where it is not defined.")
    status: WireStatus = strawberry.field(description="Whether it is met.")
    is_in_force: bool = strawberry.field(description="Whether it is asked for in this year, or comes later.")
    first_year: int = strawberry.field(description="First year it is asked for.")
    last_year: int | None = strawberry.field(description="Last year it is asked for; none where none is stated.")
    source: str = strawberry.field(description="Document of the rule.")

    @classmethod
    def of(cls, found: direct_wires.WireCheck) -> "WireCheck":
        """Make the type of a check."""
        rule = found.threshold
        return cls(
            ratio=rule.ratio,
            minimum_percent=ExactDecimal(decimals.exact(Fraction(rule.minimum) * 100)),
            percent=percent(found.ratio),
            status=found.status,
            is_in_force=found.is_in_force,
            first_year=rule.first_year,
            last_year=rule.last_year,
            source=rule.source,
        )


@strawberry.type(
    description="How much of what direct wires had available in a year was used in the interval it was generated, and "
    "how much of the load that covered. What storage shifts is not in it."
)
class DirectWires:
    """Direct wires over a year."""

    year: int = strawberry.field(description="The year.")
    time_zone: str = strawberry.field(description="IANA time zone whose clock the year is of.")
    minutes: int = strawberry.field(description="Minutes of the intervals compared.")
    unit: str = strawberry.field(description="Unit of the quantities.")
    is_complete: bool = strawberry.field(description="Whether nothing is missing; otherwise there are no ratios.")
    missing: list[MissingIntervals] = strawberry.field(description="What nobody read, by series.")
    series: list[MatchedSeries] = strawberry.field(description="The series: load and direct wires.")
    generated: ExactDecimal | None = strawberry.field(description="Available generation, kWh.")
    used: ExactDecimal | None = strawberry.field(description="Used in the interval it was generated, kWh.")
    load: ExactDecimal | None = strawberry.field(description="All load, kWh.")
    self_consumption_percent: ExactDecimal | None = strawberry.field(description="Used in percent of the generation.")
    cover_percent: ExactDecimal | None = strawberry.field(description="Used in percent of the load.")
    checks: list[WireCheck] = strawberry.field(description="Rules in force in the year or coming later.")

    @classmethod
    def of(
        cls,
        found: direct_wires.WireRatios | hourly_matching.Incomplete,
        series: list[MatchedSeries],
        year: int,
        time_zone: str,
        minutes: int,
    ) -> "DirectWires":
        """Make the type of ratios."""
        ratios = found if isinstance(found, direct_wires.WireRatios) else None
        missing = found.missing if isinstance(found, hourly_matching.Incomplete) else ()
        return cls(
            year=year,
            time_zone=time_zone,
            minutes=minutes,
            unit=SHOWN_IN.code,
            is_complete=ratios is not None,
            missing=MissingIntervals.all_of(missing),
            series=series,
            generated=kilowatt_hours(ratios.generated) if ratios else None,
            used=kilowatt_hours(ratios.used) if ratios else None,
            load=kilowatt_hours(ratios.load) if ratios else None,
            self_consumption_percent=percent(ratios.of(WireRatio.SELF_CONSUMPTION)) if ratios else None,
            cover_percent=percent(ratios.of(WireRatio.COVER)) if ratios else None,
            checks=[WireCheck.of(one) for one in direct_wires.wire_checks(ratios, year)] if ratios else [],
        )
