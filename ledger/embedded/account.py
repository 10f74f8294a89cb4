"""Under which operating system account the binaries run, and running them.

PostgreSQL refuses to run as root, and initdb refuses an account that the user database does not know. For
both we use a user namespace; where the kernel refuses that, root gives the server to another account.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ledger.embedded import namespace
from ledger.embedded.errors import EmbeddedServerError, NamespaceRefusedError
from ledger.embedded.folders import Folders

if sys.platform != "win32":
    import pwd

# What the server needs of our environment. The rest may hold the service's own secrets, and PG* variables.
PASSED_ON = {"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
PROGRAM_SECONDS = 600  # beyond any pg_ctl limit of ours; it only catches a program that hangs
GIVEN_TO = "nobody"  # when root must give the server away and nobody said to whom


@dataclass(frozen=True, slots=True)
class Account:
    """The account that the binaries run as: `uid` and `gid` outside, and how we get there.

    `dropped`: we are root and become that account. `namespaced`: the binaries see other ids than these.
    """

    uid: int
    gid: int
    dropped: bool = False
    namespaced: bool = False

    def own(self, path: Path) -> None:
        """Hand a file or folder that we made ourselves to this account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, program: Path | str, *arguments: str) -> str:
        """Run a program to its end, away from our terminal, and return what it said.

        Raises EmbeddedServerError with the program's own words when it fails, NamespaceRefusedError when it
        could not be started for want of a namespace.
        """
        status, said = self._finish([str(program), *arguments])
        if self.namespaced and status == namespace.REFUSED:
            raise NamespaceRefusedError(
                "PostgreSQL refuses root and accounts without a name, and the kernel refuses the user namespace that "
                f"would help ({said}). Hand the whole data folder to a named account (chown -R), then start again."
            )
        if status != 0:
            raise EmbeddedServerError(f"{Path(program).name} failed ({status}): {said}")
        return said

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this account may pass through a folder; asked of the kernel, so access lists count."""
        status, _ = self._finish(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)])
        return status == 0

    def _finish(self, command: list[str]) -> tuple[int, str]:
        """Return exit status and output. The output goes to a file: a pipe stays open as long as the server."""
        if self.namespaced:
            command = namespace.command(*_inside_ids(), command)
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                check=False,
                cwd=os.sep,  # the account may not be allowed into ours
                env={name: value for name, value in os.environ.items() if name in PASSED_ON} | {"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=PROGRAM_SECONDS,
                start_new_session=True,  # Ctrl+C in our terminal is not for the server
                user=self.uid if self.dropped else None,
                group=self.gid if self.dropped else None,
                extra_groups=[] if self.dropped else None,
            )
            output.seek(0)
            return done.returncode, output.read().decode(errors="replace").strip()


def choose(folders: Folders, run_as: str | None) -> Account:
    """Choose the account: an existing cluster's owner, for root else `run_as`, else the data folder's owner.

    Raises EmbeddedServerError when the cluster belongs to another account than the one asked for, or than we
    are when we are not root.
    """
    if sys.platform == "win32":
        return Account(0, 0)
    owner = folders.cluster_owner()
    if os.geteuid() != 0:
        _require_same(folders, owner, os.geteuid())
        return _account(os.geteuid(), os.getegid())
    wanted = _find_account(run_as) if run_as is not None else None
    if wanted is not None:
        _require_same(folders, owner, wanted.uid)
    found = wanted or _owner(folders.cluster) or _owner(folders.data) or _account(0, 0)
    return found if found.uid != 0 or owner == 0 or _has_namespaces(found) else _find_account(GIVEN_TO)


def require_entry(account: Account, folder: Path) -> None:
    """Make sure that an account root hands the server to can reach a folder, or where it will be made.

    Raises EmbeddedServerError naming the folder in the way. It is never opened: it may be somebody's home.
    """
    if not account.dropped:
        return
    on_the_way = [part for part in [*reversed(folder.parents), folder] if part.exists()]
    if not account.can_enter(on_the_way[-1]):
        closed = next((part for part in on_the_way if not account.can_enter(part)), on_the_way[-1])
        raise EmbeddedServerError(
            f"PostgreSQL refuses root, so it would run as uid {account.uid}, which may not enter {closed}. "
            f"Choose a data folder outside of {closed}, for example below /var/lib."
        )


def _account(uid: int, gid: int) -> Account:
    return Account(uid, gid, dropped=uid != os.geteuid(), namespaced=uid == 0 or not _is_known(uid))


def _owner(folder: Path) -> Account | None:
    return _account(folder.stat().st_uid, folder.stat().st_gid) if folder.exists() else None


def _require_same(folders: Folders, owner: int | None, uid: int) -> None:
    if owner not in (None, uid):
        raise EmbeddedServerError(
            f"{folders.cluster} belongs to uid {owner}, and the server would run as uid {uid}. "
            "Start it as that account, or as root without naming another, or choose another data folder."
        )


def _find_account(name: str) -> Account:
    try:
        entry = pwd.getpwuid(int(name)) if name.isdecimal() else pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedServerError(
            f"There is no account {name!r} on this machine to run PostgreSQL (which refuses root). "
            "Create one, or name another as run_as."
        ) from None
    return _account(entry.pw_uid, entry.pw_gid)


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _inside_ids() -> tuple[int, int]:
    """Ids to show inside a namespace: any that the user database knows, as initdb asks for the name."""
    entry = min((entry for entry in pwd.getpwall() if entry.pw_uid > 0), key=lambda entry: entry.pw_uid)
    return entry.pw_uid, entry.pw_gid


def _has_namespaces(account: Account) -> bool:
    try:
        account.run("/bin/sh", "-c", ":")
    except NamespaceRefusedError:
        return False
    return True
