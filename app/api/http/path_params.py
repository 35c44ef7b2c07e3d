"""Path parameters that several routers share."""

import re
from typing import Annotated

from fastapi import Path

from app.api.schemas.base import CUSTOMER_ID_PATTERN, UUID_PATTERN, CustomerId
from app.application.errors import NotFoundError

_UUID = re.compile(UUID_PATTERN, re.ASCII)
_CUSTOMER = re.compile(CUSTOMER_ID_PATTERN, re.ASCII)


TicketPath = Annotated[
    str, Path(description="Id of the ticket.", json_schema_extra={"format": "uuid", "maxLength": 36})
]
AttachmentPath = Annotated[
    str, Path(description="Id of the attachment.", json_schema_extra={"format": "uuid", "maxLength": 36})
]
CustomerPath = Annotated[
    str,
    Path(
        description="The CRM's id of the customer.",
        json_schema_extra={"pattern": CUSTOMER_ID_PATTERN, "maxLength": 64},
    ),
]
NewCustomerPath = Annotated[CustomerId, Path(description="The CRM's id of the customer.")]


def ticket_id_of(value: str) -> str:
    """Return the id of a ticket; a malformed one is the id of no ticket. NotFoundError."""
    if not _UUID.fullmatch(value):
        raise NotFoundError("ticket_not_found")
    return value


def attachment_id_of(value: str) -> str:
    """Return the id of an attachment; a malformed one is the id of none. NotFoundError."""
    if not _UUID.fullmatch(value):
        raise NotFoundError("attachment_not_found")
    return value


def customer_id_of(value: str) -> str:
    """Return the id of a customer; a malformed one is the id of no customer. NotFoundError."""
    if not _CUSTOMER.fullmatch(value):
        raise NotFoundError("customer_not_found")
    return value
