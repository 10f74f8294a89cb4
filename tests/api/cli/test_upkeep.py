"""`parkledger maintain` and `parkledger archive` as a user runs them."""

from pathlib import Path

from ledger.setup import Databases
from ledger.upkeep.archive_files import write
from tests.forking import run
from tests.service import environment

COLUMNS = ["tenant_id", "series_id", "start", "version", "value", "posting_id", "reason", "recorded_at"]


def test_maintain_says_what_it_made(databases: Databases) -> None:
    env = environment(databases)
    assert run("maintain", env=env).returncode == 0
    done = run("maintain", env=env)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["0 new partitions, 0 spans of recordings summed", "0 files of evidence without a row removed, 0 bytes"],
    )


def test_archive_tells_what_it_needs_and_what_is_too_late(databases: Databases, tmp_path: Path) -> None:
    lacking = run("archive", "--before", "2024-01", env=environment(databases))
    assert (lacking.returncode, "--before 2024-01 and --to FOLDER are needed" in lacking.stderr) == (2, True)
    late = run("archive", "--before", "2999-01", "--to", str(tmp_path), env=environment(databases))
    assert (late.returncode, "2999-01 is too late" in late.stderr) == (1, True)
    none = run("archive", "--before", "1999-01", "--to", str(tmp_path), env=environment(databases))
    assert (none.returncode, none.stdout.strip()) == (0, "there is nothing before 1999-01")


def test_verify_needs_no_database_and_finds_damage(tmp_path: Path) -> None:
    folder = tmp_path / "interval_readings_2001_01"
    row = ("t", "s", "2001-01-01T00:00:00.000000Z", "1", "1.5", "p", "", "2001-02-01T00:00:00.000000Z")
    manifest = write(folder, folder.name, COLUMNS, [row])
    fine = run("archive", "verify", str(tmp_path))
    assert fine.returncode == 0, fine.stderr
    assert f"interval_readings_2001_01: 1 rows, digest {manifest.digest}, verified" in fine.stdout.replace("\n", "")
    path = folder / manifest.files[0].name
    path.write_bytes(path.read_bytes() + b"X")
    damaged = run("archive", "verify", str(tmp_path))
    assert (damaged.returncode, "has the SHA-256" in damaged.stderr) == (1, True)
