"""kill -9 of everything, at moments of chance: what is acknowledged is stored, what is sealed stays, reports are whole.

The same where connections break, in the middle of messages too. The last test proves the others: a server that
acknowledges what it has not written loses rows, and that is found.
"""

from pathlib import Path

import pytest

from tests.faults.clients import Violated
from tests.faults.cluster import Victim
from tests.faults.harness import run

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the processes of the database in /proc"),
]
KILLS = 50
CUTS = 20
SEED = 20261123


def test_fifty_kills_lose_nothing_and_change_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "data", KILLS, SEED)
    print(found)
    assert found.kills.total() == KILLS
    assert set(found.kills) == set(Victim) - {Victim.NETWORK}
    assert found.rows > KILLS
    assert found.repeats > 0
    assert found.heads > KILLS / 2
    assert found.reports > 1
    assert found.verified > 1


def test_connections_that_break_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "data", CUTS, SEED, far=True)
    print(found)
    assert found.kills == {Victim.NETWORK: CUTS}
    assert found.processes > CUTS
    assert found.rows > CUTS
    assert found.repeats > 0
    assert found.verified > 1


def test_a_server_that_acknowledges_too_early_is_caught(tmp_path: Path) -> None:
    with pytest.raises(Violated, match="acknowledged rows are lost"):
        run(tmp_path / "data", 5, SEED, weak=True)
