"""The times of the desk's screens at ten thousand tickets, a hundred thousand and a million."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import uvloop

from benchmarks.client import Connection, Load, middle_of, request_of, times_of
from benchmarks.results import Line, at_most
from benchmarks.seed import COMMON, FIRST, HUNDREDTH, RARE, seed
from benchmarks.servers import SUBMISSION, folder, postgres, postgres_database, service
from demo.process import ServiceProcess
from tests.postgres_server import query

SIZES = (10_000, 100_000, 1_000_000)
SEARCHED = SIZES[1:]
ROUNDS = 3
CALLS = 100
FLAT = 1.3
PAGE_MS = 50.0

Make = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Sized:
    """A filled database and the service on it."""

    tickets: int
    service: ServiceProcess


def measure() -> Iterator[Line]:
    """Measure on SQLite, then on PostgreSQL."""
    with folder() as place:
        found = {size: _on_sqlite(place / str(size), size) for size in SIZES}
    yield from _lines("SQLite", found)
    with postgres() as server:
        found = {size: _on_postgres(server, size) for size in SIZES}
    yield from _lines("PostgreSQL", found)


def _on_sqlite(place: Path, size: int) -> Mapping[str, Load]:
    with service(place) as process:
        _submit(process)
        file = process.database
    seed(str(file), size)
    with service(place) as process:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            waiting = [row[0] for row in connection.execute(_WAITING)]
        found = _measured(process, waiting, size)
    file.unlink()
    return found


def _on_postgres(server: str, size: int) -> Mapping[str, Load]:
    with folder() as place, postgres_database(server, f"bench_{size}") as database:
        with service(place, database) as process:
            _submit(process)
        seed(database, size)
        with service(place, database) as process:
            waiting = [str(row[0]) for row in query(database, _WAITING)]
            return _measured(process, waiting, size)


_WAITING = f"SELECT id FROM tickets WHERE number >= {FIRST} ORDER BY number LIMIT {CALLS * 100}"


def _submit(process: ServiceProcess) -> None:
    with process.http() as http:
        http.post("/v1/tickets", json=SUBMISSION).raise_for_status()


def _measured(process: ServiceProcess, ids: list[str], size: int) -> Mapping[str, Load]:
    """Return the times of each kind of call, in turns."""
    key = process.key

    def get(path: str) -> Make:
        request = request_of(key, "GET", path)
        return lambda _: request

    claim = {"agent": "Ирина"}
    calls: dict[str, Make] = {
        "queue page of 50": get("/v1/queue?limit=50"),
        "ticket page": lambda n: request_of(key, "GET", f"/v1/tickets/{ids[n * 97 % len(ids)]}"),
        "position in the queue": lambda n: request_of(key, "GET", f"/v1/tickets/{ids[n % CALLS * 100]}"),
        "claim": lambda _: request_of(key, "POST", "/v1/queue/claims", claim),
    }
    if size in SEARCHED:
        calls |= {
            f"search, a word of {told}": get(f"/v1/tickets?query={quote(word)}")
            for word, told in (
                (COMMON, "every ticket"),
                (HUNDREDTH, "one in a hundred"),
                (RARE, "one in ten thousand"),
                (f"{COMMON} {HUNDREDTH}", "two kinds"),
            )
        } | {
            f"list by {told}": get(f"/v1/tickets?{wanted}")
            for told, wanted in (
                ("category and outcome", "category=other&outcome=deferred"),
                ("reason", "reason=hours_exhausted"),
                ("reason, by priority", "reason=hours_exhausted&sort=priority"),
                ("category, by priority", "category=other&sort=priority"),
                ("outcome, by change", "outcome=accepted&sort=-updated_at"),
            )
        }
    found: dict[str, list[Load]] = {name: [] for name in calls}

    async def run() -> None:
        connection = await Connection.open(process.url)
        for make in calls.values():
            await times_of(connection, [make(number) for number in range(CALLS // 10)])
        for _ in range(ROUNDS):
            for name, make in calls.items():
                found[name].append(await times_of(connection, [make(number) for number in range(CALLS)]))
        connection.close()

    uvloop.run(run())
    return {name: middle_of(loads) for name, loads in found.items()}


def _lines(engine: str, found: Mapping[int, Mapping[str, Load]]) -> Iterator[Line]:
    smallest, greatest = found[SIZES[0]], found[SIZES[-1]]
    for name in smallest:
        times = " / ".join(f"{loads[name].p50:.1f}" for loads in found.values())
        grown = greatest[name].p50 / smallest[name].p50
        what = f"{engine}: {name}, p50 at 10 thousand / 100 thousand / 1 million"
        yield Line(what, f"{times} ms, × {grown:.2f}", f"≤ × {FLAT}", grown <= FLAT)
    page = max(loads["queue page of 50"].p99 for loads in found.values())
    yield at_most(f"{engine}: queue page of 50, p99", page, PAGE_MS, "{:.1f} ms")
    for name in [name for name in greatest if name not in smallest]:
        slowest = [found[size][name].p99 for size in SEARCHED]
        times = " / ".join(f"{p99:.1f}" for p99 in slowest)
        what = f"{engine}: {name}, p99 at 100 thousand / 1 million"
        yield Line(what, f"{times} ms", f"≤ {PAGE_MS:.1f} ms", max(slowest) <= PAGE_MS)
