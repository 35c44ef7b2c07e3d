"""Rows of chats, of their messages and of staff to values of the domain, and back."""

from app.adapters.sql.schema import documents
from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind
from app.domain.chats.gathering import Gathering
from app.domain.chats.staff import StaffMember


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
