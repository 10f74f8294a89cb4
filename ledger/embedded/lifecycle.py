"""Bringing the server up and taking it down, by a process that holds the lock."""

import time
from pathlib import Path

from ledger.embedded import account, cluster, configuration, database, endpoints, passwords, postmaster, programs
from ledger.embedded.account import Account
from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.folders import Folders, make_folder
from ledger.embedded.postmaster import Postmaster

READY_SECONDS = 120  # crash recovery may have to replay max_wal_size, 1 GB
STOP_SECONDS = 30  # a fast stop writes what is in memory, 256 MB at most
POLL_SECONDS = 0.01
LOG_LINES = 12


def bring_up(folders: Folders, runner: Account) -> tuple[Postmaster, bool]:
    """Return the running server when it is ready, and whether we started it.

    Raises EmbeddedServerError when it cannot be started or is not ready in time.
    """
    begun = time.monotonic()
    started = False
    while (waited := time.monotonic() - begun) < READY_SECONDS:
        running = postmaster.find(folders.cluster)
        if running is None:
            started |= _launch(folders, runner)
        elif _is_cut_off(running) or (running.state == "stopping" and waited > STOP_SECONDS):
            stop(folders, runner)
        elif running.state == "ready":
            return running, started
        else:
            time.sleep(POLL_SECONDS)
    raise EmbeddedServerError(
        f"The server of {folders.data} is not ready after {READY_SECONDS} s; it may be recovering from a "
        f"crash. Try again later.{log_tail(folders)}"
    )


def stop(folders: Folders, runner: Account) -> None:
    """Stop the running server and wait for its end; do nothing when none runs.

    A server that is recovering, or not done in time, is stopped at once: PostgreSQL 18.4 hangs for ever on a fast
    stop while it starts its processes anew after one of them was killed. Nothing is lost, the next start recovers.
    Raises EmbeddedServerError when the server does not end.
    """
    running = postmaster.find(folders.cluster)
    if running is None or (database.answers(running.endpoint) and not _refusal(folders, runner, "fast")):
        return
    if refusal := _refusal(folders, runner, "immediate"):
        raise EmbeddedServerError(
            f"The server of {folders.data}, process {running.pid}, does not stop. {refusal}{log_tail(folders)}"
        )


def log_tail(folders: Folders) -> str:
    """Return the last lines that the server wrote, each file under its name; empty when it wrote none."""
    written = [folders.start_log, *sorted(folders.log.glob("postgres-*.log"), key=_age)[-1:]]
    return "".join(_last_lines(file) for file in written if file.exists())


def _launch(folders: Folders, runner: Account) -> bool:
    """Start a server and return True; False when another was faster, which then is the one to wait for."""
    account.require_entry(runner, folders.data)
    _make_ready(folders, runner)
    try:
        _pg_ctl(folders, runner, "start", f"--timeout={READY_SECONDS}", f"--log={folders.start_log}")
    except EmbeddedServerError as error:
        if postmaster.find(folders.cluster) is None:
            raise EmbeddedServerError(
                f"PostgreSQL did not start on {folders.cluster}. {error}{log_tail(folders)}"
            ) from error
        return False
    return True


def _make_ready(folders: Folders, runner: Account) -> None:
    """Make what is missing of the data folder, and clear what a crash left in it."""
    cluster.remove_drafts(folders)
    if not folders.has_cluster():
        passwords.create(folders, runner)
        cluster.create(folders, _installation(folders, runner), runner)
    passwords.read(folders)  # without them nobody could use the server
    make_folder(folders.log, runner)
    endpoint = endpoints.choose(folders, runner)
    configuration.write(folders, endpoint, runner)
    postmaster.clear_remains(folders.cluster, endpoint)
    folders.start_log.unlink(missing_ok=True)


def _pg_ctl(folders: Folders, runner: Account, verb: str, *options: str) -> None:
    binary = programs.program(_installation(folders, runner), "pg_ctl")
    runner.run(binary, verb, "--wait", f"--pgdata={folders.cluster}", *options)


def _refusal(folders: Folders, runner: Account, mode: str) -> EmbeddedServerError | None:
    """Ask the server to stop and return why it runs on, None when it ended."""
    try:
        _pg_ctl(folders, runner, "stop", f"--mode={mode}", f"--timeout={STOP_SECONDS}")
    except EmbeddedServerError as error:
        return error if postmaster.find(folders.cluster) else None  # it may have died while we asked
    return None


def _installation(folders: Folders, runner: Account) -> Path:
    return programs.reachable(programs.find(), runner, folders)


def _is_cut_off(running: Postmaster) -> bool:
    """Tell whether the socket was removed, by a cleaner of temporary files say: nobody can connect again."""
    return running.state == "ready" and running.endpoint.is_socket and not running.endpoint.socket.exists()


def _age(file: Path) -> float:
    return file.stat().st_mtime


def _last_lines(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "".join(f"\n  {line}" for line in [f"{file}:", *lines])
