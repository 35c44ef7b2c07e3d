"""Asks the customer to put the matter calmly, in our own polite words (4.6)."""

from dataclasses import replace

from app.application.history import Writing
from app.domain.customer_texts import REWORDING
from app.domain.message import OutboxKind, OutboxMessage
from app.domain.ticket import Ticket, display_number
from app.domain.work_calendar import moscow_day


def ask_to_reword(writing: Writing, ticket: Ticket) -> Ticket:
    """Let the request wait for the relay, once a ticket and Moscow day; the caller saves the ticket.

    Nothing is sent to a chat that is not the customer's working chat any more (4.1).
    """
    today = moscow_day(writing.now)
    chat = writing.uow.chats.get(ticket.chat_id)
    if ticket.language.rewording_asked_on == today or chat is None or chat.customer_id != ticket.customer_id:
        return ticket
    writing.uow.outbox.add(
        OutboxMessage(
            id=writing.ids.next(),
            chat_id=chat.id,
            ticket_id=ticket.id,
            message_id=None,
            kind=OutboxKind.ACKNOWLEDGEMENT,
            text=REWORDING.format(number=display_number(ticket.number)),
            created_at=writing.now,
        )
    )
    return replace(ticket, language=replace(ticket.language, rewording_asked_on=today))
