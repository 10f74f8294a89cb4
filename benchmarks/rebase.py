"""The same footprint under another basis: another GWP set, another factor release. Nothing is computed anew and stored.

Each basis is asked of a service just started, which remembers nothing, and again of one that answered the default basis
right before. Every answer is compared with SQL over the cells under the same basis; that no row was touched is told by
the database's counts of changes and by the transactions that the rows are of.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg import sql

from accounting.basis import Basis
from benchmarks import asking, bare, filling, harness
from benchmarks.asking import Groups
from benchmarks.bare import OVER_CELLS
from benchmarks.footprint import default_basis, refuse_difference
from benchmarks.large_parks import LargePark, Size
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue
from ledger.setup import Databases

NAME: Final = "rebase"
DEFAULT: Final = "default basis"
_OTHER_RELEASE: Final = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A basis as it is asked for, and as it is resolved."""

    asked: Mapping[str, object]
    resolved: Basis


Cases = Mapping[str, Case]
Serve = Callable[[Databases], AbstractContextManager[str]]
"""Starts a service on a database and yields its address."""


def cases() -> Cases:
    """Return the bases that are compared; the first is the default."""
    default = default_basis()
    other = shipped_catalogue(_OTHER_RELEASE)
    ar5 = replace(default, gwp_set=GwpSet.AR5)
    return {
        DEFAULT: Case({}, default),
        "GWP set AR5": Case({"gwpSet": "AR5"}, ar5),
        f"factor release {_OTHER_RELEASE}": Case({"release": _OTHER_RELEASE}, replace(default, catalogue=other)),
        f"AR5 and factor release {_OTHER_RELEASE}": Case(
            {"gwpSet": "AR5", "release": _OTHER_RELEASE}, replace(ar5, catalogue=other)
        ),
    }


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with harness.database() as databases:
        about = harness.machine(databases)
        park = filling.build(databases, Size())
        filling.fill(databases, park, options.rows)
        text = f"{measured(databases, park, cases(), options)}\n\nMeasured on {about}"
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the park (1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


def measured(
    databases: Databases, park: LargePark, known: Cases, options: argparse.Namespace, serve: Serve = harness.service
) -> str:
    """Return the section; services are started on the database one after the other."""
    before = state(databases)
    rounds = [_round(databases, park, known, turn, serve) for turn in range(options.rounds)]
    refuse_change(before, state(databases))
    size = park.size
    head = (
        f"## The same footprint under another basis\n\n`python -m benchmarks {NAME}`: a park of {options.rows:,} rows, "
        f"{size.tenants} tenants, {size.months} months, {size.cells:,} quantity cells, by scope, category and month. "
        f"{_ABOUT}"
    )
    return f"{head}\n\n{_table(rounds)}"


_ABOUT: Final = (
    "Each answer equals SQL over the cells under its basis, to the last digit, and differs from the others. No row of "
    "any table but those of access and of the sealed history was added, changed or removed meanwhile: the database "
    "counts none, and no row is of a later transaction."
)


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds by basis: the first answer of a service just started, and the first of one that answered the default."""

    started: Mapping[str, float]
    switched: Mapping[str, float]


def _round(databases: Databases, park: LargePark, known: Cases, turn: int, serve: Serve) -> Round:
    """Start a service for each basis, another one first each time; that of the default is asked for the others too."""
    names = list(known)
    started: dict[str, float] = {}
    switched: dict[str, float] = {}
    for name in names[turn % len(names) :] + names[: turn % len(names)]:
        others = [other for other in names if other != name] if name == DEFAULT else []
        seconds = _asked(databases, park, {each: known[each] for each in (name, *others)}, serve)
        started[name] = seconds[name]
        switched |= {other: seconds[other] for other in others}
    return Round(started, switched)


def _asked(databases: Databases, park: LargePark, known: Cases, serve: Serve) -> dict[str, float]:
    """Ask a service just started under one basis after the other, prove the answers, and return the seconds."""
    with ExitStack() as stack:
        service = stack.enter_context(asking.connected(stack.enter_context(serve(databases))))
        answers = {name: service.ask(asking.question_body(park, case.asked)) for name, case in known.items()}
    groups: list[Groups] = []
    for name, answer in answers.items():
        with bare.connected(databases, park, known[name].resolved) as yardstick:
            refuse_difference({name: answer, "SQL over the cells": yardstick.ask(OVER_CELLS)})
        if answer.groups() in groups:
            raise RuntimeError(f"{name} answers what another basis answers, so that nothing was computed anew")
        groups.append(answer.groups())
    return {name: answer.seconds for name, answer in answers.items()}


State = Mapping[str, tuple[int, ...]]
"""Table -> rows, newest transaction that wrote one, newest that marked one, and rows ever added, changed, removed."""

_BESIDE: Final = ("access_grants", "access_uses", "checkpoints", "history")
"""Where a service notes that somebody asked and seals what was there before: no quantity, factor or answer."""
_TABLES: Final = """
SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables
WHERE schemaname = 'public' AND NOT relname = ANY(%s) ORDER BY 1
"""
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_ENDS_S: Final = 30
_ROWS: Final = """
SELECT count(*), coalesce(max(xmin::text::bigint), 0), coalesce(max(xmax::text::bigint), 0) FROM {}
"""


def state(databases: Databases) -> State:
    """Return what tells whether a row of any table, those of `_BESIDE` left out, was added, changed or removed.

    A connection's counts are there once it has ended, so that all others have to; raises `RuntimeError` if one stays.
    """
    with psycopg.connect(databases.owner_url, autocommit=True) as connection:
        _wait_for_others(connection)
        connection.execute("SET app.reach = 'all'")
        return {
            name: (*(connection.execute(sql.SQL(_ROWS).format(sql.Identifier(name))).fetchone() or ()), *counted)
            for name, *counted in connection.execute(_TABLES, (list(_BESIDE),)).fetchall()
        }


def _wait_for_others(connection: psycopg.Connection[Any]) -> None:
    deadline = time.monotonic() + _ENDS_S
    while (found := connection.execute(_OTHERS).fetchone()) != (0,):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{found} connections to the database did not end in {_ENDS_S} s")
        time.sleep(0.05)


def refuse_change(before: State, after: State) -> None:
    """Raise `RuntimeError` where a row was touched."""
    touched = {name: (before.get(name), found) for name, found in after.items() if before.get(name) != found}
    if touched:
        raise RuntimeError(f"rows were touched; table, before and after: {touched}")


def _table(rounds: Sequence[Round]) -> str:
    default = [each.started[DEFAULT] for each in rounds]
    known = list(rounds[0].switched)
    median = harness.ratio(default, [1] * len(default)).median
    lines = [("first answer under the default basis, ms (this machine, this hour)", harness.rounded(1000 * median))]
    lines += [
        (
            f"first answer, {name}: times that of the default basis",
            _times([each.started[name] for each in rounds], default),
        )
        for name in known
    ]
    lines += [
        (
            f"changing to {name}: times that of the default basis",
            _times([each.switched[name] for each in rounds], default),
        )
        for name in known
    ]
    return harness.table(("rebase", "figure"), lines)


def _times(seconds: Sequence[float], default: Sequence[float]) -> str:
    return str(harness.ratio(seconds, default))
