"""Logs: one JSON line an event on standard error, in which nobody can forge another one.

Everything but printable ASCII is escaped. Of an exception the kinds and the places are told, never
the message: messages quote values, and values are what people wrote.
"""

import io
import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

request_id_now: ContextVar[str | None] = ContextVar("request_id_now", default=None)
"""The id of the request that this task answers; log lines carry it."""

EventDict = MutableMapping[str, Any]
MAX_FRAMES = 30
MAX_CAUSES = 8
CHATTY = ("httpx", "httpcore", "alembic")
SERVER_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.asgi")


class _StandardError(io.TextIOBase):
    """Standard error as it is at the moment of writing, not as it was when the logs were set up.

    What cannot be written is lost: a full disk of the logs must not end a connection to a client.
    """

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def set_up_logs(level: str = "INFO") -> None:
    """Send structlog's events and those of every library's logger the same way out."""
    out = _StandardError()
    number = logging.getLevelNamesMapping()[level.upper()]
    common: list[structlog.typing.Processor] = [
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
    ]
    structlog.configure(
        processors=[*common, structlog.processors.JSONRenderer(one_line)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", out)),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *common],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(one_line),
        ],
        keep_exc_info=False,
        keep_stack_info=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in SERVER_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def one_line(event: EventDict, **_: object) -> str:
    """Render an event as one line of ASCII."""
    return json.dumps(event, default=_kind, separators=(",", ":")).replace("\x7f", "\\u007f")


def describe_exception(_: object, __: str, event: EventDict) -> EventDict:
    """Replace an exception by what it is and where it came from."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    failure = found[1] if isinstance(found, tuple) else found
    if isinstance(failure, BaseException):
        event["failure"] = described(failure)
    return event


def described(failure: BaseException) -> list[dict[str, Any]]:
    """Tell kinds and places of an exception and of its causes, the outermost first."""
    told: list[dict[str, Any]] = []
    seen: set[int] = set()
    one: BaseException | None = failure
    while one is not None and id(one) not in seen and len(told) < MAX_CAUSES:
        seen.add(id(one))
        told.append({"kind": _kind(one), "at": _places(one.__traceback__)})
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return told


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MAX_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _kind(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def _add_request_id(_: object, __: str, event: EventDict) -> EventDict:
    request_id = request_id_now.get()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event


def _first_line(_: object, __: str, event: EventDict) -> EventDict:
    """Keep what a library says, not what it quotes: asyncio lists tasks with their exceptions."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event
