"""Run a program in a user namespace of one account, so that root can run what refuses root.

Inside, the process has an ordinary uid; outside it keeps its own, so no file has to change hands. This file
is run as a script, as unshare(2) is for single-threaded processes and the service has threads. It imports
the standard library only, and so starts with -I -S in some 15 ms.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000  # linux/sched.h; os.unshare exists from Python 3.12 only
REFUSED = 125  # exit status, as env(1) and timeout(1) use it: the program never ran


def command(inside_uid: int, inside_gid: int, program: list[str]) -> list[str]:
    """Return the command line that runs `program` as those ids in a namespace of its own."""
    return [sys.executable, "-I", "-S", __file__, str(inside_uid), str(inside_gid), *program]


def enter(inside_uid: int, inside_gid: int) -> None:
    """Move this process into a new user namespace, its own ids mapped to the given ones.

    Raises OSError when the kernel, or a container's seccomp filter, refuses.
    """
    uid, gid = os.geteuid(), os.getegid()
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        raise OSError("this system has no user namespaces")
    if unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    Path("/proc/self/setgroups").write_text("deny")  # else the kernel refuses the group map
    Path("/proc/self/uid_map").write_text(f"{inside_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inside_gid} {gid} 1")


def main(arguments: list[str]) -> None:
    """Enter the namespace and become the program; exit with REFUSED when there is no namespace to enter."""
    inside_uid, inside_gid, *program = arguments
    try:
        enter(int(inside_uid), int(inside_gid))
    except OSError as error:
        sys.stderr.write(f"no user namespace: {error}\n")
        sys.exit(REFUSED)
    os.execv(program[0], program)  # noqa: S606 - the program is ours, and no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
