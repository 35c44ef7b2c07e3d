"""Messages of a ticket on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.api.schemas.attachments import AttachmentOut
from app.api.schemas.base import MAX_TEXT, AgentName, In, ObjectId, Out, plain, wrong_at
from app.application.tickets.message_view import MessageView
from app.domain.tickets.message import DeliveryState, MessageAuthor


class Direction(StrEnum):
    """Which way a message went."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageIn(In):
    """Words of the customer, or of an agent to the customer."""

    author: MessageAuthor = Field(description="Who wrote.")
    agent: AgentName | None = Field(
        None, description="The agent's name; required for an agent, not allowed for a customer."
    )
    text: Annotated[str, plain(MAX_TEXT)] = Field(
        description="The words, verbatim; an agent's are not empty."
    )
    attachment_ids: list[ObjectId] = Field(
        default_factory=list,
        max_length=10,
        description="Attachments that were uploaded before, each used once; a customer's message only.",
    )
    article_id: ObjectId | None = Field(
        None, description="An article to point to (4.5); no articles are kept yet."
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
    """How far an outgoing message got."""

    state: DeliveryState = Field(description="State; new ones may come.")
    error_code: str | None = Field(max_length=64, description="Why it failed.")
    at: datetime = Field(description="Since when the state holds.")


class RevisionOut(Out):
    """An earlier wording of an edited message."""

    text: str = Field(max_length=MAX_TEXT, description="The words before the edit.")
    at: datetime = Field(description="When they were replaced.")


class SenderOut(Out):
    """A person in the messenger."""

    name: str | None = Field(max_length=200, description="Name as the channel shows it.")
    external_id: str | None = Field(max_length=128, description="The channel's id of the person.")


class MessageOut(Out):
    """A message, kept as it was written."""

    id: str = Field(max_length=36, description="Id of the message.")
    ticket_id: str = Field(max_length=36, description="The ticket it belongs to.")
    direction: Direction = Field(description="`inbound` from the customer, `outbound` to the customer.")
    author: MessageAuthor = Field(description="Who wrote.")
    agent: str | None = Field(max_length=100, description="The agent's name.")
    text: str = Field(max_length=MAX_TEXT, description="The words.")
    attachments: list[AttachmentOut] = Field(max_length=100, description="What came with it.")
    delivery: DeliveryOut | None = Field(description="How far it got; null for the customer's.")
    revisions: list[RevisionOut] = Field(max_length=1_000, description="Earlier wordings, oldest first.")
    sender: SenderOut | None = Field(
        description="Who wrote it in the messenger: a group chat has many voices; null for what came by HTTP."
    )
    revoked_at: datetime | None = Field(
        description="When the writer took it back in the messenger; the words stay."
    )
    sent_at: datetime | None = Field(description="When it was sent; null while it waits.")
    created_at: datetime = Field(description="When it was stored.")

    @classmethod
    def of(cls, view: MessageView) -> Self:
        """Show a message."""
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
