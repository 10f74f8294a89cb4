"""A thousand lines of the demo park, each recomputed from its explanation alone, to the last digit the API shows."""

import ast
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.progress import Progress

from api.client import Client
from api.demo.loading import load
from api.demo.parks import DEFAULT_SEED, Extent
from tests import explained
from tests.conftest import Server
from tests.explained import LINE, faults, recomputed
from tests.service import environment, start_service

pytestmark = pytest.mark.long

SEED = 20261122
SAMPLE = 1000
ESTIMATES = 100
TWO_MONTHS = Extent(months=2, hourly_meters=0)
"""All companies with all their bills, of December and January: two years' factors."""
LOADED_ON = date(2026, 2, 22)

LINES = f"""query (
    $park: ID!, $period: MonthsInput!, $basis: BasisInput, $by: [FootprintDimension!]!, $after: String
) {{
  footprint(boundary: {{parkId: $park}}, period: $period, basis: $basis, groupBy: $by) {{
    lines(first: 500, after: $after) {{
      nodes {{ activityType method quantity unit {LINE} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
ESTIMATE = f"""query ($inputs: [EstimateInput!]!, $basis: BasisInput) {{ estimate(inputs: $inputs, basis: $basis) {{
  ... on Estimate {{ activityType quantity unit lines {{ {LINE} }} }} ... on EstimateError {{ code }} }} }}"""
ACTIVITY_TYPES = "{ activityTypes(first: 500) { nodes { code defaultUnit } pageInfo { hasNextPage } } }"
USERS = """query ($park: ID!, $period: MonthsInput!) {
  footprint(boundary: {parkId: $park}, period: $period, groupBy: [TENANT]) {
    lines(first: 500) { nodes { activityType tenant { id } } } } }"""
RECORD = """mutation ($input: RecordInstrumentInput!) { recordInstrument(input: $input) {
  ... on InstrumentVersionAdded { instrument { id } } ... on Refusal { code message } } }"""

APART = ["TENANT", "SITE", "MONTH"]
QUESTIONS = [
    ("GHG_PROTOCOL", "AR6", APART),
    ("ISO_14064_1", "SAR", ["MONTH"]),
    ("GBT_32150_2025", "AR6", APART),
    ("NDRC_OTHER_2015", "SAR", ["SITE"]),
    ("MEE_332_2023", "AR6", ["TENANT"]),
    ("NDRC_910_2025", "SAR", APART),
]
"""Every regime, under a GWP set with all gases or one that lacks some; by month, site and tenant, or added up."""

LONGEST_WRITTEN = 40
"""Characters of the longest number that somebody wrote; a longer one, as a neighbour's factor, was worked out."""
OTHER = {"MULTIPLY": "DIVIDE", "DIVIDE": "MULTIPLY"}

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo park in a service of its own."""

    client: Client
    park: str
    period: dict[str, str]


@pytest.fixture(scope="module")
def demo(server: Server, worker_id: str) -> Iterator[Demo]:
    started = start_service(environment(server.create(f"explanations_{worker_id}")))
    with Client(started.url) as client:
        with Progress(disable=True) as progress:
            found = load(client, DEFAULT_SEED, LOADED_ON, progress, TWO_MONTHS)
        yield Demo(client, found.park_id, {"first": found.first_month, "last": found.last_month})
    started.stop()


@pytest.fixture(scope="module")
def lines(demo: Demo) -> list[Line]:
    """All lines of all questions; a rate of a supplier covers some of the electricity."""
    _cover_some_electricity(demo)
    return [line for regime, gwp_set, by in QUESTIONS for line in _answered(demo, regime, gwp_set, by)]


@pytest.fixture(scope="module")
def sample(lines: list[Line]) -> list[Line]:
    return Random(SEED).sample(lines, SAMPLE)  # noqa: S311  a sample, no secret


def _answered(demo: Demo, regime: str, gwp_set: str, by: list[str]) -> Iterator[Line]:
    asked: dict[str, Any] = {"park": demo.park, "period": demo.period, "by": by, "after": None}
    while True:
        given = {**asked, "basis": {"regime": regime, "gwpSet": gwp_set}}
        page = demo.client.ask(LINES, given)["footprint"]["lines"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        asked["after"] = page["pageInfo"]["endCursor"]


def _cover_some_electricity(demo: Demo) -> None:
    largest_first = demo.client.ask(USERS, {"park": demo.park, "period": demo.period})["footprint"]["lines"]["nodes"]
    user = next(line["tenant"]["id"] for line in largest_first if line["activityType"] == "electricity.grid")
    criteria = ("CONVEYS_RATE", "ONLY_CLAIM", "RETIRED", "NEAR_CONSUMPTION", "SAME_MARKET", "AS_DELIVERED")
    given = {
        "tenantId": user,
        "code": "rate",
        "kind": "SUPPLIER_RATE",
        "carrier": "ELECTRICITY",
        "attribute": "CONVENTIONAL",
        "market": "CN",
        "firstMonth": demo.period["first"],
        "lastMonth": demo.period["last"],
        "quantityMwh": "77.7",
        "rate": "321.123456789",
        "claimedFrom": demo.period["first"],
        "claimedTo": demo.period["last"],
        "evidence": [{"document": "contract 7", "kind": "CONTRACT"}],
        "criteria": [
            {"criterion": name, "holds": True, "evidence": ["audit"]}
            for name in (*criteria, "ALL_ATTRIBUTES", "RESIDUAL_MIX")
        ],
    }
    answer = demo.client.ask(RECORD, {"input": given})["recordInstrument"]
    assert "instrument" in answer, answer


def test_the_recomputation_knows_nothing_of_the_service() -> None:
    tree = ast.parse(Path(explained.__file__).read_text(encoding="utf-8"))
    used = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    used |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.partition(".")[0] for name in used} <= sys.stdlib_module_names


def told(line: Line) -> list[str]:
    """Return what of a line its explanation does not explain."""
    return faults(line["explanation"]["steps"], line["emissions"], line["quantity"], line["unit"])


def test_a_thousand_random_lines_are_recomputed_to_the_digit(lines: list[Line], sample: list[Line]) -> None:
    wrong = [(line["activityType"], line["line"]["code"], found) for line in sample if (found := told(line))]
    assert wrong == []
    assert len(sample) == SAMPLE
    assert len(lines) > 2 * SAMPLE


def test_the_thousand_are_of_every_shape(sample: list[Line]) -> None:
    steps = [step for line in sample for step in line["explanation"]["steps"]]
    assert {step["kind"] for step in steps} >= {
        *("CONVERSION", "PROPERTY", "FACTOR", "TERM", "GWP", "COMPLEMENT", "RULE", "OUTSIDE", "NOTE"),
    }
    assert {step["operation"] for step in steps} == {"BEGIN", "MULTIPLY", "DIVIDE", None}
    assert any(step["fraction"] for step in steps)
    factors = [line["explanation"]["factor"] for line in sample]
    assert {factor["basis"] for factor in factors} == {"GAS_MASSES", "CO2E_BY_GAS", "CO2E_TOTAL", "CO2_ONLY"}
    assert {factor["origin"] for factor in factors} >= {"CATALOGUE", "SUPPLIER"}
    assert {flag for line in sample for flag in line["explanation"]["flags"]} >= {"GWP_MISSING", "PROXY_REGION"}
    amounts = [line["emissions"] for line in sample]
    assert all(any(one[name] not in ("0", []) for one in amounts) for name in amounts[0])


def test_what_an_instrument_covers_and_what_it_leaves_are_explained(lines: list[Line]) -> None:
    covered = [line for line in lines if line["explanation"]["factor"]["origin"] == "INSTRUMENT"]
    assert len(covered) > 1
    assert [told(line) for line in covered] == [[] for _ in covered]
    # 321.123456789 kg/MWh on 77.7 MWh, where all of it is in one line.
    assert "24951.2925925053" in {line["emissions"]["co2e"] for line in covered}


def test_every_digit_of_every_step_counts(lines: list[Line]) -> None:
    """The check can fail: one digit of one step changed, and no step is found that could be changed unseen."""
    unseen = [
        (line["activityType"], line["explanation"]["steps"][number]["text"])
        for line in shapes(lines)
        for number, name in changeable(line)
        if not told(changed(line, number, name))
    ]
    assert unseen == []


def test_a_step_left_out_or_turned_round_is_missed(lines: list[Line]) -> None:
    for line in shapes(lines):
        for number, step in enumerate(line["explanation"]["steps"]):
            if step["operation"] in OTHER:
                less, turned = deepcopy(line), deepcopy(line)
                del less["explanation"]["steps"][number]
                turned["explanation"]["steps"][number]["operation"] = OTHER[step["operation"]]
                assert is_missed(less), step["text"]
                assert is_missed(turned) or step["value"] in ("1", "-1"), step["text"]


def test_an_answer_that_differs_by_its_last_digit_is_seen(sample: list[Line]) -> None:
    for line in sample[:50]:
        for name in ("co2e", "co2eUnsplit", "biogenicCo2"):
            other = deepcopy(line)
            other["emissions"][name] = next_digit(line["emissions"][name])
            assert told(other)


def shapes(lines: list[Line]) -> list[Line]:
    """Return one line of each sequence of steps, of those whose figures are all above zero."""
    found: dict[object, Line] = {}
    for line in lines:
        steps = line["explanation"]["steps"]
        if all(step["value"] != "0" for step in steps if step["kind"] in ("QUANTITY", "FACTOR", "COMPLEMENT", "TERM")):
            shape = tuple(dict.fromkeys((step["kind"], step["operation"], bool(step["fraction"])) for step in steps))
            found.setdefault(shape, line)
    return list(found.values())


def changeable(line: Line) -> Iterator[tuple[int, str]]:
    """Yield each number that counts; a printed total is only shown, and the rounding to 50 digits hardly ever shows."""
    for number, step in enumerate(line["explanation"]["steps"]):
        is_counted = step["operation"] or step["kind"] in ("TERM", "RESULT")
        yield from ((number, name) for name in ("value", "fraction") if is_counted and step[name])


def changed(line: Line, number: int, name: str) -> Line:
    """Return the line with one number of its explanation changed in the last digit."""
    other = deepcopy(line)
    step = other["explanation"]["steps"][number]
    whole, slash, under = step[name].partition("/")
    step[name] = next_digit(whole) + slash + under
    return other


def next_digit(number: str) -> str:
    """Return the number with its last digit changed, or the tenth that counts where it was rounded to fifty."""
    last = len(number) - 1
    if len(number) > LONGEST_WRITTEN:
        last = len(number) - len(number.lstrip("0.")) + 9
    return number[:last] + str((int(number[last]) + 1) % 10) + number[last + 1 :]


def is_missed(line: Line) -> bool:
    """Whether what was taken out is missed: the sums differ, or a step has nothing to be applied to."""
    try:
        return bool(told(line))
    except (KeyError, ValueError):
        return True


@pytest.fixture(scope="module")
def estimates(demo: Demo) -> list[Line]:
    """The lines of `ESTIMATES` random activity types that have a factor, in three bases."""
    dice = Random(SEED)  # noqa: S311  a sample, no secret
    page = demo.client.ask(ACTIVITY_TYPES)["activityTypes"]
    assert page["pageInfo"]["hasNextPage"] is False
    inputs = [_asked(node, dice) for node in page["nodes"]]
    dice.shuffle(inputs)
    found: list[Line] = []
    for regime, gwp_set in (("GHG_PROTOCOL", "AR5"), ("GHG_PROTOCOL", "AR6"), ("NDRC_OTHER_2015", "SAR")):
        basis = {"regime": regime, "gwpSet": gwp_set, "proxyRegions": ["GB", "US"]}
        answers = demo.client.ask(ESTIMATE, {"inputs": inputs, "basis": basis})["estimate"]
        answered = [one for one in answers if one.get("lines")][:ESTIMATES]
        found += [{**one, **line} for one in answered for line in one["lines"]]
    return found


def _asked(activity_type: dict[str, str], dice: Random) -> dict[str, str]:
    quantity = f"{dice.randrange(1, 10**7)}.{dice.randrange(1, 10**6):06}"
    code, unit = activity_type["code"], activity_type["defaultUnit"]
    return {"activityType": code, "quantity": quantity, "unit": unit, "region": "CN-GD", "firstDay": "2025-03-01"}


def test_estimates_over_the_catalogue_are_explained_too(estimates: list[Line]) -> None:
    assert len({line["activityType"] for line in estimates}) >= ESTIMATES
    assert [(line["activityType"], found) for line in estimates if (found := told(line))] == []
    steps = [step for line in estimates for step in line["explanation"]["steps"]]
    assert {step["kind"] for step in steps} >= {"SIGN", "TERM", "OUTSIDE", "COMPLEMENT", "PROPERTY"}


def test_factors_of_the_caller_are_explained_with_their_terms(demo: Demo) -> None:
    carbon = [{"name": "NCV", "value": "42.7", "unit": "GJ/t"}, {"name": "CC", "value": "20.2", "unit": "kgC/GJ"}]
    nitrogen = [{"name": "EF", "value": "0.016", "unit": "kgN/kg"}]
    leaked = [{"name": "rate", "value": "3", "unit": "lb/t"}]
    parts = [("CO2", carbon), ("CO2_BIOGENIC", carbon), ("N2O", nitrogen), ("R-134a", leaked)]
    factor = {"name": "own", "parts": [{"gas": gas, "terms": terms} for gas, terms in parts]}
    given = {"activityType": "stationary.diesel", "region": "CN-GD", "firstDay": "2025-03-01", "factor": factor}
    inputs = [{**given, "quantity": "7.77", "unit": unit} for unit in ("t", "kg", "lb", "L", "GJ")]
    answers = demo.client.ask(ESTIMATE, {"inputs": inputs})["estimate"]
    own = [{**one, **one["lines"][0]} for one in answers if "lines" in one]
    assert len(own) == 3  # by mass; litres and heat do not cancel the tonnes of the terms
    assert [told(line) for line in own] == [[], [], []]
    assert own[0]["emissions"]["biogenicCo2"] == "24573.7646"


def test_the_first_of_the_two_roundings_shows_in_the_explanation(demo: Demo) -> None:
    """0.4403 kg/kWh is 0.12230... kg/MJ without end: rounded to 50 digits it tips what would be a tie."""
    given = {"activityType": "electricity.grid", "quantity": "1.000000015", "unit": "kWh", "region": "CN-GD"}
    answer = demo.client.ask(
        ESTIMATE, {"inputs": [{**given, "firstDay": "2025-03-01"}], "basis": {"release": 1, "proxyRegions": []}}
    )["estimate"][0]
    line = {**answer, **answer["lines"][0]}
    assert told(line) == []
    assert line["emissions"]["co2e"] == "0.440300006605"
    steps = line["explanation"]["steps"]
    next(step for step in steps if step["kind"] == "ROUNDING")["value"] = "1"
    assert recomputed(steps)["co2e"] * 10**12 == 440300006604
