"""What the inbox needs of a store, in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from app.application.ports.inbox import ChatKey, InboxSummary, UnassignedChat
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage, ChatMessageKind, sent_by_desk
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbox import InboxItem, InboxState, ReceivedUpdate
from app.domain.chats.staff import StaffMember
from app.domain.sending.part import OutboxKind

Identity = tuple[str, str, str]


class MemoryInbox:
    def __init__(
        self, inbox: dict[int, InboxItem], chat_ids: dict[tuple[str, str], str], chats: dict[str, Chat]
    ) -> None:
        self._inbox = inbox
        self._chat_ids = chat_ids
        self._chats = chats

    def add(self, update: ReceivedUpdate) -> bool:
        key = update.channel, update.dedup_key
        if any((item.channel, item.dedup_key) == key for item in self._inbox.values()):
            return False
        sequence = max(self._inbox, default=0) + 1
        self._inbox[sequence] = InboxItem(
            sequence=sequence,
            channel=update.channel,
            dedup_key=update.dedup_key,
            address=update.address,
            raw=update.raw,
            received_at=update.received_at,
            state=InboxState.PENDING,
            attempts=0,
            due_at=update.received_at,
        )
        return True

    def _first_ones(self) -> dict[ChatKey, InboxItem]:
        first: dict[ChatKey, InboxItem] = {}
        for item in self._of(InboxState.PENDING):
            first.setdefault(ChatKey(item.channel, item.address), item)
        return first

    def due(self, now: datetime, limit: int) -> Sequence[ChatKey]:
        due = [chat for chat, item in self._first_ones().items() if item.due_at <= now]
        return sorted(due, key=self._is_unassigned)[:limit]

    def _is_unassigned(self, key: ChatKey) -> bool:
        chat_id = self._chat_ids.get((key.channel, key.address or ""))
        return chat_id is None or self._chats[chat_id].customer_id is None

    def next_due_at(self) -> datetime | None:
        return min((item.due_at for item in self._first_ones().values()), default=None)

    def waiting(self, chat: ChatKey, limit: int) -> Sequence[InboxItem]:
        items = self._of(InboxState.PENDING)
        return [item for item in items if ChatKey(item.channel, item.address) == chat][:limit]

    def take(self, item: InboxItem) -> InboxItem | None:
        first = self._first_ones().get(ChatKey(item.channel, item.address))
        return first if first is not None and first.sequence == item.sequence else None

    def settle(self, item: InboxItem) -> None:
        self._inbox[item.sequence] = item

    def release(self, chat_id: str, at: datetime) -> int:
        return self._anew(
            (
                item
                for item in self._of(InboxState.HELD)
                if self._chat_ids.get((item.channel, item.address or "")) == chat_id
            ),
            at,
        )

    def held_of(self, chat_id: str) -> int:
        held = self._of(InboxState.HELD)
        return sum(self._chat_ids.get((item.channel, item.address or "")) == chat_id for item in held)

    def replay(self, sequences: Collection[int] | None, at: datetime) -> int:
        parked = self._of(InboxState.PARKED)
        return self._anew((item for item in parked if sequences is None or item.sequence in sequences), at)

    def of_state(self, state: InboxState, *, after: int, limit: int) -> Sequence[InboxItem]:
        return [item for item in self._of(state) if item.sequence > after][:limit]

    def summary(self) -> InboxSummary:
        states = (InboxState.PENDING, InboxState.HELD, InboxState.PARKED)
        waiting = [item.received_at for item in self._of(InboxState.PENDING)]
        return InboxSummary({state: len(self._of(state)) for state in states}, min(waiting, default=None))

    def purge(self, *, before: datetime, limit: int) -> int:
        old = [item for item in self._of(InboxState.DONE) if item.done_at and item.done_at < before]
        for item in sorted(old, key=lambda item: item.done_at or before)[:limit]:
            del self._inbox[item.sequence]
        return min(len(old), limit)

    def purge_held(self, *, before: datetime, limit: int) -> int:
        old = [item for item in self._of(InboxState.HELD) if item.received_at < before]
        for item in sorted(old, key=lambda item: item.received_at)[:limit]:
            del self._inbox[item.sequence]
        return min(len(old), limit)

    def _of(self, state: InboxState) -> list[InboxItem]:
        return [self._inbox[n] for n in sorted(self._inbox) if self._inbox[n].state is state]

    def _anew(self, items: Iterable[InboxItem], at: datetime) -> int:
        anew = list(items)
        for item in anew:
            self._inbox[item.sequence] = replace(
                item, state=InboxState.PENDING, attempts=0, due_at=at, error=None
            )
        return len(anew)


class MemoryChatMessages:
    def __init__(self, messages: dict[Identity, ChatMessage]) -> None:
        self._messages = messages

    def find(self, channel: str, address: str, external_id: str) -> ChatMessage | None:
        return self._messages.get((channel, address, external_id))

    def add(self, message: ChatMessage) -> bool:
        return self._messages.setdefault(_identity(message), message) is message

    def save(self, message: ChatMessage) -> None:
        self._messages[_identity(message)] = message

    def gathered(self, chat_id: str) -> Sequence[ChatMessage]:
        return [message for message in self._of(chat_id) if message.gathered]

    def of_album(self, chat_id: str, group_key: str) -> ChatMessage | None:
        known = self._messages.values()
        return next((m for m in known if (m.chat_id, m.group_key) == (chat_id, group_key)), None)

    def latest(self, chat_id: str, kind: ChatMessageKind | None = None) -> ChatMessage | None:
        messages = [message for message in self._of(chat_id) if kind in {None, message.kind}]
        return messages[-1] if messages else None

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
        self.add(
            sent_by_desk(
                channel,
                address,
                external_id,
                chat_id=chat_id,
                ticket_id=ticket_id,
                message_id=message_id,
                at=at,
            )
        )

    def _of(self, chat_id: str) -> list[ChatMessage]:
        """Give a chat's messages by time; sorting keeps the order of storing of the same instant."""
        messages = [message for message in self._messages.values() if message.chat_id == chat_id]
        return sorted(messages, key=lambda message: message.occurred_at)


def _identity(message: ChatMessage) -> Identity:
    return message.channel, message.address, message.external_id


class MemoryGatherings:
    def __init__(self, gatherings: dict[str, Gathering]) -> None:
        self._gatherings = gatherings

    def get(self, chat_id: str) -> Gathering | None:
        return self._gatherings.get(chat_id)

    def save(self, gathering: Gathering) -> None:
        self._gatherings[gathering.chat_id] = gathering

    def remove(self, chat_id: str) -> None:
        self._gatherings.pop(chat_id, None)

    def due(self, now: datetime, limit: int) -> Sequence[Gathering]:
        over = [(at, g) for g in self._gatherings.values() if (at := g.closes_at) and at <= now]
        return [gathering for _, gathering in sorted(over, key=lambda pair: pair[0])][:limit]

    def next_at(self) -> datetime | None:
        return min((g.closes_at for g in self._gatherings.values() if g.closes_at), default=None)

    def wake(self, chat_id: str, at: datetime) -> None:
        asleep = self._gatherings.get(chat_id)
        if asleep is not None and asleep.closes_at is None:
            self._gatherings[chat_id] = replace(asleep, closes_at=at)


Count = tuple[int, datetime, datetime]


class MemoryUnassignedChats:
    def __init__(
        self,
        counts: dict[str, Count],
        chats: dict[str, Chat],
        inbox: MemoryInbox,
        messages: MemoryChatMessages,
    ) -> None:
        self._counts = counts
        self._chats = chats
        self._inbox = inbox
        self._messages = messages

    def count(self, chat_id: str, at: datetime, messages: int = 1) -> None:
        known, first_at, last_at = self._counts.get(chat_id, (0, at, at))
        self._counts[chat_id] = known + messages, min(first_at, at), max(last_at, at)

    def merge(self, kept_id: str, stub_id: str) -> None:
        if stub_id in self._counts:
            messages, first_at, last_at = self._counts[stub_id]
            self.count(kept_id, first_at, messages)
            self.count(kept_id, last_at, 0)

    def remove(self, chat_id: str) -> None:
        self._counts.pop(chat_id, None)

    def page(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[UnassignedChat]:
        keys = sorted(((last_at, id_) for id_, (_, _, last_at) in self._counts.items()), reverse=True)
        ids = [id_ for last_at, id_ in keys if after is None or (last_at, id_) < after]
        return [
            UnassignedChat(self._chats[id_], *self._counts[id_], held=self._held_of(id_))
            for id_ in ids[:limit]
        ]

    def _held_of(self, chat_id: str) -> int:
        return self._inbox.held_of(chat_id) + len(self._messages.gathered(chat_id))


class MemoryNotices:
    def __init__(self, told: dict[Identity, datetime]) -> None:
        self._told = told

    def claim(
        self, chat_id: str, kind: OutboxKind, subject: str, at: datetime, *, unless_since: datetime
    ) -> bool:
        key = chat_id, kind.value, subject
        if key in self._told and self._told[key] > unless_since:
            return False
        self._told[key] = at
        return True

    def forget(self, chat_id: str, kind: OutboxKind, subject: str) -> None:
        self._told.pop((chat_id, kind.value, subject), None)


class MemoryStaff:
    def __init__(self, staff: dict[tuple[str, str], StaffMember]) -> None:
        self._staff = staff

    def find(self, channel: str, external_id: str) -> StaffMember | None:
        return self._staff.get((channel, external_id))

    def page(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[StaffMember]:
        keys = [key for key in sorted(self._staff) if after is None or key > after]
        return [self._staff[key] for key in keys[:limit]]

    def save(self, member: StaffMember) -> None:
        self._staff[member.channel, member.external_id] = member

    def remove(self, channel: str, external_id: str) -> bool:
        return self._staff.pop((channel, external_id), None) is not None
