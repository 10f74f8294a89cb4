"""The database and the service's login role, made on a server that runs."""

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from ledger.embedded.endpoints import Endpoint
from ledger.embedded.passwords import Passwords

OWNER = "parkledger_owner"
SERVICE = "parkledger"
DATABASE = "parkledger"
CONNECT_SECONDS = 10


def owner_url(endpoint: Endpoint, passwords: Passwords, database: str = DATABASE) -> str:
    """Return the URL of the role that owns the database: superuser of this server, for migrations only."""
    return endpoint.url(OWNER, passwords.owner, database)


def service_url(endpoint: Endpoint, passwords: Passwords) -> str:
    """Return the URL of the role that the service runs as."""
    return endpoint.url(SERVICE, passwords.service, DATABASE)


def answers(endpoint: Endpoint) -> bool:
    """Tell whether the server takes connections, rather than being about to start, recover or stop."""
    asked = make_conninfo(endpoint.url(OWNER, "", DATABASE), connect_timeout=CONNECT_SECONDS)
    return psycopg.pq.PGconn.ping(asked.encode()) == psycopg.pq.Ping.OK


def prepare(endpoint: Endpoint, passwords: Passwords) -> None:
    """Make what is missing of role and database, and prove that both roles can connect.

    Raises psycopg.OperationalError when a connection is refused.
    """
    maintenance = owner_url(endpoint, passwords, "postgres")
    with psycopg.connect(maintenance, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVICE]).fetchone():
            _create_service_role(connection, passwords.service)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
    psycopg.connect(service_url(endpoint, passwords), connect_timeout=CONNECT_SECONDS).close()


def _create_service_role(connection: psycopg.Connection, password: str) -> None:
    """Create the role. The password is sent as its SCRAM verifier: a failing statement is logged in full."""
    verifier = connection.pgconn.encrypt_password(password.encode(), SERVICE.encode(), b"scram-sha-256")
    statement = "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(SERVICE), sql.Literal(verifier.decode())))
