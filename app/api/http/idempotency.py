"""Answers once: a repeated POST gets the first answer again, byte for byte.

The answer is rendered and kept in the transaction of its effect. Within this process a duplicate
waits for the first; between processes the repository holds the key until the transaction ends.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from app.api.http.answers import response_of
from app.api.http.keys import Caller
from app.api.http.problems import FieldError, Problem
from app.application.ports.store import KeptAnswer, Store, StoredResponse, UnitOfWork
from app.application.stamp import Stamp

KEPT_FOR = timedelta(hours=24)
WAIT_SECONDS = 5.0
KEY_MAX = 255
PURGE_EVERY = 10
PURGE_ROWS = 20
"""Every tenth write drops up to twenty expired answers: twice as many as were added."""
SERVER_ERROR = 500
REPLAYED = {"Idempotency-Replayed": "true"}

_VISIBLE = re.compile("[!-~]+")

Work = Callable[[UnitOfWork], StoredResponse]
Slot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer with the fingerprint of the request that it was given to."""

    fingerprint: str
    answer: StoredResponse
    replayed: bool = False


Running = dict[Slot, "asyncio.Future[_Given | None]"]
_running: WeakKeyDictionary[asyncio.AbstractEventLoop, Running] = WeakKeyDictionary()
_writes = count(1)


async def answer(
    request: Request, caller: Caller, store: Store, stamp: Stamp, work: Work, *, body: bytes | None = None
) -> Response:
    """Do the work, or give the answer that it got before under the same Idempotency-Key.

    `body` stands for the request's where that has been read away; equal ones are the same request.
    What `work` raises, and an answer of 5xx, keeps nothing. Problem: `idempotency_key_reused`,
    `idempotency_in_progress`, `validation_failed` for a key that is none.
    """
    key = idempotency_key(request)
    if key is None:
        return response_of(await store.write(work))
    fingerprint = await fingerprint_of(request, body)
    slot = (caller.key_id, key)
    running = _running.setdefault(asyncio.get_running_loop(), {})
    given = await _wait(running, slot)
    if given is None:
        first = running[slot] = asyncio.get_running_loop().create_future()
        try:
            given = await store.write(_keeping(slot, fingerprint, stamp, work))
            if given.answer.status < SERVER_ERROR:
                first.set_result(given)
        finally:
            del running[slot]
            if not first.done():
                first.set_result(None)
    else:
        given = _Given(given.fingerprint, given.answer, replayed=True)
    if given.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused")
    return response_of(given.answer, REPLAYED) if given.replayed else response_of(given.answer)


def is_replay(response: Response) -> bool:
    """Say whether an answer was given before, so that nothing was done for it now."""
    return all(response.headers.get(name) == value for name, value in REPLAYED.items())


def idempotency_key(request: Request) -> str | None:
    """Read the header; None without it. Problem if it is not 1 to 255 visible ASCII characters."""
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


async def fingerprint_of(request: Request, body: bytes | None = None) -> str:
    """Give the SHA-256 of method, path, query and body."""
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


async def _wait(running: Running, slot: Slot) -> _Given | None:
    """Wait while another request has the slot; None if the slot is free."""
    if slot not in running:
        return None
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while (first := running.get(slot)) is not None:
                given = await asyncio.shield(first)
                if given is not None:
                    return given
    except TimeoutError:
        raise Problem("idempotency_in_progress") from None
    return None


def _keeping(slot: Slot, fingerprint: str, stamp: Stamp, work: Work) -> Callable[[UnitOfWork], _Given]:
    """Wrap the work: look the key up, do the work, keep its answer."""
    since = stamp.now - KEPT_FOR
    purges = next(_writes) % PURGE_EVERY == 0

    def keeping(uow: UnitOfWork) -> _Given:
        kept = uow.idempotency.find(*slot, since=since)
        if kept is not None:
            return _Given(kept.fingerprint, kept.answer, replayed=True)
        given = _Given(fingerprint, work(uow))
        if given.answer.status < SERVER_ERROR:
            uow.idempotency.save(*slot, KeptAnswer(fingerprint, given.answer, stamp.now))
        if purges:
            uow.idempotency.purge(before=since, limit=PURGE_ROWS)
        return given

    return keeping
