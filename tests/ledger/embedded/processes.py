"""What the tests do to processes: run `start` in another one, find those of a server, kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]
START = """
import sys
from pathlib import Path
from ledger.embedded import start
server = start(Path(sys.argv[1]), *sys.argv[2:])
print(server.started_here, server.owner_url, server.service_url)
"""


def starting(*arguments: object, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Call `start` in a process of its own, which prints started_here and the two URLs."""
    command = [sys.executable, "-c", START, *map(str, arguments)]
    return subprocess.Popen([*prefix, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> list[str]:
    """Wait for such a process and return what it printed."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.split()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.002)


def postmaster_pid(data_folder: Path) -> int:
    return int((data_folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def server_pids(data_folder: Path) -> set[int]:
    """Return the processes that work in the cluster, zombies not among them."""
    found = set()
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and (process / "cwd").samefile(data_folder / "postgres"):
                found.add(int(process.name))
        except OSError:
            continue
    return found


def kill_all(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def initdb_pids(data_folder: Path) -> set[int]:
    """Return the processes of an initdb at work below the data folder, the postgres it runs among them."""
    needle = os.fsencode(data_folder / "postgres.new-")
    found = set()
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and needle in (process / "cmdline").read_bytes():
                found.add(int(process.name))
        except OSError:
            continue
    return found
