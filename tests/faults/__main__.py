"""`python -m tests.faults [--kills 50] [--seed N] [--weak | --far]`."""

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

from api.client import KEY_VARIABLE
from tests.faults.clients import Violated
from tests.faults.harness import run
from tests.service import EVERYTHING


def main() -> int:
    """Run the harness in a folder of its own; 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--weak", action="store_true", help="synchronous_commit = off: a loss is to be found")
    instead.add_argument("--far", action="store_true", help="connections are cut, and nobody is killed")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pk-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"PARKLEDGER_TEST_FOLDER": folder, KEY_VARIABLE: EVERYTHING.text}
        try:
            print(run(Path(folder) / "data", given.kills, given.seed, weak=given.weak, far=given.far))
        except Violated as error:
            print(f"does not hold: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
