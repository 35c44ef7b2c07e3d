"""A message as it is shown: with its attachments."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment
from app.domain.tickets.message import Message


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message and its attachments."""

    message: Message
    attachments: tuple[Attachment, ...] = ()

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.message.id


def view_messages(uow: UnitOfWork, messages: Sequence[Message]) -> list[MessageView]:
    """Return messages with their attachments, by one query for all of them."""
    files = uow.attachments.of_messages([message.id for message in messages]) if messages else {}
    return [MessageView(message, tuple(files.get(message.id, ()))) for message in messages]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of tickets as they are shown."""

    uow: UnitOfWork

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[MessageView]:
        """List in the order of storing, oldest first; `after` is the id of the last one seen."""
        return view_messages(self.uow, self.uow.messages.of_ticket(ticket_id, after=after, limit=limit))
