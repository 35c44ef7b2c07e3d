"""What the inbox needs of the store: updates, what was said in chats, submissions in the making, staff.

As in `store`, repositories are synchronous and belong to one unit of work.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate
from app.domain.chats.staff import StaffMember
from app.domain.sending.part import OutboxKind


class ChatRepository(Protocol):
    """Chats by our id and by every external address that they have had (R12)."""

    def get(self, chat_id: str) -> Chat | None: ...
    def find(self, channel: str, address: str) -> Chat | None:
        """Find by any address of the chat, past ones included."""
        ...

    def lock(self, channel: str, address: str) -> Chat | None:
        """Find, and hold the chat until the transaction ends."""
        ...

    def lock_by_id(self, chat_id: str) -> Chat | None:
        """Get, and hold the chat until the transaction ends."""
        ...

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        """List the customer's working chats, the one assigned first in front (then by id)."""
        ...

    def add(self, chat: Chat) -> bool:
        """Insert with its address; False if the address is taken meanwhile."""
        ...

    def save(self, chat: Chat) -> None:
        """Replace the stored chat, its addresses left alone."""
        ...

    def add_address(self, chat: Chat, address: str) -> bool:
        """Let the chat be found by one more address; False if it is taken."""
        ...

    def set_address(self, chat: Chat) -> None:
        """Make the chat's `address`, which must be one of its own, the present one."""
        ...

    def absorb(self, kept: Chat, stub: Chat) -> None:
        """Give all that hangs on a chat to another one, its addresses too, and remove it (R12)."""
        ...


@dataclass(frozen=True, slots=True)
class ChatKey:
    """What updates are processed in turn by: a chat's address; None for what belongs to no chat."""

    channel: str
    address: str | None


@dataclass(frozen=True, slots=True)
class InboxSummary:
    """How many updates there are of each state that stays, and since when the oldest one waits."""

    counts: Mapping[InboxState, int]
    oldest_at: datetime | None


class InboxRepository(Protocol):
    """Updates in the order of storing."""

    def add(self, update: ReceivedUpdate) -> bool:
        """Store an update; False if it is known."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[ChatKey]:
        """List the chats whose first waiting update is due, the longest waiting in front."""
        ...

    def next_due_at(self) -> datetime | None:
        """Give when the first waiting update of a chat becomes due."""
        ...

    def waiting(self, chat: ChatKey, limit: int) -> Sequence[InboxItem]:
        """List the waiting updates of a chat, first the one that is its turn."""
        ...

    def take(self, item: InboxItem) -> InboxItem | None:
        """Hold an update until the transaction ends; None if it is not its turn, or somebody has it."""
        ...

    def settle(self, item: InboxItem) -> None:
        """Save what came of an update: its state, tries, due instant and error."""
        ...

    def release(self, chat_id: str, at: datetime) -> int:
        """Let the held updates of all addresses of a chat be processed; give how many."""
        ...

    def replay(self, sequences: Collection[int] | None, at: datetime) -> int:
        """Let parked updates be tried anew, all of them for None; give how many."""
        ...

    def of_state(self, state: InboxState, *, after: int, limit: int) -> Sequence[InboxItem]:
        """List updates of a state by sequence."""
        ...

    def summary(self) -> InboxSummary:
        """Count what waits, is held and is parked."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Drop up to `limit` updates that were done before an instant; give how many."""
        ...


class ChatMessageRepository(Protocol):
    """What was said in chats."""

    def find(self, channel: str, address: str, external_id: str) -> ChatMessage | None: ...
    def add(self, message: ChatMessage) -> bool:
        """Insert; False if the provider's identity is known."""
        ...

    def save(self, message: ChatMessage) -> None:
        """Replace what changes: words, files, where it went, whether it was edited or taken back."""
        ...

    def gathered(self, chat_id: str) -> Sequence[ChatMessage]:
        """List what waits to become a submission, by its own time, then in the order of storing."""
        ...

    def of_album(self, chat_id: str, group_key: str) -> ChatMessage | None:
        """Give the first known part of an album."""
        ...

    def latest(self, chat_id: str, kind: ChatMessageKind | None = None) -> ChatMessage | None:
        """Give the chat's latest message by its own time."""
        ...

    def add_sent(
        self,
        channel: str,
        address: str,
        external_id: str,
        *,
        chat_id: str,
        ticket_id: str | None,
        message_id: str | None,
        at: datetime,
    ) -> None:
        """Keep under which id the provider took a message of ours, so that replies to it are known."""
        ...


class GatheringRepository(Protocol):
    """Submissions in the making, one a chat."""

    def get(self, chat_id: str) -> Gathering | None: ...
    def save(self, gathering: Gathering) -> None:
        """Insert or replace."""
        ...

    def remove(self, chat_id: str) -> None: ...
    def due(self, now: datetime, limit: int) -> Sequence[Gathering]:
        """List those whose deadline has come, the earliest in front."""
        ...

    def next_at(self) -> datetime | None:
        """Give the next deadline."""
        ...

    def wake(self, chat_id: str, at: datetime) -> None:
        """Give a deadline to one that had none."""
        ...


@dataclass(frozen=True, slots=True)
class UnassignedChat:
    """A chat that wrote without being anybody's working chat (4.1)."""

    chat: Chat
    messages: int
    first_at: datetime
    last_at: datetime


class UnassignedChatRepository(Protocol):
    """Chats that wrote without being anybody's."""

    def count(self, chat_id: str, at: datetime, messages: int = 1) -> None:
        """Count messages of a chat."""
        ...

    def remove(self, chat_id: str) -> None: ...
    def page(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[UnassignedChat]:
        """List, the latest writer in front; keyed by last_at and the chat's id."""
        ...


class NoticeRepository(Protocol):
    """When the desk last said by itself what it says now and then only."""

    def claim(
        self, chat_id: str, kind: OutboxKind, subject: str, at: datetime, *, unless_since: datetime
    ) -> bool:
        """Note that it is said now; False if it was said after `unless_since`."""
        ...

    def forget(self, chat_id: str, kind: OutboxKind, subject: str) -> None:
        """Let it count as never said."""
        ...


class StaffRepository(Protocol):
    """Who is staff, by channel and the channel's id."""

    def find(self, channel: str, external_id: str) -> StaffMember | None: ...
    def page(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[StaffMember]:
        """List by channel and id."""
        ...

    def save(self, member: StaffMember) -> None:
        """Insert or replace."""
        ...

    def remove(self, channel: str, external_id: str) -> bool:
        """Remove; False if there is no such person."""
        ...
