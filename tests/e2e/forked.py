"""A service that starts in a tenth of a second: it is forked from a process that has loaded everything."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import Any, Self

from demo.process import ROOT, START_SECONDS, ServiceProcess

POLL_SECONDS = 0.005


class Nursery:
    """The process that forks services; see `nursery.py`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **command: Any) -> Any:
        """Give one command and its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class ForkedProcess:
    """A child of the nursery, with the words of `subprocess.Popen`."""

    def __init__(
        self, nursery: Nursery, environment: dict[str, str], words: Sequence[str], out: Path, err: Path
    ) -> None:
        self._nursery = nursery
        self._status: int | None = None
        self.pid: int = nursery.ask(start=environment, words=words, out=str(out), err=str(err))

    def poll(self) -> int | None:
        if self._status is None:
            self._status = self._nursery.ask(poll=self.pid)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.perf_counter() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.perf_counter() > deadline:
                raise subprocess.TimeoutExpired("serve", timeout or 0)
            time.sleep(POLL_SECONDS)
        return status

    def send_signal(self, number: int) -> None:
        if self._status is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedService(ServiceProcess):
    """The service as the nursery starts it."""

    poll_seconds = POLL_SECONDS

    def __init__(
        self, nursery: Nursery, data_dir: Path, name: str = "service", database_url: str = ""
    ) -> None:
        super().__init__(data_dir, name, database_url)
        self._nursery = nursery

    def launch(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        self._process = ForkedProcess(self._nursery, self.environment, ["serve"], self.log, self.log)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            process = ForkedProcess(self._nursery, self.environment, command, out, err)
            try:
                status = process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            ended = subprocess.CompletedProcess(
                command, status, out.read_text("utf-8"), err.read_text("utf-8")
            )
        ended.check_returncode()
        return ended

    def beside(self, name: str = "second") -> "ForkedService":
        """Give another process on the same database, not yet started; one key opens both."""
        other = ForkedService(self._nursery, self.data_dir, name, self.database_url)
        other.key = self.key
        return other
