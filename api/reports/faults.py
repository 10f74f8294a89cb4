"""Why a file of a report is not given: a code, the status of HTTP that says the same, and when to ask again."""

from enum import StrEnum
from typing import Final


class FileFault(StrEnum):
    """Why a request for a file of a report is refused."""

    BAD_REQUEST = "BAD_USER_INPUT"
    """The path or a parameter cannot be used."""
    FORBIDDEN = "FORBIDDEN"
    """Reports as such are not for the caller."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such report for the caller, or no such form."""
    NOT_SEALED = "NOT_SEALED"
    """The publication is not in the history yet."""
    CANNOT_RENDER = "CANNOT_RENDER"
    """The form cannot show what the document holds."""
    BUSY = "BUSY"
    """As many files are being made as the service takes on."""
    DAMAGED = "DAMAGED"
    """A file that is kept is gone from this machine, or is not what was received."""
    DISK_FULL = "DISK_FULL"
    """The disk of the service has no room."""


STATUS: Final = {
    FileFault.BAD_REQUEST: 400,
    FileFault.FORBIDDEN: 403,
    FileFault.NOT_FOUND: 404,
    FileFault.NOT_SEALED: 409,
    FileFault.CANNOT_RENDER: 422,
    FileFault.BUSY: 503,
    FileFault.DAMAGED: 500,
    FileFault.DISK_FULL: 507,
}
RETRY_AFTER_S: Final = {FileFault.NOT_SEALED: 5, FileFault.BUSY: 2, FileFault.DISK_FULL: 600}
"""Seconds after which a client may ask again, where that may help."""


class Refused(Exception):
    """A request that is refused: why, in a code and in words."""

    def __init__(self, fault: FileFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
