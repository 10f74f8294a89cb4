"""Commands in processes of their own that need not load the application first: forked from one that has loaded it.

A command so started is what `parkledger` is otherwise: a process with its own environment, output and exit code. Most
of a start goes into loading modules; where many services are started, that is paid once.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
_ASKING = threading.Lock()
"""Held while a request is sent, which threads must not do at once."""
_LENGTH = 4
"""Bytes that tell the length of a request: the next may follow before this one is read."""


@dataclass(slots=True)
class Forked:
    """A command that runs, with as much of `subprocess.Popen` as the tests use."""

    pid: int
    stdout: IO[str]
    status: IO[bytes]
    code: int | None = None

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Return the exit code once it has ended, negative if by a signal."""
        if self.code is None:
            if not select.select([self.status], [], [], timeout)[0]:
                raise TimeoutError(f"process {self.pid} did not end in {timeout} s")
            self.code = int(self.status.readline())
            self.status.close()
        return self.code

    def _send(self, number: signal.Signals) -> None:
        # Its id is its own until its watcher has told the code, and then it is no longer used.
        if self.code is None and not select.select([self.status], [], [], 0)[0]:
            os.kill(self.pid, number)


def run(*arguments: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `parkledger` to its end, as `subprocess.run` does with captured output."""
    settings = {**(os.environ if env is None else env), "COLUMNS": "200", "TERM": "dumb"}
    with tempfile.TemporaryFile() as errors:
        process = start(arguments, settings, errors.fileno())
        with process.stdout:
            output = process.stdout.read()
        code = process.wait(timeout=120)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, code, output, errors.read().decode())


def start(arguments: tuple[str, ...], env: dict[str, str], errors: int | None = None) -> Forked:
    """Run `parkledger` with these arguments in this environment; `errors` is a file that takes its standard error."""
    output, their_output = os.pipe()
    status, their_status = os.pipe()
    request = json.dumps({"arguments": arguments, "env": env}).encode()
    given = [their_output, their_status, their_output if errors is None else errors]
    with _ASKING:
        connection = _loaded()
        socket.send_fds(connection, [len(request).to_bytes(_LENGTH)], given)
        connection.sendall(request)
    os.close(their_output)
    os.close(their_status)
    told = os.fdopen(status, "rb", buffering=0)
    return Forked(int(told.readline()), os.fdopen(output, encoding="utf-8"), told)


@cache
def _loaded() -> socket.socket:
    """Start the process that commands are forked from; it ends with this one."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", f"from tests.forking import serve; serve({theirs.fileno()})"]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait(timeout=60)

    atexit.register(end)
    return ours


def serve(descriptor: int) -> None:
    """Load the application, then fork a command for each request until nobody is left to ask."""
    import api.cli.preparing  # noqa: PLC0415
    import api.cli.server  # noqa: F401, PLC0415
    from emission_factors.releases import shipped_catalogue  # noqa: PLC0415

    shipped_catalogue()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the watchers report to who asked, not to us
    with socket.socket(fileno=descriptor) as connection:
        while True:
            length, descriptors, _, _ = socket.recv_fds(connection, _LENGTH, 3)
            if not length:
                return
            request = connection.recv(int.from_bytes(length), socket.MSG_WAITALL)
            if os.fork() == 0:
                connection.close()
                _watch(json.loads(request), *descriptors)
            for passed in descriptors:
                os.close(passed)


def _watch(request: dict[str, Any], output: int, status: int, errors: int) -> NoReturn:
    """Fork the command, and tell its process id and, when it has ended, its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(status)
        _run(request, output, errors)
    os.close(output)
    os.close(errors)
    os.write(status, f"{pid}\n".encode())
    _, ended = os.waitpid(pid, 0)
    os.write(status, f"{os.waitstatus_to_exitcode(ended)}\n".encode())
    os._exit(0)


def _run(request: dict[str, Any], output: int, errors: int) -> NoReturn:
    from api.cli import main  # noqa: PLC0415

    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["parkledger", *request["arguments"]]
    code: object = 1
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001  what Python does at the end of a process, which _exit leaves out
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
