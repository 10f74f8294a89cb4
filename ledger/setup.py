"""From settings to a database that is ready: embedded or a server, migrated, with the shipped factor releases in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import DBAPIError

from ledger import embedded, migrate, releases
from ledger.connections import SERVICE_ROLE


class DatabaseUnavailable(Exception):
    """No database can be reached; the message says which was tried and what to do."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where the database is: as its owner, for migrations, and as the service. `stop` ends an embedded server that this
    process started, and does nothing otherwise.
    """

    owner_url: str
    service_url: str
    description: str
    stop: Callable[[], None]


def find(url: str | None, owner_url: str | None, data_folder: Path) -> Databases:
    """Return the server of `url`, or start the embedded one in `data_folder`; raises `DatabaseUnavailable`."""
    for one in filter(None, (url, owner_url)):
        _check_url(one)
    if url:
        return Databases(owner_url or url, url, f"PostgreSQL server {_place(url)}", _nothing)
    try:
        server = embedded.start(data_folder)
    except embedded.EmbeddedServerError as error:
        raise DatabaseUnavailable(str(error)) from error
    stop = server.stop if server.started_here else _nothing
    return Databases(server.owner_url, server.service_url, f"embedded PostgreSQL 18 in {data_folder}", stop)


def _check_url(url: str) -> None:
    """Raise `DatabaseUnavailable` for what is no address; what reads it would show it, with the password."""
    try:
        conninfo_to_dict(url)
    except psycopg.Error:
        message = "is no address such as postgresql://user:password@host:5432/database"
        raise DatabaseUnavailable(f"PARKLEDGER_DATABASE_URL or PARKLEDGER_OWNER_URL {message}") from None


def prepare(databases: Databases) -> list[int]:
    """Migrate, load the shipped releases and let the service in; return the numbers of the releases added.

    Raises `DatabaseUnavailable` where the server cannot be reached or its role may not make tables.
    """
    try:
        if not _is_current(databases.owner_url):
            migrate.upgrade(databases.owner_url)
        _let_in(databases)
        return releases.load_shipped(databases.owner_url)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"{databases.description} does not answer: {error}") from error
    except DBAPIError as error:
        raise DatabaseUnavailable(_migration_failure(databases, error)) from error


def _migration_failure(databases: Databases, error: DBAPIError) -> str:
    """Return why the tables could not be made; a missing privilege comes with what an administrator would run."""
    reason = str(error.orig).partition("\n")[0]
    if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
        return f"{databases.description} could not be migrated: {reason}"
    login = psycopg.conninfo.conninfo_to_dict(databases.owner_url).get("user", "the login")
    return (
        f"{databases.description} could not be migrated: {reason}. Either the login may create roles and tables in "
        f"schema public, or an administrator runs once: CREATE ROLE {SERVICE_ROLE} NOLOGIN; "
        f"GRANT {SERVICE_ROLE} TO {login}; GRANT CREATE ON SCHEMA public TO {login};"
    )


def _is_current(url: str) -> bool:
    with psycopg.connect(url) as connection:
        _check(connection.info)
        return migrate.is_current(connection)


def _check(server: psycopg.ConnectionInfo) -> None:
    if server.server_version < 150000:
        version = server.parameter_status("server_version")
        raise DatabaseUnavailable(f"PostgreSQL 15 or newer is needed, the server is {version}")
    encoding = server.parameter_status("server_encoding")
    if encoding != "UTF8":
        made = "CREATE DATABASE parkledger TEMPLATE template0 ENCODING 'UTF8'"
        raise DatabaseUnavailable(f"the database {server.dbname} is in {encoding}; accepted is UTF8: {made}")


def _let_in(databases: Databases) -> None:
    """Make the service's login a member of its role; a login of the owner's own is one already."""
    login = psycopg.conninfo.conninfo_to_dict(databases.service_url).get("user")
    if not login or databases.service_url == databases.owner_url:
        return
    with psycopg.connect(databases.owner_url) as connection:
        grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(SERVICE_ROLE), sql.Identifier(str(login)))
        connection.execute(grant)


def _place(url: str) -> str:
    """Return host and database of a URL, never its password."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return f"{parts.get('host') or 'local socket'}/{parts.get('dbname') or parts.get('user') or ''}"


def _nothing() -> None:
    """Stop nothing: the server is not ours."""
