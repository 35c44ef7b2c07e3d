"""Notifies the customer of changed decisions, closings and files that are too large."""

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
    """Send a notice of a new decision, unless the customer knows its outcome and reasons already.

    The newer notice replaces one that is still waiting. A chat that is no longer the customer's working chat
    gets no notice.
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
    """Send a notice that a ticket was closed; `ticket` is in its closed state."""
    chat = _working_chat(writing, ticket)
    if chat is not None:
        text = tell_closing(ticket, by_silence=by_silence)
        enqueue(writing, chat, OutboxKind.CLOSING, text, Concerns(ticket.id, topic=ticket.topic))


def tell_file_too_large(uow: UnitOfWork, attachment: Attachment, stamp: Stamp) -> None:
    """Send a notice that a file was not received, at most once per ticket and day (4.4)."""
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
