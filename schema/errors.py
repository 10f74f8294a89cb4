"""Errors as clients see them, in three tiers.

Refusal (a type of the schema)   what was given cannot be used: code, field, message; data, not an error
PublicError                      the request itself is refused, `extensions.code` says how
  BadInput                       BAD_USER_INPUT
  NotFound                       NOT_FOUND
  Unauthenticated                UNAUTHENTICATED
  Forbidden                      FORBIDDEN
  RateLimited                    RATE_LIMITED
  Overloaded                     OVERLOADED
  Unavailable                    UNAVAILABLE
anything else                    a bug: masked as INTERNAL with the request's id, logged with its stack
"""

from typing import Any, Final

import strawberry
from graphql import GraphQLError

from accounting.clauses import clause_of
from accounting.refusals import Refused
from ledger.activities.corrections import ActivityNotFound, Superseded
from ledger.activities.posting import IdempotencyKeyReused
from ledger.declarations import DeclarationNotFound
from ledger.footprints.own_factors import NotCurrent
from ledger.identity.grants import GrantNotFound
from ledger.instruments.versions import InstrumentNotFound
from ledger.registry import CodeTaken, NotRegistered
from ledger.reports.published import ReportNotFound
from ledger.turns import Overloaded as TurnsOverloaded
from ledger.webhooks.deliveries import DeliveryNotFound
from ledger.webhooks.targets import TargetNotFound


class PublicError(GraphQLError):
    """A refusal of the request that the client may read."""

    code = "BAD_USER_INPUT"

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": self.code})


class BadInput(PublicError):
    """An argument cannot be used."""


class NotFound(PublicError):
    """What an argument names does not exist."""

    code = "NOT_FOUND"


class Unauthenticated(PublicError):
    """The caller does not say who it is, or cannot prove it."""

    code = "UNAUTHENTICATED"


class Forbidden(PublicError):
    """The operation as such is not for the caller, whatever it names."""

    code = "FORBIDDEN"


class RateLimited(PublicError):
    """The caller has spent its budget of a minute; `wait_s` is when there is enough again. Nothing was done."""

    code = "RATE_LIMITED"

    def __init__(self, wait_s: float) -> None:
        super().__init__(
            f"the budget of this minute is spent; there is enough again in {wait_s:.1f} s. Nothing was read or written"
        )
        self.wait_s = wait_s


class Overloaded(PublicError):
    """More writes or reports wait than may. Nothing of this one was begun."""

    code = "OVERLOADED"


class Unavailable(PublicError):
    """The database does not answer, or takes nothing on. What a client is told of it says nothing of the machine."""

    code = "UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "the database does not answer now; what was acknowledged is kept. Send the request again, "
            "a write with the idempotency key that it had: whether this one was done is not known"
        )


@strawberry.type(description="What was given cannot be used. Nothing was written.")
class Refusal:
    """The data form of an expected refusal."""

    code: str = strawberry.field(description="Machine-readable reason; codes are added, never given another meaning.")
    field: str = strawberry.field(description="The field of the input at fault, empty where it is the whole.")
    message: str = strawberry.field(description="What was wrong, the offending value, and what would be accepted.")
    clause: str = strawberry.field(
        default="", description="Document and clause of the rule; empty where it rests on no standard."
    )


CODES: Final = {
    NotRegistered: "NOT_REGISTERED",
    CodeTaken: "CODE_TAKEN",
    IdempotencyKeyReused: "IDEMPOTENCY_KEY_REUSED",
    ActivityNotFound: "ACTIVITY_NOT_FOUND",
    InstrumentNotFound: "INSTRUMENT_NOT_FOUND",
    DeclarationNotFound: "DECLARATION_NOT_FOUND",
    Superseded: "SUPERSEDED",
    NotCurrent: "NOT_CURRENT",
    GrantNotFound: "GRANT_NOT_FOUND",
    ReportNotFound: "REPORT_NOT_FOUND",
    TargetNotFound: "WEBHOOK_TARGET_NOT_FOUND",
    DeliveryNotFound: "DELIVERY_NOT_FOUND",
}
"""Expected exception of the ledger -> its code as a refusal."""


class RefusalHandler(strawberry.ExceptionHandler[Refused, Refusal]):
    """Turns a refused value into the union member `Refusal` where a field has one; elsewhere into BAD_USER_INPUT."""

    def handle(self, exception: Refused, *, field: Any, info: Any) -> Refusal:  # noqa: ARG002  the protocol's signature
        """Return the refusal as data."""
        clause = exception.clause or clause_of(exception.code)
        return Refusal(code=exception.code.value, field=exception.field, message=str(exception), clause=clause)


class LedgerHandler(
    strawberry.ExceptionHandler[
        NotRegistered
        | CodeTaken
        | IdempotencyKeyReused
        | ActivityNotFound
        | InstrumentNotFound
        | DeclarationNotFound
        | Superseded
        | NotCurrent
        | GrantNotFound
        | ReportNotFound
        | TargetNotFound
        | DeliveryNotFound,
        Refusal,
    ]
):
    """Turns an expected outcome of the ledger into the union member `Refusal`."""

    def handle(self, exception: Exception, *, field: Any, info: Any) -> Refusal:  # noqa: ARG002  the protocol's signature
        """Return the refusal as data."""
        return Refusal(code=CODES[type(exception)], field="", message=str(exception))


def is_public(error: GraphQLError) -> bool:
    """Whether a client may read an error: those of the request itself, and ours; never a bug's.

    A scalar that refuses the value of a variable raises a `GraphQLError`, which the library wraps in another.
    """
    return error.original_error is None or isinstance(error.original_error, GraphQLError | Refused | TurnsOverloaded)


def code_of(error: GraphQLError) -> str:
    """Return the code of an error that has none of its own and may be read."""
    return Overloaded.code if isinstance(error.original_error, TurnsOverloaded) else BadInput.code
