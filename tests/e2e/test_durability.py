"""201 is said after the disk was told to keep the log, not before: what the kernel saw of one POST.

Needs strace, and the right to look at a process of ours. A power cut cannot be tried on a disk that
confirms at once what it was asked; that it is asked can.
"""

import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.agencies import submission, sync
from tests.e2e.forked import ForkedService, Nursery
from tests.e2e.plain_http import PlainClient

SYNCS = "fdatasync,fsync"
SENDS = "write,writev,sendto,sendmsg"
_SYNC_DONE = re.compile(r"^(\d+) +f(?:data)?sync\(\d+<[^>]*-wal>\) += 0$")
_SYNC_BEGUN = re.compile(r"^(\d+) +f(?:data)?sync\(\d+<[^>]*-wal> <unfinished \.\.\.>$")
_SYNC_RESUMED = re.compile(r"^(\d+) +<\.\.\. f(?:data)?sync resumed>\) += 0$")


def syncs_before_the_answer(trace: Sequence[str], status: int) -> int:
    """Count the syncs of the write-ahead log that were done before the answer began to be sent."""
    syncs, begun = 0, set()
    for line in trace:
        if f"HTTP/1.1 {status}" in line:
            return syncs
        if found := _SYNC_BEGUN.match(line):
            begun.add(found[1])
        elif (found := _SYNC_RESUMED.match(line)) and found[1] in begun:
            begun.remove(found[1])
            syncs += 1
        elif _SYNC_DONE.match(line):
            syncs += 1
    pytest.fail(f"no answer {status} in what strace saw: {list(trace)}")


DONE = "42 fdatasync(9</data/desk.sqlite3-wal>) = 0"
ANSWER = '41 sendto(12<socket:[1]>, "HTTP/1.1 201 Created\\r\\ndate"..., 512, 0, NULL, 0) = 512'


@pytest.mark.parametrize(
    ("trace", "syncs"),
    [
        ([DONE, ANSWER], 1),
        ([ANSWER, DONE], 0),
        ([DONE.replace("-wal", ""), ANSWER], 0),
        ([DONE.replace("= 0", "= -1 EIO (Input/output error)"), ANSWER], 0),
        (["42 fdatasync(9</d-wal> <unfinished ...>", ANSWER, "42 <... fdatasync resumed>) = 0"], 0),
        (["42 fdatasync(9</d-wal> <unfinished ...>", "42 <... fdatasync resumed>) = 0", ANSWER], 1),
        (["42 fdatasync(9</d> <unfinished ...>", "42 <... fdatasync resumed>) = 0", ANSWER], 0),
    ],
)
def test_only_a_sync_of_the_log_that_is_done_before_the_answer_counts(trace: list[str], syncs: int) -> None:
    assert syncs_before_the_answer(trace, 201) == syncs


@contextmanager
def traced(pid: int, file: Path) -> Iterator[Callable[[], list[str]]]:
    """Write down what a process syncs and sends; the yielded call ends it and gives the lines."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("strace is missing (Debian: apt-get install strace); without it durability is not shown")
    command = [
        strace,
        "-f",
        "-y",
        "-s",
        "40",
        "-e",
        f"trace={SYNCS},{SENDS}",
        "-o",
        str(file),
        "-p",
        str(pid),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        if "attached" not in told:
            process.kill()
            pytest.fail(f"strace may not look at our process: {told}")

        def lines() -> list[str]:
            process.send_signal(signal.SIGINT)
            process.wait()
            return file.read_text("utf-8", "replace").splitlines()

        try:
            yield lines
        finally:
            process.kill()


@pytest.mark.slow
def test_a_ticket_is_acknowledged_after_its_log_was_synced(nursery: Nursery, tmp_path: Path) -> None:
    service = ForkedService(nursery, tmp_path)
    try:
        with service.start().http() as http:
            sync(http)
        with PlainClient(service) as client:
            with traced(service.pid, tmp_path / "post.txt") as lines:
                reply = client.post("/v1/tickets", submission("Держится?"))
                posted = lines()
            assert reply.status == 201
            with traced(service.pid, tmp_path / "get.txt") as lines:
                assert client.send("GET", reply.headers["location"]).status == 200
                read = lines()
    finally:
        service.kill()
    assert syncs_before_the_answer(posted, 201) >= 1
    assert syncs_before_the_answer(read, 200) == 0, "a read asks for none, so the count counts"
