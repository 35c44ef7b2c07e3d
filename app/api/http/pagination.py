"""Pages by cursor: opaque, and bound to a list, its order and its caller.

A cursor holds the key of the last row and a digest over that key, the path, the filters and the
confinement of the caller. The digest has no secret, so that anyone can forge a cursor. A forged one only
starts at another place of the same confined list: each value is parsed as strictly as its column needs, and
the database never gets a value that it cannot compare.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import NO_HEADERS, json_answer, response_of
from app.api.http.keys import Caller
from app.api.http.problems import Problem
from app.api.schemas.base import UUID_PATTERN
from app.application.ports.access import StoredResponse

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
CURSOR_MAX = 1024
DIGEST_BYTES = 9
RANK_MAX = 2**31 - 1
"""Greatest value of an integer column of PostgreSQL."""

TEXT_MAX = 256

Row = TypeVar("Row")
Value = datetime | date | int | str
Key = tuple[Value, ...]
Column = Callable[[Any], Value]
"""Parses the value of a column from a cursor. Raises ValueError or TypeError for any other value."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The number of rows that the caller asks for, and the cursor that they follow."""

    limit: int
    cursor: str | None


def _plain_digits(value: object) -> object:
    """Pass digits only: neither 5.0 nor 1_0 nor a leading blank is an integer here."""
    return "" if isinstance(value, str) and not (value.isascii() and value.isdigit()) else value


async def _page_request(
    limit: Annotated[
        Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_plain_digits)],
        Query(description="Maximum number of items per page. It may differ between pages."),
    ] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(
            description="`next_cursor` of the previous page. Filters and sort order must be the same.",
            json_schema_extra={"maxLength": CURSOR_MAX, "pattern": "^[A-Za-z0-9_-]+$"},
        ),
    ] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


Page = Annotated[PageRequest, Depends(_page_request)]
"""`limit` and `cursor` as a parameter of an endpoint."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A requested list: path, query and confinement bind its cursors and make the link to the next page."""

    path: str
    query: tuple[tuple[str, str], ...]
    customer_id: str | None
    page: PageRequest

    @property
    def rows(self) -> int:
        """The number of rows to read: one more than the page, which shows whether there is a next page."""
        return self.page.limit + 1

    def after(self, *columns: Column) -> Any:  # noqa: ANN401 - a tuple of the columns' values
        """Return the key of the last row seen, one value per column, or None. Problem `bad_cursor`."""
        if self.page.cursor is None:
            return None
        return _decode(self.page.cursor, self._bound_to, columns)

    def render(
        self,
        found: Sequence[Row],
        item: Callable[[Row], bytes],
        key: Callable[[Row], Key],
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> StoredResponse:
        """Render the page of the found rows, at most `rows`."""
        shown = found[: self.page.limit]
        cursor = _encode(key(shown[-1]), self._bound_to) if len(found) > len(shown) else None
        items = b",".join([item(row) for row in shown])
        tail = b"null" if cursor is None else b'"%s"' % cursor.encode()
        body = b'{"items":[%s],"next_cursor":%s}' % (items, tail)
        return json_answer(200, body, headers if cursor is None else {**headers, "Link": self._link(cursor)})

    def respond(
        self,
        found: Sequence[Row],
        item: Callable[[Row], bytes],
        key: Callable[[Row], Key],
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Response:
        """Return the response with the page of the found rows."""
        return response_of(self.render(found, item, key, headers))

    @property
    def _bound_to(self) -> bytes:
        """The fields that the digest covers; the order of the filters and the size of the page may change."""
        return json.dumps([self.path, sorted(self.query), self.customer_id]).encode()

    def _link(self, cursor: str) -> str:
        query = [*self.query, ("limit", str(self.page.limit)), ("cursor", cursor)]
        path = quote(self.path, safe="/:@!$&'()*+;=~-._", errors="replace")
        return f'<{path}?{urlencode(query, errors="replace")}>; rel="next"'


def listing(request: Request, caller: Caller, page: PageRequest) -> Listing:
    """Build the list that a request asks for by path, query and caller."""
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = tuple(pair for pair in pairs if pair[0] not in {"limit", "cursor"})
    return Listing(request.scope["path"], query, caller.customer_id, page)


def instant_column(value: Any) -> datetime:  # noqa: ANN401 - any JSON value
    """Parse an instant in UTC."""
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is not UTC:
        raise ValueError
    return instant


def day_column(value: Any) -> date:  # noqa: ANN401 - any JSON value
    """Parse a day."""
    return date.fromisoformat(value)


def rank_column(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """Parse a rank: an integer from 0."""
    if type(value) is not int or not 0 <= value <= RANK_MAX:
        raise ValueError
    return value


def id_column(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Parse a UUID of the service."""
    if not _UUID.fullmatch(value):
        raise ValueError
    return str(value)


def name_column(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Parse a name, as databases can store it: no NUL, no half of a surrogate pair."""
    if type(value) is not str or len(value) > TEXT_MAX or "\0" in value:
        raise ValueError
    value.encode()
    return value


_UUID = re.compile(UUID_PATTERN, re.ASCII)


def _encode(key: Key, bound_to: bytes) -> str:
    text = json.dumps([_written(value) for value in key], separators=(",", ":")).encode()
    return urlsafe_b64encode(_digest(text, bound_to) + text).rstrip(b"=").decode()


def _decode(cursor: str, bound_to: bytes, columns: Sequence[Column]) -> Key:
    try:
        if not 0 < len(cursor) <= CURSOR_MAX:
            raise Problem("bad_cursor")
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, text = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
        if digest != _digest(text, bound_to):
            raise Problem("bad_cursor")
        key = tuple(column(value) for column, value in zip(columns, json.loads(text), strict=True))
    except (ValueError, TypeError, RecursionError):
        raise Problem("bad_cursor") from None
    # One spelling per key: no other form of the same instant, and no blanks.
    if _encode(key, bound_to) != cursor:
        raise Problem("bad_cursor")
    return key


def _digest(text: bytes, bound_to: bytes) -> bytes:
    return hashlib.sha256(b"%d:%s%s" % (len(text), text, bound_to)).digest()[:DIGEST_BYTES]


def _written(value: Value) -> int | str:
    return value.isoformat() if isinstance(value, date) else value
