"""Both series: what recalculations take in, year by year and scope by scope, and what contradicts what was reported."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.basis import Basis
from accounting.change.base_year import BadBaseYear, ChangeKind
from accounting.change.base_year_declarations import (
    BaseYearChange,
    BaseYearPolicy,
    BaseYearTotal,
    RecordedBasis,
    ReportedYear,
    ScopeMasses,
    YearDelta,
)
from accounting.change.base_year_series import BaseYearSeries, ChangeState, check_base_year, series
from accounting.consolidation import Approach
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue

KNOWN = datetime(2025, 3, 1, tzinfo=UTC)
LOCATION = BaseYearTotal.SCOPES_1_AND_2_LOCATION
MARKET = BaseYearTotal.SCOPES_1_AND_2_MARKET
STRUCTURAL, METHOD, ERROR, ORGANIC, NEW_SOURCE, SCOPE_MOVE = ChangeKind
RESTATED, WAITING, NOT_COUNTED = ChangeState


def policy(year: int = 2023, total: BaseYearTotal = LOCATION, approach: Approach | None = None) -> BaseYearPolicy:
    return BaseYearPolicy(year, total, approach, Decimal(5), "policy 2024, section 3")


def masses(scope_1: str, location: str = "0", market: str | None = None, scope_3: str | None = None) -> ScopeMasses:
    optional = [None if one is None else Decimal(one) for one in (market, scope_3)]
    return ScopeMasses(Decimal(scope_1), Decimal(location), *optional)


def basis(approach: Approach | None = None, regime: RegimeCode = RegimeCode.MEE_332_2023) -> RecordedBasis:
    found = Basis(REGIMES[regime], GwpSet.AR5, shipped_catalogue(), ("GB",), approach=approach)
    return RecordedBasis.of(found, KNOWN)


def reported(year: int, found: ScopeMasses, approach: Approach | None = None) -> ReportedYear:
    return ReportedYear(year, found, basis(approach), 0)


def change(code: str, kind: ChangeKind, day: int, **years: ScopeMasses | str) -> BaseYearChange:
    deltas = tuple(
        YearDelta(int(year.removeprefix("y")), one if isinstance(one, ScopeMasses) else masses(one))
        for year, one in years.items()
    )
    return BaseYearChange(code, kind, date(2025, 1, day), f"why {code}", "", deltas)


def restated(found: BaseYearSeries) -> dict[int, Decimal | None]:
    return {year.reported.year: year.restated.total(LOCATION) for year in found.years}


YEARS = (reported(2024, masses("30000000", "19000000")), reported(2023, masses("30000000", "20000000")))
YEAR_OF_ALL = reported(2023, masses("10", "20", "10", "20"))


def test_an_acquisition_restates_every_year_it_names() -> None:
    bought = change("ACQ", STRUCTURAL, 1, y2023="3100000", y2024="3200000")
    found = series([policy(), bought, *YEARS])
    (judgement,) = found.judgements
    assert (judgement.day, judgement.found.percent, judgement.found.is_triggered) == (
        date(2025, 1, 1),
        Decimal("6.2"),
        True,
    )
    assert restated(found) == {2023: 53_100_000, 2024: 52_200_000}
    assert [year.reported.masses for year in found.years] == [YEARS[1].masses, YEARS[0].masses]
    assert found.years[1].changes == ((bought, RESTATED),)


def test_three_small_errors_trigger_together() -> None:
    deltas = ("900000", "700000", "1100000")
    errors = [change(f"E{at}", ERROR, at, y2023=delta) for at, delta in enumerate(deltas, 1)]
    waiting = series([policy(), *errors[:2], *YEARS])
    assert restated(waiting) == {2023: 50_000_000, 2024: 49_000_000}
    assert [state for _, state in waiting.years[0].changes] == [WAITING, WAITING]
    found = series([policy(), *reversed(errors), *YEARS])
    assert [(one.found.percent, one.found.is_triggered) for one in found.judgements] == [
        (Decimal("1.8"), False),
        (Decimal("3.2"), False),
        (Decimal("5.4"), True),
    ]
    assert restated(found) == {2023: 52_700_000, 2024: 49_000_000}
    assert found.years[0].changes == tuple((error, RESTATED) for error in errors)
    assert found.years[1].changes == ()


def test_what_comes_after_a_recalculation_waits_for_the_next() -> None:
    later = change("M", METHOD, 9, y2023="2600000", y2024="1")
    found = series([policy(), change("ACQ", STRUCTURAL, 1, y2023="3100000"), later, *YEARS])
    assert [one.found.base for one in found.judgements] == [50_000_000, 53_100_000]
    assert restated(found) == {2023: 53_100_000, 2024: 49_000_000}
    assert [state for _, state in found.years[0].changes] == [RESTATED, WAITING]


def test_what_does_not_count_restates_nothing() -> None:
    kinds = (ORGANIC, NEW_SOURCE, SCOPE_MOVE)
    never = [change(kind, kind, 1, y2023="40000000", y2024="-9") for kind in kinds]
    bought = change("Z", STRUCTURAL, 1, y2023="3100000")
    found = series([policy(), *never, bought, *YEARS])
    assert restated(found) == {2023: 53_100_000, 2024: 49_000_000}
    assert {state for _, state in found.years[1].changes} == {NOT_COUNTED}
    assert len(found.judgements[0].found.not_counted) == 3


def test_a_change_of_another_total_does_not_trigger_and_waits() -> None:
    wrong = change("S3", ERROR, 1, y2023=masses("0", "0", "0", "9"))
    found = series([policy(), wrong, YEAR_OF_ALL])
    assert [one.found.is_triggered for one in found.judgements] == [False]
    assert found.years[0].changes == ((wrong, WAITING),)
    wide = series([policy(total=BaseYearTotal.SCOPES_1_TO_3_MARKET), wrong, YEAR_OF_ALL])
    assert wide.judgements[0].found.percent == Decimal("22.5")
    assert wide.years[0].restated == masses("10", "20", "10", "29")


def test_scopes_are_restated_each_by_its_own() -> None:
    delta = masses("1", "2", "3", "4")
    found = series([policy(), change("ACQ", STRUCTURAL, 1, y2023=delta), YEAR_OF_ALL])
    assert found.years[0].restated == masses("11", "22", "13", "24")


def test_without_a_policy_or_a_base_year_nothing_is_judged() -> None:
    bought = change("ACQ", STRUCTURAL, 1, y2024="3100000")
    for others in ((YEARS[1],), (policy(),), (policy(total=MARKET), YEARS[1])):
        found = series((*others, bought, YEARS[0]))
        assert found.judgements == ()
        assert restated(found)[2024] == 49_000_000
        assert found.years[-1].changes == ((bought, WAITING),)
    assert series([]) == BaseYearSeries(None, (), ())


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ([change("A", ERROR, 1, y2022="1")], "2022 was not reported; accepted are 2023, 2024"),
        ([change("A", ORGANIC, 1, y2022="1")], "2022 was not reported"),
        (
            [change("A", ERROR, 1, y2023=masses("0", "0", None, "1"))],
            "2023 was reported under MEE_332_2023, without scope 3",
        ),
        (
            [change("A", ERROR, 1, y2023="-30000001")],
            "by 2025-01-01 changes take 30000001 kg off scope 1 of 2023, which holds 30000000",
        ),
        (
            [change("A", ERROR, 1, y2024=masses("0", "-19000000.5")), change("B", ERROR, 2, y2024=masses("0", "9"))],
            "by 2025-01-01 changes take 19000000.5 kg off scope 2 by location of 2024",
        ),
        ([policy(total=MARKET)], "2023 was reported under MEE_332_2023, which has no SCOPES_1_AND_2_MARKET"),
        ([policy(approach=Approach.EQUITY_SHARE)], "2023 was reported by None, not by EQUITY_SHARE"),
        ([policy(2021), reported(2021, masses("0"))], "emissions of 2021 are 0; accepted is above zero"),
    ],
)
def test_what_contradicts_what_was_reported(given_: list[BaseYearPolicy | BaseYearChange], message: str) -> None:
    with pytest.raises(BadBaseYear, match=message):
        check_base_year([*given_, *YEARS])


def test_what_agrees_is_accepted() -> None:
    check_base_year([])
    check_base_year([policy(2030, MARKET, Approach.EQUITY_SHARE), *YEARS])
    whole = [change("A", ERROR, 1, y2023="-30000000"), change("B", ORGANIC, 1, y2023="-90000000")]
    check_base_year([policy(), *whole, *YEARS])
    with pytest.raises(BadBaseYear, match="2022 was not reported; accepted are none yet"):
        check_base_year([change("A", ERROR, 1, y2022="1")])


@pytest.mark.parametrize(
    ("threshold", "document", "year", "field"),
    [
        ("0", "policy", 2023, "threshold_percent"),
        ("100", "policy", 2023, "threshold_percent"),
        ("5", " ", 2023, "source"),
        ("5", "x" * 401, 2023, "document"),
        ("5", "policy", 1989, "year"),
        ("5", "policy", 2101, "year"),
    ],
)
def test_a_policy_that_cannot_be(threshold: str, document: str, year: int, field: str) -> None:
    with pytest.raises(BadBaseYear) as refused:
        BaseYearPolicy(year, LOCATION, None, Decimal(threshold), document)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("code", "reason", "years", "field"),
    [
        (" ", "why", (2023,), "code"),
        ("x" * 81, "why", (2023,), "code"),
        ("A", "", (2023,), "reason"),
        ("A", "w\x00y", (2023,), "reason"),
        ("A", "why", (), "deltas"),
        ("A", "why", (2023, 2023), "deltas"),
    ],
)
def test_a_change_that_cannot_be(code: str, reason: str, years: tuple[int, ...], field: str) -> None:
    deltas = tuple(YearDelta(year, masses("1")) for year in years)
    with pytest.raises(BadBaseYear) as refused:
        BaseYearChange(code, ERROR, date(2025, 1, 1), reason, "", deltas)
    assert refused.value.field == field


def test_totals_and_differences_of_scopes() -> None:
    whole = masses("1", "20", "300", "4000")
    assert [whole.total(one) for one in BaseYearTotal] == [21, 301, 4021, 4301]
    assert [masses("1", "20").total(one) for one in BaseYearTotal] == [21, None, None, None]
    assert whole.less(masses("0.5", "21")) == masses("0.5", "-1")


def test_a_recorded_year_is_read_back_to_the_digit() -> None:
    exact = Decimal("0.12345678901234567890123456789012345678901234567890123456789")
    year = ReportedYear(2023, ScopeMasses(exact, Decimal(2), None, exact), basis(Approach.EQUITY_SHARE), 3)
    assert msgspec.convert(msgspec.to_builtins(year), ReportedYear) == year
    one = change("A", ERROR, 1, y2023=str(exact))
    assert msgspec.convert(msgspec.to_builtins(one), BaseYearChange) == one


def test_the_recorded_basis_is_the_same_basis_with_what_is_known_today() -> None:
    known = shipped_catalogue()
    asked = Basis(
        REGIMES[RegimeCode.GHG_PROTOCOL],
        GwpSet.AR4,
        known,
        ("GB",),
        date(2025, 1, 1),
        Decimal("0.3"),
        Approach.FINANCIAL_CONTROL,
    )
    recorded = RecordedBasis.of(asked, KNOWN)
    assert recorded.today(known) == asked
    assert (recorded.release, recorded.known_at) == (known.release.number, KNOWN)
    with pytest.raises(BadBaseYear, match="is not what it was"):
        recorded.today(shipped_catalogue(1))


DELTAS = st.integers(-2_000_000, 2_000_000)


@given(deltas=st.lists(DELTAS, max_size=9), kinds=st.data())
def test_restated_is_first_plus_what_was_taken_in(deltas: list[int], kinds: st.DataObject) -> None:
    changes = [
        change(f"C{day}", kinds.draw(st.sampled_from(ChangeKind)), day, y2023=str(delta), y2024=str(delta))
        for day, delta in enumerate(deltas, 1)
    ]
    found = series([policy(), *changes, *YEARS])
    for year, first in zip(found.years, (50_000_000, 49_000_000), strict=True):
        taken = [one for one, state in year.changes if state is RESTATED]
        total = sum(one.deltas[0].masses.scope_1 for one in taken)
        assert year.restated.total(LOCATION) == first + total
    if found.judgements:
        assert restated(found)[2023] == found.judgements[-1].found.restated
