"""Screening of scope 3 categories: what may be left out and how, and what a footprint makes of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.footprints import Footprint, fold
from accounting.regimes import REGIMES, RegimeCode
from accounting.value_chain.scope3 import NAMES, Finding, Standing, Status, categories, primary_percent, standing
from accounting.value_chain.screening import (
    LONGEST_TEXT,
    BadScreening,
    CategoryScreening,
    Criterion,
    Decision,
    Judgement,
)
from emission_factors.activity_types import Scope
from emission_factors.factors import Factor, Origin
from tests.build import basis, cell, dataset, factor, made, number

RELEVANT = Judgement(Criterion.SIZE, True, "")
EXPLAINED = Judgement(Criterion.SIZE, True, "one shipment a year, too small to survey")
MINOR = Judgement(Criterion.INFLUENCE, False, "")


def screening(decision: Decision = Decision.REPORTED, **fields: Any) -> CategoryScreening:
    """Return a screening of category 9 as its decision needs it."""
    needed: dict[Decision, dict[str, Any]] = {
        Decision.REPORTED: {},
        Decision.EXCLUDED: {"justification": "below 1 % of scope 3", "estimated_percent": Decimal("0.4")},
        Decision.NOT_APPLICABLE: {"justification": "nothing is sold"},
    }
    given_fields: dict[str, Any] = {
        "category": 9,
        "judgements": (MINOR,),
        "justification": "",
        "estimated_percent": None,
        "estimated_tonnes": None,
        "document": "screening-2025.pdf",
        "screened_on": date(2025, 2, 1),
    }
    return CategoryScreening(decision=decision, **(given_fields | needed[decision] | fields))


def test_the_criteria_and_categories_are_those_of_the_standard() -> None:
    assert len(NAMES) == 15
    assert [criterion.value for criterion in Criterion] == [
        "SIZE",
        "INFLUENCE",
        "RISK",
        "STAKEHOLDERS",
        "OUTSOURCING",
        "SECTOR_GUIDANCE",
        "SPENDING_OR_REVENUE",
        "OTHER",
    ]


@pytest.mark.parametrize("decision", Decision)
def test_a_complete_screening_is_taken_and_survives_being_stored(decision: Decision) -> None:
    found = screening(decision)
    assert found.subject == "category 09"
    assert msgspec.convert(msgspec.to_builtins(found), CategoryScreening) == found


@pytest.mark.parametrize(
    ("decision", "fields", "message"),
    [
        (Decision.EXCLUDED, {"justification": " "}, "category 9 is EXCLUDED and nothing says why"),
        (Decision.NOT_APPLICABLE, {"justification": ""}, "category 9 is NOT_APPLICABLE and nothing says why"),
        (Decision.EXCLUDED, {"estimated_percent": None}, "category 9 is excluded without an estimate"),
        (
            Decision.EXCLUDED,
            {"judgements": (RELEVANT, MINOR)},
            "category 9 is relevant by SIZE and excluded; the reason of each of them has to say why",
        ),
        (Decision.NOT_APPLICABLE, {"judgements": (EXPLAINED,)}, "category 9 cannot be relevant by SIZE and not apply"),
        (Decision.NOT_APPLICABLE, {"estimated_tonnes": Decimal(3)}, "category 9 does not apply and is estimated at 3"),
        (Decision.REPORTED, {"category": 0}, "there is no scope 3 category 0; accepted is 1 to 15"),
        (Decision.REPORTED, {"category": 16}, "there is no scope 3 category 16"),
        (Decision.REPORTED, {"judgements": (MINOR, MINOR)}, "category 9 is judged twice by INFLUENCE"),
        (Decision.REPORTED, {"estimated_percent": Decimal("100.1")}, "category 9 is estimated at 100.1 % of scope 3"),
        (Decision.REPORTED, {"estimated_tonnes": Decimal(-1)}, "category 9 is estimated at -1 t"),
        (Decision.REPORTED, {"estimated_tonnes": Decimal("NaN")}, "category 9 is estimated at NaN t"),
        (Decision.REPORTED, {"document": "a\x00b"}, "'a\\x00b'... has 3 characters"),
        (Decision.REPORTED, {"justification": "x" * (LONGEST_TEXT + 1)}, "has 2001 characters; at most 2000"),
    ],
)
def test_what_a_decision_lacks_is_named(decision: Decision, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BadScreening) as caught:
        screening(decision, **fields)
    assert message in str(caught.value)


def test_a_relevant_category_may_be_left_out_with_a_reason_at_the_criterion_and_a_magnitude() -> None:
    found = screening(
        Decision.EXCLUDED, judgements=(EXPLAINED,), estimated_percent=None, estimated_tonnes=Decimal("12.5")
    )
    assert found.relevant_by == (Criterion.SIZE,)


def stands(is_posted: bool, *screenings: CategoryScreening | None, **more: bool) -> Standing:
    return standing(is_posted, screenings, **({"has_scope_3": True} | more))


@pytest.mark.parametrize(
    ("screened", "is_posted", "status", "finding"),
    [
        (None, False, Status.NOT_SCREENED, None),
        (None, True, Status.REPORTED, None),
        (Decision.REPORTED, True, Status.REPORTED, None),
        (Decision.REPORTED, False, Status.NOTHING_POSTED, Finding.DECLARED_REPORTED_NOTHING_POSTED),
        (Decision.EXCLUDED, False, Status.EXCLUDED, None),
        (Decision.EXCLUDED, True, Status.REPORTED, Finding.DECLARED_EXCLUDED_YET_POSTED),
        (Decision.NOT_APPLICABLE, False, Status.NOT_APPLICABLE, None),
        (Decision.NOT_APPLICABLE, True, Status.REPORTED, Finding.DECLARED_NOT_APPLICABLE_YET_POSTED),
    ],
)
def test_where_a_category_of_a_tenant_stands(
    screened: Decision | None, is_posted: bool, status: Status, finding: Finding | None
) -> None:
    found = stands(is_posted, screening(screened) if screened else None)
    assert (found.status, found.finding) == (status, finding)


def test_a_regime_without_scope_3_has_no_status_and_no_finding() -> None:
    assert Scope.SCOPE_3 not in REGIMES[RegimeCode.NDRC_910_2025].scopes
    found = stands(False, screening(), has_scope_3=False)
    assert (found.status, found.finding) == (Status.NOT_IN_REGIME, None)


def test_nothing_at_one_site_contradicts_nothing() -> None:
    found = stands(False, screening(), is_whole=False)
    assert (found.status, found.finding) == (Status.NOTHING_POSTED, None)


def test_of_several_tenants_the_decisions_are_counted_and_only_what_is_certain_is_found() -> None:
    left_out, reported = screening(Decision.EXCLUDED), screening()
    mixed = stands(True, left_out, reported, None)
    assert (dict(mixed.decisions), mixed.not_screened) == ({Decision.EXCLUDED: 1, Decision.REPORTED: 1}, 1)
    assert (mixed.status, mixed.finding) == (Status.REPORTED, None)
    assert stands(True, left_out, None).finding is None, "the one that made no screening may have posted"
    assert stands(True, left_out, left_out).finding is Finding.DECLARED_EXCLUDED_YET_POSTED
    assert stands(False, left_out, reported).finding is Finding.DECLARED_REPORTED_NOTHING_POSTED
    assert stands(False, left_out, None).status is Status.NOT_SCREENED
    assert stands(False, left_out, screening(Decision.NOT_APPLICABLE)).status is Status.EXCLUDED
    assert stands(False).status is Status.NOT_SCREENED


@given(st.booleans(), st.lists(st.sampled_from([None, *Decision]), max_size=4), st.booleans())
def test_every_tenant_is_counted_once_whatever_was_decided(
    is_posted: bool, decisions: list[Decision | None], has_scope_3: bool
) -> None:
    found = stands(is_posted, *(screening(one) if one else None for one in decisions), has_scope_3=has_scope_3)
    assert sum(found.decisions.values()) + found.not_screened == len(decisions)
    assert is_posted is (found.status is Status.REPORTED) or not has_scope_3


GLASS = factor("glass", gases={"CO2": "1"}, kinds=("goods.glass",))
REPORTED = factor("reported", co2e="1", kinds=("identity.co2e",))
KNOWN = made(GLASS, REPORTED)


def own_glass(origin: Origin, supplier: str) -> dict[Any, Any]:
    figure: Factor = replace(GLASS, factor_id=f"own:{supplier}", origin=origin, supplier=supplier, dataset=dataset("o"))
    return {number(1): {("goods.glass", "main"): [figure]}}


def goods(own: dict[Any, Any], *quantities: tuple[str, str, str]) -> Footprint:
    cells = [
        cell(code, quantity, "kg", supplier=supplier, own_tenant=number(1)) for code, quantity, supplier in quantities
    ]
    return fold(basis(KNOWN), cells, own, keeps_months=False)


def test_primary_data_are_suppliers_figures_and_what_others_report() -> None:
    found = goods(
        own_glass(Origin.SUPPLIER, "Glassworks"),
        ("goods.glass", "30", "Glassworks"),
        ("goods.glass", "50", ""),
        ("goods.reported", "20", ""),
    )
    first = categories(found)[0]
    assert first.primary is not None
    assert (first.primary.primary_percent, first.primary.secondary_percent) == (Decimal(50), Decimal(50))
    assert (first.amounts.co2e, first.line_count, first.gap_count) == (Decimal(100), 3, 0)


def test_a_factor_of_the_tenants_own_does_not_say_what_it_was_made_from() -> None:
    found = goods(own_glass(Origin.CUSTOM, ""), ("goods.glass", "10", ""))
    assert primary_percent(found.lines[0].resolved) is None
    first = categories(found)[0]
    assert first.primary is not None
    assert first.primary.undeclared_percent == 100


def test_a_category_of_which_only_a_gap_is_known_is_posted_and_has_no_share() -> None:
    found = fold(basis(KNOWN), [cell("travel.taxi", "7", "passenger.km")], {}, keeps_months=False)
    sixth = categories(found)[5]
    assert (sixth.name, sixth.line_count, sixth.gap_count, sixth.is_posted) == ("Business travel", 0, 1, True)
    assert sixth.primary is None
    assert not any(one.is_posted for one in categories(found) if one.number != 6)
