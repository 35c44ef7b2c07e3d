"""Messages on a ticket: a customer's may move it, an agent's goes to the chat (design 1, section 5)."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.application.ask_to_reword import ask_to_reword
from app.application.errors import TicketClosedError
from app.application.history import Writing, record
from app.application.ports import TextFacts, UnitOfWork
from app.application.redecide import kept_facts, latest_ruling, redecide, todays_facts
from app.application.send_to_chat import send_to_chat
from app.application.stamp import Stamp
from app.application.submission import Submission
from app.application.submit_ticket import NotRegistered, Registered, register
from app.application.ticket_view import lock_ticket
from app.domain import life_cycle
from app.domain.event import CUSTOMER, SYSTEM, Actor, ActorKind, Cause, EventType
from app.domain.message import Message, MessageAuthor, OutboxKind
from app.domain.priority import priority_of
from app.domain.ticket import Ticket
from app.domain.vocabulary import Clause, Status
from app.domain.words import is_mere_thanks

_ANSWERED_BY_REPLY = (Clause.C4_2, Clause.C4_4, Clause.C4_6)
"""A deferral by one of these waits for the customer's words."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text and what was made of it beforehand."""

    text: str
    facts: TextFacts


def post_agent_message(
    uow: UnitOfWork,
    ticket_id: str,
    agent: str,
    words: Words,
    stamp: Stamp,
    *,
    only: str | None = None,
) -> Message:
    """Send an agent's words to the chat; any status but closed."""
    ticket = lock_ticket(uow, ticket_id, only=only)
    if ticket.status is Status.CLOSED:
        raise TicketClosedError
    writing = Writing(uow, stamp.now, stamp.ids()).not_before(ticket)
    message = send_to_chat(writing, ticket, agent, words.text, words.facts.stems, OutboxKind.ANSWER)
    actor = Actor(ActorKind.AGENT, agent)
    record(writing, ticket, ticket, EventType.MESSAGE_SENT, actor, message_id=message.id)
    return message


def post_customer_message(
    uow: UnitOfWork, ticket_id: str, words: Words, stamp: Stamp, *, only: str | None = None
) -> Message | Registered | NotRegistered:
    """Keep a customer's words and move the ticket as its status says.

    On a closed ticket, or a resolved one that was silent for three working days, the words are a new
    submission, and what came of it is given: the message then belongs to the new ticket.
    """
    ticket = lock_ticket(uow, ticket_id, only=only)
    writing = Writing(uow, stamp.now, stamp.ids()).not_before(ticket)
    if ticket.status is Status.RESOLVED and _silent_too_long(writing, ticket):
        closed = life_cycle.close(ticket)
        ticket = record(writing, ticket, closed, EventType.CLOSED, SYSTEM, cause=Cause.SILENCE)
    if ticket.status is Status.CLOSED:
        return _submit_anew(writing, ticket, words)
    message = Message(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        author=MessageAuthor.CUSTOMER,
        agent=None,
        text=words.text,
        sent_at=writing.now,
        created_at=writing.now,
    )
    uow.messages.add(message)
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


def _move(writing: Writing, ticket: Ticket, words: Words) -> None:
    """Do what a customer's message does to a ticket in its status."""
    cause = Cause.CUSTOMER_MESSAGE
    if ticket.status is Status.WAITING_CUSTOMER:
        back = life_cycle.to_queue(ticket)
        record(writing, ticket, back, EventType.REQUEUED, SYSTEM, cause=cause)
    elif ticket.status is Status.DEFERRED:
        if latest_ruling(writing, ticket.id).decision.deferred_by(*_ANSWERED_BY_REPLY):
            redecide(writing, ticket, ticket, kept_facts(writing, ticket), cause=cause)
    elif ticket.status is Status.DECLINED:
        if _asks_something(words):
            redecide(writing, ticket, ticket, todays_facts(writing, ticket), cause=cause)
    elif ticket.status is Status.RESOLVED and _asks_something(words):
        back = life_cycle.reopen(ticket, priority_of(kept_facts(writing, ticket)))
        record(writing, ticket, back, EventType.REOPENED, SYSTEM, cause=cause)


def _asks_something(words: Words) -> bool:
    return words.facts.has_words and not is_mere_thanks(words.text)


def _silent_too_long(writing: Writing, ticket: Ticket) -> bool:
    steps = writing.uow.events.steps((ticket.id,))[ticket.id]
    resolved_at = next(s.at for s in reversed(steps) if s.type is EventType.RESOLVED)
    last_message_at = writing.uow.messages.last_at(ticket.id)
    silent_since = max(resolved_at, last_message_at or resolved_at)
    return _working_minutes(writing, silent_since) >= life_cycle.REOPENING_MINUTES


def _working_minutes(writing: Writing, since: datetime) -> int:
    calendar = writing.uow.calendar.calendar()
    return calendar.working_minutes_between(since, writing.now)


def _submit_anew(writing: Writing, ticket: Ticket, words: Words) -> Registered | NotRegistered:
    submission = Submission(
        customer_id=ticket.customer_id,
        channel=ticket.channel,
        chat_address=ticket.chat_address,
        text=words.text,
        text_facts=words.facts,
        author=ticket.author,
    )
    return register(writing, submission)
