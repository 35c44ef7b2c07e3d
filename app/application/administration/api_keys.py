"""API keys: their form, their stored hash and their validity.

A key has 256 random bits, so its SHA-256 protects it as well as a slow hash would.
"""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime

from app.application.ports.access import ApiKey
from app.domain.calendar.service_hours import moscow_day

PREFIX = "jsd_"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key. The token is shown once; only its hash is stored."""

    token: str = field(repr=False)
    secret_sha256: str


def new_key(chance: bytes) -> NewKey:
    """Build a key from 32 random bytes. Raises ValueError for any other number of them."""
    if len(chance) != SECRET_BYTES:
        raise ValueError(f"a key is made of {SECRET_BYTES} random bytes, not of {len(chance)}")
    token = PREFIX + urlsafe_b64encode(chance).rstrip(b"=").decode()
    return NewKey(token, hash_of(token))


def hash_of(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal digits, as it is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def works(key: ApiKey, now: datetime) -> bool:
    """Check whether a key is valid at an instant; `expires_on` is its last Moscow day.

    A revoked key stays revoked, even if the clock steps back.
    """
    if key.revoked_at is not None:
        return False
    return key.expires_on is None or moscow_day(now) <= key.expires_on
