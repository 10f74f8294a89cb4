"""Sockets whose path is too long for a socket, or means something else to a client."""

import shutil
import stat
from pathlib import Path

import psycopg

from ledger.embedded import account, endpoints, start
from ledger.embedded.endpoints import Endpoint
from ledger.embedded.folders import Folders
from tests.ledger.embedded.conftest import clean_up


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(made_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    shutil.copytree(made_folder, folder)  # the data folder may be moved
    server = start(folder)
    short = Path((folder / "socket-folder").read_text())
    try:
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        for url in (server.owner_url, start(folder).service_url):
            psycopg.connect(url).close()
        server.stop()
        assert start(folder).service_url == server.service_url
    finally:
        clean_up(folder)
        shutil.rmtree(short)


def socket_folder(data_folder: Path) -> Path:
    folders = Folders.below(data_folder)
    return Path(endpoints.choose(folders, account.choose(folders, None)).host)


def test_a_comma_in_the_path_would_mean_two_hosts(tmp_path: Path) -> None:
    (tmp_path / "a,b").mkdir()
    folder = socket_folder(tmp_path / "a,b")
    folder.rmdir()
    assert "," not in str(folder)


def test_a_recorded_folder_that_is_no_longer_private_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "a,b").mkdir()
    first = socket_folder(tmp_path / "a,b")
    assert socket_folder(tmp_path / "a,b") == first
    first.chmod(0o755)
    second = socket_folder(tmp_path / "a,b")
    first.rmdir()
    second.rmdir()
    assert second != first


def test_urls_of_a_socket_and_of_a_port() -> None:
    url = Endpoint("/a b/c", 5432).url("me", "p:@/", "db")
    assert url == "postgresql://me:p%3A%40%2F@/db?host=%2Fa%20b%2Fc&port=5432"
    assert Endpoint("127.0.0.1", 6000).url("me", "pw", "db") == "postgresql://me:pw@127.0.0.1:6000/db"
