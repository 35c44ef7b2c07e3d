"""`make run` on a fresh clone prints where the docs are, and a key that works, last of all."""

import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from demo.process import ROOT

START_SECONDS = 30
OWN_KEY = "jsd_" + "k" * 43


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the checkout, whose .venv only stands for the one that runs the tests."""
    checkout = tmp_path / "clone"
    shutil.copytree(ROOT / "app", checkout / "app", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, checkout)
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    python = binaries / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (checkout / ".venv" / ".installed").touch()
    return checkout


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def environment(port: int, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUPPORT_", "MAKE"))}
    return kept | {"SUPPORT_PORT": str(port), "SUPPORT_DRAIN_SECONDS": "0"} | settings


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(START_SECONDS)


@pytest.fixture
def running(clone: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment(port),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    yield process
    stop(process)
    assert process.stdout is not None
    process.stdout.close()


def test_make_run_prints_the_docs_and_a_key_that_works(
    running: subprocess.Popen[str], clone: Path, port: int
) -> None:
    assert running.stdout is not None
    docs = re.fullmatch(r"Docs: +(http://\S+/docs)\n", running.stdout.readline())
    key = re.fullmatch(r"Admin key: (jsd_\S{43,})\n", running.stdout.readline())
    following = [running.stdout.readline() for _ in range(2)]
    assert docs is not None
    assert docs[1] == f"http://127.0.0.1:{port}/docs"
    assert key is not None
    assert f"KEY={key[1]}\n" in following[0]
    assert f'curl -H "Authorization: Bearer $KEY" http://127.0.0.1:{port}/v1/queue\n' in following[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        _wait_until_ready(http)
        assert "swagger" in http.get(docs[1]).text.lower()
        assert http.get("/v1/queue", headers={"Authorization": f"Bearer {key[1]}"}).status_code == 200
        assert http.get("/v1/queue", headers={"Authorization": f"Bearer {key[1]}x"}).status_code == 401
    assert list((clone / "data").glob("*.sqlite3"))


def test_on_a_terminal_the_block_comes_last_and_a_request_is_one_short_line(clone: Path, port: int) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment(port, SUPPORT_ADMIN_KEY=OWN_KEY),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        started = _read_until(ours, f"{port}/v1/queue\r\n\r\n")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert http.get("/v1/customers/agency-17").status_code == 401
        request = _read_until(ours, "\n")
    finally:
        stop(process)
        os.close(ours)
    lines = started.replace("\r\n", "\n").rstrip().split("\n")
    assert [line.split()[0] for line in lines[-4:]] == ["Docs:", "Admin", "Try:", "curl"]
    assert "is running. Stop it with Ctrl+C." in lines[-6]
    assert "SUPPORT_ADMIN_KEY" in lines[-3]
    assert OWN_KEY not in started
    assert not any(line.startswith("{") for line in lines)
    assert any("migrated" in line for line in lines)
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d 401 GET /v1/customers/\{customer_id\} \d+\.\d ms "
        r"problem=\w+ request_id=\S+\r\n",
        request,
    ), request


def test_a_port_in_use_is_named_before_any_key_is_made(clone: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            ["make", "run"],
            cwd=clone,
            env=environment(port),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert "SUPPORT_PORT: cannot listen on" in refused.stderr
    assert "jsd_" not in refused.stderr
    assert not (clone / "data").exists()


def _read_until(terminal: int, end: str) -> str:
    read = ""
    deadline = time.perf_counter() + START_SECONDS
    while not read.endswith(end):
        assert time.perf_counter() < deadline, read
        if select.select([terminal], [], [], 1)[0]:
            read += os.read(terminal, 4_096).decode()
    return read


def _wait_until_ready(http: httpx.Client) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while True:
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            assert time.perf_counter() < deadline
        time.sleep(0.05)
