"""The request to describe the matter without obscenity (4.6)."""

from dataclasses import replace

from app.application.outbox.enqueue import notify_chat
from app.application.stamp import WriteContext
from app.domain.calendar.service_hours import moscow_day
from app.domain.sending.part import OutboxKind
from app.domain.tickets.ticket import Ticket, display_number
from app.domain.wording.customer import REWORDING


def ask_to_reword(writing: WriteContext, ticket: Ticket) -> Ticket:
    """Store the request in the outbox, once per ticket and Moscow day; the caller stores the ticket.

    The day is on the ticket, where the acknowledgement stores it too (`tell_once` explains the two ways of
    counting). A chat that is no longer the customer's working chat gets no request (4.1).
    """
    today = moscow_day(writing.now)
    chat = writing.uow.chats.get(ticket.chat_id)
    if ticket.language.rewording_asked_on == today or chat is None or chat.customer_id != ticket.customer_id:
        return ticket
    text = REWORDING.format(number=display_number(ticket.number))
    notify_chat(writing, chat, OutboxKind.TEXT_REQUEST, text, ticket_id=ticket.id, topic=ticket.topic)
    return replace(ticket, language=replace(ticket.language, rewording_asked_on=today))
