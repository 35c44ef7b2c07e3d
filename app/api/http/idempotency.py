"""Idempotency-Key: a repeated POST gets the first response again, byte for byte.

The response is rendered and stored in the transaction of its effect. Within this process a duplicate
waits for the first request; between processes the repository locks the key until the transaction ends.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import response_of
from app.api.http.keys import Caller
from app.api.http.problems import FieldError, Problem
from app.application.ports.access import KeptAnswer, StoredResponse
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Stamp

WAIT_SECONDS = 5.0
KEY_MAX = 255
SERVER_ERROR = 500
REPLAYED = {"Idempotency-Replayed": "true"}

_VISIBLE = re.compile("[!-~]+")

Result = TypeVar("Result")
Work = Callable[[UnitOfWork], tuple[StoredResponse, Result]]
"""Work in a transaction: the response, and a result for the endpoint, such as what to count."""
Slot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Done(Generic[Result]):
    """A response with the fingerprint of its request; `result` is None for a replayed one."""

    fingerprint: str
    answer: StoredResponse
    result: Result | None = None
    replayed: bool = False


Running = dict[Slot, "asyncio.Future[_Done[Any] | None]"]
_running: WeakKeyDictionary[asyncio.AbstractEventLoop, Running] = WeakKeyDictionary()


async def answer(
    request: Request,
    caller: Caller,
    store: Store,
    stamp: Stamp,
    work: Work[Result],
    *,
    body: bytes | None = None,
) -> tuple[Response, Result | None]:
    """Do the work, or replay the response that its Idempotency-Key got before; a replay has no result.

    `body` stands for the request's where the endpoint has consumed that; equal ones are the same request.
    An exception of `work` and a response of 5xx store nothing. Problem: `idempotency_key_reused`,
    `idempotency_in_progress`, `validation_failed` for a malformed key.
    """
    key = idempotency_key(request)
    if key is None:
        stored, result = await store.write(work)
        return response_of(stored), result
    fingerprint = await fingerprint_of(request, body)
    slot = (caller.key_id, key)
    running = _running.setdefault(asyncio.get_running_loop(), {})
    done: _Done[Result] | None = await _wait(running, slot)
    if done is None:
        first = running[slot] = asyncio.get_running_loop().create_future()
        try:
            done = await store.write(_once(slot, fingerprint, stamp, work))
            if done.answer.status < SERVER_ERROR:
                first.set_result(done)
        finally:
            del running[slot]
            if not first.done():
                first.set_result(None)
    else:
        done = _Done(done.fingerprint, done.answer, replayed=True)
    if done.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused")
    if done.replayed:
        return response_of(done.answer, REPLAYED), None
    return response_of(done.answer), done.result


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key, or None. Problem unless it is 1 to 255 visible ASCII characters."""
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    key = keys[0]
    if len(keys) == 1 and len(key) <= KEY_MAX and _VISIBLE.fullmatch(key):
        return key
    pointer = "/header/Idempotency-Key"
    too_long = FieldError(pointer, "too_long", "string_too_long", KEY_MAX)
    wrong = too_long if len(key) > KEY_MAX else FieldError(pointer, "bad_format")
    raise Problem("validation_failed", errors=[wrong])


def is_answered(uow: UnitOfWork, caller: Caller, key: str | None) -> bool:
    """Check whether a request with this Idempotency-Key has a stored response."""
    return key is not None and uow.idempotency.find(caller.key_id, key) is not None


async def fingerprint_of(request: Request, body: bytes | None = None) -> str:
    """Return the SHA-256 of method, path, query and body."""
    scope = request.scope
    digest = hashlib.sha256()
    for part in (
        scope["method"].encode(),
        scope["path"].encode("utf-8", "surrogatepass"),
        scope["query_string"],
    ):
        digest.update(b"%d:" % len(part) + part)
    digest.update(await request.body() if body is None else body)
    return digest.hexdigest()


async def _wait(running: Running, slot: Slot) -> _Done[Any] | None:
    """Wait while another request has the slot; return its response, or None if the slot is free."""
    if slot not in running:
        return None
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while (first := running.get(slot)) is not None:
                done = await asyncio.shield(first)
                if done is not None:
                    return done
    except TimeoutError:
        raise Problem("idempotency_in_progress") from None
    return None


def _once(
    slot: Slot, fingerprint: str, stamp: Stamp, work: Work[Result]
) -> Callable[[UnitOfWork], _Done[Result]]:
    """Wrap the work: look the key up, do the work, store its response."""

    def once(uow: UnitOfWork) -> _Done[Result]:
        kept = uow.idempotency.find(*slot)
        if kept is not None:
            return _Done(kept.fingerprint, kept.answer, replayed=True)
        stored, result = work(uow)
        if stored.status < SERVER_ERROR:
            uow.idempotency.save(*slot, KeptAnswer(fingerprint, stored, stamp.now))
        return _Done(fingerprint, stored, result)

    return once
