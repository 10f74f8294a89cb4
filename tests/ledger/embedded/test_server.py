"""The public surface: start, attach, stop."""

import os
import re
import signal
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServer, EmbeddedServerError, database, is_running, postmaster, start
from tests.ledger.embedded.processes import postmaster_pid, said, starting, wait_until


def test_both_roles_can_connect_to_the_database(server: EmbeddedServer) -> None:
    for url, role in ((server.owner_url, "parkledger_owner"), (server.service_url, "parkledger")):
        with psycopg.connect(url) as connection:
            asked = connection.execute("SELECT current_user, current_database()").fetchone()
        assert asked == (role, "parkledger")


@pytest.mark.parametrize("url", ["owner_url", "service_url"])
def test_a_wrong_password_is_refused(server: EmbeddedServer, url: str) -> None:
    wrong = re.sub(r":[^:@]+@", ":wrong@", getattr(server, url))
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_passwords_are_not_shown(server: EmbeddedServer) -> None:
    assert "postgresql://" not in repr(server)


def test_start_attaches_to_a_running_server(server: EmbeddedServer) -> None:
    pid = postmaster_pid(server.data_folder)
    again = start(server.data_folder)
    assert not again.started_here
    assert (again.owner_url, again.service_url) == (server.owner_url, server.service_url)
    assert postmaster_pid(server.data_folder) == pid


def test_stop_ends_it_and_may_be_called_twice(made_folder: Path) -> None:
    server = start(made_folder)
    assert server.started_here
    assert is_running(made_folder)
    server.stop()
    assert not is_running(made_folder)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.service_url)
    server.stop()


def test_stop_does_not_wait_for_clients(made_folder: Path) -> None:
    server = start(made_folder)
    with psycopg.connect(server.service_url) as connection:
        connection.execute("SELECT 1")
        server.stop()
        assert not is_running(made_folder)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def make_it_recover(server: EmbeddedServer) -> None:
    """Kill the process of a connection and wait until the server, which starts all others anew, takes none."""
    running = postmaster.find(server.data_folder / "postgres")
    assert running is not None
    with psycopg.connect(server.owner_url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
    wait_until(lambda: not database.answers(running.endpoint))


def test_stop_ends_a_server_that_is_recovering(made_folder: Path) -> None:
    server = start(made_folder)
    make_it_recover(server)
    server.stop()
    assert not is_running(made_folder)
    assert start(made_folder).started_here


def test_start_waits_for_a_server_that_is_recovering(made_folder: Path) -> None:
    server = start(made_folder)
    make_it_recover(server)
    assert not start(made_folder).started_here
    psycopg.connect(server.service_url).close()


def test_the_server_survives_the_process_that_started_it(made_folder: Path) -> None:
    with starting(made_folder) as process:
        assert said(process)[0] == "True"
    assert not start(made_folder).started_here


def test_of_two_processes_at_once_one_starts_and_both_can_connect(data_folder: Path) -> None:
    with starting(data_folder) as one, starting(data_folder) as other:
        answers = sorted([said(one), said(other)])
    assert [started for started, *_ in answers] == ["False", "True"]
    assert answers[0][1:] == answers[1][1:]
    psycopg.connect(answers[0][2]).close()


def test_nothing_runs_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert not is_running(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedServerError, match=r"Cannot use the embedded database in .*file/data"):
        start(tmp_path / "file" / "data")


def test_passwords_of_another_database_are_told_apart_from_other_failures(made_folder: Path) -> None:
    (made_folder / "secrets" / "owner").write_text("not the one")
    with pytest.raises(EmbeddedServerError, match="are not those of the database"):
        start(made_folder)
    assert not is_running(made_folder)
