"""Stores an agent's text in the conversation and in the outbox, in the transaction that causes it."""

from app.application.errors import ChatNotAssignedError
from app.application.outbox.enqueue import Concerns, enqueue
from app.application.stamp import WriteContext
from app.domain.sending.part import OutboxKind
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.ticket import Ticket


def send_to_chat(
    writing: WriteContext, ticket: Ticket, agent: str, text: str, stems: tuple[str, ...], kind: OutboxKind
) -> Message:
    """Store the text verbatim and enqueue it for the relay.

    Raises ChatNotAssignedError if the chat is no longer the customer's working chat (4.1).
    """
    uow, now = writing.uow, writing.now
    chat = uow.chats.get(ticket.chat_id)
    if chat is None or chat.customer_id != ticket.customer_id:
        raise ChatNotAssignedError
    message = Message(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        author=MessageAuthor.AGENT,
        agent=agent,
        text=text,
        sent_at=None,
        created_at=now,
        delivery=Delivery(DeliveryState.PENDING, now),
    )
    uow.messages.add(message)
    uow.tickets.add_stems(ticket.id, stems)
    enqueue(writing, chat, kind, text, Concerns(ticket.id, message.id, topic=ticket.topic))
    return message
