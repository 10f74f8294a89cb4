"""What the demo park's companies declare: tables that name what there is, and inputs that hold for any window."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.value_chain.screening import CATEGORIES
from api.demo import declared_tables as declared
from api.demo import tables
from api.demo.declarations import (
    change_inputs,
    denominator_inputs,
    holding_inputs,
    policy_input,
    screening_inputs,
    uncertainty_inputs,
)
from api.demo.instruments import Claim, claims
from api.demo.parks import SMALL, Extent, generate
from api.demo.registering import KnownPark, KnownTenant
from api.demo.windows import Window, day_of, window_before
from tests.api.demo.whole_park import SEED, TODAY, quantity, whole

CODES = {company.code for company in tables.companies()}
WINDOWS = [window_before(date(2026, month, 15), 36) for month in (1, 2, 7, 12)]
KNOWN = KnownPark("park", {code: KnownTenant(f"id of {code}") for code in CODES})


def claim(code: str, tenant: str) -> Claim:
    return next(one for one in claims(whole()) if (one.row.tenant, one.code) == (tenant, code))


def test_every_row_is_about_a_company_there_is() -> None:
    owners = [
        *(row.tenant for row in declared.instruments()),
        *(row.generator or row.tenant for row in declared.instruments()),
        *(row.holder for row in declared.holdings()),
        *(row.counterparty for row in declared.leases()),
        *(row.tenant for row in declared.denominators()),
        *(row.tenant for row in declared.screenings()),
        *(row.tenant for row in declared.base_years()),
        *(row.tenant for row in declared.year_changes()),
    ]
    assert set(owners) <= CODES
    assert {row.tenant for row in declared.year_changes()} == {row.tenant for row in declared.base_years()}


def test_ten_kinds_of_company_relate_emissions_to_something() -> None:
    found = {row.tenant: set[str]() for row in declared.denominators()}
    for row in declared.denominators():
        found[row.tenant].add(row.denominator)
    assert len(found) == 12
    assert set().union(*found.values()) == {"AREA", "HEADCOUNT", "REVENUE", "OUTPUT", "DOSES"}


def test_denominators_are_stated_for_every_month_but_one() -> None:
    found = [
        (row["denominator"], row["month"], Decimal(row["value"])) for row in denominator_inputs("mingque", whole())
    ]
    months = {name: [month for kind, month, _ in found if kind == name] for name in ("HEADCOUNT", "REVENUE")}
    assert (len(months["HEADCOUNT"]), len(months["REVENUE"])) == (36, 35)
    assert set(months["HEADCOUNT"]) - set(months["REVENUE"]) == {"2025-08"}
    assert all(value > 0 for _, _, value in found)
    assert len(denominator_inputs("haiyan", whole())) <= 1000


def test_a_constant_area_is_the_size_of_the_company() -> None:
    areas = {row["value"] for row in denominator_inputs("lingqiao", whole()) if row["denominator"] == "AREA"}
    assert areas == {"21840"}  # 42 % of 52,000


def test_six_companies_screen_all_fifteen_categories() -> None:
    found = {row.tenant: [one.category for one in declared.screenings() if one.tenant == row.tenant]
             for row in declared.screenings()}  # fmt: skip
    assert len(found) == 6
    assert all(categories == list(CATEGORIES) for categories in found.values())
    decisions = {row["decision"] for row in screening_inputs("haiyan", whole())}
    assert decisions == {"REPORTED", "EXCLUDED", "NOT_APPLICABLE"}


def test_holdings_of_a_company_whose_holder_is_missing_are_left_out() -> None:
    park = generate(SEED, window_before(TODAY, SMALL.months), Extent(companies=11, months=6, hourly_meters=0))
    few = KnownPark(
        "park", {tenant.code: KNOWN.tenants[tenant.code] for tenant in park.tenants if tenant.code != "heqing"}
    )
    assert [row["equityPercent"] for row in holding_inputs("lingqiao", park, few)] == ["60", "40"]
    assert holding_inputs("songzhi", park, few) == []


def test_shares_add_up_on_every_day() -> None:
    for code in {row.tenant for row in declared.holdings()}:
        found = holding_inputs(code, whole(), KNOWN)
        for day in ("2020-01-01", "2025-06-30", "2025-07-01", "2026-10-31"):
            valid = [row for row in found if row["validFrom"] <= day <= (row["validTo"] or "9999")]
            assert sum(Decimal(row["equityPercent"]) for row in valid) == 100
            assert sum(row["hasOperationalControl"] for row in valid) == 1


def test_a_base_year_is_the_first_whole_year() -> None:
    policy = policy_input("haiyan", whole())
    assert policy is not None
    assert (policy["year"], policy["thresholdPercent"]) == (2024, "5")
    assert policy_input("operator", whole()) is None
    assert policy_input("haiyan", generate(SEED, window_before(TODAY, SMALL.months), SMALL)) is None


def test_changes_are_a_percentage_of_what_was_reported_before_them() -> None:
    masses = {"scope1": "1000.9", "scope2Location": "200", "scope2Market": "300", "scope3": "4000"}
    change, line = change_inputs("haiyan", whole(), {2024: masses, 2025: masses})
    assert (change["kind"], line["kind"]) == ("STRUCTURAL", "NEW_SOURCE")
    assert change["deltas"] == [
        {"year": 2024, "scope1": "40", "scope2Location": "14", "scope2Market": "21", "scope3": "200"}
    ]
    assert change_inputs("haiyan", whole(), {2025: masses}) == []


def test_quantities_and_factors_are_stated_once_each() -> None:
    subjects = [(row["activityType"], row["factorId"], row["quality"]) for row in uncertainty_inputs()]
    assert len(set(subjects)) == len(subjects)
    scored = next(row for row in uncertainty_inputs() if row["activityType"] == "travel.")
    assert scored["uncertainty"]["scored"]["scores"] == {
        "reliability": 2,
        "completeness": 3,
        "time": 1,
        "geography": 2,
        "technology": 3,
    }


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_declared_is_of_the_future(window: Window) -> None:
    days = [
        day_of(text, window)
        for row in declared.instruments()
        if day_of(row.claimed_from, window) <= window.last
        for text in (row.moved_on, row.fated_on, row.claimed_to)
        if text
    ]
    assert max(days).replace(day=1) <= window.last


def test_metered_instruments_are_for_what_was_metered_year_by_year() -> None:
    own = [claim(f"PV-{year}", "lingqiao") for year in (2023, 2024, 2025, 2026)]
    total = sum(Decimal(one.quantity_mwh) for one in own)
    assert total == quantity("electricity.own_generation") / 3600
    assert [(f"{one.claimed_from:%Y-%m}", f"{one.claimed_to:%Y-%m}") for one in own] == [
        ("2023-11", "2023-12"),
        ("2024-01", "2024-12"),
        ("2025-01", "2025-12"),
        ("2026-01", "2026-10"),
    ]


def test_certificates_of_contracts_are_whole_and_no_more_than_was_settled() -> None:
    contracts = [one for one in claims(whole()) if one.kind == "GREEN_POWER_TRADE"]
    total = sum(int(one.quantity_mwh) for one in contracts)
    assert len(contracts) == 4
    assert 0 <= quantity("electricity.grid", "EG1-04") / 3600 - total < 4


def test_parts_come_after_what_they_are_parts_of() -> None:
    seen: list[tuple[str, str]] = []
    for one in claims(whole()):
        assert one.origin is None or one.origin in seen
        assert one.kind
        seen.append((one.row.tenant, one.code))
    assert len(set(seen)) == len(seen) == 22
    assert claim("GEC-PARK-2025", "xibao").is_transfer
    assert not claim("GEC-2025-BJ", "haiyan").is_transfer


def test_without_the_giver_nothing_is_handed_over() -> None:
    park = generate(SEED, window_before(TODAY, 6), Extent(companies=1, months=6, hourly_meters=0))
    assert [one.code for one in claims(park)] == ["GEC-PV-2025"]
