"""The lock between processes and threads."""

import threading
from pathlib import Path

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
