"""Adopted bases: what can be adopted, what a question leaves to it, and whose goes first."""

from datetime import date
from typing import Any

import pytest

from accounting.change.adoption import Adoption, BadAdoption, Choice, completed, in_force
from accounting.consolidation import Approach
from accounting.declarations import DeclarationKind
from accounting.regimes import RegimeCode
from emission_factors.gases import GwpSet

GHG = RegimeCode.GHG_PROTOCOL


def adoption(**fields: Any) -> Adoption:
    given: dict[str, Any] = {
        "regime": GHG,
        "gwp_set": GwpSet.AR5,
        "release": 2,
        "approach": Approach.EQUITY_SHARE,
        "published_by": None,
    }
    return Adoption(**(given | fields))


def test_a_regime_has_one_adoption_at_a_time() -> None:
    assert adoption().kind is DeclarationKind.ADOPTION
    assert adoption().subject == adoption(release=3, gwp_set=GwpSet.AR6).subject == "GHG_PROTOCOL"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"release": 0}, "release 0 is none"),
        ({"approach": None}, "approach none does not go with GHG_PROTOCOL: one has to be named"),
        ({"regime": RegimeCode.NDRC_910_2025}, "does not go with NDRC_910_2025: it takes legal entities and parks"),
        ({"preview": "seen"}, "preview 'seen' is no digest"),
        ({"preview": "A" * 64}, "is no digest"),
    ],
)
def test_what_cannot_be_adopted_is_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(BadAdoption, match=text):
        adoption(**fields)


def test_a_regime_without_approaches_has_none() -> None:
    assert adoption(regime=RegimeCode.NDRC_910_2025, approach=None, preview="0f" * 32).approach is None


def test_what_a_question_names_stays_and_the_rest_is_as_adopted() -> None:
    adopted = adoption(published_by=date(2025, 6, 30))
    assert completed(Choice(), adopted) == Choice(2, GwpSet.AR5, date(2025, 6, 30), Approach.EQUITY_SHARE)
    named = Choice(1, GwpSet.AR6, date(2024, 1, 31), Approach.OPERATIONAL_CONTROL)
    assert completed(named, adopted) == named
    assert completed(Choice(gwp_set=GwpSet.SAR), adopted).gwp_set is GwpSet.SAR


def test_who_names_another_release_gets_all_of_it() -> None:
    adopted = adoption(published_by=date(2025, 6, 30))
    assert completed(Choice(release=3), adopted) == Choice(3, GwpSet.AR5, None, Approach.EQUITY_SHARE)
    assert completed(Choice(published_by=date(2024, 1, 31)), adopted).published_by == date(2024, 1, 31)


def test_the_nearest_rung_goes_first_and_must_be_one() -> None:
    assert in_force([["own"], ["operator's"]]) == "own"
    assert in_force([[], ["operator's"]]) == "operator's"
    assert in_force([[], []]) is None
    assert in_force([["own"], ["a", "b"]]) == "own"
    with pytest.raises(BadAdoption, match="2 operators of the park adopted"):
        in_force([[], ["a", "b"]])
