"""A full disk, a lock that lasts, a read-only store: 503, nothing half, and well again by itself."""

import asyncio
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import asyncpg
import pytest

from tests.e2e.agencies import submission, sync
from tests.e2e.conftest import Fresh
from tests.e2e.crowd import Crowd
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.plain_http import PlainClient, Reply
from tests.e2e.stored import ask, assert_whole
from tests.postgres_server import query

pytestmark = pytest.mark.slow

TIMES = 100
FIVE = 5
DISK = 64 * 1024 * 1024
"""The log alone grows to 16 MiB before it is written back."""

Fault = Callable[[], AbstractContextManager[None]]


def _post(client: PlainClient, turn: int, number: int) -> Reply:
    body = submission(f"Сбой {turn}-{number}")
    return client.post("/v1/tickets", body, Idempotency_Key=f"key-{turn}-{number}")


def _assert_unavailable(reply: Reply) -> None:
    assert (reply.status, reply.json()["code"]) == (503, "store_unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert reply.headers["content-type"] == "application/problem+json"


def _five_at_a_time(
    service: ForkedService, fault: Fault, *, times: int = TIMES, ready: bool = False, only: int | None = None
) -> None:
    """Post five at once under the fault and again after it; `only` names the one that the fault hits."""
    with service.http() as http:
        sync(http)
        seen = http.post("/v1/tickets", json=submission("Раньше")).headers["location"]
    hit = set(range(FIVE)) if only is None else {only}
    with Crowd([service], FIVE, patient=False) as crowd, PlainClient(service) as client:
        for turn in range(times):
            with fault():
                replies = crowd.at_once(lambda mine, number: _post(mine, turn, number))  # noqa: B023 - done at once
                for number, reply in enumerate(replies):
                    if number in hit:
                        _assert_unavailable(reply)
                    else:
                        assert reply.status == 201, reply
                client.get(seen)
                if turn == times - 1:
                    assert client.send("GET", "/livez").status == 200
                    assert (client.send("GET", "/readyz").status == 200) is ready
            again = crowd.at_once(lambda mine, number: _post(mine, turn, number))  # noqa: B023 - done at once
            assert {reply.status for reply in again} == {201}
            for number, reply in enumerate(again):
                assert (reply.headers.get("idempotency-replayed") == "true") is (number not in hit)
        texts = sorted(row[0] for row in ask(service, "SELECT text FROM tickets"))
        expected = [f"Сбой {turn}-{number}" for turn in range(times) for number in range(FIVE)]
        assert texts == sorted([*expected, "Раньше"])
        _wait_until_ready(client)
    assert_whole(service)


def _wait_until_ready(client: PlainClient) -> None:
    for _ in range(100):
        if client.send("GET", "/readyz").status == 200:
            return
        time.sleep(0.1)  # an answer is believed for a second
    pytest.fail("it did not become ready again")


# A full disk


def test_files_that_may_not_grow_are_a_full_disk(nursery: Nursery, tmp_path: Path) -> None:
    service = ForkedService(nursery, tmp_path)

    @contextmanager
    def full() -> Iterator[None]:
        _, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (hard, hard))

    try:
        _five_at_a_time(service.start(), full)
    finally:
        service.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of a few megabytes; needs the right to mount, as root has it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no right to mount a small disk; the limit of file sizes stands in: {mounted.stderr}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_file_system_without_room_is_a_full_disk(nursery: Nursery, small_disk: Path) -> None:
    service = ForkedService(nursery, small_disk)
    filler = small_disk / "filler"

    @contextmanager
    def full() -> Iterator[None]:
        with filler.open("wb", buffering=0) as file:
            for size in (65_536, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
        try:
            yield
        finally:
            filler.unlink()

    try:
        _five_at_a_time(service.start(), full, times=20)
    finally:
        service.kill()


def test_a_read_only_file_system_is_told_at_the_start(nursery: Nursery, small_disk: Path) -> None:
    service = ForkedService(nursery, small_disk)
    try:
        with service.start().http() as http:
            sync(http)
        assert service.stop() == 0
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        with pytest.raises(subprocess.CalledProcessError) as failure:
            service.run("migrate")
        assert failure.value.returncode == 2
        assert "SUPPORT_DATA_DIR" in failure.value.stderr
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        with service.start().http() as http:
            assert http.post("/v1/tickets", json=submission("Снова")).status_code == 201
    finally:
        service.kill()


# What PostgreSQL says: a disk that is full under the third of five, a standby


REFUSING = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.text LIKE '%{which}' THEN
            RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{state}';
        END IF;
        RETURN NEW;
    END $$"""


@pytest.mark.parametrize(("state", "only"), [("53100", 2), ("25006", None)])
def test_a_server_that_cannot_store_the_third_of_five_or_any(
    nursery: Nursery, postgres_url: str, tmp_path: Path, state: str, only: int | None
) -> None:
    service = ForkedService(nursery, tmp_path, database_url=postgres_url)
    which = "" if only is None else f"-{only}"
    query(postgres_url, REFUSING.format(which=which, state=state))

    @contextmanager
    def refusing() -> Iterator[None]:
        query(
            postgres_url,
            "CREATE TRIGGER refuse BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION refuse()",
        )
        try:
            yield
        finally:
            query(postgres_url, "DROP TRIGGER refuse ON tickets")

    try:
        _five_at_a_time(service.start(), refusing, ready=True, only=only)
    finally:
        service.kill()


# A lock that outlasts the patience


def test_a_lock_that_lasts_is_told_and_leaves_nothing_behind(fresh: Fresh) -> None:
    with fresh() as service:
        embedded = not service.database_url

        @contextmanager
        def locked() -> Iterator[None]:
            if embedded:
                with closing(sqlite3.connect(service.database, isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
                    yield
                return
            with _held(service.database_url):
                yield

        _five_at_a_time(service, locked, times=1, ready=not embedded)


@contextmanager
def _held(url: str) -> Iterator[None]:
    """Hold a table of PostgreSQL in a thread of its own."""
    held, over = Event(), Event()

    async def hold() -> None:
        connection = await asyncpg.connect(url)
        async with connection.transaction():
            await connection.execute("LOCK TABLE tickets IN EXCLUSIVE MODE")
            held.set()
            await asyncio.to_thread(over.wait)
        await connection.close()

    holder = Thread(target=lambda: asyncio.run(hold()))
    holder.start()
    held.wait()
    try:
        yield
    finally:
        over.set()
        holder.join()
