"""The forms a document is rendered in, each with its media type and the ending of its file's name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from reports.document import Document
from reports.rendering.canonical_json import to_canonical_json
from reports.rendering.ixbrl import to_ixbrl
from reports.rendering.languages import Language
from reports.rendering.pdf import to_pdf
from reports.rendering.xlsx import to_xlsx


class Form(StrEnum):
    """A form of a rendered report."""

    JSON = "JSON"
    """Canonical JSON (RFC 8785), in both languages: what is signed."""
    XLSX = "XLSX"
    """A workbook with a sheet for each table; every value exact."""
    PDF = "PDF"
    """PDF/A-3b with charts, a block for signatures and the canonical JSON attached."""
    IXBRL = "IXBRL"
    """Inline XBRL 1.1 (XHTML), facts by the taxonomy pk."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered report: its bytes, what they are, what to call the file."""

    content: bytes
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Renderer:
    """How one form is made. `ending` is that of the file's name; a form without a language holds all of them."""

    make: Callable[[Document, Language], bytes]
    media_type: str
    ending: str
    has_language: bool = True


RENDERERS: Final[Mapping[Form, Renderer]] = MappingProxyType(
    {
        Form.JSON: Renderer(
            lambda document, _: to_canonical_json(document), "application/json", "json", has_language=False
        ),
        Form.XLSX: Renderer(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        Form.PDF: Renderer(to_pdf, "application/pdf", "pdf"),
        Form.IXBRL: Renderer(to_ixbrl, "application/xhtml+xml", "xhtml"),
    }
)
"""Every form."""


def render(document: Document, form: Form, language: Language) -> Rendered:
    """Return a document in one form and language. The same document gives the same bytes, wherever and whenever.

    Raises `CannotRender` for what the form cannot show, `proofs.errors.NotCanonical` for what has no canonical form.
    """
    renderer = RENDERERS[form]
    months = f"{document.first_month:%Y-%m}-{document.last_month:%Y-%m}"
    name = file_name(document.kind, document.subject.code, months, document.version, form, language)
    return Rendered(renderer.make(document, language), renderer.media_type, name)


def file_name(kind: str, code: str, months: str, version: int, form: Form, language: Language) -> str:
    """Return a name that every file system takes: kind, subject, months, version, language."""
    renderer = RENDERERS[form]
    parts = [kind, code, months, f"v{version}", *([language] if renderer.has_language else [])]
    return re.sub(r"[^A-Za-z0-9.-]+", "_", "-".join(parts)).lower() + f".{renderer.ending}"
