"""Rows of stored updates to values of the domain, and back."""

from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate

NO_CHAT = ""
"""The address of updates without a chat: NULL would not be equal to itself in a unique key."""


def update_values(update: ReceivedUpdate) -> Values:
    return {
        "channel": update.channel,
        "dedup_key": update.dedup_key,
        "address": update.address or NO_CHAT,
        "raw": update.raw,
        "received_at": update.received_at,
        "state": InboxState.PENDING.value,
        "attempts": 0,
        "due_at": update.received_at,
        "error": None,
        "done_at": None,
    }


def inbox_item_of(row: AnyRow) -> InboxItem:
    return InboxItem(
        sequence=row.sequence,
        channel=row.channel,
        dedup_key=row.dedup_key,
        address=row.address or None,
        raw=row.raw,
        received_at=row.received_at,
        state=InboxState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        error=row.error,
        done_at=row.done_at,
    )
