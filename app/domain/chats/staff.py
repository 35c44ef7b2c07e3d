"""Who of those who write in customers' chats is staff: a messenger does not tell (4.1)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person of staff by the channel's id; the words of theirs are no submission."""

    channel: str
    external_id: str
    name: str
    updated_at: datetime
    version: int
