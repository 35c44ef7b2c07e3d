"""The columns read of a ticket, and the conditions and orders of the queue; shared by statements."""

from typing import Any

from sqlalchemy import Select, select

from app.adapters.sql.schema.tables import chats, tickets

# A subquery of the result instead of a join: it must not influence the choice of indexes, nor be locked.
_CHAT_ADDRESS = (
    select(chats.c.address).where(chats.c.id == tickets.c.chat_id).scalar_subquery().label("chat_address")
)

TICKETS: Select[Any] = select(
    *(c for c in tickets.c if c.name not in {"queue_rank", "outcome", "triage_rank"}), _CHAT_ADDRESS
)
"""Whole tickets with the present address of the chat."""

WAITS = tickets.c.queue_rank.is_not(None)
"""The condition of the queue."""

IS_CLASSIFIED = tickets.c.triage_rank.is_(None)
"""The condition of waiting tickets that are `queued`, not `new`; written as in its index."""

QUEUE_COLUMNS = (tickets.c.queue_rank, tickets.c.received_at, tickets.c.id)
"""The order of work, as in `app.domain.tickets.queue.queue_key`."""

TRIAGE_COLUMNS = (tickets.c.triage_rank, tickets.c.received_at, tickets.c.id)
"""The order of the triage list, as in `app.domain.tickets.queue.triage_key`."""
