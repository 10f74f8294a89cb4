"""The same document gives the same bytes: again, in another process, time zone, locale and order of hashing."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from proofs.canonical import read_canonical
from reports.rendering.canonical_json import fingerprint, to_canonical_json
from reports.rendering.languages import Language
from reports.rendering.renderings import RENDERERS, Form, render
from tests.reports.documents import document
from tests.reports.rendering.rendered import ROOT, rendered

ELSEWHERE = """
import hashlib, json
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
from tests.reports.documents import document
found = {f"{form}-{language}": render(document(), form, language).content for form in Form for language in Language}
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in found.items()}))
"""


@pytest.mark.parametrize("form", Form)
def test_two_runs_give_the_same_bytes(form: Form) -> None:
    assert render(document(), form, Language.ZH) == rendered(form)


def test_a_fresh_process_elsewhere_gives_the_same_bytes() -> None:
    environment = {
        **os.environ,
        "TZ": "America/Los_Angeles",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": "1",
    }
    command = (sys.executable, "-c", ELSEWHERE)
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=True)
    here = {f"{form}-{language}": rendered(form, language).content for form in Form for language in Language}
    assert json.loads(done.stdout) == {name: hashlib.sha256(content).hexdigest() for name, content in here.items()}


@pytest.mark.parametrize("form", Form)
def test_another_document_gives_other_bytes(form: Form) -> None:
    other = replace(document(), version=3)
    assert render(other, form, Language.ZH).content != rendered(form).content


def test_languages_differ_where_a_form_has_one() -> None:
    for form, renderer in RENDERERS.items():
        is_same = rendered(form, Language.EN).content == rendered(form, Language.ZH).content
        assert is_same is not renderer.has_language


def test_the_json_is_canonical_and_its_fingerprint_is_in_every_other_form() -> None:
    content = rendered(Form.JSON).content
    assert to_canonical_json(document()) == content
    read = read_canonical(content)
    assert isinstance(read, dict)
    assert read["totals"] == {
        "OUTSIDE": "0.05",
        "SCOPE_1": "36665712.5",
        "SCOPE_2_LOCATION": "4419000",
        "SCOPE_2_MARKET": "6096000",
        "SCOPE_3": "1200000.1734567890123456",
        "TOTAL_LOCATION": "42284712.6734567890123456",
        "TOTAL_MARKET": "43961712.6734567890123456",
    }
    assert fingerprint(content) == hashlib.sha256(content).hexdigest()
    assert fingerprint(content).encode() in rendered(Form.IXBRL).content


def test_files_are_named_after_what_they_hold() -> None:
    names = {form: rendered(form).file_name for form in Form}
    assert names == {
        Form.JSON: "ghg_protocol-huarui-2025-01-2025-12-v2.json",
        Form.XLSX: "ghg_protocol-huarui-2025-01-2025-12-v2-zh.xlsx",
        Form.PDF: "ghg_protocol-huarui-2025-01-2025-12-v2-zh.pdf",
        Form.IXBRL: "ghg_protocol-huarui-2025-01-2025-12-v2-zh.xhtml",
    }
    odd = replace(document(), subject=replace(document().subject, code='../a"b\r\n华'))
    assert render(odd, Form.JSON, Language.EN).file_name == "ghg_protocol-.._a_b_-2025-01-2025-12-v2.json"
