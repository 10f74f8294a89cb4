"""What a command raises where it cannot go on for a reason the user can mend, and what else counts as such."""


class Failed(Exception):
    """A failure to be told in one line."""


def is_expected(error: Exception) -> bool:
    """Whether a user can mend it: told in one line, without a traceback."""
    if isinstance(error, Failed):
        return True
    import httpx

    from api.identity.peppers import BadPepper
    from api.identity.providers import BadProvider
    from api.ingress.signatures import BadSecrets
    from api.signing import BadSigningKey
    from ledger.archive_files import ArchiveDamaged
    from ledger.archives import CannotArchive
    from ledger.database import UnsafeDatabase
    from ledger.embedded import EmbeddedServerError
    from ledger.sealing import HistoryDamaged, WrongKey
    from ledger.setup import DatabaseUnavailable

    mended = (DatabaseUnavailable, UnsafeDatabase, EmbeddedServerError, ArchiveDamaged, CannotArchive)
    settings = (BadPepper, BadProvider, BadSecrets, BadSigningKey, HistoryDamaged, WrongKey)
    return isinstance(error, (*mended, *settings, httpx.TransportError))
