"""Imports go right only: api, schema, reports, ledger, accounting, emission_factors, proofs; and no arrow back.

So do those between the rooms of the ledger.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
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
LEDGER = [
    "reports",
    "upkeep",
    "management",
    "bulk",
    "reporting",
    "intervals",
    "footprints",
    "instruments",
    "history",
    "activities",
    "webhooks",
    "identity",
    "cells",
    "",
    "embedded",
    "tables",
]
"""The rooms of the ledger, each of which knows those after it; the one without a name is its root."""


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@dataclass(frozen=True, slots=True)
class Module:
    """What the rules ask of a module, which is parsed once."""

    imported: frozenset[str]
    """Top-level names of everything it imports, wherever in it."""
    rooms: frozenset[str]
    """Rooms of the ledger that it imports from."""
    line_count: int
    functions: tuple[tuple[str, int], ...]
    """Name and lines of every function."""
    silent: tuple[str, ...]
    """Public functions and classes without a docstring."""


@cache
def module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(statements(tree))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return Module(
        frozenset(name for node in nodes for name in names_imported(node)),
        frozenset(room for node in nodes for room in rooms_imported(node)),
        len(text.splitlines()),
        tuple((node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions),
        tuple(
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ),
    )


def statements(parent: ast.AST) -> Iterator[ast.AST]:
    """Yield what a module is made of, functions in functions too; expressions, which are most of it, hold no such."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        for node in getattr(parent, part, ()):
            yield node
            yield from statements(node)


def names_imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        yield node.module.partition(".")[0]


def rooms_imported(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
        return
    for name in [f"{node.module}.{alias.name}".split(".") for alias in node.names]:
        if name[0] == "ledger":
            yield name[1] if name[1] in LEDGER else ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_go_right_only(folder: str) -> None:
    before = set(ORDER[: ORDER.index(folder)])
    back = {str(path.relative_to(ROOT)): module(path).imported & before for path in modules(folder)}
    assert {path: names for path, names in back.items() if names} == {}


def test_every_room_of_the_ledger_has_its_place() -> None:
    folders = {path.name for path in (ROOT / "ledger").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(LEDGER) - {""}


@pytest.mark.parametrize("room", LEDGER)
def test_rooms_of_the_ledger_know_those_after_them(room: str) -> None:
    before, found = set(LEDGER[: LEDGER.index(room)]), sorted((ROOT / "ledger" / room).glob("*.py"))
    back = {path.name: module(path).rooms & before for path in found}
    assert {name: rooms for name, rooms in back.items() if rooms} == {}
    assert found


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_knows_only_what_it_may(folder: str) -> None:
    wrong = {str(path.relative_to(ROOT)): module(path).imported & FORBIDDEN[folder] for path in modules(folder)}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_the_rule_would_catch_an_arrow_back(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def late():\n    from schema.service import build\n    import sqlalchemy.orm\n")
    assert module(bad).imported == {"schema", "sqlalchemy"}


def test_the_rule_of_rooms_would_catch_an_arrow_back(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from ledger import reports, turns\ndef late():\n    from ledger.upkeep.archives import archive\n")
    assert module(bad).rooms == {"reports", "upkeep", ""}


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
        found = module(path)
        if found.line_count > 500:
            long.append(f"{path.name}: {found.line_count} lines")
        long += [f"{path.name}:{name} has {lines} lines" for name, lines in found.functions if lines > 70]
    assert long == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_public_functions_say_what_they_do(folder: str) -> None:
    silent = [f"{path.relative_to(ROOT)}:{name}" for path in modules(folder) for name in module(path).silent]
    assert silent == []
