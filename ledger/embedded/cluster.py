"""Making the cluster (PGDATA), so that it is there completely or not at all."""

import os
import tempfile
from pathlib import Path

from ledger.embedded import configuration, passwords
from ledger.embedded.account import Account
from ledger.embedded.database import OWNER
from ledger.embedded.files import sync_folder
from ledger.embedded.folders import Folders, remove
from ledger.embedded.programs import program

DRAFT = "postgres.new-"
# The wheel has no ICU. The builtin C.UTF-8 sorts by code point and is the same on every machine, which the
# operating system's locales are not: their order changes with an upgrade, and indexes break.
OPTIONS = (
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def create(folders: Folders, installation: Path, account: Account) -> None:
    """Make the cluster in a draft folder beside its place and rename it when it is complete.

    Raises EmbeddedServerError when initdb fails.
    """
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folders.data))
    try:
        account.own(draft)
        _fill(draft, folders, installation, account)
        if folders.cluster.exists():
            folders.cluster.rmdir()  # an empty one, or this fails
        draft.rename(folders.cluster)
    except BaseException:
        remove(draft)
        raise
    sync_folder(folders.data)


def remove_drafts(folders: Folders) -> None:
    """Remove what interrupted attempts left; at every start, as an orphaned initdb may outlive the next one."""
    for abandoned in folders.data.glob(f"{DRAFT}*"):
        remove(abandoned)


def _fill(draft: Path, folders: Folders, installation: Path, account: Account) -> None:
    pwfile = f"--pwfile={passwords.owner_file(folders)}"
    account.run(program(installation, "initdb"), f"--pgdata={draft}", f"--username={OWNER}", pwfile, *OPTIONS)
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(configuration.INCLUDE)
        file.flush()
        os.fsync(file.fileno())
