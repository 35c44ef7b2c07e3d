"""The creation rate of django-helpdesk on this machine, in an environment of its own; on request.

It is served as its documentation says, by gunicorn with a process a core, on SQLite with WAL and FULL. The
same client posts tickets to its REST API, with the cheapest hash for the password of each call.
"""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvloop

from benchmarks.client import Load, load_of, middle_of
from benchmarks.packages import environment
from benchmarks.processes import cpu_seconds, family_of
from benchmarks.results import Line, at_least
from benchmarks.servers import ROOT, TEXT, Served, folder
from benchmarks.submission import CONNECTIONS, service_on_sqlite

TURNS = 3
SECONDS = 8.0
BURSTS = 5
START_SECONDS = 60.0
POLL_SECONDS = 0.1
PACKAGES = ("django-helpdesk", "gunicorn", "setuptools<81")
PROJECT = Path(__file__).with_name("others") / "helpdesk_project.py"
AGENT = "agent:agent-password"


def measure() -> Iterator[Line]:
    """Measure both in turns: theirs for SECONDS, ours in bursts as for `make bench`."""
    python = environment("helpdesk", *PACKAGES)
    loads: list[Load] = []
    cpu: list[float] = []
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        ours, theirs = service_on_sqlite(stack, place), stack.enter_context(_helpdesk(python, place))
        ticket = _ticket()

        async def run() -> None:
            for _ in range(TURNS):
                before = cpu_seconds(family_of(theirs.pid))
                loads.append(await load_of(theirs.url, CONNECTIONS, SECONDS, lambda: ticket))
                cpu.append(cpu_seconds(family_of(theirs.pid)) - before)
                for _ in range(BURSTS):
                    await ours.turn(CONNECTIONS)

        uvloop.run(run())
    their_rate, our_rate = middle_of(loads).rate, ours.load.rate
    each = sum(cpu) / sum(load.answered for load in loads) * 1000
    yield Line("django-helpdesk: tickets created a second", f"{their_rate:,.0f} (CPU {each:.1f} ms each)")
    yield Line("Submissions a second beside it", ours.told)
    yield at_least("Submissions as a multiple of django-helpdesk's", our_rate / their_rate, 10, "{:.1f}")


@contextmanager
def _helpdesk(python: str, place: Path) -> Iterator[Served]:
    project = [python, str(PROJECT), str(place / "helpdesk.sqlite3")]
    port = place / "helpdesk.port"
    with (place / "helpdesk.log").open("wb") as log:
        subprocess.run([*project, "prepare"], check=True, stdout=log, stderr=log)  # noqa: S603 - our own command
        command = [*project, "serve", str(port)]
        with subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process:  # noqa: S603 - our own
            try:
                deadline = time.perf_counter() + START_SECONDS
                while not port.exists():
                    if process.poll() is not None or time.perf_counter() > deadline:
                        raise RuntimeError((place / "helpdesk.log").read_text("utf-8", "replace")[-2_000:])
                    time.sleep(POLL_SECONDS)
                yield Served(f"http://127.0.0.1:{port.read_text()}", process.pid)
            finally:
                process.terminate()


def _ticket() -> bytes:
    asked = {"queue": 1, "title": "Выгрузка", "description": TEXT, "priority": 3}
    payload = json.dumps(asked | {"submitter_email": "agency@example.test"}, ensure_ascii=False).encode()
    lines = (
        "POST /api/tickets/ HTTP/1.1",
        "Host: helpdesk",
        f"Authorization: Basic {base64.b64encode(AGENT.encode()).decode()}",
        "Content-Type: application/json",
        f"Content-Length: {len(payload)}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + payload
