"""A chat in a messenger, and whose working chat it is (4.1, 5.1, 5.2)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `id` is ours, `address` the messenger's present one (it may change, R12).

    `customer_id` is None while the chat is nobody's working chat. `private` is a conversation of one
    person with the desk; None while nothing has come from the chat. `unreachable_at` is since when the
    desk cannot write to it: it was blocked or removed.
    """

    id: str
    channel: str
    address: str
    customer_id: str | None
    title: str | None
    assigned_at: datetime | None
    updated_at: datetime
    version: int
    private: bool | None = None
    unreachable_at: datetime | None = None

    @property
    def reachable(self) -> bool:
        """Whether the desk may write to the chat, as far as is known."""
        return self.unreachable_at is None
