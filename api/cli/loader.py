"""The demo park's loader beside a running service, and what is said when it ends."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Final

import httpx
import msgspec

import api
from accounting.refusals import Refused
from api.cli.printing import err, out
from api.cli.service import Serving, places
from api.client import KEY_VARIABLE, Client, ServiceError
from api.demo.keys import DemoKeys, told
from api.demo.loading import Loaded
from api.demo.summary import summary
from ledger.setup import Databases

_FOLDER: Final = Path(api.__file__).parents[1]
"""Where the loader's process finds the packages, installed or not."""


class Loading:
    """The loader, in a process of its own so that it does not take turns with the service, and a thread that waits for
    it and prints what it loaded.
    """

    def __init__(self, seed: int, keys: DemoKeys) -> None:
        self.failure = ""
        self._seed = seed
        self._keys = keys
        self._database_url = ""
        self._is_ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None

    def prepare(self, databases: Databases) -> None:
        """Let the loader in, before anything is served."""
        self._database_url = databases.service_url
        self._keys.grant_loader(databases.service_url)

    def begin(self, serving: Serving) -> None:
        """Start loading; returns at once."""
        out.print(places(serving.url))
        err.print("demo park: looking for it, and loading what is missing")
        command = [sys.executable, "-m", "api.demo", serving.url, "--seed", str(self._seed)]
        env = os.environ | {KEY_VARIABLE: self._keys.text("loader")}
        self._process = subprocess.Popen(command, cwd=_FOLDER, stdout=subprocess.PIPE, env=env)
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
            loaded = msgspec.json.decode(output, type=Loaded)
            with Client(serving.url, key=self._keys.text("loader")) as client:
                text = summary(client, loaded, serving.url)
                of_tenant = self._keys.grant_park(self._database_url, client, loaded.park_id)
            out.print(text + told(self._keys, of_tenant))
        except (ServiceError, Refused, httpx.TransportError) as error:
            if not self._is_ended:
                self.failure = str(error)
                serving.stop()
