"""What is stated about the park as one system: texts that stand for ids and days, and what is left out."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from api.demo import stated as statements
from api.demo.declarations import expectation_inputs
from api.demo.declaring import LISTED, ONE_BY_ONE
from api.demo.registering import KnownPark, KnownTenant
from api.demo.stated import Speaker, stated
from api.demo.windows import window_before
from tests.api.demo.whole_park import tenant, whole


@cache
def known() -> KnownPark:
    """Return the park as if it were registered; made when first asked for, which takes seconds."""
    tenants = {
        one.code: KnownTenant(
            f"id of {one.code}",
            sites={site.code: f"{one.code}/{site.code}" for site in one.sites},
            sources={source.code: f"{one.code}/{source.code}" for source in one.sources},
        )
        for one in whole().tenants
    }
    return KnownPark("park", tenants)


def operator() -> Speaker:
    return Speaker("operator", whole(), known())


def without(*codes: str) -> Speaker:
    there = {code: one for code, one in known().tenants.items() if code not in codes}
    return Speaker("operator", whole(), KnownPark("park", there))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@site:chp", "operator/chp"),
        ("@source:EM6", "operator/EM6-01"),
        ("@tenant:haiyan", "id of haiyan"),
        ("@code:haiyan", "haiyan"),
        ("@day:0/12/31", "2025-12-31"),
        ("@month:1/07", "2026-07"),
        ("@year:-1", 2024),
        ("#12", 12),
        ("3 x 35 t/h", "3 x 35 t/h"),
        (["@year:0", {"of": "@month:0/01"}], [2025, {"of": "2025-01"}]),
        (True, True),
    ],
)
def test_what_a_text_stands_for(text: Any, value: Any) -> None:
    assert operator().put_in(text) == value


@pytest.mark.parametrize("subject", [*LISTED, *ONE_BY_ONE])
def test_every_subject_is_stated_by_somebody_and_names_what_there_is(subject: str) -> None:
    written = statements._statements(subject)
    found = [one for code in known().tenants for one in stated(subject, Speaker(code, whole(), known()))]
    assert len(found) == len(written) > 0
    assert not any("@" in str(one) or "tenant" in one for one in found)


@pytest.mark.parametrize("month", range(1, 13))
def test_everything_can_be_stated_in_any_month(month: int) -> None:
    park = replace(whole(), window=window_before(date(2026, month, 15), 36))
    for subject in (*LISTED, *ONE_BY_ONE):
        assert stated(subject, Speaker("operator", park, known())) or subject == "tenancies"
        assert stated("tenancies", Speaker("shijing", park, known()))


def test_what_names_a_tenant_that_is_not_there_is_left_out() -> None:
    assert [one["customer"] for one in stated("transfer_terms", without("yuelu"))] == ["haiyan", "jinzhen"]
    assert stated("zones", without("suiyue")) == []
    assert stated("scenarios", without("caozhi")) == []


def test_an_empty_column_says_nothing() -> None:
    plant = next(one for one in stated("plants", operator()) if one["kind"] == "BOILER")
    assert set(plant) == {"siteId", "kind", "nameEn", "nameZh", "capacity", "validFrom", "document"}


def test_bills_of_a_quarter_or_a_year_are_expected_then_and_an_idle_month_is_not() -> None:
    found = {one["sourceId"]: one for one in expectation_inputs("caozhi", whole(), known())}
    idle = found.pop("caozhi/BM1-23")
    assert idle == {
        "sourceId": "caozhi/BM1-23",
        "validFrom": "2023-11-01",
        "every": "MONTH",
        "notApplicable": [
            {
                "first": "2025-02",
                "last": "2025-02",
                "reason": "The furnace stood still for its overhaul; nothing was burnt",
            }
        ],
    }
    assert {(one["every"], one["validFrom"]) for one in found.values()} == {("QUARTER", "2024-01-01")}
    months = {row.period_start[:7] for row in tenant("caozhi").rows if row.source == "BM1-23"}
    assert "2025-02" not in months
    assert len(months) == 35
