"""Statements and rows of the declared tables, on a connection of psycopg."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import sqlalchemy as sa
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import SQLModel

from ledger.connections import Connection

_DIALECT: Final = PGDialect_psycopg()  # type: ignore[no-untyped-call]


async def run(connection: Connection, statement: sa.Executable) -> Sequence[TupleRow]:
    """Execute a SQLAlchemy statement on a psycopg connection and return its rows, if it returns any."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    cursor = await connection.execute(str(compiled), _parameters(compiled.construct_params()))
    return await cursor.fetchall() if cursor.description else []


async def add(connection: Connection, *rows: SQLModel) -> None:
    """Insert rows of the declared tables; what the database defaults (the time of recording) is left to it."""
    for row in rows:
        values = {name: value for name, value in row.model_dump().items() if name != "recorded_at"}
        await connection.execute(_insert(type(row), tuple(values)), _parameters(values))


@cache
def _insert(table: type[SQLModel], names: tuple[str, ...]) -> bytes:
    return text_of(sa.insert(table), *names)


def text_of(statement: sa.Executable, *columns: str) -> bytes:
    """Return the text of a statement whose values are given later by name, `columns` being what it inserts.

    For statements that are kept: to make the text takes most of a millisecond, as long as the database takes to run it.
    """
    compiled = statement.compile(dialect=_DIALECT, column_keys=columns or None)  # type: ignore[attr-defined]
    return str(compiled).encode()


def _parameters(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _adapted(value) for name, value in values.items()}


def _adapted(value: object) -> object:
    return (
        Jsonb(value)
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(x, dict) for x in value))
        else value
    )
