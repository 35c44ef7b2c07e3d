"""Tells the customer by itself what became of a ticket: decisions that changed, closings."""

from app.application.outbox.enqueue import NOTICE_DELAY, Concerns, enqueue
from app.application.outbox.tell_once import tell_once_a_day
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.domain.attachments.attachment import Attachment
from app.domain.attachments.file_types import MAX_DOWNLOAD, MIB
from app.domain.chats.chat import Chat
from app.domain.regulation.decision import Decision
from app.domain.sending.part import OutboxKind
from app.domain.tickets.notification import tell_closing, tell_decision, tells_the_same
from app.domain.tickets.ticket import Ticket
from app.domain.wording.customer import FILE_TOO_LARGE


def tell_if_changed(writing: WriteContext, ticket: Ticket, before: Decision, after: Decision) -> None:
    """Tell a new decision, unless outcome and reasons are those that the customer knows.

    A notice that has not gone out yet is replaced by the newer one. Nobody is told in a chat that is the
    customer's no more.
    """
    chat = _working_chat(writing, ticket)
    if chat is None or tells_the_same(before, after):
        return
    desk_open = writing.uow.calendar.calendar().is_open(writing.now)
    text = tell_decision(ticket.number, after, desk_open=desk_open)
    kind, later = OutboxKind.DECISION_NOTICE, writing.now + NOTICE_DELAY
    writing.uow.outbox.supersede(chat.id, ticket.id, kind, writing.now)
    enqueue(writing, chat, kind, text, Concerns(ticket.id, topic=ticket.topic), not_before=later)


def tell_closed(writing: WriteContext, ticket: Ticket, *, by_silence: bool) -> None:
    """Tell that a ticket was closed; `ticket` is as it was closed."""
    chat = _working_chat(writing, ticket)
    if chat is not None:
        text = tell_closing(ticket, by_silence=by_silence)
        enqueue(writing, chat, OutboxKind.CLOSING, text, Concerns(ticket.id, topic=ticket.topic))


def tell_file_too_large(uow: UnitOfWork, attachment: Attachment, stamp: Stamp) -> None:
    """Tell that a file was not received, at most once a ticket a day (4.4)."""
    ticket = None if attachment.ticket_id is None else uow.tickets.get(attachment.ticket_id)
    writing = WriteContext(uow, stamp.now, stamp.ids())
    chat = None if ticket is None else _working_chat(writing, ticket)
    if ticket is not None and chat is not None:
        text = FILE_TOO_LARGE.format(limit=MAX_DOWNLOAD // MIB)
        kind = OutboxKind.FILE_TOO_LARGE
        tell_once_a_day(writing, chat, kind, text, ticket_id=ticket.id, topic=ticket.topic)


def _working_chat(writing: WriteContext, ticket: Ticket) -> Chat | None:
    chat = writing.uow.chats.get(ticket.chat_id)
    return chat if chat is not None and chat.customer_id == ticket.customer_id else None
