"""Bridges of made footprints: which lines compare, what a missing one means, and sums exact to the digit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.basis import Basis
from accounting.change.bridge import BadBridge, Effect
from accounting.change.bridge_lines import Side
from accounting.change.footprint_bridge import FootprintBridge, footprint_bridge, grouped
from accounting.consolidation import Placement
from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import Dimension, totals
from accounting.regimes import RegimeCode
from emission_factors import decimals
from emission_factors.activity_types import Method, Scope
from emission_factors.factors import Factor, GasBasis, Origin
from emission_factors.gases import GwpSet
from tests.accounting.test_footprint_sums import BASIS, CATALOGUE, QUANTITIES, TYPES
from tests.build import basis, cell, factor, made, number

ACTIVITY, FACTOR, GWP, BOUNDARY, METHOD = Effect
ONE, TWO = number(1), number(2)
SITE = number(11)
THIRD = decimals.rounded(Fraction(1, 3))
LOCATION, MARKET = Method.LOCATION, Method.MARKET


def co2(kind: str, value: str, year: int = 2020, **fields: Any) -> Factor:
    given: dict[str, Any] = {"gases": {"CO2": value}, "kinds": (kind,), "data_year": year, "basis": GasBasis.CO2_ONLY}
    return factor(f"{kind}-{year}", **(given | fields))


GRID = basis(
    made(
        co2("electricity.grid", "0.5", 2023, unit="MJ", calibre="national_average"),
        co2("electricity.grid", "0.4", 2024, unit="MJ", calibre="national_average"),
        co2("electricity.market", "0.9", 2023, unit="MJ"),
    )
)


def power(quantity: str, year: int = 2024, month: int = 1, **fields: Any) -> Cell:
    placed = {"tenant": ONE, "site": SITE} | fields
    return cell("electricity.grid", quantity, "MJ", day=date(year, month, 1), **placed)


def side(of: Basis, *cells: Cell, own: Any = None, first_year: int = 2024) -> Side:
    """A footprint folded year by year, as a bridge takes it."""
    parts = [fold(of, list(members), own or {}, False) for _, members in groupby(cells, lambda one: one.day.year)]
    lines = [line for part in parts for line in part.lines]
    return Side(Footprint(tuple(lines), tuple(gap for part in parts for gap in part.gaps)), of, first_year)


def effects(before: Side, after: Side, method: Method = LOCATION, *, same: bool = False) -> dict[Effect, Decimal]:
    """The effects that are not zero."""
    found = footprint_bridge(before, after, method, same)
    check_sums(found, before, after, method)
    return {effect: value for effect, value in found.effects.items() if value}


def check_sums(found: FootprintBridge, before: Side, after: Side, method: Method) -> None:
    assert (found.before, found.after) == (reported(before, method), reported(after, method))
    assert decimals.total((found.before, *found.effects.values())) == found.after
    for line in found.lines:
        assert decimals.total((line.bridged.before, *line.bridged.effects.values())) == line.bridged.after


def reported(of: Side, method: Method) -> Decimal:
    sums = totals(of.footprint.lines)
    scope_2 = sums.scope_2_location if method is LOCATION else sums.scope_2_market
    return decimals.total((sums.scope_1.co2e, scope_2.co2e, sums.scope_3.co2e))


def test_activity_and_the_vintage_of_a_factor() -> None:
    of = basis(
        made(
            *(co2("electricity.grid", value, year, unit="kWh") for year, value in ((2022, "0.4403"), (2023, "0.4419")))
        )
    )
    before = side(of, power("32400000", 2022), first_year=2022)
    after = side(of, power("34200000", 2023), first_year=2023)
    found = effects(before, after)
    assert {effect: value.quantize(Decimal("0.000000000001")) for effect, value in found.items()} == {
        ACTIVITY: Decimal("220553.362496901271"),  # V25: 220.55 + 14.80 = 235.35 t
        FACTOR: Decimal("14796.637503098729"),
    }
    # A factor per MJ is rounded to 50 digits; what leaves the service is 235,350 kg.
    assert decimals.shown(decimals.total(found.values())) == 235350


def test_a_footprint_has_no_difference_from_itself() -> None:
    one = side(GRID, power("10"), power("3", tenant=TWO, share=Decimal("0.4"), site=number(12)))
    assert effects(one, one) == effects(one, one, MARKET) == effects(one, one, same=True) == {}


def test_scope_2_is_counted_once_by_the_method_asked_for() -> None:
    before, after = side(GRID, power("10")), side(GRID, power("20"))
    assert effects(before, after) == {ACTIVITY: 4}
    assert effects(before, after, MARKET) == {ACTIVITY: 9}
    codes = {line.line.code for line in footprint_bridge(before, after, MARKET).lines}
    assert codes == {"market"}


def test_years_of_a_longer_period_meet_their_counterparts() -> None:
    """2023 and 2024 against 2024 and 2025, whose factor is that of 2024."""
    before = side(GRID, power("10", 2023), power("10", 2024), first_year=2023)
    after = side(GRID, power("10", 2024), power("10", 2025), first_year=2024)
    assert effects(before, after) == {FACTOR: -1}
    found = footprint_bridge(before, after, LOCATION).lines
    assert [(line.place.year, line.difference) for line in found] == [(0, Decimal(-1)), (1, Decimal(0))]


def test_another_calibre_or_origin_of_a_factor_is_method() -> None:
    provincial = basis(made(co2("electricity.grid", "0.3", 2024, unit="MJ", calibre="provincial_average")))
    assert effects(side(GRID, power("10")), side(provincial, power("20"))) == {METHOD: 2}
    rate = factor("rate", gases={"CO2": "0.1"}, unit="MJ", region="", origin=Origin.CUSTOM, data_year=2024)
    own = {ONE: {("electricity.grid", "location"): [rate]}}
    assert effects(side(GRID, power("10")), side(GRID, power("10", own_tenant=ONE), own=own)) == {METHOD: -3}
    dearer = {ONE: {("electricity.grid", "location"): [replace(rate, gases=(("CO2", rate.gases[0][1] * 2),))]}}
    cheap, dear = (side(GRID, power("10", own_tenant=ONE), own=found) for found in (own, dearer))
    assert effects(cheap, dear) == {FACTOR: 1}


def test_factors_that_change_within_the_year_stand_at_their_mean() -> None:
    rates = [
        replace(
            factor(f"r{month}", gases={"CO2": value}, unit="MJ", region="", origin=Origin.CUSTOM, data_year=2024),
            valid_from=date(2024, month, 1),
            valid_to=date(2024, month + 5, 28),
        )
        for month, value in ((1, "0.1"), (7, "0.3"))
    ]
    own = {ONE: {("electricity.grid", "location"): rates}}
    cells = [power("10", month=month, own_tenant=ONE) for month in (2, 8)]
    first = {ONE: {("electricity.grid", "location"): [replace(rates[0], valid_to=None)]}}
    before, after = side(GRID, *cells, own=first), side(GRID, *cells, own=own)
    assert effects(before, after) == {FACTOR: 2}
    (line,) = (line for line in footprint_bridge(before, after, LOCATION).lines if line.gas == "CO2")
    assert line.after is not None
    assert (line.after.quantity, line.after.factor, line.after.method) == (Decimal(20), Decimal("0.2"), "CUSTOM")


def test_a_share_sold_within_the_year_is_boundary_alone() -> None:
    whole = [power("10", month=month) for month in range(1, 13)]
    sold = [*whole[:6], *(replace(one, share=Decimal("0.5")) for one in whole[6:])]
    before, after = side(GRID, *whole), side(GRID, *sold)
    assert effects(before, after) == {BOUNDARY: -12}
    (line,) = footprint_bridge(before, after, LOCATION).lines
    assert line.after is not None
    assert (line.after.quantity, line.after.share) == (Decimal(120), Decimal("0.75"))


def test_a_share_that_changes_hands_within_the_question_is_boundary_for_both() -> None:
    cells = [power("10", month=month) for month in range(1, 13)]
    others = [replace(one, tenant=TWO, share=Decimal("0.4")) for one in cells[6:]]
    kept = [*cells[:6], *(replace(one, share=Decimal("0.6")) for one in cells[6:])]
    before, after = side(GRID, *cells), side(GRID, *kept, *others)
    found = footprint_bridge(before, after, LOCATION)
    check_sums(found, before, after, LOCATION)
    by_tenant = {group.key[Dimension.TENANT]: group for group in grouped(found.lines, [Dimension.TENANT])}
    assert {tenant: group.effects[BOUNDARY] for tenant, group in by_tenant.items()} == {
        ONE: Decimal("-9.6"),
        TWO: Decimal("9.6"),
    }
    assert found.effects[ACTIVITY] == 0


@pytest.mark.parametrize("method", [LOCATION, MARKET])
def test_a_site_that_is_let_moves_to_category_13_by_boundary(method: Method) -> None:
    """By location all of it stays in the total, by market the location-based figure takes the place of the other."""
    own = side(GRID, power("10"))
    let = side(GRID, power("10", placement=Placement.DOWNSTREAM_LEASED_ASSETS))
    expected = {LOCATION: {}, MARKET: {BOUNDARY: Decimal(-5)}}[method]
    assert effects(own, let, method) == expected
    found = footprint_bridge(own, let, method)
    groups = {group.key[Dimension.SCOPE]: group for group in grouped(found.lines, [Dimension.SCOPE])}
    assert groups[Scope.SCOPE_2].effects[BOUNDARY] == {LOCATION: -4, MARKET: -9}[method]
    assert groups[Scope.SCOPE_3].effects[BOUNDARY] == 4
    assert {line.line.category for line in found.lines} == {"electricity", "13"}


def test_a_lease_that_begins_within_the_year_is_boundary_alone() -> None:
    own = [power("10", month=month) for month in range(1, 13)]
    let = [*own[:6], *(replace(one, placement=Placement.DOWNSTREAM_LEASED_ASSETS) for one in own[6:])]
    found = footprint_bridge(side(GRID, *own), side(GRID, *let), LOCATION)
    groups = {group.key[Dimension.SCOPE]: group.effects for group in grouped(found.lines, [Dimension.SCOPE])}
    assert groups[Scope.SCOPE_2] == {ACTIVITY: 0, FACTOR: 0, GWP: 0, BOUNDARY: -24, METHOD: 0}
    assert groups[Scope.SCOPE_3] == {ACTIVITY: 0, FACTOR: 0, GWP: 0, BOUNDARY: 24, METHOD: 0}


def test_a_tenant_that_comes_in_is_activity_unless_the_activities_are_the_same() -> None:
    before = side(GRID, power("10"))
    after = side(GRID, power("10"), power("5", tenant=TWO, site=number(12), share=Decimal("0.4")))
    assert effects(before, after) == {ACTIVITY: Decimal("0.8")}
    assert effects(before, after, same=True) == {BOUNDARY: Decimal("0.8")}
    assert effects(after, before, same=True) == {BOUNDARY: Decimal("-0.8")}


def test_what_the_boundary_leaves_out_in_part_of_the_year_is_boundary_on_the_same_activities() -> None:
    year = [power("10", month=month) for month in range(1, 13)]
    assert effects(side(GRID, *year), side(GRID, *year[:6]), same=True) == {BOUNDARY: -24}
    assert effects(side(GRID, *year), side(GRID, *year[:6])) == {ACTIVITY: -24}
    (line,) = footprint_bridge(side(GRID, *year), side(GRID, *year[:6]), LOCATION, True).lines
    assert line.before is not None
    assert line.after is not None
    assert (line.before.quantity, line.before.share) == (Decimal(120), Decimal(1))
    assert (line.after.quantity, line.after.share) == (Decimal(120), Decimal("0.5"))


def test_a_line_that_gets_a_factor_is_method() -> None:
    empty = basis(made())
    assert effects(side(empty, power("10")), side(GRID, power("20"))) == {METHOD: 8}
    assert effects(side(GRID, power("20")), side(empty, power("10"))) == {METHOD: -8}


def test_a_line_that_a_regime_does_not_report_is_method() -> None:
    of = made(co2("fuel.diesel.combustion", "3"), co2("fuel.diesel.wtt", "1"))
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    enterprise = basis(of, RegimeCode.GBT_32150_2025)
    assert effects(side(basis(of), diesel), side(enterprise, diesel)) == {METHOD: -10}
    assert effects(side(basis(of), diesel), side(enterprise, diesel), same=True) == {METHOD: -10}


def test_a_market_based_total_that_a_regime_does_not_have_is_method() -> None:
    before, after = side(GRID, power("10")), side(basis(GRID.catalogue, RegimeCode.GBT_32150_2025), power("10"))
    assert effects(before, after, MARKET) == {METHOD: -9}


def test_a_gas_that_a_regime_does_not_count_is_method() -> None:
    of = made(factor("gas", gases={"CO2": "2", "CH4": "1"}, kinds=("fuel.diesel.combustion",), data_year=2020))
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    before = side(basis(of, RegimeCode.GBT_32150_2025), diesel)
    after = side(basis(of, RegimeCode.NDRC_910_2025), diesel)
    assert effects(before, after) == {METHOD: reported(after, LOCATION) - reported(before, LOCATION)}
    assert effects(after, before)[METHOD] > 0


def test_a_gas_whose_gwp_a_set_lacks_is_gwp() -> None:
    of = made(factor("nf3", gases={"NF3": "1"}, kinds=("gas/NF3",), data_year=2000))
    used = [cell("lab_gas.used/NF3", quantity, "kg", tenant=ONE, site=SITE) for quantity in ("2", "3")]
    before, after = side(basis(of, gwp_set=GwpSet.SAR), used[0]), side(basis(of, gwp_set=GwpSet.AR5), used[1])
    assert effects(before, before) == {}
    assert effects(before, after) == {GWP: 48300}


def test_a_gas_that_a_newer_factor_gives_is_factor() -> None:
    first = made(co2("fuel.diesel.combustion", "2"))
    second = made(factor("both", gases={"CO2": "2", "CH4": "1"}, kinds=("fuel.diesel.combustion",), data_year=2020))
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    before, after = side(basis(first, gwp_set=GwpSet.AR5), diesel), side(basis(second, gwp_set=GwpSet.AR5), diesel)
    assert effects(before, after) == {FACTOR: 280}
    assert effects(after, before) == {FACTOR: -280}


def test_a_gas_that_another_kind_of_factor_gives_is_method() -> None:
    ours = factor("ours", gases={"CO2": "3", "CH4": "1"}, region="", origin=Origin.CUSTOM, data_year=2020)
    own = {ONE: {("stationary.diesel", "combustion"): [ours]}}
    of = basis(made(co2("fuel.diesel.combustion", "2")), gwp_set=GwpSet.AR5)
    diesel = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    assert effects(side(of, diesel), side(of, replace(diesel, own_tenant=ONE), own=own)) == {METHOD: 290}


def test_quantities_of_two_units_are_lines_of_their_own() -> None:
    of = basis(
        made(
            co2("fuel.diesel.combustion", "3", unit="kg"),
            replace(co2("fuel.diesel.combustion", "2.5", unit="L"), factor_id="per-litre"),
        )
    )
    by_mass = cell("stationary.diesel", "10", "kg", tenant=ONE, site=SITE)
    by_volume = cell("stationary.diesel", "0.01", "m3", tenant=ONE, site=SITE)
    assert effects(side(of, by_mass), side(of, by_volume)) == {METHOD: -5}
    assert effects(side(of, by_mass, by_volume), side(of, by_mass)) == {METHOD: -25}


def test_groups_add_up_and_months_have_none() -> None:
    before = side(GRID, power("10"), power("3", tenant=TWO, site=number(12)))
    after = side(GRID, power("12"), power("1", tenant=TWO, site=number(12)))
    found = footprint_bridge(before, after, LOCATION)
    groups = grouped(found.lines, [Dimension.TENANT, Dimension.GAS])
    assert [(group.key[Dimension.TENANT], group.before, group.after) for group in groups] == [
        (ONE, Decimal(4), Decimal("4.8")),
        (TWO, Decimal("1.2"), Decimal("0.4")),
    ]
    with pytest.raises(BadBridge, match="no groups by MONTH; accepted are SCOPE, CATEGORY, TENANT"):
        grouped(found.lines, [Dimension.MONTH])


@st.composite
def cells(draw: st.DrawFn, years: Sequence[int] = (2023,)) -> Cell:
    code, tenant = draw(st.sampled_from(sorted(TYPES))), draw(st.integers(1, 3))
    return cell(
        code,
        draw(QUANTITIES),
        TYPES[code],
        day=date(draw(st.sampled_from(years)), draw(st.integers(1, 12)), 1),
        tenant=number(tenant),
        site=number(10 * tenant + draw(st.integers(1, 2))),
        share=draw(st.sampled_from([Decimal(1), Decimal(1), Decimal("0.4"), THIRD])),
        placement=draw(st.sampled_from([*[Placement.SCOPE_1_AND_2] * 3, Placement.UPSTREAM_LEASED_ASSETS])),
    )


LISTS = st.lists(cells(), max_size=6)
BASES = st.builds(
    lambda gwp_set, regime: replace(BASIS, gwp_set=gwp_set, regime=basis(CATALOGUE, regime).regime),
    st.sampled_from([GwpSet.SAR, GwpSet.AR5, GwpSet.AR6]),
    st.sampled_from([RegimeCode.GHG_PROTOCOL, RegimeCode.GHG_PROTOCOL, RegimeCode.NDRC_910_2025]),
)


def of_2023(of: Basis, found: Iterable[Cell]) -> Side:
    return Side(fold(of, found, {}, False), of, 2023)


@given(LISTS, LISTS, BASES, BASES, st.sampled_from(Method), st.booleans())
def test_effects_add_up_to_the_totals_of_both_footprints(
    first: list[Cell], second: list[Cell], start: Basis, end: Basis, method: Method, same: bool
) -> None:
    before, after = of_2023(start, first), of_2023(end, second)
    found = footprint_bridge(before, after, method, same)
    check_sums(found, before, after, method)
    for by in ([Dimension.SCOPE], [Dimension.TENANT, Dimension.CATEGORY], [Dimension.GAS], [Dimension.ACTIVITY_TYPE]):
        groups = grouped(found.lines, by)
        assert decimals.total(group.after for group in groups) == found.after
        assert all(decimals.total((one.before, *one.effects.values())) == one.after for one in groups)


@given(LISTS, LISTS, BASES, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(first: list[Cell], second: list[Cell], end: Basis, chance: Any) -> None:
    before, after = of_2023(BASIS, first), of_2023(end, second)
    shuffled = [list(one.footprint.lines) for one in (before, after)]
    for lines in shuffled:
        chance.shuffle(lines)
    mixed = [
        replace(one, footprint=replace(one.footprint, lines=tuple(lines)))
        for one, lines in zip((before, after), shuffled, strict=True)
    ]
    one, other = footprint_bridge(before, after, LOCATION), footprint_bridge(mixed[0], mixed[1], LOCATION)
    assert seen(one) == seen(other)
    assert one.effects == other.effects


@given(LISTS, BASES)
def test_the_bridge_to_itself_is_zero(found: list[Cell], of: Basis) -> None:
    one = of_2023(of, found)
    bridged = footprint_bridge(one, one, LOCATION)
    assert not any(bridged.effects.values())
    assert not any(value for line in bridged.lines for value in line.bridged.effects.values())


@given(LISTS, LISTS, BASES)
def test_a_bridge_is_additive_over_tenants(first: list[Cell], second: list[Cell], end: Basis) -> None:
    def of_tenant(tenant: int | None) -> FootprintBridge:
        parts = [[one for one in found if tenant is None or one.tenant == number(tenant)] for found in (first, second)]
        return footprint_bridge(of_2023(BASIS, parts[0]), of_2023(end, parts[1]), LOCATION)

    alone = [of_tenant(tenant) for tenant in (1, 2, 3)]
    together = of_tenant(None)
    assert {effect: decimals.total(one.effects[effect] for one in alone) for effect in Effect} == together.effects
    assert [line for one in alone for line in seen(one)] == seen(together)


@given(LISTS, BASES, BASES, st.sampled_from(Method))
def test_two_bases_on_the_same_activities_never_differ_by_activity(
    found: list[Cell], start: Basis, end: Basis, method: Method
) -> None:
    assert footprint_bridge(of_2023(start, found), of_2023(end, found), method, True).effects[ACTIVITY] == 0


def seen(found: FootprintBridge) -> list[tuple[tuple[str, ...], Mapping[Effect, Decimal]]]:
    return [(line.bridged.key, line.bridged.effects) for line in found.lines]
