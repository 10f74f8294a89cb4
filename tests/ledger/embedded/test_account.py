"""Root, whom PostgreSQL refuses, and ordinary users: who runs the server, and whose files change hands."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServerError, is_running, namespace, start
from ledger.embedded.account import choose
from ledger.embedded.folders import Folders
from tests.ledger.embedded.processes import ROOT, START, postmaster_pid, said, starting

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"), pytest.mark.long]
NOBODY = pwd.getpwnam("nobody")
OTHER = pwd.getpwnam("daemon")


def namespaces_or_skip() -> None:
    asked = subprocess.run(namespace.command(OTHER.pw_uid, OTHER.pw_gid, ["/bin/true"]), check=False, stderr=-1)
    if asked.returncode == namespace.REFUSED:
        pytest.skip("this kernel refuses user namespaces")


def rights(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return mode and owner of a folder and of all above it."""
    states = [(str(part), part.stat()) for part in (folder, *folder.parents)]
    return [(name, state.st_mode, state.st_uid, state.st_gid) for name, state in states]


def server_uid(data_folder: Path) -> int:
    return Path("/proc", str(postmaster_pid(data_folder))).stat().st_uid


def runs_apart(data_folder: Path) -> bool:
    """Tell whether the server is in another user namespace than we are."""
    theirs = Path("/proc", str(postmaster_pid(data_folder)), "ns", "user")
    return not theirs.samefile("/proc/self/ns/user")


@pytest.mark.usefixtures("as_root")
def test_roots_server_keeps_roots_files_and_closed_folders_stay_closed(tmp_path: Path, data_folder: Path) -> None:
    namespaces_or_skip()
    tmp_path.chmod(0o700)
    before = rights(tmp_path)
    psycopg.connect(start(data_folder).service_url).close()
    assert runs_apart(data_folder)
    assert server_uid(data_folder) == 0
    assert {path.stat().st_uid for path in data_folder.rglob("*")} == {0}
    assert rights(tmp_path) == before


@pytest.mark.usefixtures("as_root")
def test_root_can_give_the_server_to_another_account(open_folder: Path) -> None:
    before = rights(open_folder)
    server = start(open_folder / "data", run_as="nobody")
    psycopg.connect(server.service_url).close()
    assert server_uid(server.data_folder) == NOBODY.pw_uid
    assert not runs_apart(server.data_folder)
    assert not start(server.data_folder).started_here
    server.stop()
    again = start(server.data_folder)
    assert again.started_here
    assert server_uid(server.data_folder) == NOBODY.pw_uid
    assert rights(open_folder) == before
    with pytest.raises(EmbeddedServerError, match=f"belongs to uid {NOBODY.pw_uid}, .* as uid {OTHER.pw_uid}"):
        start(server.data_folder, run_as="daemon")


@pytest.mark.usefixtures("as_root")
def test_an_account_that_may_not_enter_is_refused_and_nothing_is_opened(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = rights(closed)
    with pytest.raises(EmbeddedServerError, match=r"may not enter .*Choose a data folder outside") as caught:
        start(closed / "data", run_as="nobody")
    refused_at = next(part for part in reversed((closed, *closed.parents)) if not part.stat().st_mode & 0o001)
    assert f"may not enter {refused_at}." in str(caught.value)
    assert rights(closed) == before
    assert not list(closed.iterdir())


@pytest.mark.usefixtures("as_root")
def test_the_owner_of_the_data_folder_gets_the_server(open_folder: Path) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, OTHER.pw_uid, OTHER.pw_gid)
    chosen = choose(Folders.below(data), None)
    assert (chosen.uid, chosen.gid, chosen.dropped, chosen.namespaced) == (OTHER.pw_uid, OTHER.pw_gid, True, False)


REFUSING = f"""
import ctypes, sys
assert ctypes.CDLL(None).unshare({namespace.CLONE_NEWUSER}) == 0
print("apart", flush=True)
sys.stdin.readline()
with open("/proc/sys/user/max_user_namespaces", "w") as limit:
    limit.write("0")
"""


def run_without_namespaces(data_folder: Path) -> tuple[int, str, str]:
    """Call `start` where the refusal is real: in a namespace in which root is root, and the limit of more is 0."""
    command = [sys.executable, "-c", REFUSING + START, str(data_folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "apart\n"
        for kind in ("uid_map", "gid_map"):
            Path("/proc", str(process.pid), kind).write_text("0 0 65536")
        out, err = process.communicate("go\n", timeout=60)
    return process.returncode, out, err


@pytest.mark.usefixtures("as_root")
def test_where_the_kernel_refuses_namespaces_roots_server_goes_to_nobody_and_roots_folder_does_not(
    open_folder: Path,
) -> None:
    namespaces_or_skip()
    data = open_folder / "data"
    data.mkdir(mode=0o755)
    before = rights(data)
    status, out, err = run_without_namespaces(data)
    assert (status, out.split()[:1]) == (0, ["True"]), err
    assert server_uid(data) == NOBODY.pw_uid
    assert {path.stat().st_uid for path in data.iterdir()} == {NOBODY.pw_uid}
    assert rights(data) == before


@pytest.mark.usefixtures("as_root")
def test_a_cluster_of_root_says_what_to_do_where_the_kernel_refuses_namespaces(made_folder: Path) -> None:
    namespaces_or_skip()
    status, _, err = run_without_namespaces(made_folder)
    assert status != 0
    assert "PostgreSQL did not start on" in err
    assert "the kernel refuses the user namespace that would help" in err
    assert "(chown -R)" in err


def test_an_ordinary_user_needs_no_namespace(data_folder: Path) -> None:
    namespaces_or_skip()
    # Our own namespace makes the whole process an ordinary user, whoever runs the tests.
    prefix = tuple(namespace.command(OTHER.pw_uid, OTHER.pw_gid, []))
    with starting(data_folder, prefix=prefix) as process:
        started, _, service_url = said(process)
    assert started == "True"
    psycopg.connect(service_url).close()
    assert is_running(data_folder)


@pytest.mark.usefixtures("as_root")
def test_an_ordinary_user_is_told_whose_cluster_it_is(open_folder: Path) -> None:
    (open_folder / "data").mkdir()
    (open_folder / "data").chmod(0o755)
    (open_folder / "data" / "postgres").mkdir()
    os.chown(open_folder / "data" / "postgres", OTHER.pw_uid, OTHER.pw_gid)
    namespaces_or_skip()
    with starting(open_folder / "data", prefix=tuple(namespace.command(1000, 1000, []))) as process:
        _, err = process.communicate(timeout=60)
    assert "and the server would run as uid 1000. Start it as that account" in err


@pytest.mark.usefixtures("as_root")
def test_an_account_that_does_not_exist_is_refused(data_folder: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="There is no account 'no-such-account' on this machine"):
        start(data_folder, run_as="no-such-account")
    assert not data_folder.exists()
