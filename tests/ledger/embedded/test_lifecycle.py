"""Crashes at every moment, and servers that will not start."""

import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServerError, is_running, start
from tests.ledger.embedded.processes import (
    kill_all,
    postmaster_pid,
    server_pids,
    starting,
    wait_until,
)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="finds the server's processes in /proc"),
    pytest.mark.long,
]


def write_until_cut_off(url: str, acknowledged: list[int]) -> None:
    """Insert rows, each a transaction, and note those that the server acknowledged."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO written VALUES (%s)", [number])
                acknowledged.append(number)
    except psycopg.OperationalError:
        return


def test_no_acknowledged_row_is_lost_when_all_processes_are_killed(made_folder: Path) -> None:
    url = start(made_folder).owner_url
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
    acknowledged: list[int] = []
    writer = threading.Thread(target=write_until_cut_off, args=(url, acknowledged))
    writer.start()
    wait_until(lambda: len(acknowledged) > 200)
    kill_all(server_pids(made_folder))
    writer.join()
    restarted = start(made_folder)
    assert restarted.started_here
    with psycopg.connect(restarted.owner_url) as connection:
        stored = {number for (number,) in connection.execute("SELECT number FROM written")}
    assert stored >= set(acknowledged)
    assert len(stored) <= len(acknowledged) + 1


def test_a_busy_child_that_outlives_the_server_does_not_keep_the_next_from_starting(made_folder: Path) -> None:
    url = start(made_folder).owner_url
    with closing(psycopg.connect(url)) as connection:
        query = "DO $$ BEGIN LOOP END LOOP; END $$"  # never looks up, so never notices that the server is dead
        connection.pgconn.send_query(query.encode())
        connection.pgconn.flush()
        with psycopg.connect(url, autocommit=True) as observer:
            busy = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = %s"
            wait_until(lambda: observer.execute(busy, [query]).fetchone())
        kill_all({postmaster_pid(made_folder)})
        wait_until(lambda: not is_running(made_folder))
        assert server_pids(made_folder)
        assert start(made_folder).started_here


def has_draft(folder: Path) -> bool:
    return any(folder.glob("postgres.new-*/PG_VERSION"))


def has_cluster(folder: Path) -> bool:
    return (folder / "postgres").exists()


def has_pid_file(folder: Path) -> bool:
    return (folder / "postgres" / "postmaster.pid").exists()


def test_start_succeeds_however_often_it_was_killed_before(data_folder: Path) -> None:
    for moment in (Path.exists, has_draft, has_cluster, has_pid_file):
        with starting(data_folder) as process:
            wait_until(partial(moment, data_folder))
            process.kill()
            process.communicate()
    psycopg.connect(start(data_folder).service_url).close()
    assert not list(data_folder.glob("postgres.new-*/PG_VERSION"))


def test_a_server_whose_socket_was_removed_is_started_anew(made_folder: Path) -> None:
    server = start(made_folder)
    before = postmaster_pid(made_folder)
    (made_folder / "socket" / ".s.PGSQL.5432").unlink()
    again = start(made_folder)
    assert again.started_here
    assert postmaster_pid(made_folder) != before
    psycopg.connect(server.service_url).close()


def test_a_server_that_does_not_start_is_reported_with_its_log(made_folder: Path) -> None:
    with (made_folder / "postgres" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerError, match="PostgreSQL did not start on") as caught:
        start(made_folder)
    assert 'unrecognized configuration parameter "no_such_setting"' in str(caught.value)
    assert str(made_folder / "log" / "start.log") in str(caught.value)
    assert not is_running(made_folder)
