"""The public face: start or attach, ask, stop."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ledger.embedded import account, database, lifecycle, passwords, postmaster
from ledger.embedded.account import Account
from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.folders import Folders, make_folder
from ledger.embedded.locking import only_one

ANSWER_SECONDS = 30  # a ready server refuses connections for moments only, after one of its children was killed
POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A server that answers, and two ways to connect to it; the URLs hold passwords, so repr omits them."""

    data_folder: Path
    owner_url: str = field(repr=False)
    service_url: str = field(repr=False)
    started_here: bool

    def stop(self) -> None:
        """Stop the server of this data folder, whoever started it; open transactions are rolled back.

        Does nothing when none runs. Raises EmbeddedServerError when it does not stop in time.
        """
        with _told_plainly(self.data_folder):
            folders = Folders.below(self.data_folder)
            if postmaster.find(folders.cluster) is None:
                return
            runner = account.choose(folders, None)
            with only_one(folders, runner):
                lifecycle.stop(folders, runner)


def start(data_folder: Path, run_as: str | None = None) -> EmbeddedServer:
    """Start the server of a data folder, which need not exist, or attach to the running one.

    When this returns, both roles can connect. `run_as` is for root only: the account, by name or number, that
    gets a new cluster. Without it the owner of the data folder gets it; if that is root, the server runs in a
    user namespace, or where the kernel refuses that, as `nobody`. An existing cluster stays with its owner.
    Raises EmbeddedServerError.
    """
    with _told_plainly(data_folder):
        folders = Folders.below(data_folder)
        runner = account.choose(folders, run_as)
        account.require_entry(runner, folders.data)
        make_folder(folders.data, runner)
        with only_one(folders, runner):
            return _answering(folders, runner)


def is_running(data_folder: Path) -> bool:
    """Tell whether a server process works on this data folder; it may be starting still, or stopping."""
    with _told_plainly(data_folder):
        return postmaster.find(Folders.below(data_folder).cluster) is not None


def _answering(folders: Folders, runner: Account) -> EmbeddedServer:
    """Bring the server up until both roles can connect; it may crash meanwhile and need it again."""
    deadline = None
    started_here = False
    while True:
        running, started = lifecycle.bring_up(folders, runner)
        started_here |= started
        deadline = deadline or time.monotonic() + ANSWER_SECONDS
        known = passwords.read(folders)
        try:
            database.prepare(running.endpoint, known)
        except psycopg.OperationalError as error:
            if hopeless := _hopelessness(folders, error, time.monotonic() > deadline):
                if started_here:
                    lifecycle.stop(folders, runner)
                raise hopeless from error
            time.sleep(POLL_SECONDS)
        else:
            urls = (
                database.owner_url(running.endpoint, known),
                database.service_url(running.endpoint, known),
            )
            return EmbeddedServer(folders.data, *urls, started_here=started_here)


def _hopelessness(folders: Folders, error: psycopg.OperationalError, is_late: bool) -> EmbeddedServerError | None:
    """Return the error to raise when trying again cannot help, or has been tried for long enough."""
    if "password authentication failed" in str(error):  # libpq gives no code; the text is fixed by lc_messages
        return EmbeddedServerError(
            f"The passwords in {folders.secrets} are not those of the database in {folders.cluster}. "
            "Restore both from the same backup."
        )
    if is_late:
        return EmbeddedServerError(
            f"The server of {folders.data} runs, but refuses us: {error}{lifecycle.log_tail(folders)}"
        )
    return None


@contextmanager
def _told_plainly(data_folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into our error, which names the data folder it was about."""
    try:
        yield
    except OSError as error:
        what = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise EmbeddedServerError(f"Cannot use the embedded database in {data_folder}. {what}") from error
    except subprocess.TimeoutExpired as error:
        raise EmbeddedServerError(f"Cannot use the embedded database in {data_folder}. {error}") from error
