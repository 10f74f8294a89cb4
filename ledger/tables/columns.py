"""Columns that many tables have alike."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field


def stamped() -> Any:
    """Return the column of when a row was stored, which the database fills; None before it is stored."""
    default = {"server_default": sa.text("now()")}
    return Field(default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=default, nullable=False)


def list_of(kind: Any, *, is_nullable: bool = False, default: str | None = None) -> Any:
    """Return a column that is an array of `kind`, a type of SQLAlchemy; `default` is SQL."""
    given = None if default is None else sa.text(default)
    return Field(sa_column=sa.Column(ARRAY(kind), nullable=is_nullable, server_default=given))
