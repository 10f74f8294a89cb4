"""The fields that an operation selects, read from its document before anything of it is executed.

What an operation costs and which rights it needs are judged by the same fields: those of its fragments included, and
where no name says which operation is meant, those of all.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> Fragments:
    """Return the fragments of a document by name."""
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}


def operations_of(document: DocumentNode, name: str | None) -> Iterator[OperationDefinitionNode]:
    """Yield the operation that is asked for; of several without a name to choose, which is refused, all."""
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode) and name in (None, "", one.name and one.name.value):
            yield one


def root_fields(document: DocumentNode, name: str | None) -> Iterator[FieldNode]:
    """Yield the fields that an operation begins with."""
    fragments = fragments_of(document)
    for one in operations_of(document, name):
        yield from fields_of(one.selection_set, fragments)


def fields_of(selected: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    """Yield the fields of a selection, those of its fragments included, each fragment once as it is executed once."""
    yield from _fields(selected, fragments, set())


def _fields(selected: SelectionSetNode, fragments: Fragments, seen: set[str]) -> Iterator[FieldNode]:
    for one in selected.selections:
        if isinstance(one, FieldNode):
            yield one
        elif not isinstance(one, FragmentSpreadNode):
            yield from _fields(one.selection_set, fragments, seen)  # type: ignore[attr-defined]
        elif one.name.value in fragments and one.name.value not in seen:
            seen.add(one.name.value)
            yield from _fields(fragments[one.name.value].selection_set, fragments, seen)
