"""API keys: the caller behind a bearer token, with its scopes and the customer that confines it."""

import asyncio
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.application.administration.api_keys import hash_of, works
from app.application.ports.access import ApiKey
from app.application.ports.store import Store
from app.application.stamp import Clock

CACHE_SECONDS = 0.5
"""Seconds that a looked-up key stays valid: keys made or revoked elsewhere take effect within a second."""
CACHE_SIZE = 4096
TOKEN_MAX = 512
ADMIN_KEY_ID = "admin"


class Scope(StrEnum):
    """A permission of a key."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    TICKETS_WORK = "tickets:work"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CALENDAR_WRITE = "calendar:write"
    EVENTS_READ = "events:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
    REPORTS_READ = "reports:read"
    PRIVACY_MANAGE = "privacy:manage"
    KNOWLEDGE_READ = "knowledge:read"
    KNOWLEDGE_WRITE = "knowledge:write"
    CHANNELS_MANAGE = "channels:manage"


class Access(StrEnum):
    """The requirement of an operation that has no scope."""

    ANY_KEY = "any key"
    PUBLIC = "public"
    PROVIDER = "provider's secret"
    """A messenger calls, with the secret that the declaration's `admits` checks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of the key of a request; `customer_id` confines it to one customer."""

    key_id: str
    scopes: frozenset[str]
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Lookup:
    at: float
    key: ApiKey | None


class KeyRing:
    """Finds the caller of a bearer token.

    Keys are in the store. The result of a lookup is kept for half a second, an unknown key's too: keys of the
    command line work and stop within a second, without a read for every request.
    """

    def __init__(self, store: Store, clock: Clock, admin_tokens: Collection[str] = ()) -> None:
        """Store the admin keys of the settings, which have every scope and are one caller."""
        self._store = store
        self._clock = clock
        self._admin_sha256s = tuple(map(hash_of, admin_tokens))
        self._admin = Caller(ADMIN_KEY_ID, frozenset(Scope))
        self._lookups: dict[str, _Lookup] = {}
        self._running: dict[str, asyncio.Task[ApiKey | None]] = {}

    async def caller_of(self, token: str) -> Caller | None:
        """Return the caller, or None for a token that is unknown, expired or revoked."""
        if not token or len(token) > TOKEN_MAX:
            return None
        digest = hash_of(token)
        if any(hmac.compare_digest(digest, admin) for admin in self._admin_sha256s):
            return self._admin
        key = await self._key(digest)
        if key is None or not hmac.compare_digest(key.secret_sha256, digest):
            return None
        if not works(key, self._clock.stamp().now):
            return None
        return Caller(key.id, key.scopes, key.customer_id)

    async def _key(self, digest: str) -> ApiKey | None:
        loop = asyncio.get_running_loop()
        known = self._lookups.get(digest)
        if known is not None and loop.time() - known.at < CACHE_SECONDS:
            return known.key
        task = self._running.get(digest)
        if task is None:
            task = self._running[digest] = loop.create_task(self._look_up(digest))
            task.add_done_callback(lambda _: self._running.pop(digest, None))
        return await asyncio.shield(task)

    async def _look_up(self, digest: str) -> ApiKey | None:
        began = asyncio.get_running_loop().time()
        key = await self._store.read(lambda uow: uow.api_keys.find(digest))
        if len(self._lookups) >= CACHE_SIZE:
            self._lookups.clear()
        self._lookups[digest] = _Lookup(began, key)
        return key


def bearer_token(authorization: list[str]) -> str | None:
    """Read the token of the Authorization header; None if there is not exactly one bearer token."""
    if len(authorization) != 1:
        return None
    scheme, _, token = authorization[0].strip(" \t").partition(" ")
    token = token.strip(" ")
    return token if scheme.lower() == "bearer" and token else None
