"""The worked park of notice 910 as tables P1 to P12: 117,490.66 t CO2 over 223,312 tce, which fails."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client
from reports.document import Document, ReportKind
from reports.recomputing import recompute
from tests.indicator_park import COEFFICIENT, SHARES, IndicatorPark
from tests.reports.reported import Reader, assembled, cell, parsed, shown, table, year
from tests.service import Service


@pytest.fixture(scope="module")
def park(service: Service) -> Iterator[IndicatorPark]:
    with Client(service.url) as client:
        made = IndicatorPark(client)
        made.work()
        made.book("refrigerant.leaked/HFC-134a", "1000", "kg")
        waiver = {"indicator": "CLEAN_ENERGY_SHARE", "reason": "no land for more sun", "document": "letter 7"}
        assert "declarations" in made.state(amounts={**COEFFICIENT, **SHARES}, waivers=[waiver])
        yield made


@pytest.fixture(scope="module")
def report(park: IndicatorPark, reader: Reader) -> Document:
    return assembled(reader.read(ReportKind.PARK, park.park, year(2025)), ReportKind.PARK)


def test_the_totals_are_those_of_annex_4(report: Document) -> None:
    rows = ("E_FUEL", "E_CONVERSION", "E_EL", "E_HEAT", "E_INDIRECT", "E_ENERGY", "E_PROCESS", "E_PARK")
    assert [str(cell(report, "P9", row, "co2").normalize()) for row in rows] == [
        "64865.66427",
        "0",
        "41625",
        "1.1E+4",
        "52625",
        "117490.66427",
        "0",
        "117490.66427",
    ]
    assert cell(report, "P9", "E_PARK", "ten_thousand") == Decimal("11.749066427")
    assert cell(report, "P9", "REPORTED", "co2") == cell(report, "P9.TENANTS", "E_PARK", "co2e")
    assert cell(report, "P9", "E_PARK.2024", "co2") is None


def test_the_core_indicator_fails(report: Document) -> None:
    assert cell(report, "P9.ENERGY", "PERIOD", "energy") == 223312
    assert shown(cell(report, "P9.ENERGY", "PERIOD", "intensity"), 6) == "0.526128"
    assert [cell(report, "P10", "CARBON_PER_ENERGY", name) for name in ("threshold", "status")] == [
        Decimal("0.2"),
        "FAIL",
    ]
    waived = [cell(report, "P10", "CLEAN_ENERGY_SHARE", name) for name in ("status", "waiver")]
    assert waived == ["WAIVED", "letter 7; no land for more sun"]
    assert shown(cell(report, "P10", "WATER_REUSE", "value"), 4) == "0.8421"
    assert cell(report, "P10.INPUTS", "WATER_REUSED", "source") == "park statistics 2025"


def test_electricity_stands_by_kind_and_what_is_green_is_zero(report: Document) -> None:
    found: list[tuple[Any, ...]] = [
        (row.cells[0], row.cells[2], row.cells[6]) for row in table(report, "P5").rows if row.cells[0]
    ]
    assert found == [
        ("非化石直供 direct non-fossil", 60000, 0),
        ("非化石直供 direct non-fossil", 260000, 0),
        ("绿证 green certificates", 130000, 0),
        ("绿电交易 green power trade", 100000, 0),
        ("其他电力 other electricity", 50000, 41625),
    ]
    assert cell(report, "P5", "CONSUMED", "quantity") == 600000
    assert cell(report, "P5", "DIRECT", "quantity") == 320000


def test_other_gases_are_a_memo(report: Document) -> None:
    assert cell(report, "P8", "NOT_COUNTED.HFC-134a", "mass") == 1
    assert cell(report, "P8", "NOT_COUNTED.HFC-134a", "co2e") == 1530
    assert report.totals["SCOPE_1"] == Decimal("64865664.27")


def test_the_balance_is_in_three_values(report: Document) -> None:
    physical, equal, equivalent = (f"P2.{one}" for one in ("PHYSICAL", "EQUAL", "EQUIVALENT"))
    assert cell(report, physical, "VI", "electricity") == 600000
    assert cell(report, equivalent, "VI", "electricity") == 180000
    assert cell(report, equal, "VI", "natural_gas") == cell(report, equivalent, "VI", "natural_gas") == 39900
    assert cell(report, equivalent, "VI", "total") == 223312
    assert cell(report, equivalent, "V", "total") == 0


def test_what_nobody_stated_stays_open(report: Document) -> None:
    assert cell(report, "P1", "boundary", "value") is None
    assert table(report, "P4").rows == ()
    assert table(report, "P11").rows == ()
    assert "not zero" in (table(report, "P11").note or table(report, "P4").title).en
    assert recompute(parsed(report)) == ()


def test_a_month_has_lines_and_no_yearly_indicators(park: IndicatorPark, reader: Reader) -> None:
    march = (date(2025, 3, 1), date(2025, 3, 1))
    found = assembled(reader.read(ReportKind.PARK, park.park, march), ReportKind.PARK)
    assert cell(found, "P9", "E_PARK", "co2") > 0
    assert table(found, "P10").rows == ()
    assert recompute(parsed(found)) == ()
