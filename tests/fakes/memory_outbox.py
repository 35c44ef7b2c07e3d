"""The outbox and what is known of channels, in memory, with the meaning of the real ones."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.application.ports.outbox import Backlog, ChannelState, Due, Listed
from app.domain.chats.chat import Chat
from app.domain.sending.part import OutboxKind, OutboxMessage, PartState
from app.domain.tickets.message import Delivery, DeliveryState, Message
from app.domain.tickets.ticket import Ticket

IN_LINE = frozenset({PartState.PENDING, PartState.LEASED})
TROUBLED = frozenset({PartState.UNKNOWN, PartState.DEAD})


@dataclass(frozen=True)
class Pace:
    channel: str
    next_at: datetime
    throttled_until: datetime | None


class MemoryOutbox:
    def __init__(
        self,
        parts: dict[int, OutboxMessage],
        chats: dict[str, Chat],
        tickets: dict[str, Ticket],
        messages: dict[str, Message],
        paces: dict[str, Pace],
    ) -> None:
        self._parts = parts
        self._chats = chats
        self._tickets = tickets
        self._messages = messages
        self._paces = paces

    def add(self, message: OutboxMessage) -> None:
        sequence = max(self._parts, default=0) + 1
        self._parts[sequence] = replace(message, sequence=sequence)

    def cancel(
        self, chat_id: str, at: datetime, *, for_nobody: bool = False
    ) -> Sequence[tuple[OutboxKind, str | None]]:
        waiting = [p for p in self._waiting(chat_id) if not for_nobody or p.customer_id is None]
        self._end(waiting, PartState.CANCELLED, DeliveryState.CANCELLED, None, at)
        return [(part.kind, part.ticket_id) for part in waiting]

    def bury(self, chat_id: str, code: str, at: datetime) -> None:
        self._end(self._waiting(chat_id), PartState.DEAD, DeliveryState.FAILED, code, at)

    def supersede(self, chat_id: str, ticket_id: str, kind: OutboxKind, at: datetime) -> None:
        old = [p for p in self._waiting(chat_id) if p.ticket_id == ticket_id and p.kind is kind]
        self._end(old, PartState.CANCELLED, DeliveryState.CANCELLED, "superseded", at)

    def of_ticket(self, ticket_id: str) -> Sequence[OutboxMessage]:
        return [p for p in self._parts.values() if p.ticket_id == ticket_id and p.state in IN_LINE]

    def heads(self, channel: str, now: datetime, limit: int, *, unassigned: bool = False) -> Sequence[Due]:
        first = self._first(channel, unassigned=unassigned)
        due = [part for part in first if self._rests_until(part, now) is None]
        chats = [self._chats[part.chat_id] for part in due]
        found = [
            Due(part, chat.address, chat.private, chat.customer_id)
            for part, chat in zip(due, chats, strict=True)
        ]
        return found[:limit]

    def next_due_at(self, channel: str, now: datetime, *, unassigned: bool = False) -> datetime | None:
        rests = (self._rests_until(part, now) for part in self._first(channel, unassigned=unassigned))
        return min((until for until in rests if until is not None), default=None)

    def expired(self, channel: str, now: datetime, limit: int) -> Sequence[OutboxMessage]:
        late = [
            part
            for part in self._parts.values()
            if part.state is PartState.LEASED
            and part.lease_until is not None
            and part.lease_until < now
            and self._chats[part.chat_id].channel == channel
        ]
        return late[:limit]

    def held_by(self, sequence: int, lease_token: str) -> OutboxMessage | None:
        part = self._parts.get(sequence)
        return part if part is not None and part.lease_token == lease_token else None

    def lock(self, sequence: int) -> OutboxMessage | None:
        return self._parts.get(sequence)

    def parts_of(self, part: OutboxMessage) -> Sequence[OutboxMessage]:
        return [each for each in self._parts.values() if each.id == part.id]

    def save(self, part: OutboxMessage) -> None:
        self._parts[part.sequence] = part

    def page(self, states: Collection[PartState], *, after: int, limit: int) -> Sequence[Listed]:
        found = [p for p in self._parts.values() if p.state in states and p.sequence > after]
        return [
            Listed(
                part,
                self._chats[part.chat_id].channel,
                None if part.ticket_id is None else self._tickets[part.ticket_id].number,
            )
            for part in found[:limit]
        ]

    def purge(self, *, before: datetime, limit: int) -> int:
        ended = {PartState.SENT, PartState.CANCELLED}
        old = [part for part in self._parts.values() if part.state in ended and part.state_at < before]
        for part in sorted(old, key=lambda part: part.state_at)[:limit]:
            del self._parts[part.sequence]
        return min(len(old), limit)

    def backlog(self) -> Sequence[Backlog]:
        groups: dict[tuple[str, OutboxKind, PartState], list[datetime]] = {}
        for part in self._parts.values():
            if part.state in IN_LINE | TROUBLED:
                key = self._chats[part.chat_id].channel, part.kind, part.state
                groups.setdefault(key, []).append(part.state_at)
        return [Backlog(*key, len(since), min(since)) for key, since in groups.items()]

    def _waiting(self, chat_id: str) -> list[OutboxMessage]:
        return [p for p in self._parts.values() if p.chat_id == chat_id and p.state is PartState.PENDING]

    def _first(self, channel: str, *, unassigned: bool) -> list[OutboxMessage]:
        heads: dict[str, OutboxMessage] = {}
        for_customers = set()
        for part in self._parts.values():
            if part.state in IN_LINE:
                heads.setdefault(part.chat_id, part)
                if part.customer_id is not None:
                    for_customers.add(part.chat_id)
        chats = {head.chat_id: self._chats[head.chat_id] for head in heads.values()}
        return [
            head
            for head in sorted(heads.values(), key=lambda part: part.sequence)
            if head.state is PartState.PENDING
            and (head.chat_id not in for_customers) is unassigned
            and chats[head.chat_id].channel == channel
            and chats[head.chat_id].reachable
        ]

    def _rests_until(self, part: OutboxMessage, now: datetime) -> datetime | None:
        pace = self._paces.get(part.chat_id)
        ends = [part.not_before, None if pace is None else pace.next_at]
        latest = max((end for end in ends if end is not None), default=None)
        return latest if latest is not None and latest > now else None

    def _end(
        self,
        parts: Iterable[OutboxMessage],
        ended: PartState,
        told: DeliveryState,
        code: str | None,
        at: datetime,
    ) -> None:
        for part in parts:
            self._parts[part.sequence] = replace(part, state=ended, state_at=at, error_code=code)
            if part.message_id is not None:
                message = self._messages[part.message_id]
                self._messages[message.id] = replace(message, delivery=Delivery(told, at, code))


class MemoryChannels:
    def __init__(
        self,
        channels: dict[str, ChannelState],
        paces: dict[str, Pace],
        beats: dict[str, datetime],
        chats: dict[str, Chat],
    ) -> None:
        self._chats = chats
        self._channels = channels
        self._paces = paces
        self._beats = beats

    def lock(self, channel: str) -> ChannelState:
        return self._channels.setdefault(channel, ChannelState(channel))

    def find(self, channel: str) -> ChannelState:
        return self._channels.get(channel, ChannelState(channel))

    def save(self, state: ChannelState) -> None:
        self._channels[state.channel] = state

    def rest(self, chat_id: str, channel: str, until: datetime, *, throttled: bool = False) -> None:
        known = self._paces.get(chat_id, Pace(channel, until, None))
        throttled_until = until if throttled else known.throttled_until
        self._paces[chat_id] = Pace(channel, max(until, known.next_at), throttled_until)

    def throttled_chats(self, channel: str, now: datetime) -> int:
        return sum(
            pace.throttled_until is not None
            and pace.throttled_until > now
            and pace.channel == channel
            and self._chats[chat_id].customer_id is not None
            for chat_id, pace in self._paces.items()
        )

    def beat(self, relay: str, at: datetime) -> None:
        self._beats[relay] = at

    def last_beat(self) -> datetime | None:
        return max(self._beats.values(), default=None)
