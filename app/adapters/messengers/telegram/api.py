"""Calls of the Telegram Bot API: one request, one answer, and errors without any text of it.

The token is part of the path, so no URL and no exception text of httpx leaves this module.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx

MAX_ANSWER = 1024 * 1024

UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
"""Telegram's answers to an unknown token or method."""

NEVER_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures before a byte of the request was written."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for the next bytes of an answer, and for a whole call.

    Without the last one, a server that sends a byte per second would never cause a timeout.
    """

    connect: float = 5.0
    answer: float = 20.0
    whole: float = 30.0


@dataclass(frozen=True, slots=True)
class ApiReply:
    """The response to a call; `body` is None if it is not a JSON object, or too long to be Telegram's.

    `retry_after` is the value of the header, in seconds.
    """

    status: int
    body: dict[str, Any] | None
    retry_after: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether Telegram reports success."""
        return is_success(self.status) and self.body is not None and self.body.get("ok") is True

    @property
    def result(self) -> Any:  # noqa: ANN401 - each method has a result of its own
        """The result of the method; None if there is none."""
        return None if self.body is None else self.body.get("result")

    @property
    def code(self) -> int:
        """The error number: Telegram's own, or the status if the answer is not Telegram's."""
        own = None if self.body is None else self.body.get("error_code")
        return own if isinstance(own, int) else self.status

    @property
    def description(self) -> str:
        """Telegram's description in lower case, for searching only; it is never shown or logged."""
        said = None if self.body is None else self.body.get("description")
        return said.lower() if isinstance(said, str) else ""

    @property
    def parameters(self) -> dict[str, Any]:
        """Telegram's parameters of an error."""
        said = None if self.body is None else self.body.get("parameters")
        return said if isinstance(said, dict) else {}


class CallFailed(Exception):
    """A call without an answer; `reached` is true if the provider may have received the request."""

    def __init__(self, code: str, *, reached: bool) -> None:
        """Store a short code of the failure."""
        super().__init__(code)
        self.code = code
        self.reached = reached


class TelegramApi:
    """The Bot API under one token; `api_url` is Telegram's or that of an own Bot API server."""

    def __init__(
        self,
        token: str,
        api_url: str,
        file_url: str,
        *,
        patience: Patience = Patience(),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare the client without connecting."""
        self._patience = patience
        self.bot_id = token.partition(":")[0]
        self._methods = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{file_url.rstrip('/')}/bot{token}/"
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=self._timeout(),
            # An idle connection may be dead without our knowledge, which leaves a sending unknown. A
            # duplicated answer on it would also be read as the answer of the next call.
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=0),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        """Return the API itself; leaving the context closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def call(
        self, method: str, *, wait_seconds: float = 0.0, parameters: dict[str, Any] | None = None
    ) -> ApiReply:
        """Call a method; Telegram may delay its answer by up to `wait_seconds`.

        Raises CallFailed if no answer comes.
        """
        timeout = self._timeout(wait_seconds)
        with _telling_nothing():
            async with asyncio.timeout(self._patience.whole + wait_seconds):
                request = self._client.build_request(
                    "POST", self._methods + method, json=parameters or {}, timeout=timeout
                )
                response = await self._client.send(request, stream=True)
                try:
                    return await _read(response)
                finally:
                    await response.aclose()

    @asynccontextmanager
    async def open_file(self, path: str) -> AsyncIterator[httpx.Response]:
        """Open a file by the path that getFile returned.

        Raises CallFailed if no answer comes.
        """
        with _telling_nothing():
            async with self._client.stream("GET", self._files + path) as response:
                yield response

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _timeout(self, wait_seconds: float = 0.0) -> httpx.Timeout:
        waits = self._patience
        return httpx.Timeout(waits.answer + wait_seconds, connect=waits.connect, pool=waits.connect)


class _telling_nothing:  # noqa: N801 - used as a statement
    """A context that replaces httpx's errors, which quote the URL with the token, by a bare CallFailed."""

    def __enter__(self) -> None:
        """Prepare nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise our own error, without a chain to the original one."""
        if isinstance(failure, NEVER_REACHED):
            raise CallFailed("not_connected", reached=False) from None
        if isinstance(failure, httpx.TimeoutException | TimeoutError):
            raise CallFailed("no_answer_in_time", reached=True) from None
        if isinstance(failure, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError):
            raise CallFailed("connection_broken", reached=True) from None


async def _read(response: httpx.Response) -> ApiReply:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > MAX_ANSWER:
            break
    return ApiReply(response.status_code, _object(bytes(content)), _seconds(response))


def _object(content: bytes) -> dict[str, Any] | None:
    if len(content) > MAX_ANSWER:
        return None
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _seconds(response: httpx.Response) -> float | None:
    """Parse Retry-After in seconds or as a date; a date is relative to the answer's own Date."""
    said = response.headers.get("Retry-After")
    if said is None:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        until, now = (parsedate_to_datetime(text) for text in (said, response.headers.get("Date", "")))
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def is_success(status: int) -> bool:
    """Check whether an HTTP status means success."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
