"""A rendering of a report made again from its document, and compared byte for byte.

The libraries that make the rendering are loaded for its form alone. Other releases of them, and of Parkledger, can
write other bytes, so that other bytes do not show which of the two it was: a change or another release. JSON is made by
none of them: its bytes are those of the document for ever.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from reports.reading import read_document
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
from reports.report_findings import ReportFinding, ReportFindingKind, finding

_STARTS: Final = ((b"%PDF-", Form.PDF), (b"PK\x03\x04", Form.XLSX), (b"{", Form.JSON), (b"<", Form.IXBRL))
"""What a file of each form begins with."""
_TOOLS: Final = {
    Form.PDF: ("parkledger", "typst", "pylopdf-fonts-zh-cn"),
    Form.XLSX: ("parkledger", "xlsxwriter"),
    Form.IXBRL: ("parkledger",),
}
"""Distributions that the bytes of a form depend on."""


def verify_rendering(document: bytes, rendering: bytes, name: str) -> ReportFinding:
    """Say whether a file called `name` is a rendering of the document with these canonical bytes, in either language.

    Raises `reports.reading.BadDocument` where they are none.
    """
    form = next((form for start, form in _STARTS if rendering.startswith(start)), None)
    if form is None:
        return _failed(name, "it is no PDF, XLSX, XHTML or JSON")
    read, made = read_document(document), []
    for language in Language:
        try:
            made.append(render(read, form, language).content)
        except CannotRender as error:
            return _failed(name, f"the report cannot be shown as {form}: {error}")
        if made[-1] == rendering:
            return finding(ReportFindingKind.RENDERING_HOLDS, name=name, form=f"{form}, {language}")
    if form not in _TOOLS:
        return _failed(name, f"as {form} the report has {len(document)} bytes and others than these {len(rendering)}")
    sizes = " or ".join(f"{size}" for size in sorted({len(one) for one in made}))
    tools = ", ".join(_release(one) for one in _TOOLS[form])
    told = {"form": f"{form}", "tools": tools, "made": sizes}
    return finding(ReportFindingKind.OTHER_RENDERING, name=name, count=len(rendering), **told)


def _release(name: str) -> str:
    """Return a distribution with its version; a checkout that is not installed has none."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name


def _failed(name: str, reason: str) -> ReportFinding:
    return finding(ReportFindingKind.BAD_RENDERING, name=name, reason=reason)
