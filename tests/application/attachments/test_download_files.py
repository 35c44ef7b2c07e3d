"""Downloads from messengers: what comes of every way that a file can arrive, or not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.adapters.attachments.content import FileContentCheck
from app.adapters.attachments.folder import FolderBlobStore, Room
from app.application.attachments.download_files import PAUSES, Downloads
from app.application.attachments.incoming_files import IncomingFiles
from app.application.attachments.sweep_blobs import BlobSweep
from app.application.errors import StorageFullError, StoreUnavailableError
from app.application.ports.messengers import FileDelayed, FileGone, Outgoing
from app.application.ports.store import UnitOfWork
from app.application.stamp import Ids, Stamp, WriteContext
from app.domain.attachments.attachment import Attachment, AttachmentState
from app.domain.attachments.file_types import MAX_DOWNLOAD, MIB
from app.domain.chats.inbound import Ignored, Inbound, InboundFile
from app.domain.sending.outcome import SendOutcome, Transient
from app.domain.vocabulary import AttachmentKind
from tests.contracts.builders import AGENCY, START, a_ticket, add_agencies, an_id
from tests.domain.cases import CALENDAR
from tests.fakes.memory_blobs import MemoryBlobStore, MemoryDraft
from tests.fakes.memory_store import MemoryStore
from tests.fakes.rerunning_store import RerunningStore
from tests.fakes.virtual_clock import VirtualClock
from tests.files import ARCHIVE, HOSTILE_OFFICE, NAMES, RICH_TEXTS, TEXT, png

pytestmark = pytest.mark.anyio

STORED, PENDING = AttachmentState.STORED, AttachmentState.PENDING
TOO_LARGE, UNAVAILABLE, REFUSED = (
    AttachmentState.TOO_LARGE,
    AttachmentState.UNAVAILABLE,
    AttachmentState.REFUSED,
)
MESSAGE = an_id(1, kind=4)
Arrival = Exception | Sequence[bytes | Exception]


class ScriptedMessenger:
    """Gives files as the test says; one that it knows nothing of never comes to an end."""

    channel = "telegram"
    max_units = 4_096

    def __init__(self) -> None:
        self.script: dict[str, list[Arrival]] = {}
        self.asked: list[str] = []
        self.closed = 0

    def read(self, raw: bytes) -> Inbound:
        return Inbound(self.channel, raw.decode(), None, Ignored("test"))

    async def send(self, message: Outgoing) -> SendOutcome:
        return Transient("test")

    async def download(self, provider_id: str) -> AsyncIterator[bytes]:
        self.asked.append(provider_id)
        arrivals = self.script.get(provider_id)
        try:
            if arrivals is None:
                yield b"a"
                await asyncio.Event().wait()
                return
            arrival = arrivals.pop(0)
            if isinstance(arrival, Exception):
                raise arrival
            for piece in arrival:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    async def check(self) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is held."""


class NoRoom(MemoryBlobStore):
    """Has no room."""

    async def draft(self) -> MemoryDraft:
        raise StoreUnavailableError


class Worker:
    """The worker on stores in memory, with a clock to set."""

    def __init__(self, within: timedelta = timedelta(minutes=10)) -> None:
        self.now = START
        self._next = 1 << 70
        self.store = RerunningStore(MemoryStore(CALENDAR))
        self.blobs = MemoryBlobStore(lambda: self.now)
        self.messenger = ScriptedMessenger()
        self.told: list[str] = []
        self.downloads = Downloads(
            store=self.store,
            clock=self,
            messengers={"telegram": self.messenger},
            blobs=self.blobs,
            check=FileContentCheck(),
            on_too_large=self._tell,
            within=within,
        )

    def stamp(self) -> Stamp:
        self._next += 1 << 20
        return Stamp(self.now, self._next)

    def _tell(self, uow: UnitOfWork, attachment: Attachment, stamp: Stamp) -> None:
        """Note it in the store, as an outbox row would be: a rerun leaves one."""
        ticket = uow.tickets.get(a_ticket().id)
        assert ticket is not None
        uow.tickets.save(replace(ticket, version=ticket.version + 1))
        self.told.append(attachment.id)

    async def times_told(self) -> int:
        ticket = await self.store.read(lambda uow: uow.tickets.get(a_ticket().id))
        assert ticket is not None
        return ticket.version - 1

    async def got(self, *files: InboundFile, message_id: str = MESSAGE) -> tuple[Attachment, ...]:
        def work(uow: UnitOfWork) -> tuple[Attachment, ...]:
            if uow.customers.get(AGENCY) is None:
                add_agencies(uow)
                uow.tickets.add(a_ticket(), ())
            return IncomingFiles(WriteContext(uow, self.now, Ids(self._next))).add(
                message_id=message_id,
                ticket_id=a_ticket().id,
                customer_id=AGENCY,
                channel="telegram",
                files=files,
            )

        self._next += 1 << 20
        return await self.store.write(work)

    async def one(self) -> Attachment:
        (one,) = await self.all()
        return one

    async def all(self) -> Sequence[Attachment]:
        return (await self.store.read(lambda uow: uow.attachments.of_messages((MESSAGE,)))).get(MESSAGE, ())

    async def run_all(self) -> list[datetime]:
        """Run until nothing waits any more, the clock set on; give when each try was."""
        tries: list[datetime] = []
        while True:
            asked = len(self.messenger.asked)
            seconds = await self.downloads.run_once()
            tries += [self.now] * (len(self.messenger.asked) - asked)
            if seconds is None:
                return tries
            self.now += timedelta(seconds=seconds)


def a_file(
    name: str = "f1", kind: AttachmentKind = AttachmentKind.IMAGE, size: int | None = None
) -> InboundFile:
    return InboundFile(name, f"u-{name}", kind, "../сни\u202eмок.png", "text/html", size)


class SlowMessenger(ScriptedMessenger):
    """Yields a file when the test allows it."""

    def __init__(self) -> None:
        super().__init__()
        self.started = asyncio.Event()
        self.go_on = asyncio.Event()

    async def download(self, provider_id: str) -> AsyncIterator[bytes]:
        self.asked.append(provider_id)
        self.started.set()
        await self.go_on.wait()
        yield png()


@pytest.fixture
def worker() -> Worker:
    return Worker()


async def test_a_file_is_fetched_told_by_its_content_and_stored(worker: Worker) -> None:
    (waiting,) = await worker.got(a_file(size=len(png())))
    worker.messenger.script["f1"] = [[png()[:20], png()[20:]]]
    tries = await worker.run_all()
    stored = await worker.one()

    assert (waiting.state, waiting.name, waiting.size) == (PENDING, "снимок.png", len(png()))
    assert tries == [START]
    assert (stored.state, stored.media_type, stored.kind) == (STORED, "image/png", AttachmentKind.IMAGE)
    assert stored.blob is not None
    assert worker.blobs.kept[stored.blob][0] == png()
    assert worker.messenger.closed == 1


@pytest.mark.parametrize(("given", "offered"), NAMES)
async def test_it_is_offered_under_a_name_of_its_type(
    worker: Worker, given: str, offered: str | None
) -> None:
    await worker.got(replace(a_file(), name=given))
    worker.messenger.script["f1"] = [[TEXT]]
    await worker.run_all()

    assert (await worker.one()).offered_name == offered


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"OggS" + b"\0" * 60, "audio/ogg"), (b"ID3" + b"\0" * 60, "audio/mpeg"), (TEXT, "text/plain")],
)
async def test_speech_is_kept_too(worker: Worker, content: bytes, media_type: str) -> None:
    """4.4: support is in text, but nothing that came is thrown away."""
    await worker.got(a_file(kind=AttachmentKind.VOICE))
    worker.messenger.script["f1"] = [[content]]
    await worker.run_all()

    assert ((await worker.one()).media_type, (await worker.one()).kind) == (media_type, AttachmentKind.VOICE)


@pytest.mark.parametrize(
    ("arrival", "state", "code"),
    [
        (FileGone("too_large"), TOO_LARGE, "file_too_large"),
        ([b"a" * MAX_DOWNLOAD, b"b"], TOO_LARGE, "file_too_large"),
        ([b"a" * MAX_DOWNLOAD, FileGone("too_large")], TOO_LARGE, "file_too_large"),
        ([ARCHIVE], REFUSED, "file_type_not_allowed"),
        ([RICH_TEXTS[0]], REFUSED, "file_type_not_allowed"),
        ([HOSTILE_OFFICE[0][1]], REFUSED, "file_type_not_allowed"),
        ([png(60_000, 60_000)], REFUSED, "too_many_pixels"),
        ([b""], REFUSED, "file_empty"),
        ([], REFUSED, "file_empty"),
    ],
)
async def test_a_file_that_is_not_kept_is_asked_for_once(
    worker: Worker, arrival: Arrival, state: AttachmentState, code: str
) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [arrival]
    tries = await worker.run_all()
    ended = await worker.one()

    assert (ended.state, ended.error_code, ended.blob) == (state, code, None)
    assert len(tries) == 1
    assert worker.blobs.kept == {}
    assert await worker.times_told() == (state is TOO_LARGE)


async def test_a_file_that_says_it_is_too_large_is_not_asked_for(worker: Worker) -> None:
    await worker.got(a_file(size=MAX_DOWNLOAD + 1))
    await worker.run_all()

    assert (await worker.one()).state is TOO_LARGE
    assert worker.messenger.asked == []


async def test_of_several_too_large_files_a_message_hears_once(worker: Worker) -> None:
    await worker.got(*(a_file(f"f{number}", size=MAX_DOWNLOAD + 1) for number in range(3)))
    await worker.run_all()

    assert [one.state for one in await worker.all()] == [TOO_LARGE] * 3
    assert await worker.times_told() == 1


@pytest.mark.parametrize(
    "fault",
    [FileDelayed(), [png()[:9], FileDelayed()], [png()[:-1]], []],
    ids=["delayed", "cut in the middle", "shorter than told", "nothing"],
)
async def test_a_fault_is_tried_again_with_growing_pauses(worker: Worker, fault: Arrival) -> None:
    await worker.got(a_file(size=len(png())))
    worker.messenger.script["f1"] = [fault] * 5 + [[png()]]
    tries = await worker.run_all()

    assert (await worker.one()).state is STORED
    assert [later - earlier for earlier, later in pairwise(tries)] == list(PAUSES)
    assert len(worker.blobs.kept) == 1


@pytest.mark.parametrize(("fault", "count"), [(FileDelayed(), 6), (FileGone("unavailable"), 3)])
async def test_in_the_end_it_is_unavailable(worker: Worker, fault: Exception, count: int) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [fault] * 9
    tries = await worker.run_all()

    assert ((await worker.one()).state, len(tries)) == (UNAVAILABLE, count)
    assert await worker.times_told() == 0


async def test_a_drip_ends_by_the_whole_time() -> None:
    worker = Worker(within=timedelta(milliseconds=20))
    await worker.got(a_file("drip"))

    assert await worker.downloads.run_once() == 0
    assert (await worker.one()).state is PENDING
    assert (await worker.one()).error_code == "delayed"
    assert worker.messenger.closed == 1
    assert worker.blobs.kept == {}


async def test_a_worker_that_was_away_too_long_leaves_nothing_behind(worker: Worker) -> None:
    await worker.got(a_file())
    until = START + timedelta(days=1)

    async def slow(provider_id: str) -> AsyncIterator[bytes]:
        yield png()[:10]
        await worker.store.write(lambda uow: uow.attachments.claim_download(("telegram",), until, until))
        yield png()[10:]

    worker.messenger.download = slow  # type: ignore[method-assign]
    await worker.downloads.run_once()

    assert ((await worker.one()).state, worker.blobs.kept) == (PENDING, {})


async def test_a_file_that_nobody_lived_to_tell_of_is_given_up(worker: Worker) -> None:
    await worker.got(a_file())
    for _ in range(6):
        at = worker.now
        await worker.store.write(lambda uow: uow.attachments.claim_download(("telegram",), at, at))  # noqa: B023
    await worker.run_all()

    assert ((await worker.one()).state, worker.messenger.asked) == (UNAVAILABLE, [])


async def test_a_full_disk_charges_no_try(worker: Worker) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [[png()]]
    for _ in range(20):
        full = replace(worker.downloads, blobs=NoRoom(lambda: worker.now))
        with pytest.raises(StoreUnavailableError):
            await full.run_once()
        worker.now += timedelta(minutes=1)
    await worker.run_all()

    assert (await worker.one()).state is STORED


async def test_the_last_of_the_disk_is_not_for_downloads_which_wait(worker: Worker, tmp_path: Path) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [[png()], [png()]]
    full = FolderBlobStore(tmp_path, lambda _: Room(total=1_000 * MIB, free=50 * MIB))
    with pytest.raises(StorageFullError):
        await replace(worker.downloads, blobs=full).run_once()
    waiting = await worker.one()
    tries = await worker.run_all()

    assert (waiting.state, (await worker.one()).state) == (PENDING, STORED)
    assert tries == [START + timedelta(minutes=1)]
    assert list((tmp_path / "drafts").iterdir()) == []


async def test_it_says_when_it_wants_to_run_again(worker: Worker) -> None:
    idle = await worker.downloads.run_once()
    await worker.got(a_file())
    worker.messenger.script["f1"] = [FileDelayed()]

    assert (idle, await worker.downloads.run_once(), await worker.downloads.run_once()) == (None, 0, 10.0)


async def test_without_messengers_what_waits_goes_on_waiting(worker: Worker) -> None:
    await worker.got(a_file())
    off = replace(worker.downloads, messengers={})

    assert await off.run_once() is None
    assert (await worker.one()).state is PENDING


async def test_an_edit_adds_only_what_is_new(worker: Worker) -> None:
    await worker.got(a_file("f1"), a_file("f1"))
    added = await worker.got(a_file("f1"), a_file("f2"))

    assert [one.source.unique_id for one in added if one.source] == ["u-f2"]
    assert len(await worker.all()) == 2


async def test_the_sweep_removes_old_contents_that_no_row_has(worker: Worker) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [[png()]]
    await worker.run_all()
    kept = set(worker.blobs.kept)
    worker.blobs.keep("0" * 32, b"orphan")
    sweep = BlobSweep(worker.store, worker, worker.blobs, VirtualClock().steady_watch())
    await sweep.run_once()
    assert set(worker.blobs.kept) == kept | {"0" * 32}, "it may be an upload under way"

    worker.now += timedelta(days=1, seconds=1)

    assert await sweep.run_once() == 6 * 3600
    assert set(worker.blobs.kept) == kept


async def test_a_step_forward_makes_no_upload_old(worker: Worker) -> None:
    worker.blobs.keep("0" * 32, b"an upload under way")
    clock = VirtualClock()
    watch = clock.steady_watch()
    clock.step(timedelta(days=365))
    watch.look()
    worker.now += timedelta(days=365)

    assert await BlobSweep(worker.store, worker, worker.blobs, watch).run_once() == 3600
    assert "0" * 32 in worker.blobs.kept


async def test_a_step_back_during_the_fifth_try_of_six_stores_the_file(worker: Worker) -> None:
    await worker.got(a_file())
    worker.messenger.script["f1"] = [FileDelayed() for _ in range(4)]
    while worker.messenger.script["f1"]:
        worker.now += timedelta(seconds=await worker.downloads.run_once() or 0)
    worker.now += timedelta(seconds=await worker.downloads.run_once() or 0)
    slow = SlowMessenger()
    downloads = replace(worker.downloads, messengers={"telegram": slow})
    tries = [asyncio.create_task(downloads.run_once())]
    await slow.started.wait()
    for _ in range(2):
        worker.now -= timedelta(hours=1)
        await worker.store.write(lambda uow: uow.waits.end(worker.now, every=True))
        tries.append(asyncio.create_task(downloads.run_once()))
        for _ in range(20):
            await asyncio.sleep(0)
    slow.go_on.set()
    await asyncio.gather(*tries)

    assert len(slow.asked) == 1
    assert (await worker.one()).state is STORED
