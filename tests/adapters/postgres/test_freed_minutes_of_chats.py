"""Minutes that become free while words join from a chat, or a deferral ends: no ticket is left deferred."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.adapters.sql.stores.postgres import PostgresStore
from app.application.chats.process_update import ParsedUpdate, process_update
from app.application.ports.inbox import ChatKey
from app.application.ports.store import UnitOfWork
from app.application.ports.texts import TextFacts
from app.application.stamp import Stamp
from app.application.tickets.housekeeping import resume_ticket
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import submit_ticket
from app.application.tickets.transition_ticket import Transition, transition_ticket
from app.domain.chats.inbound import Inbound, InboundMessage, Sender
from app.domain.chats.inbox import ReceivedUpdate
from app.domain.tickets.message import MessageAuthor
from app.domain.vocabulary import Action, Category, Finding, ObscenityLevel
from tests.adapters.postgres.test_freed_minutes import (
    ALLOTMENT,
    SAID,
    Stamps,
    Work,
    any_version,
    booking,
    decide_and_meet,
    deferred,
    finding,
    free_and_meet,
    freeing,
    stamps,
)
from tests.application.desk import on_telegram
from tests.contracts.builders import AGENCY, a_chat, at
from tests.contracts.test_inbox import a_chat_message

__all__ = ["stamps"]
pytestmark = pytest.mark.anyio

ADDRESS = a_chat().address
CURSED = TextFacts(has_words=True, obscene_level=ObscenityLevel.MAT)
TO_DECEMBER = int((datetime(2026, 12, 10, 7, tzinfo=UTC) - at(0)).total_seconds()) // 60
Told = tuple[Work, str]
"""What decides, and the ticket whose entry used the minutes up."""


async def told(store: PostgresStore, stamps: Stamps, message_id: str, **said: Any) -> Work:
    """Store an update with a message of the chat; give its processing."""
    stamp = stamps.next()
    message = InboundMessage(message_id, Sender("501", "Анна"), stamp.now, "А вот ещё что", **said)
    inbound = Inbound("telegram", str(stamp.first_id), on_telegram(ADDRESS), message)
    received = ReceivedUpdate("telegram", inbound.dedup_key, ADDRESS, b"{}", stamp.now)
    await store.write(lambda uow: uow.inbox.add(received))
    (item,) = await store.read(lambda uow: uow.inbox.waiting(ChatKey("telegram", ADDRESS), 2))
    update = ParsedUpdate(item, inbound, message.text, SAID)
    return lambda uow: process_update(uow, update, stamp)


async def came_from_chat(store: PostgresStore, ticket_id: str, message_id: str) -> None:
    """Let the ticket's first message be one of the chat."""

    def link(uow: UnitOfWork) -> None:
        message = uow.messages.latest_of(ticket_id, MessageAuthor.CUSTOMER)
        assert message is not None
        known = a_chat_message(
            message_id, address=ADDRESS, text=message.text, ticket_id=ticket_id, message_id=message.id
        )
        assert uow.chat_messages.add(known)

    await store.write(link)


async def submitted(store: PostgresStore, stamp: Stamp, facts: TextFacts = SAID) -> str:
    explain = Category.FEATURE_EXPLANATION
    said = Submission(AGENCY, "telegram", ADDRESS, "Как выгрузить?", facts, category=explain)
    ticket_id: str = (await store.write(lambda uow: submit_ticket(uow, said, stamp))).view.ticket.id  # type: ignore[union-attr]
    return ticket_id


async def words_that_join(store: PostgresStore, stamps: Stamps) -> Told:
    """A reply in the chat to a declined ticket asks for a decision with today's minutes."""
    declined, booked = [await submitted(store, stamps.next()) for _ in range(2)]
    await store.write(finding(stamps.next(), declined, Action.DECLINE, Finding.OUT_OF_SCOPE))
    await came_from_chat(store, declined, "1")
    await store.write(booking(stamps.next(), booked, ALLOTMENT))
    return await told(store, stamps, "2", reply_to="1"), booked


async def a_corrected_message(store: PostgresStore, stamps: Stamps) -> Told:
    """A message without the swearing, in the month after: the old month's deferral has ended already."""
    booked = await submitted(store, stamps.next())
    await store.write(booking(stamps.next(), booked, ALLOTMENT))
    cursed = await submitted(store, stamps.next(), CURSED)
    await came_from_chat(store, cursed, "1")
    stamps.calls = TO_DECEMBER
    since = await submitted(store, stamps.next())
    await store.write(booking(stamps.next(), since, ALLOTMENT))
    return await told(store, stamps, "1", edited_at=at(stamps.calls + 1)), since


async def the_end_of_a_deferral(store: PostgresStore, stamps: Stamps) -> Told:
    """An agent deferred until an instant; it comes when the minutes are used up."""
    paused, booked = [await submitted(store, stamps.next()) for _ in range(2)]
    stamp = stamps.next()
    until = Transition(
        Action.DEFER, "Ольга", finding=Finding.NOT_REPRODUCIBLE, resume_at=at(stamps.calls + 1)
    )
    await store.write(lambda uow: transition_ticket(uow, paused, until, stamp, check_version=any_version))
    await store.write(booking(stamps.next(), booked, ALLOTMENT))
    ended = stamps.next()
    return lambda uow: resume_ticket(uow, paused, ended), booked


WAYS: dict[str, Callable[[PostgresStore, Stamps], Awaitable[Told]]] = {
    "words that join": words_that_join,
    "a corrected message": a_corrected_message,
    "the end of a deferral": the_end_of_a_deferral,
}
each_way = pytest.mark.parametrize("way", WAYS)


@each_way
async def test_without_freed_minutes_the_ticket_is_deferred(
    store: PostgresStore, stamps: Stamps, way: str
) -> None:
    decide, _ = await WAYS[way](store, stamps)
    await store.write(decide)
    (ticket_id,) = await deferred(store)
    recorded = (await store.read(lambda uow: uow.decisions.latest((ticket_id,))))[ticket_id]
    assert recorded.decision.deferred_by_hours


@each_way
async def test_minutes_freed_while_a_chat_is_decided_on_take_its_ticket_up(
    store: PostgresStore, other: PostgresStore, stamps: Stamps, way: str
) -> None:
    decide, booked = await WAYS[way](store, stamps)
    await decide_and_meet(store, other, decide, await freeing(store, stamps, booked))
    assert await deferred(store) == []


@each_way
async def test_a_chat_that_is_decided_on_while_minutes_are_freed_counts_them(
    store: PostgresStore, other: PostgresStore, stamps: Stamps, way: str
) -> None:
    decide, booked = await WAYS[way](store, stamps)
    meeting = await free_and_meet(store, other, await freeing(store, stamps, booked), decide)
    await meeting.ended()
    assert await deferred(store) == []
