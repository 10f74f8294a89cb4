"""Logs: one JSON object a line on standard error, with the stack of a bug and never the values of its variables."""

import logging
import sys
from typing import Final

import structlog

_PROCESSORS: Final[list[structlog.typing.Processor]] = [
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.add_log_level,
    structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
]


def configure(level: str = "INFO") -> None:
    """Send our own events from a level on, and the warnings of libraries, to standard error as JSON.

    Libraries tell no more at any level: what they would tell has the headers of requests in it, and so secrets.
    """
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
