"""Path parameters that several routers share."""

import re
from typing import Annotated

from fastapi import Path

from app.api.schemas.base import CUSTOMER_ID_PATTERN, UUID_PATTERN, ChannelName, CustomerId
from app.application.errors import NotFoundError

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
NewCustomerPath = Annotated[CustomerId, Path(description="The CRM's ID of the customer.")]


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
