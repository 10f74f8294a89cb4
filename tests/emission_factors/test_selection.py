"""The ladder on made catalogues: each rung alone, every reason to lose, conflicts, and what a refusal says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor, Origin, Purpose, Status
from emission_factors.selection import FactorConflict, NoFactor, Reason, Selection, is_region_bound, select
from tests.build import dataset, factor, made, wanted

SUPPLIER = factor("supplier", "1", region="", origin=Origin.SUPPLIER, supplier="Gas Co", of=dataset("own"))
CUSTOM = factor("custom", "1", region="", origin=Origin.CUSTOM, of=dataset("own"))
RUNGS = [factor(region, "1", region=region) for region in ("CN-GD", "CN-GRID-SOUTH", "CN", "WORLD", "GB", "US")]


def chosen(catalogue: Catalogue, own: Sequence[Factor] = (), **fields: Any) -> Selection:
    return select(catalogue, wanted(**fields), own)


def reasons(found: Selection | NoFactor) -> dict[str, Reason]:
    lost = found.lost if isinstance(found, Selection) else found.verdicts
    return {verdict.factor.factor_id: verdict.reason for verdict in lost}


def refused(*factors: Factor, **fields: Any) -> NoFactor:
    with pytest.raises(NoFactor) as caught:
        chosen(made(*factors), **fields)
    return caught.value


@pytest.mark.parametrize("first", range(8))
def test_the_ladder_from_a_supplier_s_figure_to_a_proxy(first: int) -> None:
    """With the rungs above taken away, each rung wins over all that are below it."""
    ladder = [SUPPLIER, CUSTOM, *RUNGS][first:]
    own = [found for found in ladder if found.origin is not Origin.CATALOGUE]
    published = made(*reversed([found for found in ladder if found.origin is Origin.CATALOGUE]))
    found = chosen(published, own, supplier="Gas Co", proxies=("GB", "US"))
    assert found.factor == ladder[0]
    assert found.is_proxy is (first >= 6)
    assert len(found.lost) == len(ladder) - 1
    assert all(verdict.detail for verdict in found.lost)


def test_the_rule_says_why_the_winner_won() -> None:
    rules = {
        "supplier-specific (Gas Co); nearest earlier data year 2023 for 2024": chosen(
            made(), [SUPPLIER], supplier="Gas Co"
        ),
        "the tenant's own; nearest earlier data year 2023 for 2024": chosen(made(), [CUSTOM]),
        "published for CN; year exact": chosen(made(factor(co2e="1", data_year=2024))),
        "published for GB, a proxy region of the basis; nearest earlier data year 2023 for 2024": chosen(
            made(factor(co2e="1", region="GB")), proxies=("GB",)
        ),
    }
    assert [found.rule for found in rules.values()] == list(rules)


def test_another_supplier_s_figure_is_never_taken() -> None:
    found = chosen(made(factor("p", "1")), [SUPPLIER], supplier="Coal Co")
    assert (found.factor.factor_id, reasons(found)) == ("made:p", {"own:supplier": Reason.OTHER_SUPPLIER})
    assert found.lost[0].detail == "of Gas Co, wanted Coal Co"
    assert chosen(made(factor("p", "1")), [SUPPLIER]).lost[0].detail == "of Gas Co, wanted no supplier"


@pytest.mark.parametrize(
    ("year", "winner", "lost"),
    [
        (2021, "made:y2021", {"made:y2022": Reason.LATER_YEAR, "made:y2023": Reason.LATER_YEAR}),
        (2022, "made:y2022", {"made:y2021": Reason.OLDER_YEAR, "made:y2023": Reason.LATER_YEAR}),
        (2023, "made:y2023", {"made:y2021": Reason.OLDER_YEAR, "made:y2022": Reason.OLDER_YEAR}),
        (2025, "made:y2023", {"made:y2021": Reason.EXPIRED, "made:y2022": Reason.OLDER_YEAR}),
        (2026, "made:y2023", {"made:y2021": Reason.EXPIRED, "made:y2022": Reason.EXPIRED}),
    ],
)
def test_the_year_exactly_else_the_nearest_earlier_one_that_may_be_carried(
    year: int, winner: str, lost: dict[str, Reason]
) -> None:
    source = dataset(carry_years=3)
    years = made(*(factor(f"y{found}", "1", data_year=found, of=source) for found in (2022, 2023, 2021)))
    found = chosen(years, day=date(year, 5, 1))
    assert (found.factor.factor_id, reasons(found)) == (winner, lost)


def test_a_later_year_and_one_beyond_carrying_are_refused() -> None:
    later = refused(factor("p", "1", data_year=2025))
    assert str(later) == (
        "no factor for kind in CN-GD, 2024, per kg, for corporate use; "
        "nearest is made:p: data year 2025, the activity is of 2024"
    )
    old = refused(factor("p", "1", data_year=2019, of=dataset(carry_years=4)))
    assert reasons(old) == {"made:p": Reason.EXPIRED}
    assert "data year 2019 may stand in for 4 later years, 2024 is beyond" in str(old)
    assert chosen(made(factor("p", "1", data_year=1996))).factor.data_year == 1996


@pytest.mark.parametrize(
    ("published_by", "winner"),
    [(None, "new:p"), (date(2025, 6, 10), "new:p"), (date(2025, 6, 9), "made:p"), (date(2024, 6, 30), "made:p")],
)
def test_what_was_not_yet_published_is_not_chosen(published_by: date | None, winner: str) -> None:
    newer = factor("p", "1", data_year=2024, of=dataset("new", published_on=date(2025, 6, 10)))
    found = chosen(made(factor("p", "1"), newer), published_by=published_by)
    assert found.factor.factor_id == winner
    if winner == "made:p":
        assert reasons(found) == {"new:p": Reason.NOT_YET_PUBLISHED}
        assert found.lost[0].detail == f"published 2025-06-10, after {published_by}"
    with pytest.raises(NoFactor):
        chosen(made(newer), published_by=date(2025, 6, 9))


@pytest.mark.parametrize(
    ("day", "winner"),
    [
        (date(2025, 5, 31), "own:first"),
        (date(2025, 6, 1), "own:second"),
        (date(2025, 12, 31), "own:second"),
        (date(2026, 1, 1), "own:second"),
    ],
)
def test_two_versions_of_one_year_follow_each_other_by_day(day: date, winner: str) -> None:
    first = replace(
        CUSTOM, factor_id="own:first", data_year=2025, valid_from=date(2025, 1, 1), valid_to=date(2025, 5, 31)
    )
    second = replace(CUSTOM, factor_id="own:second", data_year=2025, valid_from=date(2025, 6, 1))
    assert chosen(made(), [first, second], day=day).factor.factor_id == winner


def test_validity_that_has_not_begun_or_has_ended_is_refused_with_its_day() -> None:
    late = refused(factor("p", "1", data_year=2024, valid_from=date(2024, 3, 2)))
    assert (reasons(late), "valid from 2024-03-02" in str(late)) == ({"made:p": Reason.NOT_YET_VALID}, True)
    ended = refused(factor("p", "1", valid_to=date(2024, 2, 29)))
    assert (reasons(ended), "valid to 2024-02-29" in str(ended)) == ({"made:p": Reason.EXPIRED}, True)
    assert chosen(made(factor("p", "1", valid_to=date(2024, 3, 1)))).factor.factor_id == "made:p"


def test_a_period_that_began_in_december_is_of_the_year_it_mostly_lies_in() -> None:
    of_2024, of_2025 = (factor(str(year), "1", data_year=year, valid_to=date(year, 12, 31)) for year in (2024, 2025))
    found = chosen(made(of_2024, of_2025), day=date(2024, 12, 15), year=2025)
    assert (found.factor.factor_id, reasons(found)) == ("made:2025", {"made:2024": Reason.EXPIRED})


@pytest.mark.parametrize(
    ("fields", "asked", "reason", "detail"),
    [
        ({"purposes": frozenset({Purpose.PRODUCT})}, {}, Reason.OTHER_PURPOSE, "for PRODUCT, not CORPORATE"),
        ({}, {"purpose": Purpose.PARK}, Reason.OTHER_PURPOSE, "for CORPORATE, not PARK"),
        (
            {"calibre": "national_average"},
            {"calibres": ("park_method", "fossil")},
            Reason.OTHER_CALIBRE,
            "national_average, the regime takes park_method, fossil",
        ),
        ({"sector": "power_generation"}, {}, Reason.OTHER_SECTOR, "for power_generation only"),
        ({"status": Status.QUARANTINED, "note": "sums to 2"}, {}, Reason.QUARANTINED, "sums to 2"),
        ({"region": "GB"}, {}, Reason.OTHER_REGION, "for GB, the ladder is CN-GD > CN-GRID-SOUTH > CN > WORLD"),
        ({}, {"only_gases": ("CH4", "N2O")}, Reason.GASES, "does not give CH4, N2O"),
        (
            {"unit": "km"},
            {},
            Reason.UNIT,
            "from kg (mass) to km (distance) needs a density or calorific value of diesel",
        ),
    ],
)
def test_each_reason_against_a_candidate(
    fields: dict[str, Any], asked: dict[str, Any], reason: Reason, detail: str
) -> None:
    error = refused(factor("p", "1", **fields), **asked)
    assert reasons(error) == {"made:p": reason}
    assert error.verdicts[0].detail.startswith(detail)
    assert f"nearest is made:p: {detail}" in str(error)
    found = chosen(
        made(factor("p", "1", **fields), factor("good", gases={"CH4": "1", "N2O": "1"}, purposes=frozenset(Purpose))),
        **asked,
    )
    assert (found.factor.factor_id, reasons(found)) == ("made:good", {"made:p": reason})


def test_a_factor_without_calibre_or_sector_serves_any() -> None:
    assert (
        chosen(made(factor("p", "1")), calibres=("national_average",), sector="power_generation").factor.calibre == ""
    )
    own_sector = made(factor("p", "1", sector="power_generation"))
    assert chosen(own_sector, sector="power_generation").factor.sector == "power_generation"


@pytest.mark.parametrize(
    "kind", ["electricity.grid", "steam.purchased", "heat.purchased", "cooling.x", "fuel.diesel.biogenic"]
)
def test_what_belongs_to_one_grid_is_never_taken_by_proxy(kind: str) -> None:
    assert is_region_bound(kind)
    error = refused(factor("p", "1", region="GB", kinds=(kind,)), kind=kind, proxies=("GB",))
    assert reasons(error) == {"made:p": Reason.OTHER_REGION}
    assert "proxyRegions" not in str(error)


def test_other_kinds_are_told_how_a_proxy_is_named() -> None:
    assert not is_region_bound("fuel.diesel.combustion")
    assert str(refused(factor("p", "1", region="GB"))).endswith(
        "for GB, the ladder is CN-GD > CN-GRID-SOUTH > CN > WORLD. "
        "To let it stand in, name GB in proxyRegions of the basis"
    )


def test_equally_good_factors_are_a_conflict_that_names_both() -> None:
    with pytest.raises(FactorConflict) as caught:
        chosen(made(factor("a", "1"), factor("b", "2"), factor("c", "3", data_year=2020)))
    assert [found.factor_id for found in caught.value.factors] == ["made:a", "made:b"]
    assert str(caught.value) == (
        "equally good factors for kind in CN-GD, 2024, per kg, for corporate use: made:a (Factor a, kg) and "
        "made:b (Factor b, kg). Name the one you mean by its id"
    )


def test_no_candidate_at_all_says_so() -> None:
    assert str(refused(factor("p", "1", kinds=("another",)))) == (
        "no factor for kind in CN-GD, 2024, per kg, for corporate use: "
        "the release holds none of this kind for any region or year"
    )


def test_the_nearest_miss_is_the_one_that_failed_last() -> None:
    misses = [
        factor("unit", "1", unit="km"),
        factor("year", "1", data_year=2025),
        factor("purpose", "1", purposes=frozenset({Purpose.PRODUCT})),
        factor("region", "1", region="GB"),
        factor("quarantined", "1", status=Status.QUARANTINED),
    ]
    named = ["unit", "year", "region", "purpose", "quarantined"]
    for record in named:
        error = refused(*misses)
        assert f"nearest is made:{record}: " in str(error)
        misses = [found for found in misses if found.factor_id != f"made:{record}"]
