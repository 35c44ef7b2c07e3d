"""Schemas of unassigned chats and of staff members."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import In, Out, named
from app.application.ports.inbox import UnassignedChat
from app.domain.chats.address import MAX_LENGTH
from app.domain.chats.staff import StaffMember


class UnassignedChatOut(Out):
    """A chat that has written to the desk and is not a working chat of any customer (4.1)."""

    channel: str = Field(max_length=32, description="Messenger: `telegram` or `whatsapp`.")
    chat_id: str = Field(max_length=MAX_LENGTH, description="The messenger's present ID of the chat.")
    title: str | None = Field(max_length=200, description="Title of the chat in the messenger.")
    private: bool = Field(description="Whether it is a private chat with one person, not a group.")
    reachable: bool = Field(description="Whether messages can be sent to the chat, as far as is known.")
    messages: int = Field(ge=1, le=2**53, description="Number of messages written while unassigned.")
    held: int = Field(
        ge=0,
        le=2**53,
        description="Number of messages that will be processed when the chat is assigned. Smaller than "
        "`messages` if the chat has written more than 1,000, or if some are older than "
        "`SUPPORT_HELD_DAYS` (30 by default): the others were deleted.",
    )
    first_at: datetime = Field(description="When the first of these messages was written.")
    last_at: datetime = Field(description="When the last of these messages was written.")

    @classmethod
    def of(cls, seen: UnassignedChat) -> Self:
        """Build the schema from the domain value."""
        chat = seen.chat
        return cls(
            channel=chat.channel,
            chat_id=chat.address,
            title=chat.title,
            private=chat.private,
            reachable=chat.reachable,
            messages=seen.messages,
            held=seen.held,
            first_at=seen.first_at,
            last_at=seen.last_at,
        )


class StaffIn(In):
    """A staff member to register."""

    name: Annotated[str, named(100)] = Field(description="The agent's name, as it appears in tickets.")


class StaffOut(Out):
    """A staff member who writes in customers' chats. Their messages are not submissions."""

    channel: str = Field(max_length=32, description="Messenger: `telegram` or `whatsapp`.")
    external_id: str = Field(max_length=MAX_LENGTH, description="The messenger's ID of the person.")
    name: str = Field(max_length=100, description="The agent's name, as it appears in tickets.")
    updated_at: datetime = Field(description="When the entry last changed.")
    version: int = Field(ge=1, le=2**53, description="Incremented with every change. `If-Match` compares it.")

    @classmethod
    def of(cls, member: StaffMember) -> Self:
        """Build the schema from the domain value."""
        return cls(
            channel=member.channel,
            external_id=member.external_id,
            name=member.name,
            updated_at=member.updated_at,
            version=member.version,
        )
