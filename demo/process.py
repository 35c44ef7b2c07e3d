"""The real service as a process of its own, for the demonstrations, the tests and the benchmarks."""

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import httpx

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 30.0
_LISTENING = re.compile(r"running on (http://127\.0\.0\.1:\d+)")


class ServiceDied(Exception):
    """The service did not start; the message is the end of its log."""


class Running(Protocol):
    """A started process, with the interface of `subprocess.Popen`."""

    @property
    def pid(self) -> int:
        """Its id."""
        ...

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return its exit status. TimeoutExpired."""
        ...

    def send_signal(self, number: int, /) -> None:
        """Send it a signal if it runs."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


class ServiceProcess:
    """Starts and stops the service on a data directory and a free port."""

    program: tuple[str, ...] = ("-m", "app")
    """Arguments of Python before the command of the service."""

    poll_seconds = 0.02
    """Pause between two checks of readiness."""

    def __init__(self, data_dir: Path, name: str = "service", database_url: str = "") -> None:
        """Keep the data directory and the name, which services in one directory need for their logs.

        Without a URL the database is the SQLite file `database`.
        """
        self.data_dir = data_dir
        self.database_url = database_url
        self.database = data_dir / "support-desk.sqlite3"
        self.key = f"jsd_{secrets.token_urlsafe(32)}"
        self.settings: dict[str, str] = {}
        self.url = ""
        self.log = data_dir / f"{name}.log"
        self._process: Running | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the service: its own settings, overridden by `settings`, none from outside."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORT_")}
        ours = {
            "SUPPORT_DATA_DIR": str(self.data_dir),
            "SUPPORT_PORT": "0",
            "SUPPORT_ADMIN_KEY": self.key,
            "SUPPORT_RATE_LIMIT": "0",
            "SUPPORT_FAILED_KEY_LIMIT": "0",
            "SUPPORT_DRAIN_SECONDS": "0",
            "SUPPORT_DATABASE_URL": self.database_url,
        }
        return own | ours | self.settings

    def start(self) -> Self:
        """Start it and wait until it is ready. ServiceDied."""
        self.launch()
        return self.wait_until_ready()

    def launch(self) -> None:
        """Start it without waiting."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command("serve"), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> Self:
        """Wait for its address and for /readyz. ServiceDied."""
        deadline = time.perf_counter() + START_SECONDS
        while time.perf_counter() < deadline and self._running().poll() is None:
            listening = _LISTENING.search(self._logged())
            if listening:
                self.url = listening[1]
                with suppress(httpx.TransportError):
                    if httpx.get(f"{self.url}/readyz", trust_env=False).is_success:
                        return self
            time.sleep(self.poll_seconds)
        self.kill()
        raise ServiceDied(self._logged()[-2_000:])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the service on the same data directory."""
        return subprocess.run(  # noqa: S603 - our own command
            self._command(*command),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=True,
        )

    def http(self) -> httpx.Client:
        """Return a client with the admin key."""
        return httpx.Client(base_url=self.url, headers=self.headers, trust_env=False, timeout=30)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that authenticate a request."""
        return {"Authorization": f"Bearer {self.key}"}

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._running().send_signal(number)

    def wait(self) -> int:
        """Wait for its end; return its exit status."""
        try:
            return self._running().wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def stop(self) -> int:
        """Stop it with SIGTERM; return its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Kill it with SIGKILL if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it if it still runs."""
        if self._running().poll() is None:
            self.stop()

    def _running(self) -> Running:
        if self._process is None:
            raise RuntimeError("the service was not started")
        return self._process

    def _logged(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, *self.program, *words]
