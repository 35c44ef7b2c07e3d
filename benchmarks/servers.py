"""Starts what is measured: the service, the floor, and a PostgreSQL with fsync on."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo.process import ServiceProcess
from tests.postgres_server import query

ROOT = Path(__file__).resolve().parent.parent
CUSTOMER, CHAT = "agency-17", "-1001234567890"
CUSTOMER_PATH = f"/v1/customers/{CUSTOMER}"
CHAT_PATH = f"{CUSTOMER_PATH}/chats/telegram/{CHAT}"
RECORD = {
    "name": CUSTOMER,
    "licence": "rental",
    "paid_until": "2099-12-31",
    "contract_accepted_on": "2025-01-01",
}
START_SECONDS = 60.0
TEXT = "Со вчерашнего вечера объекты не выгружаются на порталы, фид пустой. " * 4
SUBMISSION = {
    "customer_id": CUSTOMER,
    "channel": "telegram",
    "chat_id": CHAT,
    "text": TEXT,
    "category": "operation_failure",
    "impact": "function",
    "subject": "Выгрузка",
}

_GIVEN = "SUPPORT_TEST_POSTGRES_URL"
_ADDRESS = re.compile(r"http://\S+")


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder for databases, on the disk of the system's temporary files."""
    with tempfile.TemporaryDirectory(prefix="support-desk-bench-") as name:
        yield Path(name)


@contextmanager
def service(data_dir: Path, database_url: str = "") -> Iterator[ServiceProcess]:
    """Start the service with a customer that may submit."""
    with ServiceProcess(data_dir, database_url=database_url) as process:
        with process.http() as http:
            http.put(CUSTOMER_PATH, json=RECORD).raise_for_status()
            http.put(CHAT_PATH, json={}).raise_for_status()
        yield process


@dataclass(frozen=True, slots=True)
class Served:
    """A process that is measured beside the service."""

    url: str
    pid: int


@contextmanager
def floor(engine: str, place: Path, database_url: str) -> Iterator[Served]:
    """Record a submission of the service on an empty database; start the floor of an engine on it."""
    script = place / "script.pickle"
    command = [sys.executable, "-m", "benchmarks.floor.record", database_url, str(script)]
    recording = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if recording.returncode:
        raise RuntimeError(f"no submission was recorded: {recording.stderr[-2_000:]}")
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", f"benchmarks.floor.{engine}"],
        cwd=ROOT,
        env=os.environ | {"FLOOR_DATABASE": database_url, "FLOOR_SCRIPT": str(script)},
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            address = _ADDRESS.search(process.stdout.readline().decode())
            assert address is not None
            yield Served(address[0], process.pid)
        finally:
            process.terminate()


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a server with fsync on: the one of the tests' wheel, or the one that is named."""
    if os.environ.get(_GIVEN):
        yield os.environ[_GIVEN]
        return
    with folder() as place:
        url, log = place / "postgres.url", place / "postgres.log"
        keeper = [sys.executable, str(ROOT / "tests" / "postgres_keeper.py")]
        with log.open("wb") as output, subprocess.Popen(["sleep", "infinity"]) as life:  # noqa: S607
            command = [*keeper, str(life.pid), str(url), "durable"]
            with subprocess.Popen(command, stdout=output, stderr=output) as process:  # noqa: S603 - ours
                try:
                    _wait_for(url, process, log)
                    yield url.read_text()
                finally:
                    life.terminate()  # the keeper ends with it, and takes the server along


def _wait_for(url: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while not url.exists():
        if process.poll() is not None or time.perf_counter() > deadline:
            raise RuntimeError(f"no PostgreSQL: {log.read_text()}")
        time.sleep(0.05)


@contextmanager
def postgres_database(server: str, name: str) -> Iterator[str]:
    """Yield the URL of a new database of a server."""
    query(server, f"DROP DATABASE IF EXISTS {name}")
    query(
        server, f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'"
    )
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        query(server, f"DROP DATABASE {name} WITH (FORCE)")
