"""Repositories of access: API keys, and responses kept under idempotency keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An HTTP answer as it was first given: kept with the effect, replayed byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer under an idempotency key, and the fingerprint of the request that it answered."""

    fingerprint: str
    answer: StoredResponse
    created_at: datetime


class IdempotencyRepository(Protocol):
    """Answers by API key and idempotency key."""

    def find(self, key_id: str, key: str, *, since: datetime) -> KeptAnswer | None:
        """Find an answer that was given at `since` or later. Holds the key until the transaction ends."""
        ...

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        """Keep an answer, over an expired one if there is any."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Drop up to `limit` answers given before an instant; give how many."""
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an integrator; of the secret only the SHA-256 is kept. Days are Moscow days."""

    id: str
    name: str
    secret_sha256: str
    scopes: frozenset[str]
    customer_id: str | None
    created_at: datetime
    expires_on: date | None
    revoked_at: datetime | None = None


class ApiKeyRepository(Protocol):
    """API keys."""

    def find(self, secret_sha256: str) -> ApiKey | None: ...
    def add(self, key: ApiKey) -> None: ...
    def all(self) -> Sequence[ApiKey]:
        """List every key, oldest first."""
        ...

    def revoke(self, key_id: str, at: datetime) -> bool:
        """Revoke; False if there is no such key, or it is revoked already."""
        ...
