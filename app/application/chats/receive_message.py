"""Receives a message of a chat: it joins a ticket, is gathered for one, held, or only kept (4.1)."""

from dataclasses import replace
from enum import StrEnum

from app.application.attachments.incoming_files import IncomingFiles
from app.application.chats.chat_facts import ChatArrival, RoutingFacts, ends_submission, read_routing_facts
from app.application.chats.hold_message import has_room, hold_message
from app.application.outbox.enqueue import notify_chat
from app.application.outbox.tell_once import tell_once_a_day
from app.application.stamp import WriteContext
from app.application.tickets.edit_message import edit_message
from app.application.tickets.history import record
from app.application.tickets.post_message import PostedText, take_message
from app.application.tickets.ticket_view import lock_ticket_to_decide
from app.domain.chats import gathering as gatherings
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, author_of, occurred
from app.domain.chats.routing import (
    AskForWords,
    Gather,
    JoinTicket,
    KeepOnly,
    NewGathering,
    ShowHelp,
    ShowStatus,
    route,
)
from app.domain.sending.part import OutboxKind
from app.domain.tickets.event import Actor, ActorKind, EventType
from app.domain.tickets.life_cycle import DONE
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.notification import tell_open_tickets
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import SPOKEN_KINDS
from app.domain.wording.customer import TEXT_REQUEST, WELCOME, WHAT_ABOUT


class UpdateResult(StrEnum):
    """The result of an update."""

    IGNORED = "ignored"
    TAKEN = "taken"
    """Another process has the update, or has settled it."""
    CLOSE_FIRST = "close_first"
    """Nothing was changed: the submission in the making is to be closed before."""
    DUPLICATE = "duplicate"
    HELD = "held"
    DROPPED = "dropped"
    """The message was only counted: its chat is unassigned and has as many held updates as are kept."""
    GATHERED = "gathered"
    JOINED = "joined"
    KEPT = "kept"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    REVOKED = "revoked"
    MOVED = "moved"
    REACHABILITY = "reachability"


def receive_message(writing: WriteContext, chat: Chat, arrival: ChatArrival) -> UpdateResult:
    """Store a message of a locked chat with its one effect: read the facts, then act on the route."""
    known = writing.uow.chat_messages.find(chat.channel, arrival.address, arrival.message.message_id)
    if known is not None:
        return _edited(writing, known, arrival)
    if arrival.staff_name is None:
        if chat.customer_id is None:
            at = occurred(arrival.message, writing.now)
            hold_message(writing, chat, at, topic=arrival.message.topic)
            return UpdateResult.HELD if has_room(writing, chat) else UpdateResult.DROPPED
        if ends_submission(writing, chat, arrival):
            return UpdateResult.CLOSE_FIRST
    return _act(writing, chat, arrival, read_routing_facts(writing, chat, arrival))


def _edited(writing: WriteContext, known: ChatMessage, arrival: ChatArrival) -> UpdateResult:
    edited_at = arrival.message.edited_at
    if edited_at is None:
        return UpdateResult.DUPLICATE
    at = min(edited_at, writing.now)
    changed = edit_message(writing, known, arrival.text, arrival.message.files, arrival.facts, at)
    return UpdateResult.EDITED if changed else UpdateResult.UNCHANGED


def _act(writing: WriteContext, chat: Chat, arrival: ChatArrival, facts: RoutingFacts) -> UpdateResult:
    topic = arrival.message.topic
    match route(facts.message, facts.chat):
        case JoinTicket(ticket_id):
            return _join(writing, chat, arrival, ticket_id)
        case Gather():
            return _gather(writing, chat, arrival)
        case NewGathering(words):
            return _gather(writing, chat, replace(arrival, text=words))
        case AskForWords():
            notify_chat(writing, chat, OutboxKind.WELCOME, WHAT_ABOUT, topic=topic)
        case ShowStatus():
            status = tell_open_tickets([one for one in facts.tickets if one.status not in DONE])
            notify_chat(writing, chat, OutboxKind.STATUS, status, topic=topic)
        case ShowHelp():
            notify_chat(writing, chat, OutboxKind.WELCOME, WELCOME, topic=topic)
        case KeepOnly():
            pass
    _keep(writing, chat, arrival)
    return UpdateResult.KEPT


def _keep(
    writing: WriteContext,
    chat: Chat,
    arrival: ChatArrival,
    *,
    gathered: bool = False,
    message: Message | None = None,
) -> None:
    said = arrival.message
    writing.uow.chat_messages.add(
        ChatMessage(
            channel=chat.channel,
            address=arrival.address,
            external_id=said.message_id,
            chat_id=chat.id,
            kind=ChatMessageKind.CUSTOMER if arrival.staff_name is None else ChatMessageKind.STAFF,
            author=said.sender,
            text=arrival.text,
            occurred_at=occurred(said, writing.now),
            received_at=arrival.received_at,
            files=said.files,
            group_key=said.group_key,
            gathered=gathered,
            ticket_id=None if message is None else message.ticket_id,
            message_id=None if message is None else message.id,
            edited_at=said.edited_at,
            topic=said.topic,
        )
    )


def _gather(writing: WriteContext, chat: Chat, arrival: ChatArrival) -> UpdateResult:
    gathering = writing.uow.gatherings.get(chat.id)
    said = chat.id, arrival.message.sender.external_id, occurred(arrival.message, writing.now), writing.now
    if gathering is None:
        writing.uow.gatherings.save(gatherings.begin(*said))
    else:
        writing.uow.gatherings.save(gatherings.extend(gathering, *said[1:]))
    _keep(writing, chat, arrival, gathered=True)
    return UpdateResult.GATHERED


def _join(writing: WriteContext, chat: Chat, arrival: ChatArrival, ticket_id: str) -> UpdateResult:
    ticket = lock_ticket_to_decide(writing.uow, ticket_id)
    on_ticket = writing.not_before(ticket)
    if arrival.staff_name is not None:
        message = _remark(on_ticket, ticket, arrival, arrival.staff_name)
    else:
        ticket = replace(ticket, topic=arrival.message.topic)
        words = PostedText(arrival.text, arrival.facts)
        sent_at = occurred(arrival.message, writing.now)
        message = take_message(on_ticket, ticket, words, sent_at, author_of(arrival.message.sender))
        _ask_for_text(on_ticket, chat, arrival, ticket.id)
    IncomingFiles(on_ticket).add(
        message_id=message.id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        channel=chat.channel,
        files=arrival.message.files,
    )
    _keep(writing, chat, arrival, message=message)
    return UpdateResult.JOINED


def _ask_for_text(writing: WriteContext, chat: Chat, arrival: ChatArrival, ticket_id: str) -> None:
    """Request a text after speech, which is kept (4.4)."""
    speaks = any(file.kind in SPOKEN_KINDS for file in arrival.message.files)
    if speaks and not arrival.facts.has_words:
        kind, topic = OutboxKind.TEXT_REQUEST, arrival.message.topic
        tell_once_a_day(writing, chat, kind, TEXT_REQUEST, ticket_id=ticket_id, topic=topic)


def _remark(writing: WriteContext, ticket: Ticket, arrival: ChatArrival, name: str) -> Message:
    """Store a staff member's message: it is in the chat already, and counts as a reaction."""
    message = Message(
        id=writing.ids.next(),
        ticket_id=ticket.id,
        author=MessageAuthor.AGENT,
        agent=name,
        text=arrival.text,
        sent_at=occurred(arrival.message, writing.now),
        created_at=writing.now,
        delivery=Delivery(DeliveryState.SENT, writing.now),
        sender=author_of(arrival.message.sender),
    )
    writing.uow.messages.add(message)
    writing.uow.tickets.add_stems(ticket.id, arrival.facts.stems)
    agent = Actor(ActorKind.AGENT, name)
    record(writing, ticket, ticket, EventType.MESSAGE_SENT, agent, message_id=message.id)
    return message
