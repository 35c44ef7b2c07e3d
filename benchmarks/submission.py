"""Submissions a second, each durable when answered, as a share of the same-rows floor's in the same run.

Service, control and floor are measured in turns. The control is a second process of the same service: what
it differs from the first by is noise. A turn is a burst of BURST submissions. Before each burst, outside of
the measured time, the queue is emptied and WARM_UP submissions bring the database's pages back into the
caches: so never more than QUEUE tickets wait.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks.client import Burst, Connection, Load, burst_of, load_of_bursts, request_of
from benchmarks.processes import cpu_seconds, names_postgres
from benchmarks.queue import Clear, queue_of_database, queue_of_file
from benchmarks.results import Line, at_least, at_most
from benchmarks.servers import SUBMISSION, floor, folder, postgres, postgres_database, service
from tests.postgres_server import query

CONNECTIONS = 16
TURNS = 30
WARM_UP, BURST = 60, 420
QUEUE = WARM_UP + BURST

ENGINES = {"SQLite, FULL": 0.42, "PostgreSQL, fsync": 0.55}
"""The share of the floor's rate that is promised (docs/decisions/0110-speed.md)."""


@dataclass(slots=True)
class Side:
    """A process that is measured in turns with others, and what has been measured of it."""

    url: str
    key: str
    pid: int
    clear: Clear
    server: Sequence[int] = ()
    """The processes of the database's server."""
    bursts: list[Burst] = field(default_factory=list)
    cpu: float = 0.0
    server_cpu: float = 0.0

    async def turn(self, connections: int) -> None:
        """Measure a burst on so many connections."""
        opened = [await Connection.open(self.url) for _ in range(connections)]
        self.clear()
        await burst_of(opened, self._requests(WARM_UP))
        requests = self._requests(BURST)
        before = cpu_seconds([self.pid]), cpu_seconds(self.server)
        self.bursts.append(await burst_of(opened, requests))
        self.cpu += cpu_seconds([self.pid]) - before[0]
        self.server_cpu += cpu_seconds(self.server) - before[1]
        for connection in opened:
            connection.close()

    def _requests(self, count: int) -> list[bytes]:
        return [submission_of(self.key) for _ in range(count)]

    @property
    def load(self) -> Load:
        """The median rate, and the times of all answers."""
        return load_of_bursts(self.bursts)

    @property
    def told(self) -> str:
        """The measured figures as the table shows them."""
        load, answered = self.load, BURST * len(self.bursts)
        cpu = f"CPU {self.cpu / answered * 1000:.2f} ms each"
        if self.server:
            cpu += f" and {self.server_cpu / answered * 1000:.2f} ms of the server"
        return f"{load.rate:,.0f} (p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms; {cpu})"


def measure() -> Iterator[Line]:
    """Measure both engines."""
    with ExitStack() as stack:
        yield from _compare("SQLite, FULL", *_on_sqlite(stack))
    with ExitStack() as stack:
        yield from _compare("PostgreSQL, fsync", *_on_postgres(stack))


def _on_sqlite(stack: ExitStack) -> list[Side]:
    """Start service, control and floor, each on a file of its own."""
    sides = [service_on_sqlite(stack, stack.enter_context(folder())) for _ in range(2)]
    place = stack.enter_context(folder())
    file = place / "floor.sqlite3"
    smallest = stack.enter_context(floor("sqlite", place, f"sqlite:///{file}"))
    return [*sides, Side(smallest.url, "", smallest.pid, stack.enter_context(queue_of_file(file)))]


def service_on_sqlite(stack: ExitStack, place: Path) -> Side:
    """Start the service on a file of its own."""
    ours = stack.enter_context(service(place))
    return Side(ours.url, ours.key, ours.pid, stack.enter_context(queue_of_file(ours.database)))


def _on_postgres(stack: ExitStack) -> list[Side]:
    """Start service, control and floor, each on a database of its own."""
    server = stack.enter_context(postgres())
    sides = []
    for name in ("bench_desk", "bench_control"):
        place = stack.enter_context(folder())
        database = stack.enter_context(postgres_database(server, name))
        ours = stack.enter_context(service(place, database))
        sides.append(Side(ours.url, ours.key, ours.pid, queue_of_database(database)))
    database = stack.enter_context(postgres_database(server, "bench_floor"))
    smallest = stack.enter_context(floor("postgres", stack.enter_context(folder()), database))
    sides.append(Side(smallest.url, "", smallest.pid, queue_of_database(database)))
    uvloop.run(_turns(sides, 1))  # makes the connections of the pools
    processes = [row[0] for row in query(server, "SELECT pid FROM pg_stat_activity")]
    for side in sides:
        side.server = [pid for pid in processes if names_postgres(pid)]
        side.bursts.clear()
        side.cpu = side.server_cpu = 0.0
    return sides


def _compare(engine: str, ours: Side, control: Side, smallest: Side) -> Iterator[Line]:
    uvloop.run(_turns([ours, control, smallest], TURNS))
    what = f"{engine}: submissions a second, {CONNECTIONS} connections"
    yield Line(what, ours.told)
    yield Line(f"{engine}: the same-rows floor", smallest.told)
    share = ours.load.rate / smallest.load.rate
    yield at_least(f"{engine}: share of the floor", share, ENGINES[engine], "{:.2f}")
    yield at_most(f"{engine}: p99 to the floor's", ours.load.p99 / smallest.load.p99, 3, "{:.1f}")
    told = f"{control.load.rate / ours.load.rate:.2f}"
    yield Line(f"{engine}: a second process of the same service, to the first (noise)", told)
    alone = Side(ours.url, ours.key, ours.pid, ours.clear)
    uvloop.run(alone.turn(1))
    yield Line(f"{engine}: one submission alone, p50", f"{alone.load.p50:.1f} ms")


async def _turns(sides: Sequence[Side], turns: int) -> None:
    """Measure each side in turn, so that what else the machine does meets all of them."""
    for _ in range(turns):
        for side in sides:
            await side.turn(CONNECTIONS)


def submission_of(key: str) -> bytes:
    """Return a submission with an idempotency key of its own."""
    return request_of(key, "POST", "/v1/tickets", SUBMISSION)
