"""Calls of the Telegram Bot API: one request, one answer, and never a word of it in an error.

The token is part of the path, so nothing here lets a URL or an exception's text of httpx go further.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import Any, Self

import httpx

MAX_ANSWER = 1024 * 1024

NO_PARAMETERS: MappingProxyType[str, Any] = MappingProxyType({})

UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
"""What Telegram answers to a token, or a method, that it does not know."""

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
    """Seconds to wait: for a connection, for the next bytes of an answer, and for a call as a whole.

    Without the last a server that drips a byte a second would never let the reading time out.
    """

    connect: float = 5.0
    answer: float = 20.0
    whole: float = 30.0


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What came back. `body` is None where it is no JSON object, or too long to be one of Telegram's.

    `retry_after` is what the header asks for, in seconds.
    """

    status: int
    body: dict[str, Any] | None
    retry_after: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether Telegram says that the call did what it should."""
        return is_success(self.status) and self.body is not None and self.body.get("ok") is True

    @property
    def result(self) -> Any:  # noqa: ANN401 - each method has a result of its own
        """What the method gives; None where there is none."""
        return None if self.body is None else self.body.get("result")

    @property
    def code(self) -> int:
        """The error's number: Telegram's own, or the status where the answer is not Telegram's."""
        own = None if self.body is None else self.body.get("error_code")
        return own if isinstance(own, int) else self.status

    @property
    def description(self) -> str:
        """Telegram's description in lower case, to be searched only, never shown or logged."""
        said = None if self.body is None else self.body.get("description")
        return said.lower() if isinstance(said, str) else ""

    @property
    def parameters(self) -> dict[str, Any]:
        """Telegram's hints about an error."""
        said = None if self.body is None else self.body.get("parameters")
        return said if isinstance(said, dict) else {}


class CallFailed(Exception):
    """No answer came. `reached` says whether the provider may have got the request."""

    def __init__(self, code: str, *, reached: bool) -> None:
        """Take a short word for what happened."""
        super().__init__(code)
        self.code = code
        self.reached = reached


class TelegramApi:
    """The Bot API under one token; `api_url` is Telegram's or that of a Bot API server of one's own."""

    def __init__(
        self,
        token: str,
        api_url: str,
        file_url: str,
        *,
        patience: Patience = Patience(),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Connect to nothing yet."""
        self._patience = patience
        self.bot_id = token.partition(":")[0]
        self._methods = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{file_url.rstrip('/')}/bot{token}/"
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=self._timeout(),
            # A connection that rested may be dead without our knowing, which leaves a sending unknown, and
            # what was said twice on it would be taken for the answer of the next call.
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=0),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        """Use for a while."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        await self.close()

    async def call(
        self, method: str, *, wait_seconds: float = 0.0, parameters: dict[str, Any] | None = None
    ) -> ApiReply:
        """Call a method; Telegram was asked to wait up to `wait_seconds` with its answer. CallFailed."""
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
        """Open a file by the path that getFile gave. CallFailed."""
        with _telling_nothing():
            async with self._client.stream("GET", self._files + path) as response:
                yield response

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _timeout(self, wait_seconds: float = 0.0) -> httpx.Timeout:
        waits = self._patience
        return httpx.Timeout(waits.answer + wait_seconds, connect=waits.connect, pool=waits.connect)


class _telling_nothing:  # noqa: N801 - used as a statement
    """Turns what httpx raises, which quotes the URL with the token, into a CallFailed without words."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise by our own name, and cut the chain to the other."""
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
    """Read Retry-After, which is seconds or a date; a date counts from the answer's own Date."""
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
    """Say whether an HTTP status is one of success."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
