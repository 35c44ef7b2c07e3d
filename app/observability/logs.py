"""Logs on standard error: one JSON line per event, or a short readable line on a terminal.

Everything but printable ASCII is escaped, so no value can forge a line. An exception is logged by its
kinds and places, without its message: messages quote values, and values may be personal data.
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
"""Id of the request that the current task handles; log lines carry it."""

EventDict = MutableMapping[str, Any]
MAX_FRAMES = 30
MAX_CAUSES = 8
CLIENT_ERROR = 400
CHATTY = ("httpx", "httpcore", "alembic")
SERVER_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.asgi")


class _StandardError(io.TextIOBase):
    """Writes to the standard error of the moment, not to the one of the set-up.

    A line that cannot be written is lost: a full disk must not end a connection to a client.
    """

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def set_up_logs(level: str = "INFO", form: str = "json") -> None:
    """Send the events of structlog and of every library's logger to standard error.

    `form` is `json`, `text`, or `auto`: text if standard error is a terminal, otherwise JSON.
    """
    out = _StandardError()
    number = logging.getLevelNamesMapping()[level.upper()]
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    common: list[structlog.typing.Processor] = [
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
        if as_text
        else structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
    ]
    render = readable if as_text else structlog.processors.JSONRenderer(one_line)
    structlog.configure(
        processors=[*common, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", out)),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *common],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
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
        logger.setLevel(logging.WARNING if as_text else logging.NOTSET)
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def one_line(event: EventDict, **_: object) -> str:
    """Render an event as one line of JSON in ASCII."""
    return json.dumps(event, default=_kind, separators=(",", ":")).replace("\x7f", "\\u007f")


def readable(_: object, __: str, event: EventDict) -> str:
    """Render an event for a person: a line, and below it the places of an exception."""
    time, level = event.pop("timestamp", ""), event.pop("level", "")
    failure = event.pop("failure", ())
    name = _quoted(event.pop("event", ""))[1:-1]
    if name == "request" and event.get("status", CLIENT_ERROR) < CLIENT_ERROR:
        event.pop("request_id", None)
    if name == "request":
        first = [str(event.pop(part, "-")) for part in ("status", "method", "route")]
        first.append(f"{event.pop('duration_ms', 0):.1f} ms")
    else:
        first = [level, name]
    rest = [f"{key}={_value(value)}" for key, value in event.items() if value is not None]
    lines = [" ".join((time, *first, *rest))]
    for cause in failure:
        lines += (f"    {_quoted(part)[1:-1]}" for part in (cause["kind"], *cause["at"]))
    return "\n".join(lines)


def _value(value: object) -> str:
    """Return printable ASCII without spaces as it is, and anything else as JSON in quotes."""
    if isinstance(value, str):
        quoted = _quoted(value)
        return value if quoted == f'"{value}"' and " " not in value else quoted
    return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(value, default=_kind).replace("\x7f", "\\u007f")


def describe_exception(_: object, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its kinds and places."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    failure = found[1] if isinstance(found, tuple) else found
    if isinstance(failure, BaseException):
        event["failure"] = described(failure)
    return event


def described(failure: BaseException) -> list[dict[str, Any]]:
    """Return kinds and places of an exception and of its causes, the outermost first."""
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
    """Keep the first line of a library's message: asyncio quotes tasks with their exceptions below it."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event
