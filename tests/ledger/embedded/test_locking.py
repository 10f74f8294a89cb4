"""The lock between processes and threads."""

import os
import threading
from pathlib import Path

import pytest

from ledger.embedded.account import Account
from ledger.embedded.folders import Folders
from ledger.embedded.locking import only_one


def test_two_threads_are_never_inside_at_once(tmp_path: Path) -> None:
    inside: list[int] = []
    most = []

    def enter(number: int) -> None:
        for _ in range(20):
            with only_one(Folders(tmp_path), Account(0, 0)):
                inside.append(number)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 60


def test_a_folder_that_another_process_puts_in_place_of_ours_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder we looked up may be replaced, while empty, by the rename of another process: ENOENT on opening."""
    calls: list[object] = []

    def replaced_once(path: Path, flags: int, mode: int) -> int:
        calls.append(path)
        if len(calls) == 1:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return os_open(path, flags, mode)

    os_open = os.open
    monkeypatch.setattr(os, "open", replaced_once)
    with only_one(Folders(tmp_path), Account(0, 0)):
        pass
    assert calls == [tmp_path / "lock"] * 2


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), only_one(Folders(tmp_path / "none"), Account(0, 0)):
        pass
