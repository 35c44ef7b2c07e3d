"""Receives an update: it is stored under its key, and nothing else is done (4.1)."""

import hashlib
from datetime import datetime

from app.application.ports.messengers import Messenger, UnreadableUpdateError
from app.application.ports.store import UnitOfWork
from app.domain.chats.inbox import ReceivedUpdate


def read_key(messenger: Messenger, raw: bytes, now: datetime) -> ReceivedUpdate:
    """Return the update with the key under which it is stored; for an unreadable one, its hash."""
    try:
        inbound = messenger.read(raw)
    except UnreadableUpdateError:
        digest = hashlib.sha256(raw).hexdigest()
        return ReceivedUpdate(messenger.channel, f"sha256:{digest}", None, raw, now)
    address = None if inbound.address is None else inbound.address.text
    return ReceivedUpdate(inbound.channel, inbound.dedup_key, address, raw, now)


def receive_update(uow: UnitOfWork, update: ReceivedUpdate) -> bool:
    """Store an update; False if it came before."""
    return uow.inbox.add(update)
