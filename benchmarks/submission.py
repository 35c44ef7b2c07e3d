"""Submissions a second, each durable when answered, as a share of the floor's in the same run."""

from collections.abc import Iterator

import uvloop

from benchmarks.client import Load, load_of, middle_of, request_of
from benchmarks.results import Line, at_least, at_most
from benchmarks.servers import SUBMISSION, floor, folder, postgres, postgres_database, service

CONNECTIONS = 16
ROUNDS = 3
SECONDS = 8.0
WARM_UP_SECONDS = 3.0


def measure() -> Iterator[Line]:
    """Measure both engines."""
    with folder() as place, service(place) as ours, floor("sqlite", str(place / "floor.sqlite3")) as theirs:
        yield from _compare("SQLite, FULL", ours.key, ours.url, theirs, 0.5)
    with (
        folder() as place,
        postgres() as server,
        postgres_database(server, "bench_desk") as database,
        postgres_database(server, "bench_floor") as empty,
        service(place, database) as ours,
        floor("postgres", empty) as theirs,
    ):
        yield from _compare("PostgreSQL, fsync", ours.key, ours.url, theirs, 0.45)


def _compare(engine: str, key: str, service_url: str, floor_url: str, share: float) -> Iterator[Line]:
    ours, floors = _in_turn(key, [service_url, floor_url])
    yield Line(f"{engine}: submissions a second, {CONNECTIONS} connections", _told(ours))
    yield Line(f"{engine}: floor", _told(floors))
    yield at_least(f"{engine}: share of the floor", ours.rate / floors.rate, share, "{:.2f}")
    yield at_most(f"{engine}: p99 to the floor's", ours.p99 / floors.p99, 3, "{:.1f}")


def _in_turn(key: str, urls: list[str]) -> list[Load]:
    """Measure some servers in turns, so that what else the machine does meets all of them."""
    loads: list[list[Load]] = [[] for _ in urls]

    async def run() -> None:
        for url in urls:
            await load_of(url, CONNECTIONS, WARM_UP_SECONDS, lambda: submission_of(key))
        for _ in range(ROUNDS):
            for url, found in zip(urls, loads, strict=True):
                found.append(await load_of(url, CONNECTIONS, SECONDS, lambda: submission_of(key)))

    uvloop.run(run())
    return [middle_of(found) for found in loads]


def submission_of(key: str) -> bytes:
    return request_of(key, "POST", "/v1/tickets", SUBMISSION)


def _told(load: Load) -> str:
    return f"{load.rate:,.0f} (p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms)"
