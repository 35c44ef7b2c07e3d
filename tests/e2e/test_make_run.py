"""`make run` on a fresh clone prints where the docs are, and a key that works."""

import os
import re
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


@pytest.fixture
def running(clone: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUPPORT_", "MAKE"))}
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=kept | {"SUPPORT_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(START_SECONDS)
    assert process.stdout is not None
    process.stdout.close()


def test_make_run_prints_the_docs_and_a_key_that_works(
    running: subprocess.Popen[str], clone: Path, port: int
) -> None:
    assert running.stdout is not None
    docs = re.fullmatch(r"Docs: +(http://\S+/docs)\n", running.stdout.readline())
    key = re.fullmatch(r"Admin key: (jsd_\S{43,})\n", running.stdout.readline())
    assert docs is not None
    assert docs[1] == f"http://127.0.0.1:{port}/docs"
    assert key is not None
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        _wait_until_ready(http)
        assert "swagger" in http.get(docs[1]).text.lower()
        assert http.get("/v1/queue", headers={"Authorization": f"Bearer {key[1]}"}).status_code == 200
        assert http.get("/v1/queue", headers={"Authorization": f"Bearer {key[1]}x"}).status_code == 401
    assert list((clone / "data").glob("*.sqlite3"))


def _wait_until_ready(http: httpx.Client) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while True:
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            assert time.perf_counter() < deadline
        time.sleep(0.05)
