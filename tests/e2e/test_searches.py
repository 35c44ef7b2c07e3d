"""Slow searches of one confined key and of many at once, beside the reads of another key and the probes."""

import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from urllib.parse import urlencode

import pytest

from benchmarks.seed import COMMON, seed
from demo.process import ServiceProcess
from tests.e2e.agencies import submission, sync
from tests.e2e.plain_http import PlainClient

pytestmark = pytest.mark.slow

TICKETS = 100_000
CUSTOMER = "bench-7"
"""One of those that the seed adds."""

SEARCHERS = 16
"""Searches of one key at once."""

KEYS = 40
"""Keys that send one search at a time each."""

SECONDS = 10.0
SEARCH = "/v1/tickets?" + urlencode({"query": COMMON, "limit": 100})
"""A word of every ticket: each is looked at until a hundred of the customer are found."""

LIST = "/v1/tickets?status=queued&limit=20"
"""A list shares the places of first attempts, so it waits for those of many keys."""

ANSWERS = {(200, ""), (503, "search_too_slow")}
READS = ("/v1/queue?limit=20", LIST, "/v1/customers?limit=20", "/readyz")
LATER = 0.5
"""Seconds that a read may take longer in the median than /livez beside it, which needs no database. They
were 2 to 8 while searches could use every reader; the machine may be busy with other tests."""


class Caller:
    """A client of a key that sends one request after another until the end."""

    def __init__(self, service: ServiceProcess, key: str, until: float) -> None:
        self._client = PlainClient(service)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._until = until
        self.statuses: Counter[tuple[int, str]] = Counter()
        self.times: list[float] = []

    def __call__(self, path: str, pause: float = 0.0) -> "Caller":
        with self._client as client:
            while time.perf_counter() < self._until:
                began = time.perf_counter()
                reply = client.send("GET", path, **self._headers)
                self.times.append(time.perf_counter() - began)
                code = reply.json()["code"] if reply.status >= 400 else ""
                self.statuses[reply.status, code] += 1
                time.sleep(pause)
        return self


def key_of(service: ServiceProcess, *options: str) -> str:
    scopes = ("--scope", "tickets:read", "--scope", "customers:read")
    return service.run("keys", "create", "load", *scopes, *options).stdout.strip().splitlines()[-1]


def told(name: str, times: list[float]) -> str:
    return f"{name}: p50 {median(times) * 1000:.0f} ms, p99 {quantiles(times, n=100)[98] * 1000:.0f} ms"


@pytest.mark.parametrize(("keys", "each"), [(1, SEARCHERS), (KEYS, 1)])
def test_slow_searches_keep_nobody_else_waiting(
    process: ServiceProcess, capsys: pytest.CaptureFixture[str], keys: int, each: int
) -> None:
    with process.start().http() as http:
        sync(http)
        assert http.post("/v1/tickets", json=submission("Выгрузка")).status_code == 201
    process.stop()
    seed(process.database_url or str(process.database), TICKETS)
    process.start()
    attackers = [key_of(process, "--customer", CUSTOMER) for _ in range(keys)] * each
    other = key_of(process)
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(len(attackers) + len(READS) + 1) as threads:
        searching = [threads.submit(Caller(process, attacker, until), SEARCH) for attacker in attackers]
        reading = {
            path: threads.submit(Caller(process, other, until), path, 0.05) for path in (*READS, "/livez")
        }
    control = reading["/livez"].result()
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(told(path, read.result().times) for path, read in reading.items()))
    listed = reading.pop(LIST).result()
    assert set(listed.statuses) <= ANSWERS
    if keys == 1:
        assert median(listed.times) <= median(control.times) + LATER
    for path, read in reading.items():
        assert set(read.result().statuses) == {(200, "")}, path
        assert median(read.result().times) <= median(control.times) + LATER, path
    searched = sum((search.result().statuses for search in searching), Counter[tuple[int, str]]())
    assert set(searched) <= ANSWERS
    assert process.stop() == 0
