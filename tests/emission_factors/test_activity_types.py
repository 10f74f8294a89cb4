from collections import Counter

import pytest

from emission_factors.activity_types import (
    Absence,
    Method,
    Scope,
    UnknownActivityType,
    activity_type,
    all_activity_types,
)
from emission_factors.units import BASE_UNITS, unit
from tests.build import shipped

TYPES = all_activity_types()


def test_electricity_yields_both_scope_2_totals_and_two_upstream_lines() -> None:
    found = activity_type("electricity.grid")
    assert [(line.code, line.scope, line.method, line.category, line.kind) for line in found.lines] == [
        ("location", Scope.SCOPE_2, Method.LOCATION, "electricity", "electricity.grid"),
        ("market", Scope.SCOPE_2, Method.MARKET, "electricity", "electricity.market>electricity.grid"),
        ("upstream", Scope.SCOPE_3, None, "3", "electricity.wtt"),
        ("losses", Scope.SCOPE_3, None, "3", "electricity.td_losses"),
    ]


def test_a_fuel_yields_combustion_upstream_and_a_bio_part_that_need_not_arise() -> None:
    combustion, upstream, biogenic = activity_type("stationary.diesel").lines
    assert (combustion.scope, combustion.kind) == (Scope.SCOPE_1, "fuel.diesel.combustion")
    assert combustion.complement == "fuel.diesel.stationary_non_co2"
    assert (upstream.scope, upstream.absence) == (Scope.SCOPE_3, Absence.GAP)
    assert (biogenic.scope, biogenic.absence) == (Scope.OUTSIDE, Absence.NONE)


def test_a_qualifier_names_the_substance_of_the_factor() -> None:
    found = activity_type("refrigerant.leaked/R-410A")
    assert (found.code, found.type_id, found.qualifier) == ("refrigerant.leaked/R-410A", "refrigerant.leaked", "R-410A")
    assert [line.kind for line in found.lines] == ["gas/R-410A"]
    assert activity_type("refrigerant.leaked/R-410A") is found
    assert [line.kind for line in next(item for item in TYPES if item.code == "refrigerant.leaked").lines] == [
        "gas/{q}"
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("stationary.plutonium", "'stationary.plutonium' is not an activity type of the catalogue; search"),
        ("", "'' is not an activity type of the catalogue"),
        ("refrigerant.leaked", "refrigerant.leaked needs a qualifier (gas): write refrigerant.leaked/<gas>"),
        ("refrigerant.leaked/", "refrigerant.leaked needs a qualifier (gas)"),
        ("electricity.grid/CN", "electricity.grid takes no qualifier, 'CN' was given"),
    ],
)
def test_a_code_that_is_no_type_is_refused_with_the_way_to_write_it(code: str, message: str) -> None:
    with pytest.raises(UnknownActivityType) as caught:
        activity_type(code)
    assert str(caught.value).startswith(message)


def test_balances_have_types_that_reduce_them() -> None:
    falling = {found.code for found in TYPES for line in found.lines if line.sign < 0}
    assert falling == {
        "process.carbon_out",
        "process.volatiles_out",
        "wastewater.industrial_sludge",
        "wastewater.methane_recovered",
        "refrigerant.closing_stock",
        "refrigerant.returned",
        "refrigerant.capacity_added",
        "electricity.exported",
        "electricity.exported_non_fossil",
        "steam.exported",
        "heat.exported",
        "supplied.electricity",
        "supplied.steam",
        "supplied.hot_water",
    }
    assert all(len({line.sign for line in found.lines}) <= 1 for found in TYPES)


def test_a_method_belongs_to_scope_2_and_to_nothing_else() -> None:
    """Totals are summed by scope and method; a scope 3 line with a method would be in none of them."""
    pairs = {(line.scope, line.method) for found in TYPES for line in found.lines}
    assert pairs == {
        (Scope.SCOPE_1, None),
        (Scope.SCOPE_2, Method.LOCATION),
        (Scope.SCOPE_2, Method.MARKET),
        (Scope.SCOPE_3, None),
        (Scope.OUTSIDE, None),
    }
    for found in TYPES:
        # The regimes that deduct exports have one scope 2 total, by location.
        methods = Counter(line.method for line in found.lines if line.scope is Scope.SCOPE_2 and not line.regimes)
        assert methods[Method.LOCATION] == methods[Method.MARKET]


def test_every_type_is_named_counted_and_yields_lines() -> None:
    assert len({found.code for found in TYPES}) == len(TYPES) == 315
    for found in TYPES:
        assert found.name_en, found.code
        assert found.name_zh, found.code
        assert len({line.code for line in found.lines}) == len(found.lines), found.code
        # What plants make and supply inside a park is emitted by their fuel; it decides factors and is no line.
        assert found.lines or found.group == "park_energy", found.code
        assert set(found.dimensions) <= {*BASE_UNITS, "money"}, found.code
        if found.default_unit:
            assert unit(found.default_unit).dimension in found.dimensions, found.code


def test_the_types_whose_factor_only_a_supplier_or_the_caller_can_give() -> None:
    own = {
        found.code
        for found in TYPES
        if found.lines
        and "{q}" not in found.lines[0].kind
        and not any(shipped().knows_kind(kind) for kind in found.lines[0].kind.split(">"))
    }
    other = {found.code for found in TYPES if found.lines and found.lines[0].kind == "own"}
    averages = {code for code in own - other if code.endswith((".average", ".spend", ".warehouse"))}
    assert own - other - averages == {
        "compressed_air.purchased",
        "compressed_air.resold",
        "cooling.chilled_water",
        "cooling.resold",
        "waste.clinical_incineration",
    }
    assert len(averages) == 16
    assert len(other) == 20
    assert all(code.startswith("other.") for code in other)
