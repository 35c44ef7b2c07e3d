"""Path parameters that several routers share."""

import re
from typing import Annotated

from fastapi import Path

from app.api.http.problems import FieldError, Problem
from app.api.schemas.base import (
    CHAT_ID_FORMS,
    CUSTOMER_ID_PATTERN,
    UUID_PATTERN,
    ChannelName,
    ChatId,
    NewCustomerId,
)
from app.application.errors import NotFoundError
from app.domain.chats.address import FORMS, AddressError, ChatAddress, address_pattern

_UUID = re.compile(UUID_PATTERN, re.ASCII)
_CUSTOMER = re.compile(CUSTOMER_ID_PATTERN, re.ASCII)


TicketPath = Annotated[
    str, Path(description="ID of the ticket (UUIDv7).", json_schema_extra={"format": "uuid", "maxLength": 36})
]
AttachmentPath = Annotated[
    str,
    Path(description="ID of the attachment (UUIDv7).", json_schema_extra={"format": "uuid", "maxLength": 36}),
]
CustomerPath = Annotated[
    str,
    Path(
        description="The CRM's ID of the customer.",
        json_schema_extra={"pattern": CUSTOMER_ID_PATTERN, "maxLength": 64},
    ),
]
ChannelPath = Annotated[ChannelName, Path(description="Messenger: `telegram` or `whatsapp`.")]
NewCustomerPath = Annotated[
    NewCustomerId, Path(description="The CRM's ID of the customer. `.` and `..` are refused.")
]
_OFFICIAL = {"pattern": address_pattern(*FORMS)}
ChatPath = Annotated[
    ChatId, Path(description=f"The messenger's ID of the chat. {CHAT_ID_FORMS}", json_schema_extra=_OFFICIAL)
]
PersonPath = Annotated[
    ChatId,
    Path(description=f"The messenger's ID of the person. {CHAT_ID_FORMS}", json_schema_extra=_OFFICIAL),
]


def ticket_id_of(value: str) -> str:
    """Return the ID of a ticket. Raises NotFoundError for a malformed one, as for an unknown one."""
    if not _UUID.fullmatch(value):
        raise NotFoundError("ticket_not_found")
    return value


def attachment_id_of(value: str) -> str:
    """Return the ID of an attachment. Raises NotFoundError for a malformed one, as for an unknown one."""
    if not _UUID.fullmatch(value):
        raise NotFoundError("attachment_not_found")
    return value


def customer_id_of(value: str) -> str:
    """Return the ID of a customer. Raises NotFoundError for a malformed one, as for an unknown one."""
    if not _CUSTOMER.fullmatch(value):
        raise NotFoundError("customer_not_found")
    return value


def address_of(channel: str, value: str, parameter: str) -> ChatAddress:
    """Return an address in a path. Raises Problem for another spelling than the one of the channel."""
    try:
        return ChatAddress(channel, value)
    except AddressError:
        raise Problem("validation_failed", errors=[FieldError(f"/path/{parameter}", "bad_format")]) from None
