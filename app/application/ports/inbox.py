"""Repositories of the inbox: chats and their messages, stored updates, submissions in the making, staff.

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
    """Chats by id and by every external address that they have had (R12)."""

    def get(self, chat_id: str) -> Chat | None: ...
    def find(self, channel: str, address: str) -> Chat | None:
        """Find by any address of the chat, past ones included."""
        ...

    def lock(self, channel: str, address: str) -> Chat | None:
        """Find the chat and lock it until the transaction ends."""
        ...

    def lock_by_id(self, chat_id: str) -> Chat | None:
        """Get the chat and lock it until the transaction ends."""
        ...

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        """List the customer's working chats by the instant of assignment, then by id."""
        ...

    def misspelt(self) -> Sequence[Chat]:
        """List the chats whose present address is not in its one spelling, by id; reads all chats."""
        ...

    def add(self, chat: Chat) -> bool:
        """Insert with its address; False if another transaction has taken the address."""
        ...

    def save(self, chat: Chat) -> None:
        """Replace the stored chat; its addresses stay as they are."""
        ...

    def add_address(self, chat: Chat, address: str) -> bool:
        """Add an address by which the chat is found; False if the address is taken."""
        ...

    def set_address(self, chat: Chat) -> None:
        """Make the chat's `address` the present one; it must be one of the chat's addresses."""
        ...

    def absorb(self, kept: Chat, stub: Chat) -> None:
        """Transfer the addresses and all rows of `stub` to `kept`, and delete `stub` (R12)."""
        ...


@dataclass(frozen=True, slots=True)
class ChatKey:
    """The key of updates that are processed in turn: a chat's address, or None for updates without a chat."""

    channel: str
    address: str | None


@dataclass(frozen=True, slots=True)
class InboxSummary:
    """The number of updates in each lasting state, and the instant since which the oldest one waits."""

    counts: Mapping[InboxState, int]
    oldest_at: datetime | None


class InboxRepository(Protocol):
    """Updates in the order of storing."""

    def add(self, update: ReceivedUpdate) -> bool:
        """Store an update; False if it is known."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[ChatKey]:
        """List the chats whose first waiting update is due: working chats first, then the longest waiting."""
        ...

    def next_due_at(self) -> datetime | None:
        """Return the next instant at which the first waiting update of any chat becomes due."""
        ...

    def waiting(self, chat: ChatKey, limit: int) -> Sequence[InboxItem]:
        """List the waiting updates of a chat in their order."""
        ...

    def take(self, item: InboxItem) -> InboxItem | None:
        """Lock an update until the transaction ends; None if it is not its turn or another process has it."""
        ...

    def settle(self, item: InboxItem) -> None:
        """Store the result of an update: its state, tries, due instant and error."""
        ...

    def release(self, chat_id: str, at: datetime) -> int:
        """Make the held updates of all addresses of a chat due; return their number."""
        ...

    def held_of(self, chat_id: str) -> int:
        """Count the held updates of all addresses of a chat."""
        ...

    def replay(self, sequences: Collection[int] | None, at: datetime) -> int:
        """Make parked updates due again, all of them for None; return their number."""
        ...

    def of_state(self, state: InboxState, *, after: int, limit: int) -> Sequence[InboxItem]:
        """List updates of a state by sequence."""
        ...

    def summary(self) -> InboxSummary:
        """Count the waiting, the held and the parked updates."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` updates that were done before an instant; return their number."""
        ...

    def purge_held(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` held updates that were received before an instant; return their number."""
        ...


class ChatMessageRepository(Protocol):
    """Messages of chats."""

    def find(self, channel: str, address: str, external_id: str) -> ChatMessage | None: ...
    def add(self, message: ChatMessage) -> bool:
        """Insert; False if the provider's identity is known."""
        ...

    def save(self, message: ChatMessage) -> None:
        """Replace the members that change: text, files, ticket, edits and revocation."""
        ...

    def gathered(self, chat_id: str) -> Sequence[ChatMessage]:
        """List the messages of the submission in the making, by their own time, then by storing."""
        ...

    def of_album(self, chat_id: str, group_key: str) -> ChatMessage | None:
        """Return the first known part of an album."""
        ...

    def latest(self, chat_id: str, kind: ChatMessageKind | None = None) -> ChatMessage | None:
        """Return the chat's latest message by its own time."""
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
        """Store the provider's id of a message that the desk sent, so that replies to it are recognised."""
        ...


class GatheringRepository(Protocol):
    """Submissions in the making, one per chat."""

    def get(self, chat_id: str) -> Gathering | None: ...
    def save(self, gathering: Gathering) -> None:
        """Insert or replace."""
        ...

    def remove(self, chat_id: str) -> None: ...
    def due(self, now: datetime, limit: int) -> Sequence[Gathering]:
        """List those whose deadline has passed, the earliest first."""
        ...

    def next_at(self) -> datetime | None:
        """Return the next deadline."""
        ...

    def wake(self, chat_id: str, at: datetime) -> None:
        """Set the deadline of a submission that has none."""
        ...


@dataclass(frozen=True, slots=True)
class UnassignedChat:
    """A chat that wrote while it was unassigned (4.1).

    `held` of its messages are stored and become due when the chat is assigned; the others were dropped.
    """

    chat: Chat
    messages: int
    first_at: datetime
    last_at: datetime
    held: int


class UnassignedChatRepository(Protocol):
    """Chats that wrote while they were unassigned."""

    def count(self, chat_id: str, at: datetime, messages: int = 1) -> None:
        """Count messages of a chat."""
        ...

    def merge(self, kept_id: str, stub_id: str) -> None:
        """Add the messages of `stub_id` to those of `kept_id`."""
        ...

    def remove(self, chat_id: str) -> None: ...
    def page(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[UnassignedChat]:
        """List by last_at and chat id, the latest first."""
        ...


class NoticeRepository(Protocol):
    """The instants at which the desk last sent a notice that it does not send with every message."""

    def claim(
        self, chat_id: str, kind: OutboxKind, subject: str, at: datetime, *, unless_since: datetime
    ) -> bool:
        """Store that the notice is sent now; False if it was sent after `unless_since`."""
        ...

    def forget(self, chat_id: str, kind: OutboxKind, subject: str) -> None:
        """Delete the instant, so that the notice counts as not sent."""
        ...


class StaffRepository(Protocol):
    """Staff members by channel and the channel's id of the person."""

    def find(self, channel: str, external_id: str) -> StaffMember | None: ...
    def page(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[StaffMember]:
        """List by channel and id."""
        ...

    def save(self, member: StaffMember) -> None:
        """Insert or replace."""
        ...

    def remove(self, channel: str, external_id: str) -> bool:
        """Delete; False for an unknown person."""
        ...
