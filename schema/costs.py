"""What an operation costs, in points, before anything of it is executed: what budgets and the most of one operation are
counted in. The rows that it posts are counted apart.

    points of a field of the root   1, or what `HEAVY` says
    a list by pages                 1 for each 50 items asked for, for every item around it
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.utilities import value_from_ast_untyped

from schema.limits import PAGE_DEFAULT, PAGE_MOST
from schema.selections import Fragments, fields_of, fragments_of, operations_of, root_fields

_COMPUTED: Final = 5
_SIMULATED: Final = 50
_REPORTED: Final = 500
HEAVY: Final[Mapping[str, int]] = {
    "baseYear": _COMPUTED,
    "completeness": _COMPUTED,
    "energyBalance": _COMPUTED,
    "findings": _COMPUTED,
    "footprint": _COMPUTED,
    "footprintBridge": 2 * _COMPUTED,
    "hourlyMatching": 2 * _COMPUTED,
    "impactPreview": 2 * _COMPUTED,
    "indicatorTrends": 2 * _COMPUTED,
    "keptScenario": _SIMULATED,
    "parkConsolidation": 2 * _COMPUTED,
    "parkIndicators": 2 * _COMPUTED,
    "parksConsolidation": 4 * _COMPUTED,
    "plannedFootprint": _SIMULATED,
    "publishReport": _REPORTED,
    "reportPreview": _REPORTED,
    "scenario": _SIMULATED,
    "supplyFactors": _COMPUTED,
    "targetProgress": _COMPUTED,
}
"""Fields of the roots that compute, in points: about the milliseconds they take of a machine."""
POSTED_IN: Final[Mapping[str, str]] = {
    "correctActivity": "",
    "correctIntervals": "readings",
    "postActivities": "rows",
    "postIntervals": "readings",
    "voidActivity": "",
}
"""Mutations that post -> the list in their `input` that holds it; one row where there is none."""
_VALUES: Final = "values"
_MOST_KEPT: Final = 1000
_DIGITS: Final = 9
"""Digits of a literal that are read: more make a size that is refused anyway."""
_PAGES: Final = frozenset({"edges", "nodes", "pageInfo"})


@dataclass(slots=True)
class _Known:
    """What is known of a document: the variables that its pages are sized by, with the values that they have where none
    is given, and points by their values.
    """

    document: DocumentNode
    sized_by: Mapping[str, int | None]
    posts: tuple[FieldNode, ...]
    points: dict[tuple[Any, ...], int] = field(default_factory=dict)


class Costs:
    """Costs of operations, each document looked through once as long as the parser keeps it."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str | None], _Known] = {}

    def of(self, document: DocumentNode, name: str | None, variables: Mapping[str, Any]) -> tuple[int, int]:
        """Return the points of an operation and the rows that it posts; the values of variables were not checked."""
        key = (id(document), name)
        known = self._known.get(key)
        if known is None or known.document is not document:
            known = _looked_through(document, name)
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[key] = known
        given = {one: variables.get(one, default) for one, default in known.sized_by.items()}
        sizes = tuple([_size(value) for value in given.values()])
        points = known.points.get(sizes)
        if points is None:
            points = _Counting(fragments_of(document), given).operation(document, name)
            if len(known.points) >= PAGE_MOST:
                known.points.clear()
            known.points[sizes] = points
        return points, sum([_rows(one, variables) for one in known.posts])


class _Counting:
    """Counts the points of a document with the values of its variables."""

    def __init__(self, fragments: Fragments, variables: Mapping[str, Any]) -> None:
        self._fragments = fragments
        self._variables = variables
        self._of_fragments: dict[str, int] = {}

    def operation(self, document: DocumentNode, name: str | None) -> int:
        """Return the points of an operation."""
        roots = list(root_fields(document, name))
        return sum(HEAVY.get(one.name.value, 1) - 1 + max(1, self._field(one)) for one in roots)

    def _field(self, found: FieldNode) -> int:
        selected = found.selection_set
        if selected is None:
            return 0
        within = self._set(selected)
        given = next((one for one in found.arguments or () if one.name.value == "first"), None)
        stated = self._first(given) if given else None
        if stated is None and not any(one.name.value in _PAGES for one in fields_of(selected, self._fragments)):
            return within
        items = _size(stated)
        return -(-items // PAGE_DEFAULT) + items * within

    def _set(self, selected: SelectionSetNode) -> int:
        total = 0
        for one in selected.selections:
            if isinstance(one, FieldNode):
                total += self._field(one)
            elif isinstance(one, FragmentSpreadNode):
                total += self._fragment(one.name.value)
            else:
                total += self._set(one.selection_set)  # type: ignore[attr-defined]
        return total

    def _fragment(self, name: str) -> int:
        """Return the points of a fragment; of one that holds itself, which is not valid, those of the first round."""
        if name not in self._of_fragments:
            self._of_fragments[name] = 0
            found = self._fragments.get(name)
            self._of_fragments[name] = self._set(found.selection_set) if found else 0
        return self._of_fragments[name]

    def _first(self, given: ArgumentNode) -> int | None:
        """Return the size asked for, None where it is none: `first` may be a month elsewhere."""
        if isinstance(given.value, IntValueNode):
            return int(given.value.value[:_DIGITS])
        value = self._variables.get(given.value.name.value) if isinstance(given.value, VariableNode) else None
        return value if type(value) is int else None


def _size(value: object) -> int:
    """Return the items that a page of this size costs; what is no size is refused later."""
    return min(max(value, 1), PAGE_MOST) if type(value) is int else PAGE_DEFAULT


def _looked_through(document: DocumentNode, name: str | None) -> _Known:
    posts = [one for one in root_fields(document, name) if one.name.value in POSTED_IN]
    defaults = dict(_defaults(document, name))
    return _Known(document, {one: defaults.get(one) for one in _sizing(document)}, tuple(posts))


def _defaults(document: DocumentNode, name: str | None) -> Iterator[tuple[str, int]]:
    """Yield the variables of an operation that are a number where none is given, with that number."""
    for one in operations_of(document, name):
        for variable in one.variable_definitions or ():
            if isinstance(variable.default_value, IntValueNode):
                yield variable.variable.name.value, int(variable.default_value.value[:_DIGITS])


def _sizing(document: DocumentNode) -> Iterator[str]:
    """Yield the names of variables that size pages, wherever in the document."""
    waiting = [one.selection_set for one in document.definitions if hasattr(one, "selection_set")]
    while waiting:
        for one in waiting.pop().selections:
            for argument in getattr(one, "arguments", ()) or ():
                if argument.name.value == "first" and isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
            if getattr(one, "selection_set", None) is not None:
                waiting.append(one.selection_set)


def _rows(post: FieldNode, variables: Mapping[str, Any]) -> int:
    """Return how many rows a mutation posts, at least one."""
    given = next((one.value for one in post.arguments or () if one.name.value == "input"), None)
    if isinstance(given, VariableNode):
        value = variables.get(given.name.value)
    else:
        value = value_from_ast_untyped(given, dict(variables)) if given is not None else None
    listed = value.get(POSTED_IN[post.name.value]) if isinstance(value, dict) else None
    if not isinstance(listed, list):
        return 1
    if post.name.value == "postActivities":
        return max(1, len(listed))
    return max(1, sum(_values(one) for one in listed))


def _values(span: object) -> int:
    values = span.get(_VALUES) if isinstance(span, dict) else None
    return len(values) if isinstance(values, list) else 1
