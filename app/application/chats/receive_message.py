"""A message of a chat has its effect: it joins a ticket, is gathered for one, held, or only kept (4.1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.application.attachments.incoming_files import IncomingFiles
from app.application.outbox.enqueue import notify_chat
from app.application.outbox.tell_once import tell_once_a_day
from app.application.ports.texts import TextFacts
from app.application.stamp import WriteContext
from app.application.tickets.edit_message import edit_message
from app.application.tickets.history import record
from app.application.tickets.post_message import ANSWERED_BY_REPLY, PostedText, take_message
from app.application.tickets.silence import silent_too_long
from app.application.tickets.ticket_view import lock_ticket_to_decide
from app.domain.chats import gathering as gatherings
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, author_of, occurred
from app.domain.chats.inbound import Inbound, InboundMessage
from app.domain.chats.routing import (
    Arrival,
    AskForWords,
    ChatFacts,
    ChatTicket,
    Command,
    CommandName,
    Gather,
    JoinTicket,
    KeepOnly,
    NewGathering,
    RelatedMessage,
    Route,
    ShowHelp,
    ShowStatus,
    command_of,
    route,
)
from app.domain.sending.part import OutboxKind
from app.domain.tickets.event import Actor, ActorKind, EventType
from app.domain.tickets.life_cycle import DONE
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.notification import tell_open_tickets
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import SPOKEN_KINDS, Status
from app.domain.wording.customer import TEXT_REQUEST, UNASSIGNED, WELCOME, WHAT_ABOUT

NEWS_OF_A_MOVE = timedelta(seconds=30)
NEWEST = 20
"""Tickets of a chat that routing looks at."""


class UpdateResult(StrEnum):
    """What came of an update."""

    IGNORED = "ignored"
    TAKEN = "taken"
    """Somebody else has it, or had it."""
    CLOSE_FIRST = "close_first"
    """Nothing was changed: the submission that the chat was writing is to be closed before."""
    DUPLICATE = "duplicate"
    HELD = "held"
    GATHERED = "gathered"
    JOINED = "joined"
    KEPT = "kept"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    REVOKED = "revoked"
    MOVED = "moved"
    REACHABILITY = "reachability"


@dataclass(frozen=True, slots=True)
class ChatArrival:
    """A message on its way: `text` is clean and without a command, `facts` were made of it beforehand."""

    inbound: Inbound
    message: InboundMessage
    text: str
    facts: TextFacts
    received_at: datetime
    staff_name: str | None = None


def spoken(text: str) -> str:
    """Give the words of a message without the command for a new submission before them."""
    command = command_of(text)
    return (
        text if command is None or command.word is not CommandName.NEW or not command.words else command.words
    )


def receive_message(writing: WriteContext, chat: Chat, heard: ChatArrival) -> UpdateResult:
    """Give a message of a held chat its one effect."""
    uow, message = writing.uow, heard.message
    known = uow.chat_messages.find(chat.channel, heard.inbound.address or "", message.message_id)
    if known is not None:
        return _edited(writing, known, heard)
    if chat.customer_id is None and heard.staff_name is None:
        return hold_message(writing, chat, occurred(message, writing.now), topic=message.topic)
    if heard.staff_name is None and _close_first(writing, chat, heard):
        return UpdateResult.CLOSE_FIRST
    arrival, facts, tickets = _facts(writing, chat, heard)
    return _follow(writing, chat, heard, route(arrival, facts), tickets)


def hold_message(
    writing: WriteContext, chat: Chat, at: datetime, messages: int = 1, *, topic: str | None = None
) -> UpdateResult:
    """Count what a chat says that is nobody's, and tell it once a day how to be connected (4.1)."""
    writing.uow.unassigned_chats.count(chat.id, at, messages)
    # A group's first words as a supergroup may overtake the news that it is the same chat (R12).
    kind = OutboxKind.UNASSIGNED_NOTICE
    tell_once_a_day(writing, chat, kind, UNASSIGNED, topic=topic, delay=NEWS_OF_A_MOVE)
    return UpdateResult.HELD


def _edited(writing: WriteContext, known: ChatMessage, heard: ChatArrival) -> UpdateResult:
    edited_at = heard.message.edited_at
    if edited_at is None:
        return UpdateResult.DUPLICATE
    at = min(edited_at, writing.now)
    changed = edit_message(writing, known, heard.text, heard.message.files, heard.facts, at)
    return UpdateResult.EDITED if changed else UpdateResult.UNCHANGED


def _close_first(writing: WriteContext, chat: Chat, heard: ChatArrival) -> bool:
    gathering = writing.uow.gatherings.get(chat.id)
    if gathering is None:
        return False
    command = command_of(heard.message.text)
    asks_anew = command is not None and command.word is CommandName.NEW
    in_album = heard.message.group_key is not None and _album(writing, chat, heard).gathered
    over = gathering.is_over(heard.received_at, occurred(heard.message, writing.now))
    return over or (asks_anew and not in_album)


# What routing asks


def _album(writing: WriteContext, chat: Chat, heard: ChatArrival) -> RelatedMessage:
    key = heard.message.group_key
    return RelatedMessage() if key is None else _kin(writing.uow.chat_messages.of_album(chat.id, key))


def _kin(known: ChatMessage | None) -> RelatedMessage:
    return RelatedMessage() if known is None else RelatedMessage(known.ticket_id, known.gathered)


def _facts(writing: WriteContext, chat: Chat, heard: ChatArrival) -> tuple[Arrival, ChatFacts, list[Ticket]]:
    uow, message = writing.uow, heard.message
    answered = None
    if message.reply_to is not None:
        address = heard.inbound.address or ""
        answered = uow.chat_messages.find(chat.channel, address, message.reply_to)
    arrival = Arrival(
        text=message.text,
        kinds=tuple(file.kind for file in message.files),
        from_staff=heard.staff_name is not None,
        album=_album(writing, chat, heard),
        answers=_kin(answered),
    )
    tickets = list(uow.tickets.of_chat(chat.id, NEWEST))
    for kin in (arrival.album, arrival.answers):
        if kin.ticket_id is not None and all(ticket.id != kin.ticket_id for ticket in tickets):
            tickets.extend(ticket for ticket in (uow.tickets.get(kin.ticket_id),) if ticket is not None)
    # The chat may have been another customer's before: its tickets stay that one's.
    tickets = [ticket for ticket in tickets if ticket.customer_id == chat.customer_id]
    facts = ChatFacts(
        tickets=_chat_tickets(writing, chat, tickets, occurred(message, writing.now)),
        gathering=uow.gatherings.get(chat.id) is not None,
        asked_anew=_asked_anew(uow.chat_messages.latest(chat.id, ChatMessageKind.CUSTOMER)),
    )
    return arrival, facts, tickets


def _asked_anew(latest: ChatMessage | None) -> bool:
    return latest is not None and not latest.files and command_of(latest.text) == Command(CommandName.NEW)


def _chat_tickets(
    writing: WriteContext, chat: Chat, tickets: list[Ticket], at: datetime
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


# What routing says


def _follow(
    writing: WriteContext, chat: Chat, heard: ChatArrival, way: Route, tickets: list[Ticket]
) -> UpdateResult:
    topic = heard.message.topic
    match way:
        case JoinTicket(ticket_id):
            return _join(writing, chat, heard, ticket_id)
        case Gather():
            return _gather(writing, chat, heard)
        case NewGathering(words):
            return _gather(writing, chat, replace(heard, text=words))
        case AskForWords():
            notify_chat(writing, chat, OutboxKind.WELCOME, WHAT_ABOUT, topic=topic)
        case ShowStatus():
            told = tell_open_tickets([one for one in tickets if one.status not in DONE])
            notify_chat(writing, chat, OutboxKind.STATUS, told, topic=topic)
        case ShowHelp():
            notify_chat(writing, chat, OutboxKind.WELCOME, WELCOME, topic=topic)
        case KeepOnly():
            pass
    _keep(writing, chat, heard)
    return UpdateResult.KEPT


def _keep(
    writing: WriteContext,
    chat: Chat,
    heard: ChatArrival,
    *,
    gathered: bool = False,
    message: Message | None = None,
) -> None:
    said = heard.message
    writing.uow.chat_messages.add(
        ChatMessage(
            channel=chat.channel,
            address=heard.inbound.address or "",
            external_id=said.message_id,
            chat_id=chat.id,
            kind=ChatMessageKind.CUSTOMER if heard.staff_name is None else ChatMessageKind.STAFF,
            author=said.sender,
            text=heard.text,
            occurred_at=occurred(said, writing.now),
            received_at=heard.received_at,
            files=said.files,
            group_key=said.group_key,
            gathered=gathered,
            ticket_id=None if message is None else message.ticket_id,
            message_id=None if message is None else message.id,
            edited_at=said.edited_at,
            topic=said.topic,
        )
    )


def _gather(writing: WriteContext, chat: Chat, heard: ChatArrival) -> UpdateResult:
    gathering = writing.uow.gatherings.get(chat.id)
    said = chat.id, heard.message.sender.external_id, occurred(heard.message, writing.now), writing.now
    if gathering is None:
        writing.uow.gatherings.save(gatherings.begin(*said))
    else:
        writing.uow.gatherings.save(gatherings.extend(gathering, *said[1:]))
    _keep(writing, chat, heard, gathered=True)
    return UpdateResult.GATHERED


def _join(writing: WriteContext, chat: Chat, heard: ChatArrival, ticket_id: str) -> UpdateResult:
    ticket = lock_ticket_to_decide(writing.uow, ticket_id)
    on_ticket = writing.not_before(ticket)
    if heard.staff_name is not None:
        message = _remark(on_ticket, ticket, heard, heard.staff_name)
    else:
        ticket = replace(ticket, topic=heard.message.topic)
        words = PostedText(heard.text, heard.facts)
        sent_at = occurred(heard.message, writing.now)
        message = take_message(on_ticket, ticket, words, sent_at, author_of(heard.message.sender))
        _ask_for_text(on_ticket, chat, heard, ticket.id)
    IncomingFiles(on_ticket).add(
        message_id=message.id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        channel=chat.channel,
        files=heard.message.files,
    )
    _keep(writing, chat, heard, message=message)
    return UpdateResult.JOINED


def _ask_for_text(writing: WriteContext, chat: Chat, heard: ChatArrival, ticket_id: str) -> None:
    """4.4: speech is kept, and text is asked for."""
    speaks = any(file.kind in SPOKEN_KINDS for file in heard.message.files)
    if speaks and not heard.facts.has_words:
        kind, topic = OutboxKind.TEXT_REQUEST, heard.message.topic
        tell_once_a_day(writing, chat, kind, TEXT_REQUEST, ticket_id=ticket_id, topic=topic)


def _remark(writing: WriteContext, ticket: Ticket, heard: ChatArrival, name: str) -> Message:
    """Keep what staff said in the chat: it is there already, and counts as a reaction."""
    message = Message(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        author=MessageAuthor.AGENT,
        agent=name,
        text=heard.text,
        sent_at=occurred(heard.message, writing.now),
        created_at=writing.now,
        delivery=Delivery(DeliveryState.SENT, writing.now),
        sender=author_of(heard.message.sender),
    )
    writing.uow.messages.add(message)
    writing.uow.tickets.add_stems(ticket.id, heard.facts.stems)
    agent = Actor(ActorKind.AGENT, name)
    record(writing, ticket, ticket, EventType.MESSAGE_SENT, agent, message_id=message.id)
    return message
