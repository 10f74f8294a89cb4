"""The layout: what is refused, what is left alone."""

import stat
from pathlib import Path

import pytest

from ledger.embedded import EmbeddedServerError, start
from ledger.embedded.account import Account
from ledger.embedded.folders import Folders, make_folder, write_private

NO_ONE = Account(0, 0)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_cluster_of_another_version_is_refused(data_folder: Path) -> None:
    (data_folder / "postgres").mkdir(parents=True)
    (data_folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerError, match=r"was made by PostgreSQL 16.* brings 18.*pg_dumpall"):
        start(data_folder)


def test_a_folder_that_is_no_cluster_is_refused_and_kept(data_folder: Path) -> None:
    (data_folder / "postgres").mkdir(parents=True)
    (data_folder / "postgres" / "holiday.jpg").touch()
    with pytest.raises(EmbeddedServerError, match="neither empty nor a PostgreSQL cluster"):
        start(data_folder)
    assert (data_folder / "postgres" / "holiday.jpg").exists()


@pytest.mark.parametrize("character", ['"', "$", "`", "\\", "\n"])
def test_a_path_that_a_shell_would_read_is_refused(tmp_path: Path, character: str) -> None:
    with pytest.raises(EmbeddedServerError, match="Choose another folder"):
        start(tmp_path / f"a{character}b")
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(EmbeddedServerError, match="is a file"):
        start(tmp_path / "data")


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path, NO_ONE)
    make_folder(tmp_path / "new", NO_ONE)
    assert (mode(tmp_path), mode(tmp_path / "new")) == (0o755, 0o700)


def test_a_private_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "file", "old", NO_ONE)
    write_private(tmp_path / "file", "new", NO_ONE)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (mode(tmp_path / "file"), (tmp_path / "file").read_text()) == (0o600, "new")


def test_symbolic_links_lead_to_the_same_server(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert Folders.below(tmp_path / "link") == Folders.below(tmp_path / "real")
