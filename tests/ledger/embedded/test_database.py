"""The two roles and the database."""

import psycopg
import pytest

from ledger.embedded import EmbeddedServer


def test_the_service_role_has_no_privilege_over_others(server: EmbeddedServer) -> None:
    query = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s"
    with psycopg.connect(server.service_url) as connection:
        assert connection.execute(query, ["parkledger"]).fetchone() == (False,) * 5


def test_the_service_role_owns_nothing_and_can_make_nothing(server: EmbeddedServer) -> None:
    with psycopg.connect(server.service_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine ()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER SYSTEM SET fsync = off")


def test_the_owner_owns_the_database(server: EmbeddedServer) -> None:
    query = "SELECT pg_get_userbyid(datdba), datcollate, datlocprovider, datlocale FROM pg_database WHERE datname = %s"
    with psycopg.connect(server.owner_url) as connection:
        found = connection.execute(query, ["parkledger"]).fetchone()
    assert found == ("parkledger_owner", "C", "b", "C.UTF-8")


def test_passwords_are_kept_as_scram_and_never_logged(server: EmbeddedServer) -> None:
    with psycopg.connect(server.owner_url) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
    assert [password.split("$")[0] for (password,) in kept] == ["SCRAM-SHA-256"] * 2
    log = "".join(file.read_text() for file in (server.data_folder / "log").iterdir())
    assert (server.data_folder / "secrets" / "service").read_text() not in log
