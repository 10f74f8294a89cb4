"""How operations are executed: the library's executor, with short cuts for bulk inputs and for lists of plain objects.

The short cuts rest on how the libraries work inside, so they are taken only with versions they were compared with; with
any other the library's own executor does everything, more slowly and to the same answer.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

import structlog
from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationType
from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema import fast_lists
from schema.fast_inputs import Coerced, coerced

COMPARED_WITH: Final = {"strawberry-graphql": "0.341.2", "graphql-core": "3.3.2"}
"""The versions that `tests/schema/test_execution.py` compares the short cuts with; a change of one has to pass it."""

_GIVEN: Final = ("variable_values", "context_value", "async_helpers")
"""Attributes of an executor that lead to what it was given, or back to itself."""

log: Final = structlog.get_logger("parkledger.graphql")


def executor_class() -> type[Executor[Any]] | None:
    """Return the executor with short cuts, or None for the library's own where a version is not one compared with."""
    found = {name: version(name) for name in COMPARED_WITH}
    if found == COMPARED_WITH:
        return FastExecutor
    log.warning("operations are executed without short cuts", compared_with=COMPARED_WITH, found=found)
    return None


class FastExecutor(StrawberryGraphQLCoreExecutionContext):
    """The library's executor with the two short cuts."""

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *more: Any,
        **named: Any,
    ) -> list[GraphQLError] | Executor[Any]:
        """Build the executor of an operation, its bulk inputs coerced at once."""
        raw = raw_variable_values or {}
        bulk = coerced(document, operation_name, raw)
        given = {**raw, **{name: variable.stand_in for name, variable in bulk.items()}}
        made = super().build(schema, document, root_value, context_value, given, operation_name, *more, **named)
        if isinstance(made, Executor):
            _put_in_place(made, bulk, raw)
        return made

    def complete_iterable_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, items: Iterable[Any], position_context: Any
    ) -> Any:
        """Complete a list by columns where that can be done, and as the library does where not."""
        if type(items) is list and items and (plan := self._plan(item_type, field_details_list, path)):
            try:
                return plan(items)
            except fast_lists.Unusual:
                pass
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    def build_response(self, data: dict[str, Any] | None) -> Any:
        """Build the response, and let go of what the operation was given.

        An executor refers to itself, and so would keep a thousand rows for the collector of cycles, which lets everyone
        wait while it walks them. A subscription executes again, once for each event.
        """
        made = super().build_response(data)
        if self.operation.operation is not OperationType.SUBSCRIPTION:
            self.__dict__.pop("_planner", None)
            for name in _GIVEN:
                setattr(self, name, None)
        return made

    def _plan(self, item_type: Any, field_details_list: Any, path: Any) -> fast_lists.Column | None:
        has_middleware = self.middleware_manager and self.middleware_manager.middlewares
        if has_middleware or self.get_stream_usage(field_details_list, path):
            return None
        return self._planner.plan(item_type, field_details_list)

    @cached_property
    def _planner(self) -> fast_lists.Planner:
        return fast_lists.Planner(self)


def _put_in_place(made: Executor[Any], bulk: Mapping[str, Coerced], raw: Mapping[str, Any]) -> None:
    """Put what was coerced where the library put the value that stood in for it."""
    values = made.variable_values
    for name, variable in bulk.items():
        values.coerced[name] = variable.value
        values.sources[name] = values.sources[name]._replace(value=raw[name])
