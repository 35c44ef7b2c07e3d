"""Chats that are nobody's, and staff in the messengers, on the wire."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.base import In, Out, named
from app.application.ports.inbox import UnassignedChat
from app.domain.chats.staff import StaffMember


class UnassignedChatOut(Out):
    """A chat that wrote without being anybody's working chat (4.1)."""

    channel: str = Field(max_length=32, description="Channel.")
    chat_id: str = Field(max_length=128, description="Present address in the messenger.")
    title: str | None = Field(max_length=200, description="The chat's title, as the messenger tells it.")
    private: bool = Field(description="Whether it is a conversation of one person with the desk.")
    reachable: bool = Field(description="Whether the desk may write to it, as far as is known.")
    messages: int = Field(ge=1, le=2**53, description="Messages that wait to be processed.")
    first_at: datetime = Field(description="When the first of them was written.")
    last_at: datetime = Field(description="When the last of them was written.")

    @classmethod
    def of(cls, seen: UnassignedChat) -> Self:
        """Show a chat."""
        chat = seen.chat
        return cls(
            channel=chat.channel,
            chat_id=chat.address,
            title=chat.title,
            private=chat.private,
            reachable=chat.reachable,
            messages=seen.messages,
            first_at=seen.first_at,
            last_at=seen.last_at,
        )


class StaffIn(In):
    """A person of staff."""

    name: Annotated[str, named(100)] = Field(description="The agent's name, as it stands in tickets.")


class StaffOut(Out):
    """A person of staff who writes in customers' chats; the words of theirs are no submission."""

    channel: str = Field(max_length=32, description="Channel.")
    external_id: str = Field(max_length=128, description="The channel's id of the person.")
    name: str = Field(max_length=100, description="The agent's name.")
    updated_at: datetime = Field(description="When the entry last changed.")
    version: int = Field(ge=1, le=2**53, description="Grows with every change.")

    @classmethod
    def of(cls, member: StaffMember) -> Self:
        """Show a person."""
        return cls(
            channel=member.channel,
            external_id=member.external_id,
            name=member.name,
            updated_at=member.updated_at,
            version=member.version,
        )
