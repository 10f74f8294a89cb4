"""Folders and servers for the tests. Whatever a test starts is stopped and removed after it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.embedded import EmbeddedServer, start
from tests.ledger.embedded.processes import kill_all, server_pids

# A name that needs quoting in a shell, in a configuration file and in a URL.
NAME = "园区 o'data"


def stop(data_folder: Path) -> None:
    EmbeddedServer(data_folder, "", "", started_here=False).stop()


def clean_up(data_folder: Path) -> None:
    stop(data_folder)
    kill_all(server_pids(data_folder))
    shutil.rmtree(data_folder, ignore_errors=True)


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """Return the path of a data folder that does not exist yet."""
    yield tmp_path / NAME
    clean_up(tmp_path / NAME)


@pytest.fixture(scope="session")
def kept_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the data folder that all tests share which leave it fit for the next."""
    folder = tmp_path_factory.mktemp("kept") / NAME
    start(folder)
    yield folder
    clean_up(folder)


@pytest.fixture
def server(kept_folder: Path) -> EmbeddedServer:
    """Return a server that tests may ask, but neither stop nor change."""
    return start(kept_folder)


@pytest.fixture
def made_folder(kept_folder: Path) -> Iterator[Path]:
    """Return a data folder whose server is stopped; a test may change its passwords and postgresql.conf."""
    stop(kept_folder)
    files = [*(kept_folder / "secrets").iterdir(), kept_folder / "postgres" / "postgresql.conf"]
    texts = [file.read_text() for file in files]
    yield kept_folder
    stop(kept_folder)
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every account may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="parkledger-test-"))
    folder.chmod(0o755)
    yield folder
    clean_up(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def as_root() -> None:
    """Skip the test for anyone but root."""
    if os.geteuid() != 0:
        pytest.skip("only root has to give the server to another account")
