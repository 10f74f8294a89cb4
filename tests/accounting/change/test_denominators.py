"""Declared denominators: units, subjects, and a group's denominator that is never made of parts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.change.denominators import DenominatorMonth, Gathered, Wanted, gathered, months_between, unit_of
from accounting.change.intensity import BadDenominator, Denominator, Month, Status

A, B, SITE = (uuid4() for _ in range(3))
QUARTER = months_between(date(2025, 1, 1), date(2025, 3, 1))
VIALS = Wanted(Denominator.OUTPUT, "vials", "", None)
AREA = Wanted(Denominator.AREA, "", "", None)


def month(
    value: str,
    month: date = QUARTER[0],
    denominator: Denominator = Denominator.AREA,
    product: str = "",
    unit: str = "",
    site: UUID | None = None,
) -> DenominatorMonth:
    unit = unit or denominator.unit
    return DenominatorMonth(denominator, product, unit, month, Decimal(value), site, "land register 3")


def quarter(*values: str, wanted: Wanted = AREA, unit: str = "") -> list[DenominatorMonth]:
    pairs = zip(QUARTER, values, strict=False)
    return [month(value, day, wanted.denominator, wanted.product, unit, wanted.site) for day, value in pairs if value]


@pytest.mark.parametrize(
    ("denominator", "given_", "found"),
    [
        (Denominator.AREA, "", "m2"),
        (Denominator.AREA, "m2", "m2"),
        (Denominator.HEADCOUNT, " person ", "person"),
        (Denominator.BED_DAYS, "", "bed-day"),
        (Denominator.DOSES, "", "dose"),
        (Denominator.ENERGY, "tce", "tce"),
        (Denominator.REVENUE, "CNY", "CNY"),
        (Denominator.OUTPUT_VALUE, "万CNY", "10^4CNY"),
        (Denominator.VALUE_ADDED, "CNY", "CNY"),
        (Denominator.REVENUE, "10^4 CNY", "10^4CNY"),
        (Denominator.REVENUE, "万CNY", "10^4CNY"),
        (Denominator.OUTPUT, "t", "t"),
        (Denominator.OUTPUT, "吨", "t"),
        (Denominator.OUTPUT, "vial", "vial"),
        (Denominator.OUTPUT, "10 mL carton", None),
        (Denominator.OUTPUT, "carton of 10", "carton of 10"),
        (Denominator.OUTPUT, "箱", "箱"),
        (Denominator.OUTPUT, "CNY", "CNY"),
        (Denominator.OUTPUT, "T", None),
        (Denominator.OUTPUT, "KT", None),
        (Denominator.OUTPUT, "%", None),
        (Denominator.OUTPUT, "GJ/t", None),
        (Denominator.OUTPUT, "", None),
        (Denominator.OUTPUT, "t: vials", None),
        (Denominator.OUTPUT, "x" * 41, None),
        (Denominator.AREA, "ha", None),
        (Denominator.REVENUE, "", None),
        (Denominator.VALUE_ADDED, "t", None),
        (Denominator.REVENUE, "CNY_2024", None),
        (Denominator.REVENUE, "yuan", None),
        (Denominator.REVENUE, "t", None),
    ],
)
def test_units(denominator: Denominator, given_: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(BadDenominator) as refused:
            unit_of(denominator, given_)
        assert refused.value.field == "unit"
    else:
        assert unit_of(denominator, given_) == found == unit_of(denominator, found)


def test_a_unit_written_otherwise_is_proposed() -> None:
    with pytest.raises(BadDenominator, match=r"OUTPUT is stated in 'KT'; did you mean kt\?"):
        unit_of(Denominator.OUTPUT, "KT")
    with pytest.raises(BadDenominator, match="REVENUE is stated in 'CNY_2024'; accepted is an ISO 4217 code"):
        unit_of(Denominator.REVENUE, "CNY_2024")
    with pytest.raises(BadDenominator, match="'吨' is written 't'"):
        month("1", denominator=Denominator.OUTPUT, product="vials", unit="吨")


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("product", {"product": "vials"}),
        ("product", {"denominator": Denominator.OUTPUT, "unit": "t"}),
        ("product", {"denominator": Denominator.OUTPUT, "unit": "t", "product": "x" * 201}),
        ("product", {"denominator": Denominator.OUTPUT, "unit": "t", "product": "x\x00"}),
        ("month", {"month": date(2025, 1, 2)}),
        ("value", {"value": "-0.1"}),
        ("unit", {"unit": "ha"}),
    ],
)
def test_what_cannot_be_stated(field: str, fields: dict[str, object]) -> None:
    with pytest.raises(BadDenominator) as refused:
        month(**{"value": "1", **fields})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_what_is_another_denominator_is_another_subject() -> None:
    output = Denominator.OUTPUT
    found = [
        month("1"),
        month("1", month=QUARTER[1]),
        month("1", site=SITE),
        month("1", denominator=Denominator.HEADCOUNT),
        month("1", denominator=output, product="vials", unit="t"),
        month("1", denominator=output, product="vials", unit="vial"),
        month("1", denominator=output, product="caps", unit="t"),
        month("1", denominator=output, product="b: c", unit="box"),
    ]
    assert len({one.subject for one in found}) == len(found)
    assert month("1").subject == month("2").subject == "AREA 2025-01 * m2"
    assert found[4].subject == "OUTPUT 2025-01 * t: vials"


def test_months_between_runs_over_years() -> None:
    assert months_between(date(2024, 11, 1), date(2025, 2, 28)) == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]


def test_a_flow_adds_up_over_tenants_and_months() -> None:
    declared = {
        A: quarter("1", "2", "3", wanted=VIALS, unit="t"),
        B: quarter("10", "20", "30", wanted=VIALS, unit="t"),
    }
    found = gathered(VIALS, [A, B], QUARTER, declared)
    assert [one.value for one in found.months] == [11, 22, 33]
    assert (found.unit, dict(found.missing)) == ("t", {})
    answer = found.intensity(Decimal(132_000))
    assert (answer.status, answer.tonnes_per_unit, answer.denominator) == (Status.DEFINED, Decimal(2), Decimal(66))


def test_a_stock_is_the_mean_of_whole_months() -> None:
    declared = {A: quarter("100", "200", "300"), B: quarter("50", "50", "50")}
    answer = gathered(AREA, [A, B], QUARTER, declared).intensity(Decimal(500_000))
    assert (answer.status, answer.tonnes_per_unit, answer.denominator) == (Status.DEFINED, Decimal(2), Decimal(250))


def test_a_month_that_one_tenant_leaves_out_is_missing_for_all() -> None:
    declared = {A: quarter("100", "200", "300"), B: quarter("50", "", "50")}
    found = gathered(AREA, [A, B], QUARTER, declared)
    assert [one.month for one in found.months] == [QUARTER[0], QUARTER[2]]
    assert dict(found.missing) == {B: (QUARTER[1],)}
    answer = found.intensity(Decimal(1000))
    assert (answer.status, answer.tonnes_per_unit, answer.denominator) == (Status.INCOMPLETE, None, Decimal(250))


def test_a_tenant_that_states_nothing_leaves_nothing() -> None:
    found = gathered(AREA, [A, B], QUARTER, {A: quarter("1", "1", "1")})
    assert (found.months, dict(found.missing)) == ((), {B: tuple(QUARTER)})
    answer = found.intensity(Decimal(1000))
    assert (answer.status, answer.tonnes_per_unit, answer.denominator) == (Status.INCOMPLETE, None, None)
    assert gathered(VIALS, [A], QUARTER, {}).unit == ""


def test_zero_is_stated_and_divides_nothing() -> None:
    answer = gathered(AREA, [A], QUARTER, {A: quarter("0", "0", "0")}).intensity(Decimal(1000))
    assert (answer.status, answer.tonnes_per_unit) == (Status.NOT_DEFINED, None)


def test_sites_and_products_are_kept_apart() -> None:
    of_site = Wanted(Denominator.AREA, "", "", SITE)
    caps = Wanted(Denominator.OUTPUT, "caps", "", None)
    declared = {
        A: [
            *quarter("100", "100", "100"),
            *quarter("7", "7", "7", wanted=of_site),
            *quarter("1", "1", "1", wanted=VIALS, unit="t"),
            *quarter("5", "5", "5", wanted=caps, unit="t"),
        ]
    }
    sizes = [gathered(wanted, [A], QUARTER, declared).intensity(Decimal(0)).denominator for wanted in (AREA, of_site)]
    assert sizes == [100, 7]
    assert gathered(caps, [A], QUARTER, declared).intensity(Decimal(0)).denominator == 15


def test_two_units_ask_for_a_name() -> None:
    tonnes = quarter("1", "2", "3", wanted=VIALS, unit="t")
    vials = quarter("1000", "2000", "3000", wanted=VIALS, unit="vial")
    with pytest.raises(BadDenominator, match="OUTPUT vials is stated in t, vial; name the unit") as refused:
        gathered(VIALS, [A], QUARTER, {A: [*tonnes, *vials]})
    assert refused.value.field == "unit"
    named = Wanted(Denominator.OUTPUT, "vials", "吨", None)
    found = gathered(named, [A], QUARTER, {A: [*tonnes, *vials]})
    assert found.unit == "t"
    assert [one.value for one in found.months] == [1, 2, 3]
    other = [*tonnes, month("1", date(2024, 1, 1), Denominator.OUTPUT, "vials", "vial")]
    assert gathered(VIALS, [A], QUARTER, {A: other}).unit == "t"


def test_output_is_asked_for_by_product() -> None:
    with pytest.raises(BadDenominator, match="output is of a product"):
        Wanted(Denominator.OUTPUT, "", "t", None)
    with pytest.raises(BadDenominator, match="'vials' has no place"):
        Wanted(Denominator.AREA, "vials", "", None)


VALUES = st.decimals(0, 10**9, places=3)


@given(values=st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=5), flow=st.booleans())
def test_a_group_is_the_sum_of_its_tenants(values: Sequence[tuple[Decimal, ...]], flow: bool) -> None:
    wanted = Wanted(Denominator.DOSES if flow else Denominator.AREA, "", "", None)
    tenants = [uuid4() for _ in values]
    declared = {key: quarter(*map(str, one), wanted=wanted) for key, one in zip(tenants, values, strict=True)}
    found: Gathered = gathered(wanted, tenants, QUARTER, declared)
    alone = [gathered(wanted, [tenant], QUARTER, declared).months for tenant in tenants]
    expected = [
        Month(day, sum((one[at].value for one in alone), Decimal(0)), found.unit) for at, day in enumerate(QUARTER)
    ]
    assert list(found.months) == expected
