"""`python -m api.demo URL`: loads the demo park into a running service; `parkledger demo` starts it beside the service.

Progress goes to standard error, what was loaded to standard output as one line of JSON.
"""

import argparse
import sys
from datetime import date, datetime

import httpx
import msgspec

from api.client import Client, ServiceError
from api.demo.loading import load, new_progress
from api.demo.parks import DEFAULT_SEED
from api.demo.windows import ZONE


def main() -> int:
    """Load and return the exit code: 0, 1 with the reason on standard error, or 130 where interrupted."""
    arguments = _arguments()
    try:
        with Client(arguments.url) as client, new_progress() as progress:
            loaded = load(client, arguments.seed, arguments.today, progress)
    except (ServiceError, httpx.TransportError) as error:
        print(f"the demo park could not be loaded: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(msgspec.json.encode(loaded).decode() + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.demo", description="Load the demo park into a service.")
    parser.add_argument("url", help="address of the service, such as http://127.0.0.1:8000")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="each seed makes a park of its own")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=datetime.now(ZONE).date(),
        help="bills end with the last month complete on this day",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
