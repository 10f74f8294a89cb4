"""Imports go right only: api, schema, reports, ledger, accounting, emission_factors, proofs; and no arrow back."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["api", "schema", "reports", "ledger", "accounting", "emission_factors", "proofs"]
SQL = {"sqlalchemy", "sqlmodel", "psycopg", "psycopg_pool", "alembic"}
HTTP = {"starlette", "uvicorn", "httpx", "cross_web"}
FORBIDDEN = {
    "api": SQL,
    "schema": SQL | HTTP,
    "reports": SQL | HTTP | {"strawberry", "graphql"},
    "ledger": HTTP | {"strawberry", "graphql"},
    "accounting": SQL | HTTP | {"strawberry", "graphql", "pint", "os", "pathlib", "time"},
    "emission_factors": SQL | HTTP | {"strawberry", "graphql", "time", "socket"},
    "proofs": SQL | HTTP | {"strawberry", "graphql", "os", "pathlib", "time", "socket"},
}
FOLDERS = [name for name in ORDER if (ROOT / name).is_dir()]


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def imported(path: Path) -> set[str]:
    """Top-level names of everything a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_go_right_only(folder: str) -> None:
    before = set(ORDER[: ORDER.index(folder)])
    back = {str(path.relative_to(ROOT)): imported(path) & before for path in modules(folder)}
    assert {path: names for path, names in back.items() if names} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_knows_only_what_it_may(folder: str) -> None:
    wrong = {str(path.relative_to(ROOT)): imported(path) & FORBIDDEN[folder] for path in modules(folder)}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_the_rule_would_catch_an_arrow_back(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def late():\n    from schema.service import build\n    import sqlalchemy.orm\n")
    assert imported(bad) == {"schema", "sqlalchemy"}


def test_no_clock_in_the_arithmetic() -> None:
    calls = ("datetime.now", "date.today", "time.time", "utcnow")
    for folder in ("accounting", "emission_factors", "proofs"):
        for path in modules(folder):
            text = path.read_text(encoding="utf-8")
            assert not any(call in text for call in calls), path


def test_alembic_is_no_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    assert "alembic" not in FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_functions_and_modules_keep_their_size(folder: str) -> None:
    long: list[str] = []
    for path in modules(folder):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 500:
            long.append(f"{path.name}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 70:
                    long.append(f"{path.name}:{node.name} has {lines} lines")
    assert long == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_public_functions_say_what_they_do(folder: str) -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules(folder)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
