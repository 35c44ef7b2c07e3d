"""A chat in a messenger, and whose working chat it is (4.1, 5.1, 5.2)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `id` is ours, `address` the messenger's present one (it may change, R12).

    `customer_id` is None while the chat is nobody's working chat. `private` is a conversation of one
    person with the desk. `reachable` is false from the moment that nothing can be sent to it, as the desk
    was blocked or removed, until it writes again; `unreachable_since` is that moment, if it is known.
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
