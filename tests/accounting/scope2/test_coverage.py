"""Instruments in a footprint: what they cover of which cells, and what that does to the totals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import totals
from accounting.regimes import RegimeCode
from accounting.scope2.coverage import LOADS, Supplied, covered
from accounting.scope2.instruments import (
    Attribute,
    Cancellation,
    Check,
    Criteria,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Instrument,
    Kind,
    Serials,
)
from emission_factors.activity_types import Method, activity_type
from emission_factors.decimals import shown
from emission_factors.factors import Origin
from tests.build import basis, number

TENANT, SITE, OTHER_SITE = number(1), number(2), number(3)
JANUARY = date(2023, 1, 1)
MET = Criteria(*[Check(True, ("audit",))] * 8)
PROOF = (Evidence("gec", EvidenceKind.CERTIFICATE), Evidence("meter", EvidenceKind.METER_RECORD))


def supplied(mwh: str, activity: str = "electricity.grid", month: date = JANUARY, site: Any = SITE) -> Supplied:
    return Supplied(TENANT, site, month, "CN-GD", activity, "", Decimal(mwh) * 3600)


def instrument(kind: Kind, mwh: str, name: str = "", rate: str = "0", **fields: Any) -> Instrument:
    named: dict[str, Any] = {
        "id": name or kind.value,
        "kind": kind,
        "carrier": EnergyCarrier.ELECTRICITY,
        "attribute": Attribute.NON_FOSSIL,
        "market": "CN",
        "first_month": JANUARY,
        "last_month": JANUARY,
        "quantity": Decimal(mwh),
        "rate": Decimal(rate),
        "tenant": TENANT,
        "site": None,
        "claimed_from": JANUARY,
        "claimed_to": JANUARY,
        "evidence": PROOF,
        "criteria": MET,
    }
    return Instrument(**(named | fields))


def cancelled(mwh: int, first: int = 1, **fields: Any) -> Instrument:
    serials = Serials("batch", first, first + mwh - 1)
    cancellation = Cancellation(date(2023, 6, 1), Decimal(mwh))
    return instrument(Kind.GEC, str(mwh), f"gec{first}", cancellation=cancellation, serials=serials, **fields)


def footprint(
    cells: Sequence[Supplied], instruments: Sequence[Instrument], regime: RegimeCode = RegimeCode.GHG_PROTOCOL
) -> Footprint:
    of = basis(regime=regime)
    parts, _ = covered(cells, instruments, of.regime)
    made = [
        Cell(one.activity_type, "MJ", "", one.region, one.month, None, None, None, one.quantity, 1, parts.get(one, ()))
        for one in cells
    ]
    return fold(of, made, {}, False)


def tonnes(found: Footprint) -> tuple[Decimal, Decimal]:
    """Scope 2 by location and by market."""
    sums = totals(found.lines)
    return shown(sums.scope_2_location.co2e) / 1000, shown(sums.scope_2_market.co2e) / 1000


LOAD = [supplied("9000"), supplied("1000", "electricity.own_generation")]
ROOF = instrument(Kind.SELF_USE, "1000")
BOUGHT = [cancelled(4000), instrument(Kind.POWER_PURCHASE_AGREEMENT, "2000")]


def test_location_and_market_of_the_worked_example() -> None:
    """standards.md V04 and V05: 9,000 MWh at 0.4419; 3,000 MWh at 0.6096; and 1,000 more where the sun's were sold."""
    assert tonnes(footprint(LOAD, [*BOUGHT, ROOF])) == (Decimal("3977.1"), Decimal("1828.8"))
    sold = instrument(Kind.SELF_USE, "1000", is_sold=True)
    assert tonnes(footprint(LOAD, [*BOUGHT, sold])) == (Decimal("3977.1"), Decimal("2438.4"))


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        (RegimeCode.GBT_32150_2025, "2653"),
        (RegimeCode.NDRC_OTHER_2015, "3637.8"),
        (RegimeCode.NDRC_910_2025, "4162.5"),
    ],
)
def test_conflict_3_how_bought_green_power_counts(regime: RegimeCode, expected: str) -> None:
    """The same load and instruments: 5,000 MWh at the national average, 9,000 at the region's, 5,000 at 0.8325."""
    assert tonnes(footprint(LOAD, [*BOUGHT, ROOF], regime)) == (Decimal(expected), Decimal(0))


def test_conflict_3_under_the_notice_for_key_industries() -> None:
    """Bought on the market counts at 0.5703, only the roof's own at zero (2022)."""
    month = date(2022, 1, 1)
    load = [supplied("9000", month=month), supplied("1000", "electricity.own_generation", month)]
    months: dict[str, Any] = {"first_month": month, "last_month": month, "claimed_from": month, "claimed_to": month}
    bought = cancelled(4000, **months)
    found = footprint(load, [bought, instrument(Kind.SELF_USE, "1000", **months)], RegimeCode.MEE_332_2023)
    assert tonnes(found) == (Decimal("5132.7"), Decimal(0))


def test_a_direct_line_counts_at_its_source_both_ways_where_it_is_proved() -> None:
    load = [supplied("100", "electricity.direct_line")]
    assert tonnes(footprint(load, [instrument(Kind.DIRECT_SUPPLY, "40", rate="10")])) == (
        Decimal("26.914"),  # 60 x 0.4419 + 40 x 0.010
        Decimal("36.976"),  # 60 x 0.6096 + 40 x 0.010
    )


def test_the_instrument_is_the_lines_factor_and_says_why() -> None:
    found = footprint([supplied("9")], [cancelled(4)])
    by_instrument = [line for line in found.lines if line.resolved.selection.factor.origin is Origin.INSTRUMENT]
    (line,) = by_instrument
    assert (line.line.method, line.quantity) == (Method.MARKET, Decimal(4 * 3600))
    assert line.resolved.selection.factor.factor_id == "instrument:gec1"
    assert line.resolved.selection.rule.startswith("rung 2 (CERTIFICATE): gec1 covers any site")
    market = [one for one in found.lines if one.line.method is Method.MARKET and one is not line]
    assert [one.quantity for one in market] == [Decimal(5 * 3600)]


def test_what_is_covered_whole_leaves_no_line_and_no_gap() -> None:
    found = footprint([supplied("4")], [cancelled(4)])
    assert [one.amounts.co2e for one in found.lines if one.line.method is Method.MARKET] == [0]
    assert {gap.gap.line.code for gap in found.gaps} == {"upstream", "losses"}


def test_the_upstream_of_covered_power_stays() -> None:
    uncovered = footprint([supplied("4")], [])
    assert [gap.gap.line.code for gap in footprint([supplied("4")], [cancelled(4)]).gaps] == [
        gap.gap.line.code for gap in uncovered.gaps
    ]


def test_one_load_of_several_cells_is_filled_in_their_order() -> None:
    rooms, grid = supplied("3", "electricity.clean_room"), supplied("3")
    parts, found = covered([grid, rooms], [cancelled(4)], basis().regime)
    assert {one.activity_type: parts[one][0].quantity for one in parts} == {
        "electricity.clean_room": Decimal(3 * 3600),
        "electricity.grid": Decimal(1 * 3600),
    }
    assert found.unmatched_mwh == 2


def test_energy_that_is_no_finite_number_of_megawatt_hours_is_covered_up_to_the_last_digit() -> None:
    cell = Supplied(TENANT, SITE, JANUARY, "CN-GD", "electricity.grid", "", Decimal(1))
    parts, _ = covered([cell], [cancelled(4)], basis().regime)
    assert 0 <= 1 - parts[cell][0].quantity < Decimal("1e-14")


def test_every_load_is_an_activity_type_counted_in_energy() -> None:
    for code in LOADS:
        found = activity_type(code)
        assert found.dimensions == ("energy",), code
        assert any(line.method is Method.MARKET for line in found.lines), code


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), min_size=0, max_size=4),
    st.sampled_from([RegimeCode.GHG_PROTOCOL, RegimeCode.NDRC_910_2025]),
)
def test_a_footprint_with_instruments_is_additive_over_its_cells(
    loads: list[int], certificates: list[int], regime: RegimeCode
) -> None:
    of = basis(regime=regime)
    cells = [
        supplied(str(mwh), site=SITE if place % 2 else OTHER_SITE, month=date(2023, 1 + place, 1))
        for place, mwh in enumerate(loads)
    ]
    held = [cancelled(mwh, 1 + 100 * place, claimed_to=date(2023, 12, 1)) for place, mwh in enumerate(certificates)]
    parts, found = covered(cells, held, of.regime)
    made = [
        Cell(one.activity_type, "MJ", "", one.region, one.month, None, None, None, one.quantity, 1, parts.get(one, ()))
        for one in cells
    ]
    whole = totals(fold(of, made, {}, False).lines)
    apart = [totals(fold(of, [cell], {}, False).lines) for cell in made]
    for part in ("scope_2_location", "scope_2_market"):
        assert sum(Fraction(getattr(one, part).co2e) for one in apart) == Fraction(getattr(whole, part).co2e)
    for cell in cells:
        assert sum(part.quantity for part in parts.get(cell, ())) <= cell.quantity
    assert found.matched_mwh + found.unmatched_mwh == sum(loads)
