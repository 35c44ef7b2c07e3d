"""The jobs of the inbox: updates are processed chat by chat, submissions are closed at their deadlines.

All state of a job is in the database: after an interruption the job continues at the same point.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import Protocol

from app.application.chats.close_gathering import (
    close_gathering,
    draft_of,
    gathered_messages,
    postpone_gathering,
)
from app.application.chats.process_update import ParsedUpdate, fail_update, process_update
from app.application.chats.receive_message import UpdateResult
from app.application.errors import (
    CreationLimitReachedError,
    DeskError,
    OutcomeUnknownError,
    StoreUnavailableError,
)
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.inbox import ChatKey
from app.application.ports.messengers import Messenger, UnreadableUpdateError
from app.application.ports.store import Store, UnitOfWork
from app.application.ports.turns import Turns
from app.application.stamp import Clock
from app.application.tickets.submit_ticket import Registered
from app.application.tickets.text_analysis import TextAnalysis, analysed
from app.domain.chats.chat_message import clean
from app.domain.chats.gathering import Gathering
from app.domain.chats.inbound import InboundMessage
from app.domain.chats.inbox import InboxItem
from app.domain.chats.routing import spoken

CHATS_AT_ONCE = 8
UPDATES_AT_ONCE = 10
"""Updates of one chat that are processed before other chats get their turn, working chats first."""

OTHERS_PAUSE = 0.1
"""Seconds to the next try while another process has all due updates."""

CALLER = "inbox"
"""The name under which the jobs take turns with API keys."""

CLOSED_AT_ONCE = 50
TRIES_TO_CLOSE = 5
UNREADABLE = "unreadable"
NO_MESSENGER = "channel_off"


class InboxObserver(Protocol):
    """Receives the results of the jobs, to count and log them without texts and names."""

    def processed(self, channel: str, result: UpdateResult) -> None: ...
    def failed(self, channel: str, error: str, *, parked: bool) -> None: ...
    def registered(self, result: Registered) -> None: ...
    def expired(self, updates: int) -> None: ...
    def postponed(self, reached: CreationLimitReachedError) -> None: ...


@dataclass(frozen=True, slots=True)
class InboxParts:
    """Dependencies of the jobs. `staff` are the ids of staff in the settings, by channel."""

    store: Store
    clock: Clock
    texts: TextAnalysis
    turns: Turns
    messengers: Mapping[str, Messenger]
    observer: InboxObserver
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict)
    limits: CreationLimits = UNLIMITED


class GatheringJob:
    """Closes the submissions whose deadline has passed."""

    def __init__(self, parts: InboxParts) -> None:
        """Keep the dependencies."""
        self._parts = parts

    async def run_once(self) -> float | None:
        """Close due submissions; return the seconds to the next deadline, None if there is none."""
        store, clock = self._parts.store, self._parts.clock
        now = clock.stamp().now
        due = await store.read(lambda uow: uow.gatherings.due(now, CLOSED_AT_ONCE))
        late = await store.read(lambda uow: {one.chat_id for one in due if _lags(uow, one, now)})
        for gathering in due:
            if gathering.chat_id not in late:
                await self.close(gathering.chat_id)
        if late:
            return OTHERS_PAUSE
        if len(due) == CLOSED_AT_ONCE:
            return 0
        next_at = await store.read(lambda uow: uow.gatherings.next_at())
        return None if next_at is None else max(0.0, (next_at - clock.stamp().now).total_seconds())

    async def close(self, chat_id: str) -> None:
        """Close the submission of a chat now."""
        parts, store = self._parts, self._parts.store
        stamp = parts.clock.stamp()
        try:
            messages = await store.read(lambda uow: gathered_messages(uow, chat_id, parts.limits))
            texts = [message.text for message in messages]
            draft = await analysed(
                parts.turns, CALLER, texts, partial(draft_of, chat_id, messages, parts.texts)
            )
            stamp = parts.clock.stamp()
            registered = await store.write(lambda uow: close_gathering(uow, draft, stamp, parts.limits))
        except CreationLimitReachedError as reached:
            if await store.write(lambda uow: postpone_gathering(uow, chat_id, stamp)):
                parts.observer.postponed(reached)
            return
        if registered is not None:
            parts.limits.count(registered.view.ticket.customer_id, registered.view.ticket.chat_id)
            parts.observer.registered(registered)


def _lags(uow: UnitOfWork, gathering: Gathering, now: datetime) -> bool:
    """Check whether a chat's next message came before the deadline and only its processing is late."""
    chat = uow.chats.get(gathering.chat_id)
    waiting = () if chat is None else uow.inbox.waiting(ChatKey(chat.channel, chat.address), 1)
    return any(not item.attempts and gathering.awaits(item.received_at, now) for item in waiting)


class InboxJob:
    """Processes stored updates: those of one chat in turn, several chats at once."""

    def __init__(self, parts: InboxParts) -> None:
        """Keep the dependencies."""
        self._parts = parts
        self._gatherings = GatheringJob(parts)

    async def run_once(self) -> float | None:
        """Process due updates; return the seconds to the next try, None if none waits, 0 if more are due."""
        parts = self._parts
        now = parts.clock.stamp().now
        chats = await parts.store.read(lambda uow: uow.inbox.due(now, CHATS_AT_ONCE))
        if chats:
            moved_on = await _all(*(self._process_chat(chat) for chat in chats))
            return 0 if any(moved_on) else OTHERS_PAUSE
        next_at = await parts.store.read(lambda uow: uow.inbox.next_due_at())
        return None if next_at is None else max(0.0, (next_at - parts.clock.stamp().now).total_seconds())

    async def _process_chat(self, chat: ChatKey) -> bool:
        """Process a chat's updates; return whether this process has handled any."""
        items = await self._parts.store.read(lambda uow: uow.inbox.waiting(chat, UPDATES_AT_ONCE))
        for place, item in enumerate(items):
            result = await self._process(item)
            if result is not _Turn.DONE:
                return place > 0 or result is _Turn.FAILED
        return bool(items)

    async def _process(self, item: InboxItem) -> "_Turn":
        """Process one update; after DONE the next one of its chat may follow."""
        try:
            result = await self._effect_of(item)
        except (StoreUnavailableError, OutcomeUnknownError):
            raise  # the update is not at fault, so the try does not count
        except UnreadableUpdateError:
            return await self._fail(item, UNREADABLE, for_good=True)
        except DeskError as error:
            return await self._fail(item, error.code)
        except Exception as error:  # noqa: BLE001 - no error of one chat may stop the others
            return await self._fail(item, f"crashed:{type(error).__name__}")
        self._parts.observer.processed(item.channel, result)
        return _Turn.OTHERS if result is UpdateResult.TAKEN else _Turn.DONE

    async def _effect_of(self, item: InboxItem) -> UpdateResult:
        update = await self._read(item)
        for _ in range(TRIES_TO_CLOSE):
            stamp = self._parts.clock.stamp()
            result = await self._parts.store.write(
                lambda uow, stamp=stamp: process_update(uow, update, stamp)  # type: ignore[misc]
            )
            if result is not UpdateResult.CLOSE_FIRST:
                return result
            await self._close_gathering_of(update)
        raise AssertionError("a submission in the making could not be closed")

    async def _read(self, item: InboxItem) -> ParsedUpdate:
        parts = self._parts
        messenger = parts.messengers.get(item.channel)
        if messenger is None:
            raise ChannelOffError
        inbound = messenger.read(item.raw)
        text = spoken(clean(inbound.event.text)) if isinstance(inbound.event, InboundMessage) else ""
        staff = parts.staff.get(item.channel, frozenset())
        facts = await analysed(parts.turns, CALLER, (text,), partial(parts.texts.of_message, text))
        return ParsedUpdate(item, inbound, text, facts, staff)

    async def _close_gathering_of(self, update: ParsedUpdate) -> None:
        address = update.inbound.address
        if address is None:
            return
        chat = await self._parts.store.read(lambda uow: uow.chats.find(address.channel, address.text))
        if chat is not None:
            await self._gatherings.close(chat.id)

    async def _fail(self, item: InboxItem, error: str, *, for_good: bool = False) -> "_Turn":
        stamp = self._parts.clock.stamp()
        parked = await self._parts.store.write(
            lambda uow: fail_update(uow, item, error, stamp, for_good=for_good)
        )
        self._parts.observer.failed(item.channel, error, parked=parked)
        return _Turn.DONE if parked else _Turn.FAILED


class ChannelOffError(DeskError):
    """The update belongs to a channel that is no longer set up."""

    code = NO_MESSENGER


class _Turn(Enum):
    """The result of a chat's turn."""

    DONE = auto()
    FAILED = auto()
    OTHERS = auto()


async def _all(*works: Awaitable[bool]) -> list[bool]:
    """Wait for all works, then raise the first error or return the results."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    results = []
    for result in ended:
        if isinstance(result, BaseException):
            raise result
        results.append(result)
    return results
