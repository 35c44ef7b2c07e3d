"""Rows to values of the domain and back; the only place that knows both."""

from collections.abc import Mapping
from typing import Any

from app.adapters.sql.schema import documents
from app.application.ports.outbox import ChannelState
from app.application.ports.store import ApiKey, KeptAnswer, StoredException, StoredResponse
from app.domain.attachments.attachment import Attachment, AttachmentState, ProviderFile
from app.domain.calendar.work_calendar import CalendarException
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate
from app.domain.chats.staff import StaffMember
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TimeEntry
from app.domain.language.triage import NO_HINTS
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.sending.breaker import Breaker
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import Actor, ActorKind, Cause, Event, EventType
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.message import (
    Delivery,
    DeliveryState,
    Message,
    MessageAuthor,
    OutboxKind,
    OutboxMessage,
    PartState,
)
from app.domain.tickets.queue import priority_rank, triage_rank
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import (
    PRIORITY_ORDER,
    AttachmentKind,
    Category,
    Impact,
    Licence,
    ObscenityLevel,
    Outcome,
    Priority,
    Status,
)

Values = dict[str, Any]
"""Values of the columns of a row, by name."""

AnyRow = Any
"""A row of a result; only the statement and the reader know its columns."""

_PRIORITIES: tuple[Priority | None, ...] = (*PRIORITY_ORDER, None)


def customer_values(customer: Customer) -> Values:
    return {
        "id": customer.id,
        "name": customer.name,
        "contract_accepted_on": customer.contract_accepted_on,
        "licence": customer.licence.value,
        "paid_until": customer.paid_until,
        "tariffs": documents.from_tariffs(customer.tariffs),
        "exclusive_version": customer.exclusive_version,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "version": customer.version,
    }


def customer_of(row: AnyRow) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        contract_accepted_on=row.contract_accepted_on,
        licence=Licence(row.licence),
        paid_until=row.paid_until,
        tariffs=documents.to_tariffs(row.tariffs),
        exclusive_version=row.exclusive_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def chat_values(chat: Chat) -> Values:
    return {
        "id": chat.id,
        "channel": chat.channel,
        "address": chat.address,
        "customer_id": chat.customer_id,
        "title": chat.title,
        "assigned_at": chat.assigned_at,
        "updated_at": chat.updated_at,
        "version": chat.version,
        "private": chat.private,
        "reachable": chat.reachable,
        "unreachable_since": chat.unreachable_since,
    }


def chat_of(row: AnyRow) -> Chat:
    return Chat(
        id=row.id,
        channel=row.channel,
        address=row.address,
        customer_id=row.customer_id,
        title=row.title,
        assigned_at=row.assigned_at,
        updated_at=row.updated_at,
        version=row.version,
        private=row.private,
        reachable=row.reachable,
        unreachable_since=row.unreachable_since,
    )


def ticket_values(ticket: Ticket, outcome: Outcome | None) -> Values:
    """Return the values of a new ticket; the database assigns its number."""
    return {
        "id": ticket.id,
        "external_id": ticket.external_id,
        "customer_id": ticket.customer_id,
        "channel": ticket.channel,
        "chat_id": ticket.chat_id,
        "author": documents.from_author(ticket.author),
        "subject": ticket.subject,
        "text": ticket.text,
        "reproduction_steps": list(ticket.reproduction_steps),
        "hints": documents.from_hints(ticket.hints),
        "received_at": ticket.received_at,
        "created_at": ticket.created_at,
        "outcome": documents.from_word(outcome),
        **changing_values(ticket),
    }


def changing_values(ticket: Ticket) -> Values:
    """Return the values that change in the life of a ticket."""
    waits = ticket.status in WAITING_IN_QUEUE and ticket.assignee is None
    rank = priority_rank(ticket.priority)
    return {
        "category": documents.from_word(ticket.category),
        "impact": ticket.impact.value,
        "status": ticket.status.value,
        "rank": rank,
        "queue_rank": rank if waits else None,
        "assignee": ticket.assignee,
        "resume_at": ticket.resume_at,
        "development": documents.from_development(ticket.development),
        "release": documents.from_release(ticket.release),
        "settlement": documents.from_settlement(ticket.settlement),
        "updated_at": ticket.updated_at,
        "version": ticket.version,
        "has_words": ticket.has_words,
        "obscene_level": documents.from_word(ticket.obscene_level),
        "language": documents.from_language(ticket.language),
        "triage_rank": triage_rank(ticket) if waits and ticket.status is Status.NEW else None,
        "topic": ticket.topic,
    }


def ticket_of(row: AnyRow) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        external_id=row.external_id,
        customer_id=row.customer_id,
        channel=row.channel,
        chat_id=row.chat_id,
        chat_address=row.chat_address,
        author=documents.to_author(row.author),
        subject=row.subject,
        text=row.text,
        reproduction_steps=tuple(row.reproduction_steps),
        category=documents.to_word(Category, row.category),
        impact=Impact(row.impact),
        status=Status(row.status),
        priority=_PRIORITIES[row.rank],
        assignee=row.assignee,
        resume_at=row.resume_at,
        development=documents.to_development(row.development),
        release=documents.to_release(row.release),
        settlement=documents.to_settlement(row.settlement),
        received_at=row.received_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        has_words=row.has_words,
        obscene_level=documents.to_word(ObscenityLevel, row.obscene_level),
        language=documents.to_language(row.language),
        hints=documents.to_hints(row.hints) or NO_HINTS,
        topic=row.topic,
    )


def decision_record_values(recorded: DecisionRecord) -> Values:
    return {
        "id": recorded.id,
        "ticket_id": recorded.ticket_id,
        "decision": documents.from_decision(recorded.decision),
        "facts": documents.from_facts(recorded.facts),
        "decided_at": recorded.decided_at,
        "edition": recorded.edition,
    }


def decision_record_of(row: AnyRow) -> DecisionRecord:
    return DecisionRecord(
        id=row.id,
        ticket_id=row.ticket_id,
        decision=documents.to_decision(row.decision),
        facts=documents.to_facts(row.facts),
        decided_at=row.decided_at,
        edition=row.edition,
    )


def event_values(event: Event) -> Values:
    return {
        "id": event.id,
        "ticket_id": event.ticket_id,
        "customer_id": event.customer_id,
        "type": event.type.value,
        "actor_kind": event.actor.kind.value,
        "actor_name": event.actor.name,
        "at": event.at,
        "status_from": documents.from_word(event.status_from),
        "status_to": event.status_to.value,
        "changes": documents.from_changes(event.changes),
        "cause": documents.from_word(event.cause),
        "note": event.note,
        "decision_id": event.decision_id,
        "message_id": event.message_id,
        "time_entry_id": event.time_entry_id,
        "hints": None if event.hints is None else documents.from_hints(event.hints, always=True),
    }


def event_of(row: AnyRow) -> Event:
    return Event(
        id=row.id,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        type=EventType(row.type),
        actor=Actor(ActorKind(row.actor_kind), row.actor_name),
        at=row.at,
        status_from=documents.to_word(Status, row.status_from),
        status_to=Status(row.status_to),
        changes=documents.to_changes(row.changes),
        cause=documents.to_word(Cause, row.cause),
        note=row.note,
        decision_id=row.decision_id,
        message_id=row.message_id,
        time_entry_id=row.time_entry_id,
        hints=documents.to_hints(row.hints),
    )


def step_of(row: AnyRow) -> Step:
    return Step(row.at, EventType(row.type), ActorKind(row.actor_kind), Status(row.status_to))


def message_values(message: Message) -> Values:
    return {
        "id": message.id,
        "ticket_id": message.ticket_id,
        "author": message.author.value,
        "agent": message.agent,
        "text": message.text,
        "sent_at": message.sent_at,
        "created_at": message.created_at,
        **delivery_values(message.delivery),
        "sender": documents.from_author(message.sender),
        "revisions": documents.from_revisions(message.revisions) or None,
        "revoked_at": message.revoked_at,
    }


def delivery_values(delivery: Delivery | None) -> Values:
    return {
        "delivery_state": None if delivery is None else delivery.state.value,
        "delivery_at": None if delivery is None else delivery.at,
        "delivery_error": None if delivery is None else delivery.error_code,
    }


def message_of(row: AnyRow) -> Message:
    delivery = None
    if row.delivery_state is not None:
        delivery = Delivery(DeliveryState(row.delivery_state), row.delivery_at, row.delivery_error)
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        author=MessageAuthor(row.author),
        agent=row.agent,
        text=row.text,
        sent_at=row.sent_at,
        created_at=row.created_at,
        delivery=delivery,
        sender=documents.to_author(row.sender),
        revisions=documents.to_revisions(row.revisions or []),
        revoked_at=row.revoked_at,
    )


def outbox_values(part: OutboxMessage) -> Values:
    """Return the values of a new part; the database assigns its sequence."""
    return {
        "id": part.id,
        "chat_id": part.chat_id,
        "customer_id": part.customer_id,
        "ticket_id": part.ticket_id,
        "message_id": part.message_id,
        "kind": part.kind.value,
        "part": part.part,
        "parts": part.parts,
        "text": part.text,
        "created_at": part.created_at,
        **sending_values(part),
    }


def sending_values(part: OutboxMessage) -> Values:
    """Return the values that change while a part is being sent."""
    return {
        "reply_to": part.reply_to,
        "not_before": part.not_before,
        "state": part.state.value,
        "state_at": part.state_at,
        "attempts": part.attempts,
        "repeated": part.repeated,
        "lease_until": part.lease_until,
        "lease_token": part.lease_token,
        "error_code": part.error_code,
        "external_id": part.external_id,
        "topic": part.topic,
    }


def outbox_message_of(row: AnyRow) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        chat_id=row.chat_id,
        customer_id=row.customer_id,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        kind=OutboxKind(row.kind),
        text=row.text,
        created_at=row.created_at,
        part=row.part,
        parts=row.parts,
        reply_to=row.reply_to,
        not_before=row.not_before,
        state=PartState(row.state),
        state_at=row.state_at,
        attempts=row.attempts,
        repeated=row.repeated,
        lease_until=row.lease_until,
        lease_token=row.lease_token,
        error_code=row.error_code,
        external_id=row.external_id,
        topic=row.topic,
        sequence=row.sequence,
    )


def channel_values(state: ChannelState) -> Values:
    breaker = state.breaker
    return {
        "channel": state.channel,
        "full_at": state.full_at,
        "paused_until": state.paused_until,
        "failures": breaker.failures,
        "failing_chat": breaker.failing_chat,
        "spread": breaker.spread,
        "down_since": breaker.down_since,
        "code": breaker.code,
        "probe_at": breaker.probe_at,
        "probes": breaker.probes,
    }


def channel_of(row: AnyRow) -> ChannelState:
    breaker = Breaker(
        failures=row.failures,
        failing_chat=row.failing_chat,
        spread=row.spread,
        down_since=row.down_since,
        code=row.code,
        probe_at=row.probe_at,
        probes=row.probes,
    )
    return ChannelState(row.channel, row.full_at, row.paused_until, breaker)


def time_entry_values(entry: TimeEntry) -> Values:
    return {
        "id": entry.id,
        "ticket_id": entry.ticket_id,
        "customer_id": entry.customer_id,
        "minutes": entry.minutes,
        "agent": entry.agent,
        "performed_at": entry.performed_at,
        "counted_at": entry.counted_at,
        "counts": entry.counts,
        "activity": entry.activity,
        "note": entry.note,
        "reverses": entry.reverses,
        "created_at": entry.created_at,
    }


def time_entry_of(row: AnyRow) -> TimeEntry:
    return TimeEntry(
        id=row.id,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        minutes=row.minutes,
        agent=row.agent,
        performed_at=row.performed_at,
        counted_at=row.counted_at,
        counts=row.counts,
        activity=row.activity,
        note=row.note,
        reverses=row.reverses,
        created_at=row.created_at,
    )


def attachment_values(attachment: Attachment) -> Values:
    source = attachment.source
    return {
        "id": attachment.id,
        "customer_id": attachment.customer_id,
        "ticket_id": attachment.ticket_id,
        "message_id": attachment.message_id,
        "of_submission": attachment.of_submission,
        "kind": attachment.kind.value,
        "name": attachment.name,
        **content_values(attachment),
        "channel": None if source is None else source.channel,
        "provider_id": None if source is None else source.provider_id,
        "unique_id": None if source is None else source.unique_id,
        "created_at": attachment.created_at,
    }


CONTENT = ("state", "media_type", "size", "sha256", "blob", "error_code")
"""The columns that a download changes."""


def content_values(attachment: Attachment) -> Values:
    return {name: getattr(attachment, name) for name in CONTENT} | {"state": attachment.state.value}


def attachment_of(row: AnyRow) -> Attachment:
    source = None
    if row.channel is not None:
        source = ProviderFile(row.channel, row.provider_id, row.unique_id)
    return Attachment(
        id=row.id,
        customer_id=row.customer_id,
        kind=AttachmentKind(row.kind),
        name=row.name,
        state=AttachmentState(row.state),
        created_at=row.created_at,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        of_submission=row.of_submission,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        blob=row.blob,
        error_code=row.error_code,
        source=source,
    )


def exception_values(stored: StoredException) -> Values:
    return {
        "day": stored.exception.date,
        "hours": documents.from_hours(stored.exception.hours),
        "reason": stored.exception.reason,
        "updated_at": stored.updated_at,
        "version": stored.version,
    }


def exception_of(row: AnyRow) -> StoredException:
    return StoredException(
        exception=CalendarException(row.day, documents.to_hours(row.hours), row.reason),
        updated_at=row.updated_at,
        version=row.version,
    )


def answer_values(key_id: str, key: str, kept: KeptAnswer) -> Values:
    return {
        "key_id": key_id,
        "key": key,
        "fingerprint": kept.fingerprint,
        "status": kept.answer.status,
        # Pairs, because PostgreSQL does not keep the order of an object's members.
        "headers": [[name, value] for name, value in kept.answer.headers.items()],
        "body": kept.answer.body,
        "created_at": kept.created_at,
    }


def answer_of(row: AnyRow) -> KeptAnswer:
    headers: Mapping[str, str] = {name: value for name, value in row.headers}  # noqa: C416 - typed
    return KeptAnswer(
        fingerprint=row.fingerprint,
        answer=StoredResponse(row.status, headers, row.body),
        created_at=row.created_at,
    )


def api_key_values(key: ApiKey) -> Values:
    return {
        "id": key.id,
        "name": key.name,
        "secret_sha256": key.secret_sha256,
        "scopes": sorted(key.scopes),
        "customer_id": key.customer_id,
        "created_at": key.created_at,
        "expires_on": key.expires_on,
        "revoked_at": key.revoked_at,
    }


def api_key_of(row: AnyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        secret_sha256=row.secret_sha256,
        scopes=frozenset(row.scopes),
        customer_id=row.customer_id,
        created_at=row.created_at,
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
    )


NO_CHAT = ""
"""The address of updates without a chat: NULL would not be equal to itself in a unique key."""


def update_values(update: ReceivedUpdate) -> Values:
    return {
        "channel": update.channel,
        "dedup_key": update.dedup_key,
        "address": update.address or NO_CHAT,
        "raw": update.raw,
        "received_at": update.received_at,
        "state": InboxState.PENDING.value,
        "attempts": 0,
        "due_at": update.received_at,
        "error": None,
        "done_at": None,
    }


def inbox_item_of(row: AnyRow) -> InboxItem:
    return InboxItem(
        sequence=row.sequence,
        channel=row.channel,
        dedup_key=row.dedup_key,
        address=row.address or None,
        raw=row.raw,
        received_at=row.received_at,
        state=InboxState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        error=row.error,
        done_at=row.done_at,
    )


def chat_message_values(message: ChatMessage) -> Values:
    return {
        "channel": message.channel,
        "address": message.address,
        "external_id": message.external_id,
        "chat_id": message.chat_id,
        "kind": message.kind.value,
        "author": documents.from_sender(message.author),
        "occurred_at": message.occurred_at,
        "received_at": message.received_at,
        "group_key": message.group_key,
        "topic": message.topic,
        **changing_chat_message_values(message),
    }


def changing_chat_message_values(message: ChatMessage) -> Values:
    """Return the values that change in the life of a message of a chat."""
    return {
        "text": message.text,
        "files": documents.from_files(message.files),
        "gathered": message.gathered,
        "ticket_id": message.ticket_id,
        "message_id": message.message_id,
        "edited_at": message.edited_at,
        "revisions": documents.from_revisions(message.revisions),
        "revoked_at": message.revoked_at,
    }


def chat_message_of(row: AnyRow) -> ChatMessage:
    return ChatMessage(
        channel=row.channel,
        address=row.address,
        external_id=row.external_id,
        chat_id=row.chat_id,
        kind=ChatMessageKind(row.kind),
        author=documents.to_sender(row.author),
        text=row.text,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        files=documents.to_files(row.files),
        group_key=row.group_key,
        gathered=row.gathered,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        edited_at=row.edited_at,
        revisions=documents.to_revisions(row.revisions),
        revoked_at=row.revoked_at,
        topic=row.topic,
    )


def gathering_values(gathering: Gathering) -> Values:
    return {
        "chat_id": gathering.chat_id,
        "author_id": gathering.author_id,
        "started_at": gathering.started_at,
        "opened_at": gathering.opened_at,
        "closes_at": gathering.closes_at,
    }


def gathering_of(row: AnyRow) -> Gathering:
    return Gathering(
        chat_id=row.chat_id,
        author_id=row.author_id,
        started_at=row.started_at,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
    )


def staff_values(member: StaffMember) -> Values:
    return {
        "channel": member.channel,
        "external_id": member.external_id,
        "name": member.name,
        "updated_at": member.updated_at,
        "version": member.version,
    }


def staff_of(row: AnyRow) -> StaffMember:
    return StaffMember(
        channel=row.channel,
        external_id=row.external_id,
        name=row.name,
        updated_at=row.updated_at,
        version=row.version,
    )
