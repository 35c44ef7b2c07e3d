"""Jobs run side by side, wake up, back off, and end in good order; on SQLite one process sends."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from app.adapters.messengers.telegram.api import TelegramApi
from app.adapters.messengers.telegram.messenger import TelegramMessenger
from app.adapters.relay_lock import RelayLock
from app.adapters.system import SystemClock
from app.settings import Settings
from app.worker.jobs import polling_job
from app.worker.locks import Embedded, RelayTaken, lock_for_process, lock_for_service
from app.worker.runner import Job, Relay, Wake, WakingStore
from tests.domain.cases import CALENDAR
from tests.fakes.memory_store import MemoryStore

pytestmark = pytest.mark.anyio


class Runs:
    """A job that counts its runs; the test says what each gives."""

    def __init__(self, name: str = "job", *gives: float | Exception | None, woken: bool = True) -> None:
        self.count = 0
        self.finished: list[float] = []
        self._gives = [*gives]
        self._ran = asyncio.Condition()
        self.job = Job(name, self.run_once, woken=woken, finish=self.finish)

    async def run_once(self) -> float | None:
        async with self._ran:
            self.count += 1
            self._ran.notify_all()
        given = self._gives.pop(0) if self._gives else None
        if isinstance(given, Exception):
            raise given
        return given

    async def finish(self, seconds: float) -> None:
        self.finished.append(seconds)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self._ran:
            await self._ran.wait_for(lambda: self.count >= count)


async def test_jobs_run_again_and_again_side_by_side() -> None:
    one, two = Runs("one"), Runs("two")
    relay = Relay([one.job, two.job], Wake(), pause=0.001)
    relay.start()
    await asyncio.gather(one.until(3), two.until(3))
    await relay.stop()
    seen = one.count
    await asyncio.sleep(0.01)
    assert one.count == seen
    assert one.finished == two.finished == [8.0]


async def test_a_job_that_wants_to_run_at_once_does() -> None:
    runs = Runs("job", 0, 0, 0, 0)
    relay = Relay([runs.job], Wake(), pause=1_000)
    relay.start()
    await runs.until(5)
    await relay.stop()


async def test_a_write_wakes_the_jobs_that_listen() -> None:
    wake, store = Wake(), MemoryStore(CALENDAR)
    listens, deaf = Runs("listens"), Runs("deaf", 1_000, woken=False)
    relay = Relay([listens.job, deaf.job], wake, pause=1_000)
    relay.start()
    await asyncio.gather(listens.until(1), deaf.until(1))
    waking = WakingStore(store, wake)
    await waking.write(lambda uow: uow.customers.get("nobody"))
    await listens.until(2)
    assert deaf.count == 1
    assert await waking.read(lambda uow: uow.customers.get("nobody")) is None
    assert await waking.check() == await store.check()
    await relay.stop()


async def test_a_job_that_listens_looks_for_the_writes_of_others_all_the_same() -> None:
    runs = Runs("job", 1_000, 1_000, 1_000)
    relay = Relay([runs.job], Wake(), pause=0.001)
    relay.start()
    await runs.until(3)
    await relay.stop()


async def test_a_job_that_fails_backs_off_and_stops_nobody() -> None:
    failing = Runs("failing", *[RuntimeError("слова клиента")] * 4)
    failed: list[str] = []
    other = Runs("other")
    relay = Relay([failing.job, other.job], Wake(), failed.append, pause=0.001)
    relay.start()
    await asyncio.gather(failing.until(5), other.until(5))
    await relay.stop()
    assert failed == ["failing"] * 4


async def test_a_stop_waits_for_a_run_and_leaves_one_that_never_ends() -> None:
    ended, gone = asyncio.Event(), asyncio.Event()

    async def slow() -> float | None:
        await asyncio.sleep(0.01)
        ended.set()
        return None

    async def never() -> float | None:
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        return None

    relay = Relay([Job("slow", slow), Job("never", never)], Wake())
    relay.start()
    await asyncio.sleep(0)
    await relay.stop(0.1)
    assert ended.is_set()
    assert gone.is_set()


# One process at a time on SQLite


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def test_services_stand_beside_each_other_and_one_of_them_leads(tmp_path: Path) -> None:
    one, two = lock_for_service(settings(tmp_path)), lock_for_service(settings(tmp_path))
    assert one is not None
    assert two is not None
    assert one.lead()
    assert not two.lead()
    one.release()
    assert two.lead()
    two.release()


@pytest.mark.parametrize(
    ("first", "second"), [(lock_for_service, lock_for_process), (lock_for_process, lock_for_service)]
)
def test_a_service_that_sends_and_a_relay_of_its_own_refuse_each_other(
    tmp_path: Path,
    first: Callable[[Settings], RelayLock | None],
    second: Callable[[Settings], RelayLock | None],
) -> None:
    held = first(settings(tmp_path))
    assert held is not None
    with pytest.raises(RelayTaken, match="SUPPORT_RELAY=off"):
        second(settings(tmp_path))
    held.release()
    after = second(settings(tmp_path))
    assert after is not None
    after.release()


def test_postgresql_keeps_relays_apart_by_itself() -> None:
    elsewhere = Settings(database_url="postgresql://somewhere/desk")
    assert lock_for_service(elsewhere) is None
    assert lock_for_process(elsewhere) is None


async def test_a_service_that_stands_by_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.locks.DEFAULT_PAUSE", 0.001)
    leads, waits = Runs("leads"), Runs("waits")
    one = Embedded(Relay([leads.job], Wake()), lock_for_service(settings(tmp_path)))
    two = Embedded(Relay([waits.job], Wake()), lock_for_service(settings(tmp_path)))
    await one.start()
    await two.start()
    await leads.until(1)
    await asyncio.sleep(0.01)
    assert waits.count == 0
    await one.stop()
    await waits.until(1)
    await two.stop()


async def test_a_service_that_only_stood_by_stops_all_the_same(tmp_path: Path) -> None:
    runs = Runs()
    lock = lock_for_service(settings(tmp_path))
    other = lock_for_service(settings(tmp_path))
    assert other is not None
    assert other.lead()
    embedded = Embedded(Relay([runs.job], Wake()), lock)
    await embedded.start()
    await embedded.stop()
    assert runs.count == 0
    other.release()


async def test_it_is_logged_once_when_updates_cannot_be_fetched_and_when_they_can_again() -> None:
    refused = httpx.Response(409, json={"ok": False, "error_code": 409, "description": "Conflict"})
    answers = [refused, refused, httpx.Response(200, json={"ok": True, "result": []})]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    api = TelegramApi("1:canary", "http://127.0.0.1:1", "http://127.0.0.1:1/file", transport=transport)
    store = MemoryStore(CALENDAR)
    job = polling_job(api, TelegramMessenger(api), store, SystemClock())
    with capture_logs() as logs:
        for _ in range(3):
            await job.run_once()

    assert [line["code"] for line in logs] == ["another_receiver", "recovered"]
    assert "canary" not in str(logs)
    await api.close()
