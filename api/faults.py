"""Why an endpoint beside GraphQL refuses a request: a code, the status of HTTP that says it, and when to come again."""

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """Why a request for a file, or with one, is refused. Nothing of it stays."""

    BAD_REQUEST = "BAD_USER_INPUT"
    """The path, a parameter or a header cannot be used."""
    FORBIDDEN = "FORBIDDEN"
    """The operation as such is not for the caller."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such thing for the caller: a tenant, a job, a report, a form."""
    MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    """The format or the coding of the body is not one that is read."""
    TOO_LARGE = "TOO_LARGE"
    """The body is longer than is accepted."""
    DIGEST_MISMATCH = "DIGEST_MISMATCH"
    """The body is not the one whose digest was stated."""
    BAD_EVIDENCE = "BAD_EVIDENCE"
    """The file is of no type that is kept as evidence."""
    NOT_FINISHED = "NOT_FINISHED"
    """The job has no result yet."""
    NOT_SEALED = "NOT_SEALED"
    """The publication is not in the history yet."""
    CANNOT_RENDER = "CANNOT_RENDER"
    """The form cannot show what the document holds."""
    BUSY = "BUSY"
    """As many files are received, wait or are made as the service takes on."""
    OVERLOADED = "OVERLOADED"
    """As many wait for the ledger as may."""
    UNAVAILABLE = "UNAVAILABLE"
    """The database does not answer, or takes nothing on."""
    DAMAGED = "DAMAGED"
    """A file that is kept is gone from this machine, or is not what was received."""
    DISK_FULL = "DISK_FULL"
    """The disk of the service has no room."""


STATUS: Final = {
    Fault.BAD_REQUEST: 400,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.MEDIA_TYPE: 415,
    Fault.TOO_LARGE: 413,
    Fault.DIGEST_MISMATCH: 400,
    Fault.BAD_EVIDENCE: 415,
    Fault.NOT_FINISHED: 409,
    Fault.NOT_SEALED: 409,
    Fault.CANNOT_RENDER: 422,
    Fault.BUSY: 503,
    Fault.OVERLOADED: 503,
    Fault.UNAVAILABLE: 503,
    Fault.DAMAGED: 500,
    Fault.DISK_FULL: 507,
}
RETRY_AFTER_S: Final = {
    Fault.NOT_FINISHED: 1,
    Fault.NOT_SEALED: 5,
    Fault.BUSY: 5,
    Fault.OVERLOADED: 1,
    Fault.UNAVAILABLE: 2,
    Fault.DISK_FULL: 600,
}
"""Seconds after which a client may ask again, where that may help and the refusal does not say it better."""


class Refused(Exception):
    """A request that is refused: why, in a code and in words, and in how many seconds it may be asked again."""

    def __init__(self, fault: Fault, message: str, wait_s: int | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.wait_s = RETRY_AFTER_S.get(fault) if wait_s is None else wait_s
