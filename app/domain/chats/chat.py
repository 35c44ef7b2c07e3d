"""A chat in a messenger and the customer whose working chat it is (4.1, 5.1, 5.2)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `id` is ours, `address` is the messenger's present one (it may change, R12).

    `customer_id` is None for an unassigned chat. `private` marks a conversation of one person with the desk.
    `reachable` becomes false when the desk is blocked or removed, and true when the chat writes again;
    `unreachable_since` is when it became false, if known.
    """

    id: str
    channel: str
    address: str
    customer_id: str | None
    title: str | None
    assigned_at: datetime | None
    updated_at: datetime
    version: int
    private: bool = False
    reachable: bool = True
    unreachable_since: datetime | None = None
