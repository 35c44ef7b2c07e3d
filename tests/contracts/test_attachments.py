"""Attachments in every store: bound, listed, counted; downloads taken by one worker each."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from app.application.ports.attachments import Download
from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment, AttachmentState
from tests.contracts.builders import AGENCY, OTHER_AGENCY, a_provider_file, a_ticket, an_attachment, an_id, at
from tests.contracts.conftest import AnyStore

LATER = at(2)
pytestmark = pytest.mark.anyio

PENDING = AttachmentState.PENDING
CHANNELS = ("telegram", "whatsapp")
MESSAGE, OTHER_MESSAGE = an_id(1, kind=4), an_id(2, kind=4)


def a_pending(number: int, channel: str = "telegram") -> Attachment:
    nothing = {"media_type": None, "sha256": None, "blob": None}
    return an_attachment(number, state=PENDING, source=a_provider_file(number, channel), **nothing)


async def added(store: AnyStore, *attachments: Attachment, due_at: datetime | None = None) -> None:
    def work(uow: UnitOfWork) -> None:
        for one in attachments:
            uow.attachments.add(one, due_at=due_at)

    await store.write(work)


async def got(store: AnyStore, number: int) -> Attachment | None:
    return await store.read(lambda uow: uow.attachments.get(an_id(number, kind=9)))


async def claimed(
    store: AnyStore, minutes: float = 0, channels: tuple[str, ...] = CHANNELS
) -> Download | None:
    now, until = at(minutes), at(minutes + 15)
    return await store.write(lambda uow: uow.attachments.claim_download(channels, now, until))


async def test_it_comes_back_as_it_was_stored(store: AnyStore) -> None:
    full = an_attachment(1, error_code="delayed", source=a_provider_file(1), size=2**31 - 1)
    bare = a_pending(2)
    await added(store, full, replace(bare, size=None, name=None))

    assert await got(store, 1) == full
    assert await got(store, 2) == replace(bare, size=None, name=None)
    assert await got(store, 3) is None


async def test_those_that_are_held_are_found_by_id(store: AnyStore) -> None:
    first, second = an_attachment(1), an_attachment(2)
    await added(store, first, second)

    held = await store.write(lambda uow: uow.attachments.lock((second.id, an_id(9), first.id)))

    assert held == {first.id: first, second.id: second}


async def test_it_is_bound_to_a_message_and_listed_with_it(store: AnyStore) -> None:
    ticket = a_ticket()
    await store.write(lambda uow: uow.tickets.add(ticket, ()))
    await added(store, *(an_attachment(number) for number in (3, 1, 2, 4)))
    ids = [an_id(number, kind=9) for number in (2, 1)]
    await store.write(lambda uow: uow.attachments.bind(ids, ticket.id, MESSAGE, of_submission=True))
    third = [an_id(3, kind=9)]
    await store.write(lambda uow: uow.attachments.bind(third, ticket.id, OTHER_MESSAGE, of_submission=False))

    def bound(number: int, message_id: str, *, first: bool) -> Attachment:
        return an_attachment(number, ticket_id=ticket.id, message_id=message_id, of_submission=first)

    of_first = [bound(1, MESSAGE, first=True), bound(2, MESSAGE, first=True)]
    asked = (MESSAGE, OTHER_MESSAGE, an_id(9, kind=4))
    assert await store.read(lambda uow: uow.attachments.of_messages(asked)) == {
        MESSAGE: of_first,
        OTHER_MESSAGE: [bound(3, OTHER_MESSAGE, first=False)],
    }
    assert await store.read(lambda uow: uow.attachments.of_submissions((ticket.id, an_id(9)))) == {
        ticket.id: of_first
    }
    assert await store.read(lambda uow: uow.attachments.of_messages(())) == {}


async def test_what_was_uploaded_for_a_customer_since_is_summed(store: AnyStore) -> None:
    await added(
        store,
        an_attachment(1, size=5, created_at=at(0)),
        an_attachment(2, size=7, created_at=at(1)),
        an_attachment(3, size=11, created_at=at(2)),
        an_attachment(4, size=100, customer_id=OTHER_AGENCY),
        an_attachment(5, size=1_000, source=a_provider_file(5)),
    )

    async def used(since: datetime, until: datetime = LATER) -> int:
        return await store.read(lambda uow: uow.attachments.uploaded_bytes(AGENCY, since, until))

    assert [await used(at(minutes)) for minutes in (0, 1, 3)] == [23, 18, 0]
    assert await used(at(0), at(1)) == 12


async def test_the_download_that_is_due_first_is_taken_once(store: AnyStore) -> None:
    await added(store, a_pending(2), due_at=at(1))
    await added(store, a_pending(1), due_at=at(2))
    await added(store, a_pending(3), due_at=at(9))

    taken = [await claimed(store, 5) for _ in range(3)]

    assert taken == [Download(a_pending(2), 1), Download(a_pending(1), 1), None]
    assert await store.read(lambda uow: uow.attachments.next_download(CHANNELS)) == at(9)
    assert await claimed(store, 8.9) is None
    assert await claimed(store, 9) == Download(a_pending(3), 1)
    assert await claimed(store, 20) == Download(a_pending(1), 2), "its lease has run out"


async def test_a_channel_that_is_off_waits(store: AnyStore) -> None:
    await added(store, a_pending(1, "whatsapp"), due_at=at(0))

    assert await claimed(store, 5, ("telegram",)) is None
    assert await store.read(lambda uow: uow.attachments.next_download(("telegram",))) is None
    assert await claimed(store, 5) is not None


async def test_workers_at_once_take_every_download_once(store: AnyStore) -> None:
    await added(store, *(a_pending(number) for number in range(12)), due_at=at(0))

    taken = [one for one in await asyncio.gather(*(claimed(store, 1) for _ in range(16))) if one]
    while (one := await claimed(store, 1)) is not None:
        taken.append(one)

    assert sorted(one.attachment.id for one in taken) == [an_id(number, kind=9) for number in range(12)]


async def test_a_download_is_settled_by_whoever_has_it(store: AnyStore) -> None:
    await added(store, a_pending(1), due_at=at(0))
    first = await claimed(store, 0)
    second = await claimed(store, 15)
    assert first is not None
    assert second is not None
    stored = an_attachment(1, source=a_provider_file(1))

    async def settled(attempts: int) -> bool:
        return await store.write(lambda uow: uow.attachments.settle_download(stored, attempts))

    assert [await settled(first.attempts), await settled(second.attempts)] == [False, True]
    assert not await settled(second.attempts)
    assert await got(store, 1) == stored
    assert await claimed(store, 999) is None


async def test_a_download_is_put_off_by_whoever_has_it(store: AnyStore) -> None:
    await added(store, a_pending(1), due_at=at(0))
    first = await claimed(store, 0)
    assert first is not None

    async def put_off(attempts: int) -> bool:
        id_ = first.attachment.id
        return await store.write(
            lambda uow: uow.attachments.postpone_download(id_, attempts, at(2), "delayed")
        )

    assert [await put_off(9), await put_off(1)] == [False, True]
    assert await claimed(store, 1.9) is None
    assert await claimed(store, 2) == Download(replace(a_pending(1), error_code="delayed"), 2)


async def test_a_download_that_is_given_back_was_no_try(store: AnyStore) -> None:
    await added(store, a_pending(1), due_at=at(0))
    id_ = an_id(1, kind=9)

    async def given_back(attempts: int) -> bool:
        return await store.write(lambda uow: uow.attachments.return_download(id_, attempts, at(2)))

    assert await claimed(store, 0) == Download(a_pending(1), 1)
    assert [await given_back(2), await given_back(1)] == [False, True]
    assert await claimed(store, 1.9) is None
    assert await claimed(store, 2) == Download(a_pending(1), 1)


async def test_blobs_that_have_a_row_are_known(store: AnyStore) -> None:
    await added(store, an_attachment(1), an_attachment(2))
    names = [f"{number:032x}" for number in (1, 2, 3)]

    assert await store.read(lambda uow: uow.attachments.known_blobs(names[1:])) == {names[1]}
