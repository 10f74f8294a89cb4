"""What a command raises where it cannot go on for a reason the user can mend, what else counts as such, and how it is
said.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class Failed(Exception):
    """A failure to be told in one line."""


def is_expected(error: Exception) -> bool:
    """Whether a user can mend it: told in one line, without a traceback."""
    if isinstance(error, Failed):
        return True
    import httpx

    from api.client import ServiceError, UnusableKey
    from api.identity.peppers import BadPepper
    from api.identity.providers import BadProvider
    from api.ingress.signatures import BadSecrets
    from api.signing import BadSigningKey
    from ledger.connections import UnsafeDatabase
    from ledger.embedded import EmbeddedServerError
    from ledger.history.heads import HistoryDamaged, WrongKey
    from ledger.history.sealing import SealingBusy
    from ledger.setup import DatabaseUnavailable
    from ledger.upkeep.archive_files import ArchiveDamaged
    from ledger.upkeep.archives import CannotArchive

    mended = (DatabaseUnavailable, UnsafeDatabase, EmbeddedServerError, ArchiveDamaged, CannotArchive)
    settings = (BadPepper, BadProvider, BadSecrets, BadSigningKey, HistoryDamaged, SealingBusy, WrongKey)
    of_client = (ServiceError, UnusableKey, httpx.TransportError, httpx.InvalidURL)
    return isinstance(error, (*mended, *settings, *of_client)) or _is_of_settings(error)


def said(error: Exception) -> str:
    """Return what a user is told of an expected failure."""
    import httpx

    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
        return f"--url is no address of a service, which begins with http:// or https:// ({error})"
    if isinstance(error, httpx.ConnectError):
        where = f"{_address(error)} does not answer ({error})"
        return f"{where}; is the service started (parkledger serve, parkledger demo), or is it elsewhere (--url)?"
    if isinstance(error, httpx.TransportError):
        return f"{_address(error)} broke off or did not answer in time ({str(error) or type(error).__name__})"
    return _settings_said(error) if _is_of_settings(error) else str(error)


def _address(error: "httpx.TransportError") -> str:
    url = error.request.url
    return f"{url.scheme}://{url.netloc.decode()}"


def _is_of_settings(error: Exception) -> bool:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    return isinstance(error, SettingsError) or (isinstance(error, ValidationError) and error.title == "Settings")


def _settings_said(error: Exception) -> str:
    """Name each variable and what is wrong with it. Its value is not shown: it may be a secret."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return f"a setting that is JSON cannot be read: {error}"
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{_variable(*fault['loc'])}: {fault['msg']}" for fault in faults)


def _variable(name: int | str, *within: int | str) -> str:
    return "".join((f"PARKLEDGER_{name}".upper(), *(f"[{part}]" for part in within)))
