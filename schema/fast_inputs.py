"""Bulk inputs coerced at once: the thousand rows of a posting become rows of the ledger in compiled code.

The library coerces a variable value by value, in Python: for a thousand rows that is most of a request. Here a variable
of a bulk input type is converted whole by msgspec, which accepts only what is written exactly as the schema says. What
it refuses for any reason goes the library's way, so answers and errors are the library's own; a test compares the two
over odd inputs. The rows' own faults are no matter of coercion: quantities and times are judged with their row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from graphql.language import (
    DocumentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
)

from ledger.activities.rows import PostedRow


class _Adjustment(msgspec.Struct, forbid_unknown_fields=True):
    """`AdjustmentInput` as it is sent."""

    reason: str


class _Batch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """`PostActivitiesInput` as it is sent."""

    tenant_id: str
    idempotency_key: str
    rows: list[PostedRow]
    adjustment: _Adjustment | None = None


def _batch(value: object) -> dict[str, Any]:
    found = msgspec.convert(value, _Batch)
    said = None if found.adjustment is None else {"reason": found.adjustment.reason}
    return {
        "tenantId": found.tenant_id,
        "idempotencyKey": found.idempotency_key,
        "rows": found.rows,
        "adjustment": said,
    }


def _rows(value: object) -> list[PostedRow]:
    return msgspec.convert(value, list[PostedRow])


@dataclass(frozen=True, slots=True)
class BulkInput:
    """How a bulk input is coerced, and a value of its type that costs the library nothing to coerce."""

    coerce: Callable[[object], object]
    empty: object


BULK_INPUTS: Final[Mapping[str, BulkInput]] = {
    "PostActivitiesInput": BulkInput(_batch, {"tenantId": "", "idempotencyKey": "", "rows": []}),
    "[ActivityRowInput!]": BulkInput(_rows, []),
}
"""Type of a variable, without its own exclamation mark -> how it is coerced."""


@dataclass(frozen=True, slots=True)
class Coerced:
    """A variable that was coerced: its value, and what the library may coerce in its place."""

    value: object
    stand_in: object


def coerced(document: DocumentNode, operation_name: str | None, variables: Mapping[str, object]) -> dict[str, Coerced]:
    """Return the variables of an operation that are bulk inputs and were coerced, by name; the others are left out."""
    found: dict[str, Coerced] = {}
    for definition in _variables(document, operation_name):
        name = definition.variable.name.value
        bulk = BULK_INPUTS.get(_type_name(definition.type))
        if bulk is None or name not in variables:
            continue
        try:
            found[name] = Coerced(bulk.coerce(variables[name]), bulk.empty)
        except (ValueError, OverflowError, RecursionError):
            continue  # the library coerces it, or says in its own words what is wrong
    return found


def bulk_variables(document: DocumentNode, operation_name: str | None) -> frozenset[str]:
    """Return the names of an operation's variables that are bulk inputs."""
    found = (one for one in _variables(document, operation_name) if _type_name(one.type) in BULK_INPUTS)
    return frozenset(one.variable.name.value for one in found)


def _variables(document: DocumentNode, operation_name: str | None) -> tuple[VariableDefinitionNode, ...]:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if operation_name is not None:
        operations = [node for node in operations if node.name and node.name.value == operation_name]
    return tuple(operations[0].variable_definitions or ()) if len(operations) == 1 else ()


def _type_name(node: TypeNode) -> str:
    """Write a type as the schema does, without the exclamation mark of its own."""
    inner = node.type if isinstance(node, NonNullTypeNode) else node
    if isinstance(inner, NamedTypeNode):
        return inner.name.value
    if isinstance(inner, ListTypeNode):
        mark = "!" if isinstance(inner.type, NonNullTypeNode) else ""
        return f"[{_type_name(inner.type)}{mark}]"
    return ""
