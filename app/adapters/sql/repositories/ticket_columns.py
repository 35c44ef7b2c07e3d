"""What of a ticket is read, and how the queue is told apart and ordered; shared by the statements."""

from typing import Any

from sqlalchemy import Select, select, tuple_

from app.adapters.sql.schema.tables import chats, tickets

# A subquery of the result and not a join: it must not sway the choice of indexes, nor be locked.
_CHAT_ADDRESS = (
    select(chats.c.address).where(chats.c.id == tickets.c.chat_id).scalar_subquery().label("chat_address")
)

TICKETS: Select[Any] = select(
    *(c for c in tickets.c if c.name not in {"queue_rank", "outcome", "triage_rank"}), _CHAT_ADDRESS
)
"""Whole tickets; the address is the present one of the chat."""

WAITS = tickets.c.queue_rank.is_not(None)
"""The condition of the queue."""

IS_CLASSIFIED = tickets.c.triage_rank.is_(None)
"""The condition of what waits and is `queued`, not `new`; as in its index."""

QUEUE_COLUMNS = (tickets.c.queue_rank, tickets.c.received_at, tickets.c.id)
"""The order of work, as `app.domain.tickets.queue.queue_key`."""

QUEUE_KEY = tuple_(*QUEUE_COLUMNS)

TRIAGE_COLUMNS = (tickets.c.triage_rank, tickets.c.received_at, tickets.c.id)
"""The order of the triage list, as `app.domain.tickets.queue.triage_key`."""
