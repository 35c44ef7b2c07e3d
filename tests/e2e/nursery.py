"""Loads the service once and forks it at each start: python -m tests.e2e.nursery.

Reads one JSON line a command and answers with one: `{"start": {…environment}, "words": […], "out": file,
"err": file}` gives the pid of a process that does what `python -m app` does with these words, `{"wait": pid}`
the exit status, `{"poll": pid}` the same without waiting (null while it runs). When the nursery ends, however
it did, its children are killed by the kernel.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any, NoReturn

import app.adapters.sql.stores.postgres
import app.main  # noqa: F401 - loaded for the children
from app.cli import cli

PR_SET_PDEATHSIG = 1


def keep() -> None:
    """Serve commands until there are no more."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            answer: int | None = _start(asked["start"], asked["words"], asked["out"], asked["err"])
        else:
            flags = 0 if "wait" in asked else os.WNOHANG
            pid, status = os.waitpid(asked.get("wait", asked.get("poll")), flags)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _start(environment: dict[str, str], words: list[str], out: str, err: str) -> int:
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        _run(parent, environment, words, (out, err))
    return pid


def _run(parent: int, environment: dict[str, str], words: list[str], files: tuple[str, str]) -> NoReturn:
    status: Any = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        for number, file in enumerate(files, 1):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600), number)
        os.closerange(3, 256)
        os.environ.clear()
        os.environ.update(environment)
        cli(words)
        status = 0
    except SystemExit as end:
        status = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for pytest, whose end closes our input
    keep()
