"""An operation leaves nothing to the collector of cycles, which lets everyone wait while it walks what is left."""

import gc

import pytest

from tests.schema.methods import executed

pytestmark = pytest.mark.anyio
ASKED = "query ($id: ID!) { viewer { actor rights } same: viewer { role } node(id: $id) @skip(if: true) { id } }"


async def test_what_an_operation_was_given_goes_with_its_answer() -> None:
    await executed(ASKED, {"id": "x"})  # parsing and validating are kept, and leave cycles of their own
    gc.collect()
    gc.disable()
    try:
        found = await executed(ASKED, {"id": "x"})
        assert found.errors is None
        assert found.data["viewer"]["actor"] == ""
        del found
        assert gc.collect() < 20, "a context with its loaders, or an executor with what it was given, is more"
    finally:
        gc.enable()
