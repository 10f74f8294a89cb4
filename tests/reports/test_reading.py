"""A document read back from its bytes is the document: its bytes and every rendering are the same again."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.canonical import canonical_bytes
from reports.reading import BadDocument, read_document
from reports.rendering.canonical_json import to_canonical_json
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
from tests.reports.documents import document
from tests.reports.rendering.rendered import rendered

WHOLE = to_canonical_json(document())


def changed(*path: Any, to: Any) -> bytes:
    """Return the example's bytes with one value replaced, or taken out."""
    value = json.loads(WHOLE)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    if to is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return canonical_bytes(value)


def test_what_is_read_is_what_was_written() -> None:
    assert to_canonical_json(read_document(WHOLE)) == WHOLE


@pytest.mark.parametrize("form", Form)
def test_a_rendering_of_what_was_read_is_that_of_the_original(form: Form) -> None:
    assert render(read_document(WHOLE), form, Language.ZH) == rendered(form)


def test_values_are_of_their_kinds_again() -> None:
    read, made = read_document(WHOLE), document()
    assert (read.kind, read.cadence, read.first_month, read.totals) == (
        made.kind,
        made.cadence,
        made.first_month,
        made.totals,
    )
    assert read.tables[0].rows[0].cells == made.tables[0].rows[0].cells
    assert read.lines == tuple(replace(one, factors=tuple(one.factors)) for one in made.lines)


@pytest.mark.parametrize(
    ("path", "to", "message"),
    [
        (("version",), "2", "document.version is '2'; accepted is a whole number"),
        (("version",), True, "document.version is True"),
        (("totals",), {"SCOPE_1": "9" * 1001}, "document.totals has 1001 characters; accepted are numbers of up to"),
        (("format",), "parkledger-report/2", "the format is 'parkledger-report/2'; accepted is 'parkledger-report/1'"),
        (("kind",), "OTHER", "accepted are ENTERPRISE, PARK"),
        (("gaps",), ..., "the document has no 'gaps'"),
        (("extra",), 1, "has 'extra', which no report has"),
        (("totals", "SCOPE_1"), "1.50", "'1.50'; accepted is a decimal without idle zeros"),
        (("totals", "SCOPE_1"), "1e3", "'1e3'; accepted is a decimal"),
        (("totals", "SCOPE_1"), "1-2", "'1-2'; accepted is a decimal"),
        (("totals", "SCOPE_1"), "-0", "'-0'; accepted is a decimal"),
        (("firstMonth",), "20250101", "'20250101'; accepted is a day"),
        (("firstMonth",), "2025-02-30", "accepted is a day"),
        (("lines", 3, "sign"), None, r"lines\[3\].sign is None"),
        (("tables", 0, "rows", 1, "cells"), [], r"tables\[0\].rows\[1\] has 0 cells; its table has 4 columns"),
        (("tables", 0, "rows", 1, "cells", 0), "x", r"tables\[0\].rows\[1\] is 'x'; accepted is a decimal"),
        (("tables", 0, "rows", 1, "adds"), {"a": 2}, "accepted are 1 and -1"),
        (("rests", "heads"), "x", "rests.heads is 'x'; accepted is a list"),
    ],
)
def test_what_is_no_document_is_refused_by_its_place(path: tuple[Any, ...], to: Any, message: str) -> None:
    with pytest.raises(BadDocument, match=message):
        read_document(changed(*path, to=to))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", WHOLE + b" ", WHOLE[:-1], b'{"format":1.5}'])
def test_other_bytes_are_no_document(data: bytes) -> None:
    with pytest.raises(BadDocument):
        read_document(data)


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1), st.integers(min_value=0, max_value=255))
def test_a_changed_byte_is_refused_or_read_as_what_it_says(at: int, byte: int) -> None:
    data = WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
    try:
        read = read_document(data)
    except BadDocument:
        return
    assert to_canonical_json(read) == data
