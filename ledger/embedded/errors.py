"""The one exception of this package."""


class EmbeddedServerError(Exception):
    """The embedded server cannot do what was asked: the message says what is wrong, where, and what to do."""


class NamespaceRefusedError(EmbeddedServerError):
    """The kernel does not give this process a user namespace."""
