"""The schema put together: types, limits, one snapshot per operation, errors masked and logged."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import strawberry
import structlog
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import MaskErrors, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from ledger import turns
from ledger.pools import is_away
from schema.context import Context
from schema.costs import Costs
from schema.errors import (
    BadInput,
    LedgerHandler,
    Overloaded,
    PublicError,
    RateLimited,
    RefusalHandler,
    Unavailable,
    code_of,
    is_public,
)
from schema.execution import executor_class
from schema.limits import OPERATION_POINTS, OPERATION_TOKENS
from schema.mutations import Mutation
from schema.permissions import refusal_of
from schema.queries import Query
from schema.scalars import SCALARS
from schema.subscriptions import Subscription
from schema.types.registry import Park, Site, Source, Tenant
from schema.variables import refused_text

SDL: Final = Path(__file__).parent / "schema.graphql"
"""The committed text of the schema; a test fails when it is stale."""

log: Final = structlog.get_logger("parkledger.graphql")


class PerOperation(SchemaExtension):
    """Opens the operation's snapshot and loaders lazily, and gives them back at its end; who reads goes first."""

    async def on_operation(self) -> AsyncIterator[None]:
        """Surround one operation."""
        context = self.execution_context.context
        await context.renew()
        context.begin_operation()
        try:
            yield
        finally:
            await context.end_operation()

    async def on_execute(self) -> AsyncIterator[None]:
        """Surround what is read or written, which of the two it is being known now."""
        context: Context = self.execution_context.context
        if self.execution_context.operation_type is OperationType.QUERY:
            with context.service.database.turns.reading():
                yield
        else:
            if self.execution_context.operation_type is OperationType.MUTATION:
                context.begin_changes()
                await context.service.database.turns.come(context.rows_posted)
            yield


_COSTS: Final = Costs()


class Permitted(SchemaExtension):
    """Refuses an operation that is not for whoever asks, or more than it may ask for, before anything of it is looked
    at further.
    """

    def on_validate(self) -> Iterator[None]:
        """Judge what was parsed."""
        asked = self.execution_context
        context: Context = asked.context
        document = asked.graphql_document
        if context.refused is not None:
            asked.pre_execution_errors = [context.refused]
        elif document is not None:
            schema: GraphQLSchema = asked.schema._schema
            refused = refusal_of(context.principal, schema, document, asked.operation_name)
            refused = refused or refused_text(document, asked.operation_name, asked.variables or {})
            if refused := refused or _metered(asked, document):
                asked.pre_execution_errors = [refused]
        yield


def _metered(asked: ExecutionContext, document: DocumentNode) -> PublicError | None:
    """Take what an operation costs from its caller's budgets; return why it is not begun, None where it is."""
    context: Context = asked.context
    cost, rows = _COSTS.of(document, asked.operation_name, asked.variables or {})
    context.rows_posted = rows
    if cost > OPERATION_POINTS:
        return BadInput(
            f"the operation costs {cost} points; accepted are up to {OPERATION_POINTS}: ask for less a page"
        )
    if rows:
        try:
            context.service.database.turns.check()
        except turns.Overloaded as error:
            return Overloaded(str(error))
    wait = context.meter.spend(context.principal, cost, rows) if context.meter else 0.0
    return RateLimited(wait) if wait else None


class CodedErrors(SchemaExtension):
    """Gives every error an `extensions.code` and the request's id, so that clients never parse messages."""

    def on_operation(self) -> Any:
        """Complete the errors of the result."""
        yield
        _complete(self.execution_context.result, self.execution_context.context.request_id)


class CodedEvents(SchemaExtension):
    """Does the same for each event of a stream; it stands after what masks errors, which are masked on the way in."""

    def on_stream_result(self, result: Any) -> Any:
        """Complete the errors of an event."""
        _complete(result, self.execution_context.context.request_id)
        yield


def _complete(result: object, request_id: str) -> None:
    for error in getattr(result, "errors", None) or ():
        extensions = error.extensions if error.extensions is not None else {}
        code = "INTERNAL" if error.message == _MASK else code_of(error)
        extensions.setdefault("code", code)
        extensions["requestId"] = request_id
        error.extensions = extensions


_MASK: Final = "An unexpected error occurred; it was logged with the request's id."


class MaskedErrors(MaskErrors):
    """Tells nothing of what is unexpected but that it was; a database that does not answer is told as that."""

    def __init__(self) -> None:
        super().__init__(lambda error: not is_public(error), _MASK)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        """Return what is told instead of an error."""
        if not is_away(error.original_error):
            return super().anonymise_error(error)
        found = Unavailable()
        place = (error.nodes, error.source, error.positions, error.path)
        return GraphQLError(found.message, *place, original_error=found, extensions=found.extensions)


class ParkledgerSchema(strawberry.Schema):
    """Logs bugs with their stack and the request's id; a client's mistakes are no errors of ours."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log what is unexpected."""
        request = getattr(execution_context.context if execution_context else None, "request_id", "")
        for error in errors:
            if is_away(error.original_error):
                log.warning("the database does not answer", request_id=request, error=str(error.original_error))
            elif not is_public(error):
                log.error("unexpected error", request_id=request, path=error.path, exc_info=error.original_error)


def build(is_sorted: bool = False) -> strawberry.Schema:
    """Make the schema. The sorted one is for printing only: sorting copies types, and unions no longer know theirs."""
    return ParkledgerSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Park, Tenant, Site, Source],
        config=StrawberryConfig(sort_schema=is_sorted, scalar_map=SCALARS),
        exception_handlers=[RefusalHandler(), LedgerHandler()],
        execution_context_class=executor_class(),
        extensions=[
            lambda: ParserCache(maxsize=1000),
            lambda: ValidationCache(maxsize=1000),
            lambda: MaxTokensLimiter(max_token_count=OPERATION_TOKENS),
            CodedErrors,
            MaskedErrors,
            CodedEvents,
            PerOperation,
            Permitted,
        ],
    )


def printed() -> str:
    """Return the schema in its definition language, as it is committed."""
    return print_schema(build(is_sorted=True)) + "\n"
