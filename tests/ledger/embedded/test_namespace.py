"""The script that enters a user namespace, run as what it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.embedded import namespace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has user namespaces")


def test_a_program_sees_the_ids_it_was_given_and_files_keep_their_owner(tmp_path: Path) -> None:
    script = 'id -u; id -g; touch "$0"'
    command = namespace.command(4321, 8765, ["/bin/sh", "-c", script, str(tmp_path / "file")])
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == namespace.REFUSED:
        pytest.skip("this kernel refuses user namespaces")
    assert done.stdout == "4321\n8765\n"
    assert (tmp_path / "file").stat().st_uid == tmp_path.stat().st_uid


def test_the_programs_exit_status_is_kept() -> None:
    done = subprocess.run(namespace.command(1, 1, ["/bin/sh", "-c", "exit 7"]), check=False, capture_output=True)
    assert done.returncode in (7, namespace.REFUSED)
