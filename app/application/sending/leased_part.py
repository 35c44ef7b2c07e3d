"""A part of a message while it is being sent: its lease, and the storing of its state."""

from dataclasses import dataclass
from datetime import datetime

from app.application.ports.messengers import Outgoing
from app.application.ports.store import UnitOfWork
from app.domain.sending.part import OutboxKind, OutboxMessage
from app.domain.sending.policy import ResendUnknown, delivery_of


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send a part until the lease ends; `token` excludes senders that come too late."""

    sequence: int
    token: str
    channel: str
    kind: OutboxKind
    message: Outgoing
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """Parameters of settling: a random number from -1 to 1, and the policy of sending again."""

    jitter: float = 0.0
    resend: ResendUnknown = ResendUnknown.ONCE


def keep_part(uow: UnitOfWork, part: OutboxMessage, now: datetime) -> None:
    """Store a part, and with it the delivery state of its message."""
    uow.outbox.save(part)
    if part.message_id is not None and part.ticket_id is not None:
        delivery = delivery_of(uow.outbox.parts_of(part), now)
        uow.messages.set_delivery(part.ticket_id, part.message_id, delivery)
