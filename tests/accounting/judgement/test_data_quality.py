from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.judgement.data_quality import (
    CRITERIA,
    BadQuality,
    Indicator,
    IndicatorScores,
    PrimaryShare,
    QualityShares,
    Rating,
    WeightedScore,
    completeness_rating,
    data_quality_rating,
    primary_share,
    quality_shares,
    time_rating,
)

VERY_GOOD, GOOD, FAIR, POOR = Rating
EMISSIONS = st.decimals(-(10**12), 10**12, places=6)
CHOCOLATE = "361*1 502*4 22*3 58*3 1*1 14*1 11*3 6*3 4*1 21*3"


def pairs(text: str) -> list[tuple[Decimal, Decimal | None]]:
    """Write `60*1 40*-` for 60 with 1 and 40 with nothing declared."""
    parts = [part.partition("*") for part in text.split()]
    return [(Decimal(emission), None if given == "-" else Decimal(given)) for emission, _, given in parts]


@pytest.mark.parametrize(
    ("parts", "score", "undeclared"),
    [
        ("0.25*2 0.3*2 0.45*1", "1.55", "0"),  # pcf-quality-02
        (CHOCOLATE, "2.742", "0"),  # pcf-quality-04, to two decimals 2.74
        ("0.6*1 0.3*2 0.1*3", "1.5", "0"),  # standards.md 4.6
        ("600*1 300*2 100*3", "1.5", "0"),
        ("60*1 15*2 25*-", "1.2", "25"),
        ("0*1 5*2", "2", "0"),
        ("0*- 5*2", "2", "0"),
        ("75*1 -25*3", "1.5", "0"),
    ],
)
def test_a_rating_is_the_sum_of_share_times_score(parts: str, score: str, undeclared: str) -> None:
    assert data_quality_rating(pairs(parts)) == WeightedScore(Decimal(score), Decimal(undeclared))


def test_where_no_part_is_scored_there_is_no_rating() -> None:
    assert data_quality_rating(pairs("10*- 20*-")) == WeightedScore(None, Decimal(100))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("0.6*100 0.3*0 0.1*0", ("60", "40", "0")),  # standards.md 4.6
        ("50*100 30*0 20*-", ("50", "30", "20")),
        ("50*40 30*100 20*0", ("50", "50", "0")),
        ("7*-", ("0", "0", "100")),
        ("80*100 -20*0", ("80", "20", "0")),
    ],
)
def test_primary_secondary_and_undeclared_make_the_whole(parts: str, expected: tuple[str, str, str]) -> None:
    assert primary_share(pairs(parts)) == PrimaryShare(*map(Decimal, expected))


def test_the_shares_by_quality_keep_what_nobody_declared() -> None:
    parts = [(Decimal(text), quality) for text, quality in [("30", "MEASURED"), ("45", "BILLED"), ("10", "MEASURED")]]
    found = quality_shares([*parts, (Decimal(15), None)])
    assert found == QualityShares({"MEASURED": Decimal(40), "BILLED": Decimal(45)}, Decimal(15))


@pytest.mark.parametrize("emissions", [[], ["0"], ["0", "0.0"]])
def test_of_nothing_emitted_there_are_no_shares(emissions: list[str]) -> None:
    values = [Decimal(text) for text in emissions]
    assert data_quality_rating([(value, Decimal(1)) for value in values]) is None
    assert primary_share([(value, Decimal(100)) for value in values]) is None
    assert quality_shares([(value, "BILLED") for value in values]) is None


@pytest.mark.parametrize(
    ("years", "rating"),
    [
        ("0", VERY_GOOD),
        ("2.99", VERY_GOOD),
        ("3", GOOD),
        ("5.99", GOOD),
        ("6", FAIR),
        ("9.99", FAIR),
        ("10", POOR),
        ("40", POOR),
        (None, POOR),
    ],
)
def test_age_by_table_7_6(years: str | None, rating: Rating) -> None:
    assert time_rating(None if years is None else Decimal(years)) == rating


@pytest.mark.parametrize(
    ("sites", "is_adequate", "rating"),
    [
        ("100", True, VERY_GOOD),
        ("99.9", True, GOOD),
        ("50.1", True, GOOD),
        ("50", True, FAIR),
        ("0", True, FAIR),
        ("100", False, FAIR),
        ("50.1", False, FAIR),
        ("50", False, POOR),
        (None, True, POOR),
    ],
)
def test_completeness_by_table_7_6(sites: str | None, is_adequate: bool, rating: Rating) -> None:
    assert completeness_rating(None if sites is None else Decimal(sites), is_adequate) == rating


def test_scores_run_from_1_the_best_to_4() -> None:
    assert [rating.score for rating in (VERY_GOOD, GOOD, FAIR, POOR)] == [1, 2, 3, 4]
    assert IndicatorScores(reliability=1, completeness=2, time=3, geography=4, technology=None).by_indicator() == {
        Indicator.RELIABILITY: 1,
        Indicator.COMPLETENESS: 2,
        Indicator.TIME: 3,
        Indicator.GEOGRAPHY: 4,
        Indicator.TECHNOLOGY: None,
    }


def test_every_rating_of_every_indicator_says_what_it_is() -> None:
    assert list(CRITERIA) == list(Indicator)
    for texts in CRITERIA.values():
        assert list(texts) == list(Rating)
        assert len(set(texts.values())) == 4


def test_what_is_out_of_range_is_refused() -> None:
    with pytest.raises(BadQuality, match="a score is 0; accepted is a positive number, 1 the best"):
        data_quality_rating(pairs("1*0"))
    with pytest.raises(BadQuality, match=r"primary data are 100\.1 %; accepted is 0 to 100"):
        primary_share(pairs("1*100.1"))
    with pytest.raises(BadQuality, match="primary data are -1 %"):
        primary_share(pairs("1*-1"))
    with pytest.raises(BadQuality, match="a part emits NaN; accepted is a finite number"):
        quality_shares([(Decimal("NaN"), "BILLED")])
    with pytest.raises(BadQuality, match="data are -1 years apart; accepted is 0 or more"):
        time_rating(Decimal(-1))
    with pytest.raises(BadQuality, match="data cover 101 % of the sites; accepted is 0 to 100"):
        completeness_rating(Decimal(101), is_adequate_period=True)


@given(st.lists(st.tuples(EMISSIONS, st.sampled_from(["MEASURED", "BILLED", "ESTIMATED", None])), max_size=8))
def test_the_shares_add_up_to_the_whole(parts: list[tuple[Decimal, str | None]]) -> None:
    found = quality_shares(parts)
    if found is None:
        assert not any(emission for emission, _ in parts)
        return
    whole = sum(found.percents.values(), found.undeclared_percent)
    assert abs(whole - 100) < Decimal("1e-25")


@given(st.lists(st.tuples(EMISSIONS, st.none() | st.integers(1, 4).map(Decimal)), min_size=1, max_size=8))
def test_a_rating_lies_between_its_scores(parts: list[tuple[Decimal, Decimal | None]]) -> None:
    found = data_quality_rating(parts)
    scores = [score for emission, score in parts if score is not None and emission]
    if found is None or found.score is None:
        assert not scores
    else:
        assert min(scores) - Decimal("1e-40") <= found.score <= max(scores) + Decimal("1e-40")
        assert 0 <= found.undeclared_percent <= 100
