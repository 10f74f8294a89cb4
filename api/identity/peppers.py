"""The pepper: the secret that digests of API keys are made under, and that the database never sees."""

import secrets
from pathlib import Path
from typing import Final

from ledger.embedded.folders import make_folder, write_private

SHORTEST: Final = 32
"""Characters of a pepper; a random one has as many of base 64, which is 192 bits."""
_FEWEST_DISTINCT: Final = 12
"""Different characters that a random one of 32 has but in one of 10^9; placeholders have fewer."""
_NAME: Final = "key-pepper"


class _Ourselves:
    """The account of this process, which owns what it writes."""

    def own(self, path: Path) -> None:
        """Leave a file as it was written."""


class BadPepper(Exception):
    """There is no pepper that digests may be made under; the message says what to do."""


def given(text: str, file: Path | None) -> bytes | None:
    """Return the pepper that settings give, by value or by file, None where they give none; raises `BadPepper`."""
    if text and file:
        raise BadPepper("PARKLEDGER_KEY_PEPPER and PARKLEDGER_KEY_PEPPER_FILE are both set; one of them is accepted")
    if file:
        try:
            text = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadPepper(f"PARKLEDGER_KEY_PEPPER_FILE cannot be read: {error.strerror}: {file}") from None
    if not text and not file:
        return None
    if len(text) < SHORTEST or len(set(text)) < _FEWEST_DISTINCT:
        raise BadPepper(
            f"the pepper of the keys is too short or too regular; accepted are {SHORTEST} random characters or more, "
            "such as of: openssl rand -base64 32"
        )
    return text.encode()


def kept(folder: Path) -> bytes:
    """Return the pepper of a data folder, made once and readable by its owner alone; raises `BadPepper`."""
    file = folder / "identity" / _NAME  # not beside the passwords, which are another account's under root
    try:
        if not file.exists():
            make_folder(file.parent, _Ourselves())
            write_private(file, secrets.token_urlsafe(SHORTEST), _Ourselves())
        return file.read_text(encoding="utf-8").strip().encode()
    except OSError as error:
        raise BadPepper(f"the pepper of the keys cannot be kept: {error.strerror}: {file}") from None


def refuse_missing() -> BadPepper:
    """Return why a service on a server of its own does not start without a pepper."""
    return BadPepper(
        "PARKLEDGER_KEY_PEPPER is not set. A service on a PostgreSQL server needs a secret of its own under which "
        "API keys are kept: make one with `openssl rand -base64 32`, keep it outside of the database, and set it for "
        "every process of the service. `parkledger demo` makes one itself."
    )
