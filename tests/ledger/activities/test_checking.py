"""The fast check of a batch says of every row what the check of a single row says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors.releases import shipped_catalogue
from ledger.activities.checking import Checker
from ledger.activities.rows import CheckedRow, PostedRow, Quality, Refusal, SourcePlace, check

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLACES = {
    "m1": SourcePlace(uuid4(), uuid4(), "Asia/Shanghai"),
    "m2": SourcePlace(uuid4(), uuid4(), "America/St_Johns"),
}
GOOD = {
    "source": "m1",
    "external_id": "a",
    "activity_type": "electricity.grid",
    "quantity": "12.50",
    "unit": "kWh",
    "period_start": "2025-03-01T00:00:00+08:00",
    "period_end": "2025-04-01T00:00:00+08:00",
    "supplier": "",
    "quality": Quality.BILLED,
    "document": "",
}
ODD_TEXTS = ["", " ", "\u3000", "a\x00", "x" * 200, "x" * 201, "广州供电局", "\ud83d", "😀", "a\tb\n", "\x85"]
ODD_NUMBERS: list[object] = [
    *("0", "00.10", "-0", "-1", "+1", "1e3", "1.", ".5", "1_000", " 1", "1 ", "１２", "NaN", "Infinity", ""),
    *("9" * 38, "9" * 39, "1" * 20 + "." + "1" * 18, "0." + "1" * 18, "0." + "1" * 19, "1" * 19 + "." + "1" * 18),
    *(5, -5, 0, 10**38, 1.5, float("nan"), True, None, [], {}, ["1"]),
]
ODD_TIMES: list[object] = [
    *("2025-03-01T00:00:00Z", "2025-03-01T00:00:00", "2025-03-01", "2025-02-30T00:00:00Z", "1989-01-01T00:00:00Z"),
    *(
        "2025-03-01t00:00:00.250000z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2025-03-09T02:30:00-04:00",
    ),
    *((NOW + timedelta(minutes=minutes)).isoformat() for minutes in (-1, 4, 5, 6)),
    *("2010-01-01T00:00:00Z", "", 5, None, True, [], {}),
]
ODD: dict[str, list[Any]] = {
    "source": ["m2", "m3", "", "\ud83d"],
    "external_id": ODD_TEXTS,
    "activity_type": ["refrigerant.leaked/R-410A", "refrigerant.leaked/none", "refrigerant.leaked", "none"],
    "quantity": ODD_NUMBERS,
    "unit": ["MWh", "10^4 kWh", "m3", "L", "kg", "CNY", "CNY_2024", "none", " kWh "],
    "period_start": ODD_TIMES,
    "period_end": ODD_TIMES,
    "supplier": ODD_TEXTS,
    "quality": list(Quality),
    "document": ODD_TEXTS,
}  # fmt: skip


def row(**changed: Any) -> PostedRow:
    return PostedRow(**{**GOOD, **changed})


def checker() -> Checker:
    return Checker(PLACES, shipped_catalogue(), NOW)


def alone(given: PostedRow) -> CheckedRow | Refusal:
    return check(given, PLACES, shipped_catalogue(), NOW)


CHANGES = [(name, value) for name, values in ODD.items() for value in values]


@pytest.mark.parametrize(
    ("name", "value"), CHANGES, ids=lambda value: repr(value)[:40].encode().decode("ascii", "replace")
)
def test_one_odd_field_after_a_good_row_is_told_as_it_is_alone(name: str, value: Any) -> None:
    found = checker()
    assert isinstance(found.check(row()), CheckedRow)
    assert same(found.check(row(**{name: value})), alone(row(**{name: value})))


ROWS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in ODD.items()}
).map(lambda changed: row(**changed))  # fmt: skip


@given(st.lists(ROWS, max_size=12))
def test_a_batch_is_told_what_each_row_is_alone(rows: list[PostedRow]) -> None:
    found = checker()
    assert all(same(found.check(each), alone(each)) for each in [*rows, *rows])


def same(left: CheckedRow | Refusal, right: CheckedRow | Refusal) -> bool:
    """Whether two answers agree to the digit: 1.50 and 1.5 are equal, and not the same."""
    return repr(left) == repr(right)


def test_what_was_found_for_a_source_is_not_taken_for_another() -> None:
    found = checker()
    places = [found.check(row(source=name)) for name in ("m1", "m2", "m1")]
    assert [each.place for each in places if isinstance(each, CheckedRow)] == [PLACES["m1"], PLACES["m2"], PLACES["m1"]]
    starts = {str(each.period.local_start) for each in places if isinstance(each, CheckedRow)}
    assert starts == {"2025-03-01 00:00:00", "2025-02-28 12:30:00"}
