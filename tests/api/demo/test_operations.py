from graphql import parse, validate

from api.demo import operations, summary
from schema.service import build

DOCUMENTS = {name: text for name, text in vars(operations).items() if name.isupper()}


def test_every_operation_fits_the_schema() -> None:
    schema = build()._schema
    documents = DOCUMENTS | {"FOOTPRINT": summary.FOOTPRINT, "ADD_SOURCES": operations.adding_sources(20)}
    assert len(documents) == 48
    assert {name: validate(schema, parse(text)) for name, text in documents.items()} == {name: [] for name in documents}
