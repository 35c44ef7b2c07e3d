"""Pages by cursor: opaque, and bound to a list, its order and its caller.

A cursor holds the key of the last row and a digest over that key, the path, the filters and the
confinement of the caller. It is no secret and needs no signature: a forged one only starts at another place
of the same confined list, and its values are checked by type.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import NO_HEADERS, json_answer, response_of
from app.api.http.keys import Caller
from app.api.http.problems import Problem
from app.application.ports.access import StoredResponse

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
CURSOR_MAX = 1024
DIGEST_BYTES = 9
INT64 = 2**63
TEXT_MAX = 256

Row = TypeVar("Row")
Value = datetime | date | int | str
Key = tuple[Value, ...]


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

    def after(self, *kinds: type) -> Any:  # noqa: ANN401 - a tuple of the kinds
        """Return the key of the last row seen, as a tuple of these types, or None. Problem `bad_cursor`."""
        if self.page.cursor is None:
            return None
        key = _decode(self.page.cursor, self._bound_to)
        if len(key) != len(kinds) or any(
            type(value) is not kind for value, kind in zip(key, kinds, strict=True)
        ):
            raise Problem("bad_cursor")
        return key

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


def _encode(key: Key, bound_to: bytes) -> str:
    text = json.dumps([_written(value) for value in key], separators=(",", ":")).encode()
    return urlsafe_b64encode(_digest(text, bound_to) + text).rstrip(b"=").decode()


def _decode(cursor: str, bound_to: bytes) -> Key:
    try:
        if not 0 < len(cursor) <= CURSOR_MAX:
            raise Problem("bad_cursor")
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, text = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
        if digest != _digest(text, bound_to):
            raise Problem("bad_cursor")
        key = tuple(_read(kind, value) for kind, value in json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise Problem("bad_cursor") from None
    if _encode(key, bound_to) != cursor:
        raise Problem("bad_cursor")
    return key


def _digest(text: bytes, bound_to: bytes) -> bytes:
    return hashlib.sha256(b"%d:%s%s" % (len(text), text, bound_to)).digest()[:DIGEST_BYTES]


def _written(value: Value) -> tuple[str, int | str]:
    match value:
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
        case int():
            return "i", value
        case str():
            return "s", value


def _read(kind: object, value: object) -> Value:
    match kind, value:
        case "t", str():
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError
            return moment
        case "d", str():
            return date.fromisoformat(value)
        case "i", int() if type(value) is int and abs(value) < INT64:
            return value
        case "s", str() if len(value) <= TEXT_MAX and "\0" not in value:
            value.encode()
            return value
        case _:
            raise ValueError
