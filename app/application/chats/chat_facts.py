"""Reads the facts on which a message of a chat is routed (4.1); stores nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.application.ports.texts import TextFacts
from app.application.stamp import WriteContext
from app.application.tickets.post_message import ANSWERED_BY_REPLY
from app.application.tickets.silence import silent_too_long
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, occurred
from app.domain.chats.inbound import Inbound, InboundMessage
from app.domain.chats.routing import (
    Arrival,
    ChatFacts,
    ChatTicket,
    Command,
    CommandName,
    RelatedMessage,
    command_of,
)
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Status

NEWEST = 20
"""Number of the chat's newest tickets, without closed ones, that routing considers."""


@dataclass(frozen=True, slots=True)
class ChatArrival:
    """A message on its way: `text` is clean and without a command, `facts` were read from it beforehand."""

    inbound: Inbound
    message: InboundMessage
    text: str
    facts: TextFacts
    received_at: datetime
    staff_name: str | None = None

    @property
    def address(self) -> str:
        """The address of the chat; every message has one."""
        return self.inbound.address.text if self.inbound.address else ""


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """The facts of the message and of its chat, and the tickets from which they were read."""

    message: Arrival
    chat: ChatFacts
    tickets: tuple[Ticket, ...]


def read_routing_facts(writing: WriteContext, chat: Chat, arrival: ChatArrival) -> RoutingFacts:
    """Return the facts on which a message is routed."""
    uow, message = writing.uow, arrival.message
    answered = None
    if message.reply_to is not None:
        answered = uow.chat_messages.find(chat.channel, arrival.address, message.reply_to)
    album, answers = _album_of(writing, chat, message), _related(answered)
    tickets = tuple(_tickets(writing, chat, album, answers))
    return RoutingFacts(
        message=Arrival(
            text=message.text,
            kinds=tuple(file.kind for file in message.files),
            from_staff=arrival.staff_name is not None,
            album=album,
            answers=answers,
        ),
        chat=ChatFacts(
            tickets=_chat_tickets(writing, chat, tickets, occurred(message, writing.now)),
            gathering=uow.gatherings.get(chat.id) is not None,
            asked_anew=_asked_anew(uow.chat_messages.latest(chat.id, ChatMessageKind.CUSTOMER)),
        ),
        tickets=tickets,
    )


def ends_submission(writing: WriteContext, chat: Chat, arrival: ChatArrival) -> bool:
    """Check whether the submission in the making is complete before this message."""
    gathering = writing.uow.gatherings.get(chat.id)
    if gathering is None or gathering.is_postponed:
        return False
    message = arrival.message
    command = command_of(message.text)
    asks_anew = command is not None and command.word is CommandName.NEW
    in_album = _album_of(writing, chat, message).gathered
    over = gathering.is_over(arrival.received_at, occurred(message, writing.now))
    return over or (asks_anew and not in_album)


def _album_of(writing: WriteContext, chat: Chat, message: InboundMessage) -> RelatedMessage:
    if message.group_key is None:
        return RelatedMessage()
    return _related(writing.uow.chat_messages.of_album(chat.id, message.group_key))


def _related(known: ChatMessage | None) -> RelatedMessage:
    return RelatedMessage() if known is None else RelatedMessage(known.ticket_id, known.gathered)


def _tickets(writing: WriteContext, chat: Chat, *related: RelatedMessage) -> Iterator[Ticket]:
    """Return the chat's newest tickets, then other ones to which related messages belong."""
    found = {ticket.id: ticket for ticket in writing.uow.tickets.of_chat(chat.id, NEWEST)}
    for message in related:
        if message.ticket_id is not None and message.ticket_id not in found:
            ticket = writing.uow.tickets.get(message.ticket_id)
            if ticket is not None:
                found[ticket.id] = ticket
    # The chat may have been assigned to another customer before, who keeps the tickets of that time.
    return (ticket for ticket in found.values() if ticket.customer_id == chat.customer_id)


def _asked_anew(latest: ChatMessage | None) -> bool:
    return latest is not None and not latest.files and command_of(latest.text) == Command(CommandName.NEW)


def _chat_tickets(
    writing: WriteContext, chat: Chat, tickets: Sequence[Ticket], at: datetime
) -> tuple[ChatTicket, ...]:
    uow = writing.uow
    decisions = uow.decisions.latest([one.id for one in tickets if one.status is Status.DEFERRED])
    latest = uow.chat_messages.latest(chat.id)
    calendar = uow.calendar.calendar()

    def seen(ticket: Ticket) -> ChatTicket:
        recorded = decisions.get(ticket.id)
        spoken_at = ticket.received_at if latest is None else max(latest.occurred_at, ticket.received_at)
        silent = ticket.status is Status.RESOLVED and silent_too_long(replace(writing, now=at), ticket)
        return ChatTicket(
            id=ticket.id,
            status=ticket.status,
            awaits_words=recorded is not None and recorded.decision.deferred_by(*ANSWERED_BY_REPLY),
            takes_messages=ticket.status is not Status.CLOSED and not silent,
            minutes_since=calendar.working_minutes_between(spoken_at, at),
        )

    return tuple(seen(ticket) for ticket in tickets)
