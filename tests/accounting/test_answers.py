"""Answers are worked out once and are those that asking anew for every cell would give."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting import answers
from accounting.answers import Answers, Asked
from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.lines import OwnFactors, Place, resolve
from emission_factors.activity_types import activity_type
from emission_factors.factors import Factor, Origin
from emission_factors.units import unit
from tests.build import basis, factor, made, number

GRID = [factor(f"grid{year}", "1", unit="MJ", kinds=("electricity.grid",), data_year=year) for year in (2022, 2024)]
YEARLY = basis(made(*GRID))
HALF_YEARLY = basis(
    made(*GRID, factor("half", "1", unit="MJ", kinds=("electricity.grid",), valid_from=date(2023, 7, 1)))
)
DAYS = st.dates(date(2021, 1, 1), date(2025, 12, 31))
OWN = ("electricity.grid", "market")


@st.composite
def versions(draw: st.DrawFn) -> list[Factor]:
    """Draw versions of a supplier's rate, each valid from one day to another or for ever."""
    found = []
    for place in range(draw(st.integers(1, 3))):
        first = draw(DAYS)
        last = draw(st.none() | st.dates(first, date(2026, 12, 31)))
        rate = factor(f"rate{place}", "2", unit="MJ", region="", origin=Origin.SUPPLIER, supplier="S")
        found.append(replace(rate, data_year=first.year, valid_from=first, valid_to=last))
    return found


def asked(day: date, **fields: Any) -> Asked:
    return replace(Asked("electricity.grid", "CN-GD", day, "S", "MJ", None), **fields)


def chosen(of: Basis, day: date, own: OwnFactors) -> list[str]:
    """Return what asking anew gives: the factor of each line, and the message of each gap."""
    lines, gaps = resolve(of, activity_type("electricity.grid"), Place("CN-GD", day, day.year, "S"), unit("MJ"), own)
    return [item.selection.factor.factor_id for item in lines] + [str(gap.error) for gap in gaps]


@given(versions(), st.lists(DAYS.map(lambda day: day.replace(day=1)), min_size=1, max_size=12))
def test_an_answer_is_what_asking_anew_gives(rates: list[Factor], days: list[date]) -> None:
    own: OwnFactors = {OWN: rates}
    for of in (YEARLY, HALF_YEARLY):
        kept = Answers(of, {number(1): own})
        for day in days:
            found = kept.of(asked(day, own_tenant=number(1)))
            seen = [item.selection.factor.factor_id for _, item in found.lines]
            assert seen + [str(gap.error) for gap in found.gaps] == chosen(of, day, own)


def test_a_year_in_which_no_validity_changes_is_asked_for_once() -> None:
    rate = factor("rate", "2", unit="MJ", region="", origin=Origin.SUPPLIER, supplier="S", data_year=2023)
    changing = replace(rate, valid_to=date(2024, 8, 31))
    for rates, count in (([rate], 1), ([changing], 2)):
        kept = Answers(YEARLY, {number(1): {OWN: rates}})
        found = [kept.of(asked(date(2024, month, 1), own_tenant=number(1))) for month in range(1, 13)]
        assert len({id(answer) for answer in found}) == count


def test_published_answers_are_shared_by_suppliers_tenants_and_footprints() -> None:
    first = Answers(YEARLY, {}).of(asked(date(2024, 3, 1), supplier="S", own_tenant=number(1)))
    second = Answers(YEARLY, {}).of(asked(date(2024, 9, 1), supplier="T", own_tenant=number(2)))
    assert first is second
    other = Answers(basis(made(*GRID)), {}).of(asked(date(2024, 3, 1)))
    assert other is not first


def test_own_factors_of_another_type_do_not_set_a_tenant_apart() -> None:
    rate = factor("rate", "2", region="", origin=Origin.CUSTOM)
    kept = Answers(YEARLY, {number(1): {("stationary.diesel", "combustion"): [rate]}})
    published = kept.of(asked(date(2024, 3, 1)))
    assert kept.of(asked(date(2024, 3, 1), own_tenant=number(1))) is published


def test_lines_that_differ_in_flags_or_conversion_have_another_identity() -> None:
    found = [dict(Answers(YEARLY, {}).of(asked(date(year, 1, 1))).lines) for year in (2022, 2023, 2024)]
    assert list(found[0]) == list(found[1]) != list(found[2])
    assert answers._identity(next(iter(found[0].values()))) == next(iter(found[0]))


@pytest.mark.parametrize(
    "fields",
    [
        {"known_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"told_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"adopted_by": number(3)},
        {"approach": Approach.EQUITY_SHARE},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_moves_no_factor_shares_the_answer(fields: dict[str, Any]) -> None:
    question = asked(date(2024, 3, 1))
    assert Answers(replace(YEARLY, **fields), {}).of(question) is Answers(YEARLY, {}).of(question)
