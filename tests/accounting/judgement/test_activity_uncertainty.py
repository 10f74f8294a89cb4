"""Declared uncertainties: which one applies, how forms convert, what is refused."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.judgement.activity_uncertainty import (
    DeclaredUncertainty,
    Scored,
    Spread,
    Uncertainties,
    check_activity_type,
    published,
)
from accounting.judgement.data_quality import IndicatorScores
from accounting.judgement.pedigree import BadScore, FactorSet
from accounting.judgement.uncertainty import WIDE_GSD2, WIDE_PERCENT, BadUncertainty, UncertaintyForm
from tests.build import factor, number

TENANT, SITE, OTHER = number(1), number(2), number(3)
PERCENT, GSD2 = UncertaintyForm
GOOD = IndicatorScores(reliability=2, completeness=2, time=2, geography=2, technology=2)


def declared(activity_type: str = "electricity.grid", **fields: Any) -> DeclaredUncertainty:
    given: dict[str, Any] = {
        "activity_type": activity_type,
        "factor_id": "",
        "quality": "",
        "site": None,
        "percent": Decimal(5),
        "gsd2": None,
        "scored": None,
        "document": "calibration",
    }
    return DeclaredUncertainty(**(given | fields))


def scored(scores: IndicatorScores = GOOD, factor_set: FactorSet = FactorSet.GHG_PROTOCOL) -> DeclaredUncertainty:
    return declared(percent=None, scored=Scored(scores, factor_set, Decimal("1.05")))


SPECIFIC_LAST = [
    declared("*"),
    declared("*", quality="BILLED"),
    declared("electricity."),
    declared("electricity.", quality="BILLED"),
    declared("electricity.grid"),
    declared("electricity.grid", quality="BILLED"),
    declared("*", site=SITE),
    declared("*", site=SITE, quality="BILLED"),
    declared("electricity.", site=SITE),
    declared("electricity.grid", site=SITE),
    declared("electricity.grid", site=SITE, quality="BILLED"),
]
"""What covers billed grid electricity of the site, the most specific last."""
BESIDE = [
    declared("electricity.own_generation", site=SITE),
    declared("electricity.grid", site=OTHER),
    declared("electricity.grid", site=SITE, quality="MEASURED"),
    declared("steam."),
    declared("", factor_id="cn:grid"),
]
"""What does not."""


@pytest.mark.parametrize("count", range(1, len(SPECIFIC_LAST) + 1))
def test_the_most_specific_declaration_applies_whatever_the_order(count: int) -> None:
    known = Uncertainties({TENANT: [*BESIDE, *reversed(SPECIFIC_LAST[:count])], OTHER: SPECIFIC_LAST})
    assert known.of_quantity(TENANT, SITE, "electricity.grid", "BILLED") is SPECIFIC_LAST[count - 1]


def test_no_two_that_cover_a_quantity_are_equally_specific() -> None:
    assert len({one.rank for one in SPECIFIC_LAST}) == len(SPECIFIC_LAST)
    assert len({one.subject for one in SPECIFIC_LAST + BESIDE}) == len(SPECIFIC_LAST + BESIDE)


def test_what_nobody_declared_is_unknown() -> None:
    known = Uncertainties({TENANT: BESIDE})
    assert known.of_quantity(TENANT, SITE, "electricity.grid", "BILLED") is None
    assert known.of_quantity(OTHER, SITE, "electricity.grid", "MEASURED") is None
    assert known.of_factor(TENANT, "cn:grid") is BESIDE[-1]
    assert known.of_factor(OTHER, "cn:grid") is None


def test_a_prefix_reaches_qualified_types_and_a_code_does_not() -> None:
    known = Uncertainties({TENANT: [declared("refrigerant.leaked/")]})
    assert known.of_quantity(TENANT, SITE, "refrigerant.leaked/R-410A", "MEASURED") is not None
    assert (
        Uncertainties({TENANT: [declared("electricity.gri")]}).of_quantity(TENANT, SITE, "electricity.grid", "") is None
    )


def test_forms_convert_with_equal_upper_ends() -> None:
    assert Spread(PERCENT, WIDE_PERCENT).in_form(GSD2) == WIDE_GSD2
    assert Spread(GSD2, Decimal("1.2685")).in_form(PERCENT) == Decimal("26.85")
    assert Spread(PERCENT, Decimal(0)).in_form(GSD2) == 1


@given(st.decimals(0, 500, places=6))
def test_a_conversion_and_back_is_the_same(percent: Decimal) -> None:
    assert Spread(GSD2, Spread(PERCENT, percent).in_form(GSD2)).in_form(PERCENT) == percent


def test_scores_make_the_published_gsd2() -> None:
    # V11: good by every indicator, U_b 1.05.
    assert round(scored().spread.value, 4) == Decimal("1.2685")
    assert scored().spread.form is GSD2


def test_the_larger_published_side_counts() -> None:
    sided = factor(co2e="1", uncertainty_low=Decimal(10), uncertainty_high=Decimal(20))
    assert published(sided) == Spread(PERCENT, Decimal(20))
    assert published(factor(co2e="1", uncertainty_low=Decimal(10))) == Spread(PERCENT, Decimal(10))
    assert published(factor(co2e="1")) is None


@pytest.mark.parametrize("one", [*SPECIFIC_LAST, *BESIDE, scored(), declared(percent=None, gsd2=Decimal("1.1"))])
def test_what_is_stored_is_read_as_the_same(one: DeclaredUncertainty) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(one)))
    assert msgspec.convert(stored, DeclaredUncertainty) == one


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"activity_type": ""}, "neither is given"),
        ({"factor_id": "cn:grid"}, "one of the two"),
        ({"activity_type": "", "factor_id": "cn:grid", "quality": "BILLED"}, "divide quantities, not factors"),
        ({"activity_type": "", "factor_id": "cn:grid", "site": SITE}, "divide quantities, not factors"),
        ({"activity_type": "x" * 201}, "too long"),
        ({"percent": None}, "states 0 uncertainties"),
        ({"gsd2": Decimal("1.1")}, "states 2 uncertainties"),
        ({"percent": Decimal(-1)}, "is -1 %"),
        ({"percent": None, "gsd2": Decimal("0.9")}, "GSD² of 1 or more"),
        ({"document": " "}, "names no document"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadUncertainty, match=said):
        declared(**fields)


def test_a_score_beyond_the_levels_is_refused() -> None:
    with pytest.raises(BadScore, match="score 5"):
        scored(IndicatorScores(reliability=5, completeness=1, time=1, geography=1, technology=1))


@pytest.mark.parametrize(
    "text", ["*", "electricity.", "electricity.grid", "refrigerant.leaked/", "refrigerant.leaked/R-32"]
)
def test_a_text_that_stands_for_activity_types_is_taken(text: str) -> None:
    check_activity_type(text)


@pytest.mark.parametrize(
    "text", ["electricity", "electricty.", "refrigerant.leaked", "nothing.known", "electricity.grid/"]
)
def test_one_that_stands_for_none_is_refused(text: str) -> None:
    with pytest.raises(BadUncertainty, match=r"electricity\."):
        check_activity_type(text)


def test_a_subject_names_what_it_is_about() -> None:
    site = UUID("00000000-0000-0000-0000-000000000002")
    assert declared("electricity.", quality="BILLED", site=site).subject == f"electricity. BILLED {site}"
    assert declared("", factor_id="cn:grid").subject == "factor:cn:grid"
