"""The settings that the server runs with."""

import stat
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServer, start

EXPECTED = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "shared_buffers": "256MB",
    "max_connections": "50",
    "jit": "off",
    "TimeZone": "UTC",
    "server_encoding": "UTF8",
    "lc_messages": "C",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_setting(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.service_url) as connection:
        assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (EXPECTED[name],)


def test_everything_in_the_data_folder_is_private(server: EmbeddedServer) -> None:
    for path in (server.data_folder, *server.data_folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_setting_below_our_line_wins_and_survives_a_start(made_folder: Path) -> None:
    with (made_folder / "postgres" / "postgresql.conf").open("a") as file:
        file.write("max_connections = 20\n")
    with psycopg.connect(start(made_folder).service_url) as connection:
        assert connection.execute("SHOW max_connections").fetchone() == ("20",)
