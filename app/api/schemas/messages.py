"""Schemas of the messages of a ticket."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.api.schemas.attachments import AttachmentOut
from app.api.schemas.base import MAX_TEXT, AgentName, In, ObjectId, Out, plain, wrong_at
from app.application.tickets.message_view import MessageView
from app.domain.tickets.message import DeliveryState, MessageAuthor


class Direction(StrEnum):
    """Direction of a message."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageIn(In):
    """A message from the customer, or from an agent to the customer."""

    author: MessageAuthor = Field(description="Whether the customer or an agent writes.")
    agent: AgentName | None = Field(
        None, description="The agent's name. Required for an agent, not allowed for a customer."
    )
    text: Annotated[str, plain(MAX_TEXT)] = Field(
        description="Text of the message. An agent's text must not be blank; it is sent unchanged."
    )
    attachment_ids: list[ObjectId] = Field(
        default_factory=list,
        max_length=10,
        description="IDs of uploaded attachments; each can be used once. Only for a customer's message. "
        "Empty if left out.",
    )
    article_id: ObjectId | None = Field(
        None,
        description="A knowledge article to refer to (4.5). There are no articles yet, so any value gets "
        "422.",
    )

    @model_validator(mode="after")
    def _agent_is_named(self) -> Self:
        if self.author is MessageAuthor.CUSTOMER and self.agent is not None:
            raise wrong_at("/agent", "not_for_this_author")
        if self.author is MessageAuthor.AGENT and self.agent is None:
            raise wrong_at("/agent", "missing")
        if self.author is MessageAuthor.AGENT and not self.text.strip():
            raise wrong_at("/text", "blank")
        if self.author is MessageAuthor.AGENT and self.attachment_ids:
            raise wrong_at("/attachment_ids", "not_for_this_author")
        return self


class DeliveryOut(Out):
    """Delivery of an outgoing message."""

    state: DeliveryState = Field(description="State of the delivery. New states may appear.")
    error_code: str | None = Field(
        max_length=64,
        description="Code of the last error: why the delivery failed, is delayed or cannot be confirmed. "
        "Null if there was none.",
    )
    at: datetime = Field(description="When the delivery entered this state.")


class RevisionOut(Out):
    """An earlier version of an edited message."""

    text: str = Field(max_length=MAX_TEXT, description="The text before the edit.")
    at: datetime = Field(description="When the text was replaced.")


class SenderOut(Out):
    """A person in the messenger."""

    name: str | None = Field(max_length=200, description="Name as the messenger shows it.")
    external_id: str | None = Field(max_length=128, description="The messenger's ID of the person.")


class MessageOut(Out):
    """A message, stored as it was written."""

    id: str = Field(max_length=36, description="ID of the message (UUIDv7).")
    ticket_id: str = Field(max_length=36, description="The ticket that the message belongs to.")
    direction: Direction = Field(description="`inbound` from the customer, `outbound` to the customer.")
    author: MessageAuthor = Field(description="Whether the customer or an agent wrote.")
    agent: str | None = Field(max_length=100, description="The agent's name. Null for a customer's message.")
    text: str = Field(max_length=MAX_TEXT, description="Present text of the message; may be empty.")
    attachments: list[AttachmentOut] = Field(max_length=100, description="Attachments of the message.")
    delivery: DeliveryOut | None = Field(
        description="Delivery to the messenger. Null for a customer's message."
    )
    revisions: list[RevisionOut] = Field(
        max_length=1_000, description="Earlier versions of the text, oldest first."
    )
    sender: SenderOut | None = Field(
        description="The person who wrote in the messenger: a group chat has several. Null for messages "
        "sent through the API."
    )
    revoked_at: datetime | None = Field(
        description="When the author deleted the message in the messenger. The text is kept."
    )
    sent_at: datetime | None = Field(description="When the message was sent. Null while it waits.")
    created_at: datetime = Field(description="When the message was stored.")

    @classmethod
    def of(cls, view: MessageView) -> Self:
        """Build the schema from the domain value."""
        message = view.message
        inbound = message.author is MessageAuthor.CUSTOMER
        delivery = message.delivery
        return cls(
            id=message.id,
            ticket_id=message.ticket_id,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            author=message.author,
            agent=message.agent,
            text=message.text,
            attachments=[AttachmentOut.of(one) for one in view.attachments],
            delivery=DeliveryOut(state=delivery.state, error_code=delivery.error_code, at=delivery.at)
            if delivery
            else None,
            revisions=[RevisionOut(text=one.text, at=one.at) for one in message.revisions],
            sender=SenderOut(name=message.sender.name, external_id=message.sender.external_id)
            if message.sender
            else None,
            revoked_at=message.revoked_at,
            sent_at=message.sent_at,
            created_at=message.created_at,
        )
