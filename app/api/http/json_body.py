"""JSON bodies: read up to a limit and parsed strictly."""

import json
import math
import re
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect
from starlette.types import Receive

MAX_BODY = 1_048_576
MAX_DEPTH = 64
MAX_MEMBERS = 1000
"""Members of one object: each unknown member costs an error of its own."""
MAX_VALUES = 10_000
"""Separators, strings and brackets of a body: they bound the time to parse it."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
# The closing quote is optional: an endless string is skipped once, not once per quote.
_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]},]', re.DOTALL)


class BodyTooLarge(Exception):
    """The body is longer than the operation accepts."""


class MalformedJson(ValueError):
    """The bytes are not one JSON value (RFC 8259) in UTF-8."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read a body, and stop as soon as it exceeds `limit` bytes. BodyTooLarge."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        if not message.get("more_body", False):
            if not parts:
                return part
            parts.append(part)
            return b"".join(parts)
        if part:
            parts.append(part)


def parse_json(body: bytes) -> object:
    """Parse a body. MalformedJson.

    Refused besides invalid JSON: encodings other than UTF-8, NaN and infinities, numbers that overflow,
    repeated members, more than 1,000 members of an object, lone surrogates, nesting deeper than 64 and more
    than 10,000 separators, strings and brackets.
    """
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or body.count(b",") > MAX_VALUES:
        _check_structure(body)
    try:
        value: object = _DECODER.decode(body.decode("utf-8"))
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as failure:
        raise MalformedJson from failure
    return value


def _check_structure(body: bytes) -> None:
    depth = 0
    for number, token in enumerate(_STRUCTURE.finditer(body)):
        if number >= MAX_VALUES:
            raise MalformedJson
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedJson
        elif first in b"]}":
            depth -= 1


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs) or len(pairs) > MAX_MEMBERS:
        raise MalformedJson
    return members


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise MalformedJson
    return number


def _refuse(_: str) -> NoReturn:
    raise MalformedJson


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_number, parse_constant=_refuse)
