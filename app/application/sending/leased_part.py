"""A part of a message while it is being sent: the lease on it, and how its state is kept."""

from dataclasses import dataclass
from datetime import datetime

from app.application.ports.messengers import Outgoing
from app.application.ports.store import UnitOfWork
from app.domain.sending.part import OutboxKind, OutboxMessage
from app.domain.sending.policy import ResendUnknown, delivery_of


@dataclass(frozen=True, slots=True)
class Lease:
    """A part that is ours to send, until the lease ends; `token` fences off those who come too late."""

    sequence: int
    token: str
    channel: str
    kind: OutboxKind
    message: Outgoing


@dataclass(frozen=True, slots=True)
class Chance:
    """What settling is given beside the outcome: a chance from -1 to 1, and the policy of sending again."""

    jitter: float = 0.0
    resend: ResendUnknown = ResendUnknown.ONCE


def keep_part(uow: UnitOfWork, part: OutboxMessage, now: datetime) -> None:
    """Store a part, and with it how far its message got."""
    uow.outbox.save(part)
    if part.message_id is not None and part.ticket_id is not None:
        delivery = delivery_of(uow.outbox.parts_of(part), now)
        uow.messages.set_delivery(part.ticket_id, part.message_id, delivery)
