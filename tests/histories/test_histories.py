"""Concurrent clients, two processes, kill -9 and ended connections: every history is in order."""

import json
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Self

import pytest

from tests.e2e.agencies import sync
from tests.e2e.conftest import Fresh
from tests.e2e.forked import ForkedService
from tests.e2e.stored import assert_whole
from tests.histories.checker import anomalies
from tests.histories.history import History, Told
from tests.histories.recorder import Recorder
from tests.postgres_server import end_a_backend, query

HISTORIES = 100
OPERATIONS = 500
BETWEEN_FAULTS_MS = 800

AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""


class Faults:
    """Kills a process and starts it again, or ends a connection to the database, now and then."""

    def __init__(self, services: tuple[ForkedService, ...]) -> None:
        self._services = services
        self._over = Event()
        self._thread = Thread(target=self._work)
        self.error: BaseException | None = None
        self.kills = self.ended = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.error is not None:
            raise self.error

    def _work(self) -> None:
        try:
            while not self._over.wait(secrets.randbelow(BETWEEN_FAULTS_MS) / 1000):
                self._do_one(secrets.choice(self._services))
        except BaseException as error:  # noqa: BLE001 - raised again in the test
            self.error = error

    def _do_one(self, service: ForkedService) -> None:
        if service.database_url and secrets.randbelow(3):
            self.ended += end_a_backend(service.database_url)
            return
        service.kill()
        self.kills += 1
        service.start()


def _one_history(fresh: Fresh) -> tuple[History, Faults]:
    with fresh() as service:
        other = service.beside()
        try:
            other.start()
            with service.http() as http:
                sync(http)
            recorder = Recorder((service, other), OPERATIONS)
            with Faults((service, other)) as faults:
                recorder.record()
            _wait_for_quiet(service)
            history = recorder.finish()
            assert_whole(service)
        finally:
            other.kill()
    return history, faults


def _wait_for_quiet(service: ForkedService) -> None:
    """Let the server notice that killed clients are gone: until then their rows are held."""
    while service.database_url and query(service.database_url, AT_WORK)[0][0]:
        time.sleep(0.01)


def _check(fresh: Fresh, histories: int, folder: Path) -> None:
    operations = unknown = kills = ended = 0
    for number in range(histories):
        history, faults = _one_history(fresh)
        found = anomalies(history)
        if found:
            written = folder / f"history-{number}.json"
            written.write_text(json.dumps(asdict(history), default=repr, ensure_ascii=False, indent=1))
            pytest.fail(f"history {number}, kept in {written.name}:\n" + "\n".join(found))
        operations += len(history.ops)
        unknown += sum(op.told is Told.UNKNOWN or op.sent > 1 for op in history.ops)
        kills += faults.kills
        ended += faults.ended
    assert kills
    print(  # noqa: T201 - figures
        f"{histories} histories, {operations} operations, {unknown} of them not answered at first, "
        f"{kills} kills, {ended} backends ended, 0 anomalies"
    )


@pytest.mark.slow
def test_two_histories_under_faults_are_in_order(fresh: Fresh, tmp_path: Path) -> None:
    _check(fresh, 2, tmp_path)


@pytest.mark.soak
def test_a_hundred_histories_under_faults_are_in_order(
    fresh: Fresh, tmp_path: Path, soak_share: float
) -> None:
    _check(fresh, max(1, round(HISTORIES * soak_share)), tmp_path)
