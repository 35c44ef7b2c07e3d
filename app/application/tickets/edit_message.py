"""Edits and revocations of messages; earlier texts are kept (R10)."""

from dataclasses import replace
from datetime import datetime

from app.application.attachments.incoming_files import IncomingFiles
from app.application.ports.texts import TextFacts
from app.application.stamp import WriteContext
from app.application.tickets.history import record
from app.application.tickets.post_message import ANSWERED_BY_REPLY
from app.application.tickets.redecide import kept_facts, latest_decision, redecide
from app.application.tickets.ticket_view import lock_ticket, lock_ticket_to_decide
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, edited
from app.domain.chats.inbound import InboundFile
from app.domain.tickets.event import CUSTOMER, Actor, ActorKind, Cause, EventType
from app.domain.tickets.message import Message, MessageAuthor, Revision
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Status


def edit_message(
    writing: WriteContext,
    known: ChatMessage,
    text: str,
    files: tuple[InboundFile, ...],
    facts: TextFacts,
    at: datetime,
) -> bool:
    """Store a new text of a message; False if neither text nor files have changed.

    Only a ticket that is deferred by 4.2, 4.4 or 4.6 is decided again. An edit older than the stored one is
    ignored.
    """
    stale = known.edited_at is not None and at < known.edited_at
    if stale or (text, files) == (known.text, known.files):
        return False
    uow = writing.uow
    uow.chat_messages.save(edited(known, text, files, at))
    if known.ticket_id is None or known.message_id is None:
        return True
    ticket = lock_ticket_to_decide(uow, known.ticket_id)
    on_ticket = writing.not_before(ticket)
    IncomingFiles(on_ticket).add(
        message_id=known.message_id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        channel=known.channel,
        files=files,
    )
    if text == known.text:
        return True
    message = uow.messages.get(ticket.id, known.message_id)
    if message is None:
        raise AssertionError("a message of a chat stands in its ticket")
    revisions = (*message.revisions, Revision(message.text, at))
    uow.messages.save(replace(message, text=text, revisions=revisions))
    uow.tickets.add_stems(ticket.id, facts.stems)
    told = ticket if known.kind is ChatMessageKind.STAFF else _judged(on_ticket, ticket, message, facts)
    told = record(on_ticket, ticket, told, EventType.MESSAGE_EDITED, _actor(message), message_id=message.id)
    if told.status is Status.DEFERRED and known.kind is ChatMessageKind.CUSTOMER:
        _decide_again(on_ticket, told)
    return True


def revoke_message(writing: WriteContext, known: ChatMessage, at: datetime) -> bool:
    """Mark a message as revoked; False if it was revoked before. No ticket is decided again."""
    if known.revoked_at is not None:
        return False
    uow = writing.uow
    uow.chat_messages.save(replace(known, revoked_at=at))
    if known.ticket_id is None or known.message_id is None:
        return True
    ticket = lock_ticket(uow, known.ticket_id)
    message = uow.messages.get(ticket.id, known.message_id)
    if message is None:
        raise AssertionError("a message of a chat stands in its ticket")
    uow.messages.save(replace(message, revoked_at=at))
    record(
        writing.not_before(ticket),
        ticket,
        ticket,
        EventType.MESSAGE_REVOKED,
        _actor(message),
        message_id=message.id,
    )
    return True


def _actor(message: Message) -> Actor:
    if message.author is MessageAuthor.CUSTOMER:
        return CUSTOMER
    return Actor(ActorKind.AGENT, message.agent)


def _judged(writing: WriteContext, ticket: Ticket, message: Message, facts: TextFacts) -> Ticket:
    """Return the ticket with the text facts for the next decision: those of the newest message (R10)."""
    newest = writing.uow.messages.latest_of(ticket.id, MessageAuthor.CUSTOMER)
    is_newest = newest is not None and newest.id == message.id
    return replace(
        ticket,
        has_words=ticket.has_words or facts.has_words,
        obscene_level=facts.obscene_level if is_newest else ticket.obscene_level,
    )


def _decide_again(writing: WriteContext, ticket: Ticket) -> None:
    if latest_decision(writing, ticket.id).decision.deferred_by(*ANSWERED_BY_REPLY):
        redecide(writing, ticket, ticket, kept_facts(writing, ticket), cause=Cause.MESSAGE_EDITED)
