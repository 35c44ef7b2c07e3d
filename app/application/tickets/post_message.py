"""Messages on a ticket: a customer's may change its status, an agent's is sent to the chat."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.application.attachments.uploads import bind, lock_unused
from app.application.errors import TicketClosedError
from app.application.outbox.ask_to_reword import ask_to_reword
from app.application.outbox.send_to_chat import send_to_chat
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.history import record
from app.application.tickets.redecide import kept_facts, latest_decision, redecide, todays_facts
from app.application.tickets.silence import close_for_silence, silent_too_long
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import NotRegistered, Registered, register
from app.application.tickets.ticket_view import lock_ticket, lock_ticket_to_decide
from app.domain.language.words import is_mere_thanks
from app.domain.regulation.priority import priority_of
from app.domain.sending.part import OutboxKind
from app.domain.tickets import life_cycle
from app.domain.tickets.event import CUSTOMER, SYSTEM, Actor, ActorKind, Cause, EventType
from app.domain.tickets.message import Message, MessageAuthor
from app.domain.tickets.ticket import Author, Ticket
from app.domain.vocabulary import Clause, Status

ANSWERED_BY_REPLY = (Clause.C4_2, Clause.C4_4, Clause.C4_6)
"""Clauses whose deferral waits for a message of the customer."""


class HintsWantedError(Exception):
    """The text is a new submission: analyse it as one, with hints for triage, and call again."""


@dataclass(frozen=True, slots=True)
class PostedText:
    """A text, the facts that were read from it beforehand, and its uploads."""

    text: str
    facts: TextFacts
    attachment_ids: tuple[str, ...] = ()


def post_agent_message(
    uow: UnitOfWork,
    ticket_id: str,
    agent: str,
    words: PostedText,
    stamp: Stamp,
    *,
    only: str | None = None,
) -> Message:
    """Send an agent's text to the chat, in any status except closed."""
    ticket = lock_ticket(uow, ticket_id, only=only)
    if ticket.status is Status.CLOSED:
        raise TicketClosedError
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    message = send_to_chat(writing, ticket, agent, words.text, words.facts.stems, OutboxKind.ANSWER)
    actor = Actor(ActorKind.AGENT, agent)
    record(writing, ticket, ticket, EventType.MESSAGE_SENT, actor, message_id=message.id)
    return message


def post_customer_message(
    uow: UnitOfWork,
    ticket_id: str,
    words: PostedText,
    stamp: Stamp,
    *,
    only: str | None = None,
    limits: CreationLimits = UNLIMITED,
) -> Message | Registered | NotRegistered:
    """Store a customer's message, and change the status of the ticket as the message requires.

    On a closed ticket, and on a resolved one after three silent working days, the text is a new submission.
    The result of that submission is returned, and the message belongs to the new ticket. Raises
    HintsWantedError if such a text was not analysed as a submission, CreationLimitReachedError, and
    InvalidValueError for an unusable attachment.
    """
    ticket = lock_ticket_to_decide(uow, ticket_id, only=only)
    writing = WriteContext(uow, stamp.now, stamp.ids()).not_before(ticket)
    if ticket.status is Status.RESOLVED and silent_too_long(writing, ticket):
        ticket = close_for_silence(writing, ticket)
    if ticket.status is Status.CLOSED:
        return _submit_anew(writing, ticket, words, limits)
    return take_message(writing, ticket, words, writing.now)


def take_message(
    writing: WriteContext, ticket: Ticket, words: PostedText, sent_at: datetime, sender: Author | None = None
) -> Message:
    """Store a customer's message on a locked ticket that is not closed, and change its status."""
    uow = writing.uow
    files = lock_unused(uow, words.attachment_ids, ticket.customer_id)
    message = Message(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        author=MessageAuthor.CUSTOMER,
        agent=None,
        text=words.text,
        sent_at=sent_at,
        created_at=writing.now,
        sender=sender,
    )
    uow.messages.add(message)
    bind(uow, files, message)
    uow.tickets.add_stems(ticket.id, words.facts.stems)
    told = replace(
        ticket,
        has_words=ticket.has_words or words.facts.has_words,
        obscene_level=words.facts.obscene_level,
        language=ticket.language.with_notes(words.facts.notes, message.id),
    )
    if words.facts.obscene_level is not None:
        told = ask_to_reword(writing, told)
    told = record(writing, ticket, told, EventType.MESSAGE_RECEIVED, CUSTOMER, message_id=message.id)
    _move(writing, told, words)
    return message


def _move(writing: WriteContext, ticket: Ticket, words: PostedText) -> None:
    """Change the status as a customer's message requires."""
    cause = Cause.CUSTOMER_MESSAGE
    if ticket.status is Status.WAITING_CUSTOMER:
        back = life_cycle.to_queue(ticket)
        record(writing, ticket, back, EventType.REQUEUED, SYSTEM, cause=cause)
    elif ticket.status is Status.DEFERRED:
        if latest_decision(writing, ticket.id).decision.deferred_by(*ANSWERED_BY_REPLY):
            redecide(writing, ticket, ticket, kept_facts(writing, ticket), cause=cause)
    elif ticket.status is Status.DECLINED:
        if _asks_something(words):
            redecide(writing, ticket, ticket, todays_facts(writing, ticket), cause=cause)
    elif ticket.status is Status.RESOLVED and _asks_something(words):
        back = life_cycle.reopen(ticket, priority_of(kept_facts(writing, ticket)))
        record(writing, ticket, back, EventType.REOPENED, SYSTEM, cause=cause)


def _asks_something(words: PostedText) -> bool:
    return words.facts.has_words and not is_mere_thanks(words.text)


def _submit_anew(
    writing: WriteContext, ticket: Ticket, words: PostedText, limits: CreationLimits
) -> Registered | NotRegistered:
    if words.facts.hints is None:
        raise HintsWantedError
    submission = Submission(
        customer_id=ticket.customer_id,
        channel=ticket.channel,
        chat_address=ticket.chat_address,
        text=words.text,
        text_facts=words.facts,
        author=ticket.author,
        attachment_ids=words.attachment_ids,
    )
    return register(writing, submission, limits=limits)
