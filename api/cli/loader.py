"""The demo park's loader beside a running service, and what is said when it ends."""

import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Final

import httpx
import msgspec

import api
from api.cli.printing import err, out
from api.cli.service import Serving, places
from api.client import Client, ServiceError
from api.demo.loading import Loaded
from api.demo.summary import summary

_FOLDER: Final = Path(api.__file__).parents[1]
"""Where the loader's process finds the packages, installed or not."""


class Loading:
    """The loader, in a process of its own so that it does not take turns with the service, and a thread that waits for
    it and prints what it loaded.
    """

    def __init__(self, seed: int) -> None:
        self.failure = ""
        self._seed = seed
        self._is_ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None

    def begin(self, serving: Serving) -> None:
        """Start loading; returns at once."""
        out.print(places(serving.url))
        err.print("demo park: looking for it, and loading what is missing")
        command = [sys.executable, "-m", "api.demo", serving.url, "--seed", str(self._seed)]
        self._process = subprocess.Popen(command, cwd=_FOLDER, stdout=subprocess.PIPE)
        self._thread = Thread(target=self._finish, args=(self._process, serving), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the loader if it still works; what it leaves undone is no failure then. Returns at once."""
        self._is_ended = True
        if self._process:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for the loader's end to be told."""
        if self._thread:
            self._thread.join(seconds)

    def _finish(self, process: subprocess.Popen[bytes], serving: Serving) -> None:
        output, _ = process.communicate()
        try:
            if process.returncode:
                raise ServiceError("the demo park was not loaded; the reason stands above")
            with Client(serving.url) as client:
                out.print(summary(client, msgspec.json.decode(output, type=Loaded), serving.url), markup=False)
        except (ServiceError, httpx.TransportError) as error:
            if not self._is_ended:
                self.failure = str(error)
                serving.stop()
