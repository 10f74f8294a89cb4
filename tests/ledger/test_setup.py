"""Getting a database ready, and saying plainly what is missing when it cannot be."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ledger import setup
from ledger.setup import Databases, DatabaseUnavailable
from tests.conftest import Server


def as_role(server: Server, name: str, database: str) -> Databases:
    """Return a database as a login without any privilege sees it."""
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'plain'").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(database), sql.Identifier(name)
            )
        )
    url = make_url(server.owner_url).set(username=name, password="plain", database=database)
    text = url.render_as_string(hide_password=False)
    return Databases(text, text, "a plain login's database", lambda: None)


def test_preparing_twice_changes_nothing(fresh: Databases) -> None:
    assert setup.prepare(fresh) == [1, 2, 3]
    assert setup.prepare(fresh) == []


def test_a_login_without_privileges_is_told_what_to_ask_for(server: Server, worker_id: str) -> None:
    name = f"plain_{worker_id}"
    plain = as_role(server, name, name)
    with pytest.raises(DatabaseUnavailable, match=f"GRANT parkledger_service TO {name}"):
        setup.prepare(plain)
    with psycopg.connect(plain.owner_url) as connection:
        count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert connection.execute(count).fetchone() == (0,), "a failed migration leaves nothing behind"
    with psycopg.connect(server.owner_url) as connection:
        connection.execute(sql.SQL("GRANT parkledger_service TO {}").format(sql.Identifier(name)))
    assert setup.prepare(plain) == [1, 2, 3]


def test_a_database_of_another_encoding_is_refused(server: Server, worker_id: str) -> None:
    found = server.databases(f"{worker_id}_ascii")
    name = make_url(found.owner_url).database or ""
    with server.connect() as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'")
        connection.execute(made.format(sql.Identifier(name)))
    with pytest.raises(DatabaseUnavailable, match=f"the database {name} is in SQL_ASCII; accepted is UTF8"):
        setup.prepare(found)
    with psycopg.connect(found.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,)
    server.drop(f"{worker_id}_ascii")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    found = setup.find("postgresql://someone:secret@127.0.0.1:1/nothing", None, Path("unused"))
    with pytest.raises(DatabaseUnavailable) as failed:
        setup.prepare(found)
    assert "127.0.0.1/nothing does not answer" in str(failed.value)
    assert "secret" not in str(failed.value)
