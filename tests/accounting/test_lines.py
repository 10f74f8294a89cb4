from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.effective import Flag
from accounting.lines import Gap, Place, ResolvedLine, resolve, with_factor
from accounting.regimes import RegimeCode
from emission_factors.activity_types import Absence, ActivityType, Method, Scope
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor, GasBasis, Origin, Status
from emission_factors.gases import GwpSet
from emission_factors.selection import FactorConflict, NoFactor
from emission_factors.units import unit
from tests.build import activity, basis, dataset, factor, item, line, made

PLACE = Place("CN-GD", date(2024, 3, 1), 2024)
CO2_ONLY = replace(factor("co2", gases={"CO2": "3"}), basis=GasBasis.CO2_ONLY)
OTHERS = factor("others", gases={"CH4_FOSSIL": "0.01", "N2O": "0.001"}, kinds=("non_co2",))
SCOPE_2 = activity(
    line("location", "grid", scope=Scope.SCOPE_2, method=Method.LOCATION),
    line("market", "mix>grid", scope=Scope.SCOPE_2, method=Method.MARKET),
)


def resolved(
    catalogue: Catalogue,
    of: ActivityType,
    regime: str = "GHG_PROTOCOL",
    own: dict[tuple[str, str], list[Factor]] | None = None,
    in_unit: str = "kg",
) -> tuple[dict[str, ResolvedLine], list[Gap]]:
    found, gaps = resolve(basis(catalogue, RegimeCode(regime), GwpSet.AR5), of, PLACE, unit(in_unit), own or {})
    return {item.line.code: item for item in found}, gaps


def test_each_line_has_its_factor_per_base_unit() -> None:
    per_tonne = factor("t", gases={"CO2": "3100"}, unit="t")
    lines, gaps = resolved(made(per_tonne), activity(), in_unit="lb")
    assert gaps == []
    assert lines["main"].factor.masses == {"CO2": Decimal("3.1")}
    assert lines["main"].selection.conversion.ratio == Fraction("0.00045359237")


def test_a_missing_factor_is_a_gap_where_the_line_must_arise_and_nothing_where_it_need_not() -> None:
    of = activity(line("must", "a"), line("may", "b", absence=Absence.NONE), line("has", "kind"))
    lines, gaps = resolved(made(factor(co2e="1")), of)
    assert list(lines) == ["has"]
    assert [(gap.line.code, type(gap.error)) for gap in gaps] == [("must", NoFactor)]
    assert str(gaps[0].error).startswith("no factor for a in CN-GD, 2024, per kg, for corporate use")


def test_a_conflict_is_a_gap_even_where_the_line_need_not_arise() -> None:
    _, gaps = resolved(made(factor("a", "1"), factor("b", "2")), activity(line(absence=Absence.NONE)))
    assert [(gap.line.code, type(gap.error)) for gap in gaps] == [("main", FactorConflict)]


@pytest.mark.parametrize(
    ("regime", "codes"),
    [
        ("GHG_PROTOCOL", ["direct", "location", "market", "upstream", "outside"]),
        ("ISO_14064_1", ["direct", "location", "market", "upstream", "outside"]),
        ("GBT_32150_2025", ["direct", "location", "outside"]),
        ("NDRC_910_2025", ["direct", "location", "outside"]),
    ],
)
def test_lines_a_regime_does_not_report_are_neither_lines_nor_gaps(regime: str, codes: list[str]) -> None:
    of = activity(
        line("direct", "x"),
        line("location", "x", scope=Scope.SCOPE_2, method=Method.LOCATION),
        line("market", "x", scope=Scope.SCOPE_2, method=Method.MARKET),
        line("upstream", "x", scope=Scope.SCOPE_3),
        line("outside", "x", scope=Scope.OUTSIDE),
    )
    lines, gaps = resolved(made(), of, regime)
    assert (lines, [gap.line.code for gap in gaps]) == ({}, codes)


def test_a_residual_mix_goes_first_and_the_grid_average_stands_in_with_a_flag() -> None:
    grid, mix = factor("grid", "1", kinds=("grid",)), factor("mix", "2", kinds=("mix",))
    lines, _ = resolved(made(grid, mix), SCOPE_2)
    assert [lines[code].selection.factor.factor_id for code in ("location", "market")] == ["made:grid", "made:mix"]
    assert Flag.NO_RESIDUAL_MIX not in lines["market"].flags
    lines, _ = resolved(made(grid), SCOPE_2)
    assert lines["market"].selection.factor == grid
    assert lines["market"].flags - lines["location"].flags == {Flag.NO_RESIDUAL_MIX}
    _, gaps = resolved(made(), SCOPE_2)
    assert [gap.error.wanted.kind for gap in gaps if isinstance(gap.error, NoFactor)] == ["grid", "grid"]


def test_a_conflict_of_residual_mixes_is_not_passed_over() -> None:
    mixes = [factor(record, "1", kinds=("mix",)) for record in "ab"]
    lines, gaps = resolved(made(factor("grid", "1", kinds=("grid",)), *mixes), SCOPE_2)
    assert (list(lines), [gap.line.code for gap in gaps]) == (["location"], ["market"])


def test_a_supplier_s_figure_serves_the_lines_it_is_registered_for() -> None:
    own = factor("own", "0", region="", origin=Origin.SUPPLIER, supplier="Solar Co", of=dataset("own"))
    place = replace(PLACE, supplier="Solar Co")
    grid = made(factor("grid", "1", kinds=("grid",)))
    found, _ = resolve(basis(grid), SCOPE_2, place, unit("kg"), {("made.type", "market"): [own]})
    assert [item.selection.factor.factor_id for item in found] == ["made:grid", "own:own"]
    assert Flag.NO_RESIDUAL_MIX not in found[1].flags
    found, _ = resolve(basis(grid), SCOPE_2, place, unit("kg"), {("another.type", "market"): [own]})
    assert [item.selection.factor.factor_id for item in found] == ["made:grid", "made:grid"]


def test_a_complement_supplies_methane_and_nitrous_oxide_where_the_factor_gives_co2_only() -> None:
    of = activity(line(complement="non_co2"))
    found = resolved(made(CO2_ONLY, OTHERS), of)[0]["main"]
    assert found.complement is not None
    assert found.complement.factor == OTHERS
    assert found.factor.co2e_total == 3 + Decimal("0.3") + Decimal("0.265")
    assert found.flags == frozenset()


def test_without_a_complement_the_other_gases_are_missing_and_flagged() -> None:
    of = activity(line(complement="non_co2"))
    found = resolved(made(CO2_ONLY), of)[0]["main"]
    assert (found.complement, found.flags) == (None, frozenset({Flag.CO2_ONLY}))
    assert found.factor.co2e_total == 3
    lacking = factor("others", gases={"CH4": "0.01"}, kinds=("non_co2",))
    assert resolved(made(CO2_ONLY, lacking), of)[0]["main"].flags == {Flag.CO2_ONLY}


def test_a_complement_is_not_asked_for_where_it_would_count_twice_or_not_at_all() -> None:
    whole = factor("whole", gases={"CO2": "3", "CH4": "1"})
    of = activity(line(complement="non_co2"))
    assert resolved(made(whole, OTHERS), of)[0]["main"].complement is None
    park = made(*(replace(found, purposes=frozenset({"PARK"})) for found in (CO2_ONLY, OTHERS)))  # type: ignore[arg-type]
    found = resolved(park, of, "NDRC_910_2025")[0]["main"]
    assert (found.complement, found.flags) == (None, frozenset())


def test_a_conflict_of_complements_is_a_gap() -> None:
    twins = [replace(OTHERS, factor_id=f"made:{name}") for name in "ab"]
    lines, gaps = resolved(made(CO2_ONLY, *twins), activity(line(complement="non_co2")))
    assert (lines, [type(gap.error) for gap in gaps]) == ({}, [FactorConflict])


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({}, set()),
        ({"of": dataset(carry_years=2)}, {Flag.NEAREST_EARLIER_YEAR}),
        ({"of": dataset(carry_years=2), "data_year": 2024}, set()),
        ({"status": Status.CONFLICTING}, {Flag.CONFLICTING_SOURCE}),
        ({"basis": GasBasis.CO2_ONLY}, {Flag.CO2_ONLY}),
    ],
)
def test_what_a_reader_must_know_is_flagged(fields: dict[str, object], flags: set[Flag]) -> None:
    found = resolved(made(factor(gases={"CO2": "1"}, **fields)), activity())[0]["main"]  # type: ignore[arg-type]
    assert found.flags == flags


def test_a_proxy_is_flagged() -> None:
    proxy = basis(made(factor(gases={"CO2": "1"}, region="GB")), proxies=("GB",))
    found, _ = resolve(proxy, activity(), PLACE, unit("kg"), {})
    assert found[0].flags == {Flag.PROXY_REGION}


def test_a_factor_the_caller_names_is_neither_looked_for_nor_complemented() -> None:
    of = line(complement="non_co2")
    selection = resolved(made(CO2_ONLY), activity(of))[0]["main"].selection
    found = with_factor(basis(made(CO2_ONLY, OTHERS)), of, selection)
    assert (found.complement, found.selection) == (None, selection)
    assert found.flags == {Flag.CO2_ONLY}


def test_a_conversion_over_properties_reaches_the_factor() -> None:
    per_gj = factor("gj", gases={"CO2": "74.1"}, unit="GJ")
    catalogue = made(per_gj, properties=[item("NCV", "42.652", "GJ/t"), item("DENSITY", "0.84", "kg/L")])
    found = resolved(catalogue, activity(), in_unit="m3")[0]["main"]
    assert found.factor.masses["CO2"] == Decimal("74.1") * Decimal("42.652") * Decimal("0.84")
