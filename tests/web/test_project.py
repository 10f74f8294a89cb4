"""The web project's own files: exact versions, a lock without addresses, and nothing loaded from elsewhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parent.parent.parent / "web"
EXACT = re.compile(r"\d+\.\d+\.\d+(-rc\.\d+)?")
LOADED = re.compile(r"""(?:src|href|from|import|url)\s*[=(]?\s*["']?(?:https?:)?//""")


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("group", ["dependencies", "devDependencies", "overrides"])
def test_every_version_is_exact(group: str) -> None:
    assert {name: version for name, version in manifest()[group].items() if not EXACT.fullmatch(version)} == {}


def test_it_is_never_published() -> None:
    assert manifest()["private"] is True


def test_the_lock_names_no_address_and_fixes_every_package() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    # "npm install" adds funding addresses; take the "funding" entries out again.
    assert "://" not in text
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert [path for path, entry in packages.items() if path and "integrity" not in entry] == []


def test_the_lock_fits_the_manifest() -> None:
    root = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"][""]
    given = manifest()
    assert root["dependencies"] == given["dependencies"]
    assert root["devDependencies"] == given["devDependencies"]


def test_the_sources_load_nothing_from_another_host() -> None:
    sources = [path for folder in ("editor", "plugins") for path in (WEB / folder).iterdir()]
    assert len(sources) >= 7
    assert [path.name for path in sources if LOADED.search(path.read_text(encoding="utf-8"))] == []


def test_the_rule_would_catch_a_cdn() -> None:
    assert LOADED.search('<script src="https://cdn.example/react.js">')
    assert LOADED.search("import x from 'https://cdn.example/x.js'")
    assert LOADED.search("@import url(//cdn.example/x.css)")
