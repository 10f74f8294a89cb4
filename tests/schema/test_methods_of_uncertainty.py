"""Uncertainty, data quality and intensity: the published figures over the schema."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from schema import methods
from tests.schema.methods import (
    WINTER,
    ask,
    cents,
    line,
    month,
    sampled,
    scores,
)

pytestmark = pytest.mark.anyio


async def test_a_sum_in_percent() -> None:
    lines = [
        line("a", "8000", fuel="5"),
        line("b", "4000", reading="5", factor="10"),
        line("c", "600", leakage="60"),
    ]
    found = await ask("uncertainty", lines=lines, form="PERCENT")  # V10
    assert (cents(found["spread"]), found["total"], found["covered"]) == ("5.55", "12600", "12600")
    assert (found["flags"], found["wide"], found["form"]) == (["ABOVE_30_PERCENT"], ["c"], "PERCENT")
    assert (cents(found["low"]), cents(found["high"])) == ("11900.29", "13299.71")
    more = [*lines, line("d", "100", fuel="5"), line("e", "300", meter=None)]
    found = await ask("uncertainty", lines=more, form="PERCENT")
    assert found["flags"] == ["ABOVE_30_PERCENT", "CORRELATED", "INCOMPLETE"]
    assert (found["undeclared"], found["shared"]) == (["e"], ["fuel"])
    assert (found["total"], found["covered"]) == ("13000", "12700")


async def test_a_sum_of_lognormals() -> None:
    lines = [line("a", "1000", x="1.2685"), line("b", "500", y="1.05")]
    found = await ask("uncertainty", lines=lines, form="GSD2")  # V12
    assert round(Decimal(found["spread"]), 4) == Decimal("1.1728")
    assert [round(Decimal(found[end]), 1) for end in ("low", "high")] == [Decimal("1279.0"), Decimal("1759.2")]
    assert (found["form"], found["flags"]) == ("GSD2", [])
    nothing = await ask("uncertainty", lines=[], form="GSD2")
    assert (nothing["total"], nothing["spread"], nothing["low"], nothing["high"]) == ("0", None, None, None)


async def test_a_product_in_either_form() -> None:
    found = await ask("uncertaintyOfProduct", spreads={"percents": ["5", "10"]})  # V09
    assert found["form"] == "PERCENT"
    assert found["spread"] == "11.180339887498948482045868343656381177203091798058"
    found = await ask("uncertaintyOfProduct", spreads={"gsd2s": ["1.05", "1.2685"]})
    assert (found["form"], round(Decimal(found["spread"]), 4)) == ("GSD2", Decimal("1.2748"))


@pytest.mark.parametrize(
    ("factor_set", "values", "basic", "gsd2"),
    [  # V11, the basic factor by kind and as a number
        ("GHG_PROTOCOL", (2, 2, 2, 2, 2), {"kind": "COMBUSTION_CO2"}, "1.2685"),
        ("ECOINVENT_V2", (2, 2, 2, 2, 3), {"factor": "1.05"}, "1.2195"),
        ("ECOINVENT_V2", (None, None, None, None, None), None, "2.5164"),
    ],
)
async def test_scores_make_an_uncertainty(
    factor_set: str, values: tuple[int | None, ...], basic: dict[str, str] | None, gsd2: str
) -> None:
    found = await ask("pedigree", set=factor_set, scores=scores(*values), basic=basic)
    assert (round(Decimal(found["gsd2"]), 4), found["set"]) == (Decimal(gsd2), factor_set)
    assert found["basic"] == ("1.05" if basic else None)
    assert len(found["assumed"]) == values.count(None)


async def test_what_nobody_scored_is_named() -> None:
    found = await ask("pedigree", set="ECOINVENT_V2", scores=scores(1, None, 1, 4, 1))
    assert found["assumed"] == ["COMPLETENESS"]
    assert found["factors"][1] == {
        "indicator": "COMPLETENESS",
        "score": 5,
        "factor": "1.2",
        "isAssumed": True,
        "isFilled": False,
    }
    assert [one["isFilled"] for one in found["factors"]] == [False, False, False, True, False]


async def test_a_simulation_is_near_the_closed_form_and_repeats() -> None:
    lines = [
        sampled("a", x={"lognormal": {"median": "1000", "gsd2": "1.2685"}}),
        sampled("b", y={"lognormal": {"median": "500", "gsd2": "1.05"}}),
        sampled("open", z=None),
    ]
    found = await ask("simulation", lines=lines, seed=7, draws=100_000)
    assert abs(Decimal(found["median"]) - Decimal("1500.23")) < 3
    assert abs(Decimal(found["low"]) - Decimal("1287.01")) < 5
    assert abs(Decimal(found["high"]) - Decimal("1769.71")) < 8
    assert (found["draws"], found["seed"], found["undeclared"]) == (100_000, 7, ["open"])
    assert found["generator"].startswith("numpy ")
    assert await ask("simulation", lines=lines, seed=7, draws=100_000) == found
    assert (await ask("simulation", lines=lines, seed=8, draws=100_000))["mean"] != found["mean"]


async def test_each_distribution_reaches_the_arithmetic() -> None:
    lines = [
        sampled("fixed", a={"fixed": "0"}),
        sampled("normal", b={"normal": {"mean": "1000000", "percent": "0"}}),
        sampled("triangular", c={"triangular": {"low": "0", "mode": "1", "high": "2"}}),
        {**sampled("uniform", d={"uniform": {"low": "10", "high": "30"}}), "isRemoval": True},
    ]
    found = await ask("simulation", lines=lines, seed=1, draws=10_000)
    assert abs(Decimal(found["mean"]) - 999981) < 1
    assert found["undeclared"] == []


async def test_without_draws_it_goes_on_until_it_is_stable() -> None:
    wide = [sampled("a", x={"lognormal": {"median": "100", "gsd2": "3"}})]
    found = await ask("simulation", lines=wide, seed=20261122)
    assert found["isStable"]
    assert found["draws"] > 10_000
    many = [
        sampled(f"{number}", **{f"x{number}": {"lognormal": {"median": "1", "gsd2": "3"}}}) for number in range(600)
    ]
    assert (await ask("simulation", lines=many, seed=20261122))["draws"] == 10_000


@pytest.mark.parametrize(
    ("method", "function", "given"),
    [
        ("simulation", "simulated", {"lines": [sampled("a", x={"fixed": "1"})], "seed": 1, "draws": 10_000}),
        ("uncertainty", "combined", {"lines": [], "form": "GSD2"}),
        ("uncertaintyOfProduct", "multiplied", {"spreads": {"gsd2s": ["1"]}}),
    ],
)
async def test_what_takes_its_time_leaves_the_event_loop_alone(
    monkeypatch: pytest.MonkeyPatch, method: str, function: str, given: dict[str, Any]
) -> None:
    threads: list[threading.Thread] = []
    worked: Callable[..., object] = getattr(methods, function)

    def spied(*arguments: object) -> object:
        threads.append(threading.current_thread())
        return worked(*arguments)

    monkeypatch.setattr(methods, function, spied)
    await ask(method, **given)
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


async def test_data_quality_is_weighed_by_emission() -> None:
    parts = [
        {"emission": "60", "score": "1", "primaryPercent": "100", "quality": "MEASURED"},
        {"emission": "-15", "score": "2", "primaryPercent": "0", "quality": "BILLED"},
        {"emission": "25"},
    ]
    found = await ask("dataQuality", parts=parts)
    assert found["rating"] == {"score": "1.2", "undeclaredPercent": "25"}
    assert found["primaryShare"] == {"primaryPercent": "60", "secondaryPercent": "15", "undeclaredPercent": "25"}
    assert found["qualities"] == {
        "shares": [{"quality": "MEASURED", "percent": "60"}, {"quality": "BILLED", "percent": "15"}],
        "undeclaredPercent": "25",
    }
    nothing = await ask("dataQuality", parts=[{"emission": "0"}])
    assert (nothing["rating"], nothing["primaryShare"], nothing["qualities"]) == (None, None, None)
    unscored = await ask("dataQuality", parts=[{"emission": "1"}])
    assert unscored["rating"] == {"score": None, "undeclaredPercent": "100"}


async def test_intensity_over_a_turn_of_the_year() -> None:
    stated = [month("2024-12", "100", "t"), month("2025-01", "150", "t"), month("2025-02", "250", "t")]
    found = await ask("intensity", co2eKg="1072800", denominator="OUTPUT", period=WINTER, stated=stated, limit="2")
    assert (found["status"], found["tonnesPerUnit"], found["per"]) == ("DEFINED", "2.1456", "t")
    assert (found["denominator"], found["missing"], found["reductionNeeded"]) == ("500", [], "72.8")
    found = await ask("intensity", co2eKg="1000", denominator="OUTPUT", period=WINTER, stated=stated[:2])
    assert (found["status"], found["tonnesPerUnit"], found["missing"]) == ("INCOMPLETE", None, ["2025-02"])
    assert (found["denominator"], found["reductionNeeded"]) == ("250", None)
    people = [month("2024-12", "100"), month("2025-01", "150"), month("2025-02", "350", "person")]
    found = await ask("intensity", co2eKg="1072800", denominator="HEADCOUNT", period=WINTER, stated=people)
    assert (found["tonnesPerUnit"], found["per"], found["denominator"]) == ("5.364", "person", "200")
