"""API keys: how they look, what is kept of them and until when they work.

A key carries 256 bits of chance, so its SHA-256 is as good a secret as any slow hash (choices).
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
    """A key just made. The token is shown once; the store keeps only the hash."""

    token: str = field(repr=False)
    secret_sha256: str


def new_key(chance: bytes) -> NewKey:
    """Make a key of 32 random bytes. ValueError for any other number of them."""
    if len(chance) != SECRET_BYTES:
        raise ValueError(f"a key is made of {SECRET_BYTES} random bytes, not of {len(chance)}")
    token = PREFIX + urlsafe_b64encode(chance).rstrip(b"=").decode()
    return NewKey(token, hash_of(token))


def hash_of(token: str) -> str:
    """Give what is stored of a token: the SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def works(key: ApiKey, now: datetime) -> bool:
    """Say whether a key is good at an instant; `expires_on` is the last Moscow day of it."""
    if key.revoked_at is not None and key.revoked_at <= now:
        return False
    return key.expires_on is None or moscow_day(now) <= key.expires_on
