"""Recognising the server, and pid files that lie."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import is_running, start
from tests.ledger.embedded.processes import kill_all, postmaster_pid, server_pids, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the server's processes in /proc")


def crash(data_folder: Path) -> Path:
    """Start a server, kill all of it and return the pid file it left."""
    start(data_folder)
    pids = server_pids(data_folder)
    kill_all(pids)
    wait_until(lambda: not server_pids(data_folder))
    return data_folder / "postgres" / "postmaster.pid"


def blame(pid_file: Path, pid: int) -> None:
    """Make the pid files of a dead server name another process, as after a reboot."""
    for file in (pid_file, pid_file.parents[1] / "socket" / ".s.PGSQL.5432.lock"):
        _, *rest = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{pid}\n", *rest]))


@contextmanager
def zombie() -> Iterator[int]:
    with subprocess.Popen(["/bin/true"]) as process:
        stat = Path("/proc", str(process.pid), "stat")
        wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "Z")
        yield process.pid


def assert_starts(data_folder: Path) -> None:
    assert not is_running(data_folder)
    server = start(data_folder)
    assert server.started_here
    psycopg.connect(server.service_url).close()


def test_a_stale_pid_file_may_name_a_living_stranger(made_folder: Path) -> None:
    blame(crash(made_folder), os.getpid())
    assert_starts(made_folder)


def test_a_stale_pid_file_may_name_a_zombie(made_folder: Path) -> None:
    pid_file = crash(made_folder)
    with zombie() as pid:
        blame(pid_file, pid)
        assert_starts(made_folder)


@pytest.mark.parametrize("text", ["", "\n", "no number\n"])
def test_a_damaged_pid_file_is_no_obstacle(made_folder: Path, text: str) -> None:
    crash(made_folder).write_text(text)
    assert_starts(made_folder)


def test_the_server_of_another_folder_is_not_ours(made_folder: Path, tmp_path: Path) -> None:
    start(made_folder)
    other = tmp_path / "other" / "postgres"
    other.mkdir(parents=True)
    (other / "postmaster.pid").write_text((made_folder / "postgres" / "postmaster.pid").read_text())
    assert not is_running(tmp_path / "other")


def test_a_server_is_recognised_in_a_folder_that_was_moved(made_folder: Path, tmp_path: Path) -> None:
    start(made_folder)
    before = postmaster_pid(made_folder)
    made_folder.rename(tmp_path / "elsewhere")
    try:
        assert is_running(tmp_path / "elsewhere")
        assert postmaster_pid(tmp_path / "elsewhere") == before
    finally:
        (tmp_path / "elsewhere").rename(made_folder)
