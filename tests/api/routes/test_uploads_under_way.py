"""Uploads that have not ended: counted in the quota, few per key, limited in time, off the disk's end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from app.adapters.attachments.folder import Room
from app.api.dependencies import Services
from app.domain.attachments.file_types import MIB
from tests.api.routes.test_attachments import FORM, form, post, whole
from tests.api.service import AGENCY, OTHER, Client, Service, code_of

FULL, ROOMY = Room(100 * MIB, 16 * MIB), Room(100 * MIB, 90 * MIB)


class HalfSent:
    """An upload that has sent its first half and waits."""

    def __init__(
        self, client: Client, content: bytes, customer_id: str | None = AGENCY, **headers: str
    ) -> None:
        fields = [] if customer_id is None else [('name="customer_id"', customer_id.encode())]
        body = form(*fields, ('name="file"; filename="a.txt"', content))
        self._halves = (body[: len(body) // 2], body[len(body) // 2 :])
        self._go_on = asyncio.Event()
        self.waits = asyncio.Event()
        length = {"Content-Length": str(len(body))}
        sent = client.post("/v1/attachments", content=self._pieces(), headers=FORM | length | headers)
        self._answer = asyncio.create_task(sent)

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self._halves[0]
        self.waits.set()
        await self._go_on.wait()
        yield self._halves[1]

    async def begun(self) -> "HalfSent":
        await asyncio.wait_for(self.waits.wait(), 10)
        return self

    async def answer(self) -> httpx.Response:
        """Wait for the answer to the half."""
        return await asyncio.wait_for(self._answer, 10)

    async def finished(self) -> httpx.Response:
        self._go_on.set()
        return await self.answer()

    async def gone(self) -> None:
        self._answer.cancel()
        await asyncio.wait((self._answer,))


def reserved(service: Service) -> int:
    return len(service.app.state.services.files.under_way._uploads)


@pytest.fixture
def quota(service: Service) -> None:
    """Give the customers of the service a quota of a mebibyte."""
    services: Services = service.app.state.services
    service.app.state.services = replace(services, files=replace(services.files, quota=MIB))


LARGE = b"a" * (MIB * 6 // 10)


@pytest.mark.usefixtures("quota")
async def test_a_half_sent_upload_has_its_quota(service: Service) -> None:
    first = await HalfSent(service.admin, LARGE).begun()
    second = await HalfSent(service.admin, LARGE).answer()
    other = await service.upload(LARGE, customer_id=OTHER)
    stored = await first.finished()

    assert code_of(second) == (409, "upload_quota_reached")
    assert (stored.status_code, other.status_code) == (201, 201)
    assert (len(service.files()), reserved(service)) == (2, 0)


@pytest.mark.usefixtures("quota")
@pytest.mark.parametrize("confined", [False, True])
async def test_an_upload_that_does_not_fit_is_refused_before_its_file_comes(
    service: Service, confined: bool
) -> None:
    await service.uploaded(LARGE)
    client = await service.with_key(customer=AGENCY) if confined else service.admin

    refused = await HalfSent(client, LARGE, None if confined else AGENCY).answer()

    assert code_of(refused) == (409, "upload_quota_reached")
    assert len(service.files()) == 1


async def test_a_customer_that_the_key_may_not_act_for_is_refused_before_the_file_comes(
    service: Service,
) -> None:
    confined = await service.with_key(customer=AGENCY)

    for client, customer in ((service.admin, "nobody"), (confined, OTHER)):
        refused = await HalfSent(client, LARGE, customer).answer()
        assert code_of(refused) == (404, "customer_not_found")


@pytest.mark.usefixtures("quota")
async def test_the_quota_of_an_upload_that_fails_is_free_again(service: Service) -> None:
    gone = await HalfSent(service.admin, LARGE).begun()
    await gone.gone()
    refused = await service.upload(b"MZ" + b"\0" * len(LARGE))
    stored = await service.upload(LARGE)

    assert (refused.status_code, stored.status_code) == (422, 201)
    assert (len(service.files()), reserved(service)) == (1, 0)


@pytest.mark.usefixtures("quota")
async def test_a_file_before_its_customer_is_held_against_the_quota_in_the_end(service: Service) -> None:
    body = form(('name="file"; filename="a.txt"', LARGE), ('name="customer_id"', AGENCY.encode()))
    answers = await asyncio.gather(*(post(service, body) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(service.files()) == 1


@pytest.mark.usefixtures("quota")
async def test_a_repeated_upload_needs_no_quota(service: Service) -> None:
    first = await service.upload(LARGE, headers={"Idempotency-Key": "one"})
    again = await service.upload(LARGE, headers={"Idempotency-Key": "one"})
    other = await service.upload(LARGE, headers={"Idempotency-Key": "two"})

    assert (again.status_code, again.content) == (201, first.content)
    assert code_of(other) == (409, "upload_quota_reached")


@pytest.mark.usefixtures("quota")
async def test_files_that_fill_the_quota_to_the_byte_fit(service: Service) -> None:
    half = b"a" * (MIB // 2)

    assert [(await service.upload(half)).status_code for _ in range(2)] == [201, 201]
    assert code_of(await service.upload(b"a")) == (409, "upload_quota_reached")


async def test_a_key_has_four_uploads_at_once(service: Service) -> None:
    other_key = await service.with_key()
    first, *more = [await HalfSent(service.admin, LARGE).begun() for _ in range(4)]
    fifth = await HalfSent(service.admin, LARGE).answer()
    of_another_key = await other_key.post("/v1/attachments", content=whole(), headers=FORM)
    await first.gone()
    again = await service.upload()
    answers = [await one.finished() for one in more]

    assert code_of(fifth) == (429, "too_many_uploads")
    assert int(fifth.headers["retry-after"]) > 0
    assert (of_another_key.status_code, again.status_code) == (201, 201)
    assert [answer.status_code for answer in answers] == [201] * 3
    assert (len(service.files()), reserved(service)) == (5, 0)


async def test_an_upload_has_a_time_limit(service: Service) -> None:
    service.app.state.services.files.under_way.within = timedelta(milliseconds=50)
    slow = await HalfSent(service.admin, LARGE).answer()

    assert code_of(slow) == (408, "upload_too_slow")
    assert slow.headers["connection"] == "close"
    assert (service.files(), reserved(service)) == ([], 0)


@pytest.mark.parametrize("content", [b"short", LARGE], ids=["short", "long"])
async def test_the_last_of_the_disk_is_for_tickets(service: Service, content: bytes) -> None:
    service.blobs._room = lambda _: FULL
    refused = await service.upload(content)
    ticket = await service.submit()
    files = service.files()
    service.blobs._room = lambda _: ROOMY

    assert code_of(refused) == (507, "storage_full")
    assert int(refused.headers["retry-after"]) > 0
    assert (ticket.status_code, files, reserved(service)) == (201, [], 0)
    assert (await service.upload(content)).status_code == 201


async def test_a_disk_that_fills_meanwhile_keeps_nothing_of_a_file(service: Service) -> None:
    rooms = [ROOMY, FULL]
    service.blobs._room = lambda _: rooms.pop(0)
    upload = await HalfSent(service.admin, LARGE).begun()

    assert code_of(await upload.finished()) == (507, "storage_full")
    assert (service.files(), rooms) == ([], [])
