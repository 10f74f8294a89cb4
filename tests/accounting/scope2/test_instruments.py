"""The values: what contradicts itself is not made."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.scope2.instruments import (
    Attribute,
    BadInstrument,
    Cancellation,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Kind,
    Serials,
    gec_of,
)
from tests.instruments import claim, criteria, load


def test_certificates_of_a_month_are_whole_and_the_rest_is_carried() -> None:
    assert gec_of(Decimal(1234567)) == (1234, Decimal(567))
    assert gec_of(Decimal(432), Decimal(567)) == (0, Decimal(999))
    assert gec_of(Decimal(433), Decimal(567)) == (1, Decimal(0))
    assert gec_of(Decimal("999.999")) == (0, Decimal("999.999"))
    assert gec_of(Decimal(0)) == (0, Decimal(0))
    for wrong in ("-1", "NaN", "Infinity"):
        with pytest.raises(BadInstrument, match="accepted is zero or more"):
            gec_of(Decimal(wrong))
    with pytest.raises(BadInstrument, match="carried_kwh is -1"):
        gec_of(Decimal(1), Decimal(-1))


@given(st.lists(st.decimals(0, 10**20, places=6), max_size=12))
def test_no_kilowatt_hour_is_lost_over_the_months(months: list[Decimal]) -> None:
    certificates, carried = 0, Decimal(0)
    for kwh in months:
        issued, carried = gec_of(kwh, carried)
        certificates += issued
        assert 0 <= carried < 1000
    whole, rest = gec_of(Decimal(sum(int(kwh * 10**6) for kwh in months)).scaleb(-6))
    assert (certificates, carried) == (whole, rest)


@pytest.mark.parametrize(
    ("field", "kind", "wrong", "words"),
    [
        ("quantity", Kind.GEC, {"quantity": Decimal(0)}, "0 MWh claims nothing"),
        ("quantity", Kind.GEC, {"quantity": Decimal(-1)}, "accepted is zero or more"),
        ("quantity", Kind.GEC, {"quantity": Decimal("9.5"), "serials": None, "cancellation": None}, "1 GEC = 1 MWh"),
        ("rate", Kind.GEC, {"rate": Decimal(-1)}, "accepted is zero or more"),
        ("serials", Kind.GEC, {"serials": Serials("batch", 1, 9)}, "9 certificates named for 10 MWh"),
        ("cancellation", Kind.GEC, {"cancellation": Cancellation(date(2025, 1, 1), Decimal(11))}, "up to 10 MWh"),
        ("cancellation", Kind.GEC, {"cancellation": Cancellation(date(2025, 1, 1), Decimal(0))}, "above 0"),
        ("last_month", Kind.GEC, {"last_month": date(2024, 12, 1)}, "2025-01-01 to 2024-12-01 are not months"),
        ("last_month", Kind.GEC, {"first_month": date(2025, 1, 2)}, "written by its first day"),
        ("claimed_to", Kind.GEC, {"claimed_to": date(2025, 12, 31)}, "written by its first day"),
        ("attribute", Kind.GEC, {"attribute": Attribute.CONVENTIONAL}, "non-fossil electricity"),
        ("attribute", Kind.GREEN_POWER_TRADE, {"carrier": EnergyCarrier.HEAT}, "non-fossil electricity"),
        ("attribute", Kind.SELF_USE, {"attribute": Attribute.CONVENTIONAL}, "NON_FOSSIL or FOSSIL_SELF"),
        ("attribute", Kind.SELF_USE, {"attribute": Attribute.FOSSIL_SELF, "rate": Decimal(1)}, "SELF_USE at rate 0"),
        ("attribute", Kind.SELF_USE, {"attribute": Attribute.FOSSIL_SELF, "rate": None}, "SELF_USE at rate 0"),
        ("attribute", Kind.DIRECT_SUPPLY, {"attribute": Attribute.FOSSIL_SELF}, "SELF_USE at rate 0"),
    ],
)
def test_an_instrument_that_contradicts_itself_is_not_made(
    field: str, kind: Kind, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInstrument, match=words) as caught:
        replace(claim("a", "10", kind), **wrong)
    assert caught.value.field == field


def test_a_contract_may_be_for_part_of_a_megawatt_hour() -> None:
    assert claim("ppa", "9.5", Kind.POWER_PURCHASE_AGREEMENT).quantity == Decimal("9.5")
    assert claim("chp", "9.5", Kind.SELF_USE, attribute=Attribute.FOSSIL_SELF).rate == 0


@pytest.mark.parametrize("wrong", [{"month": date(2025, 6, 30)}, {"quantity": Decimal("-0.1")}])
def test_a_load_is_of_a_month_and_not_negative(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInstrument):
        replace(load("1"), **wrong)


@pytest.mark.parametrize("wrong", [("", 1, 2), ("batch", 2, 1), ("batch", -1, 1)])
def test_certificates_need_a_batch_and_a_range(wrong: tuple[str, int, int]) -> None:
    with pytest.raises(BadInstrument, match="first <= last"):
        Serials(*wrong)


def test_ranges_overlap_in_one_batch_only() -> None:
    some = Serials("batch", 10, 20)
    assert some.count == 11
    assert [some.overlaps(Serials("batch", *pair)) for pair in ((1, 9), (1, 10), (12, 13), (20, 30), (21, 30))] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not some.overlaps(Serials("other", 10, 20))


def test_there_are_eight_criteria_each_with_its_field() -> None:
    assert len(Criterion) == 8
    assert all(Criteria().of(criterion) == Check(None, ()) for criterion in Criterion)
    for criterion in Criterion:
        failing = criteria(**{criterion.value.lower(): Check(False)})
        assert [other for other in Criterion if failing.of(other).holds is False] == [criterion]
