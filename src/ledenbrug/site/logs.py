"""Log lines as JSON for machines or in columns for a terminal, without personal data.

Nothing may log the message of an exception or a value as it came: databases and packages quote what they were sent.
"""

import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MASKS = (
    (re.compile(r"[^\s@'\"<>=,;(){}\[\]]+@[^\s@'\"<>,;(){}\[\]]+\.[^\s@'\"<>,;(){}\[\]]+"), "[e-mail]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), "[iban]"),
    (re.compile(r"(/(?:fill-in|start|reset/key|hooks/\w+)/)[\w:.~=-]{16,}"), r"\1[…]"),  # links that open a door
    (re.compile(r"(?i)\b(bearer|token|code|secret|state)([ =:]+)[\w.~+/-]{8,}"), r"\1\2[…]"),
)


TOLD = frozenset({"connection", "method", "outcome", "reason", "seconds", "trouble", "where"})
"""What may stand beside a line: others put requests, with their addresses, and arguments there."""


def mask(text: str) -> str:
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def mask_values(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def name_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """What went wrong and where, as class names and places in the code."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if isinstance(found, tuple) and found[0] is not None:
        event["exception"] = "\n".join(_chain(found[1], found[2]))
    return event


def _chain(error: BaseException, trace: TracebackType | None, told: frozenset[int] = frozenset()) -> list[str]:
    """The first cause first. What raises its own cause again, as Procrastinate does, makes a ring of the two."""
    lines = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace, limit=-12)
    ]  # never the values: only places
    state = getattr(error, "sqlstate", None)
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}" + (f" {state}" if state else ""))
    cause, told = error.__cause__ or (None if error.__suppress_context__ else error.__context__), told | {id(error)}
    if cause is None or id(cause) in told:
        return lines
    return [*_chain(cause, cause.__traceback__, told), "then", *lines]


def configuration(*, level: str, json: bool) -> dict[str, Any]:
    """For Django's LOGGING: structlog's lines and everybody else's come out in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=TOLD),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_exception,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask_values, last],
    }
    return _logging(formatter, level)


def _logging(formatter: Mapping[str, Any], level: str) -> dict[str, Any]:
    quiet: MutableMapping[str, Any] = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": dict(formatter)},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "axes": quiet,
            "httpx2": quiet,
            "httpcore2": quiet,
            "procrastinate": quiet,
            "psycopg.pool": {"level": "ERROR"},  # it tells every attempt, five a second
        },
    }
