"""The examples against the schema, without a database: whatever changes there must not break what we show first."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, get_variable_values, parse, validate

from api.examples import BadExample, all_examples, filled, placeholders, read_example
from api.first_park import FirstPark
from api.pages import ASSETS_FOLDER
from schema.service import build

NEED_A_REPORTER = {"instruments", "base-year", "scope3"}
NEED_A_PARK = NEED_A_REPORTER | {
    "footprint",
    "gwp-sets",
    "explanation",
    "post",
    "uncertainty",
    "bridge",
    "impact-preview",
    "park-once",
    "energy-balance",
    "park-indicators",
    "completeness",
    "findings",
    "scenario",
    "reports",
    "obligations",
}
CJK = re.compile(r"[一-鿿]")
ACTIVITY = {
    "tenantId": "VGVuYW50OjE",
    "key": "5f0c1d6e-6f4f-5c39-9d5e-2a2f1a8d9b10",
    "source": "METER-1",
    "externalId": "METER-1-202501",
    "activityType": "electricity.grid",
    "quantity": "1200.5",
    "unit": "kWh",
    "periodStart": "2025-01-01T00:00:00+08:00",
    "periodEnd": "2025-02-01T00:00:00+08:00",
    "supplier": "",
    "quality": "BILLED",
    "document": "INV-1",
}
PARK = FirstPark("UGFyazox", "demo", "示范园区", "Demo park", "CN-GD", 25, 2025, ACTIVITY, "VGVuYW50OjI")
EXAMPLES = {example.example_id: example for example in all_examples()}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build()._schema


def test_they_stand_in_this_order() -> None:
    assert list(EXAMPLES) == [
        "tenants",
        "estimate",
        "own-factor",
        "footprint",
        "gwp-sets",
        "factor-years",
        "explanation",
        "factor-search",
        "post",
        "refrigerants",
        "instruments",
        "base-year",
        "scope3",
        "uncertainty",
        "bridge",
        "impact-preview",
        "park-once",
        "energy-balance",
        "park-indicators",
        "completeness",
        "findings",
        "scenario",
        "reports",
        "obligations",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_valid_and_takes_its_variables(name: str, schema: GraphQLSchema) -> None:
    example = filled(EXAMPLES[name], PARK.known())
    document = parse(example.operation)
    assert validate(schema, document) == []
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    definitions = operation.variable_definitions or ()
    declared = {definition.variable.name.value for definition in definitions}
    assert declared == set(example.variables)
    # Errors come back as a list, values as anything but one.
    values = get_variable_values(schema, list(definitions), dict(example.variables))
    assert not isinstance(values, list), values


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_told_in_chinese_and_english(name: str) -> None:
    example = EXAMPLES[name]
    assert CJK.search(example.title_zh)
    assert CJK.search(example.text_zh)
    assert not CJK.search(example.title_en + example.text_en)
    assert example.text_en.endswith(".")
    assert example.text_zh.endswith("。")
    assert not example.operation.startswith("#")


def test_a_fresh_service_can_run_the_six_that_need_no_park() -> None:
    assert {name for name, example in EXAMPLES.items() if not example.is_ready} == NEED_A_PARK


def test_a_park_with_an_activity_makes_all_of_them_ready() -> None:
    assert all(filled(example, PARK.known()).is_ready for example in EXAMPLES.values())


def test_without_a_base_year_three_wait_for_one() -> None:
    known = replace(PARK, reporter="").known()
    assert {name for name, example in EXAMPLES.items() if not filled(example, known).is_ready} == NEED_A_REPORTER


def test_a_year_is_put_in_as_a_number() -> None:
    assert filled(EXAMPLES["impact-preview"], PARK.known()).variables["year"] == 2025
    assert filled(EXAMPLES["bridge"], PARK.known()).variables["before"] == {"first": "2024-01", "last": "2024-12"}


def test_none_is_longer_than_a_screen() -> None:
    assert [name for name, example in EXAMPLES.items() if example.operation.count("\n") > 75] == []


def test_what_is_known_is_put_in_and_nothing_else_changes() -> None:
    given = filled(EXAMPLES["footprint"], {"park.id": "X", "year.first": "2025-01"}).variables
    assert given == {"parkId": "X", "period": {"first": "2025-01", "last": "{year.last}"}}
    rows = filled(EXAMPLES["post"], PARK.known()).variables["input"]["rows"]
    assert rows[0] == {name: ACTIVITY[name] for name in rows[0]}
    assert rows[1] == rows[0] | {"quantity": "0.001"}
    assert rows[2]["unit"] == "kilowatts per hour"


def test_the_posting_names_only_what_a_service_knows() -> None:
    assert placeholders(EXAMPLES["post"].variables) <= set(PARK.known())


def test_a_file_without_two_paragraphs_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "11-silent.graphql"
    path.write_text("# 只有标题\nquery Q { units { code } }\n", encoding="utf-8")
    with pytest.raises(BadExample, match=r"^11-silent\.graphql must begin with two paragraphs"):
        read_example(path)


def test_every_variables_file_belongs_to_an_operation() -> None:
    folder = ASSETS_FOLDER.parent / "examples"
    assert {path.stem for path in folder.glob("*.json")} <= {path.stem for path in folder.glob("*.graphql")}
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json"))


def test_the_page_asks_for_figures_that_the_schema_has(schema: GraphQLSchema) -> None:
    script = (ASSETS_FOLDER / "page.js").read_text(encoding="utf-8")
    found = re.search(r"const TOTALS = `(.+?)`;", script, re.DOTALL)
    assert found
    assert validate(schema, parse(found[1])) == []
