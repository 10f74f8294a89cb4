"""Which process is the server of a cluster, if any, and clearing what a dead one left behind.

postmaster.pid alone proves nothing: after kill -9 or a reboot its number may be a zombie's or a stranger's,
and then PostgreSQL itself refuses to start.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ledger.embedded.endpoints import SOCKET_PORT, Endpoint

POLL_SECONDS = 0.01
QUIT_SECONDS = 2.0  # what a process gets to follow SIGQUIT, which is at once unless it is stuck
GIVE_UP_SECONDS = 10.0  # a process stuck in the kernel: then PostgreSQL's own refusal says it better


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server: its pid, where it listens, and its state: starting, ready or stopping."""

    pid: int
    endpoint: Endpoint
    state: str


def find(cluster: Path) -> Postmaster | None:
    """Return the cluster's running server, None when the pid file is missing, unreadable as one, or stale."""
    recorded = _recorded(cluster)
    return recorded if recorded and _serves(recorded.pid, cluster) else None


def clear_remains(cluster: Path, endpoint: Endpoint) -> None:
    """Clear what would keep the next server from starting; only to be called when `find` found nothing.

    Children that outlived a killed server hold its shared memory, so they are ended: to the data this is the
    same crash once more. Pid files with a dead pid are left to PostgreSQL, which recognises them.
    """
    if sys.platform == "win32":
        return  # its processes end with the server, and its pid files mislead nobody
    _end_orphans(cluster)
    for file in (cluster / "postmaster.pid", endpoint.socket.with_name(f"{endpoint.socket.name}.lock")):
        if _is_misleading(file):
            file.unlink(missing_ok=True)


def _recorded(cluster: Path) -> Postmaster | None:
    """Read postmaster.pid: pid, folder, start time, port, socket folder, address, shared memory, state."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    pid, _, _, port, folder, address, _, state = (line.strip() for line in [*lines, *[""] * 8][:8])
    if not pid.isdecimal():
        return None
    endpoint = Endpoint(folder or address, int(port) if port.isdecimal() else SOCKET_PORT)
    return Postmaster(int(pid), endpoint, state)


def _serves(pid: int, cluster: Path) -> bool:
    """Tell whether that process is a PostgreSQL at work in that cluster. A zombie is not."""
    if sys.platform == "linux":
        return _works_in(Path("/proc", str(pid)), cluster)
    if sys.platform == "win32":  # the server's signal pipe, which pg_ctl uses too
        return Path(rf"\\.\pipe\pgsignal_{pid}").exists()
    asked = ["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    line = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    return not line.startswith("Z") and "postgres" in line and str(cluster) in line


def _works_in(process: Path, cluster: Path) -> bool:
    try:
        if (process / "comm").read_text().strip() != "postgres":
            return False
        return (process / "cwd").samefile(cluster)  # by inode: true also when the data folder was moved
    except PermissionError:  # another account's, which we may not trace; its arguments everyone may read
        return os.fsencode(cluster) in (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _orphans(cluster: Path) -> Iterator[int]:
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and _works_in(process, cluster):
            yield int(process.name)


def _end_orphans(cluster: Path) -> None:
    if sys.platform != "linux":
        return  # there they end by themselves as soon as they are idle
    started = time.monotonic()
    while (orphans := list(_orphans(cluster))) and (waited := time.monotonic() - started) < GIVE_UP_SECONDS:
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT if waited < QUIT_SECONDS else signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def _is_misleading(pid_file: Path) -> bool:
    """Tell whether PostgreSQL would take the file for a living server's, or for damage."""
    try:
        os.kill(int(pid_file.read_text(errors="replace").partition("\n")[0]), 0)
    except (FileNotFoundError, ProcessLookupError):
        return False
    except (PermissionError, ValueError, OverflowError):
        return True
    return True
