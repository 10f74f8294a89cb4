from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.judgement.data_quality import Indicator, IndicatorScores, Rating
from accounting.judgement.pedigree import (
    BASIC_FACTORS,
    FACTORS,
    BadScore,
    BasicUncertainty,
    FactorSet,
    PedigreeUncertainty,
    pedigree_uncertainty,
)
from accounting.judgement.uncertainty import BadUncertainty, gsd2_interval

GHGP, V2, V3 = FactorSet
CO2 = BASIC_FACTORS[BasicUncertainty.COMBUSTION_CO2]
GOOD = Rating.GOOD.score


def scored(*scores: int | None) -> IndicatorScores:
    return IndicatorScores(*scores)


def assumed(found: PedigreeUncertainty) -> list[Indicator]:
    return [one.indicator for one in found.factors if one.is_assumed]


def test_five_times_good_by_the_ghg_protocol_is_v11() -> None:
    found = pedigree_uncertainty(scored(GOOD, GOOD, GOOD, GOOD, GOOD), GHGP, CO2)
    assert [one.factor for one in found.factors] == [Decimal(text) for text in "1.10 1.05 1.10 1.02 1.20".split()]
    assert round(found.gsd2, 4) == Decimal("1.2685")
    assert [round(end, 1) for end in gsd2_interval(Decimal(1000), found.gsd2)] == [Decimal("788.3"), Decimal("1268.5")]
    assert assumed(found) == []


def test_ecoinvent_2_is_v11() -> None:
    found = pedigree_uncertainty(scored(2, 2, 2, 2, 3), V2, CO2)
    assert round(found.gsd2, 4) == Decimal("1.2195")
    assert (found.factor_set, found.basic) == (V2, Decimal("1.05"))


def test_unscored_indicators_have_the_worst_level_and_are_named() -> None:
    found = pedigree_uncertainty(scored(None, None, None, None, None), V2)  # uncertainty-01
    assert abs(found.gsd2 - Decimal("2.5163566012590954")) < Decimal("1e-9")
    assert assumed(found) == list(Indicator)
    assert [one.score for one in found.factors] == [5, 5, 5, 5, 5]
    assert pedigree_uncertainty(scored(5, 5, 5, 5, 5), V2).gsd2 == found.gsd2
    part = pedigree_uncertainty(scored(1, None, 1, 1, 1), GHGP)
    assert (part.gsd2, assumed(part)) == (Decimal("1.2"), [Indicator.COMPLETENESS])


def test_scores_that_run_the_other_way_are_turned_by_the_caller() -> None:
    # uncertainty-03 counts 5 as the best: reliability 2, completeness 4, time 5, geography 3, technology 1.
    found = pedigree_uncertainty(scored(6 - 2, 6 - 4, 6 - 5, 6 - 3, 6 - 1), V2)
    assert abs(found.gsd2 - Decimal("2.0488353976695466")) < Decimal("1e-9")


@pytest.mark.parametrize(("factor_set", "levels"), [(GHGP, 4), (V2, 5), (V3, 5)])
def test_each_set_has_its_levels_from_exact_upwards(factor_set: FactorSet, levels: int) -> None:
    for indicator in Indicator:
        row = FACTORS[factor_set][indicator]
        assert len(row) == levels
        assert row[0] == 1
        assert list(row) == sorted(row)


@pytest.mark.parametrize(
    ("factor_set", "score", "factors"),
    [
        (GHGP, 3, "1.20 1.10 1.20 1.05 1.50"),
        (GHGP, 4, "1.50 1.20 1.50 1.10 2.00"),
        (V2, 2, "1.05 1.02 1.03 1.01 1.00"),
        (V2, 3, "1.10 1.05 1.10 1.02 1.20"),
        (V2, 4, "1.20 1.10 1.20 1.02 1.50"),
        (V2, 5, "1.50 1.20 1.50 1.10 2.00"),
        (V3, 2, "1.54 1.03 1.03 1.04 1.18"),
        (V3, 3, "1.61 1.04 1.10 1.08 1.65"),
        (V3, 4, "1.69 1.08 1.19 1.11 2.08"),
        (V3, 5, "1.69 1.08 1.29 1.11 2.80"),
    ],
)
def test_the_factors_are_those_published(factor_set: FactorSet, score: int, factors: str) -> None:
    row = tuple(levels[score - 1] for levels in FACTORS[factor_set].values())
    assert row == tuple(Decimal(text) for text in factors.split())


def test_cells_that_the_package_fills_are_marked() -> None:
    found = pedigree_uncertainty(scored(4, 4, 4, 4, 2), V2)
    assert [one.indicator for one in found.factors if one.is_filled] == [Indicator.GEOGRAPHY, Indicator.TECHNOLOGY]
    for factor_set, score in [(V2, 3), (V3, 4), (V3, 2), (GHGP, 4)]:
        other = pedigree_uncertainty(scored(score, score, score, score, score), factor_set)
        assert not any(one.is_filled for one in other.factors)


def test_the_basic_factors() -> None:
    assert {kind.value: str(factor) for kind, factor in BASIC_FACTORS.items()} == {
        "COMBUSTION_CO2": "1.05",
        "DEMAND": "1.05",
        "COMBUSTION_CH4_N2O": "1.50",
        "TRANSPORT": "2.0",
        "INFRASTRUCTURE": "3.0",
    }
    for factor_set in FactorSet:
        best = pedigree_uncertainty(scored(1, 1, 1, 1, 1), factor_set, Decimal("1.05"))
        assert best.gsd2 == Decimal("1.05")
        assert pedigree_uncertainty(scored(1, 1, 1, 1, 1), factor_set).gsd2 == 1


@pytest.mark.parametrize(("factor_set", "score", "levels"), [(GHGP, 5, 4), (GHGP, 0, 4), (V2, 6, 5), (V3, -1, 5)])
def test_a_level_that_the_set_does_not_have_is_refused(factor_set: FactorSet, score: int, levels: int) -> None:
    with pytest.raises(BadScore) as caught:
        pedigree_uncertainty(scored(1, 1, score, 1, 1), factor_set)
    assert str(caught.value) == f"TIME has score {score}; {factor_set} knows 1, the best, to {levels}"


def test_a_basic_factor_below_1_is_refused() -> None:
    with pytest.raises(BadUncertainty):
        pedigree_uncertainty(scored(1, 1, 1, 1, 1), V2, Decimal("0.9"))


@given(st.lists(st.integers(1, 4), min_size=5, max_size=5), st.integers(0, 4), st.sampled_from(FactorSet))
def test_a_worse_score_is_never_more_certain(scores: list[int], at: int, factor_set: FactorSet) -> None:
    worse = [*scores]
    worse[at] = min(4, scores[at] + 1)
    before, after = (pedigree_uncertainty(scored(*row), factor_set, CO2).gsd2 for row in (scores, worse))
    assert before <= after
