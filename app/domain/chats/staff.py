"""Staff members who write in customers' chats; messengers don't mark them as staff (4.1)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A staff member by the channel's id; their messages never become submissions."""

    channel: str
    external_id: str
    name: str
    updated_at: datetime
    version: int
