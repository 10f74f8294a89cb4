"""What the methods cannot use is refused in their own words, and how much they take is limited."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema

from accounting.judgement import uncertainty as closed_form
from schema.limits import INPUTS_PER_METHOD, ITEMS_PER_METHOD, MONTHS_PER_FOOTPRINT, NUMBERS_PER_SIMULATION
from schema.service import SDL
from tests.schema.methods import (
    EQUITY,
    PLANT,
    POLICY,
    QUERIES,
    STEAM,
    WINTER,
    change,
    executed,
    line,
    month,
    refused,
    sampled,
    scores,
    stake,
)

pytestmark = pytest.mark.anyio

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    (
        "cogeneration",
        {"total": "1", "outputs": {**PLANT, "carrier": "HOT_WATER"}, "rule": {"workPotential": {"streams": [STEAM]}}},
        "work potential is not for HOT_WATER; accepted is STEAM",
    ),
    (
        "cogeneration",
        {"total": "1", "outputs": PLANT, "rule": {"efficiency": {"heat": "80"}}},
        "the efficiency of heat is 80; accepted is above 0 and at most 1",
    ),
    (
        "productAllocation",
        {"total": "1", "products": [{"code": "a", "massKg": "1"}, {"code": "b"}], "key": "MASS"},
        "MASS of b is missing; accepted is a number above zero",
    ),
    ("physicalAllocation", {"prices": ["0", "1"]}, "prices are ['0', '1']; accepted are prices above zero"),
    (
        "consolidation",
        {**EQUITY, "holding": {"stakes": [stake("60", "SOLE", True, "2025-03-02")]}},
        "no stake is stated for 2025-03-01; state one of 0 % where the operation is not the company's",
    ),
    (
        "consolidation",
        {**EQUITY, "holding": {"stakes": []}},
        "no stake is stated for 2025-03-01; state one of 0 % where the operation is not the company's",
    ),
    (
        "consolidation",
        {**EQUITY, "holding": {"stakes": [stake("60", "SOLE", True, "2025-01-01")] * 2}},
        (
            "the stake from 2025-01-01 to open and the one from 2025-01-01 both hold on 2025-01-01; "
            "end the first the day before"
        ),
    ),
    (
        "consolidation",
        {**EQUITY, "holding": {"equityPercents": ["150"]}},
        "shares are ['3/2']; accepted is at least one, each 0 to 1",
    ),
    (
        "consolidation",
        {**EQUITY, "last": "2025-02-28", "holding": {"equityPercents": ["50"]}},
        "the days end on 2025-02-28, before they begin on 2025-03-01",
    ),
    (
        "baseYear",
        {"emissions": "0", "threshold": POLICY, "changes": []},
        "base year emissions are 0; a share of them needs a number above zero",
    ),
    (
        "baseYear",
        {"emissions": "1", "threshold": {"percent": "5", "source": " "}, "changes": []},
        "the policy names no document; accepted is where the threshold is stated",
    ),
    (
        "uncertainty",
        {"lines": [line("a", "1", x="-1")], "form": "PERCENT"},
        "'x' is -1 %; accepted is half the 95 % interval in percent, 0 or more",
    ),
    (
        "uncertaintyOfProduct",
        {"spreads": {"percents": []}},
        "no uncertainty is given; what is exact is given as 0 %, or as a GSD² of 1",
    ),
    (
        "pedigree",
        {"set": "GHG_PROTOCOL", "scores": scores(1, 1, 5, 1, 1)},
        "TIME has score 5; GHG_PROTOCOL knows 1, the best, to 4",
    ),
    (
        "pedigree",
        {"set": "GHG_PROTOCOL", "scores": scores(1, 1, 1, 1, 1), "basic": {"factor": "0.9"}},
        "a GSD² is 0.9; accepted is a GSD² of 1 or more",
    ),
    (
        "simulation",
        {"lines": [sampled("a", x={"fixed": "1"})], "seed": 1, "draws": 9999},
        "9999 draws; accepted is 10000 to 1000000",
    ),
    (
        "simulation",
        {"lines": [sampled("a", x={"fixed": "1"})], "seed": -1},
        "the seed is -1; accepted is 0 or more",
    ),
    (
        "dataQuality",
        {"parts": [{"emission": "1", "primaryPercent": "101"}]},
        "primary data are 101 %; accepted is 0 to 100",
    ),
    (
        "intensity",
        {"co2eKg": "1", "denominator": "AREA", "period": WINTER, "stated": [month("2025-01", "1", "ft2")]},
        "AREA is stated in ['ft2', 'm2']; accepted is m2",
    ),
    (
        "intensity",
        {"co2eKg": "1", "denominator": "AREA", "period": WINTER, "stated": [month("2025-01", "1")] * 2},
        "AREA of 2025-01 is stated twice; accepted is one value",
    ),
    (
        "intensity",
        {"co2eKg": "1", "denominator": "AREA", "period": {"first": "2025-02", "last": "2025-01"}, "stated": []},
        f"the period spans 0 months; accepted is 1 to {MONTHS_PER_FOOTPRINT}, first before last",
    ),
    (
        "gridLosses",
        {"consumed": "9000", "lossRate": "1", "factor": "0.4419"},
        "the loss rate is 1; accepted is 0 or more and below 1, such as 0.0438",
    ),
    (
        "target",
        {
            "input": {
                "framework": "SBTI_V1",
                "scopes": ["SCOPE_1"],
                "baseYear": 2020,
                "targetYear": 2030,
                "baseValue": "0",
                "method": {"absoluteContraction": {}},
            }
        },
        "the base value is 0; accepted is above 0",
    ),
    (
        "dualControl",
        {"cut": "0.17", "years": 5, "base": "100", "growth": "-1"},
        "output grows by -1 a year; accepted is above -1",
    ),
    (
        "abatement",
        {"input": {"investment": "1", "interest": "0.08", "years": 15, "avoidedTonnes": "0"}},
        "the measure avoids 0 t a year; a cost per tonne needs more than 0",
    ),
]


@pytest.mark.parametrize(("method", "given", "message"), REFUSALS)
async def test_what_a_method_cannot_use_is_refused_in_its_own_words(
    method: str, given: dict[str, Any], message: str
) -> None:
    assert await refused(method, **given) == message


async def test_every_method_that_can_refuse_does_in_this_file() -> None:
    # A lease has nothing to refuse: every combination of its enums has a place.
    assert {method for method, _, _ in REFUSALS} == set(QUERIES) - {"lease"}
    methods_type = build_schema(SDL.read_text(encoding="utf-8")).type_map["Methods"]
    assert isinstance(methods_type, GraphQLObjectType)
    assert set(methods_type.fields) == set(QUERIES)


async def test_a_negative_limit_of_an_intensity_is_refused() -> None:
    stated = [month("2025-01", "1")]
    january = {"first": "2025-01", "last": "2025-01"}
    result = await executed(
        QUERIES["intensity"],
        {"co2eKg": "1", "denominator": "AREA", "period": january, "stated": stated, "limit": "-1"},
    )
    assert [error.message for error in result.errors] == ["-1 t per unit of 1; neither is negative"]


TOO_MANY = ITEMS_PER_METHOD + 1


MANY = f"holds {TOO_MANY}; at most {ITEMS_PER_METHOD} are accepted"


@pytest.mark.parametrize(
    ("method", "given", "message"),
    [
        (
            "cogeneration",
            {"total": "1", "outputs": PLANT, "rule": {"workPotential": {"streams": [STEAM] * TOO_MANY}}},
            f"streams {MANY}",
        ),
        (
            "productAllocation",
            {"total": "1", "products": [{"code": "a"}] * TOO_MANY, "key": "MASS"},
            f"products {MANY}",
        ),
        ("physicalAllocation", {"prices": ["1"] * TOO_MANY}, f"prices {MANY}"),
        (
            "consolidation",
            {**EQUITY, "holding": {"stakes": [stake("1", "NONE", False, "2025-01-01")] * TOO_MANY}},
            f"stakes {MANY}",
        ),
        ("consolidation", {**EQUITY, "holding": {"equityPercents": ["1"] * TOO_MANY}}, f"equityPercents {MANY}"),
        (
            "baseYear",
            {"emissions": "1", "threshold": POLICY, "changes": [change("ERROR", "1")] * TOO_MANY},
            f"changes {MANY}",
        ),
        ("uncertainty", {"lines": [line("a", "1")] * TOO_MANY, "form": "PERCENT"}, f"lines {MANY}"),
        (
            "uncertainty",
            {"lines": [line("a", "1", **{f"x{n}": "1" for n in range(INPUTS_PER_METHOD + 1)})], "form": "GSD2"},
            f"inputs of the lines holds {INPUTS_PER_METHOD + 1}; at most {INPUTS_PER_METHOD} are accepted",
        ),
        ("uncertaintyOfProduct", {"spreads": {"percents": ["1"] * TOO_MANY}}, f"percents {MANY}"),
        ("uncertaintyOfProduct", {"spreads": {"gsd2s": ["1"] * TOO_MANY}}, f"gsd2s {MANY}"),
        ("simulation", {"lines": [sampled("a")] * TOO_MANY, "seed": 1}, f"lines {MANY}"),
        (
            "simulation",
            {"lines": [sampled("a", **{f"x{n}": None for n in range(11)})], "seed": 1, "draws": 1_000_000},
            f"1000000 draws of 11 inputs are 11000000 numbers; at most {NUMBERS_PER_SIMULATION} are drawn",
        ),
        (
            "simulation",
            {"lines": [sampled("a", **{f"x{n}": None for n in range(1001)})], "seed": 1},
            f"10000 draws of 1001 inputs are 10010000 numbers; at most {NUMBERS_PER_SIMULATION} are drawn",
        ),
        ("dataQuality", {"parts": [{"emission": "1"}] * TOO_MANY}, f"parts {MANY}"),
        (
            "intensity",
            {"co2eKg": "1", "denominator": "AREA", "period": WINTER, "stated": [month("2025-01", "1")] * TOO_MANY},
            f"stated {MANY}",
        ),
    ],
)
async def test_lists_have_a_named_maximum(method: str, given: dict[str, Any], message: str) -> None:
    assert await refused(method, **given) == message


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "OneOf Input Object 'CogenerationRuleInput' must specify exactly one key."),
        (
            {"efficiency": {}, "energyContent": "ONCE"},
            "OneOf Input Object 'CogenerationRuleInput' must specify exactly one key.",
        ),
        ({"carnot": None}, "Value for member field 'carnot' must be non-null"),
    ],
)
async def test_exactly_one_rule_is_given(rule: dict[str, Any], message: str) -> None:
    assert await refused("cogeneration", total="1", outputs=PLANT, rule=rule) == message


async def test_floats_are_refused() -> None:
    message = await refused("physicalAllocation", prices=[1.5])
    assert "1.5 is not exact" in message


async def test_a_bug_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a secret of the implementation")

    monkeypatch.setattr(closed_form, "percent_of_product", broken)
    result = await executed(QUERIES["uncertaintyOfProduct"], {"spreads": {"percents": ["1"]}})
    assert [error.extensions["code"] for error in result.errors] == ["INTERNAL"]
    assert "secret" not in str(result.errors)
