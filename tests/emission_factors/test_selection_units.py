"""Which of several units wins, and over which property a quantity gets there."""

from typing import Any

import pytest

from emission_factors.catalogue import Catalogue
from emission_factors.selection import NoFactor, Reason, Selection, select
from emission_factors.units import unit
from tests.build import factor, item, made, wanted


def chosen(catalogue: Catalogue, **fields: Any) -> Selection:
    return select(catalogue, wanted(**fields))


def test_units_convert_by_a_property_of_the_site_s_own_regions() -> None:
    per_gj = factor("p", "1", unit="GJ")
    found = chosen(made(per_gj, properties=[item("NCV", "42.652", "GJ/t")]))
    assert found.conversion.steps[0].via == item("NCV", "42.652", "GJ/t")
    for fields in ({"region": "GB"}, {"value_high": "43"}, {"substance": "lng"}):
        with pytest.raises(NoFactor, match="needs a density or calorific value of diesel"):
            chosen(made(per_gj, properties=[item("NCV", "42.652", "GJ/t", **fields)]))
    abroad = chosen(made(per_gj, properties=[item("NCV", "42.652", "GJ/t", region="GB")]), proxies=("GB",))
    assert abroad.conversion.properties_used == 1


def test_the_property_of_the_factor_s_own_data_set_then_the_nearest_then_the_newest_is_taken() -> None:
    candidates = [
        item("NCV", "1", "GJ/t", dataset_id="made", region="WORLD", data_year=1990),
        item("NCV", "2", "GJ/t", dataset_id="other", region="CN-GD", data_year=2010),
        item("NCV", "3", "GJ/t", dataset_id="other", region="CN", data_year=2024),
        item("NCV", "4", "GJ/t", dataset_id="other", region="CN", data_year=2020),
    ]
    per_gj = factor("p", "1", unit="GJ")
    for left in range(4):
        steps = chosen(made(per_gj, properties=reversed(candidates[left:]))).conversion.steps
        assert steps[0].via == candidates[left]


@pytest.mark.parametrize(
    ("units", "winner"),
    [
        (("km", "mile"), "km"),
        (("L", "gal"), "L"),
        (("t", "L"), "t"),
        (("short_ton", "L"), "short_ton"),
        (("L", "GJ_gross"), "L"),
        (("GJ", "mmBtu"), "GJ"),
    ],
)
def test_the_more_direct_unit_wins_and_the_metric_one_of_two(units: tuple[str, str], winner: str) -> None:
    posted = unit("km" if "km" in units else "kg" if {"t", "short_ton"} & set(units) else "L")
    properties = [item("DENSITY", "0.84", "t/m3"), item("NCV", "42.652", "GJ/t"), item("GCV", "45", "GJ_gross/t")]
    for order in (units, units[::-1]):
        found = chosen(made(*(factor(code, "1", unit=code) for code in order), properties=properties), unit=posted)
        assert found.factor.unit == winner
        assert [verdict.reason for verdict in found.lost] == [Reason.LESS_DIRECT_UNIT]


def test_the_unit_posted_does_not_change_the_choice() -> None:
    """The ledger keeps kilometres, so an estimate in miles must take what the footprint of the same miles takes."""
    both = made(factor("km", "1", unit="km"), factor("mile", "1.6", unit="mile"))
    assert {chosen(both, unit=unit(code)).factor.unit for code in ("km", "mile", "m")} == {"km"}
