"""Direct wires: the ratios of the worked day and of the notice, and its thresholds by year."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.intervals.direct_wires import WireRatio, WireRatios, WireStatus, wire_checks, wire_ratios
from accounting.intervals.hourly_matching import Incomplete
from accounting.intervals.series import BadSeries, Series

START = datetime(2026, 3, 1, tzinfo=UTC)
COVER, SELF = WireRatio.COVER, WireRatio.SELF_CONSUMPTION


def series(*values: int | None) -> Series:
    return Series(START, 60, tuple(None if value is None else Decimal(value) for value in values))


def ratios(generated: str, used: str, load: str) -> WireRatios:
    return WireRatios(Decimal(generated), Decimal(used), Decimal(load))


def test_the_ratios_of_the_worked_day() -> None:
    found = wire_ratios(series(0, 18, 14, 0), series(10, 10, 10, 10))  # V24
    assert isinstance(found, WireRatios)
    assert (found.of(SELF), found.of(COVER)) == (Fraction("0.625"), Fraction("0.5"))


def test_the_example_of_the_notice() -> None:
    found = wire_checks(ratios("100", "66", "180"), 2026)
    assert [(one.threshold.ratio, one.threshold.minimum, one.is_in_force, one.status) for one in found] == [
        (SELF, Decimal("0.60"), True, WireStatus.PASS),
        (COVER, Decimal("0.30"), True, WireStatus.PASS),
        (COVER, Decimal("0.35"), False, WireStatus.PASS),
    ]
    assert [f"{float(one.ratio or 0):.3f}" for one in found[:2]] == ["0.660", "0.367"]
    assert {one.threshold.source for one in found} == {"发改能源〔2026〕688号"}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2029, [("0.60", True, "PASS"), ("0.30", True, "PASS"), ("0.35", False, "FAIL")]),
        (2030, [("0.60", True, "PASS"), ("0.35", True, "FAIL")]),
    ],
)
def test_the_cover_asked_for_rises_by_2030(year: int, expected: list[tuple[str, bool, str]]) -> None:
    found = wire_checks(ratios("100", "60", "200"), year)  # both ratios stand on their threshold
    assert [(str(one.threshold.minimum), one.is_in_force, one.status) for one in found] == expected


def test_below_a_threshold_fails() -> None:
    assert [one.status for one in wire_checks(ratios("100", "59.9", "200"), 2026)] == [WireStatus.FAIL] * 3


def test_nothing_generated_or_used_has_no_ratio() -> None:
    statuses = [one.status for one in wire_checks(ratios("0", "0", "0"), 2026)]
    assert statuses == [WireStatus.NOT_DEFINED] * 3
    assert wire_checks(ratios("0", "0", "5"), 2026)[1].status is WireStatus.FAIL


def test_missing_intervals_leave_no_ratio() -> None:
    found = wire_ratios(series(1, None), series(1, 1))
    assert isinstance(found, Incomplete)
    assert [span.series for span in found.missing] == ["generation"]
    with pytest.raises(BadSeries):
        wire_ratios(series(1), series(1, 1))
