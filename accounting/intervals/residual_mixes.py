"""The factor that unmatched load takes: what a footprint takes for electricity without an instrument, or one given.

Source: GHG Protocol Scope 2 Guidance (2015), chapter 6: residual mix, where there is none the grid average.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from accounting import own_factors
from accounting.basis import Basis
from accounting.lines import Place, ResolvedLine, resolve, with_factor
from accounting.own_factors import OwnFactor, Part
from emission_factors.activity_types import Line, Method, activity_type
from emission_factors.chains import CO2E, Term
from emission_factors.selection import Selection
from emission_factors.units import unit

_GRID: Final = "electricity.grid"
_PER: Final = unit("kWh")


class NoResidualMix(ValueError):
    """No one factor applies to all of the load; the message says why."""


@dataclass(frozen=True, slots=True)
class GivenMix:
    """A residual mix of the caller's, kg CO2e/kWh, and where it comes from."""

    rate: Decimal
    source: str


def residual_mix(basis: Basis, places: Collection[tuple[str, date]], given: GivenMix | None = None) -> ResolvedLine:
    """Return the market-based line of grid electricity without an instrument, per MJ, at (region, month) of all load.

    Raises `NoResidualMix` where there is none, places or months have different ones, or the regime has no market-based
    total; `Refused` for a mix given as zero without a source.
    """
    line = _line(basis)
    if given is not None:
        region, day = min(places)
        return with_factor(basis, line, _given(given, line, Place(region, day, day.year)))
    found = {place: _resolved(basis, line, place) for place in sorted(places)}
    distinct = {one.selection.factor.factor_id: (place, one) for place, one in found.items()}
    if len(distinct) > 1:
        names = ", ".join(f"{name} in {region} {day:%Y-%m}" for name, ((region, day), _) in distinct.items())
        raise NoResidualMix(f"the load has several factors ({names}); ask by site or by year, or give residualMix")
    return next(iter(distinct.values()))[1]


def _line(basis: Basis) -> Line:
    for line in activity_type(_GRID).lines:
        if line.method is Method.MARKET and basis.regime.reports(line):
            return line
    raise NoResidualMix(f"{basis.regime.code} has no market-based total ({basis.regime.source})")


def _resolved(basis: Basis, line: Line, place: tuple[str, date]) -> ResolvedLine:
    region, day = place
    lines, gaps = resolve(basis, activity_type(_GRID), Place(region, day, day.year), _PER, {})
    for one in lines:
        if one.line == line:
            return one
    reasons = [str(gap.error) for gap in gaps if gap.line == line]
    raise NoResidualMix(reasons[0] if reasons else f"no market-based factor for {region} in {day.year}")


def _given(mix: GivenMix, line: Line, place: Place) -> Selection:
    term = Term("residual mix", mix.rate, "kgCO2e/kWh", mix.source)
    evidence = (mix.source,) if mix.source.strip() else ()
    own = OwnFactor("residual mix of the question", (Part(CO2E, (term,)),), mix.source, None, evidence)
    return own_factors.of_caller(own, line, place, _PER)
