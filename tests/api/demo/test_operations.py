from graphql import parse, validate

from api.demo import operations, summary
from schema.costs import Costs
from schema.limits import OPERATION_POINTS
from tests.schema.methods import SCHEMA

DOCUMENTS = {
    **{name: text for name, text in vars(operations).items() if name.isupper()},
    "FOOTPRINT": summary.FOOTPRINT,
    "ADD_SOURCES": operations.adding_sources(20),
}


def test_every_operation_fits_the_schema() -> None:
    schema = SCHEMA._schema
    assert len(DOCUMENTS) == 56
    assert {name: validate(schema, parse(text)) for name, text in DOCUMENTS.items()} == {name: [] for name in DOCUMENTS}


def test_no_operation_costs_more_than_one_may() -> None:
    costs = Costs()
    points = {name: costs.of(parse(text), None, {})[0] for name, text in DOCUMENTS.items()}
    assert {name: found for name, found in points.items() if found > OPERATION_POINTS} == {}
    assert points["TENANTS"] == 8102
