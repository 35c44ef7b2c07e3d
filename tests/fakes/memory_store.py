"""A store in memory, with the meaning of the real ones: same orders, same filters, same refusals."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from app.application.ports.access import ApiKey, ApiKeyRepository, IdempotencyRepository, KeptAnswer
from app.application.ports.attachments import AttachmentRepository
from app.application.ports.calendar import CalendarRepository, StoredException
from app.application.ports.customers import (
    CustomerRepository,
    CustomerSnapshot,
    SnapshotRepository,
    TimeEntryRepository,
)
from app.application.ports.inbox import (
    ChatMessageRepository,
    ChatRepository,
    GatheringRepository,
    InboxRepository,
    NoticeRepository,
    StaffRepository,
    UnassignedChatRepository,
)
from app.application.ports.outbox import ChannelRepository, ChannelState, OutboxRepository
from app.application.ports.store import UnitOfWork
from app.application.ports.tickets import (
    DecisionRepository,
    Entered,
    EventRepository,
    MessageRepository,
    TicketFilter,
    TicketKey,
    TicketRepository,
    TicketSort,
)
from app.application.ports.waits import WaitRepository
from app.domain.attachments.attachment import Attachment
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.chats.address import is_address
from app.domain.chats.chat import Chat
from app.domain.chats.chat_message import ChatMessage
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbox import InboxItem
from app.domain.chats.staff import StaffMember
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TicketMinutes, TimeEntry
from app.domain.regulation.decision_record import DecisionRecord
from app.domain.sending.part import OutboxMessage
from app.domain.tickets.clocks import Step
from app.domain.tickets.event import STATE_FIELDS, Event, EventType
from app.domain.tickets.life_cycle import WAITING_IN_QUEUE
from app.domain.tickets.message import Delivery, DeliveryState, Message, MessageAuthor
from app.domain.tickets.queue import POSITION_CAP, QueueKey, key_of, priority_rank, queue_key
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Outcome, ReasonCode, Status
from tests.fakes.memory_attachments import MemoryAttachments, Waiting
from tests.fakes.memory_inbox import (
    Count,
    Identity,
    MemoryChatMessages,
    MemoryGatherings,
    MemoryInbox,
    MemoryNotices,
    MemoryStaff,
    MemoryUnassignedChats,
)
from tests.fakes.memory_outbox import (
    MemoryChannels,
    MemoryOutbox,
    Pace,
)
from tests.fakes.memory_waits import MemoryWaits

T = TypeVar("T")


@dataclass
class Contents:
    """All that is stored. Values are frozen, so copies of the containers are copies of the whole."""

    customers: dict[str, Customer] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    chat_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    stems: dict[str, frozenset[str]] = field(default_factory=dict)
    outcomes: dict[str, tuple[Outcome, frozenset[str]]] = field(default_factory=dict)
    decisions: dict[str, DecisionRecord] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    outbox: dict[int, OutboxMessage] = field(default_factory=dict)
    channels: dict[str, ChannelState] = field(default_factory=dict)
    paces: dict[str, Pace] = field(default_factory=dict)
    beats: dict[str, datetime] = field(default_factory=dict)
    time_entries: dict[str, TimeEntry] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    downloads: dict[str, Waiting] = field(default_factory=dict)
    exceptions: dict[date, StoredException] = field(default_factory=dict)
    answers: dict[tuple[str, str], KeptAnswer] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    inbox: dict[int, InboxItem] = field(default_factory=dict)
    chat_messages: dict[Identity, ChatMessage] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    unassigned: dict[str, Count] = field(default_factory=dict)
    notices: dict[Identity, datetime] = field(default_factory=dict)
    staff: dict[tuple[str, str], StaffMember] = field(default_factory=dict)

    def copy(self) -> "Contents":
        return Contents(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


class MemoryStore:
    """Runs each work at once. A write works on a copy, which replaces the contents if all went well."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._contents = Contents()

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        contents = self._contents.copy()
        result = work(MemoryUnitOfWork(contents, self._calendar))
        self._contents = contents
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return work(MemoryUnitOfWork(self._contents.copy(), self._calendar))

    async def search(self, work: Callable[[UnitOfWork], T], key_id: str) -> T:
        return await self.read(work)

    async def check(self) -> Mapping[str, bool]:
        return {"database": True, "migrations": True, "writer": True}

    async def close(self) -> None:
        """Nothing is held."""


class MemoryUnitOfWork:
    def __init__(self, contents: Contents, calendar: WorkCalendar) -> None:
        self.customers: CustomerRepository = MemoryCustomers(contents)
        self.chats: ChatRepository = MemoryChats(contents)
        self.tickets: TicketRepository = MemoryTickets(contents)
        self.decisions: DecisionRepository = MemoryDecisions(contents)
        self.events: EventRepository = MemoryEvents(contents)
        self.messages: MessageRepository = MemoryMessages(contents)
        self.outbox: OutboxRepository = MemoryOutbox(
            contents.outbox, contents.chats, contents.tickets, contents.messages, contents.paces
        )
        self.channels: ChannelRepository = MemoryChannels(
            contents.channels, contents.paces, contents.beats, contents.chats
        )
        self.time_entries: TimeEntryRepository = MemoryTimeEntries(contents)
        self.calendar: CalendarRepository = MemoryCalendar(contents, calendar)
        self.snapshots: SnapshotRepository = MemorySnapshots(self)
        self.idempotency: IdempotencyRepository = MemoryAnswers(contents)
        self.api_keys: ApiKeyRepository = MemoryApiKeys(contents)
        inbox = MemoryInbox(contents.inbox, contents.chat_ids, contents.chats)
        self.inbox: InboxRepository = inbox
        messages = MemoryChatMessages(contents.chat_messages)
        self.chat_messages: ChatMessageRepository = messages
        self.gatherings: GatheringRepository = MemoryGatherings(contents.gatherings)
        self.unassigned_chats: UnassignedChatRepository = MemoryUnassignedChats(
            contents.unassigned, contents.chats, inbox, messages
        )
        self.notices: NoticeRepository = MemoryNotices(contents.notices)
        self.staff: StaffRepository = MemoryStaff(contents.staff)
        self.attachments: AttachmentRepository = MemoryAttachments(contents.attachments, contents.downloads)
        self.waits: WaitRepository = MemoryWaits(contents)


class MemoryCustomers:
    def __init__(self, contents: Contents) -> None:
        self._customers = contents.customers

    def get(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    def lock(self, customer_id: str) -> Customer | None:
        return self.get(customer_id)

    def share(self, customer_id: str) -> Customer | None:
        return self.get(customer_id)

    def page(self, *, only: str | None, after: str | None, limit: int) -> Sequence[Customer]:
        ids = sorted(id_ for id_ in self._customers if only in {None, id_})
        return [self._customers[id_] for id_ in _page(ids, after, limit)]

    def add(self, customer: Customer) -> bool:
        return self._customers.setdefault(customer.id, customer) is customer

    def save(self, customer: Customer) -> None:
        if customer.id in self._customers:
            self._customers[customer.id] = customer


class MemoryChats:
    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._chats = contents.chats
        self._ids = contents.chat_ids

    def get(self, chat_id: str) -> Chat | None:
        return self._chats.get(chat_id)

    def find(self, channel: str, address: str) -> Chat | None:
        chat_id = self._ids.get((channel, address))
        return None if chat_id is None else self._chats[chat_id]

    def lock(self, channel: str, address: str) -> Chat | None:
        return self.find(channel, address)

    def lock_by_id(self, chat_id: str) -> Chat | None:
        return self.get(chat_id)

    def of_customer(self, customer_id: str) -> Sequence[Chat]:
        theirs = [chat for chat in self._chats.values() if chat.customer_id == customer_id]
        return sorted(theirs, key=lambda chat: (chat.assigned_at is not None, chat.assigned_at, chat.id))

    def misspelt(self) -> Sequence[Chat]:
        wrong = (chat for chat in self._chats.values() if not is_address(chat.channel, chat.address))
        return sorted(wrong, key=lambda chat: chat.id)

    def add(self, chat: Chat) -> bool:
        if (chat.channel, chat.address) in self._ids:
            return False
        self._ids[chat.channel, chat.address] = chat.id
        self._chats[chat.id] = chat
        return True

    def save(self, chat: Chat) -> None:
        stored = self._chats[chat.id]
        self._chats[chat.id] = replace(chat, channel=stored.channel, address=stored.address)

    def add_address(self, chat: Chat, address: str) -> bool:
        key = chat.channel, address
        if key in self._ids:
            return False
        self._ids[key] = chat.id
        return True

    def set_address(self, chat: Chat) -> None:
        self._chats[chat.id] = replace(self._chats[chat.id], address=chat.address)

    def absorb(self, kept: Chat, stub: Chat) -> None:
        all_ = self._contents
        all_.chat_ids.update({key: kept.id for key, id_ in self._ids.items() if id_ == stub.id})
        for stored in (all_.chat_messages, all_.tickets, all_.outbox):
            _give_away(stored, kept.id, stub.id)
        gathering = all_.gatherings.pop(stub.id, None)
        if gathering is not None:
            all_.gatherings.setdefault(kept.id, replace(gathering, chat_id=kept.id))
        all_.unassigned.pop(stub.id, None)
        all_.paces.pop(stub.id, None)
        for notice in [key for key in all_.notices if key[0] == stub.id]:
            del all_.notices[notice]
        del self._chats[stub.id]


def _give_away(stored: dict[Any, Any], kept_id: str, stub_id: str) -> None:
    stored.update(
        {key: replace(one, chat_id=kept_id) for key, one in stored.items() if one.chat_id == stub_id}
    )


_SAVED = (*STATE_FIELDS, "updated_at", "version", "has_words", "obscene_level", "language", "topic")


class MemoryTickets:
    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._tickets = contents.tickets

    def get(self, ticket_id: str) -> Ticket | None:
        stored = self._tickets.get(ticket_id)
        if stored is None:
            return None
        return replace(stored, chat_address=self._contents.chats[stored.chat_id].address)

    def lock(self, ticket_id: str) -> Ticket | None:
        return self.get(ticket_id)

    def add(
        self,
        ticket: Ticket,
        stems: Sequence[str],
        outcome: Outcome | None = None,
        reasons: Collection[str] = (),
    ) -> Entered | None:
        if ticket.external_id and self.id_of_external(ticket.customer_id, ticket.external_id):
            return None
        number = len(self._tickets) + 1
        self._tickets[ticket.id] = replace(ticket, number=number)
        self._contents.stems[ticket.id] = frozenset(stems)
        if outcome is not None:
            self.set_outcome(ticket.id, outcome, reasons)
        return Entered(number, self.queue_places((ticket.id,)).get(ticket.id))

    def save(self, ticket: Ticket) -> None:
        changed = {name: getattr(ticket, name) for name in _SAVED}
        self._tickets[ticket.id] = replace(self._tickets[ticket.id], **changed)

    def add_stems(self, ticket_id: str, stems: Sequence[str]) -> None:
        self._contents.stems[ticket_id] |= frozenset(stems)

    def set_outcome(self, ticket_id: str, outcome: Outcome, reasons: Collection[str]) -> None:
        self._contents.outcomes[ticket_id] = outcome, frozenset(map(str, reasons))

    def of_chat(self, chat_id: str, limit: int) -> Sequence[Ticket]:
        theirs = [t for t in self._tickets.values() if t.chat_id == chat_id and t.status is not Status.CLOSED]
        newest = sorted(theirs, key=lambda ticket: (ticket.created_at, ticket.id), reverse=True)
        return self._all(ticket.id for ticket in newest[:limit])

    def owners_in(self, chat_id: str) -> Sequence[str]:
        return sorted({t.customer_id for t in self._tickets.values() if t.chat_id == chat_id})

    def id_of_external(self, customer_id: str, external_id: str) -> str | None:
        wanted = customer_id, external_id
        return next((t.id for t in self._tickets.values() if (t.customer_id, t.external_id) == wanted), None)

    def page(
        self, wanted: TicketFilter, sort: TicketSort, after: TicketKey | None, limit: int
    ) -> Sequence[Ticket]:
        found = {_list_key(t, sort): t.id for t in self._tickets.values() if self._is_wanted(t, wanted)}
        keys = sorted(found, reverse=_downwards(sort))
        if after is not None:
            keys = [key for key in keys if (key < after if _downwards(sort) else key > after)]
        return self._all(found[key] for key in keys[:limit])

    def queue_page(
        self, statuses: Collection[Status], *, only: str | None, after: QueueKey | None, limit: int
    ) -> Sequence[Ticket]:
        key_of_ticket = key_of(statuses)
        keys = [
            key_of_ticket(ticket)
            for ticket in self._tickets.values()
            if _waits(ticket) and ticket.status in statuses and only in {None, ticket.customer_id}
        ]
        return self._all(key[-1] for key in _page(sorted(keys), after, limit))

    def queue_places(self, ticket_ids: Collection[str]) -> Mapping[str, int]:
        keys = sorted(queue_key(ticket) for ticket in self._tickets.values() if _waits(ticket))
        places = {key[-1]: min(place, POSITION_CAP) for place, key in enumerate(keys, start=1)}
        return {ticket_id: places[ticket_id] for ticket_id in ticket_ids if ticket_id in places}

    def lock_first(self, statuses: Collection[Status], *, only: str | None) -> Ticket | None:
        return next(iter(self.queue_page(statuses, only=only, after=None, limit=1)), None)

    def deferred_by_hours(self, customer_id: str) -> Sequence[Ticket]:
        theirs = [
            ticket
            for ticket in self._tickets.values()
            if ticket.customer_id == customer_id
            and ticket.status is Status.DEFERRED
            and ReasonCode.HOURS_EXHAUSTED in self._reasons(ticket)
        ]
        return self._all(t.id for t in sorted(theirs, key=lambda t: (t.received_at, t.id)))

    def due_to_resume(
        self, now: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[tuple[datetime, str]]:
        due = [
            (ticket.resume_at, ticket.id)
            for ticket in self._tickets.values()
            if ticket.status is Status.DEFERRED and ticket.resume_at is not None and ticket.resume_at <= now
        ]
        return _page(sorted(due), after, limit)

    def silent_since(self, until: datetime, *, after: str | None, limit: int) -> Sequence[str]:
        resolved = {ticket.id for ticket in self._tickets.values() if ticket.status is Status.RESOLVED}
        spoke = {m.ticket_id for m in self._contents.messages.values() if m.created_at > until}
        events = self._contents.events.values()
        acted = {e.ticket_id for e in events if e.type is EventType.RESOLVED and e.at > until}
        return _page(sorted(resolved - spoke - acted), after, limit)

    def _all(self, ticket_ids: Iterable[str]) -> list[Ticket]:
        return [ticket for ticket_id in ticket_ids if (ticket := self.get(ticket_id)) is not None]

    def _reasons(self, ticket: Ticket) -> frozenset[str]:
        return self._contents.outcomes[ticket.id][1] if ticket.id in self._contents.outcomes else frozenset()

    def _is_wanted(self, ticket: Ticket, wanted: TicketFilter) -> bool:
        outcome = self._contents.outcomes.get(ticket.id, (None, frozenset()))[0]
        addresses = {
            address for (_, address), chat_id in self._contents.chat_ids.items() if chat_id == ticket.chat_id
        }
        return all(
            (
                wanted.customer_only in {None, ticket.customer_id},
                not wanted.numbers or ticket.number in wanted.numbers,
                not wanted.external_ids or ticket.external_id in wanted.external_ids,
                not wanted.customer_ids or ticket.customer_id in wanted.customer_ids,
                not wanted.channels or ticket.channel in wanted.channels,
                not wanted.chat_addresses or not addresses.isdisjoint(wanted.chat_addresses),
                not wanted.statuses or ticket.status in wanted.statuses,
                not wanted.priorities or ticket.priority in wanted.priorities,
                not wanted.categories or ticket.category in wanted.categories,
                not wanted.assignees or ticket.assignee in wanted.assignees,
                not wanted.outcomes or outcome in wanted.outcomes,
                not wanted.reasons or not self._reasons(ticket).isdisjoint(wanted.reasons),
                wanted.created_from is None or ticket.created_at >= wanted.created_from,
                wanted.created_to is None or ticket.created_at < wanted.created_to,
                wanted.updated_since is None or ticket.updated_at >= wanted.updated_since,
                self._contents.stems[ticket.id].issuperset(wanted.stems),
            )
        )


class MemoryDecisions:
    def __init__(self, contents: Contents) -> None:
        self._decisions = contents.decisions

    def add(self, recorded: DecisionRecord) -> None:
        self._decisions[recorded.id] = recorded

    def latest(self, ticket_ids: Collection[str]) -> Mapping[str, DecisionRecord]:
        in_order = self._decisions.values()
        return {recorded.ticket_id: recorded for recorded in in_order if recorded.ticket_id in ticket_ids}

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[DecisionRecord]:
        return _history(self._decisions, ticket_id, after, limit)


class MemoryEvents:
    def __init__(self, contents: Contents) -> None:
        self._events = contents.events

    def add(self, event: Event) -> None:
        self._events[event.id] = event

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Event]:
        return _history(self._events, ticket_id, after, limit)

    def steps(self, ticket_ids: Collection[str]) -> Mapping[str, Sequence[Step]]:
        return {
            ticket_id: [
                Step(event.at, event.type, event.actor.kind, event.status_to)
                for event in self.of_ticket(ticket_id, after=None, limit=len(self._events))
            ]
            for ticket_id in ticket_ids
        }


class MemoryMessages:
    def __init__(self, contents: Contents) -> None:
        self._messages = contents.messages

    def add(self, message: Message) -> None:
        self._messages[message.id] = message

    def get(self, ticket_id: str, message_id: str) -> Message | None:
        message = self._messages.get(message_id)
        return message if message is not None and message.ticket_id == ticket_id else None

    def save(self, message: Message) -> None:
        self._messages[message.id] = replace(
            self._messages[message.id],
            text=message.text,
            revisions=message.revisions,
            revoked_at=message.revoked_at,
        )

    def latest_of(self, ticket_id: str, author: MessageAuthor) -> Message | None:
        theirs = [m for m in self._messages.values() if (m.ticket_id, m.author) == (ticket_id, author)]
        return theirs[-1] if theirs else None

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[Message]:
        return _history(self._messages, ticket_id, after, limit)

    def last_at(self, ticket_id: str) -> datetime | None:
        times = [m.created_at for m in self._messages.values() if m.ticket_id == ticket_id]
        return max(times, default=None)

    def set_delivery(self, ticket_id: str, message_id: str, delivery: Delivery) -> None:
        message = self._messages[message_id]
        sent_at = delivery.at if delivery.state is DeliveryState.SENT else message.sent_at
        self._messages[message_id] = replace(message, delivery=delivery, sent_at=sent_at)


class MemoryTimeEntries:
    def __init__(self, contents: Contents) -> None:
        self._entries = contents.time_entries
        self._tickets = contents.tickets

    def add(self, entry: TimeEntry) -> None:
        self._entries[entry.id] = entry

    def get(self, entry_id: str) -> TimeEntry | None:
        return self._entries.get(entry_id)

    def reversed_minutes(self, entry_id: str) -> int:
        return sum(entry.minutes for entry in self._entries.values() if entry.reverses == entry_id)

    def of_ticket(self, ticket_id: str, *, after: str | None, limit: int) -> Sequence[TimeEntry]:
        return _history(self._entries, ticket_id, after, limit)

    def minutes_used(self, customer_id: str, since: datetime, until: datetime) -> int:
        return sum(entry.signed_minutes for entry in self._counting(customer_id, since, until))

    def minutes_by_ticket(
        self, customer_id: str, since: datetime, until: datetime
    ) -> Sequence[TicketMinutes]:
        sums: dict[str, int] = {}
        for entry in self._counting(customer_id, since, until):
            sums[entry.ticket_id] = sums.get(entry.ticket_id, 0) + entry.signed_minutes
        used = [TicketMinutes(id_, self._tickets[id_].number, minutes) for id_, minutes in sums.items()]
        return sorted((each for each in used if each.minutes), key=lambda each: each.number)

    def _counting(self, customer_id: str, since: datetime, until: datetime) -> Iterable[TimeEntry]:
        return (
            entry
            for entry in self._entries.values()
            if entry.customer_id == customer_id and entry.counts and since <= entry.counted_at <= until
        )


class MemoryCalendar:
    def __init__(self, contents: Contents, calendar: WorkCalendar) -> None:
        self._exceptions = contents.exceptions
        self._base = calendar

    def calendar(self) -> WorkCalendar:
        if not self._exceptions:
            return self._base
        return self._base.with_exceptions(stored.exception for stored in self._exceptions.values())

    def get(self, day: date) -> StoredException | None:
        return self._exceptions.get(day)

    def page(self, *, after: date | None, limit: int) -> Sequence[StoredException]:
        return [self._exceptions[day] for day in _page(sorted(self._exceptions), after, limit)]

    def save(self, stored: StoredException) -> None:
        self._exceptions[stored.exception.date] = stored

    def remove(self, day: date) -> None:
        self._exceptions.pop(day, None)


class MemorySnapshots:
    def __init__(self, uow: MemoryUnitOfWork) -> None:
        self._uow = uow

    def find(
        self, customer_id: str, channel: str, address: str | None, since: datetime, until: datetime
    ) -> CustomerSnapshot | None:
        customer = self._uow.customers.get(customer_id)
        if customer is None:
            return None
        used = self._uow.time_entries.minutes_used(customer_id, since, until)
        chat = None if address is None else self._uow.chats.find(channel, address)
        its = chat if chat is not None and chat.customer_id == customer_id else None
        return CustomerSnapshot(customer, used, its, self._uow.calendar.calendar())


class MemoryAnswers:
    def __init__(self, contents: Contents) -> None:
        self._answers = contents.answers

    def find(self, key_id: str, key: str) -> KeptAnswer | None:
        return self._answers.get((key_id, key))

    def save(self, key_id: str, key: str, kept: KeptAnswer) -> None:
        self._answers[key_id, key] = kept

    def purge(self, *, before: datetime, limit: int) -> int:
        expired = [key for key, kept in self._answers.items() if kept.created_at < before][:limit]
        for key in expired:
            del self._answers[key]
        return len(expired)


class MemoryApiKeys:
    def __init__(self, contents: Contents) -> None:
        self._keys = contents.api_keys

    def find(self, secret_sha256: str) -> ApiKey | None:
        return next((key for key in self._keys.values() if key.secret_sha256 == secret_sha256), None)

    def add(self, key: ApiKey) -> None:
        self._keys[key.id] = key

    def all(self) -> Sequence[ApiKey]:
        return sorted(self._keys.values(), key=lambda key: (key.created_at, key.id))

    def revoke(self, key_id: str, at: datetime) -> bool:
        key = self._keys.get(key_id)
        if key is None or key.revoked_at is not None:
            return False
        self._keys[key_id] = replace(key, revoked_at=at)
        return True


class _OfTicket(Protocol):
    @property
    def ticket_id(self) -> str: ...


_O = TypeVar("_O", bound=_OfTicket)


def _history(stored: Mapping[str, _O], ticket_id: str, after: str | None, limit: int) -> list[_O]:
    """Give a page in the order of storing."""
    ids = [id_ for id_, value in stored.items() if value.ticket_id == ticket_id]
    first = 0 if after is None else ids.index(after) + 1
    return [stored[id_] for id_ in ids[first : first + limit]]


def _page(keys: list[Any], after: Any, limit: int) -> list[Any]:
    """Give the keys behind one of a sorted list."""
    first = 0 if after is None else bisect_right(keys, after)
    return keys[first : first + limit]


def _waits(ticket: Ticket) -> bool:
    return ticket.status in WAITING_IN_QUEUE and ticket.assignee is None


def _downwards(sort: TicketSort) -> bool:
    return sort in {TicketSort.NEWEST, TicketSort.UPDATED}


def _list_key(ticket: Ticket, sort: TicketSort) -> Any:
    if sort is TicketSort.PRIORITY:
        return priority_rank(ticket.priority), ticket.received_at, ticket.id
    return (ticket.updated_at if sort is TicketSort.UPDATED else ticket.created_at), ticket.id
