"""Chats that write to the desk: updates as a provider sends them, the inbox's jobs, a clock to set."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from app.adapters.sql.schema.tables import outbox
from app.adapters.sql.stores.unit_of_work import SqlUnitOfWork
from app.application.chats.inbox_worker import GatheringJob, InboxJob, InboxParts
from app.application.chats.receive_message import UpdateResult
from app.application.chats.receive_update import read_key, receive_update
from app.application.customers.put_customer import put_customer
from app.application.customers.working_chats import assign_chat, unassign_chat
from app.application.errors import CreationLimit, CreationLimitReachedError
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.inbox import UnassignedChat
from app.application.ports.store import Store, UnitOfWork
from app.application.stamp import Stamp
from app.application.tickets.post_message import PostedText, post_agent_message
from app.application.tickets.submit_ticket import Registered
from app.application.tickets.transition_ticket import Transition, transition_ticket
from app.domain.chats.chat import Chat
from app.domain.chats.inbox import InboxItem, InboxState
from app.domain.chats.staff import StaffMember
from app.domain.customers.customer import Customer
from app.domain.language.folding import Folded
from app.domain.language.spans import Obscenity
from app.domain.sending.part import OutboxMessage
from app.domain.tickets.event import Event
from app.domain.tickets.message import Message
from app.domain.tickets.ticket import Ticket
from app.domain.vocabulary import Action
from tests.application.desk import AGENCY, ALL, CHAT, TEXTS, a_customer, any_version, on_telegram
from tests.domain.cases import FRIDAY_TEN
from tests.fakes.inline_turns import InlineTurns
from tests.fakes.json_messenger import JsonMessenger
from tests.fakes.memory_outbox import MemoryOutbox

T = TypeVar("T")


def parts_waiting(uow: UnitOfWork, chat_id: str) -> list[tuple[str, str]]:
    """Give kinds and texts of what waits to be sent to a chat, oldest first; no port asks for that."""
    if isinstance(uow, SqlUnitOfWork):
        wanted = select(outbox.c.kind, outbox.c.text).where(
            outbox.c.chat_id == chat_id, outbox.c.state == "pending"
        )
        return [(row.kind, row.text) for row in uow.connection.execute(wanted.order_by(outbox.c.sequence))]
    assert isinstance(uow.outbox, MemoryOutbox)
    return [(part.kind.value, part.text) for part in uow.outbox._waiting(chat_id)]


def topics_waiting(uow: UnitOfWork, chat_id: str) -> list[tuple[str, str | None]]:
    """Give kinds and topics of the same, in memory."""
    assert isinstance(uow.outbox, MemoryOutbox)
    return [(part.kind.value, part.topic) for part in uow.outbox._waiting(chat_id)]


Update = dict[str, Any]
ANNA, BORIS = "501", "502"
ENGINEER = "900"
FAULT = "fault"
"""A message with these words makes the judging of texts fail, as a fault of ours would."""


def shuffled(items: Sequence[T]) -> list[T]:
    """Mix things up, each time in the same way."""
    places = sorted(range(len(items)), key=lambda place: place * 2_654_435_761 % 2**32)
    return [items[place] for place in places]


class Recorder:
    """Remembers what the jobs tell."""

    def __init__(self) -> None:
        self.results: Counter[UpdateResult] = Counter()
        self.failures: list[tuple[str, bool]] = []
        self.postponed_by: list[CreationLimit] = []
        self.tickets: list[Registered] = []
        self.expirations: list[int] = []

    def processed(self, channel: str, result: UpdateResult) -> None:
        self.results[result] += 1

    def failed(self, channel: str, error: str, *, parked: bool) -> None:
        self.failures.append((error, parked))

    def registered(self, result: Registered) -> None:
        self.tickets.append(result)

    def expired(self, updates: int) -> None:
        self.expirations.append(updates)

    def postponed(self, reached: CreationLimitReachedError) -> None:
        self.postponed_by.append(reached.limit)


def judge_or_break(text: Folded) -> Sequence[Obscenity]:
    """Judge as usual, but break at one word."""
    if FAULT in text.original:
        raise ZeroDivisionError
    return TEXTS.judge(text)


class Chatter:
    """Customers in chats, and what becomes of their words."""

    def __init__(
        self,
        store: Store,
        at: datetime = FRIDAY_TEN,
        staff: Sequence[str] = (),
        process: int = 0,
        limits: CreationLimits = UNLIMITED,
    ) -> None:
        """`process` sets the ids of one process apart from those of another."""
        self.store = store
        self.now = at
        self.messenger = JsonMessenger()
        self.seen = Recorder()
        self._next_id = (1 << 80) + (process << 64)
        self._next_key = 1_000
        texts = type(TEXTS)(judge_or_break, TEXTS.stemmer)
        messengers = {"telegram": self.messenger}
        self.parts = InboxParts(
            store, self, texts, InlineTurns(), messengers, self.seen, {"telegram": frozenset(staff)}, limits
        )
        self.inbox_job, self.gathering_job = InboxJob(self.parts), GatheringJob(self.parts)

    def stamp(self) -> Stamp:
        self._next_id += 1 << 20
        return Stamp(self.now, self._next_id)

    # The provider

    def update(self, chat: str | None = CHAT, **event: Any) -> Update:
        """Give an update with a key of its own."""
        self._next_key += 1
        return {"key": str(self._next_key), "chat": chat, **event}

    def message(
        self, id_: str, text: str = "", *, chat: str = CHAT, author: str | None = ANNA, **more: Any
    ) -> Update:
        """Give a message written now; `ago` seconds earlier if given."""
        at = self.now - timedelta(seconds=more.pop("ago", 0))
        about = {name: more.pop(name) for name in ("title", "private") if name in more}
        said = {"id": id_, "author": author, "name": f"Имя {author}", "at": at.isoformat(), "text": text}
        return self.update(chat, message=said | more, **about)

    def edit(self, id_: str, text: str, **more: Any) -> Update:
        return self.message(id_, text, edited_at=self.now.isoformat(), **more)

    async def deliver(self, *updates: Update) -> list[bool]:
        """Store updates as the webhook does; give of each whether it was new."""
        return [await self.deliver_raw(json.dumps(update).encode()) for update in updates]

    async def deliver_raw(self, raw: bytes) -> bool:
        update = read_key(self.messenger, raw, self.now)
        return await self.store.write(lambda uow: receive_update(uow, update))

    async def work(self) -> None:
        """Let the jobs do what is due now."""
        while await self.inbox_job.run_once() == 0:
            pass
        while await self.gathering_job.run_once() == 0:
            pass

    async def wait(self, **by: float) -> None:
        """Let time pass and the jobs run."""
        self.now += timedelta(**by)
        await self.work()

    async def say(self, id_: str, text: str = "", **more: Any) -> None:
        """Deliver and process one message."""
        await self.deliver(self.message(id_, text, **more))
        await self.work()

    async def submitted(self, id_: str, text: str = "Выгрузка не работает", **more: Any) -> Ticket:
        """Say something that becomes a ticket; give it."""
        before = len(self.seen.tickets)
        await self.say(id_, text, **more)
        await self.wait(seconds=3)
        (registered,) = self.seen.tickets[before:]
        return registered.view.ticket

    # The desk

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self.store.write(work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self.store.read(work)

    async def put(self, customer: Customer | None = None, chat: str | None = CHAT) -> None:
        """Make a customer, with a working chat."""
        record, stamp = customer or a_customer(), self.stamp()
        await self.write(lambda uow: put_customer(uow, record, stamp, check_version=any_version))
        if chat is not None:
            await self.assign(chat, record.id)

    async def assign(self, chat: str = CHAT, customer_id: str = AGENCY) -> None:
        stamp = self.stamp()
        await self.write(
            lambda uow: assign_chat(
                uow, customer_id, on_telegram(chat), None, stamp, check_version=any_version
            )
        )

    async def take_away(self, chat: str = CHAT, customer_id: str = AGENCY) -> None:
        stamp = self.stamp()
        await self.write(lambda uow: unassign_chat(uow, customer_id, "telegram", chat, stamp))

    async def hire(self, external_id: str = ENGINEER, name: str = "Ольга") -> None:
        member = StaffMember("telegram", external_id, name, self.now, 1)
        await self.write(lambda uow: uow.staff.save(member))

    async def act(self, ticket: Ticket, action: Action, **asked: Any) -> None:
        stamp, transition = self.stamp(), Transition(action, **{"agent": "Ольга", **asked})
        await self.write(
            lambda uow: transition_ticket(uow, ticket.id, transition, stamp, check_version=any_version)
        )

    async def answer(self, ticket: Ticket, text: str = "Смотрим") -> None:
        stamp, words = self.stamp(), PostedText(text, TEXTS.of_message(text))
        await self.write(lambda uow: post_agent_message(uow, ticket.id, "Ольга", words, stamp))

    # Looking

    async def ticket(self, ticket: Ticket) -> Ticket:
        found = await self.read(lambda uow: uow.tickets.get(ticket.id))
        assert found is not None
        return found

    async def tickets(self, chat: str = CHAT) -> list[Ticket]:
        """Give the tickets of a chat that are not closed, oldest first."""
        found = await self.chat(chat)
        if found is None:
            return []
        newest = await self.read(lambda uow: uow.tickets.of_chat(found.id, ALL))
        return list(reversed(newest))

    async def messages(self, ticket: Ticket) -> Sequence[Message]:
        return await self.read(lambda uow: uow.messages.of_ticket(ticket.id, after=None, limit=ALL))

    async def texts(self, ticket: Ticket) -> list[str]:
        return [message.text for message in await self.messages(ticket)]

    async def events(self, ticket: Ticket) -> Sequence[Event]:
        return await self.read(lambda uow: uow.events.of_ticket(ticket.id, after=None, limit=ALL))

    async def event_types(self, ticket: Ticket) -> list[str]:
        return [event.type.value for event in await self.events(ticket)]

    async def outbox(self, ticket: Ticket) -> list[OutboxMessage]:
        return list(await self.read(lambda uow: uow.outbox.of_ticket(ticket.id)))

    async def told(self, chat: str = CHAT) -> list[str]:
        """Give the kinds of what waits to be sent to a chat."""
        found = await self.chat(chat)
        assert found is not None
        return [kind for kind, _ in await self.read(lambda uow: parts_waiting(uow, found.id))]

    async def chat(self, address: str = CHAT) -> Chat | None:
        return await self.read(lambda uow: uow.chats.find("telegram", address))

    async def items(self, state: InboxState) -> Sequence[InboxItem]:
        return await self.read(lambda uow: uow.inbox.of_state(state, after=0, limit=ALL))

    async def unassigned(self) -> Sequence[UnassignedChat]:
        return await self.read(lambda uow: uow.unassigned_chats.page(after=None, limit=ALL))
