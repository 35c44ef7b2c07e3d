"""A law of all stored waits: whatever the clock does, the work is done after the wait's maximum at most."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.adapters.sql.repositories.chats import _FORGET as FORGOTTEN
from app.adapters.sql.repositories.chats import _GIVE_AWAY as GIVEN_AWAY
from app.adapters.sql.repositories.waits import REPEAT, WAITS
from app.adapters.sql.schema.tables import METADATA
from app.adapters.sql.schema.types import Instant
from app.application.attachments.download_files import LEASE as DOWNLOAD_LEASE
from app.application.attachments.download_files import LONGEST_WAIT
from app.application.outbox.tell_once import ONCE_A
from app.application.ports.outbox import ChannelState
from app.application.ports.store import UnitOfWork
from app.application.ports.waits import SKEW
from app.application.sending.claim_outgoing import LEASE
from app.domain.attachments.attachment import AttachmentState
from app.domain.chats.gathering import LONGEST, Gathering
from app.domain.chats.inbox import LONGEST_PAUSE, InboxState, ReceivedUpdate
from app.domain.sending.breaker import LONGEST_PROBE, Breaker
from app.domain.sending.pace import (
    CHANNEL_BURST,
    CHANNEL_FULL,
    UNASSIGNED_GAP,
    free_slots,
    may_tell_unassigned,
    take_slots,
)
from app.domain.sending.part import OutboxKind, PartState
from app.domain.sending.policy import LONGEST_REST
from tests.contracts.builders import (
    START,
    a_chat,
    a_provider_file,
    a_ticket,
    a_waiting_message,
    add_tickets,
    an_attachment,
)
from tests.contracts.conftest import AnyStore

pytestmark = pytest.mark.anyio

CHANNEL = "telegram"
STEPS = (timedelta(hours=1), timedelta(days=3650))
NO_CONTENT: dict[str, Any] = dict.fromkeys(("media_type", "size", "sha256", "blob"))

NOT_WAITS = {
    "written once, read by people and for order": {
        *("customers.created_at", "customers.updated_at", "chats.assigned_at", "chats.updated_at"),
        *("chats.unreachable_since", "tickets.received_at", "tickets.created_at", "tickets.updated_at"),
        *("rulings.decided_at", "events.at", "messages.sent_at", "messages.created_at"),
        *("messages.delivery_at", "messages.revoked_at", "outbox.created_at", "channels.down_since"),
        *("inbox.received_at", "chat_messages.occurred_at", "chat_messages.received_at"),
        *("chat_messages.edited_at", "chat_messages.revoked_at", "gatherings.started_at"),
        *("unassigned_chats.first_at", "unassigned_chats.last_at", "staff.updated_at"),
        *("time_entries.performed_at", "time_entries.counted_at", "time_entries.created_at"),
        *("calendar_exceptions.updated_at", "api_keys.created_at"),
    },
    "a date of the regulation": {"tickets.resume_at"},
    "the age of rows to delete, which waits for a steady clock": {
        *("outbox.state_at", "inbox.done_at", "answers.created_at"),
    },
    "the quota counts no upload of the future": {"attachments.created_at"},
    "only a limit of `closes_at`, which is a wait": {"gatherings.opened_at"},
    "a revoked key never works again": {"api_keys.revoked_at"},
}


def test_each_column_with_an_instant_is_a_wait_or_has_a_reason_not_to_be_one() -> None:
    stored = [
        str(column)
        for table in METADATA.tables.values()
        for column in table.c
        if isinstance(column.type, Instant)
    ]
    waits = {str(wait.column) for wait in WAITS}
    others = [column for columns in NOT_WAITS.values() for column in columns]
    assert sorted(stored) == sorted([*waits, *others]), "a new wait needs a maximum in WAITS and a case below"


@dataclass(frozen=True)
class Case:
    """A wait: how it is stored with its full length, when its work is done, and its maximum."""

    column: str
    begin: Callable[[UnitOfWork, datetime], None]
    is_over: Callable[[UnitOfWork, datetime], object]
    at_most: timedelta
    after_a_step: timedelta = timedelta(0)


def state(**changed: Any) -> Callable[[UnitOfWork], None]:
    return lambda uow: uow.channels.save(replace(uow.channels.lock(CHANNEL), **changed))


def is_past(instant: Callable[[UnitOfWork], datetime | None]) -> Callable[[UnitOfWork, datetime], bool]:
    def is_over(uow: UnitOfWork, now: datetime) -> bool:
        at = instant(uow)
        assert at is not None
        return at <= now

    return is_over


def channel(uow: UnitOfWork) -> ChannelState:
    return uow.channels.find(CHANNEL)


def part(uow: UnitOfWork, **changed: Any) -> None:
    """Add a ticket with a part that waits, then change the part as sending does."""
    if uow.tickets.get(a_ticket().id) is None:
        add_tickets(uow, a_ticket())
    uow.outbox.add(a_waiting_message())
    (waiting,) = uow.outbox.of_ticket(a_ticket().id)
    uow.outbox.save(replace(waiting, **changed))


def rested(uow: UnitOfWork, until: datetime, *, throttled: bool) -> None:
    part(uow)
    uow.channels.rest(a_chat().id, CHANNEL, until, throttled=throttled)


def leased(uow: UnitOfWork, now: datetime) -> None:
    part(uow, state=PartState.LEASED, lease_until=now + LEASE, lease_token=a_ticket().id)


def update_again(uow: UnitOfWork, now: datetime) -> None:
    uow.inbox.add(ReceivedUpdate(CHANNEL, "key", "-1001", b"{}", now))
    (item,) = uow.inbox.of_state(InboxState.PENDING, after=0, limit=9)
    uow.inbox.settle(replace(item, attempts=4, due_at=now + LONGEST_PAUSE))


def download(uow: UnitOfWork, now: datetime) -> None:
    pending = an_attachment(state=AttachmentState.PENDING, source=a_provider_file(), **NO_CONTENT)
    uow.attachments.add(pending, due_at=now + LONGEST_WAIT)


def download_again(uow: UnitOfWork, now: datetime) -> None:
    download(uow, now)
    assert uow.attachments.claim_download([CHANNEL], now + LONGEST_WAIT, now + LONGEST_WAIT)


def gathering(uow: UnitOfWork, now: datetime) -> None:
    uow.gatherings.save(Gathering(a_chat().id, "501", now, now, now + LONGEST))


def tell(uow: UnitOfWork, now: datetime) -> bool:
    kind = OutboxKind.UNASSIGNED_NOTICE
    return uow.notices.claim(a_chat().id, kind, "", now, unless_since=now - ONCE_A)


def told(uow: UnitOfWork, now: datetime) -> None:
    assert tell(uow, now)


CASES = (
    Case(
        "channels.full_at",
        lambda uow, now: state(full_at=take_slots(None, CHANNEL_BURST, now))(uow),
        lambda uow, now: free_slots(channel(uow).full_at, now) == CHANNEL_BURST,
        CHANNEL_FULL,
    ),
    Case(
        "channels.paused_until",
        lambda uow, now: state(paused_until=now + LONGEST_REST)(uow),
        is_past(lambda uow: channel(uow).paused_until),
        LONGEST_REST,
    ),
    Case(
        "channels.probe_at",
        lambda uow, now: state(breaker=Breaker(down_since=now, probe_at=now + LONGEST_PROBE))(uow),
        is_past(lambda uow: channel(uow).breaker.probe_at),
        LONGEST_PROBE,
    ),
    Case(
        "channels.unassigned_at",
        lambda uow, now: state(unassigned_at=now + UNASSIGNED_GAP)(uow),
        lambda uow, now: may_tell_unassigned(channel(uow).unassigned_at, now),
        UNASSIGNED_GAP,
    ),
    Case("inbox.due_at", update_again, lambda uow, now: uow.inbox.due(now, 9), LONGEST_PAUSE),
    Case(
        "attachments.due_at",
        download,
        lambda uow, now: uow.attachments.claim_download([CHANNEL], now, now),
        LONGEST_WAIT,
    ),
    Case(
        "attachments.due_at",
        download_again,
        lambda uow, now: uow.attachments.claim_download([CHANNEL], now, now),
        LONGEST_WAIT,
        DOWNLOAD_LEASE,
    ),
    Case(
        "outbox.not_before",
        lambda uow, now: part(uow, not_before=now + LONGEST_REST),
        lambda uow, now: uow.outbox.heads(CHANNEL, now, 9),
        LONGEST_REST,
    ),
    Case(
        "outbox.not_before",
        lambda uow, now: part(uow, not_before=now + REPEAT, lease_token=a_ticket().id),
        lambda uow, now: uow.outbox.heads(CHANNEL, now, 9),
        REPEAT,
        REPEAT,
    ),
    Case(
        "outbox.lease_until",
        leased,
        lambda uow, now: uow.outbox.expired(CHANNEL, now + timedelta.resolution, 9),
        LEASE,
        LEASE,
    ),
    Case(
        "chat_paces.next_at",
        lambda uow, now: rested(uow, now + LONGEST_REST, throttled=False),
        lambda uow, now: uow.outbox.heads(CHANNEL, now, 9),
        LONGEST_REST,
    ),
    Case(
        "chat_paces.throttled_until",
        lambda uow, now: rested(uow, now + LONGEST_REST, throttled=True),
        lambda uow, now: uow.outbox.heads(CHANNEL, now, 9) and not uow.channels.throttled_chats(CHANNEL, now),
        LONGEST_REST,
    ),
    Case("gatherings.closes_at", gathering, lambda uow, now: uow.gatherings.due(now, 9), LONGEST),
    Case("notices.told_at", told, tell, ONCE_A, ONCE_A),
    Case(
        "relays.beat_at",
        lambda uow, now: uow.channels.beat("relay", now),
        is_past(lambda uow: uow.channels.last_beat()),
        timedelta(0),
    ),
)


def test_each_wait_has_a_case() -> None:
    assert sorted(case.column for case in CASES) == sorted(str(wait.column) for wait in WAITS)


@pytest.fixture(params=CASES, ids=lambda case: case.column)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


async def looks_over(store: AnyStore, case: Case, now: datetime) -> bool:
    """Check whether the work is done at an instant, without doing it."""

    class SeenError(Exception):
        """Rolls the look back."""

    seen: list[bool] = []

    def look(uow: UnitOfWork) -> None:
        seen[:] = [bool(case.is_over(uow, now))]
        raise SeenError

    with pytest.raises(SeenError):
        await store.write(look)
    return seen[0]


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_after_a_step_back_a_wait_that_is_too_long_lasts_for_its_maximum_at_most(
    store: AnyStore, case: Case, step: timedelta
) -> None:
    await store.write(lambda uow: case.begin(uow, START))
    now = START - step
    assert not await looks_over(store, case, now + case.at_most), "without the law the wait goes on"

    if await store.read(lambda uow: uow.waits.too_long(now)):
        await store.write(lambda uow: uow.waits.end(now, every=False))
        assert not await store.read(lambda uow: uow.waits.too_long(now))

    assert await looks_over(store, case, now + case.at_most)


@pytest.mark.parametrize("step", [timedelta(seconds=3), *STEPS], ids=str)
async def test_a_step_back_that_is_seen_ends_every_wait_at_once_but_for_leases_and_what_is_done_once_a_day(
    store: AnyStore, case: Case, step: timedelta
) -> None:
    await store.write(lambda uow: case.begin(uow, START))
    now = START - step

    await store.write(lambda uow: uow.waits.end(now, every=True))

    assert await looks_over(store, case, now + case.after_a_step)


async def test_a_step_back_keeps_the_lease_of_a_download_that_is_under_way(store: AnyStore) -> None:
    await store.write(lambda uow: download_again(uow, START))
    now = START - STEPS[0]

    await store.write(lambda uow: uow.waits.end(now, every=True))

    too_soon = now + DOWNLOAD_LEASE - timedelta(milliseconds=1)
    assert await store.write(lambda uow: uow.attachments.claim_download([CHANNEL], too_soon, now)) is None


async def test_a_wait_within_its_maximum_goes_on_also_if_the_look_at_it_is_late(
    store: AnyStore, case: Case
) -> None:
    await store.write(lambda uow: case.begin(uow, START))
    stamped = START - SKEW

    assert not await store.read(lambda uow: uow.waits.too_long(stamped))
    await store.write(lambda uow: uow.waits.end(stamped, every=False))

    if case.at_most:
        assert not await looks_over(store, case, START + case.at_most - timedelta(milliseconds=1))


def test_waits_are_ended_in_the_order_in_which_a_merge_of_chats_locks_their_tables() -> None:
    order = list(dict.fromkeys(wait.column.table for wait in WAITS))
    merge = [*(statement.table for statement in GIVEN_AWAY), *(statement.table for statement in FORGOTTEN)]

    shared = [table for table in merge if table in order]

    assert [table for table in order if table in shared] == shared
    assert len(shared) > 2
