"""Uncertainty from data quality scores: each score stands for a factor, and the factors make a GSD².

Three published sets of factors are known. In all of them 1 is the best score. Cells that a publication leaves blank
and the package it was read from fills are marked, and so are indicators nobody scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.judgement.data_quality import Indicator, IndicatorScores
from accounting.judgement.uncertainty import gsd2_of_product


class BadScore(ValueError):
    """A score is not one of the set's levels; the message says which are."""


class FactorSet(StrEnum):
    """Which publication says how uncertain a score is."""

    GHG_PROTOCOL = "GHG_PROTOCOL"
    """GHG Protocol Quantitative Inventory Uncertainty guidance; 4 levels, very good to poor. Recalled, not seen."""
    ECOINVENT_V2 = "ECOINVENT_V2"
    """ecoinvent report 1, version 2; 5 levels; as in the package pedigree_matrix 0.2.2, which fills two blank cells."""
    ECOINVENT_V3 = "ECOINVENT_V3"
    """Empirically based factors in the style of ecoinvent 3; 5 levels; as in the package pedigree_matrix 0.2.2."""


class BasicUncertainty(StrEnum):
    """What a quantity is, for the uncertainty that it has even with the best scores."""

    COMBUSTION_CO2 = "COMBUSTION_CO2"
    """CO2 of combustion and processes."""
    DEMAND = "DEMAND"
    """Energy and materials demanded."""
    COMBUSTION_CH4_N2O = "COMBUSTION_CH4_N2O"
    """CH4 and N2O of combustion."""
    TRANSPORT = "TRANSPORT"
    """Transport services."""
    INFRASTRUCTURE = "INFRASTRUCTURE"
    """Infrastructure."""


BASIC_FACTORS: Final[Mapping[BasicUncertainty, Decimal]] = MappingProxyType(
    {
        BasicUncertainty.COMBUSTION_CO2: Decimal("1.05"),
        BasicUncertainty.DEMAND: Decimal("1.05"),
        BasicUncertainty.COMBUSTION_CH4_N2O: Decimal("1.50"),
        BasicUncertainty.TRANSPORT: Decimal("2.0"),
        BasicUncertainty.INFRASTRUCTURE: Decimal("3.0"),
    }
)
"""U_b by kind of quantity (ecoinvent report 1, version 2, as the comments of pedigree_matrix 0.2.2 give them)."""

_LEVELS = {
    FactorSet.GHG_PROTOCOL: {
        Indicator.RELIABILITY: "1.00 1.10 1.20 1.50",
        Indicator.COMPLETENESS: "1.00 1.05 1.10 1.20",
        Indicator.TIME: "1.00 1.10 1.20 1.50",
        Indicator.GEOGRAPHY: "1.00 1.02 1.05 1.10",
        Indicator.TECHNOLOGY: "1.00 1.20 1.50 2.00",
    },
    FactorSet.ECOINVENT_V2: {
        Indicator.RELIABILITY: "1.00 1.05 1.10 1.20 1.50",
        Indicator.COMPLETENESS: "1.00 1.02 1.05 1.10 1.20",
        Indicator.TIME: "1.00 1.03 1.10 1.20 1.50",
        Indicator.GEOGRAPHY: "1.00 1.01 1.02 1.02 1.10",
        Indicator.TECHNOLOGY: "1.00 1.00 1.20 1.50 2.00",
    },
    FactorSet.ECOINVENT_V3: {
        Indicator.RELIABILITY: "1.00 1.54 1.61 1.69 1.69",
        Indicator.COMPLETENESS: "1.00 1.03 1.04 1.08 1.08",
        Indicator.TIME: "1.00 1.03 1.10 1.19 1.29",
        Indicator.GEOGRAPHY: "1.00 1.04 1.08 1.11 1.11",
        Indicator.TECHNOLOGY: "1.00 1.18 1.65 2.08 2.80",
    },
}

FACTORS: Final[Mapping[FactorSet, Mapping[Indicator, tuple[Decimal, ...]]]] = MappingProxyType(
    {
        factor_set: MappingProxyType(
            {indicator: tuple(Decimal(text) for text in texts.split()) for indicator, texts in rows.items()}
        )
        for factor_set, rows in _LEVELS.items()
    }
)
"""Factor of each score, best first, by set and indicator."""

FILLED: Final = frozenset(
    {
        (FactorSet.ECOINVENT_V2, Indicator.GEOGRAPHY, 4),
        (FactorSet.ECOINVENT_V2, Indicator.TECHNOLOGY, 2),
    }
)
"""Cells that are blank in the publication; the package repeats the neighbour before."""


@dataclass(frozen=True, slots=True)
class ScoredFactor:
    """The factor an indicator brought. `is_assumed` if nobody scored it and the worst level stands in; `is_filled` if
    the publication leaves the cell blank.
    """

    indicator: Indicator
    score: int
    factor: Decimal
    is_assumed: bool
    is_filled: bool


@dataclass(frozen=True, slots=True)
class PedigreeUncertainty:
    """`gsd2`, the factor between the median and either end of the 95 % interval, and what it was made of."""

    gsd2: Decimal
    factor_set: FactorSet
    factors: tuple[ScoredFactor, ...]
    basic: Decimal | None


def pedigree_uncertainty(
    scores: IndicatorScores, factor_set: FactorSet, basic: Decimal | None = None
) -> PedigreeUncertainty:
    """Return GSD² = exp √(Σ(ln U_i)² + (ln U_b)²) over the five indicators; `basic` is U_b, such as `BASIC_FACTORS`.

    What nobody scored is unknown, and unknown has the worst level of each table (GHG Protocol Scope 3 Standard, table
    7.6: poor; ecoinvent pedigree matrix: 5); `factors` says so. Without `basic` the scores alone count. Raises
    `BadScore` for a level that the set does not have, `BadUncertainty` for a U_b below 1.

    >>> best = IndicatorScores(reliability=1, completeness=1, time=1, geography=1, technology=1)
    >>> pedigree_uncertainty(best, FactorSet.ECOINVENT_V2, BASIC_FACTORS[BasicUncertainty.TRANSPORT]).gsd2
    Decimal('2')
    """
    factors = tuple(_scored(factor_set, indicator, score) for indicator, score in scores.by_indicator().items())
    uncertainties = [one.factor for one in factors] + ([] if basic is None else [basic])
    return PedigreeUncertainty(gsd2_of_product(uncertainties), factor_set, factors, basic)


def _scored(factor_set: FactorSet, indicator: Indicator, score: int | None) -> ScoredFactor:
    levels = FACTORS[factor_set][indicator]
    level = len(levels) if score is None else score
    if not 1 <= level <= len(levels):
        raise BadScore(f"{indicator} has score {score}; {factor_set} knows 1, the best, to {len(levels)}")
    is_filled = (factor_set, indicator, level) in FILLED
    return ScoredFactor(indicator, level, levels[level - 1], score is None, is_filled)
