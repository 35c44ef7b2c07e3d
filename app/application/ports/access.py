"""Repositories of access: API keys, and responses kept under idempotency keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An HTTP response as it was first sent: stored with its effect, replayed byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A response under an idempotency key, and the fingerprint of its request."""

    fingerprint: str
    answer: StoredResponse
    created_at: datetime


class IdempotencyRepository(Protocol):
    """Responses by API key and idempotency key."""

    def find(self, key_id: str, key: str) -> KeptAnswer | None:
        """Find a response, and lock the key until the transaction ends."""
        ...

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        """Store the response of a key that has none."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` responses stored before an instant; return their number."""
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An integrator's key; only the SHA-256 of the secret is stored. Days are Moscow days."""

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
        """Revoke; False if the key is unknown or already revoked."""
        ...
