"""The example document in every form, rendered once for all tests, and read by programs that are not ours."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from reports.rendering.languages import Language
from reports.rendering.renderings import Form, Rendered, render
from reports.rendering.taxonomy import taxonomy_package
from tests.reports.documents import document, with_total

MAY_SKIP = os.environ.get("PARKLEDGER_READERS") != "1"
"""Set to 1 where the readers are to be there: then a missing one fails its tests."""
needs_poppler = pytest.mark.skipif(
    MAY_SKIP and shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)
needs_arelle = pytest.mark.skipif(MAY_SKIP and find_spec("arelle") is None, reason="arelle-release is not installed")
ROOT = Path(__file__).parents[3]


@cache
def rendered(form: Form, language: Language = Language.ZH) -> Rendered:
    return render(document(), form, language)


@cache
def pdf_text(language: Language = Language.ZH) -> str:
    """Return what poppler reads in the PDF, page by page, form feeds between."""
    return poppler("pdftotext", rendered(Form.PDF, language).content, "-enc", "UTF-8", "-layout", "FILE", "-").decode()


def poppler(program: str, pdf: bytes, *arguments: str) -> bytes:
    """Return what a program of poppler prints about a PDF; `FILE` and `OUT` in its arguments name files."""
    with TemporaryDirectory() as folder:
        names = {"FILE": f"{folder}/report.pdf", "OUT": f"{folder}/out"}
        Path(names["FILE"]).write_bytes(pdf)
        command = (program, *(names.get(argument, argument) for argument in arguments))
        printed = subprocess.run(command, capture_output=True, check=True).stdout
        return Path(names["OUT"]).read_bytes() if "OUT" in arguments else printed


@cache
def arelle_readings() -> dict[str, dict[str, Any]]:
    """Return what Arelle finds in the reports of `_reports`."""
    return arelle_read(_reports())


def arelle_read(reports: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return what Arelle finds in inline XBRL by its name, all in one process, since its start costs a second."""
    with TemporaryDirectory() as folder:
        package = Path(folder, "pk.zip")
        package.write_bytes(taxonomy_package())
        paths = {name: Path(folder, f"{name}.xhtml") for name in reports}
        for name, content in reports.items():
            paths[name].write_bytes(content)
        command = (
            sys.executable,
            str(Path(__file__).with_name("arelle_reader.py")),
            str(package),
            *map(str, paths.values()),
        )
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
        found = json.loads(done.stdout)
    return {name: found[str(path)] for name, path in paths.items()}


@cache
def _reports() -> dict[str, bytes]:
    original = rendered(Form.IXBRL).content
    return {
        "zh": original,
        "en": rendered(Form.IXBRL, Language.EN).content,
        "changed-total": render(with_total("TOTAL_LOCATION", "42285.713"), Form.IXBRL, Language.ZH).content,
        "changed-page": original.replace(b"utr:MWh", b"utr:tCO2e")
        .replace(b">36,665.712<", b">36,665.71x<")
        .replace(b">pk:Category4<", b">pk:GasCH4<"),
    }
