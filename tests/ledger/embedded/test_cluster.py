"""The cluster is there completely or not at all."""

import sys
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServerError, start
from tests.ledger.embedded.processes import initdb_pids, kill_all, starting, wait_until

pytestmark = pytest.mark.long


@pytest.mark.skipif(sys.platform != "linux", reason="finds initdb's processes in /proc")
def test_an_interrupted_initdb_leaves_no_cluster_and_its_draft_is_removed(data_folder: Path) -> None:
    with starting(data_folder) as process:
        wait_until(lambda: any(data_folder.glob("postgres.new-*/global/pg_control")))
        process.kill()
        kill_all(initdb_pids(data_folder))
        process.communicate()
    wait_until(lambda: not initdb_pids(data_folder))
    assert not (data_folder / "postgres").exists()
    assert len(list(data_folder.glob("postgres.new-*"))) == 1
    passwords = {file.name: file.read_text() for file in (data_folder / "secrets").iterdir()}
    (data_folder / "postgres").mkdir()  # an empty folder is no obstacle either
    psycopg.connect(start(data_folder).service_url).close()
    assert not list(data_folder.glob("postgres.new-*"))
    assert passwords == {file.name: file.read_text() for file in (data_folder / "secrets").iterdir()}


def test_a_failing_initdb_is_reported_in_its_own_words(data_folder: Path) -> None:
    (data_folder / "secrets").mkdir(parents=True)
    (data_folder / "secrets" / "owner").touch()
    with pytest.raises(EmbeddedServerError, match=r"(?s)initdb failed \(1\): .*password file .* is empty"):
        start(data_folder)
    assert not list(data_folder.glob("postgres*"))
