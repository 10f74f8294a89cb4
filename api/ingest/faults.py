"""Why a body is not taken: a code, and the status of HTTP that says the same."""

from enum import StrEnum
from typing import Final


class BodyFault(StrEnum):
    """Why a request of the bulk endpoint is refused. Nothing of it stays."""

    BAD_REQUEST = "BAD_USER_INPUT"
    """A parameter or header cannot be used."""
    FORBIDDEN = "FORBIDDEN"
    """The operation as such is not for the caller."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such tenant, profile, job or result."""
    MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    """The format or the coding of the body is not one that is read."""
    TOO_LARGE = "TOO_LARGE"
    """The body is longer than is accepted."""
    DIGEST_MISMATCH = "DIGEST_MISMATCH"
    """The body is not the one whose digest was stated."""
    NOT_FINISHED = "NOT_FINISHED"
    """The job has no result yet."""
    BUSY = "BUSY"
    """The service has as much to do as it takes on."""
    BAD_EVIDENCE = "BAD_EVIDENCE"
    """The file is of no type that is kept as evidence."""
    DAMAGED = "DAMAGED"
    """A file that is kept is gone from this machine, or is not what was received."""
    DISK_FULL = "DISK_FULL"
    """The disk of the service has no room."""


STATUS: Final = {
    BodyFault.BAD_REQUEST: 400,
    BodyFault.FORBIDDEN: 403,
    BodyFault.NOT_FOUND: 404,
    BodyFault.MEDIA_TYPE: 415,
    BodyFault.TOO_LARGE: 413,
    BodyFault.DIGEST_MISMATCH: 400,
    BodyFault.NOT_FINISHED: 409,
    BodyFault.BUSY: 503,
    BodyFault.BAD_EVIDENCE: 415,
    BodyFault.DAMAGED: 500,
    BodyFault.DISK_FULL: 507,
}
RETRY_AFTER_S: Final = {BodyFault.NOT_FINISHED: 1, BodyFault.BUSY: 5, BodyFault.DISK_FULL: 600}
"""Seconds after which a client may ask again, where that may help."""


class Refused(Exception):
    """A request that is refused: why, in a code and in words."""

    def __init__(self, fault: BodyFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
