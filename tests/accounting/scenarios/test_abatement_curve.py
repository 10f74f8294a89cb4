"""The abatement cost curve: the published cost, its order, and what stands beside it."""

from decimal import Decimal

import pytest

from accounting.judgement.headline_totals import Total
from accounting.scenarios.abatement import BadMeasure
from accounting.scenarios.abatement_curve import Cost, abatement_curve
from accounting.scenarios.answers import NOTHING, ScenarioYear, Scopes, StepEffect

PUBLISHED = Cost(Decimal(12_000_000), Decimal("0.08"), 15, Decimal(-900_000))


def year(**changes: str) -> ScenarioYear:
    """Return a year whose steps change scope 1 by these kilograms."""
    steps = [StepEffect(code, NOTHING._replace(scope_1=Decimal(value)), NOTHING) for code, value in changes.items()]
    return ScenarioYear(None, 2030, NOTHING, tuple(steps))


def cheap(investment: str) -> Cost:
    return Cost(Decimal(investment), Decimal(0), 10, Decimal(0))


def test_the_published_cost_per_tonne() -> None:
    (block,) = abatement_curve(year(pv="-1500000"), {"pv": PUBLISHED}, Total.TOTAL_LOCATION).blocks  # V30
    assert round(block.cost.cost_per_tonne, 2) == Decimal("334.64")
    assert block.avoided == block.cumulative == 1500


def test_blocks_come_by_cost_with_what_they_avoid_together() -> None:
    of = year(dear="-10000", growth="5000", cheap="-20000", saving="-1000.5", same="-20000")
    costs = {"dear": cheap("9000"), "cheap": cheap("200"), "same": cheap("200"), "saving": PUBLISHED}
    costs["saving"] = Cost(Decimal(0), Decimal(0), 1, Decimal(-5))
    found = abatement_curve(of, costs, Total.SCOPE_1)
    assert [(block.step, block.cost.cost_per_tonne, block.cumulative) for block in found.blocks] == [
        ("saving", found.blocks[0].cost.cost_per_tonne, Decimal("1.0005")),
        ("cheap", 1, Decimal("21.0005")),
        ("same", 1, Decimal("41.0005")),
        ("dear", 90, Decimal("51.0005")),
    ]
    assert found.blocks[0].cost.cost_per_tonne < 0
    assert found.without_cost == {"growth": -5}


def test_a_step_that_avoids_nothing_has_no_cost_per_tonne() -> None:
    found = abatement_curve(year(later="0", worse="3000"), {"later": PUBLISHED, "worse": PUBLISHED}, Total.SCOPE_1)
    assert found.blocks == ()
    assert found.without_abatement == {"later": 0, "worse": -3}


def test_the_total_decides_what_is_avoided() -> None:
    step = StepEffect("gec", Scopes(Decimal(0), Decimal(0), Decimal(-7000), Decimal(-1000)), NOTHING)
    of = ScenarioYear(None, 2030, NOTHING, (step,))
    avoided = {
        total: [block.avoided for block in abatement_curve(of, {"gec": PUBLISHED}, total).blocks]
        for total in (Total.TOTAL_LOCATION, Total.TOTAL_MARKET, Total.SCOPE_2_LOCATION)
    }
    assert avoided == {Total.TOTAL_LOCATION: [1], Total.TOTAL_MARKET: [8], Total.SCOPE_2_LOCATION: []}


def test_a_cost_of_no_step_is_told() -> None:
    with pytest.raises(BadMeasure, match="no step 'vp'; accepted are pv") as error:
        abatement_curve(year(pv="-1"), {"vp": PUBLISHED}, Total.SCOPE_1)
    assert error.value.field == "step"
